"""What happens to each task, drawn in bulk: arrivals, relations, and events in order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.dump.organisation import Organisation
from benchmarks.dump.size import DumpSize
from phlogiston_assets.domain.days import SECONDS_A_DAY, day_number

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

CHUNK: Final = 8_192
NOBODY: Final = -1
STATUSES: Final = ("open", "progress", "stalled", "resolved", "declined", "invalid", "duplicate")
OPEN, PROGRESS, STALLED, RESOLVED, DECLINED, INVALID, DUPLICATE = range(7)
LATER: Final = 16
"""Added to the number of a FILED event where other projects follow later."""
PRIORITIES: Final = (90, 100, 80, 50, 25, 10)
POINTS: Final = (None, "1", "2", "3", "5", "8", "13", "0.5", "0")
STAYS: Final = 9
"""A stage of a move that stands for the stream's own column."""
_FAN: Final = 8


class Kind(IntEnum):
    """What an event is; its number is what it is about."""

    FILED = 0
    PARENT = 1
    JOINED = 2
    MOVED = 3
    PRIORITY = 4
    POINTS = 5
    ASSIGNED = 6
    STATUS = 7
    CHILD = 8
    MENTIONED = 9
    LEFT = 10
    MERGED = 11
    MERGED_HERE = 12


@dataclass(frozen=True, slots=True)
class Tasks:
    """All tasks by position, in order of arrival: stream, instant, parent (NOBODY: none).

    `kin` are events between tasks, as columns task, when, kind and number, sorted by task.
    """

    stream: Ints
    created: Ints
    parent: Ints
    kin: tuple[Ints, Ints, Ints, Ints]


@dataclass(frozen=True, slots=True)
class Events:
    """Events of the tasks [start, end) as columns, sorted by task and time."""

    start: int
    end: int
    task: list[int]
    when: list[int]
    kind: list[int]
    number: list[int]
    by: list[int]


def all_tasks(size: DumpSize, organisation: Organisation) -> Tasks:
    """Draw arrivals and relations; the goals of streams come first."""
    dice = np.random.default_rng([size.seed, 1])
    goals = [n for n, stream in enumerate(organisation.streams) if stream.goal]
    stream = organisation.draw(max(size.tasks, len(goals)), dice)
    stream[: len(goals)] = goals
    first, last = instant(size.first_day), instant(size.last_day)
    created = np.sort(dice.integers(first, last + SECONDS_A_DAY, len(stream)))
    created[: len(goals)] = first + np.arange(len(goals))
    created.sort()
    parent = _parents(organisation, stream, dice)
    return Tasks(stream, created, parent, _kin(created, parent, dice))


def instant(day: date) -> int:
    """The first second of a day."""
    return day_number(day) * SECONDS_A_DAY


