"""What a load keeps of one task: its rows and its packed history (domain.md, sections 1 to 3).

What does not belong here: how the dump is cut into tasks (see `dump`), how rows are stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final, NamedTuple

from phlogiston_assets.domain import history, values
from phlogiston_assets.domain.agreement import Agreement
from phlogiston_assets.domain.days import LAST_INSTANT
from phlogiston_assets.domain.packed_transactions import PHRASES, pack
from phlogiston_assets.domain.steps import Change, StepReader
from phlogiston_assets.domain.values import UnreadableError

_LARGEST_TRANSACTION: Final = 2**63 - 1
_PACKED_TEXTS: Final = (1, 2, 3, 4, 6)
"""Where phids and values stand in a packed transaction."""
KINDS: Final = tuple(PHRASES)
"""The types of transactions that are kept."""
LARGEST_ID: Final = 2**31 - 1
DUPLICATE: Final = "duplicate"

Field = tuple[int, int, history.Steps]
"""A field of a history, its key and its steps."""


class AtLoad(NamedTuple):
    """A task's values as the dump itself gives them; None for none."""

    status: str | None
    priority: str | None
    points: float | None


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
        """The record of a member of the dump's `task` object; None (and counted) if it is none."""
        if not _is_id(key) or not isinstance(content, dict):
            self.unreadable["task"] += 1
            return None
        info = content.get("info")
        record = _record(int(key), info if isinstance(info, list) else [])
        changes = self._changes(record, content.get("transactions"))
        fields = list(self._fields(record, changes))
        record.history = history.pack(fields)
        if record.phid:
            children, projects = self._edges_at_load(content.get("edge"))
            record.blocked_by = children
            self._compare(record, fields, projects)
        return record

    def _compare(self, record: TaskRecord, fields: list[Field], projects: set[int] | None) -> None:
        """Note whether history ends where the dump says that the task is."""
        codes, load = self.steps.texts.codes, record.at_load
        status, priority, points = (steps[-1][1] for _, _, steps in fields[:3])
        told = (("status", status, load.status), ("priority", priority, load.priority))
        for name, rebuilt, text in told:
            if text is not None:
                self.agreement.compare(record.id, name, rebuilt, codes.get(text))
        text = None if load.points is None else repr(load.points)
        code = history.NONE if text is None else codes.get(text)
        self.agreement.compare(record.id, "points", points, code)
        if projects is not None:
            held = {key for kind, key, steps in fields if kind == history.PROJECT and steps[-1][1]}
            self.agreement.compare(record.id, "projects", held, projects)

    def _changes(self, record: TaskRecord, transactions: object) -> dict[str, list[Change]]:
        if transactions is not None and not isinstance(transactions, dict | list):
            self.unreadable["transactions"] += 1
        if not isinstance(transactions, dict):
            transactions = {}
        return {kind: self._rows(record, kind, transactions.get(kind)) for kind in KINDS}

    def _rows(self, record: TaskRecord, kind: str, rows: object) -> list[Change]:
        """Pack the readable rows of one type into the record; return them by time, then id."""
        changes: list[Change] = []
        kept: list[tuple[Any, ...]] = []
        if rows and not isinstance(rows, list):
            self.unreadable["transactions"] += 1
        elif isinstance(rows, list):
            for row in rows:
                self._add(row, record.phid, changes, kept)
        record.packed.append(pack(kind, kept, record.phid))
        record.transactions += len(kept)
        record.transaction_ids.extend([row[0] for row in kept])
        if len(changes) > 1:
            changes.sort(key=itemgetter(0, 1))
        if changes:
            first, last = self.plausible
            if not first <= changes[0].at <= changes[-1].at <= last:
                record.strange_times += sum(not first <= one.at <= last for one in changes)
            self.newest_change = max(self.newest_change, changes[-1].at)
        return changes

    def _add(
        self, row: Any, own: str | None, changes: list[Change], kept: list[tuple[Any, ...]]
    ) -> None:
        """Add a row of a task, whose phid is `own`, as a change and as what is packed of it."""
        try:
            number, phid, _, object_phid, _, _, _, old, new, metadata, _, at = row[:12]
        except (TypeError, ValueError, KeyError):
            self.unreadable["transaction"] += 1
            return
        if type(number) is not int or type(at) is not int:
            number, at = _whole(number), _whole(at)
        if not (0 <= at <= LAST_INSTANT and 0 <= number <= _LARGEST_TRANSACTION):
            self.unreadable["transaction"] += 1
            return
        changes.append(Change(at, number, old, new, metadata))
        sound = str is type(phid) is type(object_phid) is type(old) is type(new) is type(metadata)
        if sound and object_phid == own:
            kept.append((number, phid, old, new, metadata, at))
        else:
            kept.append(_as_text((number, phid, old, new, metadata, at, object_phid)))

    def _fields(self, record: TaskRecord, changes: dict[str, list[Change]]) -> Iterator[Field]:
        """(field, key, steps) of all fields, keeping the edge rows and projects in the record."""
        edges = self.steps.edges(changes["core:edge"])
        record.edges = [
            (record.id, row.id, row.at, _json_list(projects)) for row, projects in edges.sets
        ]
        record.projects.update(edges.memberships)
        load = record.at_load
        status = self.steps.status(changes["status"], edges.merges, load.status)
        yield history.STATUS, 0, status
        yield history.PRIORITY, 0, self.steps.priority(changes["priority"], load.priority)
        yield history.POINTS, 0, self.steps.points(changes["points"], load.points)
        for project in sorted(edges.memberships):
            yield history.PROJECT, project, history.daily_steps(0, edges.memberships[project])
        for board, moves in self.steps.moves(changes["core:columns"]).items():
            yield history.COLUMN, board, history.daily_steps(history.NOT_YET, moves)[1:]

    def _edges_at_load(self, edges: object) -> tuple[list[str], set[int] | None]:
        """The phids of children, and the known projects; None where the dump tells no edges."""
        if edges is None:
            return [], None
        if not isinstance(edges, list):
            self.unreadable["edge"] += bool(edges)
            return [], None
        children, projects = [], set()
        for row in edges:
            if not isinstance(row, list) or len(row) < 3:
                self.unreadable["edge"] += 1
            elif not isinstance(row[2], str):
                continue
            elif row[1] == values.BLOCKED_EDGE:
                children.append(row[2])
            elif row[1] == values.PROJECT_EDGE and row[2] in self.steps.projects:
                projects.add(self.steps.projects[row[2]])
        return children, projects


