"""domain.md, section 3: projects, column and parents on a day."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from support.histories import DumpBuilder, TaskBuilder
from support.scopes import LAST, Read
from support.written_rows import Form, Project

Made = tuple[DumpBuilder, Project, TaskBuilder]


def a_task(**at_load: Any) -> Made:
    """A task of one project since long ago, on its board's default column."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", ["To Do", "Doing", "Done"], default=0)
    return dump, editor, dump.task(1, created="2023-01-01", **at_load).in_project(editor)


# Projects -----------------------------------------------------------------------------------------


def two_projects() -> tuple[DumpBuilder, Project, Project]:
    """Two projects without a task."""
    dump = DumpBuilder()
    return dump, dump.project(483, "VisualEditor"), dump.project(22, "Flow")


def held(dump: DumpBuilder, reading: Read, *days: str) -> list[set[int]]:
    """The projects of the dump that task 1 has on some days."""
    read = reading(dump)
    scopes = {one.id: read.scope(one).days_of_task(1) for one in dump.projects}
    return [{number for number, found in scopes.items() if day in found} for day in days]


@pytest.mark.parametrize("form", ["oldest", "middle", "today"])
def test_projects_are_added_and_removed_in_every_form(form: Form, reading: Read) -> None:
    dump, editor, flow = two_projects()
    task = dump.task(1, created="2024-01-01").in_project(editor, form=form)
    task.in_project(flow, on="2024-01-03", form=form).left_project(
        editor, on="2024-01-05", form=form
    )
    days = ("2024-01-02", "2024-01-03", "2024-01-05")
    assert held(dump, reading, *days) == [{483}, {22, 483}, {22}]


def test_before_its_first_project_transaction_a_task_has_none(reading: Read) -> None:
    dump, editor, _ = two_projects()
    dump.task(1, created="2024-01-01").in_project(editor, on="2024-01-03")
    assert held(dump, reading, "2024-01-02", "2024-01-03") == [set(), {483}]


def test_the_projects_at_load_are_not_asked(reading: Read) -> None:
    dump, editor, flow = two_projects()
    dump.task(1).in_project(editor).edge(41, flow.phid)
    assert held(dump, reading, LAST) == [{483}]


@pytest.mark.parametrize(
    "metadata",
    [
        '{"edge:type":41}',
        '{"edge:type":"41"}',
        '{"core.groupID":"4","edge:type":41}',
        '{"edge:type": 41, "core.groupID": "edge:type\\": 4"}',
        '{"x":{"edge:type":4},\n "edge:type"\n: "41"}',
        '{"edge:type":41,"weight":NaN}',
    ],
)
def test_the_type_is_number_or_text_at_any_place(metadata: str, reading: Read) -> None:
    dump, editor, _ = two_projects()
    dump.task(1).row("core:edge", "[]", json.dumps([editor.phid]), metadata)
    assert held(dump, reading, LAST) == [{483}]


@pytest.mark.parametrize(
    "metadata",
    [
        *(f'{{"edge:type":{kind}}}' for kind in (3, 4, 21, 51, 52, 62, 63, 411, 141)),
        '{"edge:type":"4"}',
        '{"edge:type":4,"core.groupID":"41"}',
        '{"x":{"edge:type":41},"edge:type":4}',
        '{"x":{"edge:type":41}}',
        '{"core.groupID":"edge:type 41"}',
    ],
)
def test_other_types_are_not_about_projects(metadata: str, reading: Read) -> None:
    dump, editor, flow = two_projects()
    old, new = ({one.phid: {"type": 41}} for one in (flow, editor))
    task = dump.task(1).in_project(flow)
    task.row("core:edge", json.dumps(old), json.dumps(new), metadata, LAST)
    assert held(dump, reading, LAST) == [{22}]


