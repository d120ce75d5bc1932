"""Arrivals and departures: the tasks that came and went in each week (forecast.md, "Flow").

How it is drawn is in `velocity_drawing`; the figures are those of `domain.cumulative_flow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from phlogiston_assets.domain.charts.chart import Chart, Heading, Width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import FLOWS
from phlogiston_assets.domain.charts.series import Amounts, day_numbers
from phlogiston_assets.domain.charts.velocity_drawing import (
    VelocityPicture,
    draw_velocity,
    week_names,
)
from phlogiston_assets.domain.charts.wording import counted, day_text, listing, number, signed
from phlogiston_assets.domain.counting.change_lists import ARRIVALS, DEPARTURES
from phlogiston_assets.domain.days import Days, day_number, to_dates
from phlogiston_assets.domain.figures import Figures

_MOST_WEEKS: Final = 26
_KINDS: Final = (*DEPARTURES, *ARRIVALS)


def arrivals_chart(figures: Figures, widths: Sequence[Width]) -> Chart:
    """What came lies above the line, what went below it, of the last half year."""
    ends, amounts = _weeks(figures)
    picture = VelocityPicture(
        amounts,
        Measure.COUNT,
        *week_names(ends),
        names=tuple(name.replace("_", " ") for name in _KINDS),
        colours=FLOWS,
        pace="tasks a week",
        extent="in these weeks",
        banner=f"{signed(float(amounts.sum()))} open" if amounts.any() else "",
        nothing="nothing came or went",
    )
    heading = Heading(
        slug="arrivals-departures",
        title="Arrivals and departures: tasks per week, last half year",
        finding=_finding(figures, amounts),
    )
    drawings = {width: draw_velocity(picture, width, heading) for width in widths}
    return Chart.of(heading, drawings, _long(ends, amounts))


def _weeks(figures: Figures) -> tuple[Days, Amounts]:
    """The weeks' last days, and what came and went: a row a kind, what went below 0."""
    weeks = figures.flow_week.tail(_MOST_WEEKS)
    if weeks.empty:
        return np.array([day_number(figures.day)]), np.zeros((len(_KINDS), 1))
    rows = [-weeks[name].to_numpy(dtype=np.float64) for name in DEPARTURES]
    rows += [weeks[name].to_numpy(dtype=np.float64) for name in ARRIVALS]
    return day_numbers(weeks["date"]), np.stack(rows) + 0.0


def _long(ends: Days, amounts: Amounts) -> pd.DataFrame:
    """Columns week_ending, kind, tasks (below 0: departures); without zeros."""
    frame = pd.DataFrame(
        {
            "week_ending": np.repeat(to_dates(ends), len(_KINDS)),
            "kind": np.tile(np.array(_KINDS, dtype=object), len(ends)),
            "tasks": amounts.T.ravel().astype(np.int64),
        }
    )
    return frame[frame["tasks"] != 0].reset_index(drop=True)


def _finding(figures: Figures, amounts: Amounts) -> str:
    if figures.flow_week.empty:
        return "The history has no completed week yet."
    count = amounts.shape[1]
    weeks = f"the {count} weeks" if count > 1 else "the week"
    begin = f"In {weeks} to {day_text(figures.day)},"
    if not amounts.any():
        return f"{begin} no task came and none went."
    sums = dict(zip(_KINDS, np.abs(amounts).sum(axis=1).tolist(), strict=True))
    came, went = (_told(sums, kinds) for kinds in (ARRIVALS, DEPARTURES))
    net = int(amounts.sum())
    change = f"{abs(net):,} {'more' if net > 0 else 'fewer'}" if net else "as many"
    are = "is" if abs(net) == 1 else "are"
    return f"{begin} {came} came and {went} went: {change} {are} open."


def _told(sums: dict[str, float], kinds: Sequence[str]) -> str:
    """How many tasks, and of which kinds."""
    parts = [f"{number(sums[kind])} {kind.replace('_', ' ')}" for kind in kinds if sums[kind]]
    total = int(sum(sums[kind] for kind in kinds))
    return f"{counted(total, 'task')} ({listing(parts)})" if parts else "no task"
