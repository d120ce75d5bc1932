"""Open tasks, and those of them without points, one by one."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from phlogiston_assets.domain.charts.histogram import PRIORITIES
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

OPEN_CSV = "open-tasks.csv"
UNPOINTED_CSV = "unpointed-tasks.csv"
COLUMNS = ("id", "title", "category", "priority", "points", "first_seen", "last_change")
_UNPOINTED = tuple(name for name in COLUMNS if name != "points")
_HEADS = {
    "id": TASK,
    "title": TITLE,
    "category": CATEGORY,
    "priority": Column("Priority", tight=True),
    "points": POINTS,
    "first_seen": Column("First seen", tight=True),
    "last_change": Column("Last change", tight=True),
}


def open_frame(figures: Figures, context: ReportContext) -> pd.DataFrame:
    """Columns COLUMNS, by category, then id (domain.md, section 7: open tasks)."""
    return _frame(figures.open_tasks, context, COLUMNS)


def unpointed_frame(figures: Figures, context: ReportContext) -> pd.DataFrame:
    """Columns COLUMNS without points, by category, then id (domain.md, section 7)."""
    return _frame(figures.unpointed_tasks, context, _UNPOINTED)


def open_table(figures: Figures, context: ReportContext, frame: pd.DataFrame) -> Table:
    """One row a task of `open_frame`."""
    return _table(
        figures,
        context,
        frame,
        slug="open",
        caption=f"Tasks open at the end of {day_text(figures.day)}",
        csv=OPEN_CSV,
        empty="No task is open.",
    )


def unpointed_table(figures: Figures, context: ReportContext, frame: pd.DataFrame) -> Table:
    """One row a task of `unpointed_frame`."""
    return _table(
        figures,
        context,
        frame,
        slug="unpointed",
        caption=f"Open tasks without points in the load of {day_text(context.load_day)}",
        csv=UNPOINTED_CSV,
        empty="Every open task has points.",
    )


def open_finding(figures: Figures, frame: pd.DataFrame) -> str:
    """How much is open, in words."""
    if frame.empty:
        return f"No task was open at the end of {day_text(figures.day)}."
    points = float(frame["points"].sum())
    worth = points and figures.scope.settings.show_points
    words = f", worth {number(points)} points," if worth else ""
    verb = "was" if len(frame) == 1 else "were"
    categories = counted(frame["category"].nunique(), "category", "categories")
    return (
        f"{counted(len(frame), 'task')}{words} {verb} open at the end of"
        f" {day_text(figures.day)}, in {categories}."
    )


def unpointed_finding(figures: Figures, frame: pd.DataFrame) -> str:
    """How many open tasks nobody has estimated, in words."""
    everything = len(figures.open_tasks)
    if not everything:
        return f"No task was open at the end of {day_text(figures.day)}."
    if frame.empty:
        return f"Each of {counted(everything, 'open task')} has points."
    verb = "has" if len(frame) == 1 else "have"
    return f"{len(frame):,} of {counted(everything, 'open task')} {verb} no points."


def _frame(tasks: pd.DataFrame, context: ReportContext, columns: Sequence[str]) -> pd.DataFrame:
    """The tasks with their titles."""
    known = tasks[[name for name in columns if name != "title"]]
    titles = context.titles_of(known["id"])
    return known.assign(title=titles)[list(columns)]


def _table(figures: Figures, context: ReportContext, frame: pd.DataFrame, **known: str) -> Table:
    palette = colours(figures.categories)

    def cell(name: str, value: object) -> Cell:
        match name, value:
            case "id", int(task):
                return task_cell(task, context.task_url(task))
            case "category", str(category):
                return category_cell(category, palette)
            case "priority", str(priority):
                return _priority_cell(priority)
            case "points", float(points):
                return amount_cell(points)
            case _, pd.Timestamp():
                return day_cell(value.date())
            case _:
                return Cell(str(value))

    names = list(frame.columns)
    rows = [
        tuple(cell(name, value) for name, value in zip(names, row, strict=True))
        for row in frame.itertuples(index=False)
    ]
    return Table(columns=tuple(_HEADS[name] for name in names), rows=rows, **known)


def _priority_cell(priority: str) -> Cell:
    """A priority in words, its number small beside it; the most urgent sorts first."""
    text, aside = priority_words(priority)
    counts = priority.isascii() and priority.isdigit()
    urgency = f"{max(10_000 - int(priority), 0):05}" if counts else f"~{priority}"
    return Cell(text, sort=urgency, aside=aside)


def priority_words(priority: str) -> tuple[str, str]:
    """A dump's priority in words, and its number; ("77", "") for one that is unknown."""
    word = PRIORITIES.get(priority)
    return (word, priority) if word else (priority, "")
