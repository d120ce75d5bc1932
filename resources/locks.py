"""Locks that die with their process, so that no two runs write the same scope or load at once.

On PostgreSQL a lock is an advisory lock of a connection of its own; beside SQLite it is a locked
file. Either way the system lets go of it when the process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from resources.warehouse.database import Database, Guard, WarehouseError
from resources.warehouse.trouble import told_as_trouble

_logger = logging.getLogger(__name__)
_PAUSE: Final = 0.2
_SILENT: Final = 5.0
"""After so many seconds of waiting it is said for whom, lest it look like hanging."""
_HOLDER_LENGTH: Final = 60
"""PostgreSQL cuts an application name at 63 bytes."""


class LockHeldError(RuntimeError):
    """Somebody else holds the lock; the message names them."""


class Locks:
    """Named locks beside one database."""

    def __init__(self, database: Database, wait: float) -> None:
        """`wait` is how many seconds to wait for a lock that is held."""
        self.database = database
        self.wait = wait

    @contextmanager
    def hold(self, name: str, holder: str) -> Iterator[None]:
        """Hold the lock `name` as `holder`, which others who want it are shown.

        Raises:
            LockHeldError: it was not free within the time to wait.
            WarehouseError: it cannot be asked for, or was lost with its connection.
        """
        take = self._hold_file if self.database.is_sqlite else self._hold_advisory
        with take(name, holder):
            yield

    def _file(self, name: str) -> Path:
        folder = Path(str(self.database.url.database) + ".locks")
        return folder / (name.replace(" ", "-").replace("/", "-") + ".lock")

    def _retry(self, name: str, take: Callable[[], bool], who: Callable[[], str]) -> None:
        begun, told = time.monotonic(), False
        while not take():
            waited = time.monotonic() - begun
            if waited >= self.wait:
                raise LockHeldError(
                    f"{name} is in use by {who()}; gave up after {self.wait:g} s. Wait for it to "
                    "end and start again, or raise PHLOGISTON_LOCK_WAIT."
                )
            if waited >= _SILENT and not told:
                told = True
                _logger.warning(
                    "%s is in use by %s; waiting for up to %g s.", name, who(), self.wait
                )
            time.sleep(_PAUSE)

    @contextmanager
    def _hold_file(self, name: str, holder: str) -> Iterator[None]:
        path = self._file(name)
        with _opened(path) as file:

            def take() -> bool:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
                return True

            self._retry(name, take, lambda: path.read_text("utf-8") or "another run")
            file.truncate(0)
            with suppress(OSError):  # on a full disk the holder goes unnamed
                os.write(file.fileno(), _describe(holder).encode())
            try:
                yield
            finally:
                file.truncate(0)

    @contextmanager
    def _hold_advisory(self, name: str, holder: str) -> Iterator[None]:
        engine = sa.create_engine(self.database.url, poolclass=NullPool)
        try:
            with told_as_trouble(self.database.url), engine.connect() as plain:
                connection = plain.execution_options(isolation_level="AUTOCOMMIT")
                for setting in _SESSION:
                    connection.execute(setting, {"who": _describe(holder)[:_HOLDER_LENGTH]})
                self._take_advisory(connection, name)
                with self.database.guarded(_guard(connection, name)):
                    yield
        finally:
            engine.dispose()

    def _take_advisory(self, connection: Connection, name: str) -> None:
        key = _key(name)

        def take() -> bool:
            query = sa.text("SELECT pg_try_advisory_lock(:key)")
            return bool(connection.scalar(query, {"key": key}))

        def who() -> str:
            found = connection.scalar(_HOLDER, {"high": key >> 32, "low": key & 0xFFFFFFFF})
            return str(found or "another run")

        self._retry(name, take, who)


_SESSION: Final = (
    sa.text("SELECT set_config('application_name', :who, false)"),
    # A holder's machine that falls silent must not hold its lock for the system's two hours.
    sa.text(
        "SELECT set_config(name, value, false) FROM (VALUES ('tcp_keepalives_idle', '30'),"
        " ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3')) AS t(name, value)"
    ),
    # A long run leaves this connection idle; not every version of PostgreSQL has the setting.
    sa.text(
        "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'"
    ),
)

_HOLDER: Final = sa.text("""
SELECT a.application_name FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.classid = CAST(:high & 4294967295 AS bigint)::oid AND l.objid = CAST(:low AS bigint)::oid
""")


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise WarehouseError(
            f"The lock {path} cannot be taken: {error.strerror}. Let this user write the folder "
            "of the database, and give the same command again."
        ) from error
    with file:
        yield file


def _guard(held: Connection, name: str) -> Guard:
    """Forbid changes once the lock is lost, and let none overtake one that is being committed.

    A server that was restarted has let go of the lock, though this process lives on. And a killed
    process's last change may still be under way when its lock is free already: so each change
    holds, to its end, a second lock of its own transaction.
    """

    def guard(change: Connection) -> None:
        try:
            held.scalar(sa.text("SELECT 1"))
        except sa.exc.DBAPIError as error:
            raise WarehouseError(
                f"{name} was lost while it was held: the connection to the database broke off. "
                "Nothing more was changed. See that the server runs, and give the same command "
                "again."
            ) from error
        key = _key(f"a change of {name}")
        change.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})

    return guard


def _key(name: str) -> int:
    """The number by which PostgreSQL knows a lock."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)


def _describe(holder: str) -> str:
    since = datetime.now(UTC).strftime("%H:%M:%S UTC")
    return f"{holder} (process {os.getpid()}, since {since})"
