"""Every number in the report's tables can be walked back to the database (a real case)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from support.cases import Case

from phlogiston_assets.domain.charts.wording import NONE, number, percent
from phlogiston_assets.domain.pages.task_pages import priority_words

CASE = Case("real")
UNITS = ("points", "count")
OUTLOOKS = ("opt", "nom", "pes")
SCOPES = {"In-Scope": "In scope", "Elaborated": "Elaborated", "Screep": "Scope creep"}


def _points(value: float | None) -> str:
    return NONE if value is None else number(value)


def _day(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def test_each_row_of_the_forecast_is_one_of_the_velocity_table(published: Any) -> None:
    query = "SELECT * FROM velocity WHERE scope = :scope AND date = :day"
    known = {row["category"]: row for row in published.rows(query)}
    tables = published.tables("forecast.html")
    assert len(tables) == len(UNITS)
    for unit, table in zip(UNITS, tables, strict=True):
        assert table
        for category, total, resolved, complete, *outlooks in table:
            row = known[category.removesuffix(" hidden")]
            amounts = row[f"{unit}_total"], row[f"{unit}_resolved"]
            assert (total, resolved) == tuple(map(number, amounts))
            assert complete == percent(amounts[1], amounts[0])
            for outlook, told in zip(OUTLOOKS, outlooks, strict=True):
                _assert_forecast(told, row[f"{outlook}_{unit}_fore"], amounts)


def _assert_forecast(told: str, weeks: float | None, amounts: tuple[float, float]) -> None:
    total, resolved = amounts
    if total == resolved or not resolved:
        assert not told or told.endswith("completed") or not told[0].isdigit()
    elif weeks is None:
        assert told in {"never", "", "no points open"}
    elif round(weeks) == 0:
        assert told == "< 1 week"
    else:
        due = CASE.day + timedelta(days=7 * round(weeks))
        plural = "week" if round(weeks) == 1 else "weeks"
        assert told == f"{due.isoformat()} {round(weeks):,} {plural}"


def test_each_closed_task_is_one_of_the_table(published: Any) -> None:
    rows = published.rows(
        "SELECT c.id, t.title, c.category, c.points, c.date FROM recently_closed_task c"
        " JOIN maniphest_task t ON t.id = c.id WHERE c.scope = :scope ORDER BY c.date DESC, c.id"
    )
    assert rows
    assert published.tables("recently-closed.html")[0] == [
        [
            f"T{row['id']}",
            " ".join(row["title"].split()),
            row["category"],
            _points(row["points"]),
            _day(row["date"]),
        ]
        for row in rows
    ]


@pytest.mark.parametrize(
    ("page", "report"), [("status-report.html", "current"), ("status-report-lastq.html", "lastq")]
)
def test_each_task_of_a_status_report_is_one_of_the_table(
    published: Any, page: str, report: str
) -> None:
    rows = published.rows(
        "SELECT s.id, t.title, s.category, s.task_scope, s.status FROM status_report s"
        " JOIN maniphest_task t ON t.id = s.id WHERE s.scope = :scope AND s.report = :report",
        report=report,
    )
    assert rows
    matrix, tasks = published.tables(page)
    assert sorted(tasks) == sorted(
        [
            f"T{row['id']}",
            " ".join(row["title"].split()),
            row["category"],
            SCOPES[row["task_scope"]],
            row["status"],
        ]
        for row in rows
    )
    for heading, *counts in matrix[:-1]:
        mine = [row["status"] for row in rows if SCOPES[row["task_scope"]] == heading]
        statuses = [mine.count(status) for status in ("Done", "Open", "Reopened", "Cut")]
        assert list(map(int, counts)) == [*statuses, len(mine)]
    assert matrix[-1][0] == "All"
    assert int(matrix[-1][-1]) == len(rows)


def test_each_open_task_is_one_of_the_tables(published: Any) -> None:
    rows = published.rows(
        "SELECT r.id, m.title, r.category, t.priority, r.points, s.seen"
        " FROM task_on_date_recategorized r"
        " JOIN task_on_date t ON t.scope = r.scope AND t.id = r.id AND t.date = r.date"
        " JOIN (SELECT id, min(date) AS seen FROM task_on_date WHERE scope = :scope GROUP BY id) s"
        " ON s.id = r.id"
        " JOIN maniphest_task m ON m.id = r.id"
        " WHERE r.scope = :scope AND r.date = :day AND r.status = 'open'"
    )
    assert rows
    told = published.tables("open-tasks.html")[0]
    assert sorted(row[:-1] for row in told) == sorted(
        [
            f"T{row['id']}",
            " ".join(row["title"].split()),
            row["category"],
            " ".join(filter(None, priority_words(row["priority"]))),
            _points(row["points"]),
            _day(row["seen"]),
        ]
        for row in rows
    )


def test_since_its_last_change_an_open_task_has_been_as_it_is(published: Any) -> None:
    """The table shows the first of a task's boards only: the change may be on another one."""
    columns = "status, project, projectcolumn, points, maint_type, priority, category_title"
    query = f"SELECT date, {columns} FROM task_on_date WHERE scope = :scope AND id = :id"
    for row in published.tables("open-tasks.html")[0][:25]:
        days = {_day(one.pop("date")): one for one in published.rows(query, id=int(row[0][1:]))}
        since = [state for day, state in days.items() if day >= row[-1]]
        assert since
        assert all(state == since[0] for state in since)


def test_tasks_without_points_have_none_in_the_load(published: Any) -> None:
    rows = published.rows(
        "SELECT r.id, m.story_points FROM task_on_date_recategorized r"
        " JOIN maniphest_task m ON m.id = r.id"
        " WHERE r.scope = :scope AND r.date = :day AND r.status = 'open'"
    )
    without = {f"T{row['id']}" for row in rows if row["story_points"] in {None, ""}}
    assert without
    assert {row[0] for row in published.tables("unpointed-tasks.html")[0]} == without
