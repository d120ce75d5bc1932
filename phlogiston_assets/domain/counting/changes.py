"""Every change of what is open, with its cause (forecast.md, "What goes in").

A period of a task ends where the next begins, so all that can change what is open lies on these
boundaries. What happens there in one day is taken apart in a fixed order, so that for every
category, day and measure

    open(t) = open(t−1) + came in − went out − completed

holds exactly. The order: a task comes in; what was resolved is reopened, in the category and at
the points with which it was counted; its category changes; its points change; it is resolved, in
the category and at the points with which velocity counts it; or it leaves.

What does not belong here: weeks (see `flows`), and how many are open (see `aggregation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import (
    Category,
    CategoryPeriods,
    Flags,
    StatusSets,
    titles_of,
)
from phlogiston_assets.domain.counting.aggregation import ExactPoints
from phlogiston_assets.domain.counting.sides import RawStatuses, made_on, side_of, told_exactly
from phlogiston_assets.domain.days import to_dates
from phlogiston_assets.domain.history.periods import NOWHERE, Ints, Periods

CAUSES: Final = (
    "new",
    "moved_in",
    "recategorised_in",
    "re_estimated_up",
    "reopened",
    "resolved",
    "re_estimated_down",
    "recategorised_out",
    "moved_out",
    "declined",
)
"""Why what is open changes: the first five add to it, the others take away."""

NEW, MOVED_IN, RECATEGORISED_IN, RE_ESTIMATED_UP, REOPENED = range(5)
RESOLVED_NOW, RE_ESTIMATED_DOWN, RECATEGORISED_OUT, MOVED_OUT, DECLINED = range(5, 10)

CAME_IN: Final = (NEW, MOVED_IN, RECATEGORISED_IN, RE_ESTIMATED_UP)
WENT_OUT: Final = (DECLINED, MOVED_OUT, RECATEGORISED_OUT, RE_ESTIMATED_DOWN)


@dataclass(frozen=True, slots=True)
class Changes:
    """Columns of equal length, sorted by day and task, within a task in the order of the causes.

    `task` are ids, `day` day numbers, `category` positions in `categories`, `cause` positions in
    CAUSES; `count` are tasks and `units` points in 1/`scale` (that of `daily_runs`), to be added or
    taken away as the cause says. The count of a new estimate is 0.
    """

    categories: tuple[Category, ...]
    task: Ints
    day: Ints
    category: Ints
    cause: Ints
    count: Ints
    units: npt.NDArray[Any]
    scale: int

    def __len__(self) -> int:
        return len(self.task)

    def frame(self) -> pd.DataFrame:
        """The changes as a frame: id, date, category, cause, count, points."""
        return pd.DataFrame(
            {
                "id": self.task,
                "date": to_dates(self.day),
                "category": titles_of(self.categories)[self.category],
                "cause": np.array(CAUSES, dtype=object)[self.cause],
                "count": self.count,
                "points": (self.units / self.scale).astype(np.float64),
            }
        )


def changes_of(
    categorised: CategoryPeriods,
    periods: Periods,
    days: tuple[int, int],
    created: Mapping[int, int],
    statuses: StatusSets,
) -> Changes:
    """Every change of what is open after the first of the `days`, up to and with the last.

    `categorised` are made of `periods`, which are cut to these days; `created` gives the day on
    which each task was made. A task comes in as *new* on the day it was
    made, else as *moved in*, from another project, from no category, or back from a status that
    takes it out. One that comes in resolved counts, as new or moved in and as resolved, if it was
    made that day or was in the scope and not resolved the day before; else it changes nothing, and
    neither does one that leaves resolved. A task whose status nothing tells is not there.
    """
    told, exact = told_exactly(categorised)
    sides = _boundaries(told, *days)
    return _Ledger(told, exact, periods, sides, created, statuses).changes()


@dataclass(frozen=True, slots=True)
class _Sides:
    """Days on which periods meet, begin or end: rows of the period before and after, or none."""

    task: Ints
    day: Ints
    before: Ints
    after: Ints


def _boundaries(told: CategoryPeriods, first_day: int, last_day: int) -> _Sides:
    """All days after the first on which a task's row begins or ends, by day and task."""
    rows = np.arange(len(told), dtype=np.int64)
    meets = (told.task[1:] == told.task[:-1]) & (told.first[1:] == told.end[:-1])
    follows = np.concatenate([[False], meets])[: len(told)]
    followed = np.concatenate([meets, [False]])[: len(told)]
    begins = told.first > first_day
    ends = ~followed & (told.end <= last_day)
    none = np.full(int(ends.sum()), NOWHERE)
    task = np.concatenate([told.task[begins], told.task[ends]])
    day = np.concatenate([told.first[begins], told.end[ends]])
    before = np.concatenate([np.where(follows, rows - 1, NOWHERE)[begins], rows[ends]])
    after = np.concatenate([rows[begins], none])
    order = np.lexsort((task, day))
    return _Sides(task[order], day[order], before[order], after[order])


