"""The chart of reliability: how often past dates held, beside how sure they were said to be.

What does not belong here: counting which dates held (see `domain.record_tables`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from phlogiston_assets.domain.charts.chart import Chart, Heading, Width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import GRID, INK, MUTED, SHADE
from phlogiston_assets.domain.charts.sheet import HINT, SMALL, Letter, Sheet, draw
from phlogiston_assets.domain.charts.wording import PERCENT, listing
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.forecasts.forecast_tables import PERCENTS
from phlogiston_assets.domain.forecasts.record_tables import EMPTY, MATCHED
from phlogiston_assets.domain.forecasts.scoring import wilson_interval

_NAMES: Final = {MATCHED: "as much done as was open", EMPTY: "nothing open"}
_AIMS: Final = {
    MATCHED: "as much would be done as was open",
    EMPTY: "nothing would be open any more",
}
_HEAD, _FOOT, _LANE = 34, 10, 34
_LABELS, _COUNTS = 220, 90


@dataclass(frozen=True, slots=True)
class _Lane:
    """One kind of date: how sure it was, how many came due and held, and the interval."""

    about: str
    stated: int
    due: int
    held: int
    apart: int
    low: float
    high: float

    @property
    def name(self) -> str:
        return f"{_NAMES[self.about]}, {self.stated}{PERCENT}"

    @property
    def counts(self) -> str:
        return f"{self.held:,} of {self.due:,}"


def reliability_chart(figures: Figures, measure: Measure, widths: Sequence[Width]) -> Chart:
    """How often past dates held, of all categories together (forecast.md, "The record")."""
    lanes = _lanes(figures.forecast_held, measure)
    heading = Heading(
        slug=f"reliability-{measure}",
        title=f"How often past dates held, by {measure.unit}",
        finding=_finding(lanes),
    )
    drawings = {width: _drawn(lanes, width, heading) for width in widths}
    return Chart.of(heading, drawings, pd.DataFrame(lanes, columns=list(_Lane.__slots__)))


def _lanes(held: pd.DataFrame, measure: Measure) -> list[_Lane]:
    """Dates of all categories added up; those without any that came due are left out."""
    lanes = []
    for about in _NAMES:
        for percent in PERCENTS:
            chosen = held[
                (held["measure"] == str(measure))
                & (held["about"] == about)
                & (held["percent"] == percent)
            ]
            names = ("due", "held", "apart", "apart_held")
            due, kept, apart, apart_kept = (int(chosen[name].sum()) for name in names)
            if due:
                interval = wilson_interval(apart_kept, apart)
                lanes.append(_Lane(about, percent, due, kept, apart, *interval))
    return lanes


def _finding(lanes: Sequence[_Lane]) -> str:
    if not lanes:
        return "No date of a past forecast has come due yet."
    about = EMPTY if any(lane.about == EMPTY for lane in lanes) else MATCHED
    parts = [
        f"{lane.held:,} of {lane.due:,} at {lane.stated}{PERCENT}"
        for lane in lanes
        if lane.about == about
    ]
    return f"Of the dates by which {_AIMS[about]}, {listing(parts)} have held."


def _drawn(lanes: Sequence[_Lane], width: Width, heading: Heading) -> str:
    narrow = width is Width.NARROW
    step = _LANE + (20 if narrow else 0)
    left, right = (0, width) if narrow else (_LABELS, width - _COUNTS)
    foot = _HEAD + step * max(len(lanes), 1)

    def x(share: float) -> float:
        return left + 8 + (right - left - 16) * share

    def paint(sheet: Sheet) -> None:
        if not lanes:
            sheet.words((0, _HEAD + step / 2), "no date has come due", Letter(colour=MUTED))
            return
        scale = Letter(size=SMALL, colour=MUTED, anchor="center")
        for tick in (0, 25, 50, 75, 100):
            sheet.line([(x(tick / 100), _HEAD - 6), (x(tick / 100), foot)], GRID)
            sheet.words((x(tick / 100), 14), f"{tick}{PERCENT}", scale)
        for place, lane in enumerate(lanes):
            middle = _HEAD + step * (place + 1) - _LANE / 2
            _lane(sheet, lane, (x(lane.low), x(lane.high), middle))
            _marks(sheet, lane, (x(lane.stated / 100), x(lane.held / lane.due), middle))
            heads = middle - 25 if narrow else middle
            sheet.words((0, heads), lane.name, HINT if narrow else Letter())
            sheet.words((width, heads), lane.counts, Letter(anchor="right", bold=True))

    return draw(paint, (width, foot + _FOOT), heading.at(width))


def _lane(sheet: Sheet, lane: _Lane, placed: tuple[float, float, float]) -> None:
    """The interval of dates that do not overlap in time."""
    low, high, middle = placed
    corners = [(low, middle - 6), (high, middle - 6), (high, middle + 6), (low, middle + 6)]
    bar = sheet.shape(corners, SHADE, MUTED)
    sheet.note(bar, f"{lane.name}: {100 * lane.low:.0f} to {100 * lane.high:.0f}{PERCENT}, "
               f"from {lane.apart} that do not overlap")  # fmt: skip


def _marks(sheet: Sheet, lane: _Lane, placed: tuple[float, float, float]) -> None:
    """A stroke for what was said and a disc for what came."""
    stated, came, middle = placed
    sheet.line([(stated, middle - 11), (stated, middle + 11)], INK, 2)
    corners = [(came - 5, middle), (came, middle - 5), (came + 5, middle), (came, middle + 5)]
    mark = sheet.shape(corners, INK)
    sheet.note(mark, f"{lane.name}: {lane.counts} held")
