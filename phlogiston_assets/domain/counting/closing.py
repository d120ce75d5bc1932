"""What was recently closed (domain.md, section 7)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import CategoryPeriods
from phlogiston_assets.domain.counting.aggregation import ExactPoints
from phlogiston_assets.domain.days import to_dates

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
    frame = _frame(closed)
    exact = ExactPoints.of(closed.points)
    frame["units"] = exact.units
    frame["place"] = closed.category
    grouped = frame.groupby(["date", "place", "category"], sort=True)
    summed = grouped.agg(count=("id", "size"), units=("units", "sum")).reset_index()
    summed["points"] = (summed["units"] / exact.scale).astype(np.float64)
    return summed[["date", "category", "count", "points"]]


def _frame(closed: CategoryPeriods) -> pd.DataFrame:
    titles = np.array([*(category.title for category in closed.categories), ""], dtype=object)
    return pd.DataFrame(
        {
            "date": to_dates(closed.first),
            "id": closed.task,
            "category": titles[closed.category],
            "points": closed.points,
        }
    )
