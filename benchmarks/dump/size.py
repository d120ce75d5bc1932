"""How big a dump for measuring is. No choice of content belongs here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

TASKS: Final = 400_000
PROJECTS: Final = 4_000
DAYS: Final = 3_653
FEWEST_PROJECTS: Final = 20


@dataclass(frozen=True, slots=True)
class DumpSize:
    """The size of a dump for measuring, which closes `until`.

    `tasks` arrive on the days from `first_day` to `last_day`; what happens after `until` is left
    out, so that dumps of one size with different `until` are one history at different times.
    `projects` stand beside those of the scopes. Equal sizes give equal bytes for a version of
    numpy.

    Raises ValueError for a size that cannot be.
    """

    first_day: date
    last_day: date
    tasks: int
    projects: int = PROJECTS
    seed: int = 1
    until: date | None = None

    def __post_init__(self) -> None:
        if not self.first_day < self.last_day:
            raise ValueError(f"the last day {self.last_day} must be after {self.first_day}")
        if self.tasks < 1 or self.projects < 1 or self.seed < 0:
            raise ValueError("a dump has at least one task and one project, and a seed from 0 on")
        if not self.first_day < self.closes <= self.last_day:
            raise ValueError(f"a dump closes a day after {self.first_day}, up to {self.last_day}")

    @classmethod
    def of_wikimedia(
        cls, fraction: float, last_day: date, *, days: int = DAYS, seed: int = 1
    ) -> Self:
        """A fraction of the size that performance.md states, over `days` days."""
        tasks = max(1, round(TASKS * fraction))
        projects = max(FEWEST_PROJECTS, round(PROJECTS * fraction))
        return cls(last_day - timedelta(days=days - 1), last_day, tasks, projects, seed)

    @property
    def closes(self) -> date:
        """The last day that the dump covers."""
        return self.until or self.last_day

    @property
    def days(self) -> int:
        """How many days the tasks arrive on."""
        return (self.last_day - self.first_day).days + 1
