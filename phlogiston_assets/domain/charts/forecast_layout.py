"""Where things stand on the chart of the classic forecast, by width of the sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from phlogiston_assets.domain.charts.chart import Width
from phlogiston_assets.domain.charts.forecast_rows import ForecastRow, State
from phlogiston_assets.domain.charts.lettering import text_width, told_apart
from phlogiston_assets.domain.charts.sheet import TEXT
from phlogiston_assets.domain.charts.time_axis import Stretch, around_quarter

AMOUNT = 52
"""Room for the total beside the name."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand on a sheet of some width, in pixels.

    *lane* are the left and right ends of time; *columns* the right ends of the three dates. On a
    narrow sheet the rows have three lines and no columns.
    """

    row: int
    lane: tuple[float, float]
    total: float
    columns: tuple[float, ...] = ()

    def fitted(self, names: Sequence[str]) -> Layout:
        """With as much room for names as they need, and the rest for the lane."""
        if not self.columns:
            return self
        room = max((text_width(name, TEXT) for name in names), default=0.0) + AMOUNT
        total = max(min(room, self.total), AMOUNT + 40)
        return replace(self, total=total, lane=(total + 10, self.lane[1]))

    def shortened(self, names: Sequence[str]) -> dict[str, str]:
        """The names as there is room for them."""
        if self.columns:
            return told_apart(names, TEXT, self.total - AMOUNT + 4)
        return told_apart(names, TEXT, self.total * 0.66, bold=True)

    def height(self, row: ForecastRow) -> int:
        """The height of a row; on a narrow sheet a category without tasks takes one line."""
        return self.row if self.columns or row.state is not State.EMPTY else 28


LAYOUTS = {
    Width.NARROW: Layout(row=66, lane=(0, 340), total=340),
    Width.HALF: Layout(row=24, lane=(230, 398), total=220, columns=(474, 557, 640)),
    Width.FULL: Layout(row=26, lane=(330, 684), total=316, columns=(772, 866, 960)),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A layout fitted to its rows: with short names by title and the time that the lane shows."""

    layout: Layout
    names: Mapping[str, str]
    stretch: Stretch

    @classmethod
    def of(cls, rows: Sequence[ForecastRow], day: date, width: Width) -> Plan:
        """The plan for those rows on a sheet of that width."""
        titles = [row.title for row in rows]
        layout = LAYOUTS[width].fitted(titles)
        return cls(layout, layout.shortened(titles), around_quarter(day, before=3, after=6))

    def x(self, day: float) -> float:
        """Where a day lies."""
        left, right = self.layout.lane
        return left + (right - left) * self.stretch.share(day)
