"""The flow of a scope told by stories: as figures of flow, and within the figures of a report.

    flow(story(1).on(3, "A").on(9, "A", "resolved")).cycle_time
    figures_with_flow(story(1).on(3, "A"))      # for charts and pages

"Hidden" is a place of a hidden category.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from support.figures import made_figures
from support.scopes import scope_of
from support.stories import LAST, PROJECT, RULES, Story, Told, scope_of_stories

from phlogiston_assets.domain.categories.categorisation import Category, StatusSets
from phlogiston_assets.domain.days import day_of
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.flow.flow_figures import FlowFigures, FlowInput, flow_figures
from phlogiston_assets.domain.scopes import Display

FRAMES = ("status_runs", "flow_week", "cycle_time", "cycle_time_by_category", "task_age")
HIDING = f"{RULES}\nProjectColumn,Hidden,hide,{PROJECT},Hidden,"


def flow_of(told: Told, left_out: tuple[int, ...] = ()) -> FlowFigures:
    return flow_figures(
        FlowInput(
            settings=scope_of(told.rules, told.settings).settings,
            periods=told.periods,
            categorised=told.categorised,
            days=(0, told.last),
            created=told.created,
            statuses=StatusSets(),
            left_out=np.array(left_out, dtype=np.int64),
        )
    )


def flow(
    *stories: Story, settings: str = "", last: int = LAST, left_out: tuple[int, ...] = ()
) -> FlowFigures:
    return flow_of(scope_of_stories(*stories, settings=settings, last=last, rules=HIDING), left_out)


def figures_with_flow(
    *stories: Story, settings: str = "", last: int = LAST, **known: Any
) -> Figures:
    """Figures that hold nothing but the flow; `known` are further words of `made_figures`."""
    told = flow(*stories, settings=settings, last=last)
    titles = ["A", "B", "Done", Category("Hidden", Display.HIDE)]
    usual: dict[str, Any] = {"day": day_of(last), "first_day": day_of(0)}
    return with_flow(made_figures(titles, **(usual | known)), told)


def with_flow(figures: Figures, told: FlowFigures) -> Figures:
    """The figures with that flow in place of theirs."""
    frames = (told.runs, told.week, told.cycle_time, told.by_category, told.age)
    named = dict(zip(FRAMES, frames, strict=True))
    return replace(figures, **{name: one.assign(scope="t") for name, one in named.items()})


def with_lively_flow(figures: Figures, titles: Sequence[str], count: int = 30) -> Figures:
    """The figures with a flow of so many tasks in those categories, which ends on their day.

    Every third is resolved; what the others' status is called is one of the titles.
    """
    told = scope_of_stories(
        *(_lively(n, len(titles), titles[n % len(titles)]) for n in range(1, count + 1)),
        rules=_rules(titles),
    )
    found = with_flow(figures, flow_of(told))
    later = pd.Timedelta(figures.day - day_of(LAST))
    moved = {}
    for name in FRAMES:
        frame = getattr(found, name).copy()
        for column in frame.columns:
            if frame[column].dtype.kind == "M":
                frame[column] = (frame[column] + later).astype("datetime64[s]")
        moved[name] = frame
    return replace(found, **moved)


def _lively(task: int, places: int, status: str) -> Story:
    begun = task * 7 % (LAST - 8)
    one = Story(task, begun - task % 2).on(begun, f"<{task % places}>", status)
    return one.on(begun + task % 8, f"<{task % places}>", "resolved") if task % 3 == 0 else one


def _rules(titles: Sequence[str]) -> str:
    rows = io.StringIO()
    writer = csv.writer(rows)
    for place, title in enumerate(titles):
        writer.writerow(["ProjectColumn", title, "show", PROJECT, f"<{place}>", ""])
    return rows.getvalue()
