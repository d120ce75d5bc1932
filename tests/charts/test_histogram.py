"""The histogram is what `points_histogram` holds, the most urgent priority first."""

import re

import pytest
from support.figures import made_figures

from phlogiston_assets.domain.charts.chart import Width
from phlogiston_assets.domain.charts.histogram import histogram_chart, priority_name
from phlogiston_assets.domain.charts.measure import Measure

ROWS = [("10", 2.0, 1), ("100", 3.0, 2), ("50", 0.5, 4), ("50", None, 3), ("90", 2.0, 1)]


def test_priorities_are_words_with_their_code() -> None:
    assert [priority_name(code) for code in ("100", "90", "80", "50", "25", "10")] == [
        "Unbreak now (100)", "Triage (90)", "High (80)", "Normal (50)", "Low (25)", "Lowest (10)",
    ]  # fmt: skip
    assert priority_name("33") == "Priority 33"
    assert priority_name("") == "No priority"


def test_the_finding_counts_by_priority() -> None:
    figures = made_figures(["A"], resolved_points=ROWS)
    assert histogram_chart(figures, Measure.COUNT, []).finding == (
        "On 15 May 2024, 11 tasks are resolved: Unbreak now (100) 2, Triage (90) 1, Normal (50) 7"
        " and Lowest (10) 1. 3 resolved tasks have no points."
    )
    chart = histogram_chart(figures, Measure.POINTS, [])
    assert chart.finding.startswith("On 15 May 2024, 12 points are resolved: Unbreak now (100) 6,")
    assert chart.data["priority"].tolist() == ["100", "90", "50", "50", "10"]


def test_points_are_columns_and_none_is_the_last() -> None:
    chart = histogram_chart(made_figures([], resolved_points=ROWS), Measure.COUNT, list(Width))
    for svg in chart.drawings.values():
        scale = re.findall(r">([^<>]+)</text>", svg)[-5:]
        assert scale == ["0.5", "2", "3", "none", "points a task"]
        assert "Normal (50), no points: 3 tasks" in svg


def test_many_different_points_are_put_together() -> None:
    rows = [("50", float(value), 1) for value in (*range(30), 70, 500)]
    svg = histogram_chart(
        made_figures([], resolved_points=rows), Measure.COUNT, [Width.HALF]
    ).drawings[Width.HALF]
    assert ">≤ 5<" in svg
    assert ">&gt; 100<" in svg
    assert ">21<" not in svg
    assert ">0<" in svg
    assert "Normal (50), ≤ 1 points: 1 task<" in svg


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("50", None, 3)],
        [("50", 0.0, 3)],
        [("", 1.0, 1), ("odd", 2.0, 1)],
        [(str(code), float(code), 5) for code in range(60)],
    ],
)
def test_any_figures_are_drawn(rows: list[tuple[str, float | None, int]]) -> None:
    figures = made_figures([], resolved_points=rows)
    for measure in Measure:
        chart = histogram_chart(figures, measure, list(Width))
        assert set(chart.drawings) == set(Width)
        assert chart.finding.endswith(".")