def _parents(organisation: Organisation, stream: Ints, dice: np.random.Generator) -> Ints:
    """Each stream's tasks as a tree, the goal at its root; two in three of the others alone."""
    order = np.argsort(stream, kind="stable")
    starts = np.searchsorted(stream[order], stream[order], side="left")
    rank = np.arange(len(order)) - starts
    above = order[starts + np.maximum(rank - 1, 0) // _FAN]
    has_goal = np.array([one.goal is not None for one in organisation.streams])[stream[order]]
    alone = (rank == 0) | (~has_goal & (dice.random(len(order)) < 0.6))
    parent = np.empty(len(order), dtype=np.int64)
    parent[order] = np.where(alone, NOBODY, above)
    return parent


def _kin(created: Ints, parent: Ints, dice: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
    """Children told to their parents, and merges told to both sides."""
    children = np.flatnonzero(parent != NOBODY)
    merged = np.flatnonzero(dice.random(len(created)) < 0.04)
    merged = merged[merged > 0]
    into = (dice.random(len(merged)) * merged).astype(np.int64)
    when = created[merged] + _waits(dice, 20 * SECONDS_A_DAY, len(merged))
    task = np.concatenate([parent[children], merged, into])
    at = np.concatenate([created[children], when, when])
    kind = np.repeat(
        [Kind.CHILD, Kind.MERGED, Kind.MERGED_HERE], [len(children), len(merged), len(merged)]
    )
    number = np.concatenate([children, into, merged])
    order = np.argsort(task, kind="stable")
    return task[order], at[order], kind[order], number[order]


def _waits(dice: np.random.Generator, mean: float, count: int) -> Ints:
    """Waits of this mean: mostly less than half of it, at times four times as long."""
    return (4 * mean * dice.random(count) ** 3).astype(np.int64) + 60


def chunks(size: DumpSize, tasks: Tasks, organisation: Organisation) -> Iterator[Events]:
    """The events of all tasks that were there when the dump was made, some thousand at a time."""
    stop = instant(size.closes) + SECONDS_A_DAY
    there = int(np.searchsorted(tasks.created, stop))
    stays = np.array([stream.column is not None for stream in organisation.streams])
    for start in range(0, there, CHUNK):
        whole = min(start + CHUNK, len(tasks.created))
        drawn = _Chunk(np.random.default_rng([size.seed, 2, start]), tasks, start, whole)
        drawn.draw(stays[tasks.stream[start:whole]])
        yield drawn.events(min(whole, there), stop)


class _Chunk:
    """The events of one chunk, gathered kind by kind."""

    def __init__(self, dice: np.random.Generator, tasks: Tasks, start: int, end: int) -> None:
        self.dice = dice
        self.tasks = tasks
        self.start, self.end = start, end
        self.created = tasks.created[start:end]
        self.all = np.arange(end - start)
        self.columns: list[tuple[Ints, Ints, Ints, Ints]] = []

    def draw(self, stays: Flags) -> None:
        """Draw everything that happens to the chunk's tasks; `stays`: in a column of their own."""
        due, closed = self._closing()
        later = self._chance(0.35)
        self._add(Kind.FILED, self.all, self.created, self._pick(6) + LATER * later)
        self._add(Kind.JOINED, later, self._wait(6))
        parent = self.tasks.parent[self.start : self.end]
        self._add(Kind.PARENT, parent != NOBODY, self.created, parent)
        self._add(Kind.LEFT, self._chance(0.08), self._wait(90))
        self._moves(due, closed, stays)
        self._add(Kind.POINTS, self._chance(0.35), self._wait(9), self._pick(len(POINTS)))
        self._add(Kind.POINTS, self._chance(0.1), self._wait(40), self._pick(len(POINTS)))
        for share, days in ((0.7, 5), (0.4, 60), (0.3, 120)):
            self._add(Kind.PRIORITY, self._chance(share), self._wait(days), self._pick(6))
        for share, days in ((0.3, 1), (0.7, 20), (0.5, 60)):
            self._add(Kind.ASSIGNED, self._chance(share), self._wait(days), self._pick(7))
        for days in (10, 20, 40, 60, 90, 150):
            some = self._chance(0.48)
            self._add(Kind.MENTIONED, some, self._wait(days), self._pick(2**24))

    def _closing(self) -> tuple[Ints, Flags]:
        """When tasks are due, and which are then closed; their statuses on the way."""
        due = self._wait(60)
        closed = self.dice.random(len(due)) < 0.72
        span = due - self.created
        self._add(Kind.STATUS, self._chance(0.3), self.created + span * 6 // 10, PROGRESS)
        self._add(Kind.STATUS, self._chance(0.06), self.created + span * 7 // 10, STALLED)
        drawn = self.dice.random(len(due))
        end = np.where(drawn < 0.92, RESOLVED, np.where(drawn < 0.965, DECLINED, INVALID))
        self._add(Kind.STATUS, np.flatnonzero(closed), due, end)
        again = due + _waits(self.dice, 18 * SECONDS_A_DAY, len(due))
        reopened = closed & (self.dice.random(len(due)) < 0.07)
        self._add(Kind.STATUS, np.flatnonzero(reopened), again, OPEN)
        self._add(Kind.STATUS, np.flatnonzero(reopened), again + span, RESOLVED)
        return due, closed

    def _moves(self, due: Ints, closed: Flags, stays: Flags) -> None:
        span = due - self.created
        for stage, tenths in ((1, 2), (2, 6), (3, 8)):
            moved = self._chance(0.85) & ~stays
            self._add(Kind.MOVED, moved, self.created + span * tenths // 10, stage)
        self._add(Kind.MOVED, closed & self._chance(0.7) & ~stays, due, 4)
        self._add(Kind.MOVED, stays, self._wait(2), STAYS)

    def _chance(self, share: float) -> Flags:
        return self.dice.random(len(self.all)) < share

    def _pick(self, count: int) -> Ints:
        return self.dice.integers(0, count, len(self.all))

    def _wait(self, days: float) -> Ints:
        """Instants after the arrival, by so many days on average."""
        return self.created + _waits(self.dice, days * SECONDS_A_DAY, len(self.all))

    def _add(self, kind: Kind, chosen: Flags | Ints, when: Ints, number: Ints | int = 0) -> None:
        """Add an event of a kind to the chosen tasks; `when` and `number` are of all tasks."""
        rows = self.all[chosen]
        numbers = np.broadcast_to(np.asarray(number, dtype=np.int64), len(self.all))
        kinds = np.full(len(rows), kind, dtype=np.int64)
        self.columns.append((rows + self.start, when[rows], kinds, numbers[rows]))

    def events(self, end: int, stop: int) -> Events:
        """All events of the tasks before `end` that happened before `stop`, in order."""
        first, last = np.searchsorted(self.tasks.kin[0], (self.start, self.end))
        kin = tuple(column[first:last] for column in self.tasks.kin)
        task, when, kind, number = (
            np.concatenate(parts) for parts in zip(*self.columns, kin, strict=True)
        )
        by = self.dice.integers(0, 7, len(task))
        order = np.lexsort((kind, when, task))
        order = order[(when[order] < stop) & (task[order] < end)]
        columns = (column[order].tolist() for column in (task, when, kind, number, by))
        return Events(self.start, end, *columns)
