"""domain.md, section 1: what the dump may hold, and what is ignored."""

from __future__ import annotations

import io
import json
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.scopes import LAST, Read
from support.small_dumps import altered, in_pieces, small_dump, what_is_read
from support.strategies import dumps

from phlogiston_assets.domain.dumps import dump as dump_module
from phlogiston_assets.domain.dumps import dump_window
from phlogiston_assets.domain.dumps.dump import find_projects

# Pieces -------------------------------------------------------------------------------------------


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
    dump = altered(**unknown)
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
    assert what_is_read(reading(altered(**unknown))) == what_is_read(reading(altered()))


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
    assert what_is_read(reading(altered(**changes))) == what_is_read(reading(altered()))


@pytest.mark.parametrize("rows", [..., None, []])
def test_a_transaction_type_may_be_missing_or_null(rows: Any, reading: Read) -> None:
    dump = altered()
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
    load = reading(altered(transactions=transactions)).load
    assert (load.tasks, load.transactions, load.unreadable) == (1, 0, {})


def test_info_may_be_null(reading: Read) -> None:
    read = reading(altered(info=None))
    assert read.load.unreadable == {}
    row = read.scope(483).on(LAST)[1]
    assert (row["status"], row["priority"], row["points"]) == ("resolved", "50", 3.0)


@pytest.mark.parametrize("told", [None, 7, "text", [1, {"a": []}], {"task": {"9": {}}}])
def test_unknown_keys_are_ignored(told: Any, reading: Read) -> None:
    plain = what_is_read(reading(altered()))
    assert what_is_read(reading(altered(more=told))) == plain
    assert what_is_read(reading({"more": told, **altered()})) == plain
    assert what_is_read(reading({**altered(), "more": told})) == plain


@pytest.mark.parametrize("name", ["é", 'a "quoted" name', "back\\slash", ""])
def test_an_unknown_key_may_have_any_name(name: str, reading: Read) -> None:
    plain = what_is_read(reading(altered()))
    assert what_is_read(reading({name: 1, **altered()})) == plain


def test_a_number_under_an_unknown_key_may_be_cut_by_a_block() -> None:
    dump = altered()
    text = json.dumps({"project": dump["project"], "version": 123456.789, "task": dump["task"]})
    start = text.index("123456.789")
    for block in range(start, start + 12):
        assert in_pieces(text.encode(), block) == dump


def test_unknown_types_and_trailing_fields_are_ignored(reading: Read) -> None:
    plain = what_is_read(reading(altered()))
    dump = altered()
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
