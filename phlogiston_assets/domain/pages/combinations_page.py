"""All possible categories: which category titles, projects and columns occur together."""

from __future__ import annotations

import pandas as pd

from phlogiston_assets.domain.charts.wording import counted, day_text
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.pages.context import ReportContext
from phlogiston_assets.domain.pages.tables import Cell, Column, Table

CSV = "combinations.csv"
COLUMNS = ("project", "projectcolumn", "category_title", "tasks")


def combinations_frame(figures: Figures) -> pd.DataFrame:
    """Columns COLUMNS, by project and column (domain.md, section 7: all combinations)."""
    frame = figures.combinations[list(COLUMNS)]
    return frame.sort_values(list(COLUMNS[:3]), ignore_index=True)


def combinations_table(figures: Figures, context: ReportContext, frame: pd.DataFrame) -> Table:
    """One row a combination of `combinations_frame`; projects link to their boards."""
    boards = {name: context.board_url(project) for project, name in figures.projects.items()}
    return Table(
        slug="combinations",
        caption="Combinations of project, column and category title",
        columns=(
            Column("Project", wide=True),
            Column("Column", wide=True),
            Column("Category title", wide=True),
            Column("Tasks now", numeric=True),
        ),
        rows=[
            (
                Cell(str(project), href=boards.get(project, "")),
                _words(column, "no column"),
                _words(title, "none"),
                Cell(f"{tasks:,}", sort=str(tasks), quiet=not tasks),
            )
            for project, column, title, tasks in frame.itertuples(index=False)
        ],
        csv=CSV,
        empty="No task was ever in scope.",
    )


def combinations_finding(figures: Figures, frame: pd.DataFrame) -> str:
    """How many there are, and how many of them hold tasks, in words."""
    if frame.empty:
        return "No task was ever in scope."
    found = counted(len(frame), "combination")
    verb = "has" if len(frame) == 1 else "have"
    used = int((frame["tasks"] > 0).sum())
    holding = "holds" if used == 1 else "hold"
    return (
        f"{found} {verb} occurred since {day_text(figures.first_day)};"
        f" {used:,} {holding} tasks at the end of {day_text(figures.day)}."
    )


def _words(text: str, none: str) -> Cell:
    return Cell(text) if text else Cell(none, quiet=True)
