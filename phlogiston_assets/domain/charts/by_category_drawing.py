"""How the three small charts of a category are drawn, all over the same year.

Which figures and what they say does not belong here: see `by_category`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import cos, isnan, pi, sin

import numpy as np

from phlogiston_assets.domain.charts.category_weeks import (
    WEEK,
    WEEKS_AHEAD,
    WEEKS_BACK,
    CategoryWeeks,
)
from phlogiston_assets.domain.charts.chart import Heading
from phlogiston_assets.domain.charts.forecast_rows import ForecastRow, Outlook, State
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import INK, MUTED
from phlogiston_assets.domain.charts.series import Amounts
from phlogiston_assets.domain.charts.sheet import Point, Sheet, draw
from phlogiston_assets.domain.charts.small_panel import SIZE, Panel
from phlogiston_assets.domain.charts.time_axis import Stretch
from phlogiston_assets.domain.charts.wording import number, short_day, short_number
from phlogiston_assets.domain.days import day_number, day_of

_AIR = 1.05
_TINT = 0.35
_BAR = 0.7
_LEAST_WEEKS = 4
_LONG = 104
_FAR = 13.0
"""How far above the plot lies what takes longer than its scale reaches, in pixels."""


@dataclass(frozen=True, slots=True)
class CategoryPicture:
    """What is drawn of one category; *first* is the first reconstructed day."""

    weeks: CategoryWeeks
    row: ForecastRow
    measure: Measure
    colour: str
    first: date
    day: date

    @property
    def something_open(self) -> bool:
        """Whether there is anything to look ahead for."""
        return self.row.state in {State.UNDER_WAY, State.NOT_STARTED}

    def stretch(self, ahead: int = 0) -> Stretch:
        """A year back from the day, less for a young history, and so many weeks ahead."""
        oldest = self.day - timedelta(weeks=WEEKS_BACK)
        first = min(max(oldest, self.first), self.day - timedelta(weeks=_LEAST_WEEKS))
        return Stretch(first, self.day + timedelta(days=1, weeks=ahead))


def draw_burnup(picture: CategoryPicture, heading: Heading) -> str:
    """Total as an area, resolved as a line, and lines ahead of both while something is open.

    A line ahead ends with a disc where all is resolved.
    """
    one = picture.weeks
    totals = {
        outlook: one.ahead(outlook, WEEKS_AHEAD)[0] for outlook in Outlook if picture.something_open
    }
    most = float(one.total.max())
    high = max(most, *(min(end, 1.5 * most) for end in totals.values())) if totals else most

    def paint(sheet: Sheet) -> None:
        panel = Panel(sheet, picture.stretch(WEEKS_AHEAD), 0.0, high * _AIR)
        panel.grid(picture.measure.unit, whole=picture.measure.whole)
        _areas(panel, picture)
        now = panel.x(day_number(picture.day) + 1)
        sheet.line([(now, panel.top), (now, panel.bottom)], INK, 0.8)
        for outlook, total in totals.items():
            panel.stroke(outlook, _line(panel, picture, (float(one.total[-1]), total)), MUTED)
        panel.ends([_resolved_ahead(panel, picture, outlook) for outlook in totals])

    return draw(paint, SIZE, heading)


def _resolved_ahead(
    panel: Panel, picture: CategoryPicture, outlook: Outlook
) -> tuple[Outlook, float, str]:
    """Draw what is resolved ahead; the label of its end."""
    one = picture.weeks
    weeks = one.meeting(outlook)
    span = WEEKS_AHEAD if weeks is None else weeks
    total, resolved = one.ahead(outlook, span)
    line = _line(panel, picture, (float(one.resolved[-1]), resolved), span)
    panel.stroke(outlook, line)
    if weeks is None:
        return outlook, line[-1][1], short_number(resolved)
    if total <= panel.high:
        _all_resolved(panel, picture, (outlook, weeks), line[-1])
    return outlook, line[-1][1], "all"


def _areas(panel: Panel, picture: CategoryPicture) -> None:
    one = picture.weeks
    x = [panel.x(float(day) + 1) for day in one.days]
    if len(x) == 1:  # a single week is drawn a week wide
        x = [panel.x(float(one.days[0]) + 1 - WEEK), *x]
    total, resolved = (
        [panel.y(float(value)) for value in np.resize(values, len(x))]
        for values in (one.total, one.resolved)
    )
    corners = [(x[0], panel.bottom), *zip(x, total, strict=True), (x[-1], panel.bottom)]
    area = panel.sheet.shape(corners, picture.colour, opacity=_TINT)
    panel.sheet.note(area, f"total {number(float(one.total[-1]))}")
    panel.sheet.line(list(zip(x, total, strict=True)), picture.colour, 1.5)
    panel.sheet.line(list(zip(x, resolved, strict=True)), INK, 2)


def _line(
    panel: Panel,
    picture: CategoryPicture,
    ends: tuple[float, float],
    weeks: float = WEEKS_AHEAD,
) -> list[Point]:
    """A line from now to so many weeks ahead, as far as the plot reaches."""
    start, end = ends
    part = min(1.0, (panel.high - start) / (end - start)) if end > start else 1.0
    now = day_number(picture.day) + 1
    stop = panel.x(now + WEEK * weeks * part)
    return [(panel.x(now), panel.y(start)), (stop, panel.y(start + (end - start) * part))]


def _all_resolved(
    panel: Panel, picture: CategoryPicture, when: tuple[Outlook, float], at: Point
) -> None:
    """A disc where all is resolved."""
    outlook, weeks = when
    turns = [2 * pi * step / 12 for step in range(12)]
    disc = [(at[0] + 4 * cos(turn), at[1] + 4 * sin(turn)) for turn in turns]
    done = short_day(picture.day + timedelta(days=round(WEEK * weeks)))
    mark = panel.sheet.shape(disc, picture.colour, edge=INK)
    panel.sheet.note(mark, f"{outlook.word}: all resolved about {done}")


def draw_change(picture: CategoryPicture, heading: Heading) -> str:
    """A bar a week for what was resolved, and the three velocities as lines."""
    one = picture.weeks
    values = np.concatenate([one.change, *one.velocity.values()])
    values = values[~np.isnan(values)]
    high, low = max(float(values.max()), 1.0), min(float(values.min()), 0.0)

    def paint(sheet: Sheet) -> None:
        panel = Panel(sheet, picture.stretch(), low * _AIR, high * _AIR)
        panel.grid(f"{picture.measure.unit} a week", whole=picture.measure.whole)
        first = day_number(panel.stretch.first)
        for day, change in zip(one.days.tolist(), one.change.tolist(), strict=True):
            if change and day + 1 - WEEK >= first:
                _bar(panel, picture, day, change)
        labels = []
        for outlook in Outlook:
            velocity = one.velocity[outlook]
            for line in _lines(panel, one, velocity):
                panel.stroke(outlook, line)
            if not isnan(velocity[-1]):
                last = float(velocity[-1])
                labels.append((outlook, panel.y(last), short_number(last)))
        panel.ends(labels)

    return draw(paint, SIZE, heading)


def _bar(panel: Panel, picture: CategoryPicture, day: int, change: float) -> None:
    left, right = (panel.x(day + 1 - WEEK / 2 + half * _BAR * WEEK) for half in (-0.5, 0.5))
    foot, top = panel.y(0), panel.y(change)
    bar = panel.sheet.shape(
        [(left, foot), (left, top), (right, top), (right, foot)], picture.colour
    )
    panel.sheet.note(bar, f"{number(change)}, week to {short_day(day_of(day))}")


def draw_remaining(picture: CategoryPicture, heading: Heading) -> str:
    """Weeks to completion over time, with gaps where there is no end in sight."""
    one = picture.weeks
    values = np.concatenate(list(one.weeks.values()))
    values = values[~np.isnan(values)]
    most = float(values.max(initial=0.0))
    limit = max(min(most, _LONG), _LEAST_WEEKS)
    far = most > limit

    def paint(sheet: Sheet) -> None:
        top = Panel(sheet, picture.stretch(), 0, 1).top + (_FAR if far else 0)
        panel = Panel(sheet, picture.stretch(), 0.0, limit * (1 if far else _AIR), top)
        panel.grid("weeks", whole=True)
        if far:
            panel.level(panel.top - _FAR, "more")
        for outlook, weeks in one.weeks.items():
            for line in _lines(panel, one, weeks):
                panel.stroke(outlook, line)
        if not len(values):
            panel.nothing("no end in sight" if _under_way(picture) else picture.row.state.value)
        if _under_way(picture):
            panel.ends(_waits(panel, picture))

    return draw(paint, SIZE, heading)


def _under_way(picture: CategoryPicture) -> bool:
    return picture.row.state is State.UNDER_WAY


def _waits(panel: Panel, picture: CategoryPicture) -> Iterator[tuple[Outlook, float, str]]:
    """What each outlook says on the last day."""
    for outlook in Outlook:
        weeks = picture.row.weeks[outlook]
        if weeks is not None:
            text = number(weeks) if weeks <= 9999 else "> 9,999"
            yield outlook, _height(panel, weeks), text
        elif outlook in picture.row.imminent:
            yield outlook, panel.bottom, "< 1"
        else:
            yield outlook, panel.top - _FAR, "never"


def _height(panel: Panel, amount: float) -> float:
    """Where an amount lies, or the line above the plot if that is beyond it."""
    return panel.y(amount) if amount <= panel.high else panel.top - _FAR


def _lines(panel: Panel, one: CategoryWeeks, values: Amounts) -> Iterator[list[Point]]:
    """The lines through the values of weeks that follow each other; a lone one is a dash."""
    there = np.flatnonzero(~np.isnan(values))
    breaks = [
        place + 1
        for place, (before, after) in enumerate(pairwise(there.tolist()))
        if after != before + 1 or one.days[after] - one.days[before] > WEEK
    ]
    for part in np.split(there, breaks):
        points = [
            (panel.x(float(one.days[place]) + 1), _height(panel, float(values[place])))
            for place in part
        ]
        if len(points) == 1:
            (x, y) = points[0]
            points = [(x - 3, y), (x + 3, y)]
        if points:
            yield points
