"""domain.md, section 1: what the dump may hold, what is lost, and what is refused."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from support.histories import DumpBuilder, Project, TaskBuilder
from support.scopes import (
    LAST,
    LOAD_DAY,
    Read,
    Reading,
    loaded,
    loaded_tables,
    table,
    write_dump,
)
from support.strategies import dumps

from phlogiston_assets.domain.dumps import dump as dump_module
from phlogiston_assets.domain.dumps import dump_window
from phlogiston_assets.domain.dumps.dump import DumpError, find_projects, read_tasks
from resources import loading
from resources.loading import Progress, check_dump, load_dump
from resources.warehouse.database import Database
from resources.warehouse.load_store import LoadWriter, current_load


def small_dump() -> tuple[DumpBuilder, Project, TaskBuilder]:
    """A project with a board and a task with one change of everything."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", ["", "Doing", "Done"], default=0)
    task = dump.task(1, "Fix toolbar", created="2024-01-02").in_project(editor)
    task.moved(editor, "Doing", on="2024-01-05").points(3, on="2024-01-06")
    task.priority(50, on="2024-01-07").resolved(on="2024-01-09")
    return dump, editor, task


def written(**changes: Any) -> dict[str, Any]:
    """The small dump with members of its task changed, or taken out where they are `...`."""
    dump = small_dump()[0].to_dict()
    dump["task"]["1"] |= changes
    dump["task"]["1"] = {name: told for name, told in dump["task"]["1"].items() if told is not ...}
    return dump


def what_is_read(reading: Reading) -> dict[str, Any]:
    """What a load tells about the small dump."""
    return {**loaded_tables(reading.database), "row": reading.scope(483).on(LAST)[1]}


# Pieces ------------------------------------------------------------------------------------------

scalars = (
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('"\\{}[]:, ,1é\u2028', max_size=9)
)
junk = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("1", "22", "task", "x")), inner, max_size=3)
    ),
    max_leaves=8,
)
LAYOUTS: list[dict[str, Any]] = [
    {},
    {"indent": 1},
    {"separators": (",", ":"), "ensure_ascii": False},
    {"ensure_ascii": False},
]


def in_pieces(text: bytes, block: int, tail: int = 10**6) -> dict[str, Any]:
    """The dump read in blocks of a size, its projects looked for in a tail of a size first."""
    with patch.object(dump_window, "BLOCK", block), patch.object(dump_module, "TAIL", tail):
        file = io.BytesIO(text)
        section = find_projects(file)
        tasks = list(read_tasks(file, section))
    assert all(text[: task.end].endswith(b"}") for task in tasks)
    return {
        "task": {task.key: task.content for task in tasks},
        "project": {"projects": section.projects, "columns": section.columns},
    }


@given(
    dump=dumps(4, 4),
    more=st.lists(st.dictionaries(st.sampled_from(("x", "0", "13")), junk), max_size=4),
    block=st.sampled_from((64, 65, 100, 256, 1000, 10**6)),
    tail=st.sampled_from((1, 200, 1000, 10**6)),
    layout=st.sampled_from(LAYOUTS),
    projects_first=st.booleans(),
)
@settings(max_examples=150)
def test_a_dump_read_in_blocks_of_any_size_is_the_dump_read_as_a_whole(
    dump: dict[str, Any],
    more: list[dict[str, Any]],
    block: int,
    tail: int,
    layout: dict[str, Any],
    *,
    projects_first: bool,
) -> None:
    for task, unknown in zip(dump["task"].values(), more, strict=False):
        task.update(unknown)
    order = ("project", "task") if projects_first else ("task", "project")
    text = json.dumps({name: dump[name] for name in order}, **layout).encode()
    assert in_pieces(text, block, tail) == json.loads(text)


@pytest.mark.parametrize("projects_first", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS[:3])
def test_a_block_may_end_anywhere(layout: dict[str, Any], *, projects_first: bool) -> None:
    tasks = {"1": {"info": None, "x": {"6": {}, "7": {}}}, "1234567890": {"info": []}}
    dump = {"task": tasks, "project": {"projects": [[7, "é {"]], "columns": []}}
    order = sorted(dump, reverse=not projects_first)
    text = json.dumps({name: dump[name] for name in order}, **layout).encode()
    for block in range(1, len(text) + 1):
        assert in_pieces(text, block) == dump


