"""Writing a load: fresh tables beside the old ones, swapped in by one transaction.

What does not belong here: reading the dump (see `resources.loading`).
"""

from __future__ import annotations

import json
import uuid
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from phlogiston_assets.domain.dumps.load_checks import TABLES
from resources.warehouse import schema, transaction_view
from resources.warehouse.database import Database, has_table
from resources.warehouse.reading_store import (
    KnownTask,
    KnownTexts,
    read_known_tasks,
    read_known_texts,
    read_members,
)
from resources.warehouse.rows import Row, insert_rows, refresh_statistics
from resources.warehouse.unchanged import Comparison

_STAGING = "staging_"
_EDGES = "maniphest_edge_transaction"


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What is known of a load: `day` is the last day that the dump covers whole.

    `bytes` is the size of the dump as text, `newest_change` the latest transaction in epoch
    seconds, `unreadable` counts values that could not be read, by kind; `program` tells which
    program read it (see `resources.program`).
    """

    day: date
    source: str
    loaded_at: datetime
    bytes: int
    tasks: int
    transactions: int
    newest_change: int
    unreadable: dict[str, int]
    program: str


class LoadWriter:
    """Writes one load into staging tables; nothing is seen by readers before `swap`.

    Used as a context manager: leaving it without `swap` drops the staging tables.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rows: Counter[str] = Counter()
        self.rows_before: dict[str, int] = {}
        self.texts_before: dict[str, int] = {}
        self._comparison: Comparison | None = None
        metadata = sa.MetaData()
        self.tables = {
            name: table.to_metadata(metadata, name=_STAGING + name)
            for name, table in schema.loaded.tables.items()
        }

    def __enter__(self) -> Self:
        self._drop()
        with self.database.write() as connection:
            for table in self.tables.values():
                table.create(connection)
        with self.database.read() as connection:
            self.rows_before = _row_counts(connection)
            if self.rows_before:
                self._comparison = Comparison()
                self.texts_before = _texts(connection)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._drop()

    def _drop(self) -> None:
        with self.database.write() as connection:
            for table in self.tables.values():
                table.drop(connection, checkfirst=True)

    def known_texts(
        self, program: str, projects: Mapping[str, int], columns: Mapping[str, int], last: int
    ) -> KnownTexts:
        """The texts of tasks that this program read before, with the same ids of projects and
        columns by phid; `last` is the last instant at which a change can be.
        """
        with self.database.read() as connection:
            load = current_load(connection)
            if load is None or load.program != program:
                return KnownTexts()
            return read_known_texts(connection, projects, columns, last)

    def take_over(self, tasks: Sequence[int]) -> Iterator[KnownTask]:
        """Let tasks stay as they were, whose texts are known, and tell what was read of them."""
        if not self._comparison or not tasks:
            return
        self._comparison.are_same(tasks)
        self.rows.update({name: len(tasks) for name in schema.OF_TASKS if name != _EDGES})
        with self.database.read() as connection:
            for known in read_known_tasks(connection, tasks):
                self.rows[_EDGES] += known.edge_rows
                yield known

    def members_before(self, tasks: Sequence[int]) -> dict[int, array[int]]:
        """Those of the tasks that ever had each project, as the load before has them."""
        if not tasks:
            return {}
        with self.database.read() as connection:
            return read_members(connection, tasks)

    def insert(self, batches: Mapping[str, Sequence[Row]]) -> None:
        """Add rows by table name, and count them in `rows`.

        All rows of a task come in one call; those of one that is as it was are only counted.
        """
        self.rows.update({name: len(rows) for name, rows in batches.items()})
        with self.database.write() as connection:
            if self._comparison:
                batches = self._comparison.without_same(connection, batches)
            for name, rows in batches.items():
                insert_rows(connection, self.tables[name], rows)

    def swap(self, summary: LoadSummary) -> None:
        """Put the staged tables in place of the old ones, all at once.

        Where few tasks changed, the tables of tasks stay and only the rows of these are replaced.
        """
        self.insert({"dump_load": [_summary_row(summary)]})
        before = self._comparison
        staying = before if before and before.few_changed else None
        with self.database.write() as connection:
            if before and not staying:
                before.copy_same(connection, _STAGING)
            replaced = [name for name in self.tables if not (staying and name in schema.OF_TASKS)]
            _index_staged(connection, replaced)
            refresh_statistics(connection, self.tables.values())
        with self.database.write() as connection:
            _drop_transactions(connection)
            if staying:
                staying.replace_changed(connection, _STAGING)
            for name in replaced:
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
                connection.exec_driver_sql(f"ALTER TABLE {_STAGING}{name} RENAME TO {name}")
            view = transaction_view.definition(sqlite=self.database.is_sqlite)
            connection.exec_driver_sql(view)


def _index_staged(connection: Connection, names: Sequence[str]) -> None:
    mark = uuid.uuid4().hex[:8]
    for name in names:
        for column in schema.INDEXES.get(name, ()):
            connection.exec_driver_sql(
                f"CREATE INDEX ix_{name}_{column}_{mark} ON {_STAGING}{name} ({column})"
            )


def _drop_transactions(connection: Connection) -> None:
    """Drop the view over the load before; loads of older versions had a table of that name."""
    views = sa.inspect(connection).get_view_names()
    kind = "VIEW" if transaction_view.NAME in views else "TABLE"
    connection.exec_driver_sql(f"DROP {kind} IF EXISTS {transaction_view.NAME}")


def _summary_row(summary: LoadSummary) -> Row:
    values = asdict(summary)
    values["loaded_at"] = summary.loaded_at.isoformat()
    values["unreadable"] = json.dumps(summary.unreadable, sort_keys=True)
    return [values[column.name] for column in schema.dump_load.columns]


def _row_counts(connection: Connection) -> dict[str, int]:
    """The rows of each loaded table that others read; nothing before the first load."""
    load = current_load(connection)
    if load is None:
        return {}
    counted = {"maniphest_task": load.tasks, "maniphest_transaction": load.transactions}
    for name in TABLES:
        if name not in counted:
            query = sa.select(sa.func.count()).select_from(schema.loaded.tables[name])
            counted[name] = connection.scalar(query) or 0
    return counted


def _texts(connection: Connection) -> dict[str, int]:
    """The codes of texts in the packed histories, which stay what they are from load to load."""
    rows = connection.exec_driver_sql("SELECT text, code FROM history_text ORDER BY code")
    return dict(tuple(row) for row in rows)


def current_load(connection: Connection) -> LoadSummary | None:
    """The load that is in place; None before the first one."""
    if not has_table(connection, schema.dump_load.name):
        return None
    row: Any = connection.execute(sa.select(schema.dump_load)).mappings().first()
    if row is None:
        return None
    values = dict(row)
    values["loaded_at"] = datetime.fromisoformat(values["loaded_at"])
    values["unreadable"] = json.loads(values["unreadable"])
    return LoadSummary(**values)
