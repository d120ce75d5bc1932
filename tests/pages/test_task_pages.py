"""Open tasks, tasks without points, and all possible categories."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
from support.figures import made_figures

from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.pages import ReportContext
from phlogiston_assets.domain.pages.combinations_page import (
    combinations_finding,
    combinations_frame,
    combinations_table,
)
from phlogiston_assets.domain.pages.task_pages import (
    open_finding,
    open_frame,
    open_table,
    unpointed_finding,
    unpointed_frame,
    unpointed_table,
)

Make = Callable[..., dict[str, bytes]]
Parse = Callable[[bytes], Any]
FIRST, LAST = pd.Timestamp(2024, 1, 3), pd.Timestamp(2024, 5, 2)
COLUMNS = ["id", "category", "priority", "points", "first_seen", "last_change"]


def figures_with_tasks(**settings: Any) -> Figures:
    """Three open tasks, one of them without points, in two categories."""
    rows = [
        (7, "A", "80", 3.0, FIRST, LAST),
        (9, "A", "odd", float("nan"), FIRST, FIRST),
        (8, "B", "77", 1.5, LAST, LAST),
    ]
    tasks = pd.DataFrame(rows, columns=COLUMNS)
    return replace(
        made_figures(["A", "B"], projects={4: "Board"}, **settings),
        open_tasks=tasks,
        unpointed_tasks=tasks[tasks["id"] == 9].drop(columns="points").reset_index(drop=True),
        combinations=pd.DataFrame(
            [("", "Board", "Doing", 2), ("Goal", "Board", "", 0), ("Goal", "Gone", "Done", 1200)],
            columns=["category_title", "project", "projectcolumn", "tasks"],
        ),
    )


def texts(row: Any) -> list[str]:
    return [f"{cell.text} {cell.aside}".strip() for cell in row]


def test_open_tasks_are_listed_with_all_that_is_known_of_them(context: ReportContext) -> None:
    figures = figures_with_tasks()
    table = open_table(figures, context, open_frame(figures, context))
    assert [texts(row) for row in table.rows] == [
        ["T7", context.task_titles[7], "A", "High 80", "3", "2024-01-03", "2024-05-02"],
        ["T9", "Plain", "A", "odd", "\N{EN DASH}", "2024-01-03", "2024-01-03"],
        ["T8", "=cmd()", "B", "77", "1.5", "2024-05-02", "2024-05-02"],
    ]
    assert table.rows[0][0].href == "https://phabricator.example.org/T7"


def test_the_most_urgent_priority_sorts_first(context: ReportContext) -> None:
    figures = figures_with_tasks()
    rows = open_table(figures, context, open_frame(figures, context)).rows
    priorities = sorted((row[3] for row in rows), key=lambda cell: cell.sort)
    assert [cell.text for cell in priorities] == ["High", "77", "odd"]


def test_what_is_open_is_told_in_words(context: ReportContext) -> None:
    figures = figures_with_tasks()
    frame = open_frame(figures, context)
    assert open_finding(figures, frame) == (
        "3 tasks, worth 4.5 points, were open at the end of 15 May 2024, in 2 categories."
    )
    counted = figures_with_tasks(show_points=False)
    assert "worth" not in open_finding(counted, open_frame(counted, context))
    nothing = made_figures(["A"])
    assert "No task was open" in open_finding(nothing, open_frame(nothing, context))


def test_tasks_without_points_are_those_of_the_load(context: ReportContext) -> None:
    figures = figures_with_tasks()
    frame = unpointed_frame(figures, context)
    assert unpointed_finding(figures, frame) == "1 of 3 open tasks has no points."
    table = unpointed_table(figures, context, frame)
    assert [texts(row) for row in table.rows] == [
        ["T9", "Plain", "A", "odd", "2024-01-03", "2024-01-03"]
    ]
    estimated = replace(figures, unpointed_tasks=frame.iloc[:0])
    words = unpointed_finding(estimated, unpointed_frame(estimated, context))
    assert words == "Each of 3 open tasks has points."


def test_combinations_link_to_their_boards_and_count_tasks(context: ReportContext) -> None:
    figures = figures_with_tasks()
    frame = combinations_frame(figures)
    assert combinations_finding(figures, frame) == (
        "3 combinations have occurred since 1 January 2024; 2 hold tasks at the end of 15 May 2024."
    )
    rows = combinations_table(figures, context, frame).rows
    assert [texts(row) for row in rows] == [
        ["Board", "no column", "Goal", "0"],
        ["Board", "Doing", "none", "2"],
        ["Gone", "Done", "Goal", "1,200"],
    ]
    assert [row[0].href for row in rows] == [context.board_url(4), context.board_url(4), ""]


def test_the_pages_and_their_data_hold_the_same(make_report: Make, parse: Parse) -> None:
    report = make_report(figures_with_tasks())
    for name, rows in (("open-tasks", 3), ("unpointed-tasks", 1), ("combinations", 3)):
        page = parse(report[f"{name}.html"])
        assert len(pd.read_csv(io.BytesIO(report[f"{name}.csv"]))) == rows
        assert len(list(page.all("tr"))) == rows + 1
    assert "'=cmd()" in report["open-tasks.csv"].decode()


def test_empty_lists_say_so(make_report: Make, parse: Parse) -> None:
    report = make_report(made_figures(["A"]))
    assert "No task is open." in parse(report["open-tasks.html"]).text
    assert "No task was ever in scope." in parse(report["combinations.html"]).text
    assert report["open-tasks.csv"].startswith(b"id,title,category,priority,points,first_seen")


def test_periods_of_tasks_lie_beside_the_report(make_report: Make) -> None:
    periods = pd.DataFrame(
        [("t", 7, "A", "open", 3.0, "", pd.Timestamp(2024, 1, 3), pd.Timestamp(2024, 5, 16))],
        columns=[
            "scope",
            "id",
            "category",
            "status",
            "points",
            "maint_type",
            "first_day",
            "end_day",
        ],
    )
    report = make_report(replace(made_figures(["A"]), category_periods=periods))
    assert report["tables/task_on_date_recategorized.csv"].decode().splitlines() == [
        "scope,id,category,status,points,maint_type,first_day,end_day",
        "t,7,A,open,3.0,,2024-01-03,2024-05-16",
    ]
