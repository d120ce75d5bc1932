"""Where what came lay in its forecast: columns that should be equally high."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from support.figures import made_figures

from phlogiston_assets.domain.charts.chart import Width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.pit import pit_chart
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.forecasts.record_tables import PAST_COLUMNS

EVEN = [n / 40 + 0.01 for n in range(40)]


def figures_of(**places: list[float | None]) -> Figures:
    """Figures of a record in which completions by count lay at these places, by column."""
    length = max(map(len, places.values()), default=0)
    columns: dict[str, Any] = {name: [None] * length for name in PAST_COLUMNS}
    columns |= {"measure": ["count"] * length, "category": (["A", "B"] * length)[:length]}
    columns |= {name: [*told, *[None] * (length - len(told))] for name, told in places.items()}
    frame = pd.DataFrame(columns, columns=PAST_COLUMNS)
    frame = frame.astype({name: "float64" for name in PAST_COLUMNS if name.startswith("pit")})
    return replace(made_figures(["A", "B"]), forecast_past=frame)


def test_what_came_is_counted_by_tenths_for_each_horizon_that_is_known() -> None:
    data = pit_chart(figures_of(pit_2=EVEN, pit_4=[0.05, 1.0]), Measure.COUNT, []).data
    two, four = (data[data["weeks"] == weeks] for weeks in (2, 4))
    assert two["count"].tolist() == [4] * 10
    assert four["count"].tolist() == [1, *[0] * 8, 1]
    assert data[["low", "high"]].iloc[9].tolist() == [90, 100]
    assert set(data["weeks"]) == {2, 4}


def test_the_finding_says_how_many_lay_in_the_middle_half() -> None:
    places = [0.1] * 3 + [0.25, 0.5, 0.7] + [0.75] + [0.99] * 3
    chart = pit_chart(figures_of(pit_2=EVEN, pit_4=places), Measure.COUNT, [])
    assert chart.finding == (
        "Of what was completed 4 weeks after 10 past forecasts, 3 lay in the middle half of the"
        " forecast, where 5 should; 3 were less and 4 more."
    )
    assert "2 weeks after 40" in pit_chart(figures_of(pit_2=EVEN), Measure.COUNT, []).finding


@pytest.mark.parametrize("width", list(Width))
def test_columns_stand_on_their_line_and_the_broken_line_is_a_tenth_high(width: Width) -> None:
    chart = pit_chart(figures_of(pit_4=[0.05] * 6 + EVEN[4:]), Measure.COUNT, [width])
    drawing = chart.drawings[width]
    bars = re.findall(r'<path d="M ([\d. ]+) z"[^>]*><title>([^<]*)</title>', drawing)
    assert [text.rsplit(": ", 1)[1] for _, text in bars] == ["6 of 42"] + ["4 of 42"] * 9
    heights = []
    for points, _ in bars:
        ys = [float(one) for one in points.split()[1::2]]
        heights.append(max(ys) - min(ys))
    (even,) = re.findall(r'd="M ([\d. ]+)"[^>]*stroke-dasharray', drawing)
    base = max(float(one) for one in bars[0][0].split()[1::2])
    assert heights[0] == pytest.approx(1.5 * heights[1], abs=0.2)
    assert base - float(even.split()[1]) == pytest.approx(4.2 / 6 * heights[0], abs=0.2)


def test_without_anything_known_that_is_said() -> None:
    chart = pit_chart(figures_of(pit_4=[0.5]), Measure.POINTS, [Width.HALF])
    assert chart.finding == "What came of a past forecast is not known yet."
    assert "nothing is known yet" in chart.drawings[Width.HALF]
    assert chart.data.empty
