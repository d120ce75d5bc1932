"""What an alarm says: what failed, of which scope and day, why, where to look and what to do.

What does not belong here: when there is one (see `phlogiston_assets.defs.alarms`), and how it is
sent (see `resources.alarms`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Final

DUE_AFTER: Final = timedelta(hours=6)
"""A dump that closes a day is made at about 04:00 of the next, and loaded soon after."""
_CHECKS_REMEDY: Final = "docs/checks.md tells what to do for each check."
_TOLD: Final = 10
"""How many sentences, and subjects of each, an alarm on several runs names."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm; `sentences` say why, `scope`, `days` and `run` are "" where there is none."""

    title: str
    sentences: tuple[str, ...]
    where: str
    remedy: str
    scope: str = ""
    days: str = ""
    run: str = ""

    @property
    def text(self) -> str:
        """The whole alarm in plain text."""
        about = [
            f"{name}: {value}"
            for name, value in (("Scope", self.scope), ("Day", self.days), ("Run", self.run))
            if value
        ]
        ends = [f"Where to look: {self.where}", f"What to do: {self.remedy}"]
        return "\n".join([self.title, "", *self.sentences, "", *about, *ends])

    def message(self) -> dict[str, object]:
        """The alarm for a webhook; `text` is what chat programs show."""
        return {**asdict(self), "sentences": list(self.sentences), "text": self.text}


def overdue(day: date, now: datetime, allowed: int) -> int:
    """How many days nothing newer than `day` has come, if that is more than allowed; else 0."""
    missing = ((now - DUE_AFTER).date() - day).days - 1
    return missing if missing >= allowed else 0


def stale_alarm(
    load: date, reports: Mapping[str, date], now: datetime, allowed: int, where: str
) -> Alarm | None:
    """The alarm on a load and reports (newest day by scope) that are overdue; None if none is."""
    sentences = []
    if missing := overdue(load, now, allowed):
        sentences.append(f"No dump was loaded for {missing} days; the newest day is {load}.")
    late = {scope: overdue(day, now, allowed) for scope, day in sorted(reports.items())}
    sentences += [
        f"The newest report of {scope} is {missing} days behind, of {reports[scope]}."
        for scope, missing in late.items()
        if missing
    ]
    if not sentences:
        return None
    return Alarm(
        title="Phlogiston: nothing new",
        sentences=tuple(sentences),
        where=where,
        remedy="See by `phlogiston dump` whether there is a new dump, and under Automation whether "
        "the schedule and the sensors are on; then run `phlogiston run`. Reports stand as they "
        "are, marked stale.",
    )


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run of which steps failed, with what each said.

    If it broke off, the steps are those that were under way then, and one sentence tells why.
    `scope` is the one that it was for, "" for a load or several scopes; `days` tells its days.
    """

    steps: tuple[str, ...]
    sentences: tuple[str, ...]
    scope: str
    days: str
    id: str


def failed_run_alarm(run: FailedRun, where: str) -> Alarm:
    """The alarm on one run."""
    scope = run.scope
    again = f"phlogiston run --scope {scope}" if scope else "phlogiston run"
    return Alarm(
        title=f"Phlogiston: failed: {_steps(run.steps)}" + (f" of {scope}" if scope else ""),
        sentences=run.sentences,
        where=where,
        remedy=f"Do as the sentence says; then re-execute the run, or `{again}`. What was loaded "
        "and published before stands.",
        scope=scope,
        days=run.days,
        run=run.id,
    )


def failed_runs_alarm(runs: Sequence[FailedRun], where: str) -> Alarm:
    """The alarm on several runs: each sentence once, with the scopes that it was said of."""
    said: dict[str, list[str]] = {}
    for run in runs:
        for sentence in run.sentences:
            said.setdefault(sentence, []).append(run.scope or _steps(run.steps))
    most_first = sorted(said.items(), key=lambda item: -len(item[1]))
    sentences = [f"{_listed(of)}: {sentence}" for sentence, of in most_first[:_TOLD]]
    if len(said) > _TOLD:
        sentences.append(f"{len(said) - _TOLD} other sentences are in the runs' logs.")
    scopes = {run.scope for run in runs}
    return Alarm(
        title=f"Phlogiston: {len(runs)} runs failed",
        sentences=tuple(sentences),
        where=where,
        remedy="Do as the sentences say; then re-execute the runs, or `phlogiston run`. What was "
        "loaded and published before stands.",
        scope=scopes.pop() if len(scopes) == 1 else "",
    )


def _steps(steps: Sequence[str]) -> str:
    return ", ".join(steps) or "a run did not begin"


def _listed(subjects: Sequence[str]) -> str:
    """The subjects, each once, and how many runs there were."""
    once = sorted(set(subjects))
    names = ", ".join(once[:_TOLD]) + (f" and {len(once) - _TOLD} more" * (len(once) > _TOLD))
    return names if len(subjects) == 1 else f"{names} ({len(subjects)} runs)"


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check, as `asset: check`, and what it found; `scope` and `days` are those of its `run`."""

    name: str
    sentence: str
    scope: str
    days: str
    run: str


def failed_checks_alarm(checks: Sequence[FailedCheck], where: str) -> Alarm:
    """The alarm on the failed checks of one run."""
    first, names = checks[0], [check.name for check in checks]
    return Alarm(
        title=f"Phlogiston: failed checks: {', '.join(names)}",
        sentences=tuple(check.sentence for check in checks),
        where=where,
        remedy=_CHECKS_REMEDY,
        scope=first.scope,
        days=first.days,
        run=first.run,
    )


def failed_checks_of_runs_alarm(checks: Sequence[FailedCheck], where: str) -> Alarm:
    """The alarm on the failed checks of several runs: all of each scope together.

    A check that failed in several runs of a scope, the oldest of them first, is told as the newest
    of them tells it.
    """
    told: dict[str, dict[str, list[FailedCheck]]] = {}
    for check in checks:
        told.setdefault(check.scope, {}).setdefault(check.name, []).append(check)
    return Alarm(
        title=f"Phlogiston: checks failed in {len({check.run for check in checks})} runs",
        sentences=tuple(_told_of_scope(scope, told[scope]) for scope in sorted(told)),
        where=where,
        remedy=_CHECKS_REMEDY,
        scope=next(iter(told)) if len(told) == 1 else "",
    )


def _told_of_scope(scope: str, found: Mapping[str, Sequence[FailedCheck]]) -> str:
    """One line on a scope; "" is what is of no scope: the load."""
    said = [f"{name}{_days_told(of)}: {of[-1].sentence}" for name, of in found.items()]
    return f"{scope or 'load'}: {' '.join(said)}"


def _days_told(of: Sequence[FailedCheck]) -> str:
    """The days of the newest run in which a check failed, and in how many it did."""
    parts = [of[-1].days, f"{len(of)} runs" if len(of) > 1 else ""]
    said = ", ".join(filter(None, parts))
    return f" ({said})" if said else ""
