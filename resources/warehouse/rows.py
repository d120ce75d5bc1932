"""Many rows read and written at once, by the driver of the database itself.

What does not belong here: connections and transactions (see `database`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Date
from sqlalchemy.engine import Connection

from resources.warehouse.trouble import WarehouseError

Row = Sequence[Any]

_MANY: Final = 500
"""Rows written at once that may change how queries are best planned."""


def plain_rows(result: sa.CursorResult[Any]) -> list[Any]:
    """The rows of a query as the driver has them, dates as it keeps them, the fast way."""
    rows = list(result.cursor.fetchall()) if result.cursor else []
    result.close()
    return rows


def insert_rows(connection: Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert many rows, their values in the order of the table's columns, the fast way."""
    if rows:
        insert_columns(connection, table, list(zip(*rows, strict=True)))


def insert_columns(connection: Connection, table: sa.Table, columns: Sequence[Row]) -> None:
    """The same for rows whose values are given column by column."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(table.columns))
        statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'
        _driver(connection).executemany(statement, _sqlite_rows(table, columns))
        return
    driver = _driver(connection)
    with (
        driver.cursor() as cursor,
        cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT BINARY)') as copy,
    ):
        copy.set_types([_copy_type(column.type) for column in table.columns])
        for row in zip(*columns, strict=True):
            copy.write_row(row)


def _driver(connection: Connection) -> Any:
    """The driver's own connection: the generic way costs more than the rows themselves."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise WarehouseError("The connection to the database was lost.")
    return driver


def refresh_statistics(connection: Connection, tables: Iterable[sa.Table]) -> None:
    """Let PostgreSQL count the tables now: until its own next round it plans for empty ones."""
    if connection.dialect.name == "postgresql":
        for table in tables:
            connection.exec_driver_sql(f'ANALYZE "{table.name}"')


def refresh_after(connection: Connection, written: int, tables: Iterable[sa.Table]) -> None:
    """The same after so many rows were written, if they are many."""
    if written > _MANY:
        refresh_statistics(connection, tables)


def _sqlite_rows(table: sa.Table, columns: Sequence[Row]) -> Iterable[Row]:
    """The rows with their dates as the texts that SQLite keeps."""
    kept = [
        [day and day.isoformat() for day in values] if isinstance(column.type, Date) else values
        for column, values in zip(table.columns, columns, strict=True)
    ]
    return zip(*kept, strict=True)


def _copy_type(kind: sa.types.TypeEngine[Any]) -> str:
    names = {
        sa.BigInteger: "int8",
        sa.Integer: "int4",
        sa.Text: "text",
        sa.Float: "float8",
        sa.Date: "date",
        sa.LargeBinary: "bytea",
    }
    return names[type(kind)]
