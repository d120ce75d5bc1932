"""domain.md, section 4: which tasks are in scope on a day, and which rules they match."""

from __future__ import annotations

from datetime import date

import pytest
from support.histories import DumpBuilder, TaskBuilder
from support.scopes import FIRST, LAST, Read, days_of, scope_of
from support.written_rows import Project

NEW_FUNCTIONALITY, MAINTENANCE, CATEGORY, GOAL = 1453, 1454, 1656, 2169


def two_boards() -> tuple[DumpBuilder, Project, Project]:
    """Two projects with boards and no tasks."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", ["Inbox", "Doing", "Done"], default=0)
    return dump, editor, dump.project(22, "Flow", ["To Do", "Doing now"], default=0)


# In scope, project, projectcolumn -----------------------------------------------------------------


def test_a_task_is_in_scope_while_it_has_one_of_the_projects(reading: Read) -> None:
    dump, editor, flow = two_boards()
    task = dump.task(1, created="2023-01-01").in_project(flow, on="2024-01-03")
    task.in_project(editor, on="2024-01-05").left_project(flow, on="2024-01-08")
    task.left_project(editor, on="2024-01-10").in_project(flow, on="2024-01-20")
    read = reading(dump)
    early, late = days_of("2024-01-03", "2024-01-09"), days_of("2024-01-20", LAST)
    assert read.scope(editor, flow).days_of_task(1) == {str(day) for day in early + late}
    assert read.scope(editor).days_of_task(1) == {
        str(day) for day in days_of("2024-01-05", "2024-01-09")
    }


def test_there_is_one_row_for_each_task_in_scope_on_each_reconstructed_day(reading: Read) -> None:
    dump, editor, flow = two_boards()
    task = dump.task(1, created="2023-01-01").in_project(editor, flow)
    for day in days_of("2024-01-05", "2024-01-08"):
        task.moved(editor, "Doing", on=day).status("stalled", on=day).status("open", on=day)
    scope = reading(dump).scope(flow, editor)
    assert scope.days_of_task(1) == {str(day) for day in days_of(FIRST, LAST)}
    assert scope.count() == 31


def test_a_row_has_the_columns_of_the_table(reading: Read) -> None:
    dump, editor, flow = two_boards()
    goal = dump.task(9, "Goal").in_project(editor, dump.project(CATEGORY, "Category"))
    task = dump.task(1).in_project(editor, flow, dump.project(MAINTENANCE, "Maintenance"))
    task.moved(editor, "Doing").points(2.5).priority(25).status("stalled").child_of(goal)
    row = reading(dump).scope(editor, flow).on("2024-01-05")[1]
    assert {name: str(value) for name, value in row.items()} == {
        "scope": "s",
        "date": "2024-01-05",
        "id": "1",
        "status": "stalled",
        "project_id": "483",
        "project": "VisualEditor",
        "projectcolumn": "Doing",
        "points": "2.5",
        "maint_type": "Maintenance",
        "priority": "25",
        "category_title": "Goal",
    }


def test_the_first_project_of_the_list_that_a_task_has_is_its_project(reading: Read) -> None:
    dump, editor, flow = two_boards()
    task = dump.task(1, created="2023-01-01").in_project(editor)
    task.moved(editor, "Done").moved(flow, "Doing now")
    task.in_project(flow, on="2024-01-05").left_project(flow, on="2024-01-08")
    scope = reading(dump).scope(flow, editor)
    days = ("2024-01-04", "2024-01-05", "2024-01-08")
    assert scope.values("project_id", *days) == [483, 22, 483]
    assert scope.values("project", *days) == ["VisualEditor", "Flow", "VisualEditor"]
    assert scope.values("projectcolumn", *days) == ["Done", "Doing now", "Done"]


@pytest.mark.parametrize(
    ("rules", "project"),
    [
        pytest.param(["ProjectByID,A,show,483,", "ProjectByID,B,show,22,"], 483, id="first"),
        pytest.param(["ProjectByID,A,show,22,", "ProjectByID,B,show,483,"], 22, id="in order"),
        pytest.param(["Intersection,A,show,22 483,"], 22, id="both ids of an intersection"),
        pytest.param(["Intersection,A,show,22,", "ProjectByID,B,show,483,"], 22, id="no match"),
        pytest.param(["ProjectByID,A,omit,22,", "ProjectByID,B,show,483,"], 22, id="omitted"),
        pytest.param(["ProjectColumn,A,show,22,x", "ProjectByID,B,show,483,"], 22, id="column"),
        pytest.param(["ParentTask,A,show,22,x", "ProjectByID,B,show,483,"], 22, id="parent"),
        pytest.param(["ProjectByName,A,show,,Flow", "ProjectByID,B,show,483,"], 22, id="by name"),
        pytest.param(["ProjectsByWildcard,A,show,,l"], 22, id="a wildcard in order of ids"),
        pytest.param(
            ["ProjectByID,A,show,483,", "ProjectByID,B,show,22,", "Intersection,C,show,22 483,"],
            483,
            id="their first appearance",
        ),
    ],
)
def test_the_projects_of_a_scope_are_all_ids_of_its_rules_in_order(
    rules: list[str], project: int, reading: Read
) -> None:
    dump, editor, flow = two_boards()
    dump.task(1).in_project(editor, flow)
    scope = reading(dump).scope_of_rules("\n".join(rules))
    assert scope.values("project_id", LAST) == [project]


def test_points_of_tasks_without_any_are_the_default(reading: Read) -> None:
    dump, editor, _ = two_boards()
    dump.task(1, created="2023-01-01").in_project(editor).points(3, on="2024-01-05")
    dump.task(2).in_project(editor).points(0)
    read = reading(dump)
    days = ("2024-01-04", "2024-01-05")
    assert read.scope(editor).values("points", *days) == [None, 3.0]
    assert read.scope(editor, default_points=1.5).values("points", *days) == [1.5, 3.0]
    assert read.scope(editor, default_points=1.5).values("points", LAST, task=2) == [0.0]


@pytest.mark.parametrize(
    ("day", "first"),
    [("2024-05-15", "2024-01-01"), ("2024-03-31", "2023-10-01"), ("2024-07-01", "2024-04-01")],
)
def test_the_reconstruction_begins_with_the_quarter_before_this_one(day: str, first: str) -> None:
    found = scope_of("ProjectByID,A,show,1,").settings.first_day(date.fromisoformat(day))
    assert str(found) == first


# maint_type ---------------------------------------------------------------------------------------


def test_the_keyword_projects_of_a_day_tell_the_kind_of_work(reading: Read) -> None:
    dump, editor, _ = two_boards()
    new = dump.project(NEW_FUNCTIONALITY, "New functionality")
    maintenance = dump.project(MAINTENANCE, "Maintenance tasks")
    task = dump.task(1, created="2023-01-01").in_project(editor)
    task.in_project(maintenance, on="2024-01-02").in_project(new, on="2024-01-03")
    task.left_project(maintenance, on="2024-01-04").left_project(new, on="2024-01-05")
    days = [str(day) for day in days_of("2024-01-01", "2024-01-05")]
    assert reading(dump).scope(editor).values("maint_type", *days) == [
        "",
        "Maintenance",
        "New Functionality",
        "New Functionality",
        "",
    ]


def test_the_keyword_projects_are_settings(reading: Read) -> None:
    dump, editor, flow = two_boards()
    tools, goal = dump.project(7, "Tools"), dump.project(8, "Aim")
    dump.task(1).in_project(editor, flow)
    dump.task(2).in_project(editor, tools)
    dump.task(3, "Aim high").in_project(editor, goal)
    dump.task(4, "Goal").in_project(editor, dump.project(GOAL, "Goal"))
    scope = reading(dump).scope(
        editor, keyword_maintenance=22, keyword_new_functionality=7, keyword_goal=8
    )
    rows = scope.on(LAST)
    assert [rows[task]["maint_type"] for task in (1, 2)] == ["Maintenance", "New Functionality"]
    assert [rows[task]["category_title"] for task in (3, 4)] == ["Aim high", ""]


# Category titles ----------------------------------------------------------------------------------


class Family:
    """A scope's project, the two keyword projects, and tasks below category tasks."""

    def __init__(self) -> None:
        self.dump = DumpBuilder()
        self.editor = self.dump.project(483, "VisualEditor")
        self.category = self.dump.project(CATEGORY, "Category")
        self.goal = self.dump.project(GOAL, "Goal")

    def category_task(self, number: int, title: str) -> TaskBuilder:
        """A category task in scope since long ago."""
        task = self.dump.task(number, title, created="2023-01-01")
        return task.in_project(self.editor, self.category)

    def child(self, number: int, *parents: TaskBuilder) -> TaskBuilder:
        """A task in scope below others."""
        task = self.dump.task(number, created="2023-01-01").in_project(self.editor)
        for parent in parents:
            task.child_of(parent)
        return task

    def titles(self, reading: Read, *days: str, task: int = 1) -> list[str]:
        """The category titles of a task on some days."""
        return reading(self.dump).scope(self.editor).values("category_title", *days, task=task)


