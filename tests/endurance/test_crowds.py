"""Many runs at once over the same scope and the same load leave what runs in turn would leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from support.crowds import PATIENT, REBUILD, must_be_done_or_refused
from support.endurance import DAY, Installation, Seen

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


def test_crowds_leave_what_runs_in_turn_leave(
    installation: Installation,
    single: tuple[Seen, float],
    day_reported_again: Callable[[], list[dict[str, str]]],
    command: list[object],
    tmp_path: Path,
    rounds: Callable[[int], list[int]],
) -> None:
    """operations.md, "Safe failing": two runs touch the same scope, or two load at once."""
    on_sqlite = installation.server is None
    done = refused = 0
    for number in rounds(ROUNDS) or [0 if on_sqlite else 3]:
        crowd = Crowd.of_round(number)
        with installation.copied(tmp_path / "crowded") as crowded:
            ends = crowded.call_together(crowd.calls(command), lock_wait=PATIENT * crowd.waits)
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
    # Of a single crowd that does not wait, each may be refused by another.
    assert done or not rounds(ROUNDS)