@pytest.mark.parametrize(
    ("old", "new", "after"),
    [
        pytest.param("[]", '["EDITOR"]', {22, 483}, id="a list adds"),
        pytest.param("[]", '{"EDITOR":{"dst":"EDITOR","type":41}}', {22, 483}, id="keys add"),
        pytest.param("[]", '{"EDITOR":[]}', {22, 483}, id="keys of anything add"),
        pytest.param('["FLOW"]', "[]", set(), id="a list removes"),
        pytest.param('{"FLOW":{"type":41}}', "[]", set(), id="keys remove"),
        pytest.param('{"FLOW":{}}', '["EDITOR"]', {483}, id="sides of two forms"),
        pytest.param('["FLOW"]', '["FLOW"]', {22}, id="what is on both sides stays"),
        pytest.param('["EDITOR"]', "[]", {22}, id="what was not there cannot go"),
        pytest.param("[]", "[]", {22}, id="nothing changes nothing"),
        pytest.param("{}", "{}", {22}, id="nor do empty objects"),
        pytest.param(None, "", {22}, id="nor do blanks"),
        pytest.param("null", '["EDITOR"]', {22, 483}, id="null removes nothing"),
    ],
)
def test_a_project_row_removes_the_old_side_and_adds_the_new_one(
    old: str | None, new: str, after: set[int], reading: Read
) -> None:
    dump, editor, flow = two_projects()
    names = {"EDITOR": editor.phid, "FLOW": flow.phid}
    for name, phid in names.items():
        old, new = old and old.replace(name, phid), new.replace(name, phid)
    dump.task(1).in_project(flow).row("core:edge", old, new, '{"edge:type":41}', "2024-01-05")
    assert held(dump, reading, LAST) == [after]


@pytest.mark.parametrize("metadata", ["", None, "[]", "{}"])
@pytest.mark.parametrize(
    ("old", "new", "after"),
    [
        pytest.param({}, {"E": 41}, {483}, id="new ones take the place of all"),
        pytest.param({"F": 41}, {"F": 41, "E": "41"}, {22, 483}, id="type as text"),
        pytest.param({"F": 41}, {}, set(), id="none left"),
        pytest.param({"X": 41}, {"E": 4}, set(), id="other types do not count"),
        pytest.param({"E": 41}, {"E": 4, "F": 41}, {22}, id="one by one"),
        pytest.param({"F": 4}, {"E": 4}, {22}, id="no entry of the type"),
        pytest.param({}, {}, {22}, id="no entry"),
    ],
)
def test_in_the_oldest_form_the_projects_become_exactly_the_new_keys_of_the_type(
    old: dict[str, Any], new: dict[str, Any], after: set[int], metadata: Any, reading: Read
) -> None:
    dump, editor, flow = two_projects()
    names = {"E": editor.phid, "F": flow.phid, "X": "PHID-PROJ-hidden"}
    sides = (
        json.dumps({names[key]: {"dst": names[key], "type": kind} for key, kind in side.items()})
        for side in (old, new)
    )
    dump.task(1).in_project(flow).row("core:edge", *sides, metadata, "2024-01-05")
    assert held(dump, reading, LAST) == [after]


def test_lists_tell_no_type_in_the_oldest_form(reading: Read) -> None:
    dump, editor, flow = two_projects()
    task = dump.task(1).in_project(flow)
    task.row("core:edge", json.dumps([flow.phid]), json.dumps([editor.phid]), "", "2024-01-05")
    assert held(dump, reading, LAST) == [{22}]


def test_an_entry_of_the_oldest_form_that_is_no_object_is_skipped_by_itself(reading: Read) -> None:
    dump, editor, flow = two_projects()
    new = {flow.phid: 41, editor.phid: {"dst": editor.phid, "type": 41}}
    dump.task(1).in_project(flow).row("core:edge", "{}", json.dumps(new), "", "2024-01-05")
    assert held(dump, reading, LAST) == [{483}]


@pytest.mark.parametrize("kind", ["true", "[41]", '"41x"', "41.5"])
def test_a_type_that_is_no_number_loses_that_row_and_is_counted(kind: str, reading: Read) -> None:
    dump, editor, flow = two_projects()
    task = dump.task(1).in_project(flow)
    task.row("core:edge", "[]", json.dumps([editor.phid]), f'{{"edge:type":{kind}}}', "2024-01-05")
    read = reading(dump)
    assert read.load.unreadable == {"edge metadata": 1}
    assert held(dump, reading, LAST) == [{22}]


@pytest.mark.parametrize("metadata", ['{"edge:type":41}', ""])
def test_a_new_side_that_cannot_be_read_changes_nothing_and_is_counted(
    metadata: str, reading: Read
) -> None:
    dump, _, flow = two_projects()
    task = dump.task(1).in_project(flow)
    task.row("core:edge", json.dumps([flow.phid]), "[", metadata, "2024-01-05")
    assert reading(dump).load.unreadable == {"edge value": 1}
    assert held(dump, reading, LAST) == [{22}]


def test_unknown_projects_are_skipped_one_by_one(reading: Read) -> None:
    dump, editor, flow = two_projects()
    task = dump.task(1).in_project("PHID-PROJ-hidden", flow, "PHID-PROJ-other")
    task.left_project("PHID-PROJ-hidden", flow, on="2024-01-05").in_project(editor, on="2024-01-05")
    read = reading(dump)
    assert read.load.unreadable == {"unknown project": 3}
    assert held(dump, reading, "2024-01-04", LAST) == [{22}, {483}]


