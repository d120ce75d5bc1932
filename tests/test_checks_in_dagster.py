"""What Dagster is told of checks: by whom, how severe, and what a blocking one stops."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest
from support.dagster_runs import load, of_scope
from support.histories import DumpBuilder
from support.scopes import write_dump

from phlogiston_assets.definitions import build_definitions
from phlogiston_assets.defs.checks import of_all_scopes
from phlogiston_assets.defs.failures import sentence_of
from phlogiston_assets.defs.scope_assets import FIGURES
from phlogiston_assets.domain.dumps.load_checks import LOAD_CHECKS
from phlogiston_assets.domain.history.periods import Periods
from phlogiston_assets.domain.history.scope_checks import (
    DAY_CHECKS,
    FIGURE_CHECKS,
    SCOPE_CHECKS,
    check_periods,
)
from phlogiston_assets.domain.verdicts import Check
from resources import reconstructing
from resources.settings import Settings
from resources.warehouse.database import Database

DAY = date(2024, 12, 31)
CHECKS = (*LOAD_CHECKS, *SCOPE_CHECKS)
DOCUMENT = Path(__file__).parents[1] / "docs" / "checks.md"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", scopes_dir=tmp_path, lock_wait=0)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as instance:
        yield instance


def dump_of(tasks: int, folder: Path) -> Path:
    """A dump of some tasks in a project, all made on its last day."""
    dump = DumpBuilder()
    editor = dump.project(483, "Editor", ["", "Doing"], default=0)
    for number in range(1, tasks + 1):
        dump.task(number, created="2024-12-31").in_project(editor).points(1, on="2024-12-31")
    return write_dump(dump, folder / f"{tasks}.dump")


def evaluations(
    result: dg.ExecuteInProcessResult,
) -> dict[tuple[str, str], dg.AssetCheckEvaluation]:
    """What was told of checks, by asset and name."""
    found = result.get_asset_check_evaluations()
    return {(one.asset_key.to_user_string(), one.check_name): one for one in found}


def test_a_load_tells_all_of_its_checks(
    settings: Settings, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    result = load(settings, instance, dump_of(10, tmp_path), DAY)
    assert result.success
    found = evaluations(result)
    assert set(found) == {(check.asset, check.name) for check in LOAD_CHECKS}
    assert all(one.passed for one in found.values())
    told = found["maniphest_task", "no_sudden_loss"]
    assert told.description == "maniphest_task has 10 rows; nothing was loaded before."
    assert told.metadata["rows"].value == 10


def test_a_refused_load_fails_its_run_and_tells_the_check_that_refused_it(
    settings: Settings, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    assert load(settings, instance, dump_of(10, tmp_path), DAY).success
    result = load(settings, instance, dump_of(2, tmp_path), DAY)
    assert not result.success
    failed = {key: one for key, one in evaluations(result).items() if not one.passed}
    assert failed["maniphest_task", "no_sudden_loss"].severity == dg.AssetCheckSeverity.ERROR
    assert "80.0% are lost" in str(failed["maniphest_task", "no_sudden_loss"].description)
    (failure,) = (event for event in result.all_events if event.is_step_failure)
    data = failure.step_failure_data
    assert data.user_failure_data is not None
    assert "--accept-loss" in str(data.user_failure_data.description)
    made = {event.asset_key for event in result.get_asset_materialization_events()}
    assert made == {dg.AssetKey("phabricator_dump")}
    assert list(settings.dumps.glob("*.dump")) == []


def write_scope(folder: Path) -> None:
    """The files of a scope of one category."""
    (folder / "edit_scope.py").write_text("[vars]\nscope_title = Editing\n")
    rules = "rule,title,display,id,matchstring\nProjectByID,All,show,483,\n"
    (folder / "edit_recategorization.csv").write_text(rules)


def test_days_and_figures_of_a_scope_tell_their_checks_once_a_run(
    settings: Settings, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    write_scope(tmp_path)
    assert load(settings, instance, dump_of(3, tmp_path), DAY).success
    days = [DAY - timedelta(days=200), DAY]
    made = of_scope(settings, instance, ["task_on_date"], "edit", days)
    assert made.success
    found = evaluations(made)
    assert set(found) == {(check.asset, check.name) for check in DAY_CHECKS}
    assert all(one.passed for one in found.values())
    assert found["task_on_date", "no_day_missing"].metadata["rows"].value == 3
    figures = of_scope(settings, instance, list(FIGURES), "edit", [DAY])
    assert figures.success
    assert set(evaluations(figures)) == {(check.asset, check.name) for check in FIGURE_CHECKS}


def test_a_refused_scope_fails_its_run_and_tells_the_check_that_refused_it(
    settings: Settings,
    instance: dg.DagsterInstance,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_scope(tmp_path)
    assert load(settings, instance, dump_of(3, tmp_path), DAY).success
    monkeypatch.setattr(reconstructing, "days_in_scope", lambda *_: {1: 1})
    result = of_scope(settings, instance, ["task_on_date"], "edit", [DAY])
    assert not result.success
    kind = dg.DagsterEventType.ASSET_CHECK_EVALUATION
    (record,) = instance.get_records_for_run(result.run_id, of_type=kind).records
    event = record.event_log_entry.dagster_event
    assert event is not None
    data = event.asset_check_evaluation_data
    assert (data.check_name, data.passed, data.blocking) == ("no_day_missing", False, True)
    assert "T2, T3 differ" in str(data.description)


def test_a_report_whose_figures_are_not_those_of_the_tables_is_not_published(
    settings: Settings, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    write_scope(tmp_path)
    assert load(settings, instance, dump_of(3, tmp_path), DAY).success
    assert of_scope(settings, instance, ["task_on_date", *FIGURES], "edit", [DAY]).success
    published = of_scope(settings, instance, ["report"], "edit", [DAY])
    (told,) = evaluations(published).values()
    assert (told.check_name, told.passed) == ("equal_tables", True)
    assert int(str(told.metadata["numbers"].value)) > 0
    before = sorted((settings.site / "edit").iterdir())
    database = Database(settings.database)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE velocity SET count_total = count_total + 1")
    database.close()
    refused = of_scope(settings, instance, ["report"], "edit", [DAY])
    (failure,) = (event for event in refused.all_events if event.is_step_failure)
    assert "not those of the table: velocity.count_total. Nothing was" in sentence_of(failure)
    assert sorted((settings.site / "edit").iterdir()) == before


def test_of_several_scopes_those_that_failed_are_named() -> None:
    good, bad = (
        check_periods(Periods.of_rows([(1, 0, 9, 0)]), {1: days}, [(0, 9)]) for days in (9, 8)
    )
    first, second = of_all_scopes({"apps": good, "edit": bad})
    assert (first.passed, first.sentence) == (True, "2 scopes pass.")
    assert not second.passed
    assert second.sentence == "edit: 9 rows are there, 8 by the tasks' projects; T1 differ."


def test_every_check_is_declared_with_its_asset() -> None:
    graph = build_definitions(Settings()).resolve_asset_graph()
    declared = {
        (key.asset_key.to_user_string(), key.name): graph.get_check_spec(key)
        for key in graph.asset_check_keys
    }
    assert set(declared) == {(check.asset, check.name) for check in CHECKS}
    for check in CHECKS:
        spec = declared[check.asset, check.name]
        assert spec.blocking == check.blocking
        assert spec.description == f"{check.holds} Where it fails: {check.remedy}"


def documented() -> dict[str, list[str]]:
    """The cells of the document's table by the name of the check, without backticks."""
    rows = re.findall(r"^\| `(.*)\|\s*$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    cells = [[cell.strip().replace("`", "") for cell in row.split("|")] for row in rows]
    return {row[0]: row[1:] for row in cells}


def effect(check: Check) -> str:
    """What comes of a check that fails, as the document has it."""
    return "error, blocks" if check.blocking else "error" if check.severe else "warning"


def test_the_document_has_every_check() -> None:
    by_name: dict[str, list[Check]] = {}
    for check in CHECKS:
        by_name.setdefault(check.name, []).append(check)
    assert documented() == {
        name: [
            ", ".join(check.asset for check in checks),
            checks[0].holds.replace("`", ""),
            effect(checks[0]),
            checks[0].remedy.replace("`", ""),
        ]
        for name, checks in by_name.items()
    }