def _record(task_id: int, info: list[Any]) -> TaskRecord:
    cells = (info + [None] * 11)[:11]
    phid = cells[1] if isinstance(cells[1], str) else None
    status = cells[4] if isinstance(cells[4], str) and cells[4] else None
    try:
        priority = values.plain_priority(cells[5])
    except UnreadableError:
        priority = None
    title = _text(cells[6]) or ""
    at_load = AtLoad(status, priority, values.plain_points(cells[10]))
    row = (task_id, phid, title, _text(cells[10]), status, priority)
    return TaskRecord(task_id, phid, at_load, (*row, _instant(cells[7]), _instant(cells[8])))


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) <= 10 and int(key) <= LARGEST_ID


def _whole(value: object) -> int:
    """A whole number that came as text or as a float; -1 for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if type(value) is int else -1


def _instant(value: object) -> int | None:
    return value if type(value) is int and 0 <= value <= LAST_INSTANT else None


def _as_text(cells: tuple[Any, ...]) -> tuple[object, ...]:
    return tuple(
        _text(cell) if place in _PACKED_TEXTS else cell for place, cell in enumerate(cells)
    )


def _text(value: object) -> str | None:
    """A value as stored text: as it is, or written out where it should have been text."""
    return value if value is None or isinstance(value, str) else str(value)


def _json_list(numbers: set[int]) -> str:
    return "[" + ",".join(map(str, sorted(numbers))) + "]"
