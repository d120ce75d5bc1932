"""The order in which scopes are worked on side by side."""

from __future__ import annotations

from phlogiston_assets.scope_runs import largest_first
from resources.warehouse.database import Database
from resources.warehouse.rows import insert_rows
from resources.warehouse.schema import scope_period


def test_new_scopes_come_first_and_then_the_largest(sqlite_database: Database) -> None:
    """No large one is left alone at the end."""
    periods = [
        (scope, task, 0, 1, 1) for scope, tasks in (("a", 2), ("b", 3)) for task in range(tasks)
    ]
    with sqlite_database.write() as connection:
        insert_rows(connection, scope_period, periods)
    assert largest_first(sqlite_database, ["a", "b", "new"]) == ["new", "b", "a"]
