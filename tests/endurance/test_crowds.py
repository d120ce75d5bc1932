"""Many runs at once over the same scope and the same load leave what runs in turn would leave."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from support.command_line import Outcome
from support.endurance import DAY, NEXT, SCOPE, Dumps, Installation, Seen

from resources.loading import load_dump

REFUSED = re.compile(
    r"error: (load|edit|site index): ("
    r"The (load|scope edit|report edit|site index) is in use by .*"
    r"|Another run is fetching a dump into \S+"
    r"); gave up after 0 s\. Wait for it to end and start again, or raise PHLOGISTON_LOCK_WAIT\."
)
REBUILD = ("run", "--mode", "rerecon", "--no-load", "--scope", SCOPE)
REPORT = ("run", "--mode", "reports", "--no-load", "--scope", SCOPE, "--to", DAY)
ROUNDS = 20


@dataclass(frozen=True)
class Crowd:
    """Runs at once: they wait for each other or are refused; half may rebuild what is loaded."""

    size: int
    waits: bool
    mixed: bool

    @classmethod
    def of_round(cls, number: int) -> Crowd:
        """Two and eight, waiting and not, all alike and mixed."""
        return cls((8, 2)[number // 2 % 2], waits=number % 2 == 1, mixed=number % 3 != 2)

    def calls(self, command: list[object]) -> list[list[object]]:
        """What is called at once."""
        calls = [command, [*REBUILD] if self.mixed else command]
        return calls * (self.size // 2)


@pytest.fixture(scope="module")
def day_reported_again(
    installation: Installation, folder: Path, dumps: Dumps, command: list[object]
) -> Callable[[], list[dict[str, str]]]:
    """The pages of the old dump's day as runs in turn leave them if it is reported again.

    It is so after the new load, either from days made of the old load or from days made anew.
    """

    @cache
    def states() -> list[dict[str, str]]:
        found = []
        with installation.copied(folder / f"turns-{installation.home.name}") as copy:
            with copy.database() as database:
                load_dump(database, dumps.new, NEXT)
            for calls in ([REPORT], [command, REPORT]):
                for call in calls:
                    done = copy.call(*call)
                    assert (done.code, done.err) == (0, "")
                found.append(copy.seen().of_day(DAY))
        return found

    return states


def test_crowds_leave_what_runs_in_turn_leave(
    installation: Installation,
    single: tuple[Seen, float],
    day_reported_again: Callable[[], list[dict[str, str]]],
    command: list[object],
    tmp_path: Path,
    endurance: bool,
) -> None:
    """operations.md, "Safe failing": two runs touch the same scope, or two load at once."""
    on_sqlite = installation.server is None
    done = refused = 0
    for number in range(ROUNDS) if endurance else [0 if on_sqlite else 3]:
        crowd = Crowd.of_round(number)
        with installation.copied(tmp_path / "crowded") as crowded:
            ends = crowded.call_together(crowd.calls(command), lock_wait=600 * crowd.waits)
            for end in ends:
                must_be_done_or_refused(end, may_be_refused=not crowd.waits)
            done += sum(end.code == 0 for end in ends)
            refused += sum(end.code != 0 for end in ends)
            if not crowd.waits:
                last = crowded.call(*command)
                assert (last.code, last.err) == (0, "")
            seen = crowded.seen()
            assert seen.tables == single[0].tables
            if seen.of_day(DAY) != single[0].of_day(DAY):
                assert seen.of_day(DAY) in day_reported_again()
            assert seen.but_for_day(DAY) == single[0].but_for_day(DAY)
            assert crowded.leftovers() == []
    said = f"{done} runs in crowds were done, {refused} were refused"
    print(f"{said} on {installation.home.name}")  # noqa: T201 - the figure that `make endurance` is for
    assert done


def must_be_done_or_refused(done: Outcome, *, may_be_refused: bool) -> None:
    """No error but the lock's own sentence."""
    if done.code == 0:
        assert done.err == ""
        return
    assert may_be_refused, done.err
    lines = done.err.splitlines()
    assert lines
    assert [line for line in lines if not REFUSED.fullmatch(line)] == []
