"""How long work takes: cycle times of resolved tasks, ages of open ones (forecast.md, "Flow").

A cycle time is that from the beginning of work to the resolution of a task, an age that from the
beginning of work to the report's day.

What does not belong here: when work begins (see `work_begins`), counts by day and week (see
`cumulative_flow`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import OPEN, CategoryPeriods
from phlogiston_assets.domain.counting.changes import (
    MOVED_IN,
    NEW,
    REOPENED,
    RESOLVED_NOW,
    Changes,
)
from phlogiston_assets.domain.days import to_dates
from phlogiston_assets.domain.flow.work_begins import Begun
from phlogiston_assets.domain.history.periods import Ints

LINES: Final = (50, 85, 95)
"""Per cent of the cycle times that are at most as long as a line says."""

_OPENED_OR_RESOLVED: Final = (NEW, MOVED_IN, REOPENED, RESOLVED_NOW)


def cycle_times(now: CategoryPeriods, changes: Changes, begun: Begun) -> pd.DataFrame:
    """The cycle time of each task that is resolved now and was seen to be, by day, then id.

    `now` are the shown tasks of the report's day, `changes` those of all shown categories as one.
    It counts from the first day of work to the day of the last resolution, 0 if both are the same.
    Resolved tasks whose work was never seen to begin, or began only afterwards, have none.
    Columns: id, category, started_on, resolved_on, days, at_least (1: it may be longer, else 0).
    """
    task, day = _last_resolutions(changes)
    resolved = now.only(now.resolved & np.isin(now.task, task))
    ended = day[np.searchsorted(task, resolved.task)]
    found, started, at_least = begun.of(resolved.task)
    rows = np.flatnonzero(found & (started <= ended))
    rows = rows[np.lexsort((resolved.task[rows], ended[rows]))]
    return pd.DataFrame(
        {
            "id": resolved.task[rows],
            "category": resolved.titles[rows],
            "started_on": to_dates(started[rows]),
            "resolved_on": to_dates(ended[rows]),
            "days": (ended - started)[rows],
            "at_least": at_least[rows].astype(np.int64),
        }
    )


def _last_resolutions(changes: Changes) -> tuple[Ints, Ints]:
    """(task, day) of tasks that were seen to be resolved and have not been open since."""
    rows = np.flatnonzero(np.isin(changes.cause, _OPENED_OR_RESOLVED))
    task, back = np.unique(changes.task[rows][::-1], return_index=True)
    last = rows[::-1][back]
    done = changes.cause[last] == RESOLVED_NOW
    return task[done], changes.day[last][done]


def ages(now: CategoryPeriods, begun: Begun, day: int, lines: Mapping[int, int]) -> pd.DataFrame:
    """How long each open task is at work, oldest first, then by id.

    Columns: id, category, started_on, days, at_least, passed (the highest of the lines, given in
    days by per cent, that its age is beyond; 0 for none).
    """
    open_now = now.only(now.status == OPEN)
    found, started, at_least = begun.of(open_now.task)
    age = day - started
    rows = np.flatnonzero(found)
    rows = rows[np.lexsort((open_now.task[rows], -age[rows]))]
    return pd.DataFrame(
        {
            "id": open_now.task[rows],
            "category": open_now.titles[rows],
            "started_on": to_dates(started[rows]),
            "days": age[rows],
            "at_least": at_least[rows].astype(np.int64),
            "passed": _passed(age[rows], lines),
        }
    )


def _passed(age: Ints, lines: Mapping[int, int]) -> Ints:
    """The highest line that each age is beyond, 0 for none."""
    passed = np.zeros(len(age), dtype=np.int64)
    for percent, days in sorted(lines.items()):
        passed[age > days] = percent
    return passed


def lines_of(days: Ints) -> dict[int, int]:
    """The cycle time that 50, 85 and 95 % of the given ones do not exceed; none of none.

    Each is the order statistic ⌈p·n⌉, so one of the cycle times themselves.
    """
    ordered = np.sort(days)
    if not len(ordered):
        return {}
    return {percent: int(ordered[-(-percent * len(ordered) // 100) - 1]) for percent in LINES}
