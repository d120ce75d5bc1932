"""Histories of which the truth is known, for `benchmarks.forecast_calibration`.

Half a year in which a team works at a known pace, and two years that follow by the same rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from phlogiston_assets.domain.counting.flows import MOST_WEEKS
from phlogiston_assets.domain.forecasts.simulation import HORIZON

LENGTH: Final = MOST_WEEKS + HORIZON

Counts = npt.NDArray[np.int64]
Random = np.random.Generator
Truth = Callable[[Random, int], tuple[Counts, Counts]]
"""Makes (completed, came in) by week of so many histories: each (LENGTH, histories)."""


def steady(random: Random, count: int) -> tuple[Counts, Counts]:
    """Five a week, by chance more or less, and nothing comes in."""
    completed = random.poisson(5, (LENGTH, count))
    return completed, completed * 0


def growing(share: float, pace: float = 5) -> Truth:
    """So much a week, and so large a share of that comes in anew."""

    def truth(random: Random, count: int) -> tuple[Counts, Counts]:
        shape = (LENGTH, count)
        return random.poisson(pace, shape), random.poisson(pace * share, shape)

    return truth


def drifting(weekly: float) -> Truth:
    """Five a week at first, at a pace that wanders by about so large a share each week."""

    def truth(random: Random, count: int) -> tuple[Counts, Counts]:
        wander = np.cumsum(random.normal(0, weekly, (LENGTH, count)), axis=0)
        completed = random.poisson(5 * np.exp(wander))
        return completed, completed * 0

    return truth


def bursts(random: Random, count: int) -> tuple[Counts, Counts]:
    """Ten every second week and nothing in between."""
    week = np.arange(LENGTH)[:, None] + random.integers(0, 2, count)
    completed = random.poisson(10.0 * (week % 2))
    return completed, completed * 0


def huge(random: Random, count: int) -> tuple[Counts, Counts]:
    """Two thousand a week, in weeks of very different luck."""
    luck = random.gamma(4, 0.25, (LENGTH, count))
    completed = random.poisson(2000 * luck)
    return completed, completed * 0


@dataclass(frozen=True)
class Kind:
    """A kind of history: its truth, and what is open when the forecast is made."""

    name: str
    truth: Truth
    stock: int


KINDS: Final = (
    Kind("steady", steady, 60),
    Kind("drifting by 2 % a week", drifting(0.02), 60),
    Kind("drifting by 5 % a week", drifting(0.05), 60),
    Kind("growing by 0 of completions", growing(0.0), 60),
    Kind("growing by 0.5 of completions", growing(0.5), 40),
    Kind("growing by 0.9 of completions", growing(0.9), 15),
    Kind("growing by 0.9, fifty a week", growing(0.9, 50), 100),
    Kind("bursts every second week", bursts, 60),
    Kind("huge", huge, 24_000),
    Kind("finished", steady, 0),
    Kind("empty", lambda _, count: (np.zeros((LENGTH, count), dtype=np.int64),) * 2, 0),
)
