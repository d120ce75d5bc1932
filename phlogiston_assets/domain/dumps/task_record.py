"""What a load keeps of one task: its rows and its packed history (domain.md, sections 1 to 3).

What does not belong here: how the dump is cut into tasks (see `dump`), how rows are stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from phlogiston_assets.domain.days import LAST_INSTANT
from phlogiston_assets.domain.dumps import values
from phlogiston_assets.domain.dumps.agreement import (
    POINTS,
    PRIORITY,
    PROJECTS,
    STATUS,
    Agreement,
)
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

_NOTHING_TOLD: Final = Info()
_NO_TRANSACTIONS: Final = Transactions()
_PLACES: Final = tuple(PLACES.items())
_in_time = attrgetter("at", "id")
_encode = msgspec.json.Encoder().encode
_priority: Final = lru_cache(maxsize=4096, typed=True)(values.plain_priority)
_points_of_text: Final = lru_cache(maxsize=4096)(values.plain_points)
"""Priorities and points repeat in most tasks."""


class AtLoad(Struct, gc=False):
    """A task's values as the dump itself gives them; None for none."""

    status: str | None
    priority: str | None
    points: float | None


class End(Struct, gc=False):
    """What a task's history ends as: codes of texts, and ids of projects."""

    status: int
    priority: int
    points: int
    projects: AbstractSet[int]


class TaskRecord(Struct, gc=False):
    """One task of the dump.

    `row` is a row of maniphest_task, `edges` are rows of maniphest_edge_transaction.
    `transaction_ids` are of those kept, `strange_times` counts those at a time that cannot be,
    `newest_change` is the time of the newest; `packed` has them by type (see
    `packed_transactions`); `history` is packed too (see `history`). `compared` are the fields that
    were compared with the dump, as bits (see `agreement`). `blocked_by` are phids of children. A
    task without `info` has no phid and takes no part in the relations between tasks.

    `sound` tells that nothing of the task was unreadable, unknown, at a strange time or other than
    the dump tells: with the same text, and with the same projects and columns among others, the
    record will be the same another day.
    """

    id: int
    phid: str | None
    row: tuple[object, ...]
    packed: list[str | None] = field(default_factory=list)
    transaction_ids: list[int] = field(default_factory=list)
    strange_times: int = 0
    newest_change: int = 0
    compared: int = 0
    sound: bool = True
    edges: list[tuple[int, int, int, str]] = field(default_factory=list)
    history: bytes = b""
    projects: Collection[int] = ()
    blocked_by: list[str] = field(default_factory=list)


