"""Dagster's event log on SQLite, writing a batch of events in one transaction.

A run over a range writes two events a partition. Dagster's own storage opens both of its files,
compiles its statements and waits for the disk at each event; over 1,500 days that takes minutes.
Here the events of a batch share one transaction a file. And of several processes that write their
runs none gives up on a disk that is busy for some seconds. The instance's dagster.yaml names
`BatchingSqliteStorage`; the files are those of Dagster's own storage, and either can read them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from dagster._core.storage.runs.sqlite import SqliteRunStorage
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

BATCH_SETTING = "DAGSTER_EVENT_BATCH_SIZE"
BATCH = 500


class BatchingSqliteEventLogStorage(SqliteEventLogStorage):
    """The default storage, but for batches; its files are the same."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """Ask Dagster for batches in this process, unless a size is set."""
        os.environ.setdefault(BATCH_SETTING, str(BATCH))
        self._open: dict[str, Connection] = {}
        self._writer: int | None = None
        super().__init__(base_dir, inst_data)
        self._db_lock: Any = threading.RLock()

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        if self._writer == threading.get_ident() and shard in self._open:
            yield self._open[shard]
            return
        with super()._connect(shard) as connection:
            yield connection

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events, all of them or none."""
        runs = {event.run_id for event in events}
        if len(runs) != 1:
            super().store_event_batch(events)
            return
        (run,) = runs
        with super()._connect(run) as of_run, super()._connect(INDEX_SHARD_NAME) as of_index:
            self._open = {run: of_run, INDEX_SHARD_NAME: of_index}
            self._writer = threading.get_ident()
            try:
                for event in events:
                    self.store_event(event)
            finally:
                self._writer = None
                self._open = {}


class PatientSqliteRunStorage(SqliteRunStorage):
    """The default storage of runs, but it waits for another process as long as the event log does.

    Dagster's own waits for five seconds, and then the run fails.
    """

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection within a transaction."""
        patience = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
        engine = create_engine(self._conn_string, poolclass=NullPool, connect_args=patience)
        with engine.connect() as connection, connection.begin():
            yield connection


class BatchingSqliteStorage(DagsterSqliteStorage):
    """Dagster's storage in one folder, for several processes and for events in batches."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        history = Path(self.base_dir) / "history"
        self._run_storage = PatientSqliteRunStorage.from_local(str(history))
        self._event_log_storage = BatchingSqliteEventLogStorage(str(history / "runs"))

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> BatchingSqliteStorage:
        """Make this storage, where Dagster's own method would make its own."""
        return cls.from_local(inst_data=inst_data, **config_value)

    @property
    def event_storage_data(self) -> ConfigurableClassData:
        """How other processes of the instance open the event log."""
        folder = str(Path(self.base_dir) / "history" / "runs")
        return ConfigurableClassData(
            __name__, BatchingSqliteEventLogStorage.__name__, f"base_dir: {folder}\n"
        )
