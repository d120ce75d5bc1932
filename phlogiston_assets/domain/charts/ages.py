"""Ages of open tasks: a lane a category, a dot a task, against the lines of the cycle times.

The figures are those of `domain.cycle_time` (forecast.md, "Flow").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from phlogiston_assets.domain.charts.chart import Chart, Heading, Width
from phlogiston_assets.domain.charts.cycle_times import lines_of_all, of_all
from phlogiston_assets.domain.charts.duration_axis import (
    along,
    apart,
    days_text,
    duration_ticks,
    reach,
)
from phlogiston_assets.domain.charts.edge_labels import spread
from phlogiston_assets.domain.charts.lettering import text_width, told_apart
from phlogiston_assets.domain.charts.palette import GRID, INK, MUTED, colours
from phlogiston_assets.domain.charts.sheet import SMALL, TEXT, Letter, Sheet, draw
from phlogiston_assets.domain.charts.wording import PERCENT, counted, listing
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.flow.cycle_time import LINES

_HEAD, _BASE, _LANE, _NAME = 40, 24, 22, 18
_LABELS, _COUNTS = 300, 96
_DOT: Final = 5.0
_TAIL: Final = "h9"
_BEYOND: Final = 85


@dataclass(frozen=True, slots=True)
class _Lane:
    """A category: the ages known in full and those at least so long, and how many are beyond."""

    name: str
    colour: str
    known: Sequence[int]
    at_least: Sequence[int]
    beyond: int

    @property
    def counts(self) -> str:
        return f"{self.beyond:,} of {len(self.known) + len(self.at_least):,}"


def ages_chart(figures: Figures, widths: Sequence[Width]) -> Chart:
    """The ages of the open tasks at work in all shown categories."""
    lanes, lines = _lanes(figures), lines_of_all(figures)
    heading = Heading(
        slug="ages",
        title="Age of open tasks, by category",
        finding=_finding(figures, lines),
    )
    end = reach(figures.task_age["days"].tolist() + list(lines.values()))
    drawings = {width: _drawn(lanes, lines, end, width, heading) for width in widths}
    return Chart.of(heading, drawings, figures.task_age.drop(columns="scope"))


def _lanes(figures: Figures) -> list[_Lane]:
    """Categories with an open task at work, in order of priority."""
    palette, found = colours(figures.categories), []
    for title, tasks in _by_title(figures):
        early = tasks["at_least"] == 1
        found.append(
            _Lane(
                name=title,
                colour=palette[title],
                known=tasks.loc[~early, "days"].tolist(),
                at_least=tasks.loc[early, "days"].tolist(),
                beyond=int((tasks["passed"] >= _BEYOND).sum()),
            )
        )
    return found


def _by_title(figures: Figures) -> list[tuple[str, pd.DataFrame]]:
    groups = dict(list(figures.task_age.groupby("category")))
    return [(one.title, groups[one.title]) for one in figures.categories if one.title in groups]


def _finding(figures: Figures, lines: Mapping[int, int]) -> str:
    still_open = int(of_all(figures)["open"])
    ages = figures.task_age
    if not still_open:
        return "No task is open."
    if ages.empty:
        return f"Work has begun on none of {counted(still_open, 'open task')}."
    verb = "is" if len(ages) == 1 else "are"
    oldest = days_text(ages["days"].max())
    sentences = [f"{counted(len(ages), 'open task')} {verb} at work, the oldest for {oldest}."]
    if lines:
        parts = [
            f"{int((ages['passed'] >= percent).sum()):,} for longer than the {percent}{PERCENT}"
            f" line ({days_text(lines[percent])})"
            for percent in LINES
        ]
        sentences.append(f"{listing(parts)}.")
    if still_open > len(ages):
        waits = "waits" if still_open - len(ages) == 1 else "wait"
        sentences.append(
            f"{counted(still_open - len(ages), 'other open task')} {waits} for work to begin."
        )
    return " ".join(sentences)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things stand: the ends of the lanes, their height, and pixels to a unit of the axis."""

    narrow: bool
    left: float
    right: float
    step: int
    foot: int
    end: float

    @classmethod
    def of(cls, width: Width, names: Sequence[str], end: float) -> _Layout:
        """The layout of lanes of those names on a sheet of that width."""
        narrow = width is Width.NARROW
        room = max((text_width(name, TEXT) for name in names), default=0.0) + 24
        step = _LANE + (_NAME if narrow else 0)
        left, right = (6, width - 8) if narrow else (min(room, _LABELS), width - _COUNTS)
        return cls(narrow, left, right, step, _HEAD + step * max(len(names), 1), end)

    @property
    def scale(self) -> float:
        return (self.right - self.left) / self.end

    @property
    def stretches(self) -> list[tuple[int, int]]:
        """From where to where lines go: through all, or only between the rows of names."""
        if not self.narrow:
            return [(_HEAD - 12, self.foot)]
        feet = range(_HEAD + self.step, self.foot + 1, self.step)
        return [(_HEAD - 12, _HEAD - 4), *((foot - _LANE, foot) for foot in feet)]

    def x(self, days: float) -> float:
        """The place of an age."""
        return self.left + along(days) * self.scale


