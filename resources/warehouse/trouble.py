"""What a database's own errors mean to an operator: a full disk, a lost server, no right to write.

What does not belong here: errors of the program itself, such as a wrong statement; they keep their
traceback.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
import sqlalchemy as sa

from resources.addresses import shown_database

_AGAIN: Final = "give the same command again; what was there before stands."
_SQLITE: Final = {
    sqlite3.SQLITE_FULL: f"Make room on its disk and {_AGAIN}",
    sqlite3.SQLITE_IOERR: f"See that its disk has room and works, and {_AGAIN}",
    sqlite3.SQLITE_READONLY: f"Let this user write the file and its folder, and {_AGAIN}",
    sqlite3.SQLITE_CANTOPEN: (
        "Let this user write the file and its folder, or check PHLOGISTON_DATABASE_URL and "
        f"PHLOGISTON_HOME; then {_AGAIN}"
    ),
    sqlite3.SQLITE_BUSY: f"Another program has it open for writing; wait for its end and {_AGAIN}",
    sqlite3.SQLITE_CORRUPT: (
        "The file is damaged. Move it away and run `phlogiston run --mode rerecon`: everything is "
        "rebuilt from the newest dump."
    ),
    sqlite3.SQLITE_NOTADB: "Check PHLOGISTON_DATABASE_URL and PHLOGISTON_HOME.",
}
"""What to do, by SQLite's primary result code."""

_PRIMARY: Final = 0xFF


class WarehouseError(RuntimeError):
    """The warehouse cannot do what was asked; the message says why and what to do."""


@contextmanager
def told_as_trouble(url: sa.URL) -> Iterator[None]:
    """Turn what the database's surroundings have done to it into a sentence.

    Raises:
        WarehouseError: the disk is full, the server gone, or the file may not be written.
    """
    try:
        yield
    except (sa.exc.DBAPIError, psycopg.Error, sqlite3.Error) as error:
        found = sentence(url, error)
        if found is None:
            raise
        raise WarehouseError(found) from error


def sentence(url: sa.URL, error: BaseException) -> str | None:
    """What went wrong and what to do; None if the error is none of the surroundings."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    remedy = _remedy(cause)
    if remedy is None or cause is None:
        return None
    return f"The database {shown_database(url)} failed: {reason_of(cause)}. {remedy}"


def reason_of(error: BaseException) -> str:
    """The first line of what an error says, without a full stop; its name if it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def _remedy(cause: BaseException | None) -> str | None:
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & _PRIMARY)
    if isinstance(cause, psycopg.errors.DiskFull):
        return f"Make room on the server's disk and {_AGAIN}"
    if isinstance(cause, psycopg.errors.ReadOnlySqlTransaction):
        return f"The server takes no changes now; when it does, {_AGAIN}"
    if isinstance(cause, psycopg.OperationalError):
        return f"See that its server runs and PHLOGISTON_DATABASE_URL is right, and {_AGAIN}"
    return None
