"""Periods: a task's row does not change between two changes (domain.md, section 3).

A period says that a task had a state from its first day to the day before its end. All tables of
days are read from periods, so that the cost is that of the changes, not of the days.

What does not belong here: how a state comes about (see `reconstruction`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Final, NamedTuple, Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from phlogiston_assets.domain.days import FOREVER
from phlogiston_assets.domain.history.packed import combine
from phlogiston_assets.domain.history.state_table import StateTable

Ints = npt.NDArray[np.int64]

NOWHERE: Final = -1
"""Stands for a row, or a place, of a task that is in no scope."""


class State(NamedTuple):
    """All that a scope knows of a task on a day; equal states of a scope are stored once.

    `boards` are the scope's projects that the task has, in order of ids, each with its column
    there; `watched` are further projects that it has and the status report asks for.
    """

    status: str
    priority: str
    points: float | None
    maint_type: str
    category_title: str
    boards: tuple[tuple[int, str], ...]
    watched: tuple[int, ...] = ()

    def first_board(self, order: Sequence[int]) -> tuple[int, str]:
        """The first of the scope's projects that the task has, and its column there.

        `order` are the scope's projects in order of first appearance in its rules. It is no part
        of the state, so that rules can change places without a new reconstruction.
        """
        return first_board(self.boards, order)

    @property
    def digest(self) -> int:
        """A stable number for the state's content, the same on every machine."""
        content = msgspec.json.encode(self)
        return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), signed=True)


def first_board(boards: Iterable[tuple[int, str]], order: Sequence[int]) -> tuple[int, str]:
    """The first of some boards in an order of projects, see `State.first_board`."""
    columns = dict(boards)
    return next((one, columns[one]) for one in (*order, *columns) if one in columns)


class States(dict[int, State]):
    """States by their keys; never changed once periods have them."""

    @cached_property
    def table(self) -> StateTable:
        """The same as columns."""
        return StateTable.of(self)


@dataclass(frozen=True, slots=True)
class Periods:
    """Columns of equal length, sorted by task and first day; periods of a task never overlap.

    `task` are task ids, `first` and `end` day numbers (half-open; FOREVER: not ended), `state` are
    keys of `states`.
    """

    task: Ints
    first: Ints
    end: Ints
    state: Ints
    states: States = field(default_factory=States)

    def __len__(self) -> int:
        return len(self.task)

    @property
    def table(self) -> StateTable:
        """All states as columns."""
        return self.states.table

    @property
    def row(self) -> Ints:
        """Each period's row in `table`."""
        return self.table.rows(self.state)

    @classmethod
    def of_rows(
        cls,
        rows: Collection[tuple[int, int, int, int]],
        states: Mapping[int, State] | None = None,
    ) -> Periods:
        """Periods from (task, first, end, state) in any order."""
        cells = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=4 * len(rows))
        task, first, end, state = cells.reshape(-1, 4).T
        order = np.lexsort((first, task))
        return cls(task[order], first[order], end[order], state[order], States(states or {}))

    @classmethod
    def together(cls, parts: Sequence[Periods]) -> Periods:
        """The periods of parts that lie one after the other in time."""
        task, first, end, state = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("task", "first", "end", "state")
        )
        order = np.lexsort((first, task))
        states = States(item for part in parts for item in part.states.items())
        return cls(task[order], first[order], end[order], state[order], states)

    def rows(self) -> set[tuple[int, int, int, int]]:
        """The periods as (task, first, end, state)."""
        columns = (self.task, self.first, self.end, self.state)
        return set(zip(*(column.tolist() for column in columns), strict=True))

    def clip(self, first: int, end: int) -> Periods:
        """The parts of the periods that lie within [first, end)."""
        kept = (self.first < end) & (self.end > first)
        return Periods(
            self.task[kept],
            np.maximum(self.first[kept], first),
            np.minimum(self.end[kept], end),
            self.state[kept],
            self.states,
        )

    def on(self, day: int) -> Periods:
        """The periods that hold on a day, at most one a task."""
        return self.clip(day, day + 1)


class Spans(Protocol):
    """Columns of equal length, sorted by task and first day; spans of a task never overlap."""

    @property
    def task(self) -> Ints:
        """Task ids."""

    @property
    def first(self) -> Ints:
        """First days."""

    @property
    def end(self) -> Ints:
        """The days after the last ones."""


def row_at(spans: Spans, task: Ints, day: Ints) -> Ints:
    """The row that holds for each task on its day, or NOWHERE."""
    if not len(spans.task):
        return np.full(len(task), NOWHERE, dtype=np.int64)
    at = combine(spans.task, spans.first)
    row = np.maximum(np.searchsorted(at, combine(task, day), side="right") - 1, 0)
    holds = (spans.task[row] == task) & (spans.first[row] <= day) & (spans.end[row] > day)
    return np.where(holds, row, NOWHERE)


def splice(old: Periods, new: Periods, first: int, end: int) -> Periods:
    """`old` with its piece [first, end) replaced by `new`'s; adjoining equal periods are joined."""
    parts = [old.clip(-FOREVER, first), new.clip(first, end), old.clip(end, FOREVER)]
    whole = Periods.together(parts)
    return Periods(*join(whole.task, whole.first, whole.end, whole.state), whole.states)


def join(task: Ints, first: Ints, end: Ints, state: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Join each period with the one before it where that ends as this begins, in the same state."""
    if not len(task):
        return task, first, end, state
    same = (task[1:] == task[:-1]) & (first[1:] == end[:-1]) & (state[1:] == state[:-1])
    starts = np.flatnonzero(np.concatenate([[True], ~same]))
    ends = np.concatenate([starts[1:], [len(task)]]) - 1
    return task[starts], first[starts], end[ends], state[starts]


def ranges(days: Iterable[int]) -> list[tuple[int, int]]:
    """The days as half-open ranges of consecutive days, ascending."""
    found: list[tuple[int, int]] = []
    for day in sorted(set(days)):
        if found and found[-1][1] == day:
            found[-1] = (found[-1][0], day + 1)
        else:
            found.append((day, day + 1))
    return found
