"""How the classic forecast is drawn: a lane of time a category, with the dates in columns beside.

Dates stand in columns, not at their marks, so that those of neighbouring rows never overlap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from math import cos, inf, pi, sin

from phlogiston_assets.domain.charts.chart import Heading, Width
from phlogiston_assets.domain.charts.forecast_layout import Plan
from phlogiston_assets.domain.charts.forecast_rows import ForecastRow, Outlook, State
from phlogiston_assets.domain.charts.forecast_words import due_text, in_words
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import GRID, INK, MUTED, SHADE
from phlogiston_assets.domain.charts.sheet import HINT, SMALL, Letter, Sheet, draw
from phlogiston_assets.domain.charts.svg import Mark
from phlogiston_assets.domain.charts.time_axis import (
    months_later,
    quarter_ticks,
)
from phlogiston_assets.domain.charts.wording import (
    day_text,
    percent,
    short_day,
    short_number,
)
from phlogiston_assets.domain.days import day_number
from phlogiston_assets.domain.scopes import quarter_start

_HEAD = 40
_FOOT = 8


@dataclass(frozen=True, slots=True)
class ForecastPicture:
    """What is drawn: rows in order, with the colours of their categories by title.

    *targets* are the addresses that names lead to, by title.
    """

    rows: tuple[ForecastRow, ...]
    colours: Mapping[str, str]
    measure: Measure
    day: date
    targets: Mapping[str, str] = field(default_factory=dict)


def draw_forecast(picture: ForecastPicture, width: Width, heading: Heading) -> str:
    """The forecast as SVG of that width, as high as its rows need."""
    plan = Plan.of(picture.rows, picture.day, width)
    layout = plan.layout
    tops = list(accumulate((layout.height(row) for row in picture.rows), initial=_HEAD))
    height = max(tops[-1], _HEAD + plan.layout.row) + _FOOT

    def paint(sheet: Sheet) -> None:
        _time(sheet, plan, picture)
        if plan.layout.columns:
            _lane(sheet, plan, picture, (_HEAD - 4, height - _FOOT))
        for row, top in zip(picture.rows, tops, strict=False):
            _row(sheet, plan, picture, (row, top))
        if not picture.rows:
            sheet.words((0, _HEAD + plan.layout.row / 2), "no categories", Letter(colour=MUTED))

    return draw(paint, (width, height), heading.at(width))


def _time(sheet: Sheet, plan: Plan, picture: ForecastPicture) -> None:
    """The labels of time and the heads of the columns."""
    for day, label in quarter_ticks(plan.stretch):
        sheet.words((plan.x(day), 8), label, HINT)
    now = plan.x(day_number(picture.day) + 1)
    sheet.words((now, 28), short_day(picture.day), Letter(size=SMALL, anchor="center"))
    if plan.layout.columns:
        unit = picture.measure.unit
        sheet.words((plan.layout.total, 28), unit, Letter(size=SMALL, colour=MUTED, anchor="right"))
        for x, outlook in zip(plan.layout.columns, Outlook, strict=True):
            sheet.words((x, 28), outlook.word, Letter(size=SMALL, colour=MUTED, anchor="right"))


def _lane(sheet: Sheet, plan: Plan, picture: ForecastPicture, ends: tuple[float, float]) -> None:
    """The quarter's shade, the ticks and today's line, from top to bottom of a lane."""
    top, bottom = ends
    start = quarter_start(picture.day)
    left, right = (plan.x(day_number(day)) for day in (start, months_later(start, 3)))
    sheet.shape([(left, top), (right, top), (right, bottom), (left, bottom)], SHADE)
    for day in (*(start for start, _ in quarter_ticks(plan.stretch)), plan.stretch.limits[1]):
        x = plan.x(day)
        sheet.line([(x, top), (x, bottom)], GRID)
    now = plan.x(day_number(picture.day) + 1)
    sheet.line([(now, top), (now, bottom)], INK, 0.8)


def _row(
    sheet: Sheet,
    plan: Plan,
    picture: ForecastPicture,
    placed: tuple[ForecastRow, int],
) -> None:
    row, top = placed
    name, target = plan.names[row.title], picture.targets.get(row.title)
    sheet.line([(0, top), (sheet.width, top)], GRID)
    if plan.layout.columns:
        middle = top + plan.layout.row / 2
        sheet.words((0, middle), name, whole=row.title, target=target)
        if row.state is not State.EMPTY:
            at = plan.layout.total, middle
            sheet.words(at, short_number(row.total), Letter(anchor="right"))
        _columns(sheet, plan, row, picture.day, middle)
    else:
        middle = top + 34
        words = in_words(row, picture.day)
        quiet = row.state is State.EMPTY
        amount = words if quiet else f"{short_number(row.total)} {picture.measure.unit}"
        ink = MUTED if quiet else INK
        letter = Letter(bold=not quiet, colour=ink)
        sheet.words((0, top + 14), name, letter, whole=row.title, target=target)
        sheet.words((plan.layout.total, top + 14), amount, Letter(anchor="right", colour=ink))
        if not quiet:
            _lane(sheet, plan, picture, (middle - 11, middle + 11))
            sheet.words((0, top + 55), words, HINT)
    if row.state is not State.EMPTY:
        _marks(sheet, plan, picture, (row, middle))


def _columns(sheet: Sheet, plan: Plan, row: ForecastRow, day: date, y: float) -> None:
    if row.state is not State.UNDER_WAY:
        ink = INK if row.state is State.COMPLETED else MUTED
        sheet.words(
            (plan.layout.columns[-1], y), in_words(row, day), Letter(anchor="right", colour=ink)
        )
        return
    for x, outlook in zip(plan.layout.columns, Outlook, strict=True):
        text = due_text(row, outlook, day)
        never = row.never(outlook)
        sheet.words(
            (x, y),
            text,
            Letter(
                anchor="right",
                colour=MUTED if never else INK,
                bold=outlook is Outlook.NOMINAL and not never,
            ),
        )


def _marks(
    sheet: Sheet,
    plan: Plan,
    picture: ForecastPicture,
    placed: tuple[ForecastRow, float],
) -> None:
    row, y = placed
    colour = picture.colours[row.title]
    now = plan.x(day_number(picture.day) + 1)
    if row.completed is not None:
        mark = _completion(sheet, plan, y, row.completed, colour)
        sheet.note(mark, f"{row.title}: completed on {day_text(row.completed)}")
    else:
        share = percent(row.resolved, row.total)
        sheet.words((now - 5, y), share, Letter(size=SMALL, anchor="right"))
    if row.state is State.UNDER_WAY and not row.never(Outlook.OPTIMISTIC):
        bar = _span(sheet, plan, (row, y), colour)
        sheet.note(bar, f"{row.title}: {in_words(row, picture.day)}")


def _span(sheet: Sheet, plan: Plan, placed: tuple[ForecastRow, float], colour: str) -> Mark:
    """From the optimistic to the pessimistic date, with a disc at the nominal one."""
    row, y = placed
    best, nominal, worst = (_place(plan, row, outlook) for outlook in Outlook)
    edge = plan.layout.lane[1]
    left = min(best, edge - 10)
    bar = sheet.shape(_box(left, max(min(worst, edge), left), y, 2.5), colour)
    if best <= edge:
        sheet.shape(_box(left - 1, left + 1, y, 5), colour)
    if worst <= edge:
        sheet.shape(_box(worst - 1, worst + 1, y, 5), colour)
    else:
        sheet.shape([(edge - 7, y - 6), (edge, y), (edge - 7, y + 6)], colour)
    if nominal <= edge:
        sheet.shape(_disc(nominal, y, 5), colour, edge=INK)
    return bar


def _completion(sheet: Sheet, plan: Plan, y: float, completed: date, colour: str) -> Mark:
    """A diamond at the day of completion, or an arrow where that lies before the lane."""
    x, left = plan.x(day_number(completed)), plan.layout.lane[0]
    if x < left:
        shape = [(left + 8, y - 6), (left + 1, y), (left + 8, y + 6)]
    else:
        shape = [(x - 6, y), (x, y - 6), (x + 6, y), (x, y + 6)]
    return sheet.shape(shape, colour, edge=INK)


def _place(plan: Plan, row: ForecastRow, outlook: Outlook) -> float:
    due = row.origin if outlook in row.imminent else row.due(outlook)
    return inf if due is None else plan.x(day_number(due) + 1)


def _box(left: float, right: float, y: float, half: float) -> list[tuple[float, float]]:
    return [(left, y - half), (right, y - half), (right, y + half), (left, y + half)]


def _disc(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    turns = [2 * pi * step / 16 for step in range(16)]
    return [(x + radius * cos(turn), y + radius * sin(turn)) for turn in turns]
