"""What pages are told besides the figures: when, from which load, and where tasks live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ReportContext:
    """What a report's pages are told besides its figures.

    Attributes:
        generated_at: when the report is made (UTC).
        load_day: the day that the newest load closes; lists of what is at load are of it.
        made_of: the day that the load closes which the report's days were made of.
        newest_change: the newest change that the latter holds (UTC), if known.
        phabricator_url: where tasks and boards live, without a slash at the end.
        task_titles: titles of tasks by id, as of the load; those of missing ids are left blank.
    """

    generated_at: datetime
    load_day: date
    made_of: date
    newest_change: datetime | None
    phabricator_url: str
    task_titles: Mapping[int, str]

    def titles_of(self, tasks: Iterable[int]) -> list[str]:
        """The titles of tasks; "" for those that are not known."""
        return [self.task_titles.get(int(task), "") for task in tasks]

    def task_url(self, task: int) -> str:
        """The address of a task."""
        return f"{self.phabricator_url.rstrip('/')}/T{task}"

    def board_url(self, project: int) -> str:
        """The address of a project's page, which leads to its board."""
        return f"{self.phabricator_url.rstrip('/')}/project/view/{project}/"


@dataclass(frozen=True, slots=True)
class IndexContext:
    """What the site's index is told besides the summaries.

    Attributes:
        generated_at: when the index is made (UTC).
        due_day: the newest day that every report should have; older reports are marked as stale.
        failures: by scope, a sentence on why its last run failed; scopes without a report too.
    """

    generated_at: datetime
    due_day: date
    failures: Mapping[str, str] = field(default_factory=dict)
