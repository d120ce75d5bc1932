"""The report page: its head, and the sections of charts by points and by count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
from markupsafe import Markup

from phlogiston_assets.domain.charts.burnup import (
    QUARTER_BEFORE,
    QUARTER_BEFORE_ALL,
    THIS_QUARTER,
    WHOLE_HISTORY,
    BurnupVariant,
    burnup_chart,
)
from phlogiston_assets.domain.charts.by_category import by_category_data
from phlogiston_assets.domain.charts.chart import Chart, Width
from phlogiston_assets.domain.charts.forecast import forecast_chart
from phlogiston_assets.domain.charts.histogram import histogram_chart
from phlogiston_assets.domain.charts.measure import Measure, shown_measures
from phlogiston_assets.domain.charts.velocity import velocity_chart
from phlogiston_assets.domain.charts.velocity_calendar import (
    monthly_velocity_chart,
    quarterly_velocity_chart,
)
from phlogiston_assets.domain.charts.work_kinds import work_kinds_chart
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.pages.category_views import CategoryView, category_views
from phlogiston_assets.domain.pages.section_words import WORDS
from phlogiston_assets.domain.pages.summary import last_day_totals
from phlogiston_assets.domain.scopes import Display


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing and the class of screens that it is for."""

    screens: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class FigureView:
    """A chart for a page: drawings for wide and narrow screens, its finding, its data's file."""

    slug: str
    title: str
    finding: str
    drawings: Sequence[Drawing]
    csv: str

    @classmethod
    def of(cls, chart: Chart) -> FigureView:
        """The view of a chart; the drawings are our own SVG, in which all text is escaped."""
        drawings = [
            Drawing(
                "narrow" if width is Width.NARROW else "wide",
                Markup(svg),  # noqa: S704 - our own
            )
            for width, svg in chart.drawings.items()
        ]
        return cls(chart.slug, chart.title, chart.finding, drawings, f"{chart.slug}.csv")


@dataclass(frozen=True, slots=True)
class Section:
    """A section: how to read it in one sentence, its place in the help page, its charts.

    Charts stand in *columns*: points left, count right. *categories*, if given, have the drawings
    of a section whose charts are data only.
    """

    slug: str
    title: str
    reading: str
    charts: Sequence[Chart]
    categories: Sequence[CategoryView] | None = None
    columns: int = 1

    @property
    def views(self) -> list[FigureView]:
        """The charts for the page."""
        return [FigureView.of(chart) for chart in self.charts]


def widths(figures: Figures) -> tuple[Width, ...]:
    """The widths that this report's charts are drawn in."""
    both = len(shown_measures(figures.scope.settings)) > 1
    return (Width.HALF if both else Width.FULL, Width.NARROW)


def sections(figures: Figures) -> list[Section]:
    """The sections of the report page (reports.md, "The report page"); the longest come last."""
    measures = shown_measures(figures.scope.settings)
    views = {"categories": category_views(figures, measures)}
    places = {view.title: f"#{view.anchor}" for view in views["categories"]}
    return [
        Section(slug, *WORDS[slug], charts, views.get(slug), max(len(measures), 1))
        for slug, charts in _charts(figures, places).items()
    ]


def _charts(figures: Figures, places: Mapping[str, str]) -> dict[str, list[Chart]]:
    """The charts of each section by its slug; names lead to *places* on the page."""
    measures, drawn = shown_measures(figures.scope.settings), widths(figures)
    hidden = any(one.display is Display.HIDE for one in figures.categories)
    before = (QUARTER_BEFORE, QUARTER_BEFORE_ALL) if hidden else (QUARTER_BEFORE,)

    def each(*charts: Callable[[Figures, Measure, Sequence[Width]], Chart]) -> list[Chart]:
        return [chart(figures, measure, drawn) for chart in charts for measure in measures]

    def burnups(*variants: BurnupVariant) -> list[Chart]:
        return [burnup_chart(figures, one, kind, drawn) for kind in variants for one in measures]

    return {
        "burnup": burnups(THIS_QUARTER),
        "forecast": each(partial(forecast_chart, targets=places)),
        "velocity": each(velocity_chart, monthly_velocity_chart, quarterly_velocity_chart),
        "kind-of-work": each(work_kinds_chart),
        "histogram": each(histogram_chart),
        "history": burnups(WHOLE_HISTORY),
        "last-quarter": burnups(*before),
        "categories": [one for each in measures for one in by_category_data(figures, each)],
    }


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure of the report's head: what it counts, tasks, and points where these are shown."""

    label: str
    amount: str
    aside: str


def key_figures(figures: Figures) -> list[KeyFigure]:
    """Open, resolved, and resolved in the last seven days; of shown and hidden categories."""
    totals = last_day_totals(figures)
    closed = figures.recently_closed
    week = closed[closed["date"] > pd.Timestamp(figures.day) - pd.Timedelta(days=7)]
    lately = float(week["count"].sum()), float(week["points"].sum())
    measures = shown_measures(figures.scope.settings)
    return [
        _key_figure(label, amounts, measures)
        for label, amounts in (
            ("open", totals["open"]),
            ("resolved", totals["resolved"]),
            ("resolved in the last 7 days", lately),
        )
    ]


def _key_figure(label: str, amounts: tuple[float, float], measures: Sequence[Measure]) -> KeyFigure:
    tasks, points = amounts
    if measures == (Measure.POINTS,):
        return KeyFigure(label, Measure.POINTS.amount(points), Measure.COUNT.amount(tasks))
    aside = Measure.POINTS.amount(points) if Measure.POINTS in measures else ""
    return KeyFigure(label, Measure.COUNT.amount(tasks), aside)
