"""Between stacked areas no paper shows, however many they are and however thin."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from support.figures import made_figures

from phlogiston_assets.domain.charts.burnup import THIS_QUARTER, burnup_chart
from phlogiston_assets.domain.charts.chart import Chart, Width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.velocity import velocity_chart
from phlogiston_assets.domain.figures import Figures

DAY = date(2024, 5, 15)
THIN, THICK = 1, 300
AREA = re.compile(r'<title>(Thin|Thick)[^<]*</title><path d="([^"]+)" fill="#[0-9a-f]{6}"([^>]*)/>')


def burnup(figures: Figures) -> Chart:
    return burnup_chart(figures, Measure.COUNT, THIS_QUARTER, [Width.HALF])


def velocity(figures: Figures) -> Chart:
    return velocity_chart(figures, Measure.COUNT, [Width.HALF])


@pytest.fixture(params=[burnup, velocity])
def areas(request: pytest.FixtureRequest) -> list[tuple[str, str, str]]:
    """Name, outline and edge of each area, in the order of drawing."""
    draw: Callable[[Figures], Chart] = request.param
    amounts = {"Thick": THICK, "Thin": THIN, "Thick too": THICK, "Thin too": THIN}
    start = date(2024, 5, 1)
    figures = made_figures(
        list(amounts),
        [(name, "resolved", count, None, start, DAY) for name, count in amounts.items()],
        closed=[(DAY, name, count, 0.0) for name, count in amounts.items()],
    )
    found = AREA.findall(draw(figures).drawings[Width.HALF])
    assert len(found) == len(amounts)
    return found


def span(outline: str) -> tuple[float, float]:
    """How high an outline reaches, and how low: smaller numbers are higher."""
    heights = [float(y) for y in re.findall(r"[\d.]+ ([\d.]+)", outline)]
    return min(heights), max(heights)


def test_every_area_reaches_to_the_axis_under_those_nearer_to_it(
    areas: list[tuple[str, str, str]],
) -> None:
    tops, feet = zip(*(span(outline) for _, outline, _ in areas), strict=True)
    assert len(set(feet)) == 1
    assert list(tops) == sorted(tops)


def test_only_what_is_thick_has_an_edge_of_paper(areas: list[tuple[str, str, str]]) -> None:
    for name, _, look in areas:
        assert ('stroke="#ffffff"' in look) == (name == "Thick")
