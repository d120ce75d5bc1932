"""Checks of a load, made before it takes the place of the one before (operations.md, end).

What does not belong here: counting (see `resources.loading`), refusing (see `verdicts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from phlogiston_assets.domain.dumps.agreement import FIELDS, Agreement
from phlogiston_assets.domain.verdicts import Check, Verdict

TABLES: Final = (
    "phabricator_project",
    "phabricator_column",
    "maniphest_task",
    "maniphest_transaction",
    "maniphest_edge_transaction",
    "maniphest_blocked",
)
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""No change was recorded before Phabricator was begun; this leaves room for imported ones."""
QUIET: Final = timedelta(days=2)
"""A living Phabricator is never without a change for so long."""

NO_SUDDEN_LOSS: Final = {
    table: Check(
        table,
        "no_sudden_loss",
        "The load has not lost more rows against the one before than "
        "PHLOGISTON_LOAD_LOSS_ALLOWED allows.",
        "The load before stands. Wait for a whole dump; if the loss is right, load with "
        "`--accept-loss` or raise PHLOGISTON_LOAD_LOSS_ALLOWED.",
        blocking=True,
    )
    for table in TABLES
}
IDS_UNIQUE: Final = {
    table: Check(
        table,
        "ids_unique",
        "No id stands twice.",
        "The dump is damaged, or its form has changed: of rows with one id only the first is kept "
        "(of transactions, all). Compare with the next dump and tell whoever makes them.",
    )
    for table in TABLES[:4]
}
TIMES_PLAUSIBLE: Final = Check(
    "maniphest_transaction",
    "times_plausible",
    "No change is older than the year 2000 or younger than the dump, and the newest is not "
    "two days older than the day that the dump closes.",
    "Look whether the dump closes the day that it is loaded for (`--day`), and whether the "
    "server that makes dumps has stopped or has a wrong clock.",
    severe=False,
)
VALUES_READABLE: Final = Check(
    "maniphest_transaction",
    "values_readable",
    "The share of values that could not be read is not above PHLOGISTON_UNREADABLE_ALLOWED.",
    "See which kinds of values are counted. If many projects are hidden from the dump, raise the "
    "setting; else the dump's form has changed, and figures may be wrong until it is read again.",
)
HISTORY_AGREES: Final = Check(
    "maniphest_task",
    "history_agrees",
    "Status, priority, points and projects as rebuilt from history are those that the dump tells, "
    "but for a share of PHLOGISTON_DISAGREEMENT_ALLOWED of the tasks.",
    "Compare the tasks that are named with their pages in Phabricator: changes are missing from "
    "the dump, or a new kind of change is not read.",
)
LOAD_CHECKS: Final = (
    *NO_SUDDEN_LOSS.values(),
    *IDS_UNIQUE.values(),
    TIMES_PLAUSIBLE,
    VALUES_READABLE,
    HISTORY_AGREES,
)


@dataclass(frozen=True, slots=True)
class LoadLimits:
    """What share (0 to 1) may be lost, unreadable or in disagreement."""

    loss: float = 0.1
    unreadable: float = 0.05
    disagreement: float = 0.01


@dataclass(frozen=True, slots=True)
class LoadFacts:
    """What is known of a load before it is swapped in.

    `rows` and `rows_before` count by loaded table (empty: there was no load), `repeated` counts
    ids that stand twice by table, `strange_times` transactions before EARLIEST or after the day on
    which the dump was made, `newest_change` is in epoch seconds.
    """

    day: date
    rows: Mapping[str, int]
    rows_before: Mapping[str, int]
    repeated: Mapping[str, int] = field(default_factory=dict)
    strange_times: int = 0
    newest_change: int = 0
    unreadable: Mapping[str, int] = field(default_factory=dict)
    agreement: Agreement = field(default_factory=Agreement)


def plausible_times(day: date) -> tuple[int, int]:
    """The first and the last plausible instant of a change in the dump that closes a day."""
    made_by = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=2)
    return int(EARLIEST.timestamp()), int(made_by.timestamp()) - 1


def check_load(facts: LoadFacts, limits: LoadLimits, *, accept_loss: bool = False) -> list[Verdict]:
    """What all checks of a load find; `accept_loss` lets any loss of rows pass."""
    allowed = 1.0 if accept_loss else limits.loss
    return [
        *_losses(facts, allowed),
        *_repeated(facts),
        _times(facts),
        _readable(facts, limits.unreadable),
        _agreement(facts, limits.disagreement),
    ]


def _losses(facts: LoadFacts, allowed: float) -> Iterator[Verdict]:
    for table, check in NO_SUDDEN_LOSS.items():
        now, before = facts.rows.get(table, 0), facts.rows_before.get(table, 0)
        lost = max(0.0, 1 - now / before) if before else 0.0
        said = f"{table} has {now:,} rows"
        said += f", {before:,} in the load before" if before else "; nothing was loaded before"
        said += f": {lost:.1%} are lost, {allowed:.1%} allowed." if lost else "."
        yield Verdict(check, lost <= allowed, said, {"rows": now, "rows_before": before})


def _repeated(facts: LoadFacts) -> Iterator[Verdict]:
    for table, check in IDS_UNIQUE.items():
        twice = facts.repeated.get(table, 0)
        said = f"{twice:,} ids of {table} stand twice." if twice else "Every id stands once."
        yield Verdict(check, twice == 0, said, {"repeated": twice})


def _times(facts: LoadFacts) -> Verdict:
    newest = datetime.fromtimestamp(facts.newest_change, UTC)
    end = datetime(facts.day.year, facts.day.month, facts.day.day, tzinfo=UTC) + timedelta(days=1)
    quiet = newest <= end - QUIET
    said = f"The newest change is of {newest:%Y-%m-%d %H:%M} UTC"
    said += f", long before the end of {facts.day}" if quiet else ""
    said += f"; {facts.strange_times:,} changes have strange times." if facts.strange_times else "."
    passed = not (quiet or facts.strange_times)
    return Verdict(TIMES_PLAUSIBLE, passed, said, {"strange_times": facts.strange_times})


def _readable(facts: LoadFacts, allowed: float) -> Verdict:
    count = sum(facts.unreadable.values())
    share = count / max(facts.rows.get("maniphest_transaction", 0), 1)
    kinds = ", ".join(f"{kind}: {number:,}" for kind, number in facts.unreadable.items() if number)
    said = f"{count:,} values could not be read, {share:.2%} of the transactions"
    said += f" ({kinds})." if kinds else "."
    return Verdict(VALUES_READABLE, share <= allowed, said, {"unreadable": count, "share": share})


def _agreement(facts: LoadFacts, allowed: float) -> Verdict:
    found = facts.agreement
    shares = {one: found.differing[one] / max(found.compared[one], 1) for one in FIELDS}
    counts = ", ".join(f"{one} of {found.differing[one]:,}" for one in FIELDS)
    tasks = max(found.compared.values(), default=0)
    said = f"Of {tasks:,} tasks, history tells otherwise than the dump: {counts}."
    said += f" Among them {_names(found.examples)}." if found.examples else ""
    figures = {f"{one}_differing": found.differing[one] for one in FIELDS}
    passed = max(shares.values()) <= allowed
    return Verdict(HISTORY_AGREES, passed, said, {**figures, "share": max(shares.values())})


def _names(tasks: Sequence[int]) -> str:
    return ", ".join(f"T{task}" for task in tasks)
