"""What came in, went out and was completed, by week (forecast.md, "What goes in").

Changes are summed by day first, so that the weeks before any day are two look-ups and a
difference; a record of five years asks for some thousand weeks.

What does not belong here: why something came in or went out (see `changes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from phlogiston_assets.domain.categories.categorisation import OPEN, Category, CategoryPeriods
from phlogiston_assets.domain.counting.aggregation import daily_runs
from phlogiston_assets.domain.counting.changes import CAME_IN, REOPENED, RESOLVED_NOW, Changes
from phlogiston_assets.domain.counting.forecasting import WEEK
from phlogiston_assets.domain.scopes import Display

COUNT: Final = 0
POINTS: Final = 1
MEASURES: Final = ("count", "points")

MOST_WEEKS: Final = 26

Amounts = npt.NDArray[Any]
"""Whole numbers: tasks, or points in 1/scale; Python integers where int64 might not hold sums."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """The last completed weeks ending on `day`, and what is open then.

    `came_in`, `went_out` and `completed` (net of reopened) have the shape (weeks, categories,
    measures), oldest week first; `open` has (categories, measures). Points are in 1/`scale`.
    """

    categories: tuple[Category, ...]
    day: int
    open: Amounts
    came_in: Amounts
    went_out: Amounts
    completed: Amounts
    scale: int

    def __len__(self) -> int:
        return len(self.completed)

    def only(self, chosen: Sequence[int]) -> Weeks:
        """The same weeks of the categories at these places."""
        parts = (self.came_in, self.went_out, self.completed)
        came_in, went_out, completed = (part[:, chosen] for part in parts)
        categories = tuple(self.categories[place] for place in chosen)
        stock = self.open[chosen]
        return Weeks(categories, self.day, stock, came_in, went_out, completed, self.scale)

    @property
    def shown(self) -> tuple[int, ...]:
        """The places of the shown categories."""
        return tuple(n for n, one in enumerate(self.categories) if one.display is Display.SHOW)

    def unit(self, measure: int) -> int:
        """What amounts of a measure are to be divided by."""
        return self.scale if measure == POINTS else 1

    @property
    def net(self) -> Amounts:
        """What each week added to what is open."""
        found: Amounts = self.came_in - self.went_out - self.completed
        return found


@dataclass(frozen=True, slots=True)
class Flows:
    """Each day's stock and the totals since the first day: shape (days, categories, measures).

    `open` is the stock at the end of the day, worked out from the totals; the others sum what came
    in, went out and was completed from the day after `first_day` on. Points are in 1/`scale`.
    """

    categories: tuple[Category, ...]
    first_day: int
    open: Amounts
    came_in: Amounts
    went_out: Amounts
    completed: Amounts
    scale: int

    @property
    def last_day(self) -> int:
        """The last day known."""
        return self.first_day + len(self.open) - 1

    def count_weeks(self, day: int) -> int:
        """How many completed weeks end on a day, at most MOST_WEEKS."""
        return max(min((day - self.first_day) // WEEK, MOST_WEEKS), 0)

    def weeks(self, day: int) -> Weeks:
        """The completed weeks ending on a day, at most MOST_WEEKS; nothing later is looked at."""
        place = day - self.first_day
        ends = np.arange(-self.count_weeks(day), 1) * WEEK + place
        came_in, went_out, completed = (
            np.diff(total[ends], axis=0) for total in (self.came_in, self.went_out, self.completed)
        )
        return Weeks(
            self.categories, day, self.open[place], came_in, went_out, completed, self.scale
        )


def flows_of(changes: Changes, categorised: CategoryPeriods, days: tuple[int, int]) -> Flows:
    """The flows from the first to the last of the `days`; `categorised` tell the first stock."""
    shape = (days[1] - days[0] + 1, len(changes.categories), len(MEASURES))
    incoming = np.isin(changes.cause, CAME_IN)
    done = np.isin(changes.cause, (RESOLVED_NOW, REOPENED))
    came_in = _totals(changes, incoming, shape, days[0])
    went_out = _totals(changes, ~incoming & ~done, shape, days[0])
    sign = np.where(changes.cause == REOPENED, -1, 1)
    completed = _totals(changes, done, shape, days[0], sign)
    stock = _first_stock(categorised, days[0])
    return Flows(
        categories=changes.categories,
        first_day=days[0],
        open=stock + came_in - went_out - completed,
        came_in=came_in,
        went_out=went_out,
        completed=completed,
        scale=changes.scale,
    )


def _totals(
    changes: Changes,
    chosen: npt.NDArray[np.bool_],
    shape: tuple[int, int, int],
    first_day: int,
    sign: Amounts | None = None,
) -> Amounts:
    """Running sums of the chosen changes."""
    amounts: Amounts = np.zeros(shape, dtype=changes.units.dtype)
    place = (changes.day[chosen] - first_day, changes.category[chosen])
    for measure, column in ((COUNT, changes.count), (POINTS, changes.units)):
        signed = column[chosen] if sign is None else (column * sign)[chosen]
        np.add.at(amounts[:, :, measure], place, signed)
    return np.cumsum(amounts, axis=0)


def _first_stock(categorised: CategoryPeriods, day: int) -> Amounts:
    """What is open on the first day: (categories, measures), points in the scale of changes."""
    runs = daily_runs(categorised)
    then = (runs.status == OPEN) & (runs.first <= day) & (runs.end > day)
    stock: Amounts = np.zeros((len(categorised.categories), len(MEASURES)), dtype=runs.units.dtype)
    np.add.at(stock[:, COUNT], runs.category[then], runs.count[then])
    np.add.at(stock[:, POINTS], runs.category[then], runs.units[then])
    return stock
