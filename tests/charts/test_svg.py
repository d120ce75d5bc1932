"""Drawings are fit for a strict page: no styles, no strangers' markup, equal for equal data."""

import re
from xml.etree import ElementTree as ET

import pytest
from support.figures import lively_figures, lively_kinds

from phlogiston_assets.domain.charts.burnup import THIS_QUARTER, WHOLE_HISTORY, burnup_chart
from phlogiston_assets.domain.charts.by_category import by_category
from phlogiston_assets.domain.charts.chart import Chart, Heading, Width
from phlogiston_assets.domain.charts.forecast import forecast_chart
from phlogiston_assets.domain.charts.histogram import histogram_chart
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import CATEGORICAL, INK, NEUTRALS
from phlogiston_assets.domain.charts.sheet import Letter, Sheet, draw
from phlogiston_assets.domain.charts.velocity import velocity_chart
from phlogiston_assets.domain.charts.velocity_calendar import (
    monthly_velocity_chart,
    quarterly_velocity_chart,
)
from phlogiston_assets.domain.charts.work_kinds import work_kinds_chart
from phlogiston_assets.domain.figures import Figures

HOSTILE = '<script>alert(1)</script> & "$x^2$" $\\alpha$ under_score'


def all_charts(figures: Figures) -> list[Chart]:
    return [
        chart
        for measure in Measure
        for chart in (
            burnup_chart(figures, measure, THIS_QUARTER, list(Width)),
            burnup_chart(figures, measure, WHOLE_HISTORY, list(Width)),
            forecast_chart(figures, measure, list(Width)),
            velocity_chart(figures, measure, list(Width)),
            monthly_velocity_chart(figures, measure, list(Width)),
            quarterly_velocity_chart(figures, measure, list(Width)),
            work_kinds_chart(figures, measure, list(Width)),
            histogram_chart(figures, measure, list(Width)),
        )
    ]


def small_drawings(figures: Figures) -> list[str]:
    return [
        chart.drawing
        for category in by_category(figures, list(Measure))
        for row in category.rows
        for chart in row
    ]


def drawn(*texts: str, **letter: object) -> ET.Element:
    """A sheet with these texts."""

    def paint(sheet: Sheet) -> None:
        for text in texts:
            sheet.words((10, 10), text, Letter(**letter))  # type: ignore[arg-type]

    return ET.fromstring(draw(paint, (100, 50), Heading("s", "Title", "Finding")))


@pytest.fixture(scope="module")
def drawings() -> list[str]:
    names = [HOSTILE, "Second", "A name much longer than there is room " * 2]
    figures = lively_figures(names, kinds=lively_kinds())
    large = [svg for chart in all_charts(figures) for svg in chart.drawings.values()]
    return [*large, *small_drawings(figures)]


def test_equal_data_give_equal_bytes() -> None:
    first, second = (all_charts(lively_figures(["A", "B"])) for _ in range(2))
    assert [one.drawings for one in first] == [one.drawings for one in second]
    small, again = (small_drawings(lively_figures(["A", "B"])) for _ in range(2))
    assert small == again


def test_nothing_in_a_drawing_needs_an_exception_from_the_policy(drawings: list[str]) -> None:
    for svg in drawings:
        for element in ET.fromstring(svg).iter():
            tag = element.tag.rpartition("}")[2]
            assert tag in {"svg", "g", "path", "text", "title", "desc"}
            assert "style" not in element.attrib
            assert not any(name.startswith("on") or "href" in name for name in element.attrib)


def test_the_only_ids_are_those_of_title_and_description(drawings: list[str]) -> None:
    for svg in drawings:
        root = ET.fromstring(svg)
        named = root.get("aria-labelledby", "").split()
        assert [one.get("id") for one in root.iter() if one.get("id")] == named
        assert len(named) == 2


def test_every_colour_is_one_that_a_dark_page_knows(drawings: list[str]) -> None:
    known = {*CATEGORICAL, *NEUTRALS, "currentColor", "none"}
    for svg in drawings:
        assert INK not in svg
        assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg)) <= known


def test_strangers_titles_are_text_and_nothing_else(drawings: list[str]) -> None:
    for svg in drawings:
        assert "<script" not in svg
    texts = [one.text for one in drawn(HOSTILE).iter() if one.text == HOSTILE]
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("$\\frac{1}{2}$ and $", "$\\frac{1}{2}$ and $"),
        ("日本語 عربي", "日本語 عربي"),
        ("bell\x07 half\ud83d", "bell\ufffd half\ufffd"),
        ("~0~", "~0~"),
        ("", None),
    ],
)
def test_any_text_can_be_drawn(text: str, shown: str | None) -> None:
    (element,) = drawn(text).findall(".//{*}text")
    assert (element.text or None) == shown


def test_texts_stand_where_they_are_put() -> None:
    elements = drawn("a", "b", size=10.0, anchor="right").findall(".//{*}text")
    assert [one.text for one in elements] == ["a", "b"]
    assert {(one.get("x"), one.get("y"), one.get("text-anchor")) for one in elements} == {
        ("10", "13.6", "end")
    }


def test_shortened_names_keep_the_whole_name_at_hand() -> None:
    name = "A name that is far too long for the edge of a chart of half a page"
    chart = burnup_chart(lively_figures([name]), Measure.COUNT, THIS_QUARTER, [Width.HALF])
    titles = {one.findtext("{*}title") for one in ET.fromstring(chart.drawings[Width.HALF]).iter()}
    assert name in titles


def test_title_and_description_are_those_of_the_chart() -> None:
    for chart in all_charts(lively_figures(["A", "B"])):
        for svg in chart.drawings.values():
            root = ET.fromstring(svg)
            assert root.findtext("{*}title") == chart.title
            assert root.findtext("{*}desc") == chart.finding
            assert root.get("role") == "img"


def test_names_of_the_forecast_lead_where_they_are_told_to() -> None:
    chart = forecast_chart(
        lively_figures(["A & B", "C"]),
        Measure.COUNT,
        list(Width),
        targets={"A & B": "#category-a-b"},
    )
    for svg in chart.drawings.values():
        links = list(ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}a"))
        assert [(one.get("href"), one[0].text) for one in links] == [("#category-a-b", "A & B")]
