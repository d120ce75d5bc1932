"""What changed since an earlier day, as lists of tasks out of the two end states (forecast.md).

What came and went meanwhile shows in neither end, so that the lists of a category add up to the
change of what is open in it, in tasks and in points:

    open = open then + new + moved in + reopened − resolved − declined − moved out

and, of what is open at both ends, what came from or went to other categories and new estimates.
Each task stands in one list at most. Categories and points are those of the report: retroactive
settings hold.

What does not belong here: what happened on the days between (see `changes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import (
    OPEN,
    CategoryPeriods,
    Flags,
    StatusSets,
    titles_of,
)
from phlogiston_assets.domain.counting.change_lists import (
    ALL,
    ARRIVALS,
    DECLINED,
    DEPARTURES,
    DONE_WITHIN,
    GAINS,
    IN,
    LOSSES,
    MOVED_IN,
    MOVED_OUT,
    NEW,
    OUT,
    RE_ESTIMATED,
    RECATEGORISED,
    REOPENED,
    RESOLVED,
    Since,
)
from phlogiston_assets.domain.counting.flows import MEASURES
from phlogiston_assets.domain.counting.sides import (
    RawStatuses,
    Side,
    made_on,
    side_of,
    told_exactly,
)
from phlogiston_assets.domain.days import day_number, day_of, to_dates
from phlogiston_assets.domain.frames import frame_of
from phlogiston_assets.domain.history.periods import Ints, Periods, row_at
from phlogiston_assets.domain.scopes import Display

TASK_COLUMNS: Final = [
    *("since", "compared_with", "id", "change", "category", "points"),
    *("category_before", "points_before"),
]
SUM_COLUMNS: Final = [
    *("since", "compared_with", "category", "measure", "open_before"),
    *GAINS,
    *LOSSES,
    "open_after",
]


@dataclass(frozen=True, slots=True)
class NetChanges:
    """What changed since each of the days that the history knows, as two frames.

    Attributes:
        tasks: since, compared_with (the day at whose end it begins), id, change (one of LISTS),
            category and points (now, or then if the task is no longer open), category_before and
            points_before (of what was recategorised or re-estimated, else "" and NaN).
        sums: since, compared_with, category ("" for all), measure, open_before, what adds to it
            (GAINS; re_estimated is a balance and may be negative), what takes away (LOSSES),
            open_after.
    """

    tasks: pd.DataFrame
    sums: pd.DataFrame


def net_changes(
    categorised: CategoryPeriods,
    periods: Periods,
    days: tuple[int, int],
    created: Mapping[int, int],
    statuses: StatusSets,
) -> NetChanges:
    """What changed up to the last of the `days`, since each day that is not before the first.

    `categorised` are made of `periods`; `created` gives the day on which each task was made.
    """
    first, last = days
    comparison = Comparison(categorised, periods, last, created, statuses)
    known = [(one, day_number(one.then(day_of(last)))) for one in Since]
    parts = [(one, then, *comparison.since(then)) for one, then in known if then >= first]
    return NetChanges(
        _together([_dated(one, then, tasks) for one, then, tasks, _ in parts], TASK_COLUMNS),
        _together([_dated(one, then, sums) for one, then, _, sums in parts], SUM_COLUMNS),
    )


def _dated(since: Since, then: int, frame: pd.DataFrame) -> pd.DataFrame:
    frame.insert(0, "since", str(since))
    frame.insert(1, "compared_with", to_dates(np.full(len(frame), then)))
    return frame


def _together(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    if frames:
        return pd.concat(frames, ignore_index=True)
    return frame_of([], columns, dates=["compared_with"])


class Comparison:
    """Compares earlier days with the last one."""

    def __init__(
        self,
        categorised: CategoryPeriods,
        periods: Periods,
        day: int,
        created: Mapping[int, int],
        statuses: StatusSets,
    ) -> None:
        self.told, self.exact = told_exactly(categorised)
        self.task = np.unique(self.told.task)
        self.made = made_on(self.task, created)
        self.rows = self._rows(day)
        self.now = side_of(self.told, self.exact, self.rows)
        self.taken_out = RawStatuses(periods, statuses).taken_out(self.task, self._on(day))

    def _on(self, day: int) -> Ints:
        """A day for each task."""
        return np.full(len(self.task), day, dtype=np.int64)

    def _rows(self, day: int) -> Ints:
        """The period of each task that holds on a day, or NOWHERE."""
        return row_at(self.told, self.task, self._on(day))

    def since(self, then: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The frames of tasks and sums since an earlier day, without their first two columns."""
        rows = self._rows(then)
        before = side_of(self.told, self.exact, rows)
        lists = self._lists(before, then)
        return self._tasks(lists, rows), self._sums(lists, before)

    def _lists(self, before: Side, then: int) -> dict[str, Flags]:
        """Which tasks stand in each list; no task stands in two."""
        now, young = self.now, self.made > then
        arrives, leaves = ~before.open & now.open, before.open & ~now.open
        gone = leaves & ~now.there
        stays = before.open & now.open
        moves = stays & (before.category != now.category)
        comes = arrives & ~before.resolved
        done = now.resolved & ~before.there & (young | self._was_open(then))
        return {
            NEW: comes & young,
            MOVED_IN: comes & ~young,
            REOPENED: arrives & before.resolved,
            RESOLVED: leaves & now.resolved,
            DECLINED: gone & self.taken_out,
            MOVED_OUT: gone & ~self.taken_out,
            RECATEGORISED: moves,
            RE_ESTIMATED: stays & ~moves & (before.units != now.units),
            DONE_WITHIN: done,
        }

    def _was_open(self, then: int) -> Flags:
        """Whether each task was open at the end of a day after `then`."""
        told = self.told
        some = (told.status == OPEN) & (told.end > then + 1)
        found: Flags = np.isin(self.task, told.task[some])
        return found

    def _tasks(self, lists: Mapping[str, Flags], before: Ints) -> pd.DataFrame:
        """The tasks of all lists, list by list, in order of categories, then ids."""
        place = np.concatenate([np.flatnonzero(chosen) for chosen in lists.values()])
        counts = [int(chosen.sum()) for chosen in lists.values()]
        change = np.repeat(np.array(list(lists), dtype=object), counts)
        now, earlier, told = self.rows[place], before[place], self.told
        own = np.where(np.isin(change, DEPARTURES), earlier, now)
        stayed = np.isin(change, (RECATEGORISED, RE_ESTIMATED))
        titles = titles_of(told.categories)
        order = np.lexsort(
            (self.task[place], told.category[own], np.repeat(range(len(lists)), counts))
        )
        frame = {
            "id": self.task[place],
            "change": change,
            "category": titles[told.category[own]],
            "points": told.points[own],
            "category_before": np.where(stayed, titles[told.category[earlier]], ""),
            "points_before": np.where(stayed, told.points[earlier], np.nan),
        }
        return pd.DataFrame({name: column[order] for name, column in frame.items()})

    def _sums(self, lists: Mapping[str, Flags], before: Side) -> pd.DataFrame:
        """Rows of both measures for all categories, then for each that is not omitted."""
        amounts = dict(self._amounts(lists, before))
        categories = self.told.categories
        kept = [n for n, one in enumerate(categories) if one.display is not Display.OMIT]
        titles = np.array([ALL, *(categories[n].title for n in kept)], dtype=object)
        frame: dict[str, Any] = {
            "category": np.repeat(titles, len(MEASURES)),
            "measure": np.tile(np.array(MEASURES, dtype=object), len(titles)),
        }
        scale = np.tile([1, self.exact.scale], len(titles))
        for name in SUM_COLUMNS[4:]:
            each = amounts[name][kept]
            together = np.concatenate([each.sum(axis=0)[None], each])
            frame[name] = (together.ravel() / scale).astype(np.float64)
        return pd.DataFrame(frame)

    def _amounts(
        self, lists: Mapping[str, Flags], before: Side
    ) -> Iterator[tuple[str, npt.NDArray[Any]]]:
        """Each amount of `sums`: (categories, measures), points in units."""
        now = self.now
        yield "open_before", self._added(before, before.open)
        yield "open_after", self._added(now, now.open)
        yield from ((name, self._added(now, lists[name])) for name in ARRIVALS)
        yield from ((name, self._added(before, lists[name])) for name in DEPARTURES)
        yield IN, self._added(now, lists[RECATEGORISED])
        yield OUT, self._added(before, lists[RECATEGORISED])
        same = lists[RE_ESTIMATED]
        yield RE_ESTIMATED, self._added(now, same) - self._added(before, same)

    def _added(self, side: Side, chosen: Flags) -> npt.NDArray[Any]:
        """Count and points of the chosen tasks by their category on a side."""
        shape = (len(self.told.categories), len(MEASURES))
        found: npt.NDArray[Any] = np.zeros(shape, dtype=self.exact.units.dtype)
        place = side.category[chosen]
        np.add.at(found[:, 0], place, 1)
        np.add.at(found[:, 1], place, side.units[chosen])
        return found
