"""Every number in the tables of tasks and categories can be walked back to the database."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from support.recount import OUTLOOKS, completed_on, due, state

from phlogiston_assets.domain.charts.wording import NONE, counted, number, percent
from phlogiston_assets.domain.pages.task_pages import priority_words

UNITS = ("points", "count")


def points(value: float) -> str:
    return NONE if pd.isna(value) else number(value)


def title(text: str) -> str:
    return " ".join(re.split(r"[ \t\n]+", text.strip(" \t\n")))


@pytest.fixture(params=UNITS)
def unit(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_each_row_of_the_forecast_is_one_of_the_velocity_table(report: Any, unit: str) -> None:
    titles = report.known.titles(hidden=True)
    assert report.table("forecast.html", f"table-{unit}") == [
        forecast_row(report.known, one, unit) for one in titles
    ]


def forecast_row(known: Any, category: str, unit: str) -> list[str]:
    """Amounts, and a date for each outlook, or why there is none."""
    row = known.now(category)
    total, resolved = (row[f"{unit}_{what}"] if row else 0 for what in ("total", "resolved"))
    hidden = " hidden" if known.displays[category] == "hide" else ""
    amounts = [number(total), number(resolved), percent(resolved, total)]
    return [f"{category}{hidden}", *amounts, *forecast_cells(known, category, unit)]


WITHOUT = {
    "nothing open": "no points open",
    "not started": "not enough data",
    "empty": "no tasks",
}


def forecast_cells(known: Any, category: str, unit: str) -> list[str]:
    row = known.now(category)
    where = state(row, unit)
    if where == "completed":
        return ["", f"{completed_on(known, category).isoformat()} completed", ""]
    if where != "under way":
        return ["", WITHOUT[where], ""]
    return [due_cell(row, outlook, unit, known.day) for outlook in OUTLOOKS]


def due_cell(row: dict[str, Any], outlook: str, unit: str, day: Any) -> str:
    end = due(row, outlook, unit, day)
    if end is None:
        return "never"
    if end == day:
        return "< 1 week"
    return f"{end.isoformat()} {counted((end - day) // timedelta(weeks=1), 'week')}"


def test_each_closed_task_is_one_of_the_table(report: Any) -> None:
    rows = report.known.query(
        "SELECT c.id, t.title, c.category, c.points, c.date FROM recently_closed_task c"
        " JOIN maniphest_task t ON t.id = c.id WHERE c.scope = :scope ORDER BY c.date DESC, c.id"
    )
    assert len(rows) or report.scope == "soon"
    assert report.table("recently-closed.html", "closed") == [
        [
            f"T{row['id']}",
            title(row["title"]),
            row["category"],
            points(row["points"]),
            row["date"].isoformat(),
        ]
        for row in rows.to_dict("records")
    ]


def open_tasks(report: Any) -> list[dict[str, Any]]:
    """The open tasks with what is said of them, and what the load says of their points."""
    rows = report.known.query(
        "SELECT r.id, m.title, r.category, t.priority, r.points, s.seen, m.story_points"
        " FROM task_on_date_recategorized r"
        " JOIN task_on_date t ON t.scope = r.scope AND t.id = r.id AND t.date = r.date"
        " JOIN (SELECT id, min(date) AS seen FROM task_on_date WHERE scope = :scope GROUP BY id) s"
        " ON s.id = r.id"
        " JOIN maniphest_task m ON m.id = r.id"
        " WHERE r.scope = :scope AND r.date = :day AND r.status = 'open'"
    )
    assert len(rows)
    return rows.to_dict("records")


def in_words(row: dict[str, Any]) -> list[str]:
    """All that is said of an open task but for its points and its last change."""
    return [
        f"T{row['id']}",
        title(row["title"]),
        row["category"],
        " ".join(filter(None, priority_words(row["priority"]))),
        row["seen"].isoformat(),
    ]


def test_each_open_task_is_one_of_the_tables(report: Any) -> None:
    told = report.table("open-tasks.html", "open")
    assert sorted(row[:-1] for row in told) == sorted(
        [*in_words(row)[:-1], points(row["points"]), in_words(row)[-1]]
        for row in open_tasks(report)
    )


def test_tasks_without_points_have_none_in_the_load(report: Any) -> None:
    without = [
        row for row in open_tasks(report) if pd.isna(row["story_points"]) or not row["story_points"]
    ]
    assert without
    told = report.table("unpointed-tasks.html", "unpointed")
    assert sorted(row[:-1] for row in told) == sorted(map(in_words, without))


@pytest.mark.parametrize("page", ["open-tasks.html", "unpointed-tasks.html"])
def test_since_its_last_change_an_open_task_has_been_as_it_is(report: Any, page: str) -> None:
    """On that day another state of it ended, or it came into the scope."""
    rows = report.known.query(
        "SELECT task, state, first_day, end_day FROM scope_period WHERE scope = :scope"
    )
    began: dict[str, str] = {}
    for task, periods in rows.sort_values("first_day").groupby("task"):
        told = periods[["end_day", "state"]].itertuples(index=False)
        then = periods[["first_day", "state"]].itertuples(index=False)
        assert not set(map(tuple, told)) & set(map(tuple, then))
        days = pd.Timedelta(days=1) * periods["first_day"].iloc[-1]
        began[f"T{task}"] = (pd.Timestamp(0) + days).date().isoformat()
    told = report.table(page, page.split("-", maxsplit=1)[0])
    assert told
    assert [row[-1] for row in told] == [began[str(row[0])] for row in told]