# Column -------------------------------------------------------------------------------------------


def columns(dump: DumpBuilder, board: Project, reading: Read, *days: str) -> list[str]:
    """The column of task 1 on a board on some days."""
    return reading(dump).scope(board).values("projectcolumn", *days)


def test_the_column_is_the_one_of_the_latest_element_by_name(reading: Read) -> None:
    dump, editor, task = a_task()
    task.moved(editor, "Done", on="2024-01-08").moved(editor, "Doing", on="2024-01-05")
    days = ("2024-01-04", "2024-01-05", "2024-01-07", "2024-01-08")
    assert columns(dump, editor, reading, *days) == ["To Do", "Doing", "Doing", "Done"]


def test_of_two_elements_of_a_row_for_a_board_the_last_counts(reading: Read) -> None:
    dump, editor, task = a_task()
    task.moved(editor, "Done", (editor, "Doing"), on="2024-01-05")
    assert columns(dump, editor, reading, LAST) == ["Doing"]


def test_a_row_moves_on_up_to_four_boards(reading: Read) -> None:
    dump, editor, task = a_task()
    boards = [dump.project(number, f"P{number}", ["A", "B"], default=0) for number in (1, 2, 3)]
    task.in_project(*boards)
    task.moved(editor, "Doing", *((board, "B") for board in boards), on="2024-01-05")
    found = [columns(dump, board, reading, LAST) for board in (editor, *boards)]
    assert found == [["Doing"], ["B"], ["B"], ["B"]]


def test_boards_are_told_apart(reading: Read) -> None:
    dump, editor, task = a_task()
    flow = dump.project(22, "Flow", ["Backlog", "Doing here"], default=0)
    task.in_project(flow).moved(flow, "Doing here", on="2024-01-05")
    assert columns(dump, editor, reading, LAST) == ["To Do"]
    assert columns(dump, flow, reading, LAST) == ["Doing here"]


def test_a_move_may_come_before_the_row_that_adds_the_project(reading: Read) -> None:
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", ["To Do", "Doing"], default=0)
    task = dump.task(1).moved(editor, "Doing", on="2024-01-05")
    task.in_project(editor, on="2024-01-06").left_project(editor, on="2024-01-08")
    task.in_project(editor, on="2024-01-10")
    days = ("2024-01-05", "2024-01-06", "2024-01-08", "2024-01-10")
    assert columns(dump, editor, reading, *days) == [None, "Doing", None, "Doing"]


@pytest.mark.parametrize(
    ("names", "default", "column"),
    [
        pytest.param(["Inbox", "Doing"], 0, "Inbox", id="a named default"),
        pytest.param(["Doing", "Inbox"], 1, "Inbox", id="a default at any place"),
        pytest.param(["", "Doing"], 0, "Backlog", id="a nameless default"),
        pytest.param(["Inbox", "Doing"], None, "", id="no default"),
        pytest.param([], None, "", id="no board"),
    ],
)
def test_where_there_is_no_element_it_is_the_default_column(
    names: list[str], default: int | None, column: str, reading: Read
) -> None:
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", names, default=default)
    dump.task(1).in_project(editor)
    assert columns(dump, editor, reading, LAST) == [column]


@pytest.mark.parametrize(
    ("names", "default", "column"),
    [
        pytest.param(["Inbox", ""], 0, "Inbox", id="a nameless column"),
        pytest.param(["", ""], 0, "Backlog", id="beside a nameless default"),
        pytest.param(["Inbox", ""], None, "", id="without a default"),
        pytest.param(["Inbox", ""], 1, "Backlog", id="the nameless default itself"),
    ],
)
def test_a_nameless_column_that_is_not_the_default_stands_for_the_default(
    names: list[str], default: int | None, column: str, reading: Read
) -> None:
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", names, default=default)
    dump.task(1).in_project(editor).moved(editor, 1, on="2024-01-05")
    assert columns(dump, editor, reading, LAST) == [column]


@pytest.mark.parametrize(
    "properties",
    ["[]", "", None, "{", '{"isDefault":false}', '{"isDefault":1}', '{"isDefault":"true"}', "[1]"],
)
def test_only_is_default_true_makes_a_default_column(properties: Any, reading: Read) -> None:
    dump, editor, _ = a_task()
    editor.columns[0][8] = properties
    assert columns(dump, editor, reading, LAST) == [""]


