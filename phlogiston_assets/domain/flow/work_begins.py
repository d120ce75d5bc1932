"""When work on a task begins (forecast.md, "Flow").

It begins when the task first comes to a working column or status, which the scope's settings name;
where they name none, when it first comes into the scope.

What does not belong here: how long work takes (see `cycle_time`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from phlogiston_assets.domain.categories.categorisation import Flags
from phlogiston_assets.domain.history.periods import Ints, Periods, State
from phlogiston_assets.domain.scopes import ScopeSettings


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


def work_begins(
    periods: Periods, settings: ScopeSettings, first_day: int, created: Mapping[int, int]
) -> Begun:
    """When work on each task began.

    One that was at work already on the first day, and was made before, may have begun earlier.
    """
    rows = _at_work(periods, settings)
    task, first = np.unique(periods.task[rows], return_index=True)
    day = periods.first[rows][first]
    early = np.flatnonzero(day == first_day)
    at_least = np.zeros(len(task), dtype=np.bool_)
    at_least[early] = [created.get(one, first_day - 1) < first_day for one in task[early].tolist()]
    return Begun(task, day, at_least)


def _at_work(periods: Periods, settings: ScopeSettings) -> Ints:
    """The rows of the periods in which a task is at work: all, if the settings name nothing."""
    if not _names_any(settings):
        return np.arange(len(periods), dtype=np.int64)

    def in_a_working_column(boards: tuple[tuple[int, str], ...]) -> bool:
        return any(part in column for _, column in boards for part in settings.working_columns)

    table = periods.table
    named = table.status.flags(settings.working_statuses.__contains__)
    named |= table.boards.flags(in_a_working_column)
    return np.flatnonzero(named[periods.row])


def _names_any(settings: ScopeSettings) -> bool:
    return bool(settings.working_columns or settings.working_statuses)


def unknown_names(settings: ScopeSettings, states: Iterable[State]) -> tuple[str, ...]:
    """A sentence for each name of working columns and statuses that no task ever had."""
    if not _names_any(settings):
        return ()
    seen = list(states)
    columns = {column for one in seen for _, column in one.boards}
    statuses = {one.status for one in seen}
    idle = [
        f"working_columns has {part!r}, but no task of the scope was ever in a column whose name"
        " contains it."
        for part in settings.working_columns
        if not any(part in column for column in columns)
    ]
    idle += [
        f"working_statuses has {name!r}, but no task of the scope ever had that status."
        for name in settings.working_statuses
        if name not in statuses
    ]
    return tuple(idle)
