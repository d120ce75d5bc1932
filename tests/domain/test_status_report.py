"""domain.md, section 7: status reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.histories import DumpBuilder, TaskBuilder
from support.scopes import Read, Report, days_of

ALL = "ProjectByID,All,show,483,"


BEFORE, LATER = "2023-01-01", "2024-04-20"
DAYS = ("2023-12-15", "2024-05-15")
BOTH = "ProjectByID,Editor,show,483,\nProjectByID,Flow,show,22,"
P = "status_report_project = 483"


class Story:
    """P is the project 483; the scope has 22 too. Parents are there since long ago."""

    def __init__(self) -> None:
        self.dump = DumpBuilder()
        self.p = self.dump.project(483, "VisualEditor")
        self.other = self.dump.project(22, "Flow")
        self.task = self.dump.task(1, created=BEFORE)

    def member(self) -> TaskBuilder:
        """Task 1 in P since long ago."""
        return self.task.in_project(self.p)

    def late(self, *parents: TaskBuilder) -> TaskBuilder:
        """Task 1 in P since the report's quarter began."""
        for parent in parents:
            self.task.child_of(parent)
        return self.task.in_project(self.p, on=LATER)

    def parent(self, number: int = 2) -> TaskBuilder:
        """A task of P since long ago."""
        return self.dump.task(number, created=BEFORE).in_project(self.p)


STORIES: list[tuple[str, Callable[[Story], object], tuple[str, str] | None]] = [
    ("open all the time", lambda story: story.member(), ("In-Scope", "Open")),
    (
        "resolved since",
        lambda story: story.member().resolved(on=LATER),
        ("In-Scope", "Done"),
    ),
    ("resolved before and still", lambda story: story.member().resolved(on="2024-03-31"), None),
    (
        "reopened",
        lambda story: story.member().resolved(on="2024-03-31").status("open", on=LATER),
        ("In-Scope", "Reopened"),
    ),
    (
        "reopened and resolved again",
        lambda story: (
            story.member()
            .resolved(on="2024-03-31")
            .status("open", on=LATER)
            .resolved(on="2024-05-01")
        ),
        None,
    ),
    (
        "left P",
        lambda story: story.member().left_project(story.p, on=LATER),
        ("In-Scope", "Cut"),
    ),
    (
        "left P for another project of the scope",
        lambda story: (
            story.member().in_project(story.other, on=LATER).left_project(story.p, on=LATER)
        ),
        ("In-Scope", "Cut"),
    ),
    (
        "resolved and left P since",
        lambda story: story.member().resolved(on=LATER).left_project(story.p, on=LATER),
        ("In-Scope", "Cut"),
    ),
    (
        "resolved before, left P since",
        lambda story: story.member().resolved(on="2024-03-01").left_project(story.p, on=LATER),
        None,
    ),
    (
        "resolved before, left P since and still resolved in the scope",
        lambda story: (
            story.member()
            .in_project(story.other)
            .resolved(on="2024-03-01")
            .left_project(story.p, on=LATER)
        ),
        None,
    ),
    (
        "resolved before, left P since and open again in the scope",
        lambda story: (
            story.member()
            .in_project(story.other)
            .resolved(on="2024-03-01")
            .left_project(story.p, on=LATER)
            .status("open", on=LATER)
        ),
        ("In-Scope", "Cut"),
    ),
    ("new", lambda story: story.late(), ("Screep", "Open")),
    ("new and resolved", lambda story: story.late().resolved(on=LATER), ("Screep", "Done")),
    (
        "new in P, resolved in the scope before",
        lambda story: story.late().in_project(story.other).resolved(on="2024-03-01"),
        ("Screep", "Done"),
    ),
    (
        "new in P, reopened in the scope since",
        lambda story: (
            story.late().in_project(story.other).resolved(on="2024-03-01").status("open", on=LATER)
        ),
        ("Screep", "Open"),
    ),
    (
        "below a task that was in P and open",
        lambda story: story.late(story.parent()),
        ("Elaborated", "Open"),
    ),
    (
        "resolved, below a task that was in P and open then",
        lambda story: story.late(story.parent().resolved(on=LATER)).resolved(on=LATER),
        ("Elaborated", "Done"),
    ),
    (
        "below a task that left P since",
        lambda story: story.late(story.parent().left_project(story.p, on=LATER)),
        ("Elaborated", "Open"),
    ),
    (
        "below a task that was resolved",
        lambda story: story.late(story.parent().resolved(on="2024-03-31")),
        ("Screep", "Open"),
    ),
    (
        "below a task that was declined",
        lambda story: story.late(story.parent().status("declined", on="2024-03-31")),
        ("Screep", "Open"),
    ),
    (
        "below a task that was open but not in P",
        lambda story: story.late(
            story.dump.task(2, created=BEFORE).in_project(story.other).in_project(story.p, on=LATER)
        ),
        ("Screep", "Open"),
    ),
    (
        "one of two parents was in P and open",
        lambda story: story.late(story.parent(2).resolved(on="2024-03-01"), story.parent(3)),
        ("Elaborated", "Open"),
    ),
    (
        "far below a task that was in P and open",
        lambda story: story.late(story.dump.task(3, created=BEFORE).child_of(story.parent())),
        ("Screep", "Open"),
    ),
    (
        "in P before, below a parent",
        lambda story: story.member().child_of(story.parent()),
        ("In-Scope", "Open"),
    ),
    (
        "in P before without a category",
        lambda story: story.member().status("invalid", on="2024-03-01").status("open", on=LATER),
        ("Screep", "Open"),
    ),
    (
        "in P before without a category, left it since",
        lambda story: (
            story.member()
            .in_project(story.other)
            .status("invalid", on="2024-03-01")
            .left_project(story.p, on=LATER)
            .status("open", on=LATER)
        ),
        None,
    ),
    (
        "without a category since",
        lambda story: story.member().status("invalid", on=LATER),
        None,
    ),
    (
        "without a category and out of P since",
        lambda story: (
            story.member()
            .in_project(story.other)
            .status("invalid", on=LATER)
            .left_project(story.p, on=LATER)
        ),
        ("In-Scope", "Cut"),
    ),
    (
        "resolved before, declined and out of P since",
        lambda story: (
            story.member()
            .resolved(on="2024-03-01")
            .in_project(story.other)
            .status("declined", on=LATER)
            .left_project(story.p, on=LATER)
        ),
        ("In-Scope", "Cut"),
    ),
    (
        "resolved before, out of P and of the scope since",
        lambda story: story.member().resolved(on="2024-03-01").left_project(story.p, on=LATER),
        None,
    ),
    ("only in the scope", lambda story: story.task.in_project(story.other), None),
    (
        "in P in between",
        lambda story: story.late().in_project(story.other).left_project(story.p, on="2024-05-01"),
        None,
    ),
]


