"""performance.md: a load writes only the tasks that changed, and reads as if it had written all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.broken_dumps import mangled
from support.histories import DumpBuilder
from support.scopes import LOAD_DAY, fail_at, loaded, loaded_tables, table, write_dump
from support.strategies import dumps

from resources.loading import load_dump
from resources.warehouse import schema
from resources.warehouse.database import Database

TASKS = 5
Change = Callable[[DumpBuilder], object]


def dump_of_some(change: Change = lambda _: None) -> DumpBuilder:
    """A few tasks on a board, the first of them changed."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", ["", "Doing"], default=0)
    for number in range(1, TASKS + 1):
        task = dump.task(number, f"Task {number}", created="2024-01-02").in_project(editor)
        task.moved(editor, "Doing", on="2024-01-05").points(number, on="2024-01-06")
    change(dump)
    return dump


def resolve_the_first(dump: DumpBuilder) -> None:
    dump.tasks[0].resolved(on="2024-01-20")


def rename_the_project(dump: DumpBuilder) -> None:
    dump.projects[0].name = "Visual"


def lose_the_last(dump: DumpBuilder) -> None:
    del dump.tasks[-1]


def forget_the_project(dump: DumpBuilder) -> None:
    """No task changes by a byte, but no project of theirs is known any more."""
    del dump.projects[0]


def resolve_most(dump: DumpBuilder) -> None:
    for task in dump.tasks[1:]:
        task.resolved(on="2024-01-20")


CHANGES = [resolve_the_first, rename_the_project, lose_the_last, forget_the_project, resolve_most]


def places(database: Database, name: str) -> dict[int, Any]:
    """Where each task's row lies in a table's file."""
    where, key = "rowid" if database.is_sqlite else "ctid::text", schema.OF_TASKS[name]
    with database.read() as connection:
        rows = connection.exec_driver_sql(f"SELECT {key}, {where} FROM {name}")
        return dict(tuple(row) for row in rows)


@pytest.mark.parametrize("change", CHANGES)
def test_a_load_over_another_reads_like_the_first_load(
    change: Change, database: Database, sqlite_database: Database, tmp_path: Path
) -> None:
    loaded(database, dump_of_some(), tmp_path)
    loaded(database, dump_of_some(change), tmp_path)
    loaded(sqlite_database, dump_of_some(change), tmp_path)
    assert loaded_tables(database) == loaded_tables(sqlite_database)
    query = "maniphest_transaction"
    assert table(database, query) == table(sqlite_database, query)


@given(data=st.data())
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_load_over_any_other_reads_like_the_first_load(
    data: st.DataObject, sqlite_database: Database, tmp_path: Path
) -> None:
    first = data.draw(dumps(6, 6))
    second = data.draw(mangled(first, max_breaks=3))
    fresh = Database("sqlite://")
    for dump in (first, second):
        loaded(sqlite_database, dump, tmp_path)
    loaded(fresh, second, tmp_path)
    assert loaded_tables(sqlite_database) == loaded_tables(fresh)
    fresh.close()


def test_the_rows_of_tasks_that_are_as_they_were_stay_where_they_are(
    database: Database, tmp_path: Path
) -> None:
    loaded(database, dump_of_some(), tmp_path)
    before = {name: places(database, name) for name in schema.OF_TASKS}
    loaded(database, dump_of_some(resolve_the_first), tmp_path)
    for name, old in before.items():
        new = places(database, name)
        assert {task for task in old if old[task] != new[task]} == {1}


def test_a_text_that_comes_to_be_seen_first_changes_no_other_task(
    database: Database, tmp_path: Path
) -> None:
    def stall(dump: DumpBuilder) -> None:
        dump.tasks[0].status("stalled", on="2024-01-03")

    loaded(database, dump_of_some(), tmp_path)
    before = places(database, "task_history")
    loaded(database, dump_of_some(stall), tmp_path)
    after = places(database, "task_history")
    assert {task for task in before if before[task] != after[task]} == {1}


@pytest.mark.parametrize("name", schema.OF_TASKS)
def test_rows_that_cannot_be_replaced_leave_the_load_before(
    name: str, database: Database, tmp_path: Path
) -> None:
    loaded(database, dump_of_some(), tmp_path)
    before = loaded_tables(database)
    fail_at(database, f"INSERT INTO {name} SELECT")
    path = write_dump(dump_of_some(resolve_the_first), tmp_path / "other")
    with pytest.raises(RuntimeError, match="disk is full"):
        load_dump(database, path, LOAD_DAY)
    assert loaded_tables(database) == before


def test_a_reader_sees_none_of_the_rows_that_are_replaced_meanwhile(
    sqlite_database: Database, tmp_path: Path
) -> None:
    loaded(sqlite_database, dump_of_some(), tmp_path)
    query = "SELECT count(*) FROM maniphest_transaction"
    with sqlite_database.read() as connection:
        before = connection.exec_driver_sql(query).scalar()
        loaded(sqlite_database, dump_of_some(resolve_the_first), tmp_path)
        assert connection.exec_driver_sql(query).scalar() == before
    with sqlite_database.read() as connection:
        assert connection.exec_driver_sql(query).scalar() == before + 1
