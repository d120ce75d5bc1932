"""Recently closed: the tasks resolved in the last 14 days."""

from __future__ import annotations

import pandas as pd

from phlogiston_assets.domain.charts.palette import colours
from phlogiston_assets.domain.charts.wording import counted, day_text, number
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.pages.context import ReportContext
from phlogiston_assets.domain.pages.tables import (
    CATEGORY,
    POINTS,
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

CSV = "recently-closed.csv"
COLUMNS = ("date", "id", "title", "category", "points")


def closed_table(figures: Figures, context: ReportContext) -> Table:
    """One row a task, newest first (domain.md, section 7: `recently_closed_task`)."""
    palette = colours(figures.categories)
    frame = closed_frame(figures, context)
    return Table(
        slug="closed",
        caption=f"Tasks resolved in the 14 days to {day_text(figures.day)}",
        columns=(
            TASK,
            TITLE,
            CATEGORY,
            POINTS,
            Column("Resolved", tight=True),
        ),
        rows=[
            (
                task_cell(task, context.task_url(task)),
                Cell(title),
                category_cell(category, palette),
                amount_cell(points),
                day_cell(day.date()),
            )
            for day, task, title, category, points in frame.itertuples(index=False)
        ],
        csv=CSV,
        empty=f"Nothing was resolved in the 14 days to {day_text(figures.day)}.",
    )


def closed_frame(figures: Figures, context: ReportContext) -> pd.DataFrame:
    """Columns COLUMNS, newest first."""
    closed = figures.recently_closed_task
    titles = context.titles_of(closed["id"])
    frame = closed.assign(id=closed["id"].astype("int64"), title=titles)[list(COLUMNS)]
    return frame.sort_values(["date", "id"], ascending=[False, True], ignore_index=True)


def closed_finding(figures: Figures, frame: pd.DataFrame) -> str:
    """How much was resolved, in words."""
    if frame.empty:
        return f"Nothing was resolved in the 14 days to {day_text(figures.day)}."
    verb = "was" if len(frame) == 1 else "were"
    points = float(frame["points"].sum())
    worth = points and figures.scope.settings.show_points
    words = f", worth {number(points)} points," if worth else ""
    categories = counted(frame["category"].nunique(), "category", "categories")
    period = f"in the 14 days to {day_text(figures.day)}"
    return f"{counted(len(frame), 'task')}{words} {verb} resolved {period}, in {categories}."
