"""The three ranges of the sums by day: normal, cutoff and last quarter (domain.md, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import numpy as np
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import (
    CategoryPeriods,
    StatusSets,
    resolved_on,
)
from phlogiston_assets.domain.counting.aggregation import (
    CUTOFF,
    LAST_QUARTER,
    NORMAL,
    QUARTER_DAYS,
    Runs,
    daily_runs,
    runs_frame,
)
from phlogiston_assets.domain.days import day_number, day_of
from phlogiston_assets.domain.history.periods import Ints, Periods
from phlogiston_assets.domain.scopes import ScopeSettings

_DAYS_BACK: Final = {CUTOFF: 0, LAST_QUARTER: QUARTER_DAYS}


def left_out(
    settings: ScopeSettings, periods: Periods, day: int, statuses: StatusSets
) -> dict[str, Ints]:
    """The tasks that a range leaves out, by its name: those resolved before its cutoff date."""
    cutoff = settings.cutoff_date(day_of(day))
    if cutoff is None:
        return dict.fromkeys(_DAYS_BACK, periods.task[:0])
    before = {name: day_number(cutoff - timedelta(days=back)) for name, back in _DAYS_BACK.items()}
    return {name: resolved_on(periods, first - 1, statuses) for name, first in before.items()}


def ranges_frame(
    categorised: CategoryPeriods, normal: Runs, gone: Mapping[str, Ints]
) -> pd.DataFrame:
    """The runs of the three ranges, one below the other (columns: see `runs_frame`).

    `normal` are those of all tasks, `gone` the tasks that each other range leaves out.
    """
    frames = [runs_frame(NORMAL, normal, categorised.categories)]
    for name, tasks in gone.items():
        kept = ~np.isin(categorised.task, tasks)
        runs = normal if kept.all() else daily_runs(categorised.only(kept))
        frames.append(runs_frame(name, runs, categorised.categories))
    return pd.concat(frames, ignore_index=True)
