"""Kind of work: what was resolved in each week, as maintenance, new functionality or neither.

How it is drawn is in `velocity_drawing`; the figures are those of `domain.kind_of_work`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from phlogiston_assets.domain.charts.chart import Chart, Heading, Width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import KINDS
from phlogiston_assets.domain.charts.series import Amounts
from phlogiston_assets.domain.charts.velocity_drawing import (
    VelocityPicture,
    draw_velocity,
    week_names,
)
from phlogiston_assets.domain.charts.wording import day_text, listing, percent, signed
from phlogiston_assets.domain.days import Days, day_number, to_dates
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.history.reconstruction import MAINTENANCE, NEW_FUNCTIONALITY

_NAMES = {MAINTENANCE: "Maintenance", NEW_FUNCTIONALITY: "New functionality", "": "Neither"}
"""Types by their words, in the order of the stack."""


def work_kinds_chart(figures: Figures, measure: Measure, widths: Sequence[Width]) -> Chart:
    """Resolved per week by maintenance type (reports.md, section Kind of work)."""
    ends, amounts = _weeks(figures, measure)
    share = _overall(figures.maintenance_share, measure) if _forward(amounts) else math.nan
    picture = VelocityPicture(
        amounts,
        measure,
        *week_names(ends),
        names=tuple(_NAMES.values()),
        colours=KINDS,
        pace=f"{measure.unit} a week",
        extent="in these weeks",
        banner="" if math.isnan(share) else f"maintenance {percent(share, 1.0)}",
    )
    heading = Heading(
        slug=f"kind-of-work-{measure}",
        title=f"Kind of work: {measure.unit} resolved per week, last three months",
        finding=_finding(figures, measure, amounts, share),
    )
    drawings = {width: draw_velocity(picture, width, heading) for width in widths}
    return Chart.of(heading, drawings, _long(ends, amounts))


def _weeks(figures: Figures, measure: Measure) -> tuple[Days, Amounts]:
    """The weeks' last days, and the change of resolved: a row a type, a column a week."""
    delta = figures.maintenance_delta
    if delta.empty:
        return np.array([day_number(figures.day)]), np.zeros((len(_NAMES), 1))
    table = delta.pivot_table(index="maint_type", columns="date", values=measure, aggfunc="sum")
    ends = table.columns.to_numpy(dtype="datetime64[D]").astype(np.int64)
    amounts = table.reindex(list(_NAMES)).fillna(0.0).to_numpy(dtype=np.float64)
    return ends, np.round(amounts, 9)


def _overall(shares: pd.DataFrame, measure: Measure) -> float:
    """The share of all weeks together: that of the row without a date; NaN for none."""
    return float(shares.loc[shares["date"].isna(), measure].iloc[0])


def _forward(amounts: Amounts) -> bool:
    """Whether neither maintenance nor new functionality went back: only then is a share of both
    a part of a whole.
    """
    return bool((amounts[:2].sum(axis=1) >= 0).all())


def _long(ends: Days, amounts: Amounts) -> pd.DataFrame:
    """Columns week_ending, maint_type, resolved; without zeros."""
    frame = pd.DataFrame(
        {
            "week_ending": np.repeat(to_dates(ends), len(_NAMES)),
            "maint_type": np.tile(np.array(list(_NAMES), dtype=object), len(ends)),
            "resolved": amounts.T.ravel(),
        }
    )
    return frame[frame["resolved"] != 0].reset_index(drop=True)


def _finding(figures: Figures, measure: Measure, amounts: Amounts, share: float) -> str:
    weeks = f"the {amounts.shape[1]} weeks" if amounts.shape[1] > 1 else "the week"
    begin = f"In {weeks} to {day_text(figures.day)}"
    if not amounts.any():
        return f"{begin} nothing was resolved."
    sums, last = amounts.sum(axis=1), amounts[:, -1]
    parts = [
        f"{signed(float(amount))} {name.lower()}"
        for amount, name in zip(sums, _NAMES.values(), strict=True)
    ]
    newest = f"In the last week {signed(float(last.sum()))}."
    return f"{begin}, resolved {measure.unit}: {listing(parts)}. {_told(amounts, share)} {newest}"


def _told(amounts: Amounts, share: float) -> str:
    """How much of the marked work is maintenance, or why no share can be told."""
    if not math.isnan(share):
        return f"Maintenance is {percent(share, 1.0)} of what is marked as one or the other."
    if amounts[:2].any():
        return "There is no maintenance share: of what is marked, as much or more was reopened."
    return "None of it is marked as maintenance or new functionality."
