"""What Dagster's catalogue tells of every asset: freshness, columns, whose and what kind it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from support.dagster_runs import load, of_scope, of_site
from support.histories import DumpBuilder
from support.scopes import loaded, write_dump

from phlogiston_assets.definitions import build_definitions
from phlogiston_assets.defs import load_assets
from phlogiston_assets.defs.catalogue import freshness, tables_of
from phlogiston_assets.defs.run_metadata import of_report
from phlogiston_assets.defs.scope_assets import FIGURES
from resources.settings import Settings
from resources.warehouse.column_notes import public_columns, public_tables
from resources.warehouse.database import Database

DAY = date(2024, 12, 31)
FILES = {"phabricator_dump", "report", "site_index"}
KINDS = {
    "text": sa.Text,
    "integer": sa.Integer,
    "number": sa.Float,
    "date": sa.Date,
}


RECORDED = {
    "phabricator_dump": {"bytes", "path"},
    **{name: {"tasks", "transactions", "dagster/row_count"} for name in load_assets.TABLES},
    "task_on_date": {"days", "tasks_in_scope", "load"},
    **{name: {"open", "resolved", "in_tables"} for name in FIGURES},
    "forecast_record": {"sundays", "in_tables"},
    "report": {"open", "resolved", "files", "page", "report", "burnup"},
    "site_index": {"scopes", "reports", "page"},
}
"""What each materialisation tells at least, besides its seconds."""


@pytest.fixture(scope="module")
def graph() -> AssetGraph:
    return build_definitions(Settings(alarm_after_days=3)).resolve_asset_graph()


def test_every_asset_is_to_be_as_fresh_as_the_alarm_wants_it(graph: AssetGraph) -> None:
    policies = {graph.get(key).freshness_policy for key in graph.get_all_asset_keys()}
    assert policies == {
        dg.FreshnessPolicy.time_window(timedelta(days=3, hours=6), timedelta(days=1, hours=6))
    }


def test_where_one_day_is_too_much_there_is_no_warning_before() -> None:
    policy = freshness(1)
    assert policy == dg.FreshnessPolicy.time_window(timedelta(days=1, hours=6))


def test_every_asset_has_an_owner_a_group_a_kind_and_a_description(graph: AssetGraph) -> None:
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.owners == ["team:phlogiston"]
        assert node.group_name in ("load", "scopes")
        assert node.kinds
        assert node.description


def test_every_table_is_an_asset_s_and_told_with_its_columns(graph: AssetGraph) -> None:
    told: set[str] = set()
    for key in graph.get_all_asset_keys():
        asset, metadata = key.to_user_string(), graph.get(key).metadata
        tables = tables_of(asset)
        assert bool(tables) != (asset in FILES)
        for number, table in enumerate(tables):
            name = f"columns of {table}" if number else "dagster/column_schema"
            columns = [
                (one.name, one.type, one.description) for one in metadata[name].value.columns
            ]
            assert columns == public_columns(table)
        assert metadata.get("dagster/table_name") == (tables[0] if tables else None)
        told.update(tables)
    assert told == {*public_tables()} - {"dump_load"}


def test_columns_are_told_as_the_database_has_them(database: Database, tmp_path: Path) -> None:
    dump = DumpBuilder()
    dump.task(1, created="2024-12-31").in_project(dump.project(483, "Editor", [""], default=0))
    loaded(database, dump, tmp_path)
    with database.read() as connection:
        inspector = sa.inspect(connection)
        for table in public_tables():
            found = {one["name"]: one["type"] for one in inspector.get_columns(table)}
            told = {column.name: column.kind for column in public_columns(table)}
            assert list(found) == list(told), table
            if database.is_sqlite and table in inspector.get_view_names():
                continue  # SQLite tells no type of what a view works out
            for name, kind in told.items():
                assert isinstance(found[name], KINDS[kind]), f"{table}.{name}: {found[name]}"


def test_every_column_says_what_it_holds_in_words() -> None:
    for table in public_tables():
        for column in public_columns(table):
            assert re.fullmatch(r"\S+( \S+)+\.", column.note), f"{table}.{column.name}"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Mapping[str, Any]]:
    """The metadata of the materialisations of every asset, of one day of a scope."""
    folder = tmp_path_factory.mktemp("recorded")
    settings = Settings(
        home=folder / "home", scopes_dir=folder, site_url="https://site.example.org/team/"
    )
    (folder / "edit_scope.py").write_text("[vars]\nscope_title = Editing\n")
    rules = "rule,title,display,id,matchstring\nProjectByID,All,show,483,\n"
    (folder / "edit_recategorization.csv").write_text(rules)
    dump = DumpBuilder()
    editor = dump.project(483, "Editor", [""], default=0)
    for number in (1, 2, 3):
        dump.task(number, created="2024-12-01").in_project(editor).points(1, on="2024-12-02")
    with dg.instance_for_test() as instance:
        done = [load(settings, instance, write_dump(dump, folder / "dump"), DAY)]
        wanted = ["task_on_date", *FIGURES, "report"]
        done.append(of_scope(settings, instance, wanted, "edit", [DAY]))
        done.append(of_site(settings, instance))
        return {
            event.asset_key.to_user_string(): {
                name: value.value for name, value in event.materialization.metadata.items()
            }
            for result in done
            for event in result.get_asset_materialization_events()
            if event.asset_key
        }


@pytest.mark.parametrize("asset", RECORDED)
def test_each_materialisation_tells_what_a_person_would_ask_first(
    asset: str, recorded: dict[str, Mapping[str, Any]]
) -> None:
    assert RECORDED[asset] <= set(recorded[asset])
    assert asset == "site_index" or 0 <= recorded[asset]["seconds"] < 600


def test_rows_are_those_of_the_table_or_of_the_day(
    recorded: dict[str, Mapping[str, Any]],
) -> None:
    assert recorded["maniphest_task"]["dagster/row_count"] == 3
    assert recorded["task_on_date_recategorized"]["dagster/partition_row_count"] == 3
    assert recorded["task_on_date_agg"]["dagster/partition_row_count"] == 3  # ranges
    assert recorded["recently_closed_task"]["dagster/row_count"] == 0
    assert recorded["report"]["open"] == recorded["velocity"]["open"] == 3


def test_a_report_is_linked_where_the_site_s_address_is_told(
    recorded: dict[str, Mapping[str, Any]],
) -> None:
    assert recorded["report"]["report"] == "https://site.example.org/team/edit/2024-12-31/"


def test_without_the_site_s_address_there_is_no_link() -> None:
    told = {"files": 3, "address": "", "page": "/site/index.html", "burnup": ""}
    assert "report" not in of_report(told, alone=True)
