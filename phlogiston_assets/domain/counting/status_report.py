"""The status report between two days (domain.md, section 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from phlogiston_assets.domain.categories.categorisation import CategoryPeriods, Flags, StatusSets
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
    all categorised tasks. `open`, `resolved` and `neither` are all tasks in scope: by the status
    that their category gives them or, where they have none, by the recorded one.
    """

    members: frozenset[int]
    category: Mapping[int, str]
    open: frozenset[int]
    resolved: frozenset[int]
    neither: frozenset[int]

    @property
    def listed(self) -> frozenset[int]:
        """The tasks that were in the project and categorised."""
        return self.members & self.category.keys()


def take_snapshot(
    periods: Periods,
    categorised: CategoryPeriods,
    project: int,
    day: int,
    statuses: StatusSets,
) -> Snapshot:
    """The snapshot of a day, from periods and categories of the same scope."""
    then, table = periods.on(day), periods.table

    def tasks(flags: Flags) -> frozenset[int]:
        return frozenset(then.task[flags[then.row]].tolist())

    having = table.watched.flags(lambda watched: project in watched)
    having |= table.boards.flags(lambda boards: any(project == board for board, _ in boards))
    rows = categorised.on(day)
    titles = dict(zip(rows.task.tolist(), rows.titles.tolist(), strict=True))
    recorded = tasks(table.status.flags(statuses.resolved.__contains__))
    resolved = recorded - titles.keys() | set(rows.task[rows.resolved].tolist())
    out = tasks(table.status.flags(lambda status: not status or status in statuses.out))
    neither = out - titles.keys()
    return Snapshot(
        members=tasks(having),
        category=titles,
        open=frozenset(then.task.tolist()) - resolved - neither,
        resolved=resolved,
        neither=neither,
    )


def status_report(
    initial: Snapshot, final: Snapshot, parents: Mapping[int, Iterable[int]]
) -> pd.DataFrame:
    """The tasks that the report lists: id, category, task_scope, status; sorted by id.

    `parents` are the tasks blocked by each, as of the load. A task that is out of the scope on the
    last day stays as it was: what it is there is not reconstructed.
    """
    listed, open_then = initial.listed, initial.members & initial.open
    cut = listed - final.members
    done_before = listed & initial.resolved
    rows = []
    for task in sorted((final.listed | cut) - (done_before - final.open - final.neither)):
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