@pytest.mark.parametrize("keyword", [CATEGORY, GOAL])
def test_a_task_in_scope_with_a_keyword_project_is_a_category_task_on_that_day(
    keyword: int, reading: Read
) -> None:
    family = Family()
    word = family.category if keyword == CATEGORY else family.goal
    top = family.dump.task(9, "Toolbar", created="2023-01-01").in_project(family.editor)
    top.in_project(word, on="2024-01-05").left_project(word, on="2024-01-08")
    family.child(1, top)
    scope = reading(family.dump).scope(family.editor)
    days = ("2024-01-04", "2024-01-05", "2024-01-07", "2024-01-08")
    for task in (9, 1):
        assert scope.values("category_title", *days, task=task) == ["", "Toolbar", "Toolbar", ""]


def test_a_task_out_of_scope_is_no_category_task(reading: Read) -> None:
    family = Family()
    top = family.dump.task(9, "Toolbar", created="2023-01-01").in_project(family.category)
    top.in_project(family.editor, on="2024-01-05").left_project(family.editor, on="2024-01-08")
    family.child(1, top)
    days = ("2024-01-04", "2024-01-05", "2024-01-08")
    assert family.titles(reading, *days) == ["", "Toolbar", ""]


def test_the_title_of_a_category_task_is_its_own_only(reading: Read) -> None:
    family = Family()
    below = family.category_task(8, "Buttons").child_of(family.category_task(9, "Toolbar"))
    family.child(1, below)
    assert family.titles(reading, LAST, task=8) == ["Buttons"]
    assert family.titles(reading, LAST, task=1) == ["Buttons Toolbar"]


