"""When the tasks of every strand arrive. What becomes of them does not belong here."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from phlogiston_assets.domain.sample.dice import Dice
from phlogiston_assets.domain.sample.organisation import Organisation
from phlogiston_assets.domain.sample.rhythm import Rhythm
from phlogiston_assets.domain.sample.team import Strand

PLANNING = 0.035
_STRANDS = 1 << 16


@dataclass(frozen=True, slots=True)
class Arrivals:
    """All tasks in order of arrival: the instant of each, and the number of its errand."""

    created: Sequence[int]
    errand: Sequence[int]


def arrivals(count: int, organisation: Organisation, rhythm: Rhythm, dice: Dice) -> Arrivals:
    """Spread `count` tasks over strands by their shares, and over days by their profiles."""
    strands = [errand.strand for errand in organisation.errands]
    keys: list[int] = []
    for number, tasks in enumerate(quotas([strand.share for strand in strands], count)):
        strand = strands[number]
        planned = int(strand.planned * tasks)
        keys += (
            _arrival(strand, place < planned, rhythm, dice) * _STRANDS + number
            for place in range(tasks)
        )
    keys.sort()
    return Arrivals(
        array("q", (key // _STRANDS for key in keys)), array("H", (key % _STRANDS for key in keys))
    )


def quotas(shares: list[float], count: int) -> list[int]:
    """Whole numbers in proportion to shares, which add up to `count` (largest remainders)."""
    whole = sum(shares)
    exact = [count * share / whole for share in shares]
    given = [int(value) for value in exact]
    by_remainder = sorted(range(len(shares)), key=lambda n: (given[n] - exact[n], n))
    for number in by_remainder[: count - sum(given)]:
        given[number] += 1
    return given


def _arrival(strand: Strand, planned: bool, rhythm: Rhythm, dice: Dice) -> int:
    """An instant at which a task of the strand is filed; few come while few people work."""
    while True:
        window = strand.closes - strand.opens
        if planned:
            fraction = strand.opens + min(PLANNING, window) * dice.random()
        else:
            fraction = strand.opens + window * _trend(strand.growth, dice)
        day = rhythm.day_at(fraction)
        if dice.chance(rhythm.busy(day)):
            return rhythm.hour_of(day, dice)


def _trend(growth: float, dice: Dice) -> float:
    """A place between 0 and 1 with a density that rises (or falls) in a straight line."""
    while True:
        place = dice.random()
        if dice.chance((1 + growth * (2 * place - 1)) / (1 + abs(growth))):
            return place
