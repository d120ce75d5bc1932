"""The status report between two days (domain.md, section 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from phlogiston_assets.domain.categories.categorisation import CategoryPeriods
from phlogiston_assets.domain.history.periods import Periods

IN_SCOPE: Final = "In-Scope"
ELABORATED: Final = "Elaborated"
SCREEP: Final = "Screep"
CUT: Final = "Cut"
REOPENED: Final = "Reopened"
DONE: Final = "Done"
OPEN: Final = "Open"
COLUMNS: Final = ["id", "category", "task_scope", "status"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A day as the status report sees it.

    `members` are the tasks that had the report's project; `category` gives the category titles of
    all categorised tasks, `resolved` are those of them that were resolved.
    """

    members: frozenset[int]
    category: Mapping[int, str]
    resolved: frozenset[int]

    @property
    def listed(self) -> frozenset[int]:
        """The tasks that were in the project and categorised."""
        return self.members & self.category.keys()

    @property
    def open(self) -> frozenset[int]:
        """The categorised tasks that were not resolved."""
        return frozenset(self.category.keys() - self.resolved)


def take_snapshot(
    periods: Periods, categorised: CategoryPeriods, project: int, day: int
) -> Snapshot:
    """The snapshot of a day, from periods and categories of the same scope."""
    then, table = periods.on(day), periods.table
    having = table.watched.flags(lambda watched: project in watched)
    having |= table.boards.flags(lambda boards: any(project == board for board, _ in boards))
    rows = categorised.on(day)
    return Snapshot(
        members=frozenset(then.task[having[then.row]].tolist()),
        category=dict(zip(rows.task.tolist(), rows.titles.tolist(), strict=True)),
        resolved=frozenset(rows.task[rows.resolved].tolist()),
    )


def status_report(
    initial: Snapshot, final: Snapshot, parents: Mapping[int, Iterable[int]]
) -> pd.DataFrame:
    """The tasks that the report lists: id, category, task_scope, status; sorted by id.

    `parents` are the tasks blocked by each, as of the load.
    """
    listed, open_then = initial.listed, initial.listed & initial.open
    cut = listed - final.members
    done_before = listed & initial.resolved
    rows = []
    for task in sorted((final.listed | cut) - (done_before - final.open)):
        category = initial.category[task] if task in cut else final.category[task]
        if task in cut:
            status = CUT
        elif task in done_before:
            status = REOPENED
        else:
            status = DONE if task in final.resolved else OPEN
        if task in listed:
            scope = IN_SCOPE
        else:
            scope = SCREEP if open_then.isdisjoint(parents.get(task, ())) else ELABORATED
        rows.append((task, category, scope, status))
    return pd.DataFrame(rows, columns=COLUMNS)
