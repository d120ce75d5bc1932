"""The recorded history of a task as daily steps, packed into integers (domain.md, section 3).

A task's packed history is an array of `int32` with four numbers a step: field, key, day, value.
It says that from `day` on, the field has that value; day 0 stands for "from the beginning".
Only the last change of a day is kept, and none that changes nothing, since every figure is a
figure of a day. What a row of the dump says is worked out once, at load; reconstruction only
looks up steps.

| field | key | value |
| --- | --- | --- |
| STATUS, PRIORITY, POINTS | 0 | code of a text in the load's dictionary; NONE for no value |
| PROJECT | project id | 1 from the day it was added, 0 from the day it was removed |
| COLUMN | project id of the board | column id; NONE for a column that the dump does not know |

What does not belong here: reading rows of the dump (see `task_record`), and what a scope makes of
a history (see `reconstruction`).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

STATUS: Final = 0
PRIORITY: Final = 1
POINTS: Final = 2
PROJECT: Final = 3
COLUMN: Final = 4

NONE: Final = -1
NOT_YET: Final = -2
"""What a board's column is before the first element that names one; never stored."""
BEGINNING: Final = 0
"""The day of a value that holds since before the first change."""

DayValues = Sequence[tuple[int, int]]
"""(day, value) in order of time, several a day."""

Ints = npt.NDArray[np.int64]


class Packer:
    """Packs the steps of one task, field by field, into the stored form."""

    def __init__(self) -> None:
        self._numbers: list[int] = []

    def add(self, field: int, key: int, initial: int, changes: DayValues) -> int:
        """Add a field that begins as `initial`, and what each day's last change makes of it.

        Returns the value that it ends as.
        """
        numbers = self._numbers
        if initial != NOT_YET:
            numbers += (field, key, BEGINNING, initial)
        if not changes:
            return initial
        previous = initial
        for day, value in dict(changes).items() if len(changes) > 1 else changes:
            if value != previous:
                numbers += (field, key, day, value)
                previous = value
        return previous

    def packed(self) -> bytes:
        """The stored form, little-endian."""
        return array("i", self._numbers).tobytes()


@dataclass(frozen=True, slots=True)
class Histories:
    """The packed histories of several tasks, as columns of equal length, one row a step.

    `task` holds positions in `task_ids`, which ascends; rows of a task stand together.
    """

    task_ids: Ints
    task: Ints
    field: npt.NDArray[np.int32]
    key: npt.NDArray[np.int32]
    day: Ints
    value: npt.NDArray[np.int32]

    def rows(self, field: int, key: int = 0) -> Lookup:
        """The steps of one field (and key) of all tasks, ready to be looked up."""
        chosen = (self.field == field) & (self.key == key)
        return Lookup.of(self.task[chosen], self.day[chosen], self.value[chosen])


def unpack(task_ids: Sequence[int], packed: Sequence[bytes]) -> Histories:
    """Unpack the histories of tasks; ids ascend and belong to the packed values in order."""
    steps = np.frombuffer(b"".join(packed), dtype="<i4").reshape(-1, 4)
    lengths = np.fromiter((len(item) // 16 for item in packed), dtype=np.int64, count=len(packed))
    return Histories(
        task_ids=np.asarray(task_ids, dtype=np.int64),
        task=np.repeat(np.arange(len(packed), dtype=np.int64), lengths),
        field=steps[:, 0],
        key=steps[:, 1],
        day=steps[:, 2].astype(np.int64),
        value=steps[:, 3],
    )


_DAY_BITS: Final = 22
"""Room for day numbers up to the year 13000 in a combined key."""


def combine(task: Ints, day: Ints) -> Ints:
    """One ascending integer for a task and a day."""
    return (task << _DAY_BITS) + day


def split(combined: Ints) -> tuple[Ints, Ints]:
    """The tasks and days of combined integers (inverse of `combine`)."""
    return combined >> _DAY_BITS, combined & ((1 << _DAY_BITS) - 1)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Steps sorted by task and day, to find the latest at or before a day."""

    at: Ints
    value: npt.NDArray[np.int32]

    @classmethod
    def of(cls, task: Ints, day: Ints, value: npt.NDArray[np.int32]) -> Lookup:
        """Sort steps for looking up; no two may have the same task and day."""
        at = combine(task, day)
        order = np.argsort(at, kind="stable")
        return cls(at[order], value[order])

    def find(self, task: Ints, day: Ints, missing: int) -> npt.NDArray[np.int32]:
        """The value of each task on each day; `missing` where no step is that old."""
        if not len(self.at):
            return np.full(len(task), missing, dtype=np.int32)
        index = np.searchsorted(self.at, combine(task, day), side="right") - 1
        found = (index >= 0) & (self.at[index] >> _DAY_BITS == task)
        return np.where(found, self.value[index], np.int32(missing))

    def tasks(self) -> Ints:
        """The distinct tasks that have a step."""
        return np.unique(self.at >> _DAY_BITS)
