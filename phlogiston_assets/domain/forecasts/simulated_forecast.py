"""Which series have a forecast with stated probabilities, and their futures (forecast.md).

What does not belong here: drawing futures (see `simulation`), dates and tables (see
`forecast_tables`), how past forecasts did (see `record`), the classic forecast (`forecasting`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from phlogiston_assets.domain.counting.flows import COUNT, MEASURES, POINTS, Weeks
from phlogiston_assets.domain.forecasts.simulation import (
    HORIZON,
    TRIALS,
    Futures,
    Paths,
    draw_paths,
    play,
    seed_of,
)

LEAST_WEEKS: Final = 8
LEAST_ACTIVE: Final = 5
FORECAST, DONE, NONE = "forecast", "done", "none"
"""What a forecast says: dates; that nothing is open; nothing, for a reason."""


class Standing(NamedTuple):
    """Whether there is a forecast, and if not, why, as a sentence."""

    state: str
    reason: str = ""


def standing(weeks: Weeks, category: int, measure: int) -> Standing:
    """Whether a category has a forecast in a measure."""
    if weeks.open[category, measure] <= 0:
        pointless = measure == POINTS and weeks.open[category, COUNT] > 0
        return Standing(DONE, "No open task has points." if pointless else "Nothing is open.")
    if len(weeks) < LEAST_WEEKS:
        known = f"Only {_weeks(len(weeks))} known" if len(weeks) else "No whole week is known yet"
        return Standing(NONE, f"{known}; a forecast needs {LEAST_WEEKS}.")
    active = int((weeks.completed[:, category, measure] > 0).sum())
    if active < LEAST_ACTIVE:
        known = f"in only {active}" if active else "in none"
        return Standing(
            NONE,
            f"Something was completed {known} of the last {len(weeks)} weeks; a forecast needs "
            f"{LEAST_ACTIVE}.",
        )
    return Standing(FORECAST)


def _weeks(count: int) -> str:
    return "1 whole week is" if count == 1 else f"{count} whole weeks are"


@dataclass(frozen=True, slots=True)
class Simulated:
    """The futures of all series (category, measure) that have a forecast.

    Of the `sides`, `growing` goes on with what comes in and goes out and `frozen`, if it was
    wanted, with completions only; a column of each is the series at that place.
    """

    series: tuple[tuple[int, int], ...]
    paths: Paths
    sides: tuple[Futures, ...]

    @property
    def growing(self) -> Futures:
        """The futures in which the scope goes on growing."""
        return self.sides[0]

    @property
    def frozen(self) -> Futures:
        """The futures in which the scope froze."""
        return self.sides[1]


def simulate(scope: str, weeks: Weeks, *, frozen: bool = True) -> Simulated:
    """Simulate a scope from its last weeks, seeded by its prefix and the day."""
    series = tuple(
        (category, measure)
        for category in range(len(weeks.categories))
        for measure in range(len(MEASURES))
        if standing(weeks, category, measure).state == FORECAST
    )
    sides = 2 if frozen else 1
    if not series:
        none = np.empty((TRIALS, 0), dtype=np.uint8)
        return Simulated(series, np.empty((HORIZON, 0), dtype=np.uint8), (none,) * sides)
    paths = draw_paths(seed_of(scope, weeks.day), len(weeks))
    place = tuple(np.array(series).T)
    stock, net, done = (one[..., *place] for one in (weeks.open, weeks.net, weeks.completed))
    nets = np.concatenate([net, -done][:sides], axis=1)
    futures = play(np.tile(stock, sides), nets, paths)
    return Simulated(series, paths, tuple(np.split(futures, sides, axis=1)))
