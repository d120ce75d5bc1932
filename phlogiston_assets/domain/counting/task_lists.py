"""Lists of tasks for the report's other pages (domain.md, section 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import OPEN, RESOLVED, CategoryPeriods
from phlogiston_assets.domain.days import to_dates
from phlogiston_assets.domain.history.periods import Periods, first_board


def open_tasks(periods: Periods, categorised: CategoryPeriods, day: int) -> pd.DataFrame:
    """The tasks open on a day: id, category, priority, points, first_seen, last_change.

    `first_seen` is the first reconstructed day in this scope, `last_change` the day from which the
    task has been as it is. In order of categories, then ids.
    """
    now = categorised.on(day)
    now = now.only(now.status == OPEN)
    first, place = np.unique(periods.task, return_index=True)
    seen = periods.first[place][np.searchsorted(first, now.task)]
    then = periods.on(day)
    current = np.searchsorted(then.task, now.task)
    priority = then.table.priority
    began = _began(periods, day)[current]
    frame = pd.DataFrame(
        {
            "id": now.task,
            "category": now.titles,
            "priority": priority.objects()[then.row[current]],
            "points": now.points,
            "first_seen": to_dates(seen),
            "last_change": to_dates(began),
        }
    )
    return frame.iloc[np.lexsort((now.task, now.category))].reset_index(drop=True)


def _began(periods: Periods, day: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The first days of the periods that hold on a day, in order of tasks."""
    return periods.first[(periods.first <= day) & (periods.end > day)]


def unpointed_tasks(open_now: pd.DataFrame, unpointed: Collection[int]) -> pd.DataFrame:
    """Those of the open tasks that had no points at load, in the same columns without points."""
    kept = open_now["id"].isin(list(unpointed))
    return open_now[kept].drop(columns="points").reset_index(drop=True)


def points_histogram(periods: Periods, categorised: CategoryPeriods, day: int) -> pd.DataFrame:
    """Resolved tasks on a day by priority and points: priority, points (NaN: none), count."""
    now = categorised.on(day)
    now = now.only(now.status == RESOLVED)
    then = periods.on(day)
    row = then.row[np.searchsorted(then.task, now.task)]
    frame = pd.DataFrame({"priority": then.table.priority.objects()[row], "points": now.points})
    grouped = frame.groupby(["priority", "points"], dropna=False, sort=True)
    return grouped.size().rename("count").reset_index()


def combinations(
    periods: Periods, projects: Mapping[int, str], order: Sequence[int], day: int
) -> pd.DataFrame:
    """Every category title, project and column that occurs together, over all days.

    `order` are the scope's projects in order of first appearance in its rules.
    Columns: category_title, project, projectcolumn, tasks (in scope so on the day, 0 for none).
    """
    table = periods.table
    pairs = table.boards_and_titles()
    tasks = np.bincount(pairs.place[periods.on(day).row], minlength=len(pairs.distinct))
    shown = {one: first_board(one, order) for one in table.boards.distinct}
    found: Counter[tuple[str, str, str]] = Counter()
    for place in np.unique(pairs.place[table.present(periods.state)]).tolist():
        boards, title = pairs.distinct[place]
        project, column = shown[boards]
        found[title, projects.get(project, str(project)), column] += int(tasks[place])
    rows = [(*key, found[key]) for key in sorted(found)]
    return pd.DataFrame(rows, columns=["category_title", "project", "projectcolumn", "tasks"])
