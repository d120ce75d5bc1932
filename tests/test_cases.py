"""Every cell of every expected table, on each database (domain.md as a whole)."""

from __future__ import annotations

import html
from datetime import timedelta
from pathlib import Path

import pytest
from support.cases import CASES, TABLES, TABLES_OF_TASKS, Case, actual, differences

from phlogiston_assets.domain.scopes import read_scope
from resources.figuring import store_figures
from resources.loading import load_dump
from resources.publishing import publish_index, publish_report
from resources.reconstructing import reconstruct_days
from resources.settings import Settings
from resources.warehouse.database import Database

TEMPLATES = Path(__file__).resolve().parents[1] / "site_templates"


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


def _build(case: Case, database: Database) -> None:
    """Load the case's dump, and reconstruct and report all of its scopes."""
    settings = Settings(scopes_dir=case.scopes_dir)
    load_dump(database, case.dump, case.day)
    days = [case.first + timedelta(days=n) for n in range((case.day - case.first).days + 1)]
    for prefix in case.scopes:
        scope = read_scope(case.scopes_dir, prefix)
        reconstruct_days(database, settings, scope, days)
        store_figures(database, settings, scope, case.day)


def test_every_cell_of_every_expected_table_is_equal(case: Case, database: Database) -> None:
    _build(case, database)
    wrong = []
    for scope in case.scopes:
        for table in TABLES:
            expected = case.expected(scope, table)
            days = case.days if table in TABLES_OF_TASKS else []
            found = actual(database, scope, table, list(expected.columns), days)
            wrong += [f"{scope} {table}: {one}" for one in differences(table, expected, found)]
    assert wrong == []


def test_only_the_reconstructed_days_are_seen(case: Case, sqlite_database: Database) -> None:
    _build(case, sqlite_database)
    query = "SELECT count(DISTINCT date), min(date), max(date) FROM task_on_date"
    with sqlite_database.read() as connection:
        days, first, last = connection.exec_driver_sql(query).one()
    assert (days, first, last) == (
        (case.day - case.first).days + 1,
        case.first.isoformat(),
        case.day.isoformat(),
    )


def test_each_scope_has_a_report(case: Case, sqlite_database: Database, tmp_path: Path) -> None:
    _build(case, sqlite_database)
    settings = Settings(scopes_dir=case.scopes_dir, home=tmp_path)
    for prefix in case.scopes:
        scope = read_scope(case.scopes_dir, prefix)
        publish_report(sqlite_database, settings, scope, case.day, TEMPLATES)
        page = (settings.site / prefix / "latest" / "index.html").read_text("utf-8")
        assert html.escape(scope.settings.title) in page
        assert page.count("<figure") >= 10
    publish_index(sqlite_database, settings, TEMPLATES)
    index = (settings.site / "index.html").read_text("utf-8")
    assert all(f'href="{prefix}/latest/index.html"' in index for prefix in case.scopes)
