"""The figures of a scope's flow, from periods (forecast.md, "Flow").

Flow is that of the tasks of all shown categories together, and is counted in tasks: what moves from
one of these categories to another neither arrives nor departs.

What does not belong here: the flows by category that forecasts draw from (see `flows`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import (
    OPEN,
    Category,
    CategoryPeriods,
    StatusSets,
)
from phlogiston_assets.domain.counting.changes import changes_of
from phlogiston_assets.domain.flow.cumulative_flow import status_runs, weekly_flow
from phlogiston_assets.domain.flow.cycle_time import LINES, ages, cycle_times, lines_of
from phlogiston_assets.domain.flow.work_begins import unknown_names, work_begins
from phlogiston_assets.domain.history.periods import Ints, Periods
from phlogiston_assets.domain.scopes import Display, ScopeSettings

TOGETHER: Final = ""
"""Stands for all shown categories."""

BY_CATEGORY_COLUMNS: Final = [
    *("category", "resolved", "timed", "at_least"),
    *(f"p{percent}" for percent in LINES),
    *("open", "at_work"),
]


@dataclass(frozen=True, slots=True)
class FlowInput:
    """What the figures of flow are made from.

    `periods` are those from the first to the last of `days`, and `categorised` are made of them;
    `created` gives the day on which each task was made; `left_out` are the tasks that burnups leave
    out.
    """

    settings: ScopeSettings
    periods: Periods
    categorised: CategoryPeriods
    days: tuple[int, int]
    created: Mapping[int, int]
    statuses: StatusSets
    left_out: Ints


@dataclass(frozen=True, slots=True)
class FlowFigures:
    """The tables of flow.

    Attributes:
        runs: status, count, first_day, end_day: see `status_runs`.
        week: date, and arrivals, departures and what is open: see `weekly_flow`.
        cycle_time: one row a resolved task: see `cycle_times`.
        age: one row an open task at work: see `ages`.
        by_category: category (TOGETHER: all shown), resolved (tasks), timed (those of them with a
            cycle time), at_least (those of them whose work may have begun earlier), p50, p85, p95
            (days, NaN for none), open (tasks), at_work (those of them whose work has begun).
        warnings: sentences about names in the settings that nothing has.
    """

    runs: pd.DataFrame
    week: pd.DataFrame
    cycle_time: pd.DataFrame
    age: pd.DataFrame
    by_category: pd.DataFrame
    warnings: tuple[str, ...]


def flow_figures(given: FlowInput) -> FlowFigures:
    """The flow of the shown categories up to the last of the days."""
    first, day = given.days
    shown = _shown(given.categorised)
    one = _as_one(shown)
    changes = changes_of(one, given.periods, given.days, given.created, given.statuses)
    begun = work_begins(given.periods, given.settings, first, given.created)
    now = shown.on(day)
    timed = cycle_times(now, changes, begun)
    age = ages(now, begun, day, lines_of(timed["days"].to_numpy()))
    return FlowFigures(
        runs=status_runs(given.periods, one, given.left_out, given.days),
        week=weekly_flow(changes, one, given.days),
        cycle_time=timed,
        age=age,
        by_category=_by_category(now, timed, age),
        warnings=unknown_names(given.settings, given.periods.states.values()),
    )


def _shown(categorised: CategoryPeriods) -> CategoryPeriods:
    """The periods of shown categories."""
    flags = [one.display is Display.SHOW for one in categorised.categories]
    return categorised.only(np.array(flags, dtype=np.bool_)[categorised.category])


def _as_one(shown: CategoryPeriods) -> CategoryPeriods:
    """The periods as if there were one category, without points."""
    none = np.zeros(len(shown), dtype=np.int64)
    whole = (Category(TOGETHER, Display.SHOW),)
    return replace(shown, categories=whole, category=none, points=none.astype(np.float64))


def _by_category(now: CategoryPeriods, timed: pd.DataFrame, age: pd.DataFrame) -> pd.DataFrame:
    """One row for all shown categories together, then one for each, in their order."""
    days, early = (timed[name].to_numpy() for name in ("days", "at_least"))
    of, at_work = (one["category"].to_numpy() for one in (timed, age))
    resolved, still_open = now.resolved, now.status == OPEN
    rows: list[tuple[Any, ...]] = []
    for place, title in _rows_of(now):
        every = place is None
        own = (of == title) | every
        there = (now.category == place) | every
        lines = lines_of(days[own])
        told = (title, int((resolved & there).sum()), int(own.sum()), int(early[own].sum()))
        lengths = (float(lines.get(percent, np.nan)) for percent in LINES)
        old = ((at_work == title) | every).sum()
        rows.append((*told, *lengths, int((still_open & there).sum()), int(old)))
    return pd.DataFrame(rows, columns=BY_CATEGORY_COLUMNS)


def _rows_of(now: CategoryPeriods) -> list[tuple[int | None, str]]:
    """Positions and titles of the shown categories, after None for all of them."""
    shown = [
        (place, one.title)
        for place, one in enumerate(now.categories)
        if one.display is Display.SHOW
    ]
    return [(None, TOGETHER), *shown]
