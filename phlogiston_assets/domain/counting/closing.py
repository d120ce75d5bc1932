"""What was recently closed (domain.md, section 7)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import CategoryPeriods, titles_of
from phlogiston_assets.domain.counting.aggregation import ExactPoints
from phlogiston_assets.domain.days import to_dates
from phlogiston_assets.domain.history.packed import combine, split

RECENT_DAYS: Final = 14


def closings(periods: CategoryPeriods, first_day: int) -> CategoryPeriods:
    """The periods with whose first day their task was closed: resolved then, not the day before.

    `first_day` is the first reconstructed day, on which nothing can be seen to close.
    """
    before = np.zeros(len(periods), dtype=np.bool_)
    before[1:] = (periods.task[1:] == periods.task[:-1]) & (periods.first[1:] == periods.end[:-1])
    before[1:] &= periods.resolved[:-1]
    return periods.only(periods.resolved & ~before & (periods.first > first_day))


def recently_closed_task(closed: CategoryPeriods, last_day: int) -> pd.DataFrame:
    """The tasks closed in the last 14 days: date, id, category, points; newest first."""
    recent = closed.only(closed.first > last_day - RECENT_DAYS)
    frame = _frame(recent)
    return frame.sort_values(["date", "id"], ascending=[False, True], ignore_index=True)


def recently_closed(closed: CategoryPeriods) -> pd.DataFrame:
    """Counts and sums by day and category: date, category, count, points; no points count as 0."""
    exact = ExactPoints.of(closed.points)
    groups = combine(closed.first, closed.category)
    distinct, group = np.unique(groups, return_inverse=True)
    day, category = split(distinct)
    units = np.zeros(len(distinct), dtype=exact.units.dtype)
    np.add.at(units, group, exact.units)
    return pd.DataFrame(
        {
            "date": to_dates(day),
            "category": titles_of(closed.categories)[category],
            "count": np.bincount(group, minlength=len(distinct)),
            "points": (units / exact.scale).astype(np.float64),
        }
    )


def _frame(closed: CategoryPeriods) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": to_dates(closed.first),
            "id": closed.task,
            "category": closed.titles,
            "points": closed.points,
        }
    )
