"""The page of flow: its charts, the cycle times by category, and how old open tasks are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from phlogiston_assets.domain.charts.ages import ages_chart
from phlogiston_assets.domain.charts.arrivals import arrivals_chart
from phlogiston_assets.domain.charts.chart import Chart, Width
from phlogiston_assets.domain.charts.cumulative_flow import cumulative_flow_chart
from phlogiston_assets.domain.charts.cycle_times import cycle_times_chart
from phlogiston_assets.domain.charts.palette import colours
from phlogiston_assets.domain.charts.wording import NONE, PERCENT
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.flow.cycle_time import LINES
from phlogiston_assets.domain.flow.flow_figures import TOGETHER
from phlogiston_assets.domain.pages.context import ReportContext
from phlogiston_assets.domain.pages.outlook_words import ALL
from phlogiston_assets.domain.pages.report_page import FigureView
from phlogiston_assets.domain.pages.tables import (
    CATEGORY,
    TASK,
    TITLE,
    Cell,
    Column,
    Table,
    amount_cell,
    category_cell,
    day_cell,
    task_cell,
)

AGES_CSV: Final = "task-ages.csv"
AGES_COLUMNS: Final = ("id", "title", "category", "started_on", "days", "at_least", "passed")
_WIDTHS: Final = (Width.FULL, Width.NARROW)


@dataclass(frozen=True, slots=True)
class FlowSection:
    """A section of the page: its place in the help page, how to read it, its chart and table."""

    slug: str
    title: str
    reading: str
    figure: FigureView
    table: Table | None = None


def flow_charts(figures: Figures) -> list[Chart]:
    """The charts of the page, in order."""
    return [
        chart(figures, _WIDTHS)
        for chart in (cumulative_flow_chart, arrivals_chart, cycle_times_chart, ages_chart)
    ]


def flow_sections(
    figures: Figures, context: ReportContext, charts: Sequence[Chart]
) -> list[FlowSection]:
    """The sections of the page, one for each of `flow_charts`."""
    tables = {"cycle-times": lines_table(figures), "ages": ages_table(figures, context)}
    return [
        FlowSection(
            f"flow-{chart.slug}", *_WORDS[chart.slug], FigureView.of(chart), tables.get(chart.slug)
        )
        for chart in charts
    ]


_WORDS: Final = {
    "cumulative-flow": (
        "Cumulative flow",
        (
            "What is resolved lies at the bottom, what is open above it by status; where a band"
            " gets thicker, more comes to it than leaves it."
        ),
    ),
    "arrivals-departures": (
        "Arrivals and departures",
        (
            "Above the line what came in each week, below it what went; the figure at a column is"
            " by how much more or less is open."
        ),
    ),
    "cycle-times": (
        "Cycle time",
        (
            "Each dot is a resolved task; the higher, the longer it took from when work began."
            " The lines hold 50, 85 and 95 of 100 tasks below them."
        ),
    ),
    "ages": (
        "Age of open tasks",
        (
            "Each dot is an open task at work; the further to the right, the older. What lies right"
            " of a line is older than so many resolved tasks ever became."
        ),
    ),
}
"""By chart: the title of its section, and one sentence that says how to read it."""


def lines_table(figures: Figures) -> Table:
    """Cycle times and open work by category (`cycle_time_by_category`)."""
    return Table(
        slug="lines",
        caption="Cycle times in days, and open work, by category",
        columns=(
            Column("Category", wide=True),
            Column("Resolved", numeric=True),
            Column("With a cycle time", numeric=True),
            *(Column(f"{percent}{PERCENT} within", numeric=True) for percent in LINES),
            Column("Open", numeric=True),
            Column("At work", numeric=True),
        ),
        rows=[
            (
                _category_cell(figures, row["category"]),
                *(amount_cell(float(row[name])) for name in ("resolved", "timed")),
                *(amount_cell(float(row[f"p{percent}"])) for percent in LINES),
                *(amount_cell(float(row[name])) for name in ("open", "at_work")),
            )
            for row in figures.cycle_time_by_category.to_dict("records")
        ],
        csv="tables/cycle_time_by_category.csv",
        empty="The scope shows no categories.",
    )


def _category_cell(figures: Figures, title: str) -> Cell:
    if title == TOGETHER:
        return Cell(ALL)
    return category_cell(title, colours(figures.categories))


def ages_frame(figures: Figures, context: ReportContext) -> pd.DataFrame:
    """Columns AGES_COLUMNS, oldest first."""
    titles = context.titles_of(figures.task_age["id"])
    return figures.task_age.assign(title=titles)[list(AGES_COLUMNS)]


def ages_table(figures: Figures, context: ReportContext) -> Table:
    """One row an open task at work, oldest first (forecast.md, "Flow")."""
    palette = colours(figures.categories)
    return Table(
        slug="task-ages",
        caption="Open tasks at work, oldest first",
        columns=(
            TASK,
            TITLE,
            CATEGORY,
            Column("Begun", tight=True),
            Column("Days", numeric=True),
            Column("Older than", numeric=True),
        ),
        rows=[
            (
                task_cell(task, context.task_url(task)),
                Cell(title),
                category_cell(category, palette),
                day_cell(begun.date()),
                Cell(f"{days:,}", sort=str(days), aside="or more" if at_least else ""),
                _passed_cell(passed),
            )
            for task, title, category, begun, days, at_least, passed in ages_frame(
                figures, context
            ).itertuples(index=False)
        ],
        csv=AGES_CSV,
        empty="No open task is at work.",
    )


def _passed_cell(passed: int) -> Cell:
    """The highest line that the age is beyond."""
    if not passed:
        return Cell(NONE, sort="0", quiet=True)
    return Cell(f"{passed}{PERCENT}", sort=str(passed))
