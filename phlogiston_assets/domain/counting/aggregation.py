"""Daily counts and sums, as runs of days on which they stay the same (domain.md, section 5).

Each period adds at its first day and takes away at its end; sorted and summed up, these changes
are the daily figures. Points are summed as whole numbers of their smallest unit, so that a sum
after a million changes is still exact.

What does not belong here: weekly steps (see `forecasting`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import (
    STATUSES,
    Category,
    CategoryPeriods,
    titles_of,
)
from phlogiston_assets.domain.days import to_dates
from phlogiston_assets.domain.history.periods import Ints
from phlogiston_assets.domain.history.reconstruction import MAINT_TYPES

NORMAL: Final = "normal"
CUTOFF: Final = "cutoff"
LAST_QUARTER: Final = "lastq"
QUARTER_DAYS: Final = 91

_KINDS: Final = len(MAINT_TYPES)
_SAFE: Final = 2**52


@dataclass(frozen=True, slots=True)
class ExactPoints:
    """Points as whole numbers of 1/`scale`; 0 where there are none."""

    units: npt.NDArray[Any]
    scale: int

    @classmethod
    def of(cls, points: npt.NDArray[np.float64]) -> ExactPoints:
        """Points without loss: int64 where all sums fit, else Python integers."""
        distinct, place = np.unique(np.nan_to_num(points), return_inverse=True)
        decimals = [Decimal(repr(value)) for value in distinct.tolist()]
        places = max((-int(one.as_tuple().exponent) for one in decimals), default=0)
        scale = 10 ** max(places, 0)
        units = [int(one * scale) for one in decimals]
        largest = max((abs(one) for one in units), default=0)
        small = largest * len(points) < _SAFE
        return cls(np.array(units, dtype=np.int64 if small else object)[place], scale)


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of days with the same figures, sorted by group and day; empty groups are left out.

    `category`, `status` and `maint_type` are positions; `units` are points in 1/`scale`; `pointed`
    counts the tasks that have any.
    """

    category: Ints
    status: Ints
    maint_type: Ints
    first: Ints
    end: Ints
    count: Ints
    units: npt.NDArray[Any]
    pointed: Ints
    scale: int

    def points(self) -> npt.NDArray[np.float64]:
        """Sums of points, NaN where no task has any."""
        sums = (self.units / self.scale).astype(np.float64)
        return np.where(self.pointed > 0, sums, np.nan)


def daily_runs(periods: CategoryPeriods) -> Runs:
    """Count and sum of points by category, status and maintenance type, day by day."""
    exact = ExactPoints.of(periods.points)
    group = (periods.category * len(STATUSES) + periods.status) * _KINDS + periods.maint_type
    pointed = (~np.isnan(periods.points)).astype(np.int64)
    change = np.ones(len(periods), dtype=np.int64)
    groups = np.concatenate([group, group])
    days = np.concatenate([periods.first, periods.end])
    order = np.lexsort((days, groups))
    groups, days = groups[order], days[order]
    sums = [
        np.cumsum(np.concatenate([column, -column])[order])
        for column in (change, exact.units, pointed)
    ]
    return _runs(groups, days, sums, exact.scale)


def _runs(groups: Ints, days: Ints, sums: list[npt.NDArray[Any]], scale: int) -> Runs:
    """Cut running sums into runs; every group's sums return to 0 at its end."""
    last = np.ones(len(groups), dtype=np.bool_)
    last[:-1] = (groups[1:] != groups[:-1]) | (days[1:] != days[:-1])
    groups, days = groups[last], days[last]
    values = [column[last] for column in sums]
    new = np.ones(len(groups), dtype=np.bool_)
    same = groups[1:] == groups[:-1]
    for column in values:
        same = same & (column[1:] == column[:-1])
    new[1:] = ~same
    groups, days = groups[new], days[new]
    count, units, pointed = (column[new] for column in values)
    end = np.concatenate([days[1:], days[:1]])
    kept = count > 0
    groups, maint_type = groups[kept] // _KINDS, groups[kept] % _KINDS
    return Runs(
        category=groups // len(STATUSES),
        status=groups % len(STATUSES),
        maint_type=maint_type,
        first=days[kept],
        end=end[kept],
        count=count[kept],
        units=units[kept],
        pointed=pointed[kept],
        scale=scale,
    )


def runs_frame(name: str, runs: Runs, categories: Iterable[Category]) -> pd.DataFrame:
    """Runs as a frame: range, category, status, maint_type, count, points, first_day, end_day."""
    return pd.DataFrame(
        {
            "range": name,
            "category": titles_of(categories)[runs.category],
            "status": _named(STATUSES, runs.status),
            "maint_type": _named(MAINT_TYPES, runs.maint_type),
            "count": runs.count,
            "points": runs.points(),
            "first_day": to_dates(runs.first),
            "end_day": to_dates(runs.end),
        }
    )


def _named(names: Sequence[str], positions: Ints) -> npt.NDArray[np.object_]:
    return np.array([*names, ""], dtype=object)[positions]


def periods_frame(periods: CategoryPeriods) -> pd.DataFrame:
    """Periods as a frame: id, category, status, points, maint_type, first_day, end_day."""
    return pd.DataFrame(
        {
            "id": periods.task,
            "category": periods.titles,
            "status": _named(STATUSES, periods.status),
            "points": periods.points,
            "maint_type": _named(MAINT_TYPES, periods.maint_type),
            "first_day": to_dates(periods.first),
            "end_day": to_dates(periods.end),
        }
    )
