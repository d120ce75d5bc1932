"""domain.md, section 7: closed tasks, kind of work, status reports, and lists of tasks."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from support.histories import DumpBuilder, Project, TaskBuilder
from support.scopes import Read, Report, days_of

ALL = "ProjectByID,All,show,483,"


# Recently closed ----------------------------------------------------------------------------------


def one_project() -> tuple[DumpBuilder, Project]:
    """A project with a board and no tasks."""
    dump = DumpBuilder()
    return dump, dump.project(483, "VisualEditor", ["Inbox", "Doing", "Done"], default=0)


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


# Kind of work -------------------------------------------------------------------------------------


def kinds_of_work() -> DumpBuilder:
    """Tasks of the three kinds, resolved in several weeks before 31 January."""
    dump, editor = one_project()
    maintenance = dump.project(1454, "Maintenance")
    new = dump.project(1453, "New functionality")
    ends = [
        (maintenance, "2024-01-11", 3),
        (maintenance, "2024-01-17", 1),
        (new, "2024-01-18", 2),
        (new, "2024-01-19", 4),
        (maintenance, "2024-01-31", 8),
    ]
    for number, (kind, end, points) in enumerate(ends):
        task = dump.task(number, created="2023-01-01").in_project(editor, kind)
        task.points(points, on="2023-01-01").resolved(on=end)
    dump.task(9, created="2023-01-01").in_project(editor).resolved(on="2024-01-31")
    dump.task(10).in_project(editor, maintenance)
    return dump


def by_date_and_kind(frame: Any) -> dict[tuple[str, str], tuple[int, float]]:
    """(count, points) by date and kind of work."""
    return {
        (str(row["date"].date()), row["maint_type"]): (row["count"], row["points"])
        for row in frame.to_dict("records")
    }


def test_resolved_totals_by_kind_of_work_at_weekly_steps(reading: Read) -> None:
    report = reading(kinds_of_work()).report(ALL, days=("2024-01-09", "2024-01-31"))
    assert by_date_and_kind(report.figures.maintenance_week) == {
        ("2024-01-10", ""): (0, 0.0),
        ("2024-01-10", "Maintenance"): (0, 0.0),
        ("2024-01-10", "New Functionality"): (0, 0.0),
        ("2024-01-17", ""): (0, 0.0),
        ("2024-01-17", "Maintenance"): (2, 4.0),
        ("2024-01-17", "New Functionality"): (0, 0.0),
        ("2024-01-24", ""): (0, 0.0),
        ("2024-01-24", "Maintenance"): (2, 4.0),
        ("2024-01-24", "New Functionality"): (2, 6.0),
        ("2024-01-31", ""): (1, 0.0),
        ("2024-01-31", "Maintenance"): (3, 12.0),
        ("2024-01-31", "New Functionality"): (2, 6.0),
    }


def test_their_changes_from_week_to_week(reading: Read) -> None:
    report = reading(kinds_of_work()).report(ALL, days=("2024-01-09", "2024-01-31"))
    assert by_date_and_kind(report.figures.maintenance_delta) == {
        ("2024-01-17", ""): (0, 0.0),
        ("2024-01-17", "Maintenance"): (2, 4.0),
        ("2024-01-17", "New Functionality"): (0, 0.0),
        ("2024-01-24", ""): (0, 0.0),
        ("2024-01-24", "Maintenance"): (0, 0.0),
        ("2024-01-24", "New Functionality"): (2, 6.0),
        ("2024-01-31", ""): (1, 0.0),
        ("2024-01-31", "Maintenance"): (1, 8.0),
        ("2024-01-31", "New Functionality"): (0, 0.0),
    }


def test_the_share_of_maintenance_in_each_week_and_in_total(reading: Read) -> None:
    report = reading(kinds_of_work()).report(ALL, days=("2024-01-02", "2024-01-31"))
    rows = report.figures.maintenance_share.to_dict("records")
    assert [str(row["date"])[:10] for row in rows] == [
        "2024-01-10",
        "2024-01-17",
        "2024-01-24",
        "2024-01-31",
        "NaT",
    ]
    assert math.isnan(rows[0]["count"])
    assert [row["count"] for row in rows[1:]] == [1.0, 0.0, 1.0, 3 / 5]
    assert [row["points"] for row in rows[1:]] == [1.0, 0.0, 1.0, 12 / 18]


def test_the_weeks_are_those_of_the_last_three_months(reading: Read) -> None:
    report = reading(kinds_of_work()).report(ALL, days=("2023-01-01", "2024-01-31"))
    steps = [str(day.date()) for day in report.figures.maintenance_week["date"].unique()]
    assert (steps[0], steps[-1], len(steps)) == ("2023-11-01", "2024-01-31", 14)
    assert len(report.figures.maintenance_delta["date"].unique()) == 13


# Lists of tasks -----------------------------------------------------------------------------------


def listed() -> DumpBuilder:
    """Tasks that are open, resolved, out, and without points."""
    dump, editor = one_project()
    task = dump.task(1, created="2023-01-01").in_project(editor, on="2024-01-03").points(2)
    task.priority(25, on="2024-01-10").left_project(editor, on="2024-01-12")
    task.in_project(editor, on="2024-01-15").moved(editor, "Doing", on="2024-01-20")
    dump.task(2, created="2023-01-01").in_project(editor).status("stalled", on="2024-01-08")
    dump.task(3).in_project(editor).resolved(on="2024-01-05").points(3).priority(25)
    dump.task(4).in_project(editor).resolved(on="2024-01-05").points(3).priority(50)
    dump.task(5).in_project(editor).resolved(on="2024-01-05").points(1).priority(50)
    dump.task(6).in_project(editor).resolved(on="2024-01-05").priority(50)
    dump.task(7).in_project(editor).resolved(on="2024-01-05").points(1).priority(50)
    dump.task(8).in_project(editor).status("declined")
    dump.task(9).in_project(editor, dump.project(7, "Away")).status("open")
    return dump


RULED = f"ProjectByID,Away,omit,7,\nProjectColumn,Doing,hide,483,Doing\n{ALL}"


def test_open_tasks_with_the_day_first_seen_and_the_day_of_the_last_change(reading: Read) -> None:
    frame = reading(listed()).report(RULED).figures.open_tasks
    cells = ("id", "category", "priority", "points", "first_seen", "last_change")
    assert [tuple(str(row[cell]) for cell in cells) for row in frame.to_dict("records")] == [
        ("1", "Doing", "25", "2.0", "2024-01-03 00:00:00", "2024-01-20 00:00:00"),
        ("2", "All", "90", "nan", "2024-01-01 00:00:00", "2024-01-08 00:00:00"),
    ]


@pytest.mark.parametrize("settings", ["", "default_points = 3"])
def test_unpointed_tasks_have_no_points_at_load(settings: str, reading: Read) -> None:
    dump, editor = one_project()
    for number, points in enumerate((None, "", "many", "NaN", 0, "0", 2.5, "3")):
        dump.task(number, points=points).in_project(editor)
    frame = reading(dump).report(ALL, settings).figures.unpointed_tasks
    assert list(frame["id"]) == [0, 1, 2, 3]


def test_a_histogram_counts_resolved_tasks_by_priority_and_points(reading: Read) -> None:
    frame = reading(listed()).report(RULED).figures.points_histogram
    told = {(row["priority"], str(row["points"])): row["count"] for row in frame.to_dict("records")}
    assert told == {("25", "3.0"): 1, ("50", "1.0"): 2, ("50", "3.0"): 1, ("50", "nan"): 1}


def test_all_combinations_of_category_title_project_and_column(reading: Read) -> None:
    dump, editor = one_project()
    flow = dump.project(22, "Flow")
    dump.task(9, "Goal", created="2023-01-01").in_project(editor, dump.project(2169, "Goal"))
    task = dump.task(1, created="2023-01-01").in_project(editor).child_of(dump.tasks[0])
    task.moved(editor, "Done", on="2024-01-10").in_project(flow, on="2024-01-20")
    dump.task(2).in_project(flow)
    frame = reading(dump).report("ProjectByID,A,omit,22,\n" + ALL).figures.combinations
    assert [tuple(row.values()) for row in frame.to_dict("records")] == [
        ("", "Flow", "", 1),
        ("Goal", "Flow", "", 1),
        ("Goal", "VisualEditor", "Done", 0),
        ("Goal", "VisualEditor", "Inbox", 1),
    ]


# Status report ------------------------------------------------------------------------------------

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