def status_rows(report: Report, name: str = "current") -> dict[int, dict[str, Any]]:
    """The rows of a status report by task."""
    return {row["id"]: row for row in report.table("status_report") if row["report"] == name}


@pytest.mark.parametrize(
    ("tell", "listed"), [one[1:] for one in STORIES], ids=[one[0] for one in STORIES]
)
def test_the_status_report_lists_what_came_went_and_was_done(
    tell: Callable[[Story], object], listed: tuple[str, str] | None, reading: Read
) -> None:
    story = Story()
    tell(story)
    read = reading(story.dump)
    row = status_rows(read.report(BOTH, P, days=DAYS)).get(1)
    assert (row and (row["task_scope"], row["status"])) == listed


def test_the_project_of_the_status_report_need_not_be_one_of_the_scope(reading: Read) -> None:
    story = Story()
    story.member().in_project(story.other).resolved(on=LATER)
    story.parent(2).in_project(story.other).left_project(story.p, on=LATER)
    story.dump.task(3, created=BEFORE).in_project(story.other).in_project(story.p, on=LATER)
    story.parent(4)
    report = reading(story.dump).report("ProjectByID,Flow,show,22,", P, days=DAYS)
    told = {task: (row["task_scope"], row["status"]) for task, row in status_rows(report).items()}
    assert told == {1: ("In-Scope", "Done"), 2: ("In-Scope", "Cut"), 3: ("Screep", "Open")}


