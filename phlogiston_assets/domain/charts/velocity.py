"""Velocity: what was resolved in each week of the last three months, stacked by category.

Months and quarters do not belong here (see `velocity_calendar`), nor do the pessimistic, nominal
and optimistic velocities (see `by_category`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from phlogiston_assets.domain.charts.chart import Chart, Heading, Width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import colours
from phlogiston_assets.domain.charts.series import Amounts, day_numbers, places
from phlogiston_assets.domain.charts.velocity_drawing import (
    VelocityPicture,
    draw_velocity,
    week_names,
)
from phlogiston_assets.domain.charts.wording import counted, day_text, listing, named, number
from phlogiston_assets.domain.days import Days, day_number, to_dates
from phlogiston_assets.domain.figures import Figures

_WEEK = 7
_MONTHS = 3


@dataclass(frozen=True, slots=True)
class WeeklySums:
    """Resolved amounts, a row a category, a column a week; *ends* are the weeks' last days."""

    ends: Days
    amounts: Amounts


def velocity_chart(figures: Figures, measure: Measure, widths: Sequence[Width]) -> Chart:
    """Resolved per week (reports.md, "The report page", section Velocity)."""
    titles = [one.title for one in figures.shown()]
    sums = weekly_sums(figures.recently_closed, titles, measure, figures.first_day, figures.day)
    palette = colours(figures.categories)
    picture = VelocityPicture(
        sums.amounts,
        measure,
        *week_names(sums.ends),
        names=tuple(titles),
        colours=tuple(palette[one] for one in titles),
        pace=f"{measure.unit} a week",
        extent="in these weeks",
    )
    heading = Heading(
        slug=f"velocity-{measure}",
        title=f"Velocity: {measure.unit} resolved per week, last three months",
        finding=_finding(figures.day, measure, titles, sums),
    )
    drawings = {width: draw_velocity(picture, width, heading) for width in widths}
    return Chart.of(heading, drawings, _long(titles, sums))


def week_ends(first: date, day: date) -> Days:
    """The last days of the weeks of the last three months, counted back from *day*.

    The same steps as in domain.md, section 6: (day - 3 months, day], and only weeks that begin
    after the *first* reconstructed day, whose tasks count as resolved from the start.
    """
    start = day_number((pd.Timestamp(day) - pd.DateOffset(months=_MONTHS)).date())
    last = day_number(day)
    steps = np.arange(last, start, -_WEEK, dtype=np.int64)[::-1]
    within: npt.NDArray[np.int64] = steps[steps > day_number(first)]
    return within if len(within) else steps[-1:]


def weekly_sums(
    closed: pd.DataFrame, titles: Sequence[str], measure: Measure, first: date, day: date
) -> WeeklySums:
    """Sums of `recently_closed` over the seven days that end with each week's last day."""
    ends = week_ends(first, day)
    place = places(titles, closed["category"])
    week = np.searchsorted(ends, day_numbers(closed["date"]), side="left")
    week = np.where(day_numbers(closed["date"]) > ends[0] - _WEEK, week, len(ends))
    value = np.nan_to_num(closed[measure].to_numpy(dtype=np.float64, na_value=np.nan))
    seen = (place >= 0) & (week < len(ends))
    amounts = np.zeros((len(titles), len(ends)))
    np.add.at(amounts, (place[seen], week[seen]), value[seen])
    return WeeklySums(ends, amounts)


def _long(titles: Sequence[str], sums: WeeklySums) -> pd.DataFrame:
    """Columns week_ending, category, resolved; without zeros."""
    frame = pd.DataFrame(
        {
            "week_ending": np.repeat(to_dates(sums.ends), len(titles)),
            "category": np.tile(np.array(titles, dtype=object), len(sums.ends)),
            "resolved": sums.amounts.T.ravel(),
        }
    )
    return frame[frame["resolved"] != 0].reset_index(drop=True)


def _finding(day: date, measure: Measure, titles: Sequence[str], sums: WeeklySums) -> str:
    total = float(sums.amounts.sum())
    count = len(sums.ends)
    weeks = f"{count} weeks to {day_text(day)}" if count > 1 else f"week to {day_text(day)}"
    if not total:
        return f"Nothing was resolved in the {weeks}."
    by_category = sums.amounts.sum(axis=1)
    order = [place for place in np.argsort(-by_category, kind="stable") if by_category[place] > 0]
    parts = [f"{named(titles[place])} ({number(by_category[place])})" for place in order[:3]]
    if len(order) > len(parts):
        parts.append(counted(len(order) - len(parts), "other category", "other categories"))
    last = float(sums.amounts[:, -1].sum())
    verb = "was" if total == 1 else "were"
    return (
        f"In the {weeks}, {measure.amount(total)} {verb} resolved,"
        f" {number(total / len(sums.ends))} a week; in the last of them, {number(last)}."
        f" Resolved in {listing(parts)}."
    )
