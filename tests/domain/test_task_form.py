"""domain.md, section 1: a task is read the same whether it has the usual form or not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.broken_dumps import mangled
from support.histories import DumpBuilder
from support.strategies import dumps

from phlogiston_assets.domain.dumps.dump import ProjectSection
from phlogiston_assets.domain.dumps.json_values import decode
from phlogiston_assets.domain.dumps.task_form import Task, decode_task, task_number
from phlogiston_assets.domain.dumps.task_record import TaskReader, TaskRecord
from resources.loading import read_boards

Read = tuple[list[TaskRecord | None], dict[str, int], dict[str, int]]


def read_all(dump: Mapping[str, Any], tasks: Mapping[str, Any]) -> Read:
    """The records of tasks, what was counted, and the texts by code."""
    section = ProjectSection(dump["project"]["projects"], dump["project"]["columns"], 0)
    boards = read_boards(section)
    reader = TaskReader(boards.projects, boards.columns)
    records = [reader.read(task_number(key), content) for key, content in tasks.items()]
    return (
        records,
        +reader.unreadable,
        reader.steps.texts.codes,
        max((one.newest_change for one in records if one), default=0),
    )


def both_ways(dump: Mapping[str, Any]) -> tuple[Read, Read]:
    """What is read of tasks that are decoded into their form, and of those that are mended."""
    pieces = {key: json.dumps(task).encode() for key, task in dump["task"].items()}
    formed = {key: decode_task(piece) for key, piece in pieces.items()}
    mended = {key: decode(piece) for key, piece in pieces.items()}
    return read_all(dump, formed), read_all(dump, mended)


@given(dump=dumps())
@settings(max_examples=50, deadline=None)
def test_a_sound_task_is_read_the_same_with_and_without_a_form(dump: dict[str, Any]) -> None:
    formed, mended = both_ways(dump)
    assert formed == mended


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_broken_task_is_read_the_same_with_and_without_a_form(data: st.DataObject) -> None:
    dump = data.draw(mangled(data.draw(dumps(4, 8)), max_breaks=4))
    formed, mended = both_ways(dump)
    assert formed == mended


def test_a_task_as_phabricator_writes_it_has_the_form() -> None:
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", ["", "Doing"], default=0)
    for form in ("oldest", "middle", "today"):
        task = dump.task(len(dump.tasks) + 1, "Café 😀").in_project(editor, form=form)
        task.moved(editor, "Doing", on="2024-01-02", form=form).points(
            3, on="2024-01-03", form=form
        )
        task.priority(50, on="2024-01-04", form=form).resolved(on="2024-01-05", form=form)
    told = dump.to_dict()["task"]
    told["4"] = {"info": None, "transactions": []}
    told["5"] = {"more": 1}
    for task in told.values():
        assert isinstance(decode_task(json.dumps(task).encode()), Task)


@pytest.mark.parametrize("piece", [b"", b"{", b'{"info":', b'{"info": null}}', b'{"more": [}'])
def test_half_a_task_is_no_task(piece: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode_task(piece)
