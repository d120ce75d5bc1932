"""Every figure of the status reports is counted again from the table and the days of the window."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from support.accounting import account

from phlogiston_assets.domain.charts.wording import counted, day_text

DAY = timedelta(days=1)
PROJECTS = {"ra": 2, "rb": 2, "rc": 4, "soon": 120}
"""The projects that the scopes' settings name."""
SCOPES = {"In-Scope": "In scope", "Elaborated": "Elaborated", "Screep": "Scope creep"}
STATUSES = ("Done", "Open", "Reopened", "Cut")
REPORTS = {"status-report.html": "current", "status-report-lastq.html": "lastq"}


@pytest.fixture(params=list(REPORTS))
def page(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def listed(report: Any, page: str) -> pd.DataFrame:
    """The tasks of a status report with their titles."""
    rows = report.known.query(
        "SELECT s.id, t.title, s.category, s.task_scope, s.status FROM status_report s"
        " JOIN maniphest_task t ON t.id = s.id WHERE s.scope = :scope AND s.report = :report",
        report=REPORTS[page],
    )
    assert len(rows)
    return rows


def test_each_task_of_a_status_report_is_one_of_the_table(report: Any, page: str) -> None:
    told = report.table(page, "tasks")
    assert sorted(told) == sorted(
        [
            f"T{row['id']}",
            " ".join(row["title"].split()),
            row["category"],
            SCOPES[row["task_scope"]],
            row["status"],
        ]
        for row in listed(report, page).to_dict("records")
    )


def test_the_matrix_counts_the_tasks_and_adds_them_up(report: Any, page: str) -> None:
    rows = listed(report, page)
    parts = {SCOPES[name]: rows[rows["task_scope"] == name] for name in SCOPES} | {"All": rows}
    cells = [
        one.text
        for one in report.blocks(page)
        if one.inside("table", "matrix") and one.inside("tbody")
    ]
    assert cells == [
        text
        for name, of in parts.items()
        for text in (name, *(str(int((of["status"] == one).sum())) for one in STATUSES), len(of))
        for text in (str(text),)
    ]


def test_the_lede_of_a_status_report_counts_the_tasks(report: Any, page: str) -> None:
    rows = listed(report, page)
    counts = [f"{int((rows['status'] == one).sum())} {one.lower()}" for one in STATUSES]
    creep = int((rows["task_scope"] == "Screep").sum())
    (lede,) = (one.text for one in report.blocks(page) if one.attributes.get("class") == "lede")
    account(
        lede,
        f"{counted(len(rows), 'task')}:",
        *(text for text in counts if not text.startswith("0 ")),
        *([f"{counted(creep, 'task')} came in later, as scope creep"] if creep else []),
    )


def wanted(report: Any, page: str) -> tuple[date, date]:
    """The days at whose ends the settings ask for snapshots."""
    known = report.known
    if REPORTS[page] == "lastq":
        return known.quarter_before - DAY, known.quarter - DAY
    if report.scope == "soon":
        return date(2025, 1, 1) - DAY, date(2027, 1, 1) - DAY
    return known.quarter - DAY, known.day


def test_what_a_status_report_says_of_its_days(report: Any, page: str) -> None:
    """Neither before the first reconstructed day nor after the report's: it says so if moved."""
    known = report.known
    first, last = wanted(report, page)
    begins, ends = day_text(max(first, known.first)), day_text(min(last, known.day))
    names = known.query("SELECT id, name FROM phabricator_project").set_index("id")["name"]
    project = names[PROJECTS[report.scope]]
    notes = [
        one.text
        for one in report.blocks(page)
        if one.tag == "p" and one.inside("main") and not one.attributes and one.text
    ]
    expected = [f"Tasks of {project}, between the end of {begins} and the end of {ends}."]
    if first < known.first:
        wish = f"The report should start on {day_text(first + DAY)}"
        expected.append(f"{wish}, but the history begins on {begins}.")
    if last > known.day:
        wish = f"It should end at the start of {day_text(last + DAY)}"
        expected.append(f"{wish}, but the report’s day is {ends}.")
    assert notes[: len(expected)] == expected
    assert notes[len(expected) :] == ["What these words mean"]
