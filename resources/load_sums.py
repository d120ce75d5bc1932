"""What a load knows of all tasks together: ids, children, projects, times and agreement."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from phlogiston_assets.domain.dumps.agreement import Agreement
from phlogiston_assets.domain.dumps.task_record import TaskRecord
from resources.warehouse.reading_store import KnownTask

_UNKNOWN: Final = -1


class Phids:
    """The phids of all tasks with their ids, end to end: few are asked for, once, at the end.

    A dictionary of all of them takes 130 bytes a task.
    """

    def __init__(self) -> None:
        self._told = bytearray()
        self._ends = array("q")
        self._ids = array("q")

    def add(self, phid: str, number: int) -> None:
        """Add the phid of a task."""
        self._told += phid.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._told))
        self._ids.append(number)

    def ids_of(self, wanted: Iterable[str]) -> dict[str, int]:
        """The ids of those of the wanted that were added; of one that came twice the greatest."""
        found = dict.fromkeys(wanted, _UNKNOWN)
        begin = 0
        for end, number in zip(self._ends, self._ids, strict=True):
            phid = self._told[begin:end].decode("utf-8", "surrogatepass")
            begin = end
            if phid in found:
                found[phid] = max(found[phid], number)
        return {phid: number for phid, number in found.items() if number != _UNKNOWN}


class LoadSums:
    """The sums over a load's tasks, whether they were read or are known from the load before."""

    def __init__(self) -> None:
        self.tasks = 0
        self.newest_change = 0
        self.strange_times = 0
        self.transaction_ids = array("q")
        self._phids = Phids()
        self._children: list[tuple[int, str]] = []
        self._members: dict[int, array[int]] = defaultdict(lambda: array("i"))

    def add(self, record: TaskRecord) -> None:
        """Add a task that was read."""
        for project in record.projects:
            self._members[project].append(record.id)
        self._add(record)
        self.transaction_ids.extend(record.transaction_ids)
        self.strange_times += record.strange_times

    def _add(self, task: TaskRecord | KnownTask) -> None:
        self.tasks += 1
        if task.phid:
            self._phids.add(task.phid, task.id)
        self._children += [(task.id, phid) for phid in task.blocked_by]
        if task.newest_change > self.newest_change:  # noqa: PLR1730 - a call costs more than the rest
            self.newest_change = task.newest_change

    def add_known(
        self,
        tasks: Iterable[KnownTask],
        members: Mapping[int, array[int]],
        agreement: Agreement,
    ) -> None:
        """Add tasks that were not read again, and those of them that ever had each project."""
        compared: Counter[int] = Counter()
        for task in tasks:
            self._add(task)
            self.transaction_ids.extend(task.transaction_ids)
            compared[task.compared] += 1
        for project, told in members.items():
            self._members[project].extend(told)
        for fields, count in compared.items():
            agreement.note_agreed(fields, count)

    def members(self) -> list[tuple[int, bytes]]:
        """Rows of `project_task`: projects, and the tasks that ever had them, both ascending."""
        return [
            (project, np.sort(np.frombuffer(tasks, dtype=np.int32)).tobytes())
            for project, tasks in sorted(self._members.items())
        ]

    def blocked(self) -> list[tuple[int, int]]:
        """Rows of `maniphest_blocked`: parents, and their children that are in the dump."""
        ids = self._phids.ids_of(phid for _, phid in self._children)
        return sorted({(parent, ids[phid]) for parent, phid in self._children if phid in ids})

    def repeated_transactions(self) -> int:
        """How many ids of transactions stand twice; sorts them where they are, for want of room."""
        ids = np.frombuffer(self.transaction_ids, dtype=np.int64)
        ids.sort()
        return int(np.count_nonzero(ids[1:] == ids[:-1]))
