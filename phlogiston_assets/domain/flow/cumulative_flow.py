"""How many tasks have each status by day, and how many come and go by week (forecast.md, "Flow").

What does not belong here: how long a task takes (see `cycle_time`); what is open by category, and
points (see `flows`).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import (
    OPEN,
    RESOLVED,
    UNTOLD,
    CategoryPeriods,
)
from phlogiston_assets.domain.counting.change_lists import ARRIVALS, DEPARTURES
from phlogiston_assets.domain.counting.changes import CAUSES, Changes
from phlogiston_assets.domain.counting.forecasting import WEEK
from phlogiston_assets.domain.days import to_dates
from phlogiston_assets.domain.history.periods import NOWHERE, Ints, Periods, row_at

DONE: Final = "resolved"
"""The status of tasks that count as resolved, by their own status or a forced one."""


def status_runs(
    periods: Periods, shown: CategoryPeriods, left_out: Ints, days: tuple[int, int]
) -> pd.DataFrame:
    """The count of tasks by status, as runs of days on which it stays the same.

    `shown` are made of `periods`, which are cut to the `days`; tasks `left_out` do not count.
    Statuses are as recorded, but DONE wherever the task counts as resolved.
    Columns: status, count, first_day, end_day (exclusive); sorted by status and day, no zeros.
    """
    names, task, first, end, status = _recorded(periods, shown)
    kept = ~np.isin(task, left_out)
    length = days[1] - days[0] + 1
    steps = np.zeros((len(names), length + 1), dtype=np.int64)
    np.add.at(steps, (status[kept], first[kept] - days[0]), 1)
    np.add.at(steps, (status[kept], end[kept] - days[0]), -1)
    count = steps[:, :length].cumsum(axis=1)
    begins = steps[:, :length] != 0
    begins[:, 0] = True
    place, day = np.nonzero(begins)
    last = np.append(place[1:] != place[:-1], True)[: len(place)]
    until = np.where(last, length, np.append(day[1:], length)[: len(day)])
    held = count[place, day]
    some = held > 0
    return pd.DataFrame(
        {
            "status": np.array([*names, ""], dtype=object)[place[some]],
            "count": held[some],
            "first_day": to_dates(day[some] + days[0]),
            "end_day": to_dates(until[some] + days[0]),
        }
    )


def _recorded(periods: Periods, shown: CategoryPeriods) -> tuple[list[str], Ints, Ints, Ints, Ints]:
    """(names, task, first, end, position in names) of the periods that are shown."""
    recorded = periods.table.status
    names = sorted({DONE, *recorded.distinct})
    if not len(shown):
        none = np.empty(0, dtype=np.int64)
        return names, none, none, none, none
    status = np.array([names.index(one) for one in recorded.distinct], dtype=np.int64)
    status = status[recorded.place[periods.row]]
    row = row_at(shown, periods.task, periods.first)
    there = (row != NOWHERE) & (shown.status[row] != UNTOLD)
    status = np.where(shown.status[row] == RESOLVED, names.index(DONE), status)
    return names, periods.task[there], periods.first[there], periods.end[there], status[there]


def weekly_flow(changes: Changes, shown: CategoryPeriods, days: tuple[int, int]) -> pd.DataFrame:
    """The tasks that came and went in each completed week ending on the last day's weekday.

    `changes` are those of all shown categories as one, `shown` their periods.
    Columns: date (the week's last day), new, moved_in, reopened, resolved, declined, moved_out,
    open (at its end). Always open = open a week before + the first three − the last three.
    """
    weeks = (days[1] - days[0]) // WEEK
    ends = days[1] - WEEK * np.arange(weeks - 1, -1, -1)
    place = (changes.day - ends[:1] + WEEK - 1) // WEEK if weeks else changes.day * 0 - 1
    frame = pd.DataFrame({"date": to_dates(ends)})
    for name in (*ARRIVALS, *DEPARTURES):
        chosen = (changes.cause == CAUSES.index(name)) & (place >= 0)
        frame[name] = np.bincount(place[chosen], minlength=weeks)[:weeks]
    frame["open"] = _open_on(shown, ends)
    return frame


def _open_on(shown: CategoryPeriods, days: Ints) -> Ints:
    """How many tasks are open on each day."""
    now = shown.status == OPEN
    begun = np.searchsorted(np.sort(shown.first[now]), days, side="right")
    ended = np.searchsorted(np.sort(shown.end[now]), days, side="right")
    return (begun - ended).astype(np.int64)
