"""Walking through a dump file, task by task, in bounded memory (domain.md, section 1).

The file is one JSON object of up to several gigabytes. It is read in blocks; a task ends where a
closing brace is followed by a comma and the next task's quoted number. Inside a JSON string every
quote is escaped, so that pattern can only be structure, and each piece is decoded on its own.

What does not belong here: reading the file (see `dump_window`), and what the values of a task mean
(see `values` and `task_record`).
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from msgspec import Struct

from phlogiston_assets.domain.dumps import dump_window
from phlogiston_assets.domain.dumps.dump_window import DumpError, Window
from phlogiston_assets.domain.dumps.json_values import decode

__all__ = ["DumpError", "ProjectSection", "TaskDocument", "find_projects", "read_tasks"]

TAIL = 16 * 2**20
LOOK_AHEAD = 256
_NEXT_TASK = re.compile(rb"\}\s*,\s*\"(\d+)\"\s*:\s*(?=\{)")
_PROJECT_FIRST = re.compile(rb"\s*\{\s*\"project\"")
_COLON_AND_OBJECT = re.compile(rb"\s*:\s*(?=\{)")


DecodeTask = Callable[[str, bytes], Any]


class TaskDocument(Struct, gc=False):
    """One member of the dump's `task` object, decoded but not interpreted."""

    key: str
    content: Any
    text: bytes | None
    """The task as it stands in the file; None of one that was decoded with what is around it."""
    end: int
    """Bytes of the file read up to the end of this task."""


@dataclass(frozen=True, slots=True)
class ProjectSection:
    """The dump's `project` object: rows of `projects` and of `columns`, as dumped."""

    projects: list[Any]
    columns: list[Any]
    start: int


def find_projects(file: BinaryIO) -> ProjectSection:
    """Find and decode the `project` section without decoding the tasks before it.

    Raises:
        DumpError: no such section, or it has no lists `projects` and `columns`.
    """
    window = Window(file)
    window.grow()
    if not window.data.strip():
        raise DumpError("The dump file is empty. Fetch it again.")
    window.expect(b"{", "a JSON object should begin")
    if not _PROJECT_FIRST.match(window.data) and (tail := _window_on_tail(file)):
        section, _ = _section_from(tail)
        if section:
            return section
    section, seen = _section_from(Window(file))
    if section:
        return section
    if seen:
        raise DumpError(
            "The dump's `project` key holds no lists `projects` and `columns`. "
            "Fetch the dump again; the previous load stays in place."
        )
    raise DumpError(
        "The dump has no key `project`: it is cut off, or no Phabricator dump. Fetch it again; "
        "the previous load stays in place."
    )


def _window_on_tail(file: BinaryIO) -> Window | None:
    """A window on the end of a big file, where the section usually stands; None if it is small.

    A gzipped file cannot be entered from behind.
    """
    if isinstance(file, gzip.GzipFile):
        return None
    size = file.seek(0, os.SEEK_END)
    return Window(file, size - TAIL) if size > TAIL else None


def _section_from(window: Window) -> tuple[ProjectSection | None, bool]:
    """The first section from here on, if there is one, and whether anything of its name is."""
    seen = False
    while _find_object_named_project(window):
        seen = True
        start = window.offset
        content = window.value("the project section")
        if isinstance(content, dict):
            projects, columns = content.get("projects"), content.get("columns")
            if isinstance(projects, list) and isinstance(columns, list):
                return ProjectSection(projects, columns, start), True
    return None, seen


def _find_object_named_project(window: Window) -> bool:
    """Move to the next object that is called `project`; False at the end of the file."""
    name = b'"project"'
    while True:
        found = window.data.find(name, window.pos)
        if found < 0:
            window.pos = max(window.pos, len(window.data) - len(name))
            if not window.grow():
                return False
            continue
        window.pos = found
        if len(window.data) - found < LOOK_AHEAD:
            window.grow()
        window.pos += len(name)
        if match := _COLON_AND_OBJECT.match(window.data, window.pos):
            window.pos = match.end()
            return True


def _decode(_: str, piece: bytes) -> Any:
    return decode(piece)


def read_tasks(
    file: BinaryIO, section: ProjectSection, decode_task: DecodeTask = _decode
) -> Iterator[TaskDocument]:
    """Yield every task of the dump in file order, checking the structure of the whole file.

    `decode_task` is given a task's key and its bytes, and raises ValueError if they are no whole
    JSON value. A task of several blocks, and the last one, are decoded without it.

    Raises:
        DumpError: the file is cut off, is no dump, or holds no task.
    """
    window = Window(file)
    window.expect(b"{", "a JSON object should begin")
    seen: set[str] = set()
    count = 0
    while True:
        key = window.key()
        if key == "task":
            for document in _tasks(window, decode_task):
                count += 1
                yield document
        else:
            _other_section(window, key, section)
        seen.add(key)
        if window.expect(b",}", f"a comma or the end after `{key}` was expected") == b"}":
            break
    _check_end(window, seen, count)


def _other_section(window: Window, key: str, section: ProjectSection) -> None:
    window.skip_space()
    if key == "project" and window.offset != section.start:
        window.refuse("the project section stands twice")
    window.value(f"the value of `{key}`")


def _check_end(window: Window, seen: set[str], count: int) -> None:
    if window.skip_space():
        window.refuse("nothing should follow the end")
    for key in ("task", "project"):
        if key not in seen:
            raise DumpError(f"The dump has no key `{key}`. Give a phabricator_public.dump file.")
    if not count:
        raise DumpError(
            "The dump holds no tasks. Fetch it again; the previous load stays in place."
        )


def _tasks(window: Window, decode_task: DecodeTask) -> Iterator[TaskDocument]:
    if window.skip_space() != b"{":
        window.refuse("`task` should be an object of tasks by number")
    window.pos += 1
    if window.skip_space() == b"}":
        window.pos += 1
        return
    key = window.key()
    while True:
        content, text, next_key, start = _task(window, key, decode_task)
        yield TaskDocument(key, content, text, window.offset)
        if next_key is not None:
            key, window.pos = next_key, start
        elif window.expect(b",}", "a comma or the end of `task` was expected") == b"}":
            return
        else:
            key = window.key()


def _task(
    window: Window, key: str, decode_task: DecodeTask
) -> tuple[Any, bytes | None, str | None, int]:
    """Consume one task: cut where the next one seems to begin, farther on if that was too early.

    With it come its text, the key of the next task and where in the window that begins, if they
    were seen.
    """
    search_from = window.pos
    while True:
        match = _NEXT_TASK.search(window.data, search_from)
        if not match:
            grown = len(window.data) - window.pos < 2 * dump_window.BLOCK and window.grow()
            if grown:
                search_from = window.pos
                continue
            return window.value("a task"), None, None, 0
        end = match.start() + 1
        text = window.data[window.pos : end]
        try:
            content = decode_task(key, text)
        except ValueError:
            search_from = end
            continue
        window.pos = end
        return content, text, match[1].decode(), match.end()
