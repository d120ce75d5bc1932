"""domain.md, section 7: what was closed on each day, and in the last 14 days."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.histories import TaskBuilder
from support.scopes import Read, Report
from support.small_dumps import one_project
from support.written_rows import Project

ALL = "ProjectByID,All,show,483,"


def closed_on(report: Report) -> list[str]:
    """The days on which the one task of a dump was closed, by the table of sums."""
    return [str(row["date"]) for row in report.table("recently_closed")]


Change = Callable[[TaskBuilder, Project], object]


@pytest.mark.parametrize(
    ("change", "days"),
    [
        pytest.param(lambda task, _: task.resolved(on="2024-01-20"), ["2024-01-20"], id="resolved"),
        pytest.param(
            lambda task, _: task.status("stalled", on="2024-01-19").resolved(on="2024-01-20"),
            ["2024-01-20"],
            id="from another open status",
        ),
        pytest.param(
            lambda task, _: task.status("declined", on="2024-01-05").resolved(on="2024-01-20"),
            ["2024-01-20"],
            id="from a status that takes out",
        ),
        pytest.param(
            lambda task, editor: (
                task.left_project(editor, on="2023-06-01")
                .resolved(on="2023-07-01")
                .in_project(editor, on="2024-01-20")
            ),
            ["2024-01-20"],
            id="not there the day before",
        ),
        pytest.param(
            lambda task, editor: (
                task.resolved(on="2024-01-05")
                .left_project(editor, on="2024-01-08")
                .in_project(editor, on="2024-01-20")
            ),
            ["2024-01-05", "2024-01-20"],
            id="away for some days",
        ),
        pytest.param(
            lambda task, _: (
                task.resolved(on="2024-01-05")
                .status("open", on="2024-01-10")
                .resolved(on="2024-01-11")
            ),
            ["2024-01-05", "2024-01-11"],
            id="again",
        ),
        pytest.param(
            lambda task, _: (
                task.resolved(on="2024-01-05 10:00:00")
                .status("open", on="2024-01-05 11:00:00")
                .status("stalled", on="2024-01-06")
            ),
            [],
            id="within a day",
        ),
        pytest.param(
            lambda task, editor: (
                task.resolved(on="2024-01-05").moved(editor, "Doing", on="2024-01-10").points(3)
            ),
            ["2024-01-05"],
            id="changes of other things while resolved",
        ),
        pytest.param(
            lambda task, editor: task.moved(editor, "Done", on="2024-01-20"),
            ["2024-01-20"],
            id="by a forced status",
        ),
        pytest.param(
            lambda task, _: task.resolved(on="2024-01-02"), ["2024-01-02"], id="on the second day"
        ),
        pytest.param(lambda task, _: task.resolved(on="2024-01-01"), [], id="on the first day"),
        pytest.param(lambda task, _: task.resolved(on="2023-07-01"), [], id="before"),
    ],
)
def test_a_task_is_closed_when_it_is_resolved_and_was_not_the_day_before(
    change: Change, days: list[str], reading: Read
) -> None:
    dump, editor = one_project()
    change(dump.task(1, created="2023-01-01").in_project(editor), editor)
    report = reading(dump).report(
        "ProjectColumn,Done,show,483,Done,resolved\nProjectColumn,Doing,show,483,Doing\n" + ALL
    )
    assert closed_on(report) == days


def test_closed_tasks_are_counted_and_summed_by_day_and_category(reading: Read) -> None:
    dump, editor = one_project()
    for number, points in ((1, 2), (2, 0.5), (3, None)):
        task = dump.task(number, created="2023-01-01").in_project(editor).points(points)
        task.resolved(on="2024-01-05")
    for number in (4, 5):
        task = dump.task(number, created="2023-01-01").in_project(editor).moved(editor, "Doing")
        task.resolved(on="2024-01-05")
    dump.tasks[-1].left_project(editor, on="2024-01-06")
    came = dump.task(6, created="2023-01-01").points(8).resolved(on="2023-02-01")
    came.in_project(editor, on="2024-01-06")
    report = reading(dump).report(f"ProjectColumn,Doing,hide,483,Doing\n{ALL}")
    rows = report.table("recently_closed")
    cells = ("date", "category", "count", "points")
    assert [tuple(str(row[cell]) for cell in cells) for row in rows] == [
        ("2024-01-05", "Doing", "2", "0.0"),
        ("2024-01-05", "All", "3", "2.5"),
        ("2024-01-06", "All", "1", "8.0"),
    ]


def test_a_closed_task_counts_in_the_category_of_that_day(reading: Read) -> None:
    dump, editor = one_project()
    task = dump.task(1, created="2023-01-01").in_project(editor).resolved(on="2024-01-05")
    task.moved(editor, "Doing", on="2024-01-05").moved(editor, "Done", on="2024-01-06")
    report = reading(dump).report(f"ProjectColumn,Doing,show,483,Doing\n{ALL}")
    assert [row["category"] for row in report.table("recently_closed")] == ["Doing"]


def test_the_tasks_closed_in_the_last_14_days_are_told_one_by_one_newest_first(
    reading: Read,
) -> None:
    dump, editor = one_project()
    for number, day in enumerate(("2024-01-17", "2024-01-18", "2024-01-31", "2024-01-31")):
        task = dump.task(number, created="2023-01-01").in_project(editor).resolved(on=day)
        task.points(number or None)
    rows = reading(dump).report(ALL).table("recently_closed_task")
    cells = ("date", "id", "category", "points")
    assert [tuple(str(row[cell]) for cell in cells) for row in rows] == [
        ("2024-01-31", "2", "All", "2.0"),
        ("2024-01-31", "3", "All", "3.0"),
        ("2024-01-18", "1", "All", "1.0"),
    ]
