"""Loading a dump file into the warehouse (domain.md, sections 1 and 2)."""

from __future__ import annotations

import gc
import gzip
import zlib
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, cast

from phlogiston_assets.domain import values
from phlogiston_assets.domain.days import SECONDS_A_DAY
from phlogiston_assets.domain.dump import (
    BLOCK,
    DumpError,
    ProjectSection,
    find_projects,
    read_tasks,
)
from phlogiston_assets.domain.task_record import LARGEST_ID, TaskReader, TaskRecord
from resources.warehouse.database import Database, Row
from resources.warehouse.load_store import LoadSummary, LoadWriter

BATCH: Final = 20_000
"""Transactions written at a time."""

_TAIL: Final = 4096
GZIP_MAGIC: Final = b"\x1f\x8b"


class Progress(NamedTuple):
    """How far a load has come: bytes of the dump read and tasks loaded."""

    bytes: int
    tasks: int


@dataclass(slots=True)
class _Boards:
    """Projects and columns of a dump, by phid."""

    projects: dict[str, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    project_rows: list[Row] = field(default_factory=list)
    column_rows: list[Row] = field(default_factory=list)
    unreadable: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@contextmanager
def open_dump(path: Path) -> Iterator[BinaryIO]:
    """Open a dump file, plain or gzipped.

    Raises:
        DumpError: there is no such file, or it is a folder.
    """
    if path.is_dir():
        raise DumpError(f"{path} is a folder, not a dump file. Give the file inside it.")
    if not path.exists():
        raise DumpError(f"There is no file {path}. Check the path given for the dump.")
    with path.open("rb") as plain:
        if plain.read(2) != GZIP_MAGIC:
            yield plain
            return
    try:
        with gzip.open(path, "rb") as unpacked:
            yield cast("BinaryIO", unpacked)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DumpError(f"{path} is a damaged gzip file ({error}). Fetch it again.") from error


def check_dump(path: Path) -> None:
    """See at a glance whether a file is a dump from its beginning to its end.

    Raises:
        DumpError: it is none, or cut off; a load may still find fault with what is between.
    """
    with open_dump(path) as file:
        find_projects(file)
        file.seek(0)
        last = b""
        while block := file.read(BLOCK):
            last = (last + block)[-_TAIL:]
    if not last.rstrip().endswith(b"}"):
        raise DumpError(f"The dump {path.name} is cut off at its end. Fetch it again.")


def load_dump(
    database: Database,
    path: Path,
    day: date,
    *,
    source: str | None = None,
    report: Callable[[Progress], None] = lambda _: None,
) -> LoadSummary:
    """Load the dump that closes `day`, replacing the load before it as a whole.

    Raises:
        DumpError: the file is no dump; the load before stays in place.
    """
    with open_dump(path) as file, LoadWriter(database) as writer, _without_garbage_collection():
        load = _Load(writer, find_projects(file))
        for document in read_tasks(file, load.section):
            load.add(document.key, document.content)
            load.bytes = document.end
            if load.waiting >= BATCH:
                load.write()
                report(Progress(load.bytes, load.tasks))
        summary = load.finish(day, source or str(path))
    report(Progress(summary.bytes, summary.tasks))
    return summary


class _Load:
    """One load at work: records are gathered into batches of rows and written."""

    def __init__(self, writer: LoadWriter, section: ProjectSection) -> None:
        self.writer = writer
        self.section = section
        self.boards = read_boards(section)
        self.reader = TaskReader(self.boards.projects, self.boards.columns)
        self.batches: dict[str, list[Row]] = defaultdict(list)
        self.members: dict[int, array[int]] = defaultdict(lambda: array("i"))
        self.ids: dict[str, int] = {}
        self.children: list[tuple[int, str]] = []
        self.seen: set[int] = set()
        self.tasks = self.transactions = self.gathered = self.bytes = 0

    @property
    def waiting(self) -> int:
        return self.gathered + len(self.batches["maniphest_task"])

    def add(self, key: str, content: Any) -> None:
        record = self.reader.read(key, content)
        if record is None:
            return
        if record.id in self.seen:
            self.reader.unreadable["task given twice"] += 1
            return
        self.seen.add(record.id)
        self._gather(record)

    def _gather(self, record: TaskRecord) -> None:
        self.batches["maniphest_task"].append(record.row)
        self.batches["task_transactions"].append((record.id, *record.packed))
        self.batches["maniphest_edge_transaction"].extend(record.edges)
        self.batches["task_history"].append((record.id, record.history))
        for project in record.projects:
            self.members[project].append(record.id)
        if record.phid:
            self.ids[record.phid] = record.id
        self.children.extend((record.id, phid) for phid in record.blocked_by)
        self.tasks += 1
        self.gathered += record.transactions

    def write(self) -> None:
        self.writer.insert(self.batches)
        self.batches.clear()
        self.transactions += self.gathered
        self.gathered = 0

    def finish(self, day: date, source: str) -> LoadSummary:
        """Write what is left, then swap the load in."""
        self.batches["phabricator_project"] = self.boards.project_rows
        self.batches["phabricator_column"] = self.boards.column_rows
        self.batches["history_text"] = [
            (code, text) for text, code in self.reader.steps.texts.codes.items()
        ]
        self.batches["project_task"] = [
            (project, tasks.tobytes()) for project, tasks in sorted(self.members.items())
        ]
        self.write()
        self.writer.resolve_children(self.children, self.ids)
        summary = LoadSummary(
            day=day,
            source=source,
            loaded_at=datetime.now(UTC),
            bytes=self.bytes,
            tasks=self.tasks,
            transactions=self.transactions,
            newest_change=self.reader.newest_change,
            unreadable=self._unreadable(),
        )
        self.writer.swap(summary)
        return summary

    def _unreadable(self) -> dict[str, int]:
        counts = {**self.boards.unreadable, **self.reader.unreadable}
        return {kind: count for kind, count in sorted(counts.items()) if count}


def read_boards(section: ProjectSection) -> _Boards:
    """Projects and columns with the broken and the unknown ones counted and left out."""
    boards = _Boards()
    ids: set[int] = set()
    for row in section.projects:
        if not _has(row, 3, (int, object, str)) or row[0] in ids or row[2] in boards.projects:
            boards.unreadable["project"] += 1
            continue
        ids.add(row[0])
        boards.projects[row[2]] = row[0]
        boards.project_rows.append((row[0], row[1] if isinstance(row[1], str) else "", row[2]))
    for row in section.columns:
        _read_column(boards, row)
    return boards


def _read_column(boards: _Boards, row: Any) -> None:
    if not _has(row, 6, (int, str)) or row[1] in boards.columns:
        boards.unreadable["column"] += 1
        return
    number, phid, name, _, _, project_phid = row[:6]
    project = boards.projects.get(project_phid) if isinstance(project_phid, str) else None
    if project is None:
        boards.unreadable["column of an unknown project"] += 1
        return
    boards.columns[phid] = number
    created = row[6] if len(row) > 6 and type(row[6]) is int else 0
    default = len(row) > 8 and _is_default(row[8])
    shown = name if isinstance(name, str) else ""
    day = min(max(created, 0) // SECONDS_A_DAY, LARGEST_ID)
    boards.column_rows.append((number, phid, shown, project_phid, project, int(default), day))


def _has(row: Any, length: int, kinds: tuple[type, ...]) -> bool:
    """Whether a row is a list of that length at least, beginning with such values."""
    if not isinstance(row, list) or len(row) < length or isinstance(row[0], bool):
        return False
    if not all(isinstance(cell, kind) for cell, kind in zip(row, kinds, strict=False)):
        return False
    return bool(0 <= row[0] <= LARGEST_ID)


def _is_default(properties: Any) -> bool:
    try:
        parsed = values.parse(properties, "column")
    except values.UnreadableError:
        return False
    return isinstance(parsed, dict) and parsed.get("isDefault") is True


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Decoding makes no cycles; looking for them would cost a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
