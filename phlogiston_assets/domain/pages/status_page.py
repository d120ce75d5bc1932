"""The status reports: what became of the tasks of one project between two days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from phlogiston_assets.domain.charts.palette import colours
from phlogiston_assets.domain.charts.wording import APOSTROPHE, counted, day_text, listing
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.pages.context import ReportContext
from phlogiston_assets.domain.pages.tables import (
    CATEGORY,
    TASK,
    TITLE,
    Cell,
    Column,
    Table,
    category_cell,
    task_cell,
)
from phlogiston_assets.domain.scopes import SnapshotWindow, last_quarter_window

SCOPES = {
    "In-Scope": "In scope",
    "Elaborated": "Elaborated",
    "Screep": "Scope creep",
}
STATUSES = ("Done", "Open", "Reopened", "Cut")
COLUMNS = ("id", "title", "category", "task_scope", "status")


@dataclass(frozen=True, slots=True)
class StatusPage:
    """One status report for a page.

    Attributes:
        notes: sentences on the window, and on where it had to be moved.
        finding: the outcome in words.
        matrix: rows of (heading, counts by status, sum), the last row holding the sums.
        table: one row a task.
    """

    notes: Sequence[str]
    finding: str
    matrix: Sequence[tuple[str, Sequence[int], int]]
    table: Table


def status_page(
    figures: Figures, context: ReportContext, report: str, csv: str
) -> StatusPage | None:
    """The page of *report* ("current" or "lastq"); None where the scope has no such project.

    Serves domain.md, section 7 (status report).
    """
    wanted = _window(figures, report)
    if wanted is None:
        return None
    frame = status_frame(figures, context, report)
    project = figures.scope.settings.status_report_project or 0
    name = figures.projects.get(project, f"project {project}")
    return StatusPage(
        notes=_notes(figures, wanted, name),
        finding=_finding(frame),
        matrix=_matrix(frame),
        table=_table(figures, context, frame, csv),
    )


def status_frame(figures: Figures, context: ReportContext, report: str) -> pd.DataFrame:
    """Columns COLUMNS; by category, then id."""
    rows = figures.status_report[figures.status_report["report"] == report]
    titles = context.titles_of(rows["id"])
    frame = rows.assign(id=rows["id"].astype("int64"), title=titles)[list(COLUMNS)]
    order = {one.title: place for place, one in enumerate(figures.categories)}
    place = frame["category"].map(order).fillna(len(order))
    frame = frame.assign(place=place).sort_values(["place", "id"], ignore_index=True)
    return frame.drop(columns="place")


def _window(figures: Figures, report: str) -> SnapshotWindow | None:
    settings = figures.scope.settings
    if settings.status_report_project is None:
        return None
    if report == "current":
        return settings.status_report_window(figures.day)
    return last_quarter_window(figures.day)


def _notes(figures: Figures, wanted: SnapshotWindow, project: str) -> list[str]:
    """The two days, and why one differs from what the settings ask for."""
    used = wanted.within(figures.first_day, figures.day)
    days = f"the end of {day_text(used.initial)} and the end of {day_text(used.final)}"
    notes = [f"Tasks of {project}, between {days}."]
    if used.initial != wanted.initial:
        limit = (
            "history begins" if wanted.initial < used.initial else f"report{APOSTROPHE}s day comes"
        )
        start = day_text(wanted.initial + timedelta(days=1))
        notes.append(
            f"The report should start on {start}, but the {limit} on {day_text(used.initial)}."
        )
    if used.final != wanted.final:
        limit = "history begins" if wanted.final < used.final else f"report{APOSTROPHE}s day is"
        end = day_text(wanted.final + timedelta(days=1))
        notes.append(
            f"It should end at the start of {end}, but the {limit} {day_text(used.final)}."
        )
    return notes


def _finding(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "No task belongs to this status report."
    counts = frame["status"].value_counts()
    kinds = [f"{counts[one]} {one.lower()}" for one in STATUSES if counts.get(one)]
    creep = int((frame["task_scope"] == "Screep").sum())
    added = f" {counted(creep, 'task')} came in later, as scope creep." if creep else ""
    return f"{counted(len(frame), 'task')}: {listing(kinds)}.{added}"


def _matrix(frame: pd.DataFrame) -> list[tuple[str, Sequence[int], int]]:
    counts = Counter(zip(frame["task_scope"], frame["status"], strict=True))
    rows = [
        (heading, [counts[scope, status] for status in STATUSES])
        for scope, heading in SCOPES.items()
    ]
    rows.append(("All", [sum(column) for column in zip(*(one for _, one in rows), strict=True)]))
    return [(heading, numbers, sum(numbers)) for heading, numbers in rows]


def _table(figures: Figures, context: ReportContext, frame: pd.DataFrame, csv: str) -> Table:
    palette = colours(figures.categories)
    return Table(
        slug="tasks",
        caption="Tasks of the status report",
        columns=(
            TASK,
            TITLE,
            CATEGORY,
            Column("Scope"),
            Column("Status"),
        ),
        rows=[
            (
                task_cell(task, context.task_url(task)),
                Cell(title),
                category_cell(category, palette),
                Cell(SCOPES.get(scope, scope)),
                Cell(status),
            )
            for task, title, category, scope, status in frame.itertuples(index=False)
        ],
        csv=csv,
        empty="No task belongs to this status report.",
    )
