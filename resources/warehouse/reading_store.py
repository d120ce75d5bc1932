"""What was read of each task's text, so that a text that comes again is not read again.

From one dump to the next nearly all tasks are the same, to the last byte. What follows from such a
text stays in its tables (see `unchanged`); the table `task_reading` keeps a digest of the text and
what a load sums up besides. A task has no digest, and is read each time, if what is read of it may
be something else another day: if a project or column that it names is not known, if a value cannot
be read, if history does not agree with the dump, if a time cannot be.

What does not belong here: the sums (see `resources.load_sums`).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

import msgspec
import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from phlogiston_assets.domain.dumps.task_form import task_number
from phlogiston_assets.domain.dumps.task_record import TaskRecord
from resources.warehouse import schema
from resources.warehouse.by_number import rows_by_number

_LENGTH: Final = 16
_AT_ONCE: Final = 20_000
_encode = msgspec.json.Encoder().encode
_decode_phids = msgspec.json.Decoder(list[str]).decode


class TaskReading(NamedTuple):
    """A row of `task_reading`, in the order of its columns.

    `compared` are the fields that agree with the dump, as bits; `blocked_by` the phids of children
    as a JSON list, None for none; `transaction_ids` are unsigned 32-bit integers. Without a digest
    all of these are empty.
    """

    task_id: int
    digest: bytes | None
    newest_change: int = 0
    compared: int = 0
    edge_rows: int = 0
    blocked_by: str | None = None
    transaction_ids: bytes = b""


class KnownTask(NamedTuple):
    """What a load sums up of a task that was not read again."""

    id: int
    phid: str | None
    newest_change: int
    compared: int
    edge_rows: int
    blocked_by: list[str]
    transaction_ids: list[int]


class KnownTexts:
    """The texts of tasks that need not be read again: 24 bytes for each."""

    def __init__(self, rows: Iterable[tuple[int, bytes]] = ()) -> None:
        """`rows` are tasks, ascending, and the digests of their texts."""
        self._tasks = array("q")
        self._digests = bytearray()
        for task, digest in rows:
            self._tasks.append(task)
            self._digests += digest

    def knows(self, key: str, text: bytes) -> bool:
        """Whether the task that a key tells is known to have this text."""
        if not self._tasks or (task := task_number(key)) is None:
            return False
        place = bisect_left(self._tasks, task)
        if place == len(self._tasks) or self._tasks[place] != task:
            return False
        return self._digests[place * _LENGTH : (place + 1) * _LENGTH] == _digest(text)


def _digest(text: bytes) -> bytes:
    return sha256(text).digest()[:_LENGTH]


def reading_of(record: TaskRecord, text: bytes | None) -> TaskReading:
    """What is kept of a task that was read; `text` is None where it is not at hand."""
    if not record.sound or text is None:
        return TaskReading(record.id, None)
    try:
        transaction_ids = array("I", record.transaction_ids).tobytes()
    except OverflowError:
        return TaskReading(record.id, None)
    return TaskReading(
        record.id,
        _digest(text),
        record.newest_change,
        record.compared,
        len(record.edges),
        _encode(record.blocked_by).decode() if record.blocked_by else None,
        transaction_ids,
    )


def read_known_texts(
    connection: Connection, projects: Mapping[str, int], columns: Mapping[str, int], last: int
) -> KnownTexts:
    """The texts whose reading holds with these ids of projects and columns by phid.

    None is known if one of the projects or columns of the load before is gone, or has another id.
    `last` is the last instant at which a change can be.
    """
    known = {"phabricator_project": projects, "phabricator_column": columns}
    if not all(_still_known(connection, name, ids) for name, ids in known.items()):
        return KnownTexts()
    reading = schema.task_reading.c
    query = sa.select(reading.task_id, reading.digest)
    query = query.where(reading.digest.is_not(None), reading.newest_change <= last)
    result = connection.execution_options(yield_per=_AT_ONCE).execute(
        query.order_by(reading.task_id)
    )
    return KnownTexts((task, digest) for task, digest in result)


def _still_known(connection: Connection, name: str, ids: Mapping[str, int]) -> bool:
    rows = connection.exec_driver_sql(f"SELECT phid, id FROM {name}")
    return all(ids.get(phid) == number for phid, number in rows)


def read_known_tasks(connection: Connection, tasks: Sequence[int]) -> Iterator[KnownTask]:
    """What was read of tasks that have a digest."""
    query = (
        "SELECT r.task_id, t.phid, r.newest_change, r.compared, r.edge_rows, r.blocked_by,"
        " r.transaction_ids FROM task_reading AS r JOIN maniphest_task AS t ON t.id = r.task_id"
        " WHERE r.task_id IN {numbers}"
    )
    for start in range(0, len(tasks), _AT_ONCE):
        for *told, blocked_by, ids in rows_by_number(
            connection, query, tasks[start : start + _AT_ONCE]
        ):
            children = _decode_phids(blocked_by) if blocked_by else []
            yield KnownTask._make([*told, children, array("I", bytes(ids)).tolist()])


def read_members(connection: Connection, tasks: Sequence[int]) -> dict[int, array[int]]:
    """Those of the tasks that ever had each project."""
    rows = connection.exec_driver_sql("SELECT project_id, task_ids FROM project_task").all()
    told = np.frombuffer(b"".join(bytes(ids) for _, ids in rows), dtype=np.int32)
    wanted = np.isin(told, np.asarray(tasks, dtype=np.int32))
    members, begin = {}, 0
    for project, ids in rows:
        end = begin + len(ids) // told.itemsize
        found = told[begin:end][wanted[begin:end]]
        if len(found):
            members[project] = array("i", found.tobytes())
        begin = end
    return members
