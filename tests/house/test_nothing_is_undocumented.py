"""Whatever a user can type, set, read or meet is written down, and nothing that is not."""

from __future__ import annotations

import re
from dataclasses import fields
from inspect import cleandoc

import click
import dagster as dg
import pytest
import sqlalchemy as sa
from support.documents import ROOT, Document, documents, guide

from phlogiston_assets.cli import main
from phlogiston_assets.definitions import build_definitions
from phlogiston_assets.domain.pages.contents import PAGES
from phlogiston_assets.domain.scopes import ScopeSettings
from resources.settings import Settings
from resources.warehouse.schema import VIEWS, kept, loaded

README = Document(ROOT / "README.md")
OWN = {
    *("task_transactions", "task_history", "task_reading", "project_task", "history_text"),
    *("warehouse_version", "reconstructed_day", "published_report", "published_index"),
    *("scope_project", "scope_state", "scope_period", "scope_recipe", "scope_report"),
    "forecast_origin",
}
"""Tables that are the program's own: a table is documented or stands here."""

PUBLIC = [
    table
    for table in (*loaded.tables.values(), *kept.tables.values())
    if table.name not in OWN and "first_day" not in table.columns
]
"""Tables that others may read; those that are stored as runs of days are read as views."""

SPELLED = {"title": "scope_title"}
"""Settings of scopes whose field has another name."""

UNSAID = {"prefix", "ignored"}
"""Fields of a scope's settings that no file sets."""


def options(command: click.Command) -> dict[str, str]:
    """What a command takes, with its help as a document says it."""
    told = {}
    for one in command.params:
        if isinstance(one, click.Option):
            name = ", ".join(f"`{opt}`" for opt in (*one.opts, *one.secondary_opts))
            default = f" Default: {one.default}." if one.show_default else ""
            told[name] = f"{one.help}{default}"
        else:
            told[f"`{one.human_readable_name}`"] = "Required." if one.required else "Optional."
    return told


@pytest.mark.parametrize("name", main.commands)
def test_a_command_is_documented_with_all_its_options(name: str) -> None:
    command, document = main.commands[name], guide("commands")
    section = document.section(f"phlogiston {name}")
    told = dict(document.rows(section)) if "|" in section else {}
    assert told.pop("argument or option", None) in (None, "meaning")
    assert told == options(command)
    assert cleandoc(command.help or "") in section


def test_every_command_is_in_the_readme() -> None:
    said = {row[0].strip("`").split()[1] for row in README.rows() if "`phlogiston " in row[0]}
    assert said == set(main.commands)


def columns_said(name: str) -> str:
    rows = {row[0].strip("`"): row[-1] for row in guide("tables").rows()}
    assert name in rows, f"docs/tables.md has no table {name}"
    return rows[name]


def test_every_table_that_others_may_read_is_documented() -> None:
    public = {*VIEWS, "maniphest_transaction", *(table.name for table in PUBLIC)}
    assert {row[0].strip("`") for row in guide("tables").rows()} == public


@pytest.mark.parametrize(
    "table", [one for one in PUBLIC if one.name != "velocity"], ids=lambda table: table.name
)
def test_every_column_of_a_table_is_documented(table: sa.Table) -> None:
    said = columns_said(table.name)
    for column in table.columns:
        assert re.search(rf"\b{column.name}\b", said), f"{table.name}.{column.name}"


def test_the_columns_of_views_are_documented() -> None:
    for name, query in VIEWS.items():
        chosen = query.split("FROM")[0].replace("SELECT", "").replace('"', "")
        columns = [one.split(" AS ")[-1].split(".")[-1].strip() for one in chosen.split(",")]
        said = re.sub(r"\([^)]*\)", "", columns_said(name))
        assert [one.strip() for one in said.split(",")] == columns


def test_every_setting_of_a_scope_is_documented() -> None:
    section = guide("scopes").section("Settings")
    said = set(re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE)) - {
        "`project_list`, `status_report_range`"
    }
    names = {SPELLED.get(one.name, one.name) for one in fields(ScopeSettings)} - UNSAID
    assert set(re.findall(r"`(\w+)`", " ".join(said))) == names


def test_every_page_of_a_report_is_in_its_guide() -> None:
    said = ", ".join(row[0] for row in guide("report").rows(guide("report").section("The pages")))
    assert said.split(", ") == list(PAGES.values())


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions(Settings())


def test_every_asset_is_named_in_a_document(definitions: dg.Definitions) -> None:
    everything = " ".join(document.text for document in documents())
    for key in definitions.resolve_asset_graph().get_all_asset_keys():
        assert re.search(rf"\b{key.to_user_string()}\b", everything), key


def test_every_schedule_and_sensor_is_told_to_operators(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    said = guide("operations").text
    for one in (*repository.schedule_defs, *repository.sensor_defs):
        assert f"`{one.name}`" in said, one.name
