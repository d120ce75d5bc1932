"""Where what came lay in its forecast: a lane a horizon, ten columns that should be equally high.

What does not belong here: working out where it lay (see `domain.scoring`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from phlogiston_assets.domain.charts.chart import Chart, Heading, Width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import GRID, INK, LEADER, MUTED
from phlogiston_assets.domain.charts.series import Amounts
from phlogiston_assets.domain.charts.sheet import HINT, SMALL, Letter, Sheet, draw
from phlogiston_assets.domain.charts.wording import PERCENT, TO, number
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.forecasts.record import HORIZONS

TENTHS: Final = 10
_HEAD, _FOOT, _LANE, _BAR = 12, 40, 62, 40.0
_LABELS, _COUNTS = 108, 60
_TOLD: Final = 4
"""The horizon, in weeks, that the finding speaks of."""


@dataclass(frozen=True, slots=True)
class _Lane:
    """The forecasts of a horizon: where what came lay in each, from 0 to 1, of all categories."""

    weeks: int
    places: Amounts

    @property
    def name(self) -> str:
        return f"{self.weeks} weeks ahead"

    @property
    def counts(self) -> list[int]:
        """How many lay in each tenth."""
        tenth = np.minimum((self.places * TENTHS).astype(np.int64), TENTHS - 1)
        return [int(count) for count in np.bincount(tenth, minlength=TENTHS)]


def pit_chart(figures: Figures, measure: Measure, widths: Sequence[Width]) -> Chart:
    """Where completions lay in their forecasts, by horizon (forecast.md, "The record")."""
    lanes = _lanes(figures.forecast_past, measure)
    heading = Heading(
        slug=f"pit-{measure}",
        title=f"Where what came lay in its forecast, by {measure.unit}",
        finding=_finding(lanes),
    )
    drawings = {width: _drawn(lanes, width, heading) for width in widths}
    return Chart.of(heading, drawings, _data(lanes))


def _lanes(past: pd.DataFrame, measure: Measure) -> list[_Lane]:
    """Forecasts of all categories; horizons without any that is known are left out."""
    rows = past[past["measure"] == str(measure)]
    places = {weeks: rows[f"pit_{weeks}"].dropna().to_numpy(np.float64) for weeks in HORIZONS}
    return [_Lane(weeks, found) for weeks, found in places.items() if len(found)]


def _data(lanes: Sequence[_Lane]) -> pd.DataFrame:
    """Columns weeks, low, high (in per cent of the futures), count."""
    rows = [
        (lane.weeks, 100 * tenth // TENTHS, 100 * (tenth + 1) // TENTHS, count)
        for lane in lanes
        for tenth, count in enumerate(lane.counts)
    ]
    return pd.DataFrame(rows, columns=["weeks", "low", "high", "count"])


def _finding(lanes: Sequence[_Lane]) -> str:
    if not lanes:
        return "What came of a past forecast is not known yet."
    lane = next((one for one in lanes if one.weeks == _TOLD), lanes[0])
    places = lane.places
    below, above = int((places < 0.25).sum()), int((places >= 0.75).sum())
    every, verb = len(places), "was" if len(places) == 1 else "were"
    return (
        f"Of what was completed {lane.weeks} weeks after {every:,} past forecasts, "
        f"{every - below - above:,} lay in the middle half of the forecast, where "
        f"{number(every / 2)} should; {below:,} {verb} less and {above:,} more."
    )


def _drawn(lanes: Sequence[_Lane], width: Width, heading: Heading) -> str:
    narrow = width is Width.NARROW
    left, right = (0, width) if narrow else (_LABELS, width - _COUNTS)
    step = _LANE + (20 if narrow else 0)
    foot = _HEAD + step * max(len(lanes), 1)
    most = max((max(lane.counts) / len(lane.places) for lane in lanes), default=1.0)

    def paint(sheet: Sheet) -> None:
        if not lanes:
            sheet.words((0, _HEAD + step / 2), "nothing is known yet", Letter(colour=MUTED))
            return
        for place, lane in enumerate(lanes):
            line = _HEAD + step * (place + 1) - 8
            _columns(sheet, lane, (left, right, line), _BAR / most)
            heads = line - _BAR - 14 if narrow else line - 8
            sheet.words((0, heads), lane.name, HINT if narrow else Letter())
            letter = Letter(anchor="right", bold=True)
            sheet.words((width, heads), f"{len(lane.places):,}", letter)
        scale = Letter(size=SMALL, colour=MUTED, anchor="center")
        for share in (0, 50, 100):
            x = min(max(left + (right - left) * share / 100, left + 12), right - 14)
            sheet.words((x, foot + 4), f"{share}{PERCENT}", scale)
        sheet.words(((left + right) / 2, foot + 22), "of the simulated futures had less", scale)

    return draw(paint, (width, foot + _FOOT), heading.at(width))


def _columns(sheet: Sheet, lane: _Lane, placed: tuple[float, float, float], height: float) -> None:
    """The columns of one horizon, and a broken line where all of them should end."""
    left, right, line = placed
    sheet.line([(left, line), (right, line)], GRID)
    every, step = len(lane.places), (right - left) / TENTHS
    for tenth, count in enumerate(lane.counts):
        if not count:
            continue
        top = line - max(height * count / every, 1.0)
        start, end = left + step * tenth + 2, left + step * (tenth + 1) - 2
        bar = sheet.shape([(start, line), (start, top), (end, top), (end, line)], LEADER)
        ends = f"{10 * tenth}{TO}{10 * (tenth + 1)}{PERCENT}"
        sheet.note(bar, f"{lane.name}, {ends}: {count:,} of {every:,}")
    even = line - height / TENTHS
    sheet.line([(left, even), (right, even)], INK, 1, (4, 3))
