"""A reader sees one state of the warehouse, also one that comes while a load is swapped in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from support.histories import DumpBuilder
from support.postgres import Server
from support.scopes import write_dump

from resources.loading import load_dump
from resources.warehouse.database import Database
from resources.warehouse.load_store import current_load

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'"


@pytest.fixture
def loaded(postgres_server: Server, tmp_path: Path) -> Iterator[Database]:
    """A database on PostgreSQL with a load."""
    database = Database(postgres_server.url())
    database.prepare()
    dump = DumpBuilder()
    dump.task(1, created="2024-01-01").in_project(dump.project(483, "Editor"))
    load_dump(database, write_dump(dump, tmp_path / "sample.dump"), date(2024, 1, 1))
    yield database
    database.close()


def swap_in_a_copy(connection: Connection, table: str) -> None:
    """Put a table with the same rows in place of a loaded one, as a load does."""
    connection.exec_driver_sql(f"CREATE TABLE staged (LIKE {table} INCLUDING ALL)")
    connection.exec_driver_sql(f"INSERT INTO staged SELECT * FROM {table}")
    connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql(f"ALTER TABLE staged RENAME TO {table}")


def wait_for_a_reader(connection: Connection) -> None:
    """Wait until somebody wants a table that is being swapped."""
    end = time.monotonic() + 60
    while not connection.scalar(sa.text(WAITING)):
        assert time.monotonic() < end, "nobody reads"
        time.sleep(0.05)


def test_a_reader_that_waits_for_a_swap_sees_all_rows_of_the_new_load(loaded: Database) -> None:
    """Or else a scope would be rebuilt from tables that seem to be empty."""

    def read() -> object:
        with loaded.read() as connection:
            return current_load(connection)

    before = read()
    assert before is not None
    with ThreadPoolExecutor(1) as readers, sa.create_engine(loaded.url).connect() as swapping:
        with swapping.begin():
            swapping.exec_driver_sql("LOCK TABLE dump_load IN ACCESS EXCLUSIVE MODE")
            found = readers.submit(read)
            wait_for_a_reader(swapping)
            swap_in_a_copy(swapping, "dump_load")
        assert found.result(60) == before


def test_a_reader_sees_one_load_from_beginning_to_end_though_the_next_one_comes(
    database: Database, tmp_path: Path
) -> None:
    """operations.md, "Safe failing": a load swaps the tables while a reconstruction reads them."""
    dump = DumpBuilder()
    editor = dump.project(483, "Editor")
    loads = []
    for number in (1, 2):
        dump.task(number, created="2024-01-01").in_project(editor)
        path = write_dump(dump, tmp_path / f"{number}.dump")
        loads.append((path, date(2024, 1, number)))
    tasks = sa.text("SELECT count(*) FROM maniphest_task")
    load_dump(database, *loads[0])
    with ThreadPoolExecutor(1) as loading:
        with database.read() as connection:
            before = current_load(connection)
            swapped = loading.submit(load_dump, database, *loads[1])
            if database.is_sqlite:
                swapped.result(60)
            else:
                with sa.create_engine(database.url).connect() as watching:
                    wait_for_a_reader(watching)
            assert (current_load(connection), connection.scalar(tasks)) == (before, 1)
        swapped.result(60)
    with database.read() as connection:
        assert current_load(connection) != before
        assert connection.scalar(tasks) == 2
