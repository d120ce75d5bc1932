"""Whatever days are materialised, in whatever order, the view reads as if each stood alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.broken_dumps import mangled, to_bytes
from support.histories import DumpBuilder
from support.oracle import OracleScope, task_on_date
from support.strategies import dumps, dumps_with_scopes

from phlogiston_assets.domain.days import day_number
from phlogiston_assets.domain.history.periods import Periods, ranges
from phlogiston_assets.domain.history.reconstruction import Recipe, reconstruct
from resources.loading import load_dump
from resources.warehouse import extract_store, period_store
from resources.warehouse.database import Database
from resources.warehouse.load_store import current_load

DAY = date(2024, 3, 1)
LOAD_DAY = DAY + timedelta(days=45)


@contextmanager
def loaded(dump: dict[str, Any]) -> Iterator[Database]:
    """A database with a dump loaded."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dump.json"
        path.write_bytes(to_bytes(dump))
        database = Database(f"sqlite:///{folder}/test.sqlite")
        database.prepare()
        load_dump(database, path, LOAD_DAY)
        yield database
        database.close()


def materialise(
    database: Database, scope: OracleScope, days: list[date], load_day: date = LOAD_DAY
) -> None:
    """Reconstruct days as one run would."""
    numbers = sorted({day_number(day) for day in days})
    recipe = Recipe(tuple(scope.project_ids), scope.default_points)
    with database.read() as connection:
        projects = extract_store.read_projects(connection)
        extract = extract_store.read_extract(connection, recipe)
    new = Periods.together([reconstruct(extract, recipe, *span) for span in ranges(numbers)])
    named = {number: projects[number] for number in recipe.projects}
    with database.write() as connection:
        period_store.replace_days(
            connection, scope.prefix, numbers, new, projects=named, load_day=load_day
        )


def read(database: Database) -> list[tuple[Any, ...]]:
    query = "SELECT * FROM task_on_date ORDER BY scope, date, id"
    with database.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def stored(database: Database) -> list[tuple[Any, ...]]:
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM scope_period ORDER BY 1, 2, 3")
        return [tuple(row) for row in rows]


def alone(dump: dict[str, Any], scope: OracleScope, days: set[date]) -> list[tuple[Any, ...]]:
    """Each day worked out alone from the transactions."""
    rows = []
    for day in sorted(days):
        found = task_on_date(dump, scope, day)
        rows += [(row[0], str(row[1]), *row[2:]) for row in found]
    return sorted(rows, key=lambda row: row[:3])


spans = st.lists(st.tuples(st.integers(-3, 40), st.integers(1, 12)), min_size=1, max_size=3)
some_days = st.lists(
    spans.map(
        lambda told: [
            DAY + timedelta(days=first + n) for first, length in told for n in range(length)
        ]
    ),
    min_size=1,
    max_size=5,
)
"""The days of one run after the other; those of a run need not be consecutive."""


@given(dump_and_scope=dumps_with_scopes(), batches=some_days)
@settings(max_examples=150)
def test_any_days_in_any_order_read_as_if_each_were_worked_out_alone(
    dump_and_scope: tuple[dict[str, Any], OracleScope], batches: list[list[date]]
) -> None:
    dump, scope = dump_and_scope
    with loaded(dump) as database:
        for days in batches:
            materialise(database, scope, days)
        seen = {day for days in batches for day in days}
        assert read(database) == alone(dump, scope, seen)


@given(dump_and_scope=dumps_with_scopes(), batches=some_days)
@settings(max_examples=60)
def test_the_stored_periods_do_not_depend_on_the_order_of_runs(
    dump_and_scope: tuple[dict[str, Any], OracleScope], batches: list[list[date]]
) -> None:
    dump, scope = dump_and_scope
    with loaded(dump) as one, loaded(dump) as other:
        for days in batches:
            materialise(one, scope, days)
            materialise(one, scope, days)
        materialise(other, scope, [day for days in batches for day in days])
        assert stored(one) == stored(other)


def test_a_day_between_those_of_a_run_stays_as_it_was() -> None:
    dump, scope = DumpBuilder(), OracleScope("s", (483,))
    task = dump.task(1, created="2024-01-01").in_project(dump.project(483, "VisualEditor"))
    task.status("stalled", on="2024-03-03").resolved(on="2024-03-05")
    first, between, last = (DAY + timedelta(days=n) for n in (0, 2, 4))
    with loaded(dump.to_dict()) as database:
        materialise(database, scope, [between])
        materialise(database, scope, [first, last])
        assert read(database) == alone(dump.to_dict(), scope, {first, between, last})


def test_a_day_that_comes_to_be_like_the_day_before_is_of_one_period_with_it() -> None:
    dumps = []
    for stalled in (True, False):
        dump = DumpBuilder()
        task = dump.task(1, created="2024-01-01").in_project(dump.project(483, "VisualEditor"))
        if stalled:
            task.status("stalled", on="2024-03-02")
        dumps.append(dump.to_dict())
    days, scope = [DAY, DAY + timedelta(days=1)], OracleScope("s", (483,))
    with loaded(dumps[0]) as database, TemporaryDirectory() as folder:
        materialise(database, scope, days)
        assert len(stored(database)) == 2
        path = Path(folder) / "dump.json"
        path.write_bytes(to_bytes(dumps[1]))
        load_dump(database, path, LOAD_DAY)
        materialise(database, scope, days[1:])
        assert len(stored(database)) == 1


def test_each_day_tells_of_which_load_it_was_made_last() -> None:
    dump = DumpBuilder()
    dump.task(1).in_project(dump.project(483, "VisualEditor"))
    days, later = [DAY + timedelta(days=n) for n in range(4)], LOAD_DAY + timedelta(days=1)
    with loaded(dump.to_dict()) as database:
        for prefix in ("s", "t"):
            materialise(database, OracleScope(prefix, (483,)), days)
        materialise(database, OracleScope("s", (483,)), days[1:3], later)
        query = "SELECT scope, load_day FROM reconstructed_day ORDER BY scope, date"
        with database.read() as connection:
            found = [tuple(row) for row in connection.exec_driver_sql(query)]
    first, second = str(LOAD_DAY), str(later)
    wanted = [("s", first), ("s", second), ("s", second), ("s", first)]
    assert found == wanted + [("t", first)] * 4


@given(data=st.data(), dump=dumps())
@settings(max_examples=150)
def test_a_mangled_row_of_a_valid_dump_never_stops_the_load(
    data: st.DataObject, dump: dict[str, Any]
) -> None:
    broken = data.draw(mangled(dump))
    if not broken["task"]:
        return
    with loaded(broken) as database, database.read() as connection:
        load = current_load(connection)
        assert load is not None
        assert load.tasks + load.unreadable.get("task", 0) == len(broken["task"])


@pytest.mark.parametrize("text", ["\x00", "\ud800", "x\udfff y", "\ufeff"])
def test_text_that_no_database_can_store_is_replaced(text: str, database: Database) -> None:
    info = [1, "PHID-TASK-1", None, None, "open", 50, f"a {text} title", 1, 1, 0.0, None]
    dump = {"task": {"1": {"info": info}}, "project": {"projects": [], "columns": []}}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dump.json"
        path.write_text(json.dumps(dump), encoding="utf-8")
        load_dump(database, path, LOAD_DAY)
    with database.read() as connection:
        (title,) = connection.exec_driver_sql("SELECT title FROM maniphest_task").one()
    assert title.startswith("a ")
    assert title.endswith(" title")
