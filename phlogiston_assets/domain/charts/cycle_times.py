"""Cycle times: a dot a resolved task, when it was resolved and how long it took, with three lines.

The figures are those of `domain.cycle_time` (forecast.md, "Flow").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from phlogiston_assets.domain.charts.chart import Chart, Heading, Width
from phlogiston_assets.domain.charts.duration_axis import along, days_text, duration_ticks, reach
from phlogiston_assets.domain.charts.edge_labels import GAP, spread
from phlogiston_assets.domain.charts.lettering import text_width
from phlogiston_assets.domain.charts.palette import DOTS, INK, MUTED
from phlogiston_assets.domain.charts.series import day_numbers
from phlogiston_assets.domain.charts.sheet import HINT, SMALL, Letter, Sheet, draw
from phlogiston_assets.domain.charts.time_axis import Stretch, mark_time, shade_quarter, since
from phlogiston_assets.domain.charts.wording import PERCENT, counted
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.flow.cycle_time import LINES
from phlogiston_assets.domain.flow.flow_figures import TOGETHER

_TOP, _BOTTOM, _FOOT = 30, 26, 380
_DOT, _LARGE_DOT, _MANY = 4.0, 6.0, 400
_TAIL: Final = "v-9"


@dataclass(frozen=True, slots=True)
class _Scatter:
    """Dots as (day resolved, days taken), first those known in full, then those at least so long;
    lines in days by per cent.
    """

    known: Sequence[tuple[int, int]]
    at_least: Sequence[tuple[int, int]]
    lines: dict[int, int]
    stretch: Stretch
    day: date

    @property
    def top(self) -> float:
        """Where the axis of durations ends."""
        return reach([days for _, days in (*self.known, *self.at_least)])


def cycle_times_chart(figures: Figures, widths: Sequence[Width]) -> Chart:
    """The cycle times of all shown categories, since the beginning."""
    scatter = _scatter(figures)
    heading = Heading(
        slug="cycle-times",
        title="Cycle time of resolved tasks, since the beginning",
        finding=_finding(figures, scatter.lines),
    )
    drawings = {width: _drawn(scatter, width, heading) for width in widths}
    return Chart.of(heading, drawings, figures.cycle_time.drop(columns="scope"))


def of_all(figures: Figures) -> dict[str, Any]:
    """The row of all shown categories together in `cycle_time_by_category`."""
    told = figures.cycle_time_by_category
    rows = told[told["category"] == TOGETHER]
    if rows.empty:
        return dict.fromkeys(("resolved", "timed", "at_least", "open"), 0)
    return {str(name): value for name, value in rows.iloc[0].items()}


def lines_of_all(figures: Figures) -> dict[int, int]:
    """The lines of all shown categories together, in days by per cent; none of no cycle time."""
    row = of_all(figures)
    return {percent: int(row[f"p{percent}"]) for percent in LINES} if row["timed"] else {}


def _scatter(figures: Figures) -> _Scatter:
    times = figures.cycle_time
    return _Scatter(
        known=_dots(times[times["at_least"] == 0]),
        at_least=_dots(times[times["at_least"] == 1]),
        lines=lines_of_all(figures),
        stretch=since(figures.first_day, figures.day),
        day=figures.day,
    )


def _dots(times: pd.DataFrame) -> list[tuple[int, int]]:
    """(day resolved, days taken) of each task."""
    return list(
        zip(day_numbers(times["resolved_on"]).tolist(), times["days"].tolist(), strict=True)
    )


def _finding(figures: Figures, lines: dict[int, int]) -> str:
    row = of_all(figures)
    resolved, timed, early = (int(row[name]) for name in ("resolved", "timed", "at_least"))
    if not resolved:
        return "No task is resolved."
    if not lines:
        return f"None of {counted(resolved, 'resolved task')} was seen both to begin and to end."
    half, most, nearly = (days_text(lines[percent]) for percent in LINES)
    told = (
        f"Of {counted(timed, 'task')} with a known cycle time, half took {half} at most,"
        f" 85{PERCENT} took {most} at most and 95{PERCENT} took {nearly} at most."
    )
    if early:
        verb = "was" if early == 1 else "were"
        told += f" {early:,} {verb} begun before the history and may have taken longer."
    if resolved > timed:
        other = counted(resolved - timed, "other resolved task")
        have = "has" if resolved - timed == 1 else "have"
        told += f" {other} {have} none: the beginning or the end was not seen."
    return told


def _drawn(scatter: _Scatter, width: Width, heading: Heading) -> str:
    return draw(lambda sheet: _paint(sheet, scatter, width), (width, _FOOT), heading.at(width))


def _paint(sheet: Sheet, scatter: _Scatter, width: Width) -> None:
    top, high = scatter.top, _FOOT - _TOP - _BOTTOM
    ticks = duration_ticks(top)
    left = max(text_width(label, SMALL) for _, label in ticks) + 10
    labels = {
        percent: f"{percent}{PERCENT}: {days_text(one)}" for percent, one in scatter.lines.items()
    }
    room = max((text_width(text, SMALL) for text in labels.values()), default=0.0) + 12
    right = sheet.width - room
    axes = sheet.axes(left, _TOP, right - left, high)
    mark_time(axes, scatter.stretch, most=3 if width is Width.NARROW else 6)
    axes.set_ylim(0, top)
    axes.set_yticks([place for place, _ in ticks], labels=[label for _, label in ticks])
    shade_quarter(axes, scatter.day)
    sheet.words((0, _TOP - 14), "from the beginning of work to the resolution", HINT)
    if not scatter.lines:
        middle = ((left + right) / 2, _TOP + high / 2)
        sheet.words(middle, "no cycle time is known", Letter(anchor="center", colour=MUTED))
        return

    def height(days: float) -> float:
        return _TOP + high * (1 - along(days) / top)

    def place(dot: tuple[int, int]) -> tuple[float, float]:
        day, days = dot
        return left + (right - left) * scatter.stretch.share(day + 1), height(days)

    size = _DOT if len(scatter.known) + len(scatter.at_least) > _MANY else _LARGE_DOT
    sheet.dots([place(dot) for dot in scatter.known], DOTS, size)
    tailed = [place(dot) for dot in scatter.at_least]
    sheet.dots(tailed, DOTS, size)
    sheet.dots(tailed, DOTS, size / 3, _TAIL)
    _lines(
        sheet, [(height(scatter.lines[one]), text) for one, text in labels.items()], (left, right)
    )


def _lines(sheet: Sheet, lines: Sequence[tuple[float, str]], ends: tuple[float, float]) -> None:
    """The three lines, each with its name and length at its end."""
    from_top = sorted(lines)
    wanted = spread([y for y, _ in from_top], GAP, _TOP - 4, _FOOT - _BOTTOM + 8)
    for (y, text), beside in zip(from_top, wanted, strict=True):
        sheet.line([(ends[0], y), (ends[1], y)], INK, 1, (5, 3))
        sheet.words((ends[1] + 8, beside), text, Letter(size=SMALL))
