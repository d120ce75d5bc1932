"""How big a sample is, and what was written. No choice of content belongs here."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

TASKS_PER_EXTRA_PROJECT = 100
MOST_EXTRA_PROJECTS = 4_000


@dataclass(frozen=True)
class SampleSize:
    """The size of a sample dump; equal sizes give equal bytes on every machine.

    first_day, last_day: the days (UTC, both included) on which its people work; the dump closes
        `last_day`, so nothing in it is younger.
    tasks: how many tasks, at least 1.
    extra_projects: how many generated projects stand beside those of the named teams, each with
        work of its own; by default one for every hundred tasks beyond the default size, at most
        4,000.
    seed: which of the samples of this size, 0 or more.

    Raises ValueError for a size that cannot be.
    """

    first_day: date
    last_day: date
    tasks: int = 1_500
    extra_projects: int | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        if self.last_day <= self.first_day:
            raise ValueError(f"the last day {self.last_day} must be after {self.first_day}")
        if self.tasks < 1:
            raise ValueError(f"a sample has at least one task, not {self.tasks}")
        if self.seed < 0:
            raise ValueError(f"a seed is 0 or more, not {self.seed}")
        if not 0 <= self.projects_beside_teams <= MOST_EXTRA_PROJECTS:
            raise ValueError(f"extra projects are 0 to {MOST_EXTRA_PROJECTS}")

    @classmethod
    def ending(cls, last_day: date, *, tasks: int = 1_500, days: int = 550, seed: int = 1) -> Self:
        """The sample of `days` days of which `last_day` is the last."""
        return cls(last_day - timedelta(days=days - 1), last_day, tasks=tasks, seed=seed)

    @property
    def days(self) -> int:
        """How many days the sample covers."""
        return (self.last_day - self.first_day).days + 1

    @property
    def projects_beside_teams(self) -> int:
        """How many generated projects the sample has."""
        if self.extra_projects is not None:
            return self.extra_projects
        beyond_default = max(0, self.tasks - SampleSize.tasks)
        return min(MOST_EXTRA_PROJECTS, beyond_default // TASKS_PER_EXTRA_PROJECT)


@dataclass(frozen=True)
class SampleSummary:
    """What `write_sample` has written: rows of each kind, and bytes in all."""

    tasks: int
    transactions: int
    projects: int
    columns: int
    bytes: int
