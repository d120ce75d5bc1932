"""Where tasks stand on one side of a change: open, resolved, taken out or not there.

What does not belong here: what becomes of them from one side to the other (see `changes` for each
day, `net_changes` for two days far apart).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from phlogiston_assets.domain.categories.categorisation import (
    OPEN,
    RESOLVED,
    UNTOLD,
    CategoryPeriods,
    Flags,
    StatusSets,
)
from phlogiston_assets.domain.counting.aggregation import ExactPoints
from phlogiston_assets.domain.history.packed import BEGINNING
from phlogiston_assets.domain.history.periods import NOWHERE, Ints, Periods, row_at


def made_on(tasks: Ints, created: Mapping[int, int]) -> Ints:
    """The day on which each task was made, by `created`; long ago where that does not tell."""
    distinct, place = np.unique(tasks, return_inverse=True)
    found = [created.get(task, BEGINNING) for task in distinct.tolist()]
    return np.array(found, dtype=np.int64)[place]


def told_exactly(categorised: CategoryPeriods) -> tuple[CategoryPeriods, ExactPoints]:
    """The periods whose status something tells, and their points in the scale of all periods."""
    known = categorised.status != UNTOLD
    exact = ExactPoints.of(categorised.points)
    return categorised.only(known), ExactPoints(exact.units[known], exact.scale)


@dataclass(frozen=True, slots=True)
class Side:
    """What holds on one side of each boundary; category and units mean nothing where not there."""

    there: Flags
    open: Flags
    resolved: Flags
    category: Ints
    units: npt.NDArray[Any]


def side_of(told: CategoryPeriods, exact: ExactPoints, rows: Ints) -> Side:
    """What some rows of the categorised periods say; NOWHERE stands for none."""
    there = rows != NOWHERE
    status = np.where(there, told.status[rows], UNTOLD)
    return Side(there, status == OPEN, status == RESOLVED, told.category[rows], exact.units[rows])


class RawStatuses:
    """The recorded status of tasks in the scope, with a category or without."""

    def __init__(self, periods: Periods, statuses: StatusSets) -> None:
        self.periods = periods
        status, row = periods.table.status, periods.row
        self.out = status.flags(statuses.out.__contains__)[row]
        self.not_resolved = status.flags(lambda one: one != "" and one not in statuses.resolved)[
            row
        ]

    def taken_out(self, task: Ints, day: Ints) -> Flags:
        """Whether each task is in the scope on its day, with a status that takes it out."""
        return self._told(self.out, task, day)

    def unresolved(self, task: Ints, day: Ints) -> Flags:
        """Whether each task is in the scope on its day, with a known status, not resolved."""
        return self._told(self.not_resolved, task, day)

    def _told(self, flags: Flags, task: Ints, day: Ints) -> Flags:
        row = row_at(self.periods, task, day)
        found: Flags = np.append(flags, False)[row]  # which NOWHERE points at
        return found
