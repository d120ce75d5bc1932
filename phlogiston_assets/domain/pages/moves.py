"""What moved the forecast since last week: a sentence, and a row a category."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from phlogiston_assets.domain.charts.measure import Measure, shown_measures
from phlogiston_assets.domain.charts.wording import (
    APOSTROPHE,
    NONE,
    PERCENT,
    counted,
    day_text,
    listing,
    signed,
)
from phlogiston_assets.domain.counting.forecasting import WEEK
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.forecasts.forecast_moves import INGREDIENTS, SURE
from phlogiston_assets.domain.forecasts.forecast_tables import TOGETHER
from phlogiston_assets.domain.pages.outlook_page import date_cell, name_cell
from phlogiston_assets.domain.pages.outlook_words import (
    ALL,
    Row,
    day_or_none,
    inner,
    rows_of,
)
from phlogiston_assets.domain.pages.tables import Cell, Column, Table

_NAMES: Final = dict(
    zip(INGREDIENTS, ("configuration", "chance of the draw", "pace", "scope"), strict=True)
)


@dataclass(frozen=True, slots=True)
class MoveView:
    """What moved the forecast in one measure, under the name of its unit."""

    title: str
    sentence: str
    table: Table


def move_views(figures: Figures) -> list[MoveView]:
    """For the page of what changed (forecast.md, "Flow"): one view a shown measure."""
    return [
        MoveView(f"In {one.unit}", move_sentence(figures, one), move_table(figures, one))
        for one in shown_measures(figures.scope.settings)
    ]


def move_sentence(figures: Figures, measure: Measure) -> str:
    """How the date of all shown categories together moved; why not, where that cannot be told."""
    rows = [one for one in rows_of(figures.forecast_move, measure) if one["category"] == TOGETHER]
    if not rows:
        return f"There are no two forecasts of {inner(ALL)} to compare."
    (row,) = rows
    before, now = _before(row), day_or_none(row["p85_now"])
    then = day_text(row["compared_with"].date())
    said = f"said on {then}" if row["kept"] else f"told of {then} by today{APOSTROPHE}s rules"
    sure = f"with {SURE}{PERCENT} confidence"
    if now is None:
        told = "as" if before is None else f"while {day_text(before)} was"
        return f"{ALL} are not done within two years {sure}, {told} {said}."
    done = f"{ALL} are done by {day_text(now)} {sure}"
    if before is None:
        return f"{done}; no date within two years was {said}."
    weeks = round((now - before).days / WEEK)
    later = f"{counted(abs(weeks), 'week')} {'later' if weeks > 0 else 'earlier'} than"
    return f"{done}, {later if weeks else 'as'} {said}{_causes(row)}."


def _before(row: Row) -> date | None:
    """What was said then; what today's rules say of that day, if that is not known."""
    return day_or_none(row["p85_then"] if row["kept"] else row["p85_by_rules"])


def _causes(row: Row) -> str:
    moved = {name: row[name] for name in INGREDIENTS if not pd.isna(row[name]) and row[name]}
    parts = [f"{_weeks(weeks)} by {_NAMES[name]}" for name, weeks in moved.items()]
    return f" ({listing(parts)})" if parts else ""


def _weeks(weeks: float) -> str:
    return f"{signed(weeks)} {'week' if abs(weeks) == 1 else 'weeks'}"


def move_table(figures: Figures, measure: Measure) -> Table:
    """Both dates of each category, hidden ones too, and by how many weeks each cause moved it."""
    rows = rows_of(figures.forecast_move, measure)
    rows.sort(key=lambda row: row["category"] != TOGETHER)
    return Table(
        slug=f"moves-{measure}",
        caption=f"The {SURE}{PERCENT} dates by {measure.unit}, and what moved them, in weeks",
        columns=(
            Column("Category", wide=True),
            Column("A week ago", numeric=True),
            *(Column(name.capitalize(), numeric=True) for name in _NAMES.values()),
            Column("Now", numeric=True),
        ),
        rows=[
            (
                name_cell(figures, row),
                date_cell(_before(row), "" if row["kept"] else f"by today{APOSTROPHE}s rules"),
                *(_cause_cell(row[name]) for name in INGREDIENTS),
                date_cell(day_or_none(row["p85_now"])),
            )
            for row in rows
        ],
        csv="tables/forecast_move.csv",
        empty="Nothing has a forecast both today and a week ago.",
    )


def _cause_cell(weeks: float) -> Cell:
    """Weeks with their sign; a dash where a date on either side is not known."""
    if pd.isna(weeks):
        return Cell(NONE, sort="-9999", quiet=True)
    return Cell(signed(weeks), sort=repr(float(weeks)), quiet=not weeks)
