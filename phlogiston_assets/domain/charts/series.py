"""Runs of equal days turned into daily series, for the days that a chart needs only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.days import Days, day_number

Amounts = npt.NDArray[np.float64]
RESOLVED = "resolved"
"""The status of resolved tasks in all frames; every other is a kind of open."""
_MOST_POINTS = 200
_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class DailySums:
    """Open and resolved amounts, one row a category and one column a day, at the days' ends."""

    days: Days
    open: Amounts
    resolved: Amounts

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all on any of the days."""
        return not (self.open.any() or self.resolved.any())


def daily_sums(
    runs: pd.DataFrame, scope_range: str, titles: Sequence[str], measure: Measure, days: Days
) -> DailySums:
    """Sums by category and status on each of *days* (ascending day numbers).

    *runs* is `Figures.runs`, *scope_range* one of its ranges; categories other than *titles* are
    left out, no points count as 0. A task whose status nothing tells counts as open, as it does in
    the totals of `velocity`. Serves domain.md, section 5 (`task_on_date_agg`).
    """
    chosen = runs[runs["range"].to_numpy() == scope_range]
    place = places(titles, chosen["category"])
    first = np.searchsorted(days, day_numbers(chosen["first_day"]), side="left")
    end = np.searchsorted(days, day_numbers(chosen["end_day"]), side="left")
    value = np.nan_to_num(chosen[measure].to_numpy(dtype=np.float64, na_value=np.nan))
    status = chosen["status"].to_numpy()
    seen = (place >= 0) & (first < end)
    return DailySums(
        days,
        *(
            _cumulated(
                (len(titles), len(days)), *(one[picked] for one in (place, first, end, value))
            )
            for picked in (seen & (status != RESOLVED), seen & (status == RESOLVED))
        ),
    )


def daily_counts(runs: pd.DataFrame, statuses: Sequence[str], days: Days) -> Amounts:
    """Counts by status (rows) on each of *days* (ascending day numbers).

    *runs* is `Figures.status_runs`; other statuses are left out.
    """
    place = places(statuses, runs["status"])
    first = np.searchsorted(days, day_numbers(runs["first_day"]), side="left")
    end = np.searchsorted(days, day_numbers(runs["end_day"]), side="left")
    seen = (place >= 0) & (first < end)
    value = runs["count"].to_numpy(dtype=np.float64)
    shape = (len(statuses), len(days))
    return _cumulated(shape, place[seen], first[seen], end[seen], value[seen])


def places(titles: Sequence[str], column: pd.Series[str]) -> Days:
    """The place of each of the column's categories among *titles*; -1 for none."""
    found = pd.Index(list(titles), dtype=object).get_indexer(pd.Index(column, dtype=object))
    return found.astype(np.int64)


def day_numbers(column: pd.Series[pd.Timestamp]) -> Days:
    """A column of days as day numbers."""
    return column.to_numpy(dtype="datetime64[D]").astype(np.int64)


def drawn_days(first: date, last: date) -> Days:
    """The days from *first* to *last* to draw: all, or steps of weeks back from the last.

    So that ten years cost no more than one: at most about 200, the first and last among them.
    """
    start, stop = day_number(first), day_number(last)
    span = max(stop - start, 0)
    step = 1 if span <= _MOST_POINTS else 7 * -(-span // (7 * _MOST_POINTS))
    days = np.arange(stop, start - 1, -step, dtype=np.int64)[::-1]
    if len(days) and days[0] != start:
        days = np.concatenate([[start], days])
    return days


def _cumulated(
    shape: tuple[int, int], place: Days, first: Days, end: Days, value: Amounts
) -> Amounts:
    """Add each value to its row from column *first* up to *end*."""
    rows, days = shape
    changes = np.zeros((rows, days + 1))
    np.add.at(changes, (place, first), value)
    np.add.at(changes, (place, end), -value)
    return np.round(np.cumsum(changes, axis=1)[:, :days], _DECIMALS)