@pytest.mark.parametrize(
    ("status", "scope"), [("stalled", "Elaborated"), ("resolved", "Screep"), ("spite", "Screep")]
)
def test_what_is_below_an_open_task_of_the_project_is_elaborated_though_that_has_no_category(
    status: str, scope: str, reading: Read
) -> None:
    story = Story()
    story.late(story.parent().in_project(story.other).status(status, on="2024-03-01"))
    rules = "ProjectByID,Flow,omit,22,\nProjectByID,Editor,show,483,"
    rows = status_rows(reading(story.dump).report(rules, P, days=DAYS))
    assert {task: row["task_scope"] for task, row in rows.items()} == {1: scope}


def test_a_task_is_told_with_its_last_category_and_one_that_left_with_its_first(
    reading: Read,
) -> None:
    story = Story()
    story.member().in_project(story.other, on=LATER)
    story.parent(2).in_project(story.other, on=LATER).left_project(story.p, on=LATER)
    rules = "ProjectByID,Flow,show,22,\nProjectByID,Editor,show,483,"
    rows = status_rows(reading(story.dump).report(rules, P, days=DAYS))
    assert {task: row["category"] for task, row in rows.items()} == {1: "Flow", 2: "Editor"}


def test_without_its_project_there_is_no_status_report(reading: Read) -> None:
    story = Story()
    story.member()
    report = reading(story.dump).report(BOTH, days=DAYS)
    assert report.table("status_report") == []
    assert list(report.figures.status_report.columns) == [
        "scope", "report", "id", "category", "task_scope", "status",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def joined() -> DumpBuilder:
    """A task for each day on which it joined P."""
    dump = DumpBuilder()
    project = dump.project(483, "VisualEditor")
    for number, day in enumerate(days_of("2023-12-01", "2024-06-30")):
        dump.task(number, str(day), created=BEFORE).in_project(project, on=day)
    return dump


Window = tuple[str, str]


@pytest.mark.parametrize(
    ("settings", "current"),
    [
        pytest.param("", ("2024-03-31", "2024-05-15"), id="this quarter up to the report"),
        pytest.param("status_report_start = default", ("2024-03-31", "2024-05-15"), id="default"),
        pytest.param("status_report_start = true", ("2024-03-31", "2024-05-15"), id="true"),
        pytest.param("status_report_start = 2024-05-01", ("2024-04-30", "2024-05-15"), id="date"),
        pytest.param("status_report_start = 10", ("2024-05-04", "2024-05-15"), id="days back"),
        pytest.param("status_report_end = 2024-05-10", ("2024-03-31", "2024-05-09"), id="an end"),
        pytest.param("status_report_end = 2024-06-01", ("2024-03-31", "2024-05-15"), id="late end"),
        pytest.param(
            "status_report_start = 2023-12-01", ("2023-12-15", "2024-05-15"), id="early start"
        ),
        pytest.param(
            "status_report_start = 2024-06-01", ("2024-05-15", "2024-05-15"), id="late start"
        ),
    ],
)
def test_the_two_days_of_a_status_report(
    settings: str, current: Window, joined: DumpBuilder, reading: Read
) -> None:
    report = reading(joined).report(ALL, f"{P}\n{settings}", days=DAYS)
    assert window(report, "current", joined) == current
    assert window(report, "lastq", joined) == ("2023-12-31", "2024-03-31")


def test_both_days_lie_within_the_reconstructed_ones(joined: DumpBuilder, reading: Read) -> None:
    report = reading(joined).report(ALL, P, days=("2024-02-10", "2024-05-15"))
    assert window(report, "lastq", joined) == ("2024-02-10", "2024-03-31")
    young = reading(joined).report(ALL, P, days=("2024-04-10", "2024-05-15"))
    assert window(young, "current", joined) == ("2024-04-10", "2024-05-15")
    assert window(young, "lastq", joined) == ("2024-04-10", "2024-04-10")


def window(report: Report, name: str, joined: DumpBuilder) -> Window:
    """The last days on which tasks in scope, and tasks at all, have joined."""
    titles = {task.id: task.title for task in joined.tasks}
    rows = status_rows(report, name)
    first = max(titles[task] for task, row in rows.items() if row["task_scope"] == "In-Scope")
    return first, max(titles[task] for task, row in rows.items() if row["status"] != "Cut")
