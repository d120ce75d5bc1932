"""How often the state rebuilt from history agrees with what the dump itself says of a task.

The dump tells each task's status, priority, points and projects as of its making, and the changes
that led there. Where the two differ, changes are missing from the dump or are read wrongly.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

STATUS, PRIORITY, POINTS, PROJECTS = 1, 2, 4, 8
FIELDS: Final = {
    "status": STATUS,
    "priority": PRIORITY,
    "points": POINTS,
    "projects": PROJECTS,
}
"""The fields that are compared. Several are told as the sum of their numbers."""
_EXAMPLES: Final = 5


class Agreement:
    """Counts tasks by the fields that were compared, and by those of them that differ."""

    def __init__(self) -> None:
        self._compared: Counter[int] = Counter()
        self._differing: Counter[int] = Counter()
        self.examples: list[int] = []
        """The first few tasks that differ in any field."""

    def note(self, task: int, compared: int, differing: int) -> None:
        """Note the fields of a task that were compared, and those of them that differ."""
        self._compared[compared] += 1
        if differing:
            self._differing[differing] += 1
            if len(self.examples) < _EXAMPLES and task not in self.examples:
                self.examples.append(task)

    def note_agreed(self, compared: int, tasks: int) -> None:
        """Note that so many tasks agreed in all the fields that were compared."""
        self._compared[compared] += tasks

    @property
    def compared(self) -> Counter[str]:
        """How many tasks were compared in each field."""
        return _by_field(self._compared)

    @property
    def differing(self) -> Counter[str]:
        """How many of them differ in it."""
        return _by_field(self._differing)


def _by_field(counted: Counter[int]) -> Counter[str]:
    told = {
        field: sum(tasks for fields, tasks in counted.items() if fields & number)
        for field, number in FIELDS.items()
    }
    return +Counter(told)
