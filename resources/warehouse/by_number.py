"""Rows that have one of many numbers, on both kinds of databases.

A statement names its numbers as `IN {numbers}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from resources.warehouse.rows import plain_rows


def rows_by_number(
    connection: Connection, query: str, numbers: Iterable[int]
) -> Sequence[tuple[Any, ...]]:
    """What a query finds for the numbers, however many; nothing for none.

    The rows are the driver's own: to wrap hundreds of thousands would cost more than to read them.
    """
    wanted = [int(number) for number in numbers]
    if not wanted:
        return []
    return plain_rows(connection.exec_driver_sql(*_filled(connection, query, wanted)))


def change_by_number(connection: Connection, statement: str, numbers: Sequence[int]) -> None:
    """Change the rows that have one of the numbers."""
    connection.exec_driver_sql(*_filled(connection, statement, numbers))


def _filled(connection: Connection, statement: str, numbers: Sequence[int]) -> tuple[str, Any]:
    if connection.dialect.name == "sqlite":
        filled = statement.format(numbers="(SELECT value FROM json_each(?))")
        return filled, (json.dumps(numbers),)
    return statement.format(numbers="(SELECT unnest(%s::bigint[]))"), (list(numbers),)