def _drawn(
    lanes: Sequence[_Lane], lines: Mapping[int, int], end: float, width: Width, heading: Heading
) -> str:
    layout = _Layout.of(width, [one.name for one in lanes], end)

    def paint(sheet: Sheet) -> None:
        if not lanes:
            sheet.words((0, _HEAD), "nothing is at work", Letter(colour=MUTED))
            return
        _scale(sheet, layout)
        _lines(sheet, layout, {percent: layout.x(days) for percent, days in lines.items()})
        if lines:
            head = Letter(size=SMALL, colour=MUTED, anchor="right")
            sheet.words((width, 6 if layout.narrow else 22), f"beyond {_BEYOND}{PERCENT}", head)
        _rows(sheet, layout, lanes)

    return draw(paint, (width, layout.foot + _BASE), heading.at(width))


def _scale(sheet: Sheet, layout: _Layout) -> None:
    for place, label in apart(duration_ticks(layout.end), layout.scale):
        at = layout.left + place * layout.scale
        sheet.line([(at, _HEAD - 4), (at, layout.foot)], GRID)
        anchor: Literal["left", "center"] = "center" if place else "left"
        letter = Letter(size=SMALL, colour=MUTED, anchor=anchor)
        sheet.words((at, layout.foot + _BASE / 2), label, letter)


def _rows(sheet: Sheet, layout: _Layout, lanes: Sequence[_Lane]) -> None:
    """The dots of each category, with its name and counts beside or above them."""
    room = sheet.width - _COUNTS if layout.narrow else layout.left - 12
    names = told_apart([one.name for one in lanes], TEXT, room)
    for place, lane in enumerate(lanes):
        middle = _HEAD + layout.step * (place + 1) - _LANE / 2
        heads = middle - _NAME if layout.narrow else middle
        tailed = [(layout.x(age), middle) for age in lane.at_least]
        dots = [*((layout.x(age), middle) for age in lane.known), *tailed]
        sheet.dots(dots, lane.colour, _DOT)
        sheet.dots(tailed, lane.colour, _DOT / 3, _TAIL)
        sheet.words((0, heads), names[lane.name], whole=lane.name)
        sheet.words((sheet.width, heads), lane.counts, Letter(anchor="right", bold=True))


def _lines(sheet: Sheet, layout: _Layout, lines: Mapping[int, float]) -> None:
    """The lines of the cycle times, each with its name above it; they leave out rows of names."""
    wanted = spread(list(lines.values()), 36, 0, sheet.width)
    for (percent, at), beside in zip(lines.items(), wanted, strict=True):
        for top, foot in layout.stretches:
            sheet.line([(at, top), (at, foot)], INK, 1, (5, 3))
        sheet.words((beside, 22), f"{percent}{PERCENT}", Letter(size=SMALL, anchor="center"))
