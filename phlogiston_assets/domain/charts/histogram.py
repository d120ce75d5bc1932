"""Histogram: resolved tasks by their points, one row a priority.

How it is drawn is in `histogram_drawing`; the figures are those of `domain.task_lists`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from phlogiston_assets.domain.charts.chart import Chart, Heading, Width
from phlogiston_assets.domain.charts.histogram_drawing import (
    NO_POINTS,
    HistogramPicture,
    draw_histogram,
)
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.series import Amounts
from phlogiston_assets.domain.charts.wording import counted, day_text, listing, number
from phlogiston_assets.domain.days import Days
from phlogiston_assets.domain.figures import Figures

PRIORITIES = {
    "100": "Unbreak now",
    "90": "Triage",
    "80": "High",
    "50": "Normal",
    "25": "Low",
    "10": "Lowest",
}
"""Phabricator's priorities by their codes."""
_MOST_BINS = 11
_STEPS = np.array([0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 40.0, 100.0, math.inf])


def histogram_chart(figures: Figures, measure: Measure, widths: Sequence[Width]) -> Chart:
    """Resolved tasks by points (reports.md, "The report page", section Histogram)."""
    data = _data(figures.points_histogram)
    picture = _picture(data, measure)
    heading = Heading(
        slug=f"histogram-{measure}",
        title=f"Histogram: {measure.unit} resolved, by points a task and priority",
        finding=_finding(figures, measure, data, picture),
    )
    drawings = {width: draw_histogram(picture, width, heading) for width in widths}
    return Chart.of(heading, drawings, data)


def priority_name(code: str) -> str:
    """A priority in words with its code: "High (80)"."""
    if code in PRIORITIES:
        return f"{PRIORITIES[code]} ({code})"
    return f"Priority {code}" if code else "No priority"


def _data(histogram: pd.DataFrame) -> pd.DataFrame:
    """Columns priority, name, points (NaN: none), count, sum; the highest priority first."""
    codes = histogram["priority"].astype(str)
    frame = pd.DataFrame(
        {
            "priority": codes,
            "name": codes.map(priority_name),
            "points": histogram["points"].astype(np.float64),
            "count": histogram["count"],
        }
    )
    frame["sum"] = (frame["points"] * frame["count"]).fillna(0.0)
    order = pd.to_numeric(frame["priority"], errors="coerce").fillna(-math.inf)
    placed = frame.assign(order=-order).sort_values(["order", "priority", "points"])
    return placed.drop(columns="order").reset_index(drop=True)


def _picture(data: pd.DataFrame, measure: Measure) -> HistogramPicture:
    column = "count" if measure is Measure.COUNT else "sum"
    shown = data[data[column] != 0]
    labels, place = _bins(shown["points"].to_numpy(dtype=np.float64))
    names = list(dict.fromkeys(data["name"].tolist()))
    amounts = np.zeros((len(names), len(labels)))
    rows = np.array([names.index(name) for name in shown["name"]], dtype=np.int64)
    np.add.at(amounts, (rows, place), shown[column].to_numpy(dtype=np.float64))
    return HistogramPicture(tuple(names), tuple(labels), amounts, measure)


def _bins(points: Amounts) -> tuple[list[str], Days]:
    """Labels of the columns, and the column of each value; tasks without points come last.

    Each value has its own column as long as there are few; then columns hold a step each.
    """
    none = np.isnan(points)
    values = np.unique(points[~none])
    sign = ""
    ends = points
    if len(values) > _MOST_BINS:
        sign = "\N{LESS-THAN OR EQUAL TO} "
        ends = _STEPS[np.searchsorted(_STEPS, points).clip(max=len(_STEPS) - 1)]
        values = np.unique(ends[~none])
    labels = [
        f"> {number(_STEPS[-2])}" if np.isinf(one) else (sign if one else "") + number(one)
        for one in values
    ]
    place = np.where(none, len(values), np.searchsorted(values, ends))
    return [*labels, *([NO_POINTS] if none.any() else [])], place


def _finding(
    figures: Figures, measure: Measure, data: pd.DataFrame, picture: HistogramPicture
) -> str:
    sums = picture.amounts.sum(axis=1)
    day = day_text(figures.day)
    if not sums.any():
        return f"No {measure.unit} resolved on {day}."
    total = float(sums.sum())
    parts = [
        f"{name} {number(float(amount))}"
        for name, amount in zip(picture.names, sums, strict=True)
        if amount
    ]
    verb = "is" if total == 1 else "are"
    sentence = f"On {day}, {measure.amount(total)} {verb} resolved: {listing(parts)}."
    without = int(data.loc[data["points"].isna(), "count"].sum())
    if not without:
        return sentence
    has = "has" if without == 1 else "have"
    return f"{sentence} {counted(without, 'resolved task')} {has} no points."
