"""Writing a dump for measuring, chunk by chunk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO, Final

from benchmarks.dump.lives import Events, all_tasks, chunks, instant
from benchmarks.dump.organisation import FLOW, Organisation
from benchmarks.dump.phids import Phids
from benchmarks.dump.rows import MOST_ROWS, Cast, TaskWriter
from benchmarks.dump.size import DumpSize
from phlogiston_assets.domain.days import SECONDS_A_DAY
from phlogiston_assets.domain.scopes import Scope

_MIDDLE_FROM, _TODAY_FROM = 1 / 8, 1 / 3
_MADE_DAYS_BEFORE: Final = 200


@dataclass(frozen=True, slots=True)
class Written:
    """What a dump holds: rows of each kind, and bytes in all."""

    tasks: int
    transactions: int
    projects: int
    columns: int
    bytes: int


def write_dump(out: BinaryIO, size: DumpSize, scopes: Sequence[Scope]) -> Written:
    """Write a dump of this size in which the rules of the given scopes find tasks.

    Serves performance.md: about twelve transactions and five kilobytes a task.
    """
    organisation = Organisation(size, scopes)
    tasks = all_tasks(size, organisation)
    first = instant(size.first_day)
    length = instant(size.last_day) - first
    eras = (first + int(length * _MIDDLE_FROM), first + int(length * _TODAY_FROM))
    cast = Cast(organisation, tasks, Phids(size.seed), eras)
    told = transactions = 0
    written = out.write(b'{"task":{')
    for events in chunks(size, tasks, organisation):
        separator = "," if told else ""
        members, rows = _members(cast, events)
        written += out.write((separator + ",".join(members)).encode())
        told += len(members)
        transactions += rows
    projects, columns = _projects(cast, organisation, first - _MADE_DAYS_BEFORE * SECONDS_A_DAY)
    section = json.dumps({"projects": projects, "columns": columns}, separators=(",", ":"))
    written += out.write(f'}},"project":{section}}}\n'.encode())
    return Written(told, transactions, len(projects), len(columns), written)


def _members(cast: Cast, events: Events) -> tuple[list[str], int]:
    """The members of a chunk's tasks, and the count of their rows."""
    members, rows = [], 0
    told = zip(events.task, events.when, events.kind, events.number, events.by, strict=True)
    for task, of_task in groupby(told, key=itemgetter(0)):
        writer = TaskWriter(cast, task)
        members.append(writer.write(event[1:] for event in of_task))
        rows += writer.count - task * MOST_ROWS
    return members, rows


def _projects(
    cast: Cast, organisation: Organisation, made: int
) -> tuple[list[list[object]], list[list[object]]]:
    """The rows of projects and of columns, each made before the first task."""
    boards = organisation.boards.values()
    projects: list[list[object]] = [
        [board.id, board.name, cast.project[board.id], made, made, "project", "blue"]
        for board in boards
    ]
    return projects, list(_columns(cast, made))


def _columns(cast: Cast, made: int) -> Iterator[list[object]]:
    number = 0
    for project, columns in cast.columns.items():
        for place, (name, phid) in enumerate(columns.items()):
            number += 1
            properties = '{"isDefault":true}' if name == FLOW[0] else "[]"
            row = [number, phid, name, 0, place, cast.project[project], made, made, properties]
            yield row
