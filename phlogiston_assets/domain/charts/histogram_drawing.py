"""How the histogram is drawn: a lane a priority, a column a number of points, one scale for all."""

from __future__ import annotations

from dataclasses import dataclass

from phlogiston_assets.domain.charts.chart import Heading, Width
from phlogiston_assets.domain.charts.lettering import text_width, told_apart
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import GRID, LEADER, MUTED
from phlogiston_assets.domain.charts.series import Amounts
from phlogiston_assets.domain.charts.sheet import HINT, SMALL, TEXT, Letter, Sheet, draw
from phlogiston_assets.domain.charts.wording import short_number

NO_POINTS = "none"
"""The label of the column of tasks without points."""
_HEAD, _FOOT = 30, 34
_LANE = 50
_BAR = 30.0
_NAMES, _TOTALS = 150, 62
_COLUMN = 0.72
_WIDEST = 64.0


@dataclass(frozen=True, slots=True)
class HistogramPicture:
    """What is drawn: amounts by priority (rows, in order of names) and points (columns)."""

    names: tuple[str, ...]
    labels: tuple[str, ...]
    amounts: Amounts
    measure: Measure


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things stand; names stand beside their lanes, or above them on a narrow sheet."""

    left: float
    step: float
    lane: int
    narrow: bool

    @classmethod
    def of(cls, picture: HistogramPicture, width: Width) -> _Plan:
        narrow = width is Width.NARROW
        left = 0.0 if narrow else _NAMES
        room = width - left - (0 if narrow else _TOTALS)
        step = min(room / max(len(picture.labels), 1), _WIDEST)
        return cls(left, step, _LANE + 20 if narrow else _LANE, narrow)

    def x(self, column: float) -> float:
        return self.left + self.step * (column + 0.5)


def draw_histogram(picture: HistogramPicture, width: Width, heading: Heading) -> str:
    """The histogram as SVG of that width, as high as its lanes need."""
    plan = _Plan.of(picture, width)
    foot = _HEAD + plan.lane * max(len(picture.names), 1)
    names = told_apart(picture.names, TEXT, _NAMES - 10)

    def paint(sheet: Sheet) -> None:
        sheet.words((0, 8), f"{picture.measure.unit} resolved", HINT)
        if not picture.amounts.any():
            place = sheet.width / 2, _HEAD + plan.lane / 2
            sheet.words(place, "nothing resolved", Letter(anchor="center", colour=MUTED))
            return
        for row, name in enumerate(picture.names):
            line = _HEAD + plan.lane * (row + 1) - 8
            _row(sheet, picture, plan, (row, line))
            middle = line - _BAR - 22 if plan.narrow else line - 8
            sheet.words((0, middle), names[name], Letter(bold=plan.narrow), whole=name)
            total = short_number(float(picture.amounts[row].sum()))
            sheet.words((sheet.width, middle), total, Letter(anchor="right", bold=True))
        _scale(sheet, picture, plan, foot)

    return draw(paint, (width, foot + _FOOT), heading.at(width))


def _row(sheet: Sheet, picture: HistogramPicture, plan: _Plan, placed: tuple[int, float]) -> None:
    """The columns of one priority, each with its amount on top."""
    row, line = placed
    sheet.line([(plan.left, line), (plan.left + plan.step * len(picture.labels), line)], GRID)
    most = float(picture.amounts.max())
    for column, label in enumerate(picture.labels):
        amount = float(picture.amounts[row, column])
        if not amount:
            continue
        middle, half = plan.x(column), plan.step * _COLUMN / 2
        top = line - max(_BAR * amount / most, 1.0)
        corners = [(middle - half, line), (middle - half, top)]
        corners += [(middle + half, top), (middle + half, line)]
        bar = sheet.shape(corners, LEADER if label == NO_POINTS else MUTED)
        points = "no points" if label == NO_POINTS else f"{label} points"
        told = f"{picture.names[row]}, {points}: {picture.measure.amount(amount)}"
        sheet.note(bar, told)
        text = short_number(amount)
        if text_width(text, SMALL) <= plan.step + 2:
            sheet.words((middle, top - 7), text, Letter(size=SMALL, anchor="center"))


def _scale(sheet: Sheet, picture: HistogramPicture, plan: _Plan, foot: float) -> None:
    """The numbers of points below the last lane."""
    for column, label in enumerate(picture.labels):
        at = plan.x(column), foot + 4
        sheet.words(at, label, Letter(size=SMALL, colour=MUTED, anchor="center"))
    middle = plan.left + plan.step * len(picture.labels) / 2
    words = Letter(size=SMALL, colour=MUTED, anchor="center")
    sheet.words((max(middle, 40), foot + 21), "points a task", words)