PROJECTS: dict[str, Any] = {"project": {"projects": [[7, "Tools", "PHID-PROJ-7"]], "columns": []}}


class CountingFile(io.BytesIO):
    """A file that counts the bytes read of it."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        block = super().read(size)
        self.count += len(block)
        return block


@pytest.mark.parametrize("projects_first", [False, True])
def test_projects_at_the_end_of_a_big_file_are_found_without_reading_what_is_before(
    *, projects_first: bool
) -> None:
    text = json.dumps({"task": {str(one): {"info": None} for one in range(2000)}, **PROJECTS})
    if projects_first:
        text = json.dumps({**PROJECTS, **json.loads(text)})
    file = CountingFile(text.encode())
    with patch.object(dump_window, "BLOCK", 100), patch.object(dump_module, "TAIL", 300):
        section = find_projects(file)
    assert section.projects == PROJECTS["project"]["projects"]
    assert file.count < 1000 < len(text)


@pytest.mark.parametrize(
    "unknown",
    [
        pytest.param({"7": {"a": 1}}, id="an object under a number"),
        pytest.param({"x": {"6": {"a": 1}, "7": {"b": 2}, "8": {"c": 3}}}, id="objects by number"),
        pytest.param({"x": [{"6": {}}, {"7": {}}]}, id="a list of objects by number"),
        pytest.param({"x": '},"7":{'}, id="a text like the next task"),
        pytest.param({"x": '"},\n"7" : {"', "8": {}}, id="quotes before it"),
    ],
)
@pytest.mark.parametrize("block", [64, 10**6])
def test_the_next_task_is_told_from_what_looks_like_it(unknown: dict[str, Any], block: int) -> None:
    dump = written(**unknown)
    dump["task"]["2"] = {"info": None, **unknown}
    assert in_pieces(json.dumps(dump).encode(), block) == dump


@pytest.mark.parametrize(
    "unknown",
    [
        pytest.param({"project": None}, id="null"),
        pytest.param({"project": "projects"}, id="a text"),
        pytest.param({"project": [{"projects": []}]}, id="a list"),
        pytest.param({"x": "project"}, id="a text that says project"),
        pytest.param({"x": '"project": {"projects": [], "columns": []}'}, id="a text of a section"),
        pytest.param({"x": ["project", {"a": 1}]}, id="beside an object"),
        pytest.param({"project": {}}, id="an empty object"),
        pytest.param({"project": {"id": 7}}, id="an object"),
        pytest.param({"x": {"project": {"projects": 3}}}, id="an object farther inside"),
    ],
)
def test_a_task_may_speak_of_project_too(unknown: dict[str, Any], reading: Read) -> None:
    assert what_is_read(reading(written(**unknown))) == what_is_read(reading(written()))


# What may be missing, and what is ignored ---------------------------------------------------------


def test_the_two_keys_come_in_either_order(reading: Read) -> None:
    dump = small_dump()[0]
    one = what_is_read(reading(dump.to_json()))
    assert one == what_is_read(reading(dump.to_json(projects_first=True)))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"edge": ...}, id="no edge"),
        pytest.param({"edge": None}, id="edge null"),
        pytest.param({"storypoints": ...}, id="no storypoints"),
    ],
)
def test_edge_and_storypoints_may_be_missing(changes: dict[str, Any], reading: Read) -> None:
    assert what_is_read(reading(written(**changes))) == what_is_read(reading(written()))


@pytest.mark.parametrize("rows", [..., None, []])
def test_a_transaction_type_may_be_missing_or_null(rows: Any, reading: Read) -> None:
    dump = written()
    transactions = dump["task"]["1"]["transactions"]
    transactions["points"] = rows
    if rows is ...:
        del transactions["points"]
    read = reading(dump)
    assert read.load.unreadable == {}
    row = read.scope(483).on(LAST)[1]
    assert (row["status"], row["projectcolumn"], row["points"]) == ("resolved", "Doing", 3.0)


@pytest.mark.parametrize("transactions", [..., None, [], {}])
def test_a_task_may_have_no_transactions(transactions: Any, reading: Read) -> None:
    load = reading(written(transactions=transactions)).load
    assert (load.tasks, load.transactions, load.unreadable) == (1, 0, {})


def test_info_may_be_null(reading: Read) -> None:
    read = reading(written(info=None))
    assert read.load.unreadable == {}
    row = read.scope(483).on(LAST)[1]
    assert (row["status"], row["priority"], row["points"]) == ("resolved", "50", 3.0)


@pytest.mark.parametrize("told", [None, 7, "text", [1, {"a": []}], {"task": {"9": {}}}])
def test_unknown_keys_are_ignored(told: Any, reading: Read) -> None:
    plain = what_is_read(reading(written()))
    assert what_is_read(reading(written(more=told))) == plain
    assert what_is_read(reading({"more": told, **written()})) == plain
    assert what_is_read(reading({**written(), "more": told})) == plain


@pytest.mark.parametrize("name", ["é", 'a "quoted" name', "back\\slash", ""])
def test_an_unknown_key_may_have_any_name(name: str, reading: Read) -> None:
    plain = what_is_read(reading(written()))
    assert what_is_read(reading({name: 1, **written()})) == plain


def test_a_number_under_an_unknown_key_may_be_cut_by_a_block() -> None:
    dump = written()
    text = json.dumps({"project": dump["project"], "version": 123456.789, "task": dump["task"]})
    start = text.index("123456.789")
    for block in range(start, start + 12):
        assert in_pieces(text.encode(), block) == dump


def test_unknown_types_and_trailing_fields_are_ignored(reading: Read) -> None:
    plain = what_is_read(reading(written()))
    dump = written()
    task = dump["task"]["1"]
    for row in [row for rows in task["transactions"].values() for row in rows]:
        row += ["more", {"and": "more"}]
    task["info"] += ["more", None]
    task["edge"] = [[*row, "more"] for row in task["edge"]]
    task["transactions"]["title"] = [["broken"], None]
    for rows in dump["project"].values():
        rows[:] = [[*row, "more"] for row in rows]
    dump["project"]["milestones"] = [1]
    assert what_is_read(reading(dump)) == plain


# Values that cannot be read -----------------------------------------------------------------------

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
    assert reading(written(**changes)).load.unreadable == unreadable


@pytest.mark.parametrize("key", ["x", "", "1.5", "-3", "99999999999", "²"])
def test_a_task_whose_number_cannot_be_read_is_lost_and_counted(key: str, reading: Read) -> None:
    dump = written()
    dump["task"] = {key: dump["task"]["1"], **dump["task"]}
    load = reading(dump).load
    assert (load.tasks, load.unreadable) == (1, {"task": 1})


@pytest.mark.parametrize("task", [None, 3, "text", []])
def test_a_task_that_is_no_object_is_lost_and_counted(task: Any, reading: Read) -> None:
    dump = written()
    dump["task"]["2"] = task
    load = reading(dump).load
    assert (load.tasks, load.unreadable) == (1, {"task": 1})


def test_a_task_given_twice_counts_once_and_is_told(reading: Read) -> None:
    text = json.dumps(written())
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
    dump = written()
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


# Files that are no dump ---------------------------------------------------------------------------

NO_DUMPS: list[tuple[str, bytes, str]] = [
    ("empty", b"", "is empty"),
    ("blank", b" \n\n", "is empty"),
    ("HTML", b"<!DOCTYPE html>\n<title>502 Bad Gateway</title>", "no Phabricator dump: at byte 0"),
    ("a list", b"[]", "no Phabricator dump: at byte 0"),
    ("null", b"null", "no Phabricator dump: at byte 0"),
    ("an empty object", b"{}", "no key `project`"),
    ("a list of tasks", b'{"task": []}', "no key `project`"),
    ("no project", b'{"task": {"1": {"info": null}}}', "no key `project`"),
    ("no task", b'{"project": {"projects": [], "columns": []}}', "no key `task`"),
    ("no lists", b'{"task": {}, "project": {}}', "no lists `projects` and `columns`"),
    ("no tasks", b'{"task": {}, "project": {"projects": [], "columns": []}}', "holds no tasks"),
    (
        "tasks in a list",
        b'{"project": {"projects": [], "columns": []}, "task": [{"info": null}]}',
        "`task` should be an object",
    ),
    (
        "a project section twice",
        small_dump()[0].to_json()[:-1] + b', "project": {"projects": [], "columns": []}}',
        "stands twice",
    ),
    ("more after the end", small_dump()[0].to_json() * 2, "nothing should follow the end"),
    ("no JSON", small_dump()[0].to_json().replace(b'"info"', b"info"), "does not end"),
]


@pytest.fixture
def before(database: Database, tmp_path: Path) -> dict[str, Any]:
    """The tables of a load that is in place."""
    loaded(database, small_dump()[0], tmp_path)
    return loaded_tables(database)


def assert_untouched(database: Database, before: dict[str, Any]) -> None:
    """The tables are those of before, and nothing else was left behind."""
    assert loaded_tables(database) == before
    names = sa.inspect(database.engine).get_table_names()
    assert [name for name in names if name.startswith("staging")] == []


def other_dump() -> DumpBuilder:
    """A dump unlike the small one."""
    dump = DumpBuilder()
    flow = dump.project(22, "Flow")
    for number in range(5, 12):
        dump.task(number, "Caf\u00e9 {[").in_project(flow).resolved(on="2024-01-05")
    return dump


def damaged(place: int) -> bytes:
    """A gzipped dump with a wrong byte."""
    packed = bytearray(other_dump().to_gzip())
    packed[place] ^= 0xFF
    return bytes(packed)


PACKED = other_dump().to_gzip()
BAD_GZIPS: list[tuple[str, bytes, str]] = [
    ("a gzip file cut in its head", PACKED[:8], "damaged gzip file"),
    ("a gzip file cut half way", PACKED[: len(PACKED) // 2], "damaged gzip file"),
    ("a gzip file cut before its end", PACKED[:-3], "damaged gzip file"),
    ("a gzip file with a wrong checksum", damaged(-6), "damaged gzip file"),
    ("a gzip file with a wrong length", damaged(-1), "damaged gzip file"),
    ("a gzipped page", gzip.compress(b"<html>"), "no Phabricator dump"),
]


@pytest.mark.parametrize(
    ("content", "message"),
    [pytest.param(*one[1:], id=one[0]) for one in NO_DUMPS + BAD_GZIPS],
)
def test_a_file_that_is_no_dump_fails_with_a_clear_message(
    content: bytes, message: str, sqlite_database: Database, tmp_path: Path
) -> None:
    with pytest.raises(DumpError, match=message):
        load_dump(sqlite_database, write_dump(content, tmp_path / "other"), LOAD_DAY)


@pytest.mark.parametrize("place", [12, 60], ids=["the head of a block", "inside"])
def test_a_gzip_file_that_cannot_be_unpacked_fails_with_a_clear_message(
    place: int, sqlite_database: Database, tmp_path: Path
) -> None:
    path = write_dump(damaged(place), tmp_path / "damaged")
    with pytest.raises(DumpError, match="damaged gzip file"):
        load_dump(sqlite_database, path, LOAD_DAY)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(b'"a\n"', id="a line break"),
        pytest.param(b'"\\q"', id="an unknown escape"),
        pytest.param(b'"\\ud83"', id="half an escape"),
        pytest.param(b"'task'", id="other quotes"),
        pytest.param(b"task", id="no quotes"),
    ],
)
def test_a_name_that_is_no_json_fails_with_a_clear_message(
    name: bytes, sqlite_database: Database, tmp_path: Path
) -> None:
    whole = small_dump()[0].to_json(projects_first=True)
    for content in (b"{" + name + b": 1, " + whole[1:], whole[:-1] + b", " + name + b": 1}"):
        with pytest.raises(DumpError):
            load_dump(sqlite_database, write_dump(content, tmp_path / "other"), LOAD_DAY)


def test_a_folder_or_a_missing_file_fails_with_a_clear_message(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with pytest.raises(DumpError, match="is a folder"):
        load_dump(sqlite_database, tmp_path, LOAD_DAY)
    with pytest.raises(DumpError, match="There is no file"):
        load_dump(sqlite_database, tmp_path / "none", LOAD_DAY)


def test_a_file_that_is_no_dump_leaves_the_load_before(
    database: Database, before: dict[str, Any], tmp_path: Path
) -> None:
    for _, content, _ in NO_DUMPS + BAD_GZIPS:
        with pytest.raises(DumpError):
            load_dump(database, write_dump(content, tmp_path / "other"), LOAD_DAY)
        assert_untouched(database, before)
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(DumpError):
            load_dump(database, path, LOAD_DAY)
    assert_untouched(database, before)


def test_a_glance_tells_a_dump_from_what_is_none(tmp_path: Path) -> None:
    dump = small_dump()[0]
    for sound in (dump.to_json(), dump.to_json(projects_first=True) + b"\n", dump.to_gzip()):
        check_dump(write_dump(sound, tmp_path / "sound"))
    for cut in (dump.to_json()[:-3], dump.to_json(projects_first=True)[:-9], b"<html>", b""):
        with pytest.raises(DumpError):
            check_dump(write_dump(cut, tmp_path / "cut"))


def test_a_dump_cut_off_anywhere_fails_and_leaves_the_load_before(
    database: Database, before: dict[str, Any], tmp_path: Path
) -> None:
    for projects_first in (False, True):
        whole = other_dump().to_json(projects_first=projects_first)
        for end in random.Random(1).sample(range(len(whole)), 12):
            path = write_dump(whole[:end], tmp_path / "cut")
            with pytest.raises(DumpError, match=r"Fetch it again|Give a phabricator_public\.dump"):
                load_dump(database, path, LOAD_DAY)
    assert_untouched(database, before)


@pytest.mark.parametrize("projects_first", [False, True])
def test_a_dump_cut_off_at_any_byte_is_no_dump(*, projects_first: bool) -> None:
    whole = small_dump()[0].to_json(projects_first=projects_first)
    for end in range(len(whole)):
        with pytest.raises(DumpError):
            in_pieces(whole[:end], 10**6)


def test_a_gzipped_dump_is_read_as_the_plain_one(reading: Read) -> None:
    dump = small_dump()[0]
    plain, packed = reading(dump.to_json()), reading(dump.to_gzip())
    assert what_is_read(packed) == what_is_read(plain)
    assert packed.load.bytes == plain.load.bytes


def test_a_load_that_is_stopped_half_way_changes_nothing(
    database: Database,
    before: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loading, "BATCH", 2)

    def stop(progress: Progress) -> None:
        if progress.tasks > 3:
            raise KeyboardInterrupt

    path = write_dump(other_dump(), tmp_path / "other")
    with pytest.raises(KeyboardInterrupt):
        load_dump(database, path, LOAD_DAY, report=stop)
    assert_untouched(database, before)


def test_what_a_killed_load_leaves_behind_is_unseen_and_cleared_by_the_next(
    database: Database, before: dict[str, Any], tmp_path: Path
) -> None:
    killed = LoadWriter(database)
    killed.__enter__()
    killed.insert({"maniphest_blocked": [(1, 2)]})
    assert loaded_tables(database) == before
    load_dump(database, write_dump(small_dump()[0], tmp_path / "again"), LOAD_DAY)
    assert_untouched(database, before)


def test_the_first_load_that_fails_leaves_no_load(database: Database, tmp_path: Path) -> None:
    with pytest.raises(DumpError):
        load_dump(database, write_dump(b"<html>", tmp_path / "page"), LOAD_DAY)
    with database.read() as connection:
        assert current_load(connection) is None


def test_progress_is_told_in_bytes_and_tasks(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH", 1)
    told: list[Progress] = []
    path = write_dump(other_dump(), tmp_path / "other")
    load = load_dump(sqlite_database, path, LOAD_DAY, report=told.append)
    assert [progress.tasks for progress in told] == [1, 2, 3, 4, 5, 6, 7, 7]
    assert sorted(progress.bytes for progress in told) == [progress.bytes for progress in told]
    assert told[-1].bytes == load.bytes <= path.stat().st_size
