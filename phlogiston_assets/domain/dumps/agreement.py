"""How often the state rebuilt from history agrees with what the dump itself says of a task.

The dump tells each task's status, priority, points and projects as of its making, and the changes
that led there. Where the two differ, changes are missing from the dump or are read wrongly.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

FIELDS: Final = ("status", "priority", "points", "projects")
_EXAMPLES: Final = 5


class Agreement:
    """Compares task by task; `compared` and `differing` count by field."""

    def __init__(self) -> None:
        self.compared: Counter[str] = Counter()
        self.differing: Counter[str] = Counter()
        self.examples: list[int] = []
        """The first few tasks that differ in any field."""

    def compare(self, task: int, field: str, rebuilt: object, told: object) -> None:
        """Note what history says of a field at its end, and what the dump says."""
        self.compared[field] += 1
        if rebuilt == told:
            return
        self.differing[field] += 1
        if len(self.examples) < _EXAMPLES and task not in self.examples:
            self.examples.append(task)
