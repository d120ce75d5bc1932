"""The oracle reproduces the given daily tables, and holds the rules which they do not settle."""

import csv
import gzip
import json
import os
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.broken_dumps import mangled_places, to_bytes
from support.histories import DumpBuilder
from support.oracle import Dump, OracleScope, TaskOnDate, scope_from_files, task_on_date
from support.strategies import LAST_DAY, dumps_with_scopes
from support.written_rows import Form

REPO_ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("PHLOGISTON_SHARED", REPO_ROOT.parent / "shared"))
CASES = SHARED / "cases"

CLASSIC_DAYS = ("2018-01-15", "2018-05-10", "2018-08-10")


def scopes_of(case: str) -> list[str]:
    """List the scopes of a case by their folders, for the test ids."""
    return sorted(path.name for path in (CASES / case / "expected").glob("*/"))


@cache
def dump_of(case: str) -> Dump:
    """Parse the dump of a case, once."""
    with gzip.open(CASES / case / "phabricator_public.dump.gz") as file:
        dump: Dump = json.load(file)
    return dump


def scope_of(case: str, prefix: str) -> OracleScope:
    """Read a scope from the case's own files, or from the real ones that several cases share."""
    own = CASES / case / "scopes"
    return scope_from_files(prefix, own if own.is_dir() else SHARED / "scopes", dump_of(case))


def expected_of(case: str, prefix: str) -> dict[date, list[TaskOnDate]]:
    """Read the expected `task_on_date` of a scope, by day; an empty cell of points is none."""
    days: dict[date, list[TaskOnDate]] = defaultdict(list)
    path = CASES / case / "expected" / prefix / "task_on_date.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for cells in csv.DictReader(file):
            row = TaskOnDate(
                scope=cells["scope"],
                date=date.fromisoformat(cells["date"]),
                id=int(cells["id"]),
                status=cells["status"],
                project_id=int(cells["project_id"]),
                project=cells["project"],
                projectcolumn=cells["projectcolumn"],
                points=float(cells["points"]) if cells["points"] else None,
                maint_type=cells["maint_type"],
                priority=cells["priority"],
                category_title=cells["category_title"],
            )
            days[row.date].append(row)
    return days


def days_of(case: str) -> list[date]:
    """List the days of the daily tables of a case."""
    told = json.loads((CASES / case / "expected" / "case.json").read_text("utf-8"))
    return [date.fromisoformat(day) for day in told["days_of_the_daily_tables"]]


@pytest.mark.parametrize(
    ("case", "prefix"),
    [(case, prefix) for case in ("real", "modern", "classic") for prefix in scopes_of(case)],
)
def test_the_oracle_gives_the_expected_daily_table(case: str, prefix: str) -> None:
    """On each day, each task in scope has exactly the expected row, and no other task has one."""
    dump, scope, expected = dump_of(case), scope_of(case, prefix), expected_of(case, prefix)
    days = [day for day in days_of(case) if case != "classic" or str(day) in CLASSIC_DAYS]
    for day in days:
        assert task_on_date(dump, scope, day) == sorted(expected[day], key=lambda row: row.id)


def rows_on(dump: DumpBuilder, *days: str, projects: tuple[int, ...] = (483,)) -> list[TaskOnDate]:
    """Give the rows of a small dump on some days, one after the other."""
    scope = OracleScope("s", projects)
    on_days = (task_on_date(dump.to_dict(), scope, date.fromisoformat(day)) for day in days)
    return [TaskOnDate(*row) for rows in on_days for row in rows]


def test_a_single_status_change_that_is_not_the_status_at_load_gives_way_to_it() -> None:
    """The one repair: history was lost, so the status at load holds on every day."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor")
    dump.task(1, created="2024-01-01", status="stalled").in_project(editor).resolved(
        on="2024-01-05"
    )
    statuses = [row.status for row in rows_on(dump, "2024-01-02", "2024-01-09")]
    assert statuses == ["stalled", "stalled"]


def test_a_task_without_info_has_no_status_at_load_to_be_repaired_with() -> None:
    """Null `info` leaves the history as it is, and no title."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor")
    dump.task(1, created="2024-01-01", info=None).in_project(editor).resolved(on="2024-01-05")
    rows = rows_on(dump, "2024-01-02", "2024-01-09")
    assert [(row.status, row.priority, row.points) for row in rows] == [
        ("open", "", None),
        ("resolved", "", None),
    ]


def test_a_merge_is_a_change_to_duplicate_from_open() -> None:
    """The merge is all the history there is, and its status before was open."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor")
    kept = dump.task(2)
    dump.task(1, created="2024-01-01").in_project(editor).merged_into(kept, on="2024-01-05")
    statuses = [row.status for row in rows_on(dump, "2024-01-04", "2024-01-05")]
    assert statuses == ["open", "duplicate"]


def test_the_default_column_counts_from_the_day_of_its_creation() -> None:
    """Before that day there is no column to name; a nameless default is called Backlog."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor")
    editor.add_column("", created="2024-01-05 23:59:59", default=True)
    dump.task(1, created="2024-01-01").in_project(editor)
    columns = [row.projectcolumn for row in rows_on(dump, "2024-01-04", "2024-01-05")]
    assert columns == ["", "Backlog"]


def test_of_two_elements_for_a_board_in_one_row_the_last_counts() -> None:
    """Within a row the order of the elements is the order of the moves."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", columns=["", "Doing", "Done"], default=0)
    dump.task(1, created="2024-01-01").in_project(editor).moved(
        editor, "Doing", (editor, "Done"), on="2024-01-02"
    )
    assert [row.projectcolumn for row in rows_on(dump, "2024-01-02")] == ["Done"]


@pytest.mark.parametrize("form", ["oldest", "middle", "today"])
def test_every_form_of_a_project_row_says_the_same(form: Form) -> None:
    """The whole set on both sides and the difference alone lead to the same projects."""
    dump = DumpBuilder()
    editor, flow = dump.project(483, "VisualEditor"), dump.project(22, "Flow")
    task = dump.task(1, created="2024-01-01").in_project(editor, form=form)
    task.in_project(flow, on="2024-01-03", form=form)
    task.left_project(editor, on="2024-01-05", form=form)
    rows = rows_on(dump, "2024-01-02", "2024-01-04", "2024-01-06", projects=(22, 483))
    assert [row.project for row in rows] == ["VisualEditor", "Flow", "Flow"]


@settings(deadline=None)
@given(st.data())
def test_a_broken_value_is_never_an_error_and_concerns_its_own_task_only(
    data: st.DataObject,
) -> None:
    """A value that cannot be read loses only that value; category titles may pass it on."""
    dump, scope = data.draw(dumps_with_scopes())
    broken = data.draw(mangled_places(dump))
    before = {row[2]: row[:-1] for row in task_on_date(dump, scope, LAST_DAY)}
    read = json.loads(to_bytes(broken.dump))
    after = {row[2]: row[:-1] for row in task_on_date(read, scope, LAST_DAY)}
    whole = {id_ for id_ in before.keys() | after.keys() if str(id_) not in broken.touched_tasks}
    if not broken.touches_projects:
        assert {id_: after.get(id_) for id_ in whole} == {id_: before.get(id_) for id_ in whole}
