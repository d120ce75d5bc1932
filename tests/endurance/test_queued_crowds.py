"""Crowds that a daemon's queue starts, by itself and beside the command line.

The queue knows a run's scope by its tags, and lets one run a scope be under way; half of the runs
here do not tell theirs, as backfills do not, and meet the others at the database's locks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import combinations
from pathlib import Path

import pytest
from support.crowds import PATIENT, REBUILD, REFUSED, must_be_done_or_refused
from support.endurance import DAY, LOADED_TABLES, NEXT, SCOPE, Dumps, Installation, Seen
from support.queued_runs import Queue, QueuedRun, running_queue

from phlogiston_assets.domain.days import day_of
from resources.loading import load_dump
from resources.scope_desk import ScopeDesk
from resources.settings import Settings
from resources.warehouse import day_store

DUE = ("run", "--no-load", "--scope", SCOPE)
ROUNDS = 10
"""Of crowds that wait, and as many of crowds that are refused."""
LAUNCHED = ("load", "rebuild", "load", "by hand", "load", "backfill", "load", "rebuild")
"""Any two that follow one another are a load and a reconstruction."""


@dataclass(frozen=True)
class Turns:
    """What runs in turn leave of the old dump's reports, step by step."""

    days: list[date]
    loaded: dict[str, str]
    rebuilt: dict[str, str]
    after: Installation
    """After both steps; only the newest day is missing."""


@dataclass(frozen=True)
class Crowd:
    """Runs at once: loads against reconstructions, or all for the one day that is missing."""

    number: int
    both: bool

    @property
    def size(self) -> int:
        """Eight and two, in turn."""
        return (8, 2)[self.number % 2]

    @property
    def alike(self) -> bool:
        """Whether all make the missing day."""
        return self.number // 2 % 2 == 1

    @property
    def queued(self) -> int:
        """How many of them the queue starts; the others are calls of the program."""
        return self.size // 2 if self.both else self.size

    def launches(self, queue: Queue, turns: Turns, dumps: Dumps) -> list[Callable[[], str]]:
        """What to launch at once."""
        first, last = turns.days[0], turns.days[-1]
        kinds: dict[str, Callable[[], str]] = {
            "load": partial(queue.load, dumps.new, NEXT),
            "rebuild": partial(queue.rebuild, first, last),
            "by hand": partial(queue.rebuild_by_hand, first, last),
            "backfill": partial(queue.backfill, turns.days),
        }
        found = [kinds[LAUNCHED[(self.number + n) % len(LAUNCHED)]] for n in range(self.queued)]
        if self.alike:
            ways = (partial(queue.report, NEXT), partial(queue.report_by_range, NEXT))
            found = [ways[(self.number + n) % 2] for n in range(self.queued)]
        return found

    def calls(self, command: list[object]) -> list[list[object]]:
        """What is called at once."""
        calls = [[*DUE]] if self.alike else [command, [*REBUILD]]
        return (calls * self.size)[: self.size - self.queued]


@pytest.fixture(scope="module")
def turns(installation: Installation, folder: Path, dumps: Dumps) -> Iterator[Turns]:
    with installation.copied(folder / f"ready-{installation.home.name}") as copy:
        settings = Settings(home=copy.home, database_url=copy.url, scopes_dir=copy.scopes)
        with copy.database() as database:
            load_dump(database, dumps.new, NEXT)
            loaded = copy.seen().tables
            with database.read() as connection:
                first = day_of(day_store.read_days(connection, SCOPE)[0])
            days = [first + timedelta(days=n) for n in range((DAY - first).days + 1)]
            ScopeDesk(database, settings).reconstruct(SCOPE, days, anew=True)
        yield Turns(days, loaded, copy.seen().tables, copy)


@pytest.fixture(scope="module", params=[0, PATIENT], ids=["refused", "waiting"])
def queue(
    request: pytest.FixtureRequest,
    installation: Installation,
    tmp_path_factory: pytest.TempPathFactory,
    rounds: Callable[[int], list[int]],
) -> Iterator[Queue]:
    """A daemon whose runs wait for locks, or do not."""
    if not rounds(ROUNDS):
        pytest.skip("A daemon takes longer to start than all else here: see `make endurance`.")
    with running_queue(installation, tmp_path_factory.mktemp("queue"), request.param) as queue:
        yield queue


