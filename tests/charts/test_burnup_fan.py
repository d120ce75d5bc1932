"""The fan on the main burnup: what will be resolved, with its chances."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from support.figures import made_figures

from phlogiston_assets.domain.charts.burnup import (
    QUARTER_BEFORE,
    THIS_QUARTER,
    WHOLE_HISTORY,
    burnup_chart,
)
from phlogiston_assets.domain.charts.chart import Width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.forecasts.forecast_tables import BY_WEEK_COLUMNS, FAN_PERCENTS

DAY = date(2024, 5, 15)
RUNS = [
    ("A", "open", 30, 40.0, date(2024, 1, 1), DAY),
    ("A", "resolved", 20, 35.0, date(2024, 4, 1), DAY),
]
SURE = "85\N{NO-BREAK SPACE}%"


def figures_of(day: date = DAY, *, weeks: int = 13, **known: Any) -> Figures:
    """Figures with a forecast of what is completed in each of the next weeks: 1 to 5 a week."""
    rows = [
        (str(measure), pd.Timestamp(day + timedelta(weeks=ahead)), *(
            float(ahead * (place + 1)) for place in range(len(FAN_PERCENTS))
        ))
        for ahead in range(1, weeks + 1)
        for measure in Measure
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=BY_WEEK_COLUMNS).astype({"by": "datetime64[s]"})
    return replace(made_figures(["A"], RUNS, day=day, **known), forecast_by_week=frame)


def fan_rows(figures: Figures, variant: Any = THIS_QUARTER) -> pd.DataFrame:
    data = burnup_chart(figures, Measure.COUNT, variant, []).data
    return data[data["category"] == ""]


def test_the_fan_goes_on_from_what_is_resolved_to_the_last_whole_week_of_the_quarter() -> None:
    rows = fan_rows(figures_of())
    assert rows["date"].max() == pd.Timestamp(2024, 6, 26)
    assert rows["date"].min() == pd.Timestamp(2024, 5, 22)
    last = rows[rows["date"] == rows["date"].max()].set_index("confidence")["resolved"].to_dict()
    assert last == {95: 26.0, 85: 32.0, 50: 38.0, 15: 44.0, 5: 50.0}


def test_the_caption_says_what_is_resolved_by_then() -> None:
    finding = burnup_chart(figures_of(), Measure.COUNT, THIS_QUARTER, []).finding
    assert (
        "The fan: by 26 June 2024, at least 38 are resolved with 50\N{NO-BREAK SPACE}% confidence,"
        f" 32 with {SURE} and 26 with 95\N{NO-BREAK SPACE}%."
    ) in finding


@pytest.mark.parametrize("width", list(Width))
def test_its_edges_are_labelled_where_it_ends_and_stay_within_the_drawing(width: Width) -> None:
    chart = burnup_chart(figures_of(), Measure.COUNT, THIS_QUARTER, [width])
    drawing = chart.drawings[width]
    words = re.findall(r">([^<>]*)</text>", drawing)
    sure = "" if width is Width.NARROW else " sure"
    places = [words.index(f"{percent}\N{NO-BREAK SPACE}%{sure}") for percent in (50, 85, 95)]
    assert [words[place - 1] for place in places] == ["38", "32", "26"]
    bands = re.findall(r'<path d="M ([\d. ]+) z" fill="#5b626d"[^>]*opacity="([\d.]+)"', drawing)
    assert [opacity for _, opacity in bands] == ["0.22", "0.3"]
    heights = [float(one) for one in bands[0][0].split()[1::2]]
    across = [float(one) for one in bands[0][0].split()[::2]]
    assert min(heights) >= 30
    assert max(across) <= width
    inner = [float(one) for one in bands[1][0].split()[1::2]]
    assert min(heights) < min(inner)


def test_only_this_quarter_s_burnup_has_a_fan() -> None:
    figures = figures_of()
    for variant in (WHOLE_HISTORY, QUARTER_BEFORE):
        chart = burnup_chart(figures, Measure.COUNT, variant, [])
        assert "fan" not in chart.finding
        assert "confidence" not in chart.data


def test_without_a_forecast_or_a_whole_week_to_come_there_is_none() -> None:
    for figures in (figures_of(weeks=0), figures_of(date(2024, 6, 25))):
        chart = burnup_chart(figures, Measure.COUNT, THIS_QUARTER, [Width.HALF])
        assert "The fan" not in chart.finding
        assert "sure" not in chart.drawings[Width.HALF]
    nothing = replace(figures_of(), runs=figures_of().runs.iloc[:0])
    assert "The fan" not in burnup_chart(nothing, Measure.COUNT, THIS_QUARTER, []).finding
