"""Opening the warehouse's database, and its transactions on SQLite and PostgreSQL.

A reader sees one state from beginning to end: on SQLite by its snapshot, on PostgreSQL by a
repeatable-read transaction that first takes a share lock on the loaded tables, so that no swap of
tables can fall between two of its reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url

from resources.addresses import shown_database
from resources.warehouse import schema, versions
from resources.warehouse.trouble import WarehouseError, told_as_trouble

__all__ = ["Database", "Guard", "WarehouseError", "has_table"]

Guard = Callable[[Connection], None]
"""Asked by every change, as it begins and before it is committed; raises to forbid it."""

_BUSY_SECONDS = 120
_PAGE = 16_384
"""Bytes a page of a new SQLite file: room for several tasks, whose texts leave smaller ones half
empty."""


class Database:
    """The warehouse's database; makes its tables and views on first use."""

    def __init__(self, url: str) -> None:
        """`url` is a SQLAlchemy URL of a SQLite file or a PostgreSQL database."""
        self.url = make_url(url)
        if self.url.drivername in ("postgresql", "postgres"):
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.engine = _engine(self.url)
        self._guards: list[Guard] = []

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.url.get_backend_name() == "sqlite"

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the whole warehouse.

        Raises:
            WarehouseError: the database fails, as by a lost server.
        """
        with (
            told_as_trouble(self.url),
            self._connect(isolation_level="REPEATABLE READ") as connection,
        ):
            shared = [] if self.is_sqlite else _loaded_tables(connection)
            with connection.begin():
                if shared:
                    # Nothing may come before it: the first query settles what is seen of all rows,
                    # and those of a load that is swapped in meanwhile would be missing.
                    tables = ", ".join(shared)
                    connection.exec_driver_sql(f"LOCK TABLE {tables} IN ACCESS SHARE MODE")
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that changes the warehouse, wholly or not at all.

        Raises:
            WarehouseError: the database fails, as by a full disk; nothing is changed.
        """
        with (
            told_as_trouble(self.url),
            self._connect(writes=True) as connection,
            connection.begin(),
        ):
            self._ask_guards(connection)
            yield connection
            self._ask_guards(connection)

    @contextmanager
    def guarded(self, guard: Guard) -> Iterator[None]:
        """Have every change ask `guard`, for as long as this lasts."""
        self._guards.append(guard)
        try:
            yield
        finally:
            self._guards.remove(guard)

    def _ask_guards(self, connection: Connection) -> None:
        for guard in tuple(self._guards):
            guard(connection)

    @contextmanager
    def _connect(self, **options: Any) -> Iterator[Connection]:
        if self.is_sqlite:
            options.pop("isolation_level", None)
        with self.engine.connect() as connection:
            yield connection.execution_options(**options)

    def prepare(self) -> None:
        """Make what is missing of the tables and views; those of an earlier version are made anew.

        Raises:
            WarehouseError: it cannot be opened, or a newer version of this program made it.
        """
        try:
            self._make_missing()
        except (OSError, sa.exc.DatabaseError) as error:
            raise self._not_opened(error) from error

    def _not_opened(self, error: Exception) -> WarehouseError:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        return WarehouseError(
            f"The database {shown_database(self.url)} cannot be opened: {reason}. Check "
            "PHLOGISTON_DATABASE_URL and PHLOGISTON_HOME."
        )

    def _make_missing(self) -> None:
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        with self.write() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7104)")
            versions.bring_up_to_date(connection, self._version(connection))

    def is_prepared(self) -> bool:
        """Whether the tables are there; looks without making anything, not even a file.

        Raises:
            WarehouseError: it cannot be opened, or a newer version of this program made it.
        """
        if self.is_sqlite and not Path(self.url.database or "").is_file():
            return False
        try:
            with self.read() as connection:
                return self._version(connection) == schema.VERSION
        except sa.exc.DatabaseError as error:
            raise self._not_opened(error) from error

    def _version(self, connection: Connection) -> int | None:
        found = versions.found_version(connection)
        if found is not None and found > schema.VERSION:
            raise WarehouseError(versions.refusal(found, shown_database(self.url)))
        return found


def _loaded_tables(connection: Connection) -> list[str]:
    """Those of the loaded tables that are there, in the order in which a load swaps them."""
    with connection.begin():
        found = set(sa.inspect(connection).get_table_names())
    return [name for name in schema.loaded.tables if name in found]


def has_table(connection: Connection, name: str) -> bool:
    """Whether the database has a table of that name."""
    return bool(sa.inspect(connection).has_table(name))


def _engine(url: sa.URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    engine = sa.create_engine(url, connect_args={"timeout": _BUSY_SECONDS})

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA page_size = {_PAGE}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -16384")

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
