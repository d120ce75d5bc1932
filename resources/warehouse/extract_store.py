"""Reading what a scope's reconstruction needs of the load, by index, in one transaction."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from sqlalchemy.engine import Connection

from phlogiston_assets.domain.days import SECONDS_A_DAY
from phlogiston_assets.domain.dumps.values import plain_points
from phlogiston_assets.domain.history import packed
from phlogiston_assets.domain.history.extract import Column, Extract
from phlogiston_assets.domain.history.packed import Histories
from phlogiston_assets.domain.history.reconstruction import Recipe
from resources.warehouse.by_number import rows_by_number


def read_projects(connection: Connection) -> dict[int, str]:
    """Names of all projects of the load by id, in order of ids."""
    rows = connection.exec_driver_sql("SELECT id, name FROM phabricator_project ORDER BY id")
    return dict(tuple(row) for row in rows)


def read_extract(connection: Connection, recipe: Recipe) -> Extract:
    """Everything of the load that a reconstruction by this recipe looks at."""
    members = _members(connection, recipe.marks)
    in_scope = set().union(*(members.get(project, ()) for project in recipe.projects))
    marked = set().union(*(members.get(project, ()) for project in recipe.category_projects))
    histories = _histories(connection, sorted(in_scope))
    category_tasks = sorted(in_scope & marked)
    return Extract(
        histories=histories,
        texts=_texts(connection),
        columns=_columns(connection, recipe.projects, histories),
        titles=_titles(connection, category_tasks),
        children=_children(connection, category_tasks),
    )


def read_titles(connection: Connection, tasks: Sequence[int]) -> dict[int, str]:
    """Titles of tasks by id."""
    return _titles(connection, tasks)


def read_unpointed(connection: Connection, tasks: Sequence[int]) -> frozenset[int]:
    """Those of the tasks that have no points at load."""
    query = "SELECT id, story_points FROM maniphest_task WHERE id IN {numbers}"
    rows = rows_by_number(connection, query, tasks)
    none = {points for points in {points for _, points in rows} if plain_points(points) is None}
    return frozenset(task for task, points in rows if points in none)


def read_created(connection: Connection, tasks: Sequence[int]) -> dict[int, int]:
    """The day number on which each of the tasks was made; without those whose day is not known."""
    query = "SELECT id, date_created FROM maniphest_task WHERE id IN {numbers}"
    rows = rows_by_number(connection, query, tasks)
    return {task: made // SECONDS_A_DAY for task, made in rows if made is not None}


def read_parents(connection: Connection, tasks: Sequence[int]) -> dict[int, list[int]]:
    """The tasks that each of the tasks blocks, where it blocks any."""
    query = "SELECT parent_id, child_id FROM maniphest_blocked WHERE child_id IN {numbers}"
    parents: dict[int, list[int]] = defaultdict(list)
    for parent, child in rows_by_number(connection, query, tasks):
        parents[child].append(parent)
    return dict(parents)


def _members(connection: Connection, projects: Iterable[int]) -> dict[int, set[int]]:
    """The tasks that ever had each project."""
    query = "SELECT project_id, task_ids FROM project_task WHERE project_id IN {numbers}"
    return {
        project: set(array("i", ids))
        for project, ids in rows_by_number(connection, query, projects)
    }


def _histories(connection: Connection, tasks: Sequence[int]) -> Histories:
    query = "SELECT task_id, steps FROM task_history WHERE task_id IN {numbers}"
    rows = sorted(rows_by_number(connection, query, tasks))
    return packed.unpack([row[0] for row in rows], [bytes(row[1]) for row in rows])


def _texts(connection: Connection) -> list[str]:
    rows = connection.exec_driver_sql("SELECT text FROM history_text ORDER BY code")
    return [row[0] for row in rows]


def _columns(connection: Connection, projects: Iterable[int], histories: Histories) -> list[Column]:
    fields = "SELECT id, name, project_id, is_default, created_day FROM phabricator_column"
    boards = rows_by_number(connection, f"{fields} WHERE project_id IN {{numbers}}", projects)
    known = {row[0] for row in boards}
    named = np.unique(histories.value[histories.field == packed.COLUMN]).tolist()
    others = [column for column in named if column not in known and column != packed.NONE]
    strays = rows_by_number(connection, f"{fields} WHERE id IN {{numbers}}", others)
    return [
        Column(number, name, project, bool(default), created)
        for number, name, project, default, created in sorted([*boards, *strays])
    ]


def _titles(connection: Connection, tasks: Sequence[int]) -> dict[int, str]:
    query = "SELECT id, title FROM maniphest_task WHERE id IN {numbers}"
    return dict(tuple(row) for row in rows_by_number(connection, query, tasks))


def _children(connection: Connection, tasks: Sequence[int]) -> dict[int, list[int]]:
    """Children by parent for the tasks and all below them, one level a query."""
    query = "SELECT parent_id, child_id FROM maniphest_blocked WHERE parent_id IN {numbers}"
    found: dict[int, list[int]] = defaultdict(list)
    seen = set(tasks)
    level = list(tasks)
    while level:
        rows = rows_by_number(connection, query, level)
        for parent, child in rows:
            found[parent].append(child)
        level = sorted({child for _, child in rows} - seen)
        seen.update(level)
    return dict(found)
