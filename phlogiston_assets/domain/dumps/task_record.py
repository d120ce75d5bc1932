"""What a load keeps of one task: its rows and its packed history (domain.md, sections 1 to 3).

What does not belong here: how the dump is cut into tasks (see `dump`), how rows are stored.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec

from phlogiston_assets.domain.days import LAST_INSTANT
from phlogiston_assets.domain.dumps import values
from phlogiston_assets.domain.dumps.agreement import Agreement
from phlogiston_assets.domain.dumps.packed_transactions import pack
from phlogiston_assets.domain.dumps.steps import StepReader
from phlogiston_assets.domain.dumps.task_form import (
    PLACES,
    Edge,
    Info,
    MendedTask,
    Rows,
    Task,
    Transaction,
    Transactions,
    as_text,
    mend,
)
from phlogiston_assets.domain.dumps.values import UnreadableError
from phlogiston_assets.domain.history import packed

LARGEST_ID: Final = 2**31 - 1
_NOTHING_TOLD: Final = Info()
_NO_TRANSACTIONS: Final = Transactions()
_in_time = attrgetter("at", "id")


class AtLoad(NamedTuple):
    """A task's values as the dump itself gives them; None for none."""

    status: str | None
    priority: str | None
    points: float | None


class End(NamedTuple):
    """What a task's history ends as: codes of texts, and ids of projects."""

    status: int
    priority: int
    points: int
    projects: set[int]


@dataclass(slots=True)
class TaskRecord:
    """One task of the dump.

    `row` is a row of maniphest_task, `edges` are rows of maniphest_edge_transaction. `transactions`
    counts those kept, `strange_times` those at a time that cannot be; `packed` has them by type
    (see `packed_transactions`); `history` is packed too (see `history`). `blocked_by` are phids of
    children. A task without `info` has no phid and takes no part in the relations between tasks.
    """

    id: int
    phid: str | None
    at_load: AtLoad
    row: tuple[object, ...]
    packed: list[str | None] = field(default_factory=list)
    transactions: int = 0
    transaction_ids: list[int] = field(default_factory=list)
    strange_times: int = 0
    edges: list[tuple[int, int, int, str]] = field(default_factory=list)
    history: bytes = b""
    projects: set[int] = field(default_factory=set)
    blocked_by: list[str] = field(default_factory=list)


class TaskReader:
    """Turns the dump's tasks into records, counting by kind what could not be read."""

    def __init__(
        self,
        projects: dict[str, int],
        columns: dict[str, int],
        plausible: tuple[int, int] = (0, LAST_INSTANT),
    ) -> None:
        """`projects` and `columns` give ids by phid; changes out of `plausible` are counted."""
        self.plausible = plausible
        self.unreadable: Counter[str] = Counter()
        self.steps = StepReader(projects, columns, self.unreadable)
        self.newest_change = 0
        self.agreement = Agreement()

    def read(self, key: str, content: Any) -> TaskRecord | None:
        """The record of a member of the dump's `task` object; None (and counted) if it is none.

        `content` is a task in its form, or whatever JSON was found in its place.
        """
        task = content if isinstance(content, Task) else mend(content, self.unreadable)
        if task is None or not _is_id(key):
            self.unreadable["task"] += 1
            return None
        record = _record(int(key), task.info or _NOTHING_TOLD)
        told = task.transactions
        if not isinstance(told, Transactions):
            told = _NO_TRANSACTIONS
        self._keep(record, told, mended=isinstance(task, MendedTask))
        end = self._pack_history(record, told)
        if record.phid and task.edge is not None:
            record.blocked_by = _destinations(task.edge, values.BLOCKED_EDGE)
        if record.phid:
            self._compare(record, end, task.edge)
        return record

    def _keep(self, record: TaskRecord, told: Transactions, *, mended: bool) -> None:
        """Pack the rows of each type into the record, and leave them in order of time, then id."""
        for kind, name in PLACES.items():
            rows: Rows | None = getattr(told, name)
            if not rows:
                record.packed.append(None)
                continue
            if len(rows) > 1:
                rows.sort(key=_in_time)
            self._note_times(record, rows)
            record.transactions += len(rows)
            record.transaction_ids += [row.id for row in rows]
            kept = list(map(_written, rows)) if mended else rows
            record.packed.append(pack(kind, kept, record.phid))

    def _note_times(self, record: TaskRecord, rows: Rows) -> None:
        first, last = self.plausible
        if not first <= rows[0].at <= rows[-1].at <= last:
            record.strange_times += sum(not first <= row.at <= last for row in rows)
        self.newest_change = max(self.newest_change, rows[-1].at)

    def _pack_history(self, record: TaskRecord, told: Transactions) -> End:
        """Pack all fields into the record, with its edge rows and projects; return their end."""
        steps, load, packer = self.steps, record.at_load, packed.Packer()
        edges = steps.edges(told.edges or ())
        record.edges = [
            (record.id, row.id, row.at, _json_list(projects)) for row, projects in edges.sets
        ]
        record.projects.update(edges.memberships)
        status = steps.status(told.status or (), edges.merges, load.status)
        end = End(
            packer.add(packed.STATUS, 0, *status),
            packer.add(packed.PRIORITY, 0, *steps.priority(told.priority or (), load.priority)),
            packer.add(packed.POINTS, 0, *steps.points(told.points or (), load.points)),
            edges.sets[-1][1] if edges.sets else set(),
        )
        for project in sorted(edges.memberships):
            packer.add(packed.PROJECT, project, 0, edges.memberships[project])
        if told.moves:
            for board, moves in steps.moves(told.moves).items():
                packer.add(packed.COLUMN, board, packed.NOT_YET, moves)
        record.history = packer.packed()
        return end

    def _compare(self, record: TaskRecord, end: End, edges: list[Edge] | None) -> None:
        """Note whether history ends where the dump says that the task is."""
        codes, load = self.steps.texts.codes, record.at_load
        told = (("status", end.status, load.status), ("priority", end.priority, load.priority))
        for name, rebuilt, text in told:
            if text is not None:
                self.agreement.compare(record.id, name, rebuilt, codes.get(text))
        text = None if load.points is None else repr(load.points)
        code = packed.NONE if text is None else codes.get(text)
        self.agreement.compare(record.id, "points", end.points, code)
        if edges is not None:
            known = self.steps.projects
            phids = _destinations(edges, values.PROJECT_EDGE)
            projects = {known[phid] for phid in phids if phid in known}
            self.agreement.compare(record.id, "projects", end.projects, projects)


def _record(task_id: int, info: Info) -> TaskRecord:
    status = info.status or None
    try:
        priority = values.plain_priority(info.priority)
    except UnreadableError:
        priority = None
    at_load = AtLoad(status, priority, values.plain_points(info.points))
    row = (task_id, info.phid, info.title or "", as_text(info.points), status, priority)
    return TaskRecord(task_id, info.phid, at_load, (*row, info.created, info.modified))


def _destinations(edges: list[Edge], kind: int) -> list[str]:
    return [
        edge.destination
        for edge in edges
        if edge.type == kind and isinstance(edge.destination, str)
    ]


def _written(row: Transaction) -> Transaction:
    """The row as it is kept: what should have been text is written out."""
    return msgspec.structs.replace(
        row,
        phid=as_text(row.phid),
        object_phid=as_text(row.object_phid),
        old=as_text(row.old),
        new=as_text(row.new),
        metadata=as_text(row.metadata),
    )


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) <= 10 and int(key) <= LARGEST_ID


def _json_list(numbers: set[int]) -> str:
    return "[" + ",".join(map(str, sorted(numbers))) + "]"
