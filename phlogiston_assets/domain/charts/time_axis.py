"""Stretches of time that charts show, and the ticks on them.

An axis counts days; the state at the end of day D lies at D + 1, the instant at which it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from matplotlib.axes import Axes

from phlogiston_assets.domain.charts.palette import GRID, SHADE
from phlogiston_assets.domain.charts.wording import APOSTROPHE, MONTHS, short_day
from phlogiston_assets.domain.days import day_number
from phlogiston_assets.domain.scopes import quarter_start

_STEPS = (1, 3, 6, 12, 24, 60, 120)
_YEAR = 12
_SHORTEST = 28


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time from the start of *first* to the start of *end* (exclusive)."""

    first: date
    end: date

    @property
    def limits(self) -> tuple[int, int]:
        """The axis' ends as day numbers."""
        return day_number(self.first), day_number(self.end)

    def share(self, day: float) -> float:
        """How far along the stretch a day lies, from 0 to 1."""
        first, end = self.limits
        return (day - first) / (end - first)


def months_later(day: date, months: int) -> date:
    """The first of the month that lies *months* after (or before) that of *day*."""
    count = day.year * _YEAR + day.month - 1 + months
    return date(count // _YEAR, count % _YEAR + 1, 1)


def around_quarter(day: date, before: int, after: int) -> Stretch:
    """From *before* months before the quarter of *day* to *after* months after it."""
    start = quarter_start(day)
    return Stretch(months_later(start, -before), months_later(start, 3 + after))


def since(first: date, day: date) -> Stretch:
    """From *first* to the end of the quarter of *day*, four weeks at least."""
    end = months_later(quarter_start(day), 3)
    return Stretch(min(first, end - timedelta(days=_SHORTEST)), end)


def quarter_ticks(stretch: Stretch) -> list[tuple[int, str]]:
    """Day number and tight label of each quarter's start on the stretch."""
    starts = _starts(stretch.first, stretch.end - timedelta(days=1), 3)
    return [(day_number(start), _tight_label(start)) for start in starts]


def month_ticks(stretch: Stretch, most: int) -> list[tuple[int, str]]:
    """Day number and label of at most *most* month, quarter or year starts on the stretch."""
    start = months_later(stretch.first - timedelta(days=1), 1)
    for step in _STEPS:
        months = _starts(start, stretch.end, step)
        if len(months) <= most:
            break
    if len(months) < 2:  # a single tick gives no scale
        ends = (stretch.first, stretch.end)
        return [(day_number(day), short_day(day)) for day in ends]
    return [
        (day_number(month), _label(month, step, first=place == 0))
        for place, month in enumerate(months)
    ]


def mark_time(axes: Axes, stretch: Stretch, most: int) -> None:
    """Give the axes that stretch of time, its ticks and labels."""
    ticks = month_ticks(stretch, most)
    axes.set_xlim(*stretch.limits)
    axes.set_xticks([day for day, _ in ticks], labels=[label for _, label in ticks])


def shade_quarter(axes: Axes, day: date) -> None:
    """Shade the quarter of *day*."""
    start = quarter_start(day)
    left, right = axes.get_xlim()
    span = max(day_number(start), left), min(day_number(months_later(start, 3)), right)
    axes.axvspan(*span, color=SHADE, linewidth=0, zorder=0)
    axes.axvline(span[0], color=GRID, linewidth=1, zorder=0.5)


def _starts(start: date, end: date, step: int) -> list[date]:
    """The starts of months on the grid of *step* months from *start* to *end*, inclusive."""
    month = months_later(start, -(start.year * _YEAR + start.month - 1) % step)
    found = []
    while month <= end:
        found.append(month)
        month = months_later(month, step)
    return found


def _label(month: date, step: int, *, first: bool) -> str:
    if step >= _YEAR:
        return str(month.year)
    name = MONTHS[month.month - 1][:3]
    return f"{name} {month.year}" if first or month.month == 1 else name


def _tight_label(month: date) -> str:
    name = MONTHS[month.month - 1][:3]
    return f"{name} {APOSTROPHE}{month.year % 100:02}" if month.month == 1 else name
