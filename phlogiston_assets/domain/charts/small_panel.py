"""The plot of a small chart, one of many: scales, grid and ends of lines, in lines and words only.

Matplotlib's axes cost more than all that is drawn on a chart of this size; a report has dozens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from matplotlib.ticker import MaxNLocator

from phlogiston_assets.domain.charts.amount_axis import axis_room
from phlogiston_assets.domain.charts.edge_labels import spread
from phlogiston_assets.domain.charts.forecast_rows import Outlook
from phlogiston_assets.domain.charts.palette import GRID, INK, MUTED
from phlogiston_assets.domain.charts.sheet import HINT, SMALL, Letter, Point, Sheet
from phlogiston_assets.domain.charts.time_axis import Stretch, month_ticks
from phlogiston_assets.domain.charts.wording import number

SIZE = (340, 190)
_LEFT, _TOP, _RIGHT, _BOTTOM = 36.0, 26.0, 94.0, 22.0
_GAP = 13.0
_BESIDE = 7.0

STROKES: dict[Outlook, tuple[float, tuple[float, float] | None]] = {
    Outlook.OPTIMISTIC: (1.3, (5.0, 3.0)),
    Outlook.NOMINAL: (1.8, None),
    Outlook.PESSIMISTIC: (1.5, (1.5, 2.5)),
}
"""Width and dashes of the line of each outlook."""
SHORT = {Outlook.OPTIMISTIC: "opt.", Outlook.NOMINAL: "nom.", Outlook.PESSIMISTIC: "pess."}


@dataclass(frozen=True)
class Panel:
    """Scales of a small chart; *low* and *high* are the ends of the axis of amounts."""

    sheet: Sheet
    stretch: Stretch
    low: float
    high: float
    top: float = _TOP

    @cached_property
    def left(self) -> float:
        """The left end of the plot, with room for the numbers of the axis."""
        return max(_LEFT, axis_room(max(self.high, -self.low)))

    @property
    def right(self) -> float:
        """The right end of the plot."""
        return SIZE[0] - _RIGHT

    @property
    def bottom(self) -> float:
        """The lower end of the plot."""
        return SIZE[1] - _BOTTOM

    def x(self, day: float) -> float:
        """Where a day lies."""
        return self.left + (self.right - self.left) * self.stretch.share(day)

    def y(self, amount: float) -> float:
        """Where an amount lies."""
        share = (amount - self.low) / (self.high - self.low)
        return self.bottom - (self.bottom - self.top) * share

    def grid(self, unit: str, *, whole: bool) -> None:
        """The unit, lines at round amounts and labels of time."""
        self.sheet.words((0, 8), unit, HINT)
        steps = [1, 2, 5, 10] if whole else [1, 2, 2.5, 5, 10]
        locator = MaxNLocator(nbins=4, steps=steps, integer=whole)
        for amount in locator.tick_values(self.low, self.high):
            if self.low <= amount <= self.high:
                self.level(self.y(float(amount)), number(round(float(amount), 6)))
        for day, label in month_ticks(self.stretch, 4):
            at = self.x(day), self.bottom + 13
            self.sheet.words(at, label, Letter(size=SMALL, colour=MUTED, anchor="center"))
        self.sheet.line([(self.left, self.y(0)), (self.right, self.y(0))], INK)

    def level(self, y: float, label: str) -> None:
        """A line of the grid, under all that is drawn later, with its label."""
        left, right, half = self.left, self.right, 0.5
        box = [(left, y - half), (right, y - half), (right, y + half), (left, y + half)]
        self.sheet.shape(box, GRID)
        at = left - 6, y
        self.sheet.words(at, label, Letter(size=SMALL, colour=MUTED, anchor="right"))

    def stroke(self, outlook: Outlook, points: Sequence[Point], colour: str = INK) -> None:
        """A line in the manner of that outlook."""
        width, dashes = STROKES[outlook]
        self.sheet.line(points, colour, width, dashes)

    def ends(self, labels: Iterable[tuple[Outlook, float, str]]) -> None:
        """At the right edge, in words, what each outlook's line comes to: outlook, height, text."""
        ordered = sorted(labels, key=lambda label: label[1])
        heights = spread([y for _, y, _ in ordered], _GAP, self.top - 6, self.bottom)
        for (outlook, _, text), y in zip(ordered, heights, strict=True):
            left = self.right + _BESIDE
            self.stroke(outlook, [(left, y), (left + 13, y)])
            bold = outlook is Outlook.NOMINAL
            words = f"{SHORT[outlook]} {text}".strip()
            self.sheet.words((left + 17, y), words, Letter(size=SMALL, bold=bold))

    def nothing(self, words: str) -> None:
        """*words* in the middle, for want of lines."""
        middle = (self.left + self.right) / 2, (self.top + self.bottom) / 2
        self.sheet.words(middle, words, Letter(anchor="center", colour=MUTED))