class _Ledger:
    """Takes boundaries apart into entries, one cause after the other."""

    def __init__(  # noqa: PLR0913 - all that tells what happened
        self,
        told: CategoryPeriods,
        exact: ExactPoints,
        periods: Periods,
        sides: _Sides,
        created: Mapping[int, int],
        statuses: StatusSets,
    ) -> None:
        self.sides, self.told = sides, told
        self.scale = exact.scale
        self.old, self.new = (side_of(told, exact, row) for row in (sides.before, sides.after))
        self.made_then = made_on(sides.task, created) >= sides.day
        raw = RawStatuses(periods, statuses)
        self.was_unresolved = raw.unresolved(sides.task, sides.day - 1)
        self.taken_out = raw.taken_out(sides.task, sides.day)
        self.entries: list[tuple[Ints, ...]] = []

    def changes(self) -> Changes:
        """All entries, in order."""
        old, new = self.old, self.new
        comes = ~old.there & (new.open | (new.resolved & (self.made_then | self.was_unresolved)))
        stays = old.there & new.there & (old.open | new.open)
        moves = stays & (old.category != new.category)
        grows, shrinks = stays & (new.units > old.units), stays & (new.units < old.units)
        leaves = old.open & ~new.there
        one = np.ones(len(comes), dtype=np.int64)
        none = one * 0
        self._enter(NEW, comes & self.made_then, new.category, one, new.units)
        self._enter(MOVED_IN, comes & ~self.made_then, new.category, one, new.units)
        self._enter(RECATEGORISED_IN, moves, new.category, one, old.units)
        self._enter(RE_ESTIMATED_UP, grows, new.category, none, new.units - old.units)
        self._enter(REOPENED, old.resolved & new.open, old.category, one, old.units)
        done = new.resolved & (old.open | comes)
        self._enter(RESOLVED_NOW, done, new.category, one, new.units)
        self._enter(RE_ESTIMATED_DOWN, shrinks, new.category, none, old.units - new.units)
        self._enter(RECATEGORISED_OUT, moves, old.category, one, old.units)
        self._enter(MOVED_OUT, leaves & ~self.taken_out, old.category, one, old.units)
        self._enter(DECLINED, leaves & self.taken_out, old.category, one, old.units)
        return self._sorted()

    def _enter(
        self, cause: int, where: Flags, category: Ints, count: Ints, units: npt.NDArray[Any]
    ) -> None:
        causes = np.full(int(where.sum()), cause, dtype=np.int64)
        place = (self.sides.task[where], self.sides.day[where], category[where])
        self.entries.append((*place, causes, count[where], units[where]))

    def _sorted(self) -> Changes:
        columns = [np.concatenate(column) for column in zip(*self.entries, strict=True)]
        order = np.lexsort((columns[3], columns[0], columns[1]))
        task, day, category, cause, count, units = (column[order] for column in columns)
        return Changes(self.told.categories, task, day, category, cause, count, units, self.scale)
