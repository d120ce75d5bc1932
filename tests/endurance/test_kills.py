"""Killed outright at any moment: old or new state, and the same command again finishes the job."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from support.command_line import Hardship
from support.endurance import LOADED_TABLES, NEXT, SCOPE, Dumps, Installation, Seen

from phlogiston_assets.domain.days import day_of
from resources.loading import load_dump
from resources.scope_desk import ScopeDesk
from resources.settings import Settings
from resources.warehouse import day_store

KILLED = -9
KILLS = 100


@dataclass(frozen=True)
class Whole:
    """The states in which readers may find the tables, in their order, and the pages."""

    tables: dict[str, dict[str, str]]
    old: Seen
    new: Seen
    work: float

    def name_of(self, seen: Seen) -> str:
        """Which of the states is seen; fails if it is none of them."""
        report = {"old": self.old.of_report(), "new": self.new.of_report()}
        index = {"old": self.old.of_index(), "new": self.new.of_index()}
        names = (
            _name_of(seen.tables, self.tables, "tables"),
            "report " + _name_of(seen.of_report(), report, "pages of a report"),
            "index " + _name_of(seen.of_index(), index, "pages of the index"),
        )
        return ", ".join(names)


def _name_of(seen: dict[str, str], states: dict[str, dict[str, str]], what: str) -> str:
    for name, state in states.items():
        if seen == state:
            return name
    differences = {
        name: sorted(one for one in {*seen, *state} if seen.get(one) != state.get(one))
        for name, state in states.items()
    }
    raise AssertionError(f"the {what} are in no known state; they differ by {differences}")


@pytest.fixture(scope="module")
def whole(
    installation: Installation, folder: Path, dumps: Dumps, single: tuple[Seen, float]
) -> Whole:
    """The states on the way from the old dump to the new one, each step made by itself."""
    old = installation.seen()
    tables = {"old": old.tables}
    with (
        installation.copied(folder / f"steps-{installation.home.name}") as steps,
        steps.database() as database,
    ):
        settings = Settings(home=steps.home, database_url=steps.url, scopes_dir=steps.scopes)
        desk = ScopeDesk(database, settings)
        load_dump(database, dumps.new, NEXT)
        tables["loaded"] = steps.seen().tables
        assert not [name for name in LOADED_TABLES if tables["loaded"][name] == old.tables[name]]
        with database.read() as connection:
            first = day_of(day_store.read_days(connection, SCOPE)[0])
        days = [first + timedelta(days=n) for n in range((NEXT - first).days + 1)]
        desk.reconstruct(SCOPE, days, anew=True)
        tables["reconstructed"] = steps.seen().tables
        desk.store_figures(SCOPE, NEXT)
        tables["new"] = steps.seen().tables
    new, work = single
    assert new.tables == tables["new"]
    assert len({tuple(state.items()) for state in tables.values()}) == len(tables)
    return Whole(tables, old, new, work)


def test_kills_at_any_moment_leave_old_or_new_and_block_nothing(
    installation: Installation,
    whole: Whole,
    command: list[object],
    tmp_path: Path,
    rounds: Callable[[int], list[int]],
) -> None:
    """operations.md, "Safe failing": killed at any instant."""
    found: Counter[str] = Counter()
    for number in rounds(KILLS) or [KILLS // 2]:
        with killed_copy(installation, whole, command, tmp_path, number) as suffering:
            found[whole.name_of(suffering.seen())] += 1
            again = suffering.call(*command, lock_wait=600)
            assert (again.code, again.err) == (0, "")
            assert whole.name_of(suffering.seen()) == "new, report new, index new"
            assert suffering.leftovers() == []
    for state, times in found.most_common():
        told = f"killed {times} times in {installation.home.name} where it left: {state}"
        print(told)  # noqa: T201 - the measurement itself


@contextmanager
def killed_copy(
    installation: Installation, whole: Whole, command: list[object], folder: Path, number: int
) -> Iterator[Installation]:
    """A copy where the command was killed, the later in its work the higher the number."""
    chance = random.Random(f"kill {number}")
    while True:
        part = (number + chance.random()) / KILLS * chance.uniform(0.7, 1)
        with installation.copied(folder / "suffering") as suffering:
            killed = suffering.call(*command, under=Hardship(kill_after=whole.work * part))
            if killed.code == KILLED:
                yield suffering
                return
            assert (killed.code, killed.err) == (0, ""), "it was done before it was to be killed"