@pytest.mark.parametrize("both", [False, True], ids=["by queue", "by both"])
def test_crowds_of_the_queue_leave_what_runs_in_turn_leave(
    queue: Queue,
    both: bool,
    installation: Installation,
    turns: Turns,
    single: tuple[Seen, float],
    day_reported_again: Callable[[], list[dict[str, str]]],
    dumps: Dumps,
    command: list[object],
    rounds: Callable[[int], list[int]],
) -> None:
    """operations.md, "Safe failing": whoever starts two runs on the same scope or load."""
    whole, ended = single[0], Counter[str]()
    for number in rounds(ROUNDS):
        crowd = Crowd(number, both)
        queue.here.become(turns.after if crowd.alike else installation)
        ended += ends_of(crowd, queue, crowd.launches(queue, turns, dumps), crowd.calls(command))
        seen = queue.here.seen()
        if not crowd.alike:
            must_be_as_in_turn(seen, crowd, queue, turns, whole)
            last = queue.here.call(*command)
            assert (last.code, last.err) == (0, "")
            seen = queue.here.seen()
        assert seen.tables == whole.tables
        if seen.of_day(DAY) != whole.of_day(DAY):
            assert both
            assert seen.of_day(DAY) in day_reported_again()
        assert seen.but_for_day(DAY) == whole.but_for_day(DAY)
        assert queue.here.leftovers() == []
    said = f"of {len(rounds(ROUNDS))} crowds {'by both' if both else 'by the queue'}, {dict(ended)}"
    print(f"{said} on {installation.home.name}")  # noqa: T201 - what `make endurance` is for


def ends_of(
    crowd: Crowd, queue: Queue, launches: list[Callable[[], str]], calls: list[list[object]]
) -> Counter[str]:
    """Start all at once and wait for them; how many were done and refused, of either way."""
    may_be_refused = queue.lock_wait == 0
    launched = [launch() for launch in launches]
    ended: Counter[str] = Counter()
    if crowd.both:
        queue.wait_for_one(launched)
        for end in queue.here.call_together(calls, lock_wait=queue.lock_wait):
            must_be_done_or_refused(end, may_be_refused=may_be_refused)
            ended["refused calls" if end.code else "calls done"] += 1
    runs = queue.ends(launched)
    for run in runs:
        ended[must_be_success_or_refused(run, may_be_refused=may_be_refused)] += 1
    must_be_within_limits(runs, queue.most_at_once)
    return ended


def must_be_success_or_refused(run: QueuedRun, *, may_be_refused: bool) -> str:
    """No error but the lock's own sentence, in all that the run tells."""
    if run.status == "SUCCESS":
        assert run.errors == ()
        return "runs done"
    assert (run.status, may_be_refused) == ("FAILURE", True), run
    assert run.errors
    assert [error for error in run.errors if not REFUSED.fullmatch(error)] == []
    return "runs refused"


def must_be_within_limits(runs: list[QueuedRun], most_at_once: int) -> None:
    """The queue let no two loads and no two runs of one scope be under way at once."""
    for one, other in combinations(runs, 2):
        assert not (one.must_wait_for(other) and one.meets(other)), (one, other)
    for run in runs:
        under_way = [other for other in runs if other.began <= run.began < other.ended]
        assert len(under_way) <= most_at_once


def must_be_as_in_turn(seen: Seen, crowd: Crowd, queue: Queue, turns: Turns, whole: Seen) -> None:
    """Before anybody mends it: one load, and days of one load, in some order of the runs."""
    if not crowd.both:
        assert seen.tables in (turns.loaded, turns.rebuilt)
        return
    names = whole.tables if queue.lock_wait else LOADED_TABLES
    assert [name for name in names if seen.tables[name] != whole.tables[name]] == []
