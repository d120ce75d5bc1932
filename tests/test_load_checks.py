"""The checks of a load: each fails for its own reason only, and all pass on the cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.cases import CASES, Case
from support.histories import DumpBuilder
from support.scopes import LOAD_DAY, write_dump

from phlogiston_assets.domain.dumps.load_checks import LOAD_CHECKS, LoadLimits
from phlogiston_assets.domain.verdicts import RefusedError, Verdict
from resources.load_inspection import LoadInspection
from resources.loading import load_dump
from resources.warehouse.database import Database
from resources.warehouse.load_store import current_load

Dump = dict[str, Any]
LAST_CHANGE = "2024-12-31 12:00:00"


def living_dump(tasks: int = 10) -> DumpBuilder:
    """Tasks in a project, of which the last one was resolved on the day that the dump closes."""
    dump = DumpBuilder()
    editor = dump.project(483, "Editor", ["", "Doing"], default=0)
    dump.project(22, "Flow")
    parent = dump.task(1, created="2024-01-01").in_project(editor).moved(editor, 1, on="2024-01-03")
    for number in range(2, tasks + 1):
        task = dump.task(number, created="2024-01-02").in_project(editor)
        task.points(number, on="2024-01-05").priority(50, on="2024-01-06").child_of(parent)
    parent.resolved(on=LAST_CHANGE)
    return dump


def inspected(
    database: Database, folder: Path, dump: Dump | DumpBuilder, **options: Any
) -> LoadInspection:
    """Load a dump; what its inspection found."""
    inspection = LoadInspection(options.pop("limits", LoadLimits()), **options)
    load_dump(database, write_dump(dump, folder / "any.dump"), LOAD_DAY, inspect=inspection)
    return inspection


def failed(verdicts: list[Verdict] | tuple[Verdict, ...]) -> dict[tuple[str, str], str]:
    """The sentences of the checks that failed, by asset and name."""
    return {(one.check.asset, one.check.name): one.sentence for one in verdicts if not one.passed}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_loads_of_the_cases_pass_all_checks(case: Case, sqlite_database: Database) -> None:
    inspection = LoadInspection(LoadLimits(disagreement=0))
    load_dump(sqlite_database, case.dump, case.day, inspect=inspection)
    assert failed(inspection.verdicts) == {}
    assert {one.check for one in inspection.verdicts} == set(LOAD_CHECKS)
    with sqlite_database.read() as connection:
        for table, rows in inspection.rows.items():
            query = f"SELECT count(*) FROM {table}"
            assert connection.exec_driver_sql(query).scalar() == rows, table
    again = LoadInspection(LoadLimits())
    load_dump(sqlite_database, case.dump, case.day, inspect=again)
    counted = {one.check.asset: one for one in again.verdicts if "rows_before" in one.figures}
    assert {table: one.figures["rows_before"] for table, one in counted.items()} == inspection.rows


def test_a_load_that_lost_most_tasks_is_refused_and_the_one_before_stands(
    database: Database, tmp_path: Path
) -> None:
    inspected(database, tmp_path, living_dump(20))
    with pytest.raises(
        RefusedError, match=r"maniphest_task has 17 rows, 20 .*15.0% are lost"
    ) as no:
        inspected(database, tmp_path, living_dump(17))
    assert ("maniphest_task", "no_sudden_loss") in failed(no.value.verdicts)
    assert {name for _, name in failed(no.value.verdicts)} == {"no_sudden_loss"}
    assert "--accept-loss" in str(no.value)
    with database.read() as connection:
        load = current_load(connection)
        tasks = connection.exec_driver_sql("SELECT count(*) FROM maniphest_task").scalar()
    assert load is not None
    assert (load.tasks, tasks) == (20, 20)


def test_a_small_loss_and_one_that_is_accepted_pass(
    sqlite_database: Database, tmp_path: Path
) -> None:
    inspected(sqlite_database, tmp_path, living_dump(20))
    assert failed(inspected(sqlite_database, tmp_path, living_dump(19)).verdicts) == {}
    few = inspected(sqlite_database, tmp_path, living_dump(2), accept_loss=True)
    assert failed(few.verdicts) == {}


def test_the_loss_allowed_is_a_setting(sqlite_database: Database, tmp_path: Path) -> None:
    inspected(sqlite_database, tmp_path, living_dump(20))
    with pytest.raises(RefusedError, match=r"has 19 rows, 20 .*5\.0% are lost"):
        inspected(sqlite_database, tmp_path, living_dump(19), limits=LoadLimits(loss=0.01))
    half = LoadLimits(loss=0.6)
    assert failed(inspected(sqlite_database, tmp_path, living_dump(10), limits=half).verdicts) == {}


def transactions(dump: Dump, task: str, kind: str) -> list[Any]:
    """The rows of a type of a task."""
    return list(dump["task"][task]["transactions"][kind])


def twice(kind: str) -> Callable[[Dump], None]:
    """Give a project or a column once more."""

    def give(dump: Dump) -> None:
        rows = dump["project"][kind]
        rows.append(list(rows[0]))

    return give


def an_id_twice(dump: Dump) -> None:
    (first, *_), (other, *_) = (transactions(dump, task, "points") for task in ("2", "9"))
    other[0] = first[0]


def a_change_after_the_dump(dump: Dump) -> None:
    (row, *_) = transactions(dump, "3", "priority")
    row[11] += 400 * 86400


def a_change_before_phabricator(dump: Dump) -> None:
    (row, *_) = transactions(dump, "3", "priority")
    row[11] = 1


def a_lost_change(dump: Dump) -> None:
    dump["task"]["4"]["info"][5] = 80


def other_points(dump: Dump) -> None:
    dump["task"]["4"]["info"][10] = "80"


def no_points(dump: Dump) -> None:
    dump["task"]["4"]["info"][10] = None


def another_status(dump: Dump) -> None:
    """Of several changes of status; of one alone, history is taken for lost."""
    (row, *_) = transactions(dump, "1", "status")
    (earlier, later) = list(row), row
    earlier[0], earlier[7], earlier[8] = 10_000, '"open"', '"stalled"'
    earlier[11] -= 1
    later[7] = '"stalled"'
    dump["task"]["1"]["transactions"]["status"].insert(0, earlier)
    dump["task"]["1"]["info"][4] = "declined"


def another_project(dump: Dump) -> None:
    flow = dump["project"]["projects"][1][2]
    edges = dump["task"]["5"]["edge"]
    edges.append([edges[0][0], 41, flow, 1, 0, None])


def unreadable_values(dump: Dump) -> None:
    for row in (one for task in "234" for one in transactions(dump, task, "priority")):
        row[7] = "{"


TASK, TRANSACTION = "maniphest_task", "maniphest_transaction"


@pytest.mark.parametrize(
    ("harm", "asset", "name", "said"),
    [
        (twice("projects"), "phabricator_project", "ids_unique", "1 ids of phabricator_project"),
        (twice("columns"), "phabricator_column", "ids_unique", "1 ids of phabricator_column"),
        (an_id_twice, TRANSACTION, "ids_unique", "1 ids of maniphest_transaction stand twice"),
        (a_change_after_the_dump, TRANSACTION, "times_plausible", "1 changes have strange times"),
        (a_change_before_phabricator, TRANSACTION, "times_plausible", "1 changes have strange"),
        (unreadable_values, TRANSACTION, "values_readable", "(priority: 3)"),
        (a_lost_change, TASK, "history_agrees", "priority of 1, points of 0"),
        (other_points, TASK, "history_agrees", "points of 1"),
        (no_points, TASK, "history_agrees", "points of 1"),
        (another_status, TASK, "history_agrees", "status of 1, priority of 0"),
        (another_project, TASK, "history_agrees", "projects of 1. Among them T5."),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_each_check_fails_for_its_own_reason(
    sqlite_database: Database,
    tmp_path: Path,
    harm: Callable[[Dump], None],
    asset: str,
    name: str,
    said: str,
) -> None:
    dump = living_dump().to_dict()
    harm(dump)
    found = failed(inspected(sqlite_database, tmp_path, dump).verdicts)
    assert list(found) == [(asset, name)]
    assert said in found[asset, name]


def test_a_task_given_twice_is_told(sqlite_database: Database, tmp_path: Path) -> None:
    text = living_dump().to_json()
    start, end = text.index(b'"5": {'), text.index(b'"6": {')
    path = tmp_path / "twice.dump"
    path.write_bytes(text[:end] + text[start:end] + text[end:])
    inspection = LoadInspection(LoadLimits())
    load_dump(sqlite_database, path, LOAD_DAY, inspect=inspection)
    assert list(failed(inspection.verdicts)) == [(TASK, "ids_unique")]


def test_a_dump_in_which_nothing_happened_for_two_days_is_told(
    sqlite_database: Database, tmp_path: Path
) -> None:
    inspection = LoadInspection(LoadLimits())
    path = write_dump(living_dump(), tmp_path / "old.dump")
    load_dump(sqlite_database, path, LOAD_DAY + timedelta(days=1), inspect=inspection)
    assert failed(inspection.verdicts) == {}
    load_dump(sqlite_database, path, LOAD_DAY + timedelta(days=2), inspect=inspection)
    found = failed(inspection.verdicts)
    assert list(found) == [(TRANSACTION, "times_plausible")]
    assert "long before the end of 2025-01-02" in found[TRANSACTION, "times_plausible"]


def test_what_is_allowed_of_unreadable_values_and_disagreement_are_settings(
    sqlite_database: Database, tmp_path: Path
) -> None:
    dump = living_dump().to_dict()
    unreadable_values(dump)
    other_points(dump)
    wide = LoadLimits(unreadable=0.2, disagreement=0.1)
    assert set(failed(inspected(sqlite_database, tmp_path, dump).verdicts)) == {
        (TRANSACTION, "values_readable"),
        (TASK, "history_agrees"),
    }
    assert failed(inspected(sqlite_database, tmp_path, dump, limits=wide).verdicts) == {}


def test_a_task_without_fields_of_its_own_is_not_compared(
    sqlite_database: Database, tmp_path: Path
) -> None:
    dump = living_dump().to_dict()
    dump["task"]["7"]["info"] = None
    del dump["task"]["8"]["edge"]
    (verdict,) = (
        one
        for one in inspected(sqlite_database, tmp_path, dump).verdicts
        if one.check.name == "history_agrees"
    )
    assert verdict.passed
    assert verdict.sentence.startswith("Of 9 tasks, ")
