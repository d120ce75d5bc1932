"""The states of a scope as columns: each field once a state, as positions in its distinct values.

A scope of ten years has thousands of states and some hundred thousand days of tasks, but few
statuses, priorities, sets of boards and titles. So what a rule asks of a status or of boards is
asked once of each of these, and comes to states and periods by position.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from phlogiston_assets.domain.history.periods import State

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Value = TypeVar("Value", bound=Hashable)
Made = TypeVar("Made", bound=Hashable)

Boards = tuple[tuple[int, str], ...]
"""Projects, each with the column of the task there."""


@dataclass(frozen=True, slots=True)
class Field(Generic[Value]):
    """A field of all states: the position of each state's value in `distinct`."""

    distinct: tuple[Value, ...]
    place: Ints

    @classmethod
    def of(cls, column: Sequence[Value]) -> Field[Value]:
        """The field with that value of each state."""
        seen: dict[Value, int] = {}
        place = [seen.setdefault(value, len(seen)) for value in column]
        return cls(tuple(seen), np.array(place, dtype=np.int64))

    def flags(self, holds: Callable[[Value], bool]) -> Flags:
        """Which states have a value of which `holds` is true; it is asked once a value."""
        return np.array([holds(value) for value in self.distinct], dtype=np.bool_)[self.place]

    def to(self, make: Callable[[Value], Made]) -> Field[Made]:
        """The field with what `make` makes of each state's value; it is asked once a value."""
        made = Field.of([make(value) for value in self.distinct])
        return Field(made.distinct, made.place[self.place])

    def objects(self) -> npt.NDArray[np.object_]:
        """The values of all states."""
        return np.fromiter(self.distinct, dtype=object, count=len(self.distinct))[self.place]


@dataclass(frozen=True, slots=True)
class StateTable:
    """Columns of equal length, a row a state, in order of the ascending `keys`."""

    keys: Ints
    status: Field[str]
    priority: Field[str]
    points: npt.NDArray[np.float64]
    maint_type: Field[str]
    category_title: Field[str]
    boards: Field[Boards]
    watched: Field[tuple[int, ...]]

    @classmethod
    def of(cls, states: Mapping[int, State]) -> StateTable:
        """The table of states by their keys."""
        keys = sorted(states)
        rows: Iterable[Any] = map(states.__getitem__, keys)
        columns = list(zip(*rows, strict=True)) if keys else [()] * 7
        status, priority, points, maint_type, title, boards, watched = columns
        return cls(
            keys=np.array(keys, dtype=np.int64),
            status=Field.of(status),
            priority=Field.of(priority),
            points=np.array(points, dtype=np.float64),
            maint_type=Field.of(maint_type),
            category_title=Field.of(title),
            boards=Field.of(boards),
            watched=Field.of(watched),
        )

    def boards_and_titles(self) -> Field[tuple[Boards, str]]:
        """Boards and category title of each state: all that rules look at."""
        boards, titles = self.boards, self.category_title
        both = boards.place * len(titles.distinct) + titles.place
        distinct, place = np.unique(both, return_inverse=True)
        pairs = (divmod(one, len(titles.distinct)) for one in distinct.tolist())
        return Field(
            tuple((boards.distinct[board], titles.distinct[title]) for board, title in pairs),
            place,
        )

    def rows(self, state: Ints) -> Ints:
        """The row of each of the keys."""
        if len(self.keys) and self.keys[0] == 0 and self.keys[-1] == len(self.keys) - 1:
            return state
        return np.searchsorted(self.keys, state)

    def present(self, state: Ints) -> Flags:
        """Which states are among the keys."""
        return np.bincount(self.rows(state), minlength=len(self.keys)) > 0