def test_of_two_default_columns_the_one_made_first_counts(reading: Read) -> None:
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", ["Doing"])
    editor.add_column("Inbox", created="2024-01-05", default=True)
    editor.add_column("New inbox", created="2024-01-10", default=True)
    dump.task(1).in_project(editor)
    days = ("2024-01-04", "2024-01-05", LAST)
    assert columns(dump, editor, reading, *days) == ["", "Inbox", "Inbox"]


@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("day", ["2024-01-02", "2024-01-05", "2024-01-31"])
def test_the_default_column_counts_from_the_day_on_which_it_was_created(
    day: str, reading: Read, *, moved: bool
) -> None:
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", [""])
    editor.add_column("Inbox", created=f"{day} 23:59:59", default=True)
    task = dump.task(1).in_project(editor)
    if moved:
        task.moved(editor, 0)
    before = str(date.fromisoformat(day) - timedelta(days=1))
    assert columns(dump, editor, reading, before, day) == ["", "Inbox"]


@pytest.mark.parametrize(
    ("name", "default", "column"), [("New", False, "New"), ("", True, "Backlog")]
)
def test_a_column_that_a_task_was_moved_to_counts_whenever_it_was_created(
    name: str, column: str, reading: Read, *, default: bool
) -> None:
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor")
    new = editor.add_column(name, created="2024-01-20", default=default)
    dump.task(1).in_project(editor).moved(editor, new, on="2024-01-05")
    assert columns(dump, editor, reading, "2024-01-05") == [column]


def test_an_unknown_column_has_no_name(reading: Read) -> None:
    dump, editor, task = a_task()
    task.moved(editor, "PHID-PCOL-hidden", on="2024-01-05").moved(editor, "Done", on="2024-01-08")
    days = ("2024-01-04", "2024-01-05", "2024-01-08")
    assert columns(dump, editor, reading, *days) == ["To Do", "", "Done"]


# Parents and children -----------------------------------------------------------------------------


CATEGORY = 1656


def family() -> tuple[DumpBuilder, Project, TaskBuilder]:
    """A scope's project and a category task, 9, in it."""
    dump = DumpBuilder()
    editor, category = dump.project(483, "VisualEditor"), dump.project(CATEGORY, "Category")
    return dump, editor, dump.task(9, "Goal").in_project(editor, category)


def titles(dump: DumpBuilder, reading: Read) -> dict[int, str]:
    """The category title of each task on the last day."""
    rows = reading(dump).scope(483).on(LAST)
    return {task: row["category_title"] for task, row in rows.items()}


def test_a_child_is_what_its_parent_is_blocked_by(reading: Read) -> None:
    dump, editor, goal = family()
    dump.task(1).in_project(editor).child_of(goal)
    goal.child_of(dump.task(2).in_project(editor))
    assert titles(dump, reading) == {1: "Goal", 2: "", 9: "Goal"}


def test_descent_goes_to_any_depth_through_tasks_of_any_project(reading: Read) -> None:
    dump, editor, above = family()
    for number in range(30, 39):
        above = dump.task(number).in_project("PHID-PROJ-hidden").child_of(above)
    dump.task(1).in_project(editor).child_of(above)
    assert titles(dump, reading) == {1: "Goal", 9: "Goal"}


def test_descent_goes_down_every_branch(reading: Read) -> None:
    dump, editor, goal = family()
    between = [dump.task(number).child_of(goal) for number in (30, 31, 32)]
    for number, above in enumerate(between, start=1):
        dump.task(number).in_project(editor).child_of(above)
    assert titles(dump, reading) == {1: "Goal", 2: "Goal", 3: "Goal", 9: "Goal"}


def test_descent_may_go_round_in_circles(reading: Read) -> None:
    dump, editor, goal = family()
    one = dump.task(1).in_project(editor).child_of(goal)
    two = dump.task(2).in_project(editor).child_of(one)
    one.child_of(two)
    goal.child_of(two).child_of(goal)
    assert titles(dump, reading) == {1: "Goal", 2: "Goal", 9: "Goal"}


def test_parents_are_as_of_the_load_on_every_day(reading: Read) -> None:
    dump, editor, goal = family()
    dump.task(1).in_project(editor).child_of(goal, on="2024-01-20")
    values = reading(dump).scope(editor).values("category_title", "2024-01-01", LAST)
    assert values == ["Goal", "Goal"]


def test_a_task_without_info_passes_nothing_on(reading: Read) -> None:
    dump, editor, goal = family()
    between = dump.task(30, info=None).in_project(editor).child_of(goal)
    dump.task(1).in_project(editor).child_of(between)
    assert titles(dump, reading) == {1: "", 9: "Goal", 30: ""}
