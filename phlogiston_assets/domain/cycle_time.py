"""How long work takes: cycle times of resolved tasks, ages of open ones (forecast.md, "Flow").

Work on a task begins when it first comes to a working column or status, which the scope's settings
name; where they name none, when it first comes into the scope. It ends when the task is resolved.

What does not belong here: counts by day and week (see `cumulative_flow`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from phlogiston_assets.domain.categorisation import OPEN, CategoryPeriods, Flags
from phlogiston_assets.domain.changes import (
    DECLINED,
    MOVED_IN,
    MOVED_OUT,
    NEW,
    REOPENED,
    RESOLVED_NOW,
    Changes,
)
from phlogiston_assets.domain.days import to_dates
from phlogiston_assets.domain.periods import Ints, Periods, State
from phlogiston_assets.domain.scopes import ScopeSettings

LINES: Final = (50, 85, 95)
"""Per cent of the cycle times that are at most as long as a line says."""

_COMES_AND_GOES: Final = (NEW, MOVED_IN, REOPENED, RESOLVED_NOW, MOVED_OUT, DECLINED)


class Begun(NamedTuple):
    """The first day of work by task, sorted by task; `at_least`: it may have begun earlier."""

    task: Ints
    day: Ints
    at_least: Flags

    def of(self, task: Ints) -> tuple[Flags, Ints, Flags]:
        """Whether work on each task has begun; its first day; whether that may be too late."""
        if not len(self.task):
            none = np.zeros(len(task), dtype=np.bool_)
            return none, np.zeros(len(task), dtype=np.int64), none
        row = np.minimum(np.searchsorted(self.task, task), len(self.task) - 1)
        found: Flags = self.task[row] == task
        return found, self.day[row], self.at_least[row]


def is_at_work(state: State, settings: ScopeSettings) -> bool:
    """Whether a task in that state is at work, by the names in the scope's settings."""
    if not (settings.working_columns or settings.working_statuses):
        return True
    if state.status in settings.working_statuses:
        return True
    return any(part in column for _, column in state.boards for part in settings.working_columns)


def work_begins(
    periods: Periods, settings: ScopeSettings, first_day: int, created: Mapping[int, int]
) -> Begun:
    """When work on each task began.

    One that was at work already on the first day, and was made before, may have begun earlier.
    """
    digests, place = np.unique(periods.state, return_inverse=True)
    told = [is_at_work(periods.states[one], settings) for one in digests.tolist()]
    rows = np.flatnonzero(np.array(told, dtype=np.bool_)[place])
    task, first = np.unique(periods.task[rows], return_index=True)
    day = periods.first[rows][first]
    early = np.flatnonzero(day == first_day)
    at_least = np.zeros(len(task), dtype=np.bool_)
    at_least[early] = [created.get(one, first_day - 1) < first_day for one in task[early].tolist()]
    return Begun(task, day, at_least)


def cycle_times(
    now: CategoryPeriods, changes: Changes, begun: Begun, titles: npt.NDArray[np.object_]
) -> pd.DataFrame:
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
            "category": titles[resolved.category[rows]],
            "started_on": to_dates(started[rows]),
            "resolved_on": to_dates(ended[rows]),
            "days": (ended - started)[rows],
            "at_least": at_least[rows].astype(np.int64),
        }
    )


def _last_resolutions(changes: Changes) -> tuple[Ints, Ints]:
    """(task, day) of tasks that were seen to be resolved and have not been open since."""
    rows = np.flatnonzero(np.isin(changes.cause, _COMES_AND_GOES))
    task, back = np.unique(changes.task[rows][::-1], return_index=True)
    last = rows[::-1][back]
    done = changes.cause[last] == RESOLVED_NOW
    return task[done], changes.day[last][done]


def ages(
    now: CategoryPeriods,
    begun: Begun,
    day: int,
    titles: npt.NDArray[np.object_],
    lines: Mapping[int, int],
) -> pd.DataFrame:
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
            "category": titles[open_now.category[rows]],
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
