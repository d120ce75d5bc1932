"""Tables of an earlier version are made anew, those of a newer one left alone, on both kinds."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from support.samples import sample_dump

from phlogiston_assets.cli import main
from phlogiston_assets.commands.usage import FAILED
from resources.loading import load_dump
from resources.reconstructing import reconstruct_days
from resources.scope_desk import ScopeDesk
from resources.settings import Settings
from resources.warehouse import schema, transaction_view
from resources.warehouse.database import Database, WarehouseError, has_table
from resources.warehouse.load_store import current_load

DAY = date(2026, 3, 20)
SCOPES = Path(__file__).resolve().parents[1] / "scopes"
FINGERPRINT = (12, "6fa3847078d27a30")
"""The version of the tables and what they were when it was raised to that."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_dump(tmp_path_factory.mktemp("dump"), DAY, tasks=60, days=60)


@pytest.fixture
def filled(database: Database, sample: Path) -> Iterator[Database]:
    """A database with a load, a scope's day and a table that is not ours."""
    fill(database, sample)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (text VARCHAR)")
        connection.exec_driver_sql("INSERT INTO notes VALUES ('mine')")
    yield database
    database.close()


def fill(database: Database, sample: Path) -> None:
    settings = Settings(scopes_dir=SCOPES)
    load_dump(database, sample, DAY)
    scope = ScopeDesk(database, settings).scope("apps")
    reconstruct_days(database, settings, scope, [DAY], anew=False)


def set_version(database: Database, version: int) -> None:
    with database.write() as connection:
        connection.execute(sa.update(schema.warehouse_version).values(version=version))


def make_older(database: Database) -> None:
    """Give the tables shapes that this program's queries do not fit."""
    set_version(database, schema.VERSION - 1)
    with database.write() as connection:
        connection.exec_driver_sql("DROP VIEW task_on_date")
        connection.exec_driver_sql("DROP VIEW maniphest_transaction")
        connection.exec_driver_sql("CREATE TABLE maniphest_transaction (id INTEGER)")
        connection.exec_driver_sql("ALTER TABLE scope_state RENAME COLUMN boards TO columns_then")
        connection.exec_driver_sql("CREATE VIEW task_on_date AS SELECT scope FROM scope_state")


def tasks_on_date(database: Database) -> list[tuple[object, ...]]:
    query = "SELECT * FROM task_on_date ORDER BY scope, date, id"
    with database.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def version(database: Database) -> list[int]:
    with database.read() as connection:
        return list(connection.scalars(sa.select(schema.warehouse_version.c.version)))


