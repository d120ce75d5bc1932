"""Resolved work by maintenance type over the last three months (domain.md, section 7)."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import RESOLVED
from phlogiston_assets.domain.counting.aggregation import Runs
from phlogiston_assets.domain.counting.forecasting import weeks
from phlogiston_assets.domain.days import day_number, day_of, to_dates
from phlogiston_assets.domain.history.periods import Ints
from phlogiston_assets.domain.history.reconstruction import (
    MAINT_TYPES,
    MAINTENANCE,
    NEW_FUNCTIONALITY,
)

COLUMNS: Final = ["date", "maint_type", "count", "points"]


def maintenance_week(runs: Runs, first_day: int, last_day: int) -> pd.DataFrame:
    """Resolved totals at weekly steps of the last 3 months: date, maint_type, count, points.

    `runs` are those of the range "normal"; a row for each step and maintenance type, 0 for none.
    """
    steps = weeks(max(first_day, _three_months_before(last_day)), last_day)
    frames = [_of_kind(runs, kind, steps) for kind in range(len(MAINT_TYPES))]
    return pd.concat(frames).sort_values(["date", "maint_type"], ignore_index=True)[COLUMNS]


_NO_DAY: Final = np.datetime64("NaT", "s")


def _three_months_before(day: int) -> int:
    before: date = (pd.Timestamp(day_of(day)) - pd.DateOffset(months=3)).date()
    return day_number(before)


def _of_kind(runs: Runs, kind: int, steps: Ints) -> pd.DataFrame:
    mine = (runs.maint_type == kind) & (runs.status == RESOLVED)
    within = (runs.first[mine, None] <= steps) & (runs.end[mine, None] > steps)
    count = (within * runs.count[mine, None]).sum(axis=0)
    units = (within * runs.units[mine, None]).sum(axis=0)
    return pd.DataFrame(
        {
            "date": to_dates(steps),
            "maint_type": MAINT_TYPES[kind],
            "count": count.astype(np.int64),
            "points": (units / runs.scale).astype(np.float64),
        }
    )


def maintenance_delta(weekly: pd.DataFrame) -> pd.DataFrame:
    """Changes from step to step of `maintenance_week`, in the same columns; none at the first."""
    changes = weekly.copy()
    grouped = changes.groupby("maint_type")
    changes["count"] = grouped["count"].diff()
    changes["points"] = grouped["points"].diff()
    kept = changes.dropna(subset=["count"])
    return kept.astype({"count": np.int64}).reset_index(drop=True)


def maintenance_share(delta: pd.DataFrame) -> pd.DataFrame:
    """Maintenance ÷ (maintenance + new functionality) of the changes: date, count, points.

    The last row, whose date is missing, is that of all steps together; NaN where both are 0.
    """
    day = delta["date"].to_numpy(dtype="datetime64[s]")
    none = np.full(len(delta), _NO_DAY)
    every = pd.concat([delta.assign(date=day), delta.assign(date=none)])
    steps = pd.Index(np.append(np.unique(day), _NO_DAY), name="date")
    maintenance, new = (
        every[every["maint_type"] == kind]
        .groupby("date", dropna=False)[["count", "points"]]
        .sum()
        .reindex(steps)
        for kind in (MAINTENANCE, NEW_FUNCTIONALITY)
    )
    whole = maintenance + new
    frame = (maintenance / whole.where(whole != 0)).astype(float).reset_index()
    return frame.astype({"date": "datetime64[s]"})
