"""Loading a dump file into the warehouse (domain.md, sections 1 and 2)."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from phlogiston_assets.domain.dumps.boards import COLUMN_TWICE, PROJECT_TWICE, read_boards
from phlogiston_assets.domain.dumps.dump import (
    ProjectSection,
    TaskDocument,
    find_projects,
    read_tasks,
)
from phlogiston_assets.domain.dumps.load_checks import TABLES, LoadFacts, plausible_times
from phlogiston_assets.domain.dumps.task_form import decode_task, task_number
from phlogiston_assets.domain.dumps.task_record import TaskReader, TaskRecord
from resources.dump_file import open_dump
from resources.garbage import without_garbage_collection
from resources.load_sums import LoadSums
from resources.numbers_seen import NumbersSeen
from resources.program import PROGRAM
from resources.warehouse.database import Database
from resources.warehouse.load_store import LoadSummary, LoadWriter
from resources.warehouse.reading_store import TaskReading, reading_of
from resources.warehouse.rows import Row

BATCH: Final = 20_000
"""Transactions written at a time."""

STORED: Final = [name for name in TABLES if name != "maniphest_transaction"]
"""Tables whose rows are written one by one."""
TASK_TWICE: Final = "task given twice"
UNREAD: Final = object()
"""Stands for the content of a task whose text is known."""


class Progress(NamedTuple):
    """How far a load has come: bytes of the dump read and tasks loaded."""

    bytes: int
    tasks: int


def load_dump(  # noqa: PLR0913 - what to load, and who is told of it
    database: Database,
    path: Path,
    day: date,
    *,
    source: str | None = None,
    report: Callable[[Progress], None] = lambda _: None,
    inspect: Callable[[LoadFacts], None] = lambda _: None,
) -> LoadSummary:
    """Load the dump that closes `day`, replacing the load before it as a whole.

    `inspect` is given the facts of the load before that; what it raises leaves the load before in
    place.

    Raises:
        DumpError: the file is no dump; the load before stays in place.
    """
    with open_dump(path) as file, LoadWriter(database) as writer, without_garbage_collection():
        load = _Load(writer, find_projects(file), day)
        for document in read_tasks(file, load.section, load.decode):
            load.add(document)
            if load.waiting >= BATCH:
                load.write()
                report(Progress(load.bytes, load.tasks))
        summary = load.finish(source or str(path), inspect)
    report(Progress(summary.bytes, summary.tasks))
    return summary


class _Load:
    """One load at work: records are gathered into batches of rows and written."""

    def __init__(self, writer: LoadWriter, section: ProjectSection, day: date) -> None:
        self.writer = writer
        self.day = day
        self.section = section
        self.boards = read_boards(section)
        projects, columns, times = self.boards.projects, self.boards.columns, plausible_times(day)
        self.reader = TaskReader(projects, columns, times, writer.texts_before)
        self.known = writer.known_texts(PROGRAM, projects, columns, times[1])
        self.unread = array("q")
        self.batches: dict[str, list[Row]] = defaultdict(list)
        self.sums = LoadSums()
        self.seen = NumbersSeen()
        self.twice = self.waiting = self.bytes = 0

    @property
    def tasks(self) -> int:
        return self.sums.tasks + len(self.unread)

    def decode(self, key: str, text: bytes) -> Any:
        """A task's content; UNREAD where its text is known."""
        return UNREAD if self.known.knows(key, text) else decode_task(text)

    def add(self, document: TaskDocument) -> None:
        self.bytes = document.end
        number = task_number(document.key)
        if number is not None and number in self.seen:
            self.twice += 1
        elif number is not None and document.content is UNREAD:
            self.seen.add(number)
            self.unread.append(number)
            self.waiting += 1
        elif record := self.reader.read(number, document.content):
            self.seen.add(record.id)
            self._gather(record, reading_of(record, document.text))

    def _gather(self, record: TaskRecord, reading: TaskReading) -> None:
        self.batches["maniphest_task"].append(record.row)
        self.batches["task_transactions"].append((record.id, *record.packed))
        self.batches["maniphest_edge_transaction"].extend(record.edges)
        self.batches["task_history"].append((record.id, record.history))
        self.batches["task_reading"].append(reading)
        self.sums.add(record)
        self.waiting += 1 + len(record.transaction_ids)

    def write(self) -> None:
        self.writer.insert(self.batches)
        self.batches.clear()
        self.waiting = 0

    def _take_over(self) -> None:
        members = self.writer.members_before(self.unread)
        self.sums.add_known(self.writer.take_over(self.unread), members, self.reader.agreement)
        self.unread = array("q")

    def finish(self, source: str, inspect: Callable[[LoadFacts], None]) -> LoadSummary:
        """Write what is left, have it inspected, then swap the load in."""
        self.write()
        self._take_over()
        self.batches["phabricator_project"] = [*self.boards.project_rows]
        self.batches["phabricator_column"] = [*self.boards.column_rows]
        self.batches["history_text"] = [
            (code, text) for text, code in self.reader.steps.texts.codes.items()
        ]
        self.batches["project_task"] = [*self.sums.members()]
        self.batches["maniphest_blocked"] = [*self.sums.blocked()]
        self.write()
        inspect(self._facts())
        summary = LoadSummary(
            day=self.day,
            source=source,
            loaded_at=datetime.now(UTC),
            bytes=self.bytes,
            tasks=self.sums.tasks,
            transactions=len(self.sums.transaction_ids),
            newest_change=self.sums.newest_change,
            unreadable=self._unreadable(),
            program=PROGRAM,
        )
        self.writer.swap(summary)
        return summary

    def _facts(self) -> LoadFacts:
        rows, unreadable, sums = self.writer.rows, self._unreadable(), self.sums
        return LoadFacts(
            day=self.day,
            rows={
                "maniphest_transaction": len(sums.transaction_ids),
                **{one: rows[one] for one in STORED},
            },
            rows_before=self.writer.rows_before,
            repeated={
                "phabricator_project": unreadable.get(PROJECT_TWICE, 0),
                "phabricator_column": unreadable.get(COLUMN_TWICE, 0),
                "maniphest_task": unreadable.get(TASK_TWICE, 0),
                "maniphest_transaction": sums.repeated_transactions(),
            },
            strange_times=sums.strange_times,
            newest_change=sums.newest_change,
            unreadable=unreadable,
            agreement=self.reader.agreement,
        )

    def _unreadable(self) -> dict[str, int]:
        counts = {**self.boards.unreadable, **self.reader.unreadable, TASK_TWICE: self.twice}
        return {kind: count for kind, count in sorted(counts.items()) if count}
