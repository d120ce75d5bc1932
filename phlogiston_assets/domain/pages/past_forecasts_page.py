"""How past forecasts with stated probabilities did, as tables for their page (forecast.md)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from phlogiston_assets.domain.charts.measure import Measure, shown_measures
from phlogiston_assets.domain.charts.wording import NONE, PERCENT, TO, counted, number, signed
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.forecasts.forecast_moves import SURE
from phlogiston_assets.domain.forecasts.forecast_tables import PERCENTS
from phlogiston_assets.domain.forecasts.record_tables import COMPLETED
from phlogiston_assets.domain.pages.outlook_page import (
    OutlookView,
    held_cell,
    name_cell,
    shown_rows,
)
from phlogiston_assets.domain.pages.outlook_words import ABOUT, Row, verdicts
from phlogiston_assets.domain.pages.tables import Cell, Column, Table, amount_cell


def record_views(figures: Figures) -> list[OutlookView]:
    """For the page of the record: how past forecasts did."""
    return [
        OutlookView(
            f"In {measure.unit}",
            verdicts(figures, measure),
            [held_table(figures, measure), score_table(figures, measure)],
        )
        for measure in shown_measures(figures.scope.settings)
    ]


def held_table(figures: Figures, measure: Measure) -> Table:
    """How many past dates held, by category and confidence; without dates that have not come."""
    chosen: dict[tuple[str, str], dict[int, Row]] = {}
    for row in shown_rows(figures, figures.forecast_held, measure, hidden=True):
        chosen.setdefault((row["category"], row["about"]), {})[int(row["percent"])] = row
    return Table(
        slug=f"held-{measure}",
        caption=f"Past dates that held, by {measure.unit}",
        columns=(
            Column("Category", wide=True),
            Column("Forecast of", wide=True),
            *(Column(f"{percent}{PERCENT} dates", numeric=True) for percent in PERCENTS),
        ),
        rows=[
            (
                name_cell(figures, by_percent[SURE]),
                Cell(ABOUT[about]),
                *(_interval_cell(by_percent[percent]) for percent in PERCENTS),
            )
            for (_, about), by_percent in chosen.items()
            if any(row["due"] for row in by_percent.values())
        ],
        csv="tables/forecast_held.csv",
        empty="No forecast of the past can be judged yet.",
    )


def _interval_cell(row: Row) -> Cell:
    """How many held, and the interval of those that do not overlap."""
    plain = held_cell(row)
    if not row["due"]:
        return plain
    low, high = (f"{100 * row[name]:.0f}" for name in ("low", "high"))
    apart = counted(int(row["apart"]), "apart", "apart")
    return Cell(plain.text, sort=plain.sort, aside=f"{low}{TO}{high}{PERCENT}, {apart}")


def score_table(figures: Figures, measure: Measure) -> Table:
    """Scores of past forecasts by what they were about and how far ahead, beside plainer ones."""
    return Table(
        slug=f"scores-{measure}",
        caption=f"Mean error of past forecasts, by {measure.unit}: less is better",
        columns=(
            Column("Category", wide=True),
            Column("Forecast of", wide=True),
            Column("Scored", numeric=True),
            Column("This forecast", numeric=True),
            Column("Classic", numeric=True),
            Column("Mean of 13 weeks", numeric=True),
            Column("Gain on classic", numeric=True),
            Column("Gain on mean", numeric=True),
        ),
        rows=[
            _score_row(figures, row)
            for row in shown_rows(figures, figures.forecast_score, measure, hidden=True)
            if row["origins"]
        ],
        csv="tables/forecast_score.csv",
        empty="No forecast of the past can be scored yet.",
    )


def _score_row(figures: Figures, row: Row) -> tuple[Cell, ...]:
    about = ABOUT[row["about"]]
    if row["about"] == COMPLETED:
        about = f"{about} in {counted(int(row['weeks']), 'week')}"
    scores = (amount_cell(float(row[name])) for name in ("score", "classic_score", "mean_score"))
    gains = (_gain_cell(row[name]) for name in ("classic_skill", "mean_skill"))
    return (
        name_cell(figures, row),
        Cell(about),
        Cell(number(row["origins"]), sort=str(row["origins"])),
        *scores,
        *gains,
    )


def _gain_cell(gain: Any) -> Cell:
    """A skill in per cent with its sign; a dash where the baseline made no error."""
    if pd.isna(gain):
        return Cell(NONE, sort="-9999", quiet=True)
    return Cell(f"{signed(round(100 * gain))}{PERCENT}", sort=repr(float(gain)))
