"""domain.md, section 1: values that cannot be read are lost by themselves and counted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.histories import DumpBuilder, TaskBuilder
from support.scopes import LAST, Read, loaded, table
from support.small_dumps import altered, small_dump, what_is_read
from support.written_rows import Project

from resources.warehouse.database import Database
from resources.warehouse.load_store import current_load

Break = Callable[[TaskBuilder, Project], object]
LATE = "2024-01-20"


def late_row(kind: str, new: Any, old: Any = "null", metadata: Any = "[]") -> Break:
    """A row after all that the small dump tells."""
    return lambda task, _: task.row(kind, old, new, metadata, LATE)


def late_edges(old: str, new: str, metadata: Any = '{"edge:type":41}') -> Break:
    """Such a row of projects, with EDITOR for the phid of the one project."""

    def add(task: TaskBuilder, editor: Project) -> object:
        values = (text.replace("EDITOR", editor.phid) for text in (old, new))
        return task.row("core:edge", *values, metadata, LATE)

    return add


def late_move(elements: str) -> Break:
    """Such a row of columns, with EDITOR for the phid of the board and DONE of a column."""

    def add(task: TaskBuilder, editor: Project) -> object:
        new = elements.replace("EDITOR", editor.phid).replace("DONE", editor.column("Done"))
        return task.row("core:columns", "null", new, "[]", LATE)

    return add


def late_raw(row: Any) -> Break:
    """Anything in the list of statuses."""
    return lambda task, _: task.raw_row("status", row)


SOUND_ROW = [900, "PHID", None, None, None, 0, "status", '"open"', '"invalid"', "[]", 1, 1705708800]
LOST: list[tuple[str, str, int, Break]] = [
    ("status of bad JSON", "status", 1, late_row("status", '"open')),
    ("status that is no text", "status", 1, late_row("status", "3")),
    ("status that is no value", "status", 1, late_row("status", {"a": 1})),
    ("status null", "status", 1, late_row("status", "null")),
    ("status empty", "status", 1, late_row("status", '""')),
    ("priority of bad JSON", "priority", 1, late_row("priority", "{")),
    ("priority true", "priority", 1, late_row("priority", "true")),
    ("points of bad JSON", "points", 1, late_row("points", "3 4")),
    ("columns of bad JSON", "columns", 1, late_row("core:columns", "[{")),
    ("columns as an object", "columns", 1, late_row("core:columns", "{}")),
    ("element without board", "columns", 1, late_move('[{"columnPHID":"DONE"}]')),
    ("element that is no object", "columns", 2, late_move("[3,null]")),
    ("board unknown", "unknown board", 1, late_move('[{"boardPHID":"x","columnPHID":"DONE"}]')),
    ("metadata of bad JSON", "edge metadata", 1, late_edges('["EDITOR"]', "[]", "{")),
    ("type no number", "edge metadata", 1, late_edges('["EDITOR"]', "[]", '{"edge:type":[41]}')),
    ("type a word", "edge metadata", 1, late_edges('["EDITOR"]', "[]", '{"edge:type":"41x"}')),
    ("new projects of bad JSON", "edge value", 1, late_edges('["EDITOR"]', "[")),
    ("new projects a text", "edge value", 1, late_edges('["EDITOR"]', '"EDITOR"')),
    ("new projects of old", "edge value", 1, late_edges('{"EDITOR":{"type":41}}', "3", "")),
    ("projects unknown", "unknown project", 3, late_edges('["a"]', '["b","EDITOR","c"]')),
    ("row that is no list", "transaction", 1, late_raw({"a": 1})),
    ("row null", "transaction", 1, late_raw(None)),
    ("row cut short", "transaction", 1, late_raw(SOUND_ROW[:11])),
    ("row without id", "transaction", 1, late_raw([None, *SOUND_ROW[1:]])),
    ("row without time", "transaction", 1, late_raw([*SOUND_ROW[:11], None])),
    ("row before all time", "transaction", 1, late_raw([*SOUND_ROW[:11], -1])),
    ("row after all time", "transaction", 1, late_raw([*SOUND_ROW[:11], 10**12])),
]


@pytest.mark.parametrize(
    ("kind", "count", "add"), [one[1:] for one in LOST], ids=[one[0] for one in LOST]
)
def test_a_value_that_cannot_be_read_loses_only_that_value_and_is_counted(
    kind: str, count: int, add: Break, reading: Read
) -> None:
    dump, editor, task = small_dump()
    sound = reading(dump).scope(editor).on(LAST)
    add(task, editor)
    read = reading(dump)
    assert read.load.unreadable == {kind: count}
    assert read.scope(editor).on(LAST) == sound


def test_a_column_that_is_not_known_is_counted(reading: Read) -> None:
    dump, editor, task = small_dump()
    task.moved(editor, "PHID-PCOL-unknown", on=LATE)
    assert reading(dump).load.unreadable == {"unknown column": 1}


@pytest.mark.parametrize("kind", ["status", "priority", "points"])
def test_an_old_value_that_cannot_be_read_leaves_the_new_one(kind: str, reading: Read) -> None:
    dump, editor, task = small_dump()
    task.row(kind, "{", '"7"', "[]", LATE, row_id=900)
    read = reading(dump)
    assert str(read.scope(editor).on(LAST)[1][kind]).removesuffix(".0") == "7"


@pytest.mark.parametrize("kind", ["status", "priority"])
def test_a_first_old_value_that_cannot_be_read_leaves_the_value_at_load(
    kind: str, reading: Read
) -> None:
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor")
    task = dump.task(1, **{kind: "7"}).in_project(editor)
    task.row(kind, "{", '"5"', "[]", "2024-01-05").row(kind, '"5"', '"7"', "[]", "2024-01-08")
    read = reading(dump)
    assert read.load.unreadable == {kind: 1}
    assert read.scope(editor).values(kind, "2024-01-04", "2024-01-05") == ["7", "5"]


@pytest.mark.parametrize("number", ["900", 900.0])
def test_numbers_of_a_row_may_come_as_text(number: Any, reading: Read) -> None:
    dump, editor, task = small_dump()
    task.raw_row("status", [number, *SOUND_ROW[1:11], str(SOUND_ROW[11])])
    read = reading(dump)
    assert read.load.unreadable == {}
    assert read.scope(editor).values("status", LAST) == ["invalid"]


@pytest.mark.parametrize("priority", [True, [50], {"a": 1}])
def test_a_priority_at_load_that_cannot_be_read_is_none(priority: Any, reading: Read) -> None:
    dump = DumpBuilder()
    dump.task(1, priority=priority).in_project(dump.project(483, "VisualEditor"))
    assert reading(dump).scope(483).values("priority", LAST) == [""]


def test_old_projects_that_cannot_be_read_leave_the_new_ones(reading: Read) -> None:
    dump, editor, task = small_dump()
    flow = dump.project(22, "Flow")
    task.row("core:edge", "{", f'["{flow.phid}"]', '{"edge:type":41}', LATE)
    read = reading(dump)
    assert read.load.unreadable == {"edge value": 1}
    assert read.scope(flow, editor).on(LAST)[1]["project"] == "Flow"


def test_the_good_elements_of_a_row_count_beside_the_bad_one(reading: Read) -> None:
    dump, editor, task = small_dump()
    late_move('[{"boardPHID":null},{"boardPHID":"EDITOR","columnPHID":"DONE"}]')(task, editor)
    read = reading(dump)
    assert read.load.unreadable == {"columns": 1}
    assert read.scope(editor).on(LAST)[1]["projectcolumn"] == "Done"


@pytest.mark.parametrize(
    ("changes", "unreadable"),
    [
        ({"transactions": "text"}, {"transactions": 1}),
        ({"transactions": {"status": "text", "points": 3}}, {"transactions": 2}),
        ({"edge": "text"}, {"edge": 1}),
        ({"edge": [["PHID", 3], None, ["PHID", 41, "PHID"]]}, {"edge": 2}),
    ],
)
def test_lists_of_a_task_that_cannot_be_read_are_counted(
    changes: dict[str, Any], unreadable: dict[str, int], reading: Read
) -> None:
    assert reading(altered(**changes)).load.unreadable == unreadable


@pytest.mark.parametrize("key", ["x", "", "1.5", "-3", "99999999999", "²"])
def test_a_task_whose_number_cannot_be_read_is_lost_and_counted(key: str, reading: Read) -> None:
    dump = altered()
    dump["task"] = {key: dump["task"]["1"], **dump["task"]}
    load = reading(dump).load
    assert (load.tasks, load.unreadable) == (1, {"task": 1})


@pytest.mark.parametrize("task", [None, 3, "text", []])
def test_a_task_that_is_no_object_is_lost_and_counted(task: Any, reading: Read) -> None:
    dump = altered()
    dump["task"]["2"] = task
    load = reading(dump).load
    assert (load.tasks, load.unreadable) == (1, {"task": 1})


def test_a_task_given_twice_counts_once_and_is_told(reading: Read) -> None:
    text = json.dumps(altered())
    (task,) = re.findall(r'"1": \{.*\}(?=\}, "project")', text)
    load = reading(text.replace(task, f"{task}, {task}").encode()).load
    assert (load.tasks, load.unreadable) == (1, {"task given twice": 1})


@pytest.mark.parametrize(
    ("name", "row", "kind"),
    [
        ("projects", [22, "Flow"], "project"),
        ("projects", ["22", "Flow", "PHID-PROJ-22"], "project"),
        ("projects", [22, "Flow", None], "project"),
        ("projects", [483, "Twice", "PHID-PROJ-22"], "project given twice"),
        ("projects", None, "project"),
        ("columns", [70, "PHID-PCOL-70", "To do"], "column"),
        ("columns", [70, None, "To do", 0, 0, "EDITOR", 1, 1, "[]"], "column"),
        ("columns", [70, "PHID-PCOL-70", "To do", 0, 0, "x"], "column of an unknown project"),
        ("columns", [70, "PHID-PCOL-70", "To do", 0, 0, None], "column of an unknown project"),
    ],
)
def test_broken_projects_and_columns_are_left_out_and_counted(
    name: str, row: Any, kind: str, reading: Read
) -> None:
    dump = altered()
    phid = dump["project"]["projects"][0][2]
    sound = what_is_read(reading(dump))
    broken = row and [phid if cell == "EDITOR" else cell for cell in row]
    dump["project"][name].append(broken)
    read = reading(dump)
    assert read.load.unreadable == {kind: 1}
    for listed in ("phabricator_project", "phabricator_column"):
        assert table(read.database, listed) == sound[listed]


def test_what_was_counted_is_kept_with_the_load(database: Database, tmp_path: Path) -> None:
    dump, _, task = small_dump()
    task.row("status", "null", "{").row("points", "null", "{").row("points", "null", "[")
    load = loaded(database, dump, tmp_path).load
    assert load.unreadable == {"points": 2, "status": 1}
    with database.read() as connection:
        assert current_load(connection) == load
