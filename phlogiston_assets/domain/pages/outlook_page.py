"""The forecast with stated probabilities, as tables for pages (forecast.md).

What does not belong here: how past ones did (see `past_forecasts_page`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from phlogiston_assets.domain.charts.measure import Measure, shown_measures
from phlogiston_assets.domain.charts.palette import colours
from phlogiston_assets.domain.charts.wording import NONE, PERCENT
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.forecasts.forecast_moves import SURE
from phlogiston_assets.domain.forecasts.forecast_tables import PERCENTS, TOGETHER
from phlogiston_assets.domain.forecasts.simulated_forecast import FORECAST
from phlogiston_assets.domain.pages.outlook_words import (
    ALL,
    LATER,
    Row,
    category_sentences,
    chance,
    day_or_none,
    held_dates,
    inner,
    pace_words,
    rows_of,
    together_sentences,
)
from phlogiston_assets.domain.pages.report_page import Section
from phlogiston_assets.domain.pages.tables import Cell, Column, Table, amount_cell, category_cell
from phlogiston_assets.domain.scopes import LeadingForecast

_LAST: Final = "9999-12-31"
"""What sorts behind all dates."""


@dataclass(frozen=True, slots=True)
class OutlookView:
    """What a page shows of the forecast in one measure, under the name of its unit.

    `lead` comes first: what is said of all together, and how the sentences on each begin.
    """

    title: str
    sentences: Sequence[str]
    tables: Sequence[Table]
    lead: Sequence[str] = ()


def report_outlook(figures: Figures) -> list[OutlookView]:
    """For the report page: all shown categories together in a sentence, and each in a table."""
    return [
        OutlookView(
            f"In {measure.unit}",
            together_sentences(figures, measure),
            [outlook_table(figures, measure, hidden=False)],
        )
        for measure in shown_measures(figures.scope.settings)
    ]


def leading_sentences(figures: Figures, sections: Sequence[Section]) -> list[str]:
    """What the report says first, of the forecast that its scope lets lead."""
    measures = shown_measures(figures.scope.settings)
    if figures.scope.settings.leading_forecast is LeadingForecast.CLASSIC:
        charts = [chart for one in sections if one.slug == "forecast" for chart in one.charts]
        return [
            f"In {measure.unit}, by the classic forecast: {inner(chart.finding)}"
            for measure, chart in zip(measures, charts, strict=True)
        ]
    return [
        f"In {measure.unit}: {inner(sentence)}"
        for measure in measures
        for sentence in together_sentences(figures, measure)
    ]


def record_outlook(figures: Figures) -> list[OutlookView]:
    """For the page of the record: a sentence a category, and all tables."""
    return [
        OutlookView(
            f"In {measure.unit}",
            category_sentences(figures, measure),
            [outlook_table(figures, measure, hidden=True), by_date_table(figures, measure)],
            [*together_sentences(figures, measure), *_pace_of_each(figures, measure)],
        )
        for measure in shown_measures(figures.scope.settings)
    ]


def _pace_of_each(figures: Figures, measure: Measure) -> list[str]:
    """The weeks that all forecasts of a measure are drawn from, above what is said of each."""
    paces = {pace_words(row) for row in rows_of(figures.forecast, measure)} - {""}
    return [f"{pace}each category by itself:" for pace in sorted(paces)]


def outlook_table(figures: Figures, measure: Measure, *, hidden: bool) -> Table:
    """When nothing is open any more, with three degrees of confidence; one row a category."""
    held = held_dates(figures, measure)
    return Table(
        slug=f"outlook-{measure}",
        caption=f"When nothing is open any more, by {measure.unit}",
        columns=(
            Column("Category", wide=True),
            Column("Open", numeric=True),
            *(Column(f"{percent}{PERCENT} sure", numeric=True) for percent in PERCENTS),
            Column(f"{SURE}{PERCENT} sure if nothing came in", numeric=True),
            Column(f"Past {SURE}{PERCENT} dates that held", numeric=True),
        ),
        rows=[
            (
                name_cell(figures, row, inner(str(row["reason"]).rstrip("."))),
                amount_cell(float(row["open"])),
                *_date_cells(row),
                held_cell(held.get(str(row["category"]))),
            )
            for row in shown_rows(figures, figures.forecast, measure, hidden=hidden)
        ],
        csv="tables/forecast.csv",
        empty="There is no forecast.",
    )


def shown_rows(
    figures: Figures, frame: pd.DataFrame, measure: Measure, *, hidden: bool
) -> Iterator[Row]:
    """The rows of a measure; those of hidden categories only if wanted."""
    shown = {one.title for one in figures.shown(hidden=hidden)}
    for row in rows_of(frame, measure):
        if row["category"] == TOGETHER or row["category"] in shown:
            yield row


def name_cell(figures: Figures, row: Row, reason: str = "") -> Cell:
    """The category, whether it is hidden, and why it has no dates."""
    title = str(row["category"])
    if title == TOGETHER:
        return Cell(ALL, aside=reason)
    hidden = title not in {one.title for one in figures.shown()}
    asides = [one for one in ("hidden" if hidden else "", reason) if one]
    return category_cell(title, colours(figures.categories), "; ".join(asides))


def _date_cells(row: Row) -> list[Cell]:
    """Three dates and one with a frozen scope, or why there are none."""
    names = [*(f"p{percent}" for percent in PERCENTS), f"frozen_p{SURE}"]
    if row["state"] != FORECAST:
        return [Cell(NONE, sort=_LAST, quiet=True) for _ in names]
    return [date_cell(day_or_none(row[name])) for name in names]


def date_cell(day: date | None, aside: str = "") -> Cell:
    """The day by which nothing is open; none within two years sorts behind all days."""
    if day is None:
        return Cell(LATER, sort=_LAST, aside=aside, quiet=True)
    return Cell(day.isoformat(), sort=day.isoformat(), aside=aside)


def held_cell(held: Row | None) -> Cell:
    """How many past dates held, of those that have come."""
    if held is None or not held["due"]:
        return Cell(NONE, sort="-1", quiet=True)
    share = held["held"] / held["due"]
    return Cell(f"{held['held']} of {held['due']}", sort=repr(float(share)))


def by_date_table(figures: Figures, measure: Measure) -> Table:
    """How likely nothing is open by a date, and what is completed by then at least."""
    return Table(
        slug=f"by-date-{measure}",
        caption=f"By the end of the quarter and the dates of the scope, by {measure.unit}",
        columns=(
            Column("Category", wide=True),
            Column("Date", tight=True),
            Column("All done", numeric=True),
            Column("If nothing came in", numeric=True),
            *(Column(f"Completed, {percent}{PERCENT} sure", numeric=True) for percent in PERCENTS),
        ),
        rows=[
            (
                name_cell(figures, row),
                Cell(str(day_or_none(row["by"])), aside=str(row["name"])),
                *(
                    Cell(chance(row[name]), sort=repr(float(row[name])))
                    for name in ("probability", "frozen_probability")
                ),
                *(amount_cell(float(row[f"done_{percent}"])) for percent in PERCENTS),
            )
            for row in shown_rows(figures, figures.forecast_by_date, measure, hidden=True)
        ],
        csv="tables/forecast_by_date.csv",
        empty="No category has a forecast.",
    )