def test_a_task_takes_the_titles_above_it_when_it_is_no_category_task_any_more(
    reading: Read,
) -> None:
    family = Family()
    below = family.category_task(8, "Buttons").child_of(family.category_task(9, "Toolbar"))
    below.left_project(family.category, on="2024-01-05")
    family.child(1, below)
    days = ("2024-01-04", "2024-01-05")
    assert family.titles(reading, *days, task=8) == ["Buttons", "Toolbar"]
    assert family.titles(reading, *days, task=1) == ["Buttons Toolbar", "Toolbar"]


def test_distinct_titles_are_sorted_and_joined_by_one_blank(reading: Read) -> None:
    family = Family()
    titles = ["Toolbar", "buttons", "Apps and 1", "Toolbar", "Éclair"]
    family.child(1, *(family.category_task(90 + n, title) for n, title in enumerate(titles)))
    assert family.titles(reading, LAST) == ["Apps and 1 Toolbar buttons Éclair"]


def test_a_task_below_no_category_task_has_no_category_title(reading: Read) -> None:
    family = Family()
    family.category_task(9, "Toolbar").child_of(family.child(1))
    family.child(2, family.child(3))
    for task in (1, 2, 3):
        assert family.titles(reading, LAST, task=task) == [""]


def test_each_day_has_the_category_tasks_of_that_day(reading: Read) -> None:
    family = Family()
    one, two = family.category_task(8, "One"), family.category_task(9, "Two")
    one.left_project(family.category, on="2024-01-05")
    two.left_project(family.editor, on="2024-01-08").in_project(family.editor, on="2024-01-10")
    family.child(1, one, two)
    days = ("2024-01-04", "2024-01-05", "2024-01-08", "2024-01-10")
    assert family.titles(reading, *days) == ["One Two", "Two", "", "Two"]


# Rules --------------------------------------------------------------------------------------------


def ruled() -> DumpBuilder:
    """Tasks that differ in all that rules look at."""
    dump, editor, flow = two_boards()
    design = dump.project(21, "Visual-Design 50%_x")
    goal = dump.task(9, "Goal: 50%_x", created="2023-01-01")
    goal.in_project(editor, dump.project(CATEGORY, "Category"))
    other = dump.task(8, "Speed").in_project(flow, editor, dump.projects[-1])
    dump.task(1).in_project(editor).moved(editor, "Doing")
    dump.task(2).in_project(editor, flow).moved(flow, "Doing now")
    dump.task(3).in_project(flow).child_of(goal)
    dump.task(4).in_project(editor).child_of(goal).child_of(other)
    dump.task(5).in_project(design)
    return dump


