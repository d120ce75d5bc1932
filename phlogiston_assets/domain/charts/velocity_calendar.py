"""Velocity by calendar: what was resolved in each month and in each quarter, by category.

It counts what the weekly chart counts, `recently_closed`; how both are drawn is in
`velocity_drawing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from phlogiston_assets.domain.charts.chart import Chart, Heading, Width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import colours
from phlogiston_assets.domain.charts.series import Amounts, day_numbers, places
from phlogiston_assets.domain.charts.time_axis import months_later
from phlogiston_assets.domain.charts.velocity_drawing import VelocityPicture, draw_velocity
from phlogiston_assets.domain.charts.wording import MONTHS, day_text, number
from phlogiston_assets.domain.days import day_number
from phlogiston_assets.domain.figures import Figures


@dataclass(frozen=True, slots=True)
class Calendar:
    """A kind of period: its name, how many months it has, and how many of them a chart shows."""

    word: str
    months: int
    most: int

    def starts(self, first: date, day: date) -> list[date]:
        """The first days of the periods from *first* to *day*, the newest ones, at least one."""
        newest = months_later(day, -((day.month - 1) % self.months))
        back = [months_later(newest, -self.months * place) for place in range(self.most)]
        seen = first + timedelta(days=1)  # on the first day nothing can be seen to close
        within = [start for start in back if months_later(start, self.months) > seen]
        return within[::-1] or [newest]

    def name(self, start: date) -> str:
        """What a period is called: "May 2024" or "Q2 2024"."""
        if self.months == 1:
            return f"{MONTHS[start.month - 1]} {start.year}"
        return f"Q{(start.month - 1) // self.months + 1} {start.year}"

    def tick(self, start: date) -> str:
        """The same for an axis."""
        return (
            f"{MONTHS[start.month - 1][:3]} {start.year}" if self.months == 1 else self.name(start)
        )


MONTHLY = Calendar("month", 1, 24)
QUARTERLY = Calendar("quarter", 3, 12)


def monthly_velocity_chart(figures: Figures, measure: Measure, widths: Sequence[Width]) -> Chart:
    """Resolved per month (reports.md, "The report page", section Velocity)."""
    return _chart(figures, measure, widths, MONTHLY)


def quarterly_velocity_chart(figures: Figures, measure: Measure, widths: Sequence[Width]) -> Chart:
    """Resolved per quarter (reports.md, "The report page", section Velocity)."""
    return _chart(figures, measure, widths, QUARTERLY)


def _chart(
    figures: Figures, measure: Measure, widths: Sequence[Width], calendar: Calendar
) -> Chart:
    titles = [one.title for one in figures.shown()]
    starts = calendar.starts(figures.first_day, figures.day)
    amounts = calendar_sums(figures.recently_closed, titles, measure, starts)
    palette = colours(figures.categories)
    picture = VelocityPicture(
        amounts,
        measure,
        periods=tuple(calendar.name(start) for start in starts),
        ticks=tuple((calendar.tick(start), calendar.tick(start)) for start in starts),
        names=tuple(titles),
        colours=tuple(palette[one] for one in titles),
        pace=f"{measure.unit} a {calendar.word}",
        extent=f"in these {calendar.word}s",
    )
    heading = Heading(
        slug=f"velocity-{calendar.word}-{measure}",
        title=f"Velocity: {measure.unit} resolved per {calendar.word}",
        finding=_finding(figures, measure, calendar, (starts, amounts)),
    )
    drawings = {width: draw_velocity(picture, width, heading) for width in widths}
    return Chart.of(heading, drawings, _long(calendar, titles, (starts, amounts)))


def calendar_sums(
    closed: pd.DataFrame, titles: Sequence[str], measure: Measure, starts: Sequence[date]
) -> Amounts:
    """Sums of `recently_closed`: a row a category, a column a period; the last one is open."""
    firsts = np.array([day_number(start) for start in starts], dtype=np.int64)
    place = places(titles, closed["category"])
    period = np.searchsorted(firsts, day_numbers(closed["date"]), side="right") - 1
    value = np.nan_to_num(closed[measure].to_numpy(dtype=np.float64, na_value=np.nan))
    seen = (place >= 0) & (period >= 0)
    amounts = np.zeros((len(titles), len(starts)))
    np.add.at(amounts, (place[seen], period[seen]), value[seen])
    return amounts


Sums = tuple[Sequence[date], Amounts]


def _long(calendar: Calendar, titles: Sequence[str], sums: Sums) -> pd.DataFrame:
    """Columns month or quarter (its first day), category, resolved; without zeros."""
    starts, amounts = sums
    firsts = np.array(starts, dtype="datetime64[s]")
    frame = pd.DataFrame(
        {
            calendar.word: np.repeat(firsts, len(titles)),
            "category": np.tile(np.array(titles, dtype=object), len(starts)),
            "resolved": amounts.T.ravel(),
        }
    )
    return frame[frame["resolved"] != 0].reset_index(drop=True)


def _finding(figures: Figures, measure: Measure, calendar: Calendar, sums: Sums) -> str:
    """The newest period and the two before it, and where the first one is not whole."""
    starts, amounts = sums
    totals = amounts.sum(axis=0)
    over = figures.day + timedelta(days=1) == months_later(starts[-1], calendar.months)
    so_far = "" if over else " so far"
    newest = measure.amount(float(totals[-1]))
    verb = "was" if totals[-1] == 1 else "were"
    parts = [
        f"In {calendar.name(starts[-1])}{so_far}, {newest} {verb} resolved",
        *(
            f"in {calendar.name(starts[place])} {number(float(totals[place]))}"
            for place in range(len(starts) - 2, max(len(starts) - 4, -1), -1)
        ),
    ]
    sentence = f"{'; '.join(parts)}."
    if figures.first_day <= starts[0]:
        return sentence
    began = figures.first_day + timedelta(days=1)
    return f"{sentence} {calendar.name(starts[0])} counts from {day_text(began)} only."
