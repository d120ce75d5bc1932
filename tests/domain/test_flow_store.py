"""The tables of flow, from a dump to the database, beside a naive reading of the dump."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from support.histories import DumpBuilder
from support.oracle import Dump, OracleScope, TaskOnDate, task_on_date
from support.scopes import Read, Report, loaded, select
from support.strategies import DAYS, FIRST_DAY, LAST_DAY, dumps_with_scopes

from resources.warehouse.database import Database

OUT = {"duplicate", "invalid", "declined", "spite", "wontfix"}
ALL = "ProjectByID,All,show,483,"
DOING = "working_columns = Doing"


def a_month() -> DumpBuilder:
    """One task begun and resolved, one at work since before, one not begun."""
    dump = DumpBuilder()
    editor = dump.project(483, "Editor", ["Inbox", "Doing"], default=0)
    done = dump.task(1, created="2024-01-02").in_project(editor)
    done.moved(editor, "Doing", on="2024-01-04").resolved(on="2024-01-11")
    dump.task(2, created="2023-01-01").in_project(editor).moved(editor, "Doing", on="2023-02-01")
    dump.task(3, created="2024-01-08").in_project(editor)
    return dump


def rows(report: Report, name: str) -> list[tuple[Any, ...]]:
    return [
        tuple(str(cell) if isinstance(cell, date) else cell for cell in list(row.values())[1:])
        for row in report.table(name)
    ]


def test_the_tables_hold_a_month_s_flow(reading: Read) -> None:
    report = reading(a_month()).report(ALL, DOING)
    assert rows(report, "cycle_time") == [(1, "All", "2024-01-04", "2024-01-11", 7, 0)]
    assert rows(report, "task_age") == [(2, "All", "2024-01-01", 30, 1, 95)]
    assert rows(report, "cycle_time_by_category") == [
        ("", 1, 1, 0, 7.0, 7.0, 7.0, 2, 1),
        ("All", 1, 1, 0, 7.0, 7.0, 7.0, 2, 1),
    ]
    assert rows(report, "flow_week") == [
        ("2024-01-10", 1, 0, 0, 0, 0, 0, 3),
        ("2024-01-17", 0, 0, 0, 1, 0, 0, 2),
        ("2024-01-24", 0, 0, 0, 0, 0, 0, 2),
        ("2024-01-31", 0, 0, 0, 0, 0, 0, 2),
    ]
    day = [row[1:] for row in rows(report, "cumulative_flow") if row[0] == "2024-01-11"]
    assert sorted(day) == [("open", 2), ("resolved", 1)]


def test_another_set_of_names_takes_a_new_report_only(reading: Read) -> None:
    read = reading(a_month())
    read.report(ALL, DOING)
    again = read.report(ALL, anew=False)
    assert [row[0] for row in rows(again, "task_age")] == [2, 3]
    assert rows(again, "cycle_time") == [(1, "All", "2024-01-02", "2024-01-11", 9, 0)]


def test_what_was_resolved_before_the_cutoff_is_in_no_cumulative_flow(reading: Read) -> None:
    read = reading(a_month())
    kept = read.report(ALL, "backlog_resolved_cutoff = 2024-01-11")
    assert ("2024-01-31", "resolved", 1) in rows(kept, "cumulative_flow")
    gone = read.report(ALL, "backlog_resolved_cutoff = 2024-01-12", anew=False)
    assert {row[1] for row in rows(gone, "cumulative_flow")} == {"open"}
    assert len(rows(gone, "cycle_time")) == 1


def test_the_report_warns_of_names_that_nothing_has(reading: Read) -> None:
    (warning,) = reading(a_month()).report(ALL, "working_columns = doing").figures.warnings
    assert warning.startswith("working_columns has 'doing', but no task of the scope")


def expected(dump: Dump, scope: OracleScope) -> dict[str, Any]:
    """Statuses by day, first days of work and ages, from each day's rows."""
    begun: dict[int, date] = {}
    by_status: dict[date, Counter[str]] = {}
    then: dict[int, TaskOnDate] = {}
    for number in range(DAYS):
        day = FIRST_DAY + timedelta(days=number)
        then = {one.id: one for one in map(TaskOnDate._make, task_on_date(dump, scope, day))}
        for one in then.values():
            if "Do" in one.projectcolumn or one.status == "progress":
                begun.setdefault(one.id, day)
        kept = [one for one in then.values() if one.status not in OUT and one.status]
        by_status[day] = Counter(one.status for one in kept)
    still_open = [one for one in then.values() if one.status not in {*OUT, "", "resolved"}]
    ages = [(one.id, (LAST_DAY - begun[one.id]).days) for one in still_open if one.id in begun]
    return {"flow": by_status, "ages": sorted(ages, key=lambda row: (-row[1], row[0]))}


@settings(max_examples=25)
@given(dumps_with_scopes(max_tasks=6))
def test_random_dumps_flow_as_each_day_s_rows_say(told: tuple[Dump, OracleScope]) -> None:
    dump, scope = told
    one = OracleScope("s", scope.project_ids[:1])
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/test.sqlite")
        database.prepare()
        report = loaded(database, dump, Path(folder)).report(
            f"ProjectByID,All,show,{one.project_ids[0]},",
            "working_columns = Do\nworking_statuses = progress",
            days=(FIRST_DAY.isoformat(), LAST_DAY.isoformat()),
        )
        known = expected(dump, one)
        counted: dict[date, Counter[str]] = {day: Counter() for day in known["flow"]}
        for row in select(database, "SELECT date, status, count FROM cumulative_flow"):
            counted[date.fromisoformat(row["date"])][row["status"]] = row["count"]
        assert counted == known["flow"]
        assert [(row[0], row[3]) for row in rows(report, "task_age")] == known["ages"]
        database.close()
