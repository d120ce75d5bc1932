"""What charts say of the work that they leave out: all that was resolved before the cutoff date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.series import daily_sums
from phlogiston_assets.domain.charts.wording import day_text
from phlogiston_assets.domain.counting.aggregation import NORMAL
from phlogiston_assets.domain.days import day_number
from phlogiston_assets.domain.figures import Figures


def left_out_sentence(  # noqa: PLR0913 - which part of which chart, and what it says
    figures: Figures,
    measure: Measure,
    titles: Sequence[str],
    on: date,
    *,
    cutoff: date | None,
    still_open: float,
) -> list[str]:
    """The sentence on the cutoff; none without one.

    What is open again belongs to what is left out (domain.md, section 5: range `cutoff`), but not
    in a forecast. So where the chart's `still_open` on a day is less than all that is open in the
    categories, it says by how much.
    """
    if cutoff is None:
        return []
    days = np.array([day_number(on)])
    all_open = daily_sums(figures.runs, NORMAL, titles, measure, days).open.sum()
    again = round(float(all_open - still_open), 6)
    among = f", among it {measure.amount(again)} open again, which forecasts count"
    return [f"What was resolved before {day_text(cutoff)} is left out{among if again > 0 else ''}."]