def test_tables_of_an_earlier_version_are_made_anew_and_can_be_filled_as_before(
    filled: Database, sample: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = tasks_on_date(filled)
    assert before
    make_older(filled)
    with caplog.at_level(logging.WARNING):
        filled.prepare()
    assert version(filled) == [schema.VERSION]
    assert tasks_on_date(filled) == []
    with filled.read() as connection:
        assert current_load(connection) is None
    assert "made anew" in caplog.text
    assert "`phlogiston run`" in caplog.text
    fill(filled, sample)
    assert tasks_on_date(filled) == before


def test_tables_that_do_not_tell_their_version_count_as_earlier_ones(filled: Database) -> None:
    with filled.write() as connection:
        connection.execute(sa.delete(schema.warehouse_version))
    filled.prepare()
    assert version(filled) == [schema.VERSION]
    assert tasks_on_date(filled) == []


def test_other_tables_in_the_same_database_are_left_alone(filled: Database) -> None:
    make_older(filled)
    filled.prepare()
    with filled.read() as connection:
        assert connection.exec_driver_sql("SELECT text FROM notes").scalars().all() == ["mine"]


def test_tables_of_a_killed_load_go_with_the_earlier_version(filled: Database) -> None:
    make_older(filled)
    with filled.write() as connection:
        connection.exec_driver_sql("CREATE TABLE staging_maniphest_task (id INTEGER)")
    filled.prepare()
    with filled.read() as connection:
        assert not has_table(connection, "staging_maniphest_task")


def test_tables_of_this_version_are_left_as_they_are(filled: Database) -> None:
    before = tasks_on_date(filled)
    filled.prepare()
    assert before
    assert tasks_on_date(filled) == before


def test_tables_of_a_newer_version_are_refused_in_a_sentence_and_left_alone(
    filled: Database,
) -> None:
    before = tasks_on_date(filled)
    newer = schema.VERSION + 1
    set_version(filled, newer)
    with pytest.raises(WarehouseError) as refused:
        filled.prepare()
    said = str(refused.value)
    assert f"has tables of version {newer}, this program knows versions up to" in said
    assert str(filled.url.database) in said
    assert "PHLOGISTON_DATABASE_URL" in said
    assert version(filled) == [newer]
    assert tasks_on_date(filled) == before


def test_the_command_line_says_so_and_fails(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_version(filled, schema.VERSION + 1)
    monkeypatch.setenv("PHLOGISTON_DATABASE_URL", filled.url.render_as_string(hide_password=False))
    done = CliRunner().invoke(main, ["dump"])
    assert done.exit_code == FAILED
    assert done.stderr.startswith("error: The database ")
    assert "a newer program made them" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("step", ["reconstruct", "store_figures", "publish"])
def test_a_run_that_comes_first_after_an_upgrade_says_that_nothing_is_loaded(
    filled: Database, step: str, tmp_path: Path
) -> None:
    make_older(filled)
    desk = ScopeDesk(filled, Settings(scopes_dir=SCOPES, site_dir=tmp_path / "site"))
    steps = {
        "reconstruct": lambda: desk.reconstruct("apps", [DAY], anew=False),
        "store_figures": lambda: desk.store_figures("apps", DAY),
        "publish": lambda: desk.publish("apps", DAY),
    }
    with pytest.raises(WarehouseError, match=r"loaded|reconstructed"):
        steps[step]()
    assert version(filled) == [schema.VERSION]


def test_the_index_can_be_published_before_anything_else(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, scopes_dir=SCOPES)
    database = Database(settings.database)
    ScopeDesk(database, settings).publish_index()
    database.close()
    assert (tmp_path / "site" / "index.html").exists()


def test_an_upgrade_that_fails_changes_nothing(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tasks_on_date(filled)
    set_version(filled, schema.VERSION - 1)
    broken = {**schema.VIEWS, "broken": "SELECT nothing FROM nowhere_at_all; SELECT"}
    monkeypatch.setattr(schema, "VIEWS", broken)
    with pytest.raises(WarehouseError, match=r"cannot be opened: .*(syntax error|nowhere_at_all)"):
        filled.prepare()
    assert version(filled) == [schema.VERSION - 1]
    assert tasks_on_date(filled) == before


def test_several_who_upgrade_at_once_do_it_once(filled: Database) -> None:
    make_older(filled)
    address = filled.url.render_as_string(hide_password=False)
    failures: list[BaseException] = []

    def prepare() -> None:
        database = Database(address)
        try:
            database.prepare()
        except BaseException as error:  # noqa: BLE001 - told by the test
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=prepare) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert version(filled) == [schema.VERSION]


def test_who_changes_a_table_raises_the_version() -> None:
    """Else a program with the new shape would work on tables of the old one."""
    statements = [
        str(create.compile(dialect=dialect))
        for dialect in (sqlite.dialect(), postgresql.dialect())
        for tables in (schema.kept, schema.loaded)
        for table in tables.sorted_tables
        for create in (CreateTable(table), *map(CreateIndex, sorted(table.indexes, key=str)))
    ]
    others = [f"{name}: {told}" for name, told in [*schema.VIEWS.items(), *schema.INDEXES.items()]]
    others += [transaction_view.definition(sqlite=one) for one in (True, False)]
    text = "\n".join([*statements, *others])
    found = (schema.VERSION, hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16])
    assert found == FINGERPRINT, (
        "tables or views have changed: raise schema.VERSION by one, name tables that are gone in "
        "versions.FORMER, and set FINGERPRINT to what was found"
    )
