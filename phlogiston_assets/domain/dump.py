"""Walking through a dump file, task by task, in bounded memory (domain.md, section 1).

The file is one JSON object of up to several gigabytes. It is read in blocks; a task ends where a
closing brace is followed by a comma and the next task's quoted number. Inside a JSON string every
quote is escaped, so that pattern can only be structure, and each piece is decoded on its own.

What does not belong here: what the values of a task mean (see `values` and `task_record`).
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple, NoReturn

from phlogiston_assets.domain.json_values import clean, decode

BLOCK = 4 * 2**20
TAIL = 16 * 2**20
LOOK_AHEAD = 256
LONGEST_KEY = 4096
_NUMBER_LENGTH = 64
_NEXT_TASK = re.compile(rb"\}(\s*,\s*)\"\d+\"\s*:\s*\{")
_KEY = re.compile(rb"\s*(\"(?:[^\"\\]|\\.)*\")\s*:\s*", re.DOTALL)
_PROJECT_FIRST = re.compile(rb"\s*\{\s*\"project\"")
_SPACE = re.compile(rb"\s*")
_COLON_AND_OBJECT = re.compile(rb"\s*:\s*(?=\{)")


class DumpError(ValueError):
    """The file is no Phabricator dump; the message says what was found and what to do."""


class TaskDocument(NamedTuple):
    """One member of the dump's `task` object, decoded but not interpreted."""

    key: str
    content: Any
    end: int
    """Bytes of the file read up to the end of this task."""


@dataclass(frozen=True, slots=True)
class ProjectSection:
    """The dump's `project` object: rows of `projects` and of `columns`, as dumped."""

    projects: list[Any]
    columns: list[Any]
    start: int


class _Window:
    """A sliding view of the file: `data[pos:]` is what has been read and not yet consumed."""

    def __init__(self, file: BinaryIO, start: int = 0) -> None:
        file.seek(start)
        self.file = file
        self.data = b""
        self.pos = 0
        self.base = start
        self.ended = False

    @property
    def offset(self) -> int:
        return self.base + self.pos

    def grow(self) -> bool:
        """Read another block, dropping what was consumed; False at the end of the file."""
        if self.ended:
            return False
        block = self.file.read(max(BLOCK, len(self.data) - self.pos))
        self.ended = not block
        self.base += self.pos
        self.data = self.data[self.pos :] + block
        self.pos = 0
        return bool(block)

    def skip_space(self) -> bytes:
        """Skip white space and return the next byte without consuming it; b"" at the end."""
        while True:
            match = _SPACE.match(self.data, self.pos)
            self.pos = match.end() if match else self.pos
            if self.pos < len(self.data):
                return self.data[self.pos : self.pos + 1]
            if not self.grow():
                return b""

    def expect(self, wanted: bytes, where: str) -> bytes:
        """Consume one of the bytes in `wanted`."""
        found = self.skip_space()
        if not found or found not in wanted:
            self.refuse(where)
        self.pos += 1
        return found

    def key(self) -> str:
        """Consume a quoted key and its colon."""
        self.skip_space()
        while not (match := _KEY.match(self.data, self.pos)) or match.end() == len(self.data):
            if len(self.data) - self.pos > LONGEST_KEY or not self.grow():
                self.refuse("a quoted name and a colon were expected")
        try:
            name = str(decode(match[1]))
        except ValueError:
            self.refuse("a name is no JSON text")
        self.pos = match.end()
        return name

    def refuse(self, reason: str) -> NoReturn:
        """Raise the error that fits what lies at the window's position."""
        if self.pos >= len(self.data) and self.ended:
            raise DumpError(
                f"The dump is cut off after {self.offset:,} bytes ({reason}). "
                "Fetch it again; the previous load stays in place."
            )
        shown = self.data[self.pos : self.pos + 40].decode("utf-8", "replace")
        raise DumpError(
            f"This is no Phabricator dump: at byte {self.offset:,} {reason}, found {shown!r}. "
            "Give a phabricator_public.dump file."
        )

    def value(self, where: str) -> Any:
        """Consume one JSON value of any size, reading until it is whole."""
        while True:
            text = self.data[self.pos :].decode("utf-8", "surrogateescape")
            try:
                value, end = json.JSONDecoder().raw_decode(text)
            except (ValueError, RecursionError):
                if not self.grow():
                    self.pos = len(self.data) if self.ended and _looks_cut(self.data) else self.pos
                    self.refuse(f"{where} does not end")
                continue
            if len(text) - end < _NUMBER_LENGTH and self.grow():
                continue  # the rest of a number may be still to come
            self.pos += len(text[:end].encode("utf-8", "surrogateescape"))
            return clean(value)