@pytest.mark.parametrize(
    ("rule", "matched"),
    [
        pytest.param("ProjectByID,A,show,483,", {1, 2, 4, 8, 9}, id="ProjectByID"),
        pytest.param("ProjectByID,A,show,483,Doing", {1, 2, 4, 8, 9}, id="by id whatever is told"),
        pytest.param("Intersection,A,show,483 22,Doing", {2, 8}, id="likewise"),
        pytest.param("ProjectByName,A,show,,VisualEditor", {1, 2, 4, 8, 9}, id="ProjectByName"),
        pytest.param("ProjectsByWildcard,,show,,low", {2, 3, 8}, id="ProjectsByWildcard"),
        pytest.param("ProjectsByWildcard,,show,,Visual", {1, 2, 4, 5, 8, 9}, id="two found"),
        pytest.param("ProjectsByWildcard,,show,,50%_x", {5}, id="signs are plain"),
        pytest.param("Intersection,A,show,483 22,", {2, 8}, id="Intersection"),
        pytest.param("Intersection,A,show,483,", set(), id="with one id only"),
        pytest.param("ProjectColumn,A,show,483,Doing", {1}, id="ProjectColumn"),
        pytest.param("ProjectColumn,A,show,22,Doing", {2}, id="of that project's board"),
        pytest.param(
            "Intersection,B,show,483,\nProjectColumn,A,show,22,Doing",
            {2},
            id="whatever project comes first",
        ),
        pytest.param("ProjectColumn,A,show,22,oing no", {2}, id="a part of the name"),
        pytest.param("ProjectColumn,A,show,22,To Do", {3, 8}, id="the default column"),
        pytest.param("ProjectColumn,A,show,483,doing", set(), id="case counts"),
        pytest.param("ProjectColumn,A,show,483,D%g", set(), id="no wildcard of SQL"),
        pytest.param("ProjectColumn,A,show,483,Do_ng", set(), id="nor its other"),
        pytest.param("ProjectColumn,A,show,483,D*g", set(), id="nor of a shell"),
        pytest.param("ProjectColumn,A,show,483,D.ing", set(), id="no pattern"),
        pytest.param("ProjectColumn,A,show,483,Doing ", set(), id="blanks count"),
        pytest.param("ParentTask,A,show,483,Goal", {4, 9}, id="ParentTask"),
        pytest.param("ParentTask,A,show,22,Goal", set(), id="no category task in scope"),
        pytest.param(
            "ParentTask,A,show,22,Goal\nProjectByID,B,omit,483,", {3}, id="with that project"
        ),
        pytest.param("ParentTask,A,show,483,: 50%_", {4, 9}, id="a part of the title"),
        pytest.param("ParentTask,A,show,483,50%_x Speed", {4}, id="in the joined text"),
        pytest.param("ParentTask,A,show,483,goal", set(), id="case counts in titles"),
        pytest.param("ParentTask,A,show,483,G%l", set(), id="no wildcard in titles"),
    ],
)
def test_a_rule_matches_what_the_table_of_rules_says(
    rule: str, matched: set[int], reading: Read
) -> None:
    report = reading(ruled()).report(rule)
    assert report.categories(LAST).keys() == matched


def test_a_rule_looks_at_the_day(reading: Read) -> None:
    dump, editor, flow = two_boards()
    task = dump.task(1, created="2023-01-01").in_project(editor).moved(editor, "Doing")
    task.in_project(flow, on="2024-01-05").moved(editor, "Done", on="2024-01-08")
    report = reading(dump).report(
        "Intersection,Both,show,483 22,\nProjectColumn,Doing,show,483,Doing\n"
        "ProjectByID,Rest,show,483,"
    )
    days = ("2024-01-04", "2024-01-05", "2024-01-08")
    assert [report.categories(day)[1] for day in days] == ["Doing", "Both", "Both"]


def test_a_wildcard_gives_a_category_to_each_project_in_order_of_ids(reading: Read) -> None:
    dump = ruled()
    dump.project(3, "A Visual thing")
    report = reading(dump).report("ProjectsByWildcard,Any,hide,,Visual")
    told = [(one.title, one.display.value) for one in report.figures.categories]
    titles = ["A Visual thing", "Visual-Design 50%_x", "VisualEditor"]
    assert told == [(title, "hide") for title in titles]
    assert report.categories(LAST)[5] == "Visual-Design 50%_x"


def test_a_rule_that_stood_before_is_skipped(reading: Read) -> None:
    report = reading(ruled()).report(
        "ProjectByID,A,show,483,\nProjectByID,B,show,483,else\nProjectByID,C,show,483,\n"
        "ProjectByName,D,show,,VisualEditor\nProjectColumn,E,show,483,\nProjectByID,F,show,22,"
    )
    assert [one.title for one in report.figures.categories] == ["A", "B", "E", "F"]


def test_tasks_of_an_intersection_with_one_id_are_in_scope_without_a_category(
    reading: Read,
) -> None:
    read = reading(ruled())
    scope = read.scope_of_rules("Intersection,A,show,483,")
    assert scope.on(LAST).keys() == {1, 2, 4, 8, 9}
    assert read.report("Intersection,A,show,483,", anew=False).categories(LAST) == {}
