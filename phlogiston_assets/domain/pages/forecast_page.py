"""The forecast table: weeks and dates of the classic forecast, hidden categories too."""

from __future__ import annotations

from phlogiston_assets.domain.charts.by_category import anchors
from phlogiston_assets.domain.charts.forecast_rows import (
    ForecastRow,
    Outlook,
    State,
    forecast_rows,
)
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import colours
from phlogiston_assets.domain.charts.wording import counted, percent
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.pages.tables import Cell, Column, Table, amount_cell

REPORT = "index.html"
"""The report page beside this one."""

_NEVER, _NO_FORECAST = "9999999", "99999999"
"""What sorts behind all weeks: the calendar has fewer."""


def forecast_table(figures: Figures, measure: Measure, csv: str) -> Table:
    """One row a category (reports.md, "The other pages"): three weeks and three dates."""
    palette, places = colours(figures.categories), chart_places(figures)
    rows = forecast_rows(figures, measure, hidden=True)
    return Table(
        slug=f"table-{measure}",
        caption=f"Classic forecast in {measure.unit}, categories in order of priority",
        columns=(
            Column("Category", wide=True),
            Column("Total", numeric=True),
            Column("Resolved", numeric=True),
            Column("Complete", numeric=True),
            *(Column(outlook.word.capitalize(), numeric=True) for outlook in Outlook),
        ),
        rows=[_row(row, palette[row.title], places.get(row.title, "")) for row in rows],
        csv=csv,
        empty="The scope has no categories.",
    )


def chart_places(figures: Figures) -> dict[str, str]:
    """Where the report page has the charts of each shown category, by its title."""
    shown = [one.title for one in figures.shown()]
    return {title: f"{REPORT}#{anchor}" for title, anchor in anchors(shown).items()}


def _row(row: ForecastRow, colour: str, href: str) -> tuple[Cell, ...]:
    share = row.resolved / row.total if row.total else 0.0
    return (
        Cell(row.title, href=href, aside="hidden" if row.hidden else "", colour=colour),
        amount_cell(row.total),
        amount_cell(row.resolved),
        Cell(percent(row.resolved, row.total), sort=repr(share)),
        *(_due(row, outlook) for outlook in Outlook),
    )


def _due(row: ForecastRow, outlook: Outlook) -> Cell:
    """A date with its weeks, or why there is none; sorts by the number of weeks."""
    if row.state is State.COMPLETED and row.completed is not None:
        text = row.completed.isoformat() if outlook is Outlook.NOMINAL else ""
        return Cell(text, sort="-1", aside="completed" if text else "", quiet=True)
    if row.state is not State.UNDER_WAY:
        text = str(row.state.value) if outlook is Outlook.NOMINAL else ""
        return Cell(text, sort=_NO_FORECAST, quiet=True)
    if outlook in row.imminent:
        return Cell("< 1 week", sort="0")
    weeks, due = row.weeks[outlook], row.due(outlook)
    if weeks is None or due is None:
        return Cell("never", sort=_NEVER, quiet=True)
    return Cell(due.isoformat(), sort=str(weeks), aside=counted(weeks, "week"))
