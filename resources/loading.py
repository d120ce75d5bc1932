"""Loading a dump file into the warehouse (domain.md, sections 1 and 2)."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from phlogiston_assets.domain.dumps.boards import COLUMN_TWICE, PROJECT_TWICE, read_boards
from phlogiston_assets.domain.dumps.dump import ProjectSection, find_projects, read_tasks
from phlogiston_assets.domain.dumps.load_checks import TABLES, LoadFacts, plausible_times
from phlogiston_assets.domain.dumps.task_form import decode_task
from phlogiston_assets.domain.dumps.task_record import TaskReader, TaskRecord
from resources.dump_file import open_dump
from resources.garbage import without_garbage_collection
from resources.numbers_seen import NumbersSeen
from resources.warehouse.database import Database
from resources.warehouse.load_store import LoadSummary, LoadWriter
from resources.warehouse.rows import Row

BATCH: Final = 20_000
"""Transactions written at a time."""

STORED: Final = [name for name in TABLES if name != "maniphest_transaction"]
"""Tables whose rows are written one by one."""
TASK_TWICE: Final = "task given twice"
_UNKNOWN: Final = -1


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
        for document in read_tasks(file, load.section, decode_task):
            load.add(document.key, document.content)
            load.bytes = document.end
            if load.waiting >= BATCH:
                load.write()
                report(Progress(load.bytes, load.tasks))
        summary = load.finish(source or str(path), inspect)
    report(Progress(summary.bytes, summary.tasks))
    return summary


class _Phids:
    """The phids of all tasks with their ids, end to end: few are asked for, once, at the end.

    A dictionary of all of them takes 130 bytes a task.
    """

    def __init__(self) -> None:
        self._told = bytearray()
        self._ends = array("q")
        self._ids = array("q")

    def add(self, phid: str, number: int) -> None:
        self._told += phid.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._told))
        self._ids.append(number)

    def ids_of(self, wanted: Iterable[str]) -> dict[str, int]:
        """The ids of those of the wanted that were added; of one that came twice the last."""
        found = dict.fromkeys(wanted, _UNKNOWN)
        begin = 0
        for end, number in zip(self._ends, self._ids, strict=True):
            phid = self._told[begin:end].decode("utf-8", "surrogatepass")
            begin = end
            if phid in found:
                found[phid] = number
        return {phid: number for phid, number in found.items() if number != _UNKNOWN}


class _Load:
    """One load at work: records are gathered into batches of rows and written."""

    def __init__(self, writer: LoadWriter, section: ProjectSection, day: date) -> None:
        self.writer = writer
        self.day = day
        self.section = section
        self.boards = read_boards(section)
        boards, times = self.boards, plausible_times(day)
        texts = writer.texts_before
        self.reader = TaskReader(boards.projects, boards.columns, times, texts)
        self.batches: dict[str, list[Row]] = defaultdict(list)
        self.members: dict[int, array[int]] = defaultdict(lambda: array("i"))
        self.phids = _Phids()
        self.children: list[tuple[int, str]] = []
        self.seen = NumbersSeen()
        self.transaction_ids = array("q")
        self.strange_times = 0
        self.tasks = self.waiting = self.bytes = 0

    def add(self, key: str, content: Any) -> None:
        record = self.reader.read(key, content)
        if record is None:
            return
        if self.seen.first_time(record.id):
            self._gather(record)
        else:
            self.reader.unreadable[TASK_TWICE] += 1

    def _gather(self, record: TaskRecord) -> None:
        self.batches["maniphest_task"].append(record.row)
        self.batches["task_transactions"].append((record.id, *record.packed))
        self.batches["maniphest_edge_transaction"].extend(record.edges)
        self.batches["task_history"].append((record.id, record.history))
        for project in record.projects:
            self.members[project].append(record.id)
        if record.phid:
            self.phids.add(record.phid, record.id)
        self.children += [(record.id, phid) for phid in record.blocked_by]
        self.tasks += 1
        self.waiting += 1 + len(record.transaction_ids)
        self.transaction_ids.extend(record.transaction_ids)
        self.strange_times += record.strange_times

    def write(self) -> None:
        self.writer.insert(self.batches)
        self.batches.clear()
        self.waiting = 0

    def finish(self, source: str, inspect: Callable[[LoadFacts], None]) -> LoadSummary:
        """Write what is left, have it inspected, then swap the load in."""
        self.batches["phabricator_project"] = [*self.boards.project_rows]
        self.batches["phabricator_column"] = [*self.boards.column_rows]
        self.batches["history_text"] = [
            (code, text) for text, code in self.reader.steps.texts.codes.items()
        ]
        self.batches["project_task"] = [
            (project, tasks.tobytes()) for project, tasks in sorted(self.members.items())
        ]
        self.write()
        ids = self.phids.ids_of(phid for _, phid in self.children)
        self.writer.resolve_children(self.children, ids)
        inspect(self._facts())
        summary = LoadSummary(
            day=self.day,
            source=source,
            loaded_at=datetime.now(UTC),
            bytes=self.bytes,
            tasks=self.tasks,
            transactions=len(self.transaction_ids),
            newest_change=self.reader.newest_change,
            unreadable=self._unreadable(),
        )
        self.writer.swap(summary)
        return summary

    def _facts(self) -> LoadFacts:
        ids = np.frombuffer(self.transaction_ids, dtype=np.int64)
        ids.sort()
        rows, unreadable = self.writer.rows, self._unreadable()
        return LoadFacts(
            day=self.day,
            rows={"maniphest_transaction": len(ids), **{one: rows[one] for one in STORED}},
            rows_before=self.writer.rows_before,
            repeated={
                "phabricator_project": unreadable.get(PROJECT_TWICE, 0),
                "phabricator_column": unreadable.get(COLUMN_TWICE, 0),
                "maniphest_task": unreadable.get(TASK_TWICE, 0),
                "maniphest_transaction": int(np.count_nonzero(ids[1:] == ids[:-1])),
            },
            strange_times=self.strange_times,
            newest_change=self.reader.newest_change,
            unreadable=unreadable,
            agreement=self.reader.agreement,
        )

    def _unreadable(self) -> dict[str, int]:
        counts = {**self.boards.unreadable, **self.reader.unreadable}
        return {kind: count for kind, count in sorted(counts.items()) if count}
