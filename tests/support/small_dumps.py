"""Dumps of one project: without tasks, or with one; and how they are read."""

from __future__ import annotations

import io
from typing import Any
from unittest.mock import patch

from support.histories import DumpBuilder, TaskBuilder
from support.scopes import LAST, Reading, loaded_tables
from support.written_rows import Project

from phlogiston_assets.domain.dumps import dump as dump_module
from phlogiston_assets.domain.dumps import dump_window
from phlogiston_assets.domain.dumps.dump import find_projects, read_tasks


def one_project() -> tuple[DumpBuilder, Project]:
    """A project with a board and no tasks."""
    dump = DumpBuilder()
    return dump, dump.project(483, "VisualEditor", ["Inbox", "Doing", "Done"], default=0)


def small_dump() -> tuple[DumpBuilder, Project, TaskBuilder]:
    """A project with a board and a task with one change of everything."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", ["", "Doing", "Done"], default=0)
    task = dump.task(1, "Fix toolbar", created="2024-01-02").in_project(editor)
    task.moved(editor, "Doing", on="2024-01-05").points(3, on="2024-01-06")
    task.priority(50, on="2024-01-07").resolved(on="2024-01-09")
    return dump, editor, task


def altered(**changes: Any) -> dict[str, Any]:
    """The small dump with members of its task changed, or taken out where they are `...`."""
    dump = small_dump()[0].to_dict()
    dump["task"]["1"] |= changes
    dump["task"]["1"] = {name: told for name, told in dump["task"]["1"].items() if told is not ...}
    return dump


def what_is_read(reading: Reading) -> dict[str, Any]:
    """What a load tells about the small dump."""
    return {**loaded_tables(reading.database), "row": reading.scope(483).on(LAST)[1]}


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