class TaskReader:
    """Turns the dump's tasks into records, counting by kind what could not be read."""

    def __init__(
        self,
        projects: dict[str, int],
        columns: dict[str, int],
        plausible: tuple[int, int] = (0, LAST_INSTANT),
        texts: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """`projects` and `columns` give ids by phid; changes out of `plausible` are counted.

        `texts` are the codes that the load before gave: so a task's history stays the same.
        """
        self.plausible = plausible
        self.unreadable: Counter[str] = Counter()
        self.steps = StepReader(projects, columns, self.unreadable, texts)
        self.agreement = Agreement()
        self._unreadable_before = 0

    def read(self, number: int | None, content: Any) -> TaskRecord | None:
        """The record of a member of the dump's `task` object; None (and counted) if it is none.

        `number` is what its key tells (see `task_number`), `content` a task in its form, or
        whatever JSON was found in its place.
        """
        record = self._read(number, content)
        before, self._unreadable_before = self._unreadable_before, self.unreadable.total()
        if record and self._unreadable_before != before:
            record.sound = False
        return record

    def _read(self, number: int | None, content: Any) -> TaskRecord | None:
        task = content if isinstance(content, Task) else mend(content, self.unreadable)
        if task is None or number is None:
            self.unreadable["task"] += 1
            return None
        info, told = task.info or _NOTHING_TOLD, task.transactions
        if not isinstance(told, Transactions):
            told = _NO_TRANSACTIONS
        load = _at_load(info)
        record = _record(number, info, load)
        self._keep(record, told, mended=isinstance(task, MendedTask))
        end = self._pack_history(record, told, load)
        if record.phid:
            self._compare(record, load, end, task.edge)
        return record

    def _keep(self, record: TaskRecord, told: Transactions, *, mended: bool) -> None:
        """Pack the rows of each type into the record, and leave them in order of time, then id."""
        first, last = self.plausible
        for kind, name in _PLACES:
            rows: Rows | None = getattr(told, name)
            if not rows:
                record.packed.append(None)
                continue
            if len(rows) > 1:
                rows.sort(key=_in_time)
            newest = rows[-1].at
            if rows[0].at < first or newest > last:
                record.strange_times += sum(not first <= row.at <= last for row in rows)
                record.sound = False
            if newest > record.newest_change:  # noqa: PLR1730 - a call costs more than the rest
                record.newest_change = newest
            record.transaction_ids += [row.id for row in rows]
            kept = list(map(_written, rows)) if mended else rows
            record.packed.append(pack(kind, kept, record.phid))

    def _pack_history(self, record: TaskRecord, told: Transactions, load: AtLoad) -> End:
        """Pack all fields into the record, with its edge rows and projects; return their end."""
        steps, packer = self.steps, packed.Packer()
        edges = steps.edges(told.edges or ())
        number, projects = record.id, edges.memberships
        record.edges = [(number, row.id, row.at, _json_list(after)) for row, after in edges.sets]
        record.projects = projects
        status = steps.status(told.status or (), edges.merges, load.status)
        end = End(
            packer.add(packed.STATUS, 0, *status),
            packer.add(packed.PRIORITY, 0, *steps.priority(told.priority or (), load.priority)),
            packer.add(packed.POINTS, 0, *steps.points(told.points or (), load.points)),
            edges.sets[-1][1] if edges.sets else frozenset(),
        )
        for project in sorted(projects):
            packer.add(packed.PROJECT, project, 0, projects[project])
        if told.moves:
            for board, moves in steps.moves(told.moves).items():
                packer.add(packed.COLUMN, board, packed.NOT_YET, moves)
        record.history = packer.packed()
        return end

    def _compare(
        self, record: TaskRecord, load: AtLoad, end: End, edges: list[Edge] | None
    ) -> None:
        """Note whether history ends where the dump says that the task is, and what blocks it."""
        codes = self.steps.texts.codes
        points = packed.NONE if load.points is None else codes.get(repr(load.points))
        compared, differing = POINTS, POINTS * (end.points != points)
        if load.status is not None:
            compared += STATUS
            differing += STATUS * (end.status != codes.get(load.status))
        if load.priority is not None:
            compared += PRIORITY
            differing += PRIORITY * (end.priority != codes.get(load.priority))
        if edges is not None:
            compared += PROJECTS
            differing += PROJECTS * (end.projects != self._read_edges(record, edges))
        self.agreement.note(record.id, compared, differing)
        record.compared = compared
        record.sound = record.sound and not differing

    def _read_edges(self, record: TaskRecord, edges: list[Edge]) -> set[int]:
        """Note in the record what blocks it; return its projects as of the dump."""
        known, projects = self.steps.projects, set()
        for edge in edges:
            phid = edge.destination
            if edge.type == values.PROJECT_EDGE:
                if isinstance(phid, str) and phid in known:
                    projects.add(known[phid])
                else:
                    record.sound = False
            elif edge.type == values.BLOCKED_EDGE and isinstance(phid, str):
                record.blocked_by.append(phid)
        return projects


def _record(number: int, info: Info, load: AtLoad) -> TaskRecord:
    row = (number, info.phid, info.title or "", as_text(info.points), load.status, load.priority)
    return TaskRecord(number, info.phid, (*row, info.created, info.modified))


def _at_load(info: Info) -> AtLoad:
    points = info.points
    try:
        priority = _priority(info.priority)
    except (UnreadableError, TypeError):
        priority = None
    number = _points_of_text(points) if isinstance(points, str) else values.plain_points(points)
    return AtLoad(info.status or None, priority, number)


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


def _json_list(numbers: AbstractSet[int]) -> str:
    return _encode(sorted(numbers)).decode()
