"""The report page's small charts of each category, three in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from phlogiston_assets.domain.charts.by_category import CategoryCharts, SmallChart, by_category
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.wording import day_text
from phlogiston_assets.domain.figures import Figures


@dataclass(frozen=True, slots=True)
class SmallView:
    """One of the small charts of a category, with the file that holds its data."""

    slug: str
    title: str
    finding: str
    svg: Markup
    csv: str


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A category with its small charts, a row a measure; *empty* stands for them if there are none.

    *anchor* is its place on the page.
    """

    anchor: str
    title: str
    colour: str
    rows: Sequence[Sequence[SmallView]]
    empty: str


def category_views(figures: Figures, measures: Sequence[Measure]) -> list[CategoryView]:
    """One view a shown category, in order of priority."""
    empty = f"Nothing in this category on {day_text(figures.day)}."
    return [_view(charts, empty) for charts in by_category(figures, measures)]


def _view(charts: CategoryCharts, empty: str) -> CategoryView:
    rows = [[_small(chart) for chart in row] for row in charts.rows]
    return CategoryView(charts.anchor, charts.title, charts.colour, rows, empty)


def _small(chart: SmallChart) -> SmallView:
    """The view of a chart; the drawing is our own SVG, in which all text is escaped."""
    heading = chart.heading
    svg = Markup(chart.drawing)  # noqa: S704 - our own
    return SmallView(heading.slug, heading.title, heading.finding, svg, f"{chart.data_slug}.csv")