def _looks_cut(data: bytes) -> bool:
    return not data.rstrip().endswith(b"}")


def find_projects(file: BinaryIO) -> ProjectSection:
    """Find and decode the `project` section without decoding the tasks before it.

    Raises:
        DumpError: no such section, or it has no lists `projects` and `columns`.
    """
    window = _Window(file)
    window.grow()
    if not window.data.strip():
        raise DumpError("The dump file is empty. Fetch it again.")
    window.expect(b"{", "a JSON object should begin")
    if not _PROJECT_FIRST.match(window.data) and (tail := _window_on_tail(file)):
        section, _ = _section_from(tail)
        if section:
            return section
    section, seen = _section_from(_Window(file))
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


def _window_on_tail(file: BinaryIO) -> _Window | None:
    """A window on the end of a big file, where the section usually stands; None if it is small.

    A gzipped file cannot be entered from behind.
    """
    if isinstance(file, gzip.GzipFile):
        return None
    size = file.seek(0, os.SEEK_END)
    return _Window(file, size - TAIL) if size > TAIL else None


def _section_from(window: _Window) -> tuple[ProjectSection | None, bool]:
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


def _find_object_named_project(window: _Window) -> bool:
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


def read_tasks(
    file: BinaryIO, section: ProjectSection, decode_task: Callable[[bytes], Any] = decode
) -> Iterator[TaskDocument]:
    """Yield every task of the dump in file order, checking the structure of the whole file.

    `decode_task` decodes a task's bytes, and raises ValueError if they are no whole JSON value. A
    task of several blocks, and the last one, are decoded without it.

    Raises:
        DumpError: the file is cut off, is no dump, or holds no task.
    """
    window = _Window(file)
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


def _other_section(window: _Window, key: str, section: ProjectSection) -> None:
    window.skip_space()
    if key == "project" and window.offset != section.start:
        window.refuse("the project section stands twice")
    window.value(f"the value of `{key}`")


def _check_end(window: _Window, seen: set[str], count: int) -> None:
    if window.skip_space():
        window.refuse("nothing should follow the end")
    for key in ("task", "project"):
        if key not in seen:
            raise DumpError(f"The dump has no key `{key}`. Give a phabricator_public.dump file.")
    if not count:
        raise DumpError(
            "The dump holds no tasks. Fetch it again; the previous load stays in place."
        )


def _tasks(window: _Window, decode_task: Callable[[bytes], Any]) -> Iterator[TaskDocument]:
    if window.skip_space() != b"{":
        window.refuse("`task` should be an object of tasks by number")
    window.pos += 1
    if window.skip_space() == b"}":
        window.pos += 1
        return
    while True:
        key = window.key()
        content = _task(window, decode_task)
        yield TaskDocument(key, content, window.offset)
        if window.expect(b",}", "a comma or the end of `task` was expected") == b"}":
            return


def _task(window: _Window, decode_task: Callable[[bytes], Any]) -> Any:
    """Consume one task: cut where the next one seems to begin, farther on if that was too early."""
    search_from = window.pos
    while True:
        match = _NEXT_TASK.search(window.data, search_from)
        if not match:
            grown = len(window.data) - window.pos < 2 * BLOCK and window.grow()
            if grown:
                search_from = window.pos
                continue
            return window.value("a task")
        try:
            content = decode_task(window.data[window.pos : match.start() + 1])
        except ValueError:
            search_from = match.start() + 1
            continue
        window.pos = match.start() + 1
        return content
