"""The fan on the main burnup: what will be resolved in the weeks to come, with its chances.

What does not belong here: simulating them (see `domain.forecast_tables`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
import pandas as pd

from phlogiston_assets.domain.charts.edge_labels import EdgeLabel
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import INK, MUTED
from phlogiston_assets.domain.charts.series import Amounts, day_numbers
from phlogiston_assets.domain.charts.sheet import Sheet
from phlogiston_assets.domain.charts.time_axis import Stretch
from phlogiston_assets.domain.charts.wording import PERCENT, day_text, number, short_number
from phlogiston_assets.domain.days import Days, day_of, to_dates
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.forecasts.forecast_tables import FAN_PERCENTS, PERCENTS

_BANDS: Final = ((95, 5, 0.22), (85, 15, 0.3))
"""From one confidence to another, and how dense: the inner band lies on the outer one."""


@dataclass(frozen=True, slots=True)
class Fan:
    """What is resolved at least at the ends of some weeks, in all.

    `amounts` has a row for each of FAN_PERCENTS, `days` the last days of the weeks; `now` is what
    is resolved on the last day that is known.
    """

    days: Days
    amounts: Amounts
    now: float

    def at(self, percent: int) -> Amounts:
        """The amounts that are reached with that confidence."""
        found: Amounts = self.amounts[FAN_PERCENTS.index(percent)]
        return found

    def frame(self) -> pd.DataFrame:
        """Columns date, resolved, confidence (in per cent), for the chart's data."""
        return pd.DataFrame(
            {
                "date": np.tile(to_dates(self.days), len(FAN_PERCENTS)),
                "category": "",
                "resolved": self.amounts.ravel(),
                "confidence": np.repeat(FAN_PERCENTS, len(self.days)),
            }
        )


def fan_of(figures: Figures, measure: Measure, now: float, stretch: Stretch) -> Fan | None:
    """The fan over the whole weeks that end on the stretch; None if there are none, or no forecast.

    `now` is what is resolved on the report's day in the categories that the burnup shows.
    """
    rows = figures.forecast_by_week
    last = pd.Timestamp(stretch.end - timedelta(days=1))
    chosen = rows[(rows["measure"] == str(measure)) & (rows["by"] <= last)]
    if chosen.empty:
        return None
    done = chosen[[f"done_{percent}" for percent in FAN_PERCENTS]].to_numpy(dtype=np.float64)
    return Fan(day_numbers(chosen["by"]), done.T + now, now)


def draw_fan(sheet: Sheet, fan: Fan, x: Sequence[float], y: Callable[[float], float]) -> None:
    """Two bands and a line through the middle; *x* tells the day and the weeks' ends."""

    def edge(percent: int) -> list[tuple[float, float]]:
        return list(zip(x, map(y, [fan.now, *fan.at(percent).tolist()]), strict=True))

    for low, high, opacity in _BANDS:
        sheet.shape([*edge(high), *edge(low)[::-1]], MUTED, opacity=opacity)
    sheet.line(edge(50), INK, 1.5, (5, 3))


def fan_labels(fan: Fan | None, *, short: bool) -> list[EdgeLabel]:
    """What is resolved at least by the end of the fan; *y* is the amount itself."""
    if fan is None:
        return []
    sure = "" if short else " sure"
    ends = [(percent, float(fan.at(percent)[-1])) for percent in PERCENTS]
    return [
        EdgeLabel(end, short_number(end), f"{percent}{PERCENT}{sure}", quiet=True)
        for percent, end in ends
    ]


def fan_sentence(fan: Fan | None) -> list[str]:
    """What the fan says of its end."""
    if fan is None:
        return []
    first, *others = (
        (f"{percent}{PERCENT}", number(float(fan.at(percent)[-1]))) for percent in PERCENTS
    )
    sure = " and ".join(f"{amount} with {percent}" for percent, amount in others)
    day = day_text(day_of(int(fan.days[-1])))
    return [
        f"The fan: by {day}, at least {first[1]} are resolved with {first[0]} confidence, {sure}."
    ]
