"""Tasks that are as they were in the load before: their rows stay, and are not written again.

What does not belong here: which texts need not even be read (see `reading_store`), and how a load
takes the place of the one before as a whole (see `load_store`).
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy.engine import Connection

from resources.warehouse import schema
from resources.warehouse.by_number import change_by_number, rows_by_number
from resources.warehouse.rows import Row

Batches = Mapping[str, Sequence[Row]]
"""Rows by the name of their table."""
_AT_ONCE: Final = 20_000
_TASKS: Final = "maniphest_task"


class Comparison:
    """Compares the tasks of a load with those of the load before, which is in place."""

    def __init__(self) -> None:
        self._same = array("q")
        self._changed = 0

    @property
    def few_changed(self) -> bool:
        """Whether to replace the rows of changed tasks is less than to copy those of all others."""
        return self._changed <= len(self._same)

    def are_same(self, tasks: Sequence[int]) -> None:
        """Note that tasks are as they were, which is known without their rows."""
        self._same.extend(tasks)

    def without_same(self, connection: Connection, batches: Batches) -> Batches:
        """The batches without the rows of tasks that are as they were.

        All rows of a task come in one call.
        """
        tasks = {row[0] for row in batches.get(_TASKS, ())}
        if not tasks:
            return batches
        same = set(tasks)
        for name in schema.OF_TASKS:
            new, old = _by_task(batches.get(name, ())), _by_task(_stored(connection, name, tasks))
            same = {task for task in same if new.get(task) == old.get(task)}
        self._same.extend(same)
        self._changed += len(tasks) - len(same)
        return {
            name: [row for row in rows if row[0] not in same] if name in schema.OF_TASKS else rows
            for name, rows in batches.items()
        }

    def copy_same(self, connection: Connection, staging: str) -> None:
        """Add the rows of tasks that are as they were to the new tables, `staging` before names."""
        for name, key in schema.OF_TASKS.items():
            statement = f"INSERT INTO {staging}{name} SELECT * FROM {name} WHERE {key}"
            _change(connection, statement, np.array(self._same, dtype=np.int64))

    def replace_changed(self, connection: Connection, staging: str) -> None:
        """Replace the rows of changed tasks by the new ones; those of lost tasks go.

        The new rows are in tables with `staging` before their names, which go too.
        """
        tasks = connection.exec_driver_sql(f"SELECT id FROM {_TASKS}").scalars()
        gone = np.setdiff1d(np.fromiter(tasks, np.int64), np.array(self._same, dtype=np.int64))
        for name, key in schema.OF_TASKS.items():
            _change(connection, f"DELETE FROM {name} WHERE {key}", gone)
            connection.exec_driver_sql(f"INSERT INTO {name} SELECT * FROM {staging}{name}")
            connection.exec_driver_sql(f"DROP TABLE {staging}{name}")


def _change(connection: Connection, statement: str, tasks: npt.NDArray[np.int64]) -> None:
    for start in range(0, len(tasks), _AT_ONCE):
        numbers = tasks[start : start + _AT_ONCE].tolist()
        change_by_number(connection, f"{statement} IN {{numbers}}", numbers)


def _stored(connection: Connection, name: str, tasks: Collection[int]) -> Sequence[Row]:
    query = f"SELECT * FROM {name} WHERE {schema.OF_TASKS[name]} IN {{numbers}}"
    return rows_by_number(connection, query, tasks)


def _by_task(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """A task's rows in an order of their own, which is not that of any table."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    for several in found.values():
        if len(several) > 1:
            several.sort(key=tuple)
    return found
