"""Of runs of days only those that differ are written, and what is there is the same as anew."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from support.histories import DumpBuilder
from support.scopes import Read, Reading, days_of, loaded, scope_of, select, table

from phlogiston_assets.domain.scopes import Scope
from phlogiston_assets.domain.verdicts import RefusedError
from resources.figuring import store_figures
from resources.publishing import publish_report
from resources.reconstructing import reconstruct_days
from resources.scope_desk import ScopeDesk
from resources.warehouse import schema
from resources.warehouse.database import Database

RULES = "ProjectColumn,Doing,show,483,Doing\nProjectByID,All,show,483,"
OTHER_RULES = "ProjectByID,All,show,483,"
VIEWS = ("task_on_date_recategorized", "task_on_date_agg", "cumulative_flow")
TABLES = (*VIEWS, *(one.name for one in schema.RUN_TABLES.values()))


def lively() -> DumpBuilder:
    """Tasks that come, move, gain points, are resolved, opened again and taken out."""
    dump = DumpBuilder()
    editor = dump.project(483, "Editor", ["Inbox", "Doing"], default=0)
    first = dump.task(1, created="2023-12-01").in_project(editor).points(2.5)
    first.moved(editor, "Doing", on="2024-01-05").resolved(on="2024-01-11")
    first.opened(on="2024-01-12").resolved(on="2024-01-20")
    dump.task(2, created="2024-01-03").in_project(editor).points(0.1, on="2024-01-11")
    dump.task(3, created="2024-01-11").in_project(editor).status("declined", on="2024-01-16")
    dump.task(4, created="2023-12-01").in_project(editor)
    return dump


def add_day(read: Reading, scope: Scope, first: str, last: str) -> None:
    """Reconstruct some days and put the figures of the last of them in the tables."""
    days = days_of(first, last)
    reconstruct_days(read.database, read.settings, scope, days)
    store_figures(read.database, read.settings, scope, days[-1])


def told(database: Database) -> dict[str, list[dict[str, object]]]:
    return {name: table(database, name) for name in TABLES}


STEPS = (
    (RULES, "", "2024-01-01", "2024-01-10"),
    (RULES, "", "2024-01-11", "2024-01-11"),
    (RULES, "", "2024-01-12", "2024-01-12"),
    (RULES, "", "2024-01-14", "2024-01-20"),
    (OTHER_RULES, "", "2024-01-20", "2024-01-20"),
    (RULES, "", "2024-01-02", "2024-01-21"),
    (RULES, "retroactive_points = true\nretroactive_categories = true", "2024-01-22", "2024-01-23"),
)


def test_days_and_edits_leave_the_same_as_writing_all_anew(
    database: Database, tmp_path: Path
) -> None:
    read = loaded(database, lively(), tmp_path)
    for rules, settings, first, last in STEPS:
        scope = scope_of(rules, settings)
        add_day(read, scope, first, last)
        by_difference = told(database)
        assert max(str(row["date"]) for row in by_difference["task_on_date_agg"]) == last
        store_figures(database, read.settings, scope, date.fromisoformat(last))
        assert told(database) == by_difference, last


def test_the_views_of_days_end_with_the_report_s_day(reading: Read) -> None:
    read = reading(lively())
    scope = scope_of(RULES)
    add_day(read, scope, "2024-01-01", "2024-01-10")
    before = {name: table(read.database, name) for name in VIEWS}
    reconstruct_days(read.database, read.settings, scope, days_of("2024-01-11", "2024-01-15"))
    assert {name: table(read.database, name) for name in VIEWS} == before


def test_a_day_more_writes_what_changed_and_the_same_day_once_more_all(reading: Read) -> None:
    read = reading(lively())
    scope = scope_of(RULES)
    add_day(read, scope, "2024-01-01", "2024-01-10")
    with read.database.write() as connection:
        for name in ("aggregate_run", "status_run"):
            connection.exec_driver_sql(f"UPDATE {name} SET count = count + 70")
        connection.exec_driver_sql("UPDATE category_period SET category = 'Touched'")
    add_day(read, scope, "2024-01-11", "2024-01-11")
    database = read.database
    kept = select(database, "SELECT min(count) AS n, max(count) AS most FROM aggregate_run")
    assert kept[0]["n"] < 70 < kept[0]["most"], "what changed is written, what did not is not"
    touched = "SELECT id FROM category_period WHERE category = 'Touched' ORDER BY id"
    ids = [row["id"] for row in select(database, touched)]
    assert ids == [1, 4], "what held on the day before and still holds is not written either"
    store_figures(database, read.settings, scope, date(2024, 1, 11))
    for name in ("aggregate_run", "status_run"):
        assert select(database, f"SELECT max(count) AS n FROM {name}")[0]["n"] < 70
    names = select(database, "SELECT DISTINCT category FROM category_period ORDER BY category")
    assert [row["category"] for row in names] == ["All", "Doing"]


def test_a_row_that_another_program_changed_is_found_before_a_report_is_published(
    reading: Read, tmp_path: Path
) -> None:
    read = reading(lively())
    read.settings = read.settings.model_copy(update={"home": tmp_path})
    scope = scope_of(RULES)
    add_day(read, scope, "2024-01-01", "2024-01-10")
    with read.database.write() as connection:
        connection.exec_driver_sql("UPDATE aggregate_run SET count = count + 70")
    add_day(read, scope, "2024-01-11", "2024-01-11")
    day, templates = date(2024, 1, 11), ScopeDesk(read.database, read.settings).templates
    with pytest.raises(RefusedError, match=r"task_on_date_agg\.count"):
        publish_report(read.database, read.settings, scope, day, templates)
    store_figures(read.database, read.settings, scope, day)
    assert publish_report(read.database, read.settings, scope, day, templates).files


def test_rows_with_other_words_or_points_have_other_digests(reading: Read) -> None:
    read = reading(lively())
    add_day(read, scope_of(RULES), "2024-01-01", "2024-01-20")
    for name in ("category_period", "aggregate_run", "status_run"):
        digests = [row["digest"] for row in table(read.database, name)]
        assert len(set(digests)) == len(digests) > 4


def test_rows_whose_numbers_come_to_the_same_sum_have_other_digests(reading: Read) -> None:
    dump = DumpBuilder()
    editor = dump.project(483, "Editor")
    for number in range(1, 8):
        task = dump.task(number, created="2023-12-01")
        task.in_project(editor, on=f"2024-01-{9 - number:02}")
    read = reading(dump)
    add_day(read, scope_of(OTHER_RULES), "2024-01-01", "2024-01-10")
    rows = table(read.database, "category_period")
    assert len({row["digest"] for row in rows}) == len(rows) == 7
