"""domain.md, section 8: the names and columns that others may rely on, in every database."""

from __future__ import annotations

import math
import re
from datetime import date
from pathlib import Path

import pytest
from support.documents import guide
from support.histories import DumpBuilder
from support.scopes import Read, loaded, select, table

from resources.warehouse.database import Database

VELOCITY = [
    f"{one}_{unit}_{figure}"
    for one in ("pes", "nom", "opt")
    for unit in ("points", "count")
    for figure in ("vel", "total_growrate", "fore")
]
COLUMNS = {
    "task_on_date": "scope, date, id, status, project_id, project, projectcolumn, points, "
    "maint_type, priority, category_title",
    "task_on_date_recategorized": "scope, date, id, category, status, points, maint_type",
    "task_on_date_agg": 'scope, "range", date, category, status, maint_type, count, points',
    "velocity": "scope, category, date, points_total, count_total, points_resolved, "
    f"count_resolved, {', '.join(VELOCITY)}",
    "recently_closed": "scope, date, category, count, points",
    "recently_closed_task": "scope, date, id, category, points",
    "status_report": "scope, report, id, category, task_scope, status",
    "cumulative_flow": "scope, date, status, count",
    "flow_week": "scope, date, new, moved_in, reopened, resolved, declined, moved_out, open",
    "cycle_time": "scope, id, category, started_on, resolved_on, days, at_least",
    "cycle_time_by_category": "scope, category, resolved, timed, at_least, p50, p85, p95, open, "
    "at_work",
    "task_age": "scope, id, category, started_on, days, at_least, passed",
    "phabricator_project": "id, name, phid",
    "phabricator_column": "id, phid, name, project_phid",
    "maniphest_task": "id, phid, title, story_points, status_at_load, priority_at_load, "
    "date_created, date_modified",
    "maniphest_transaction": "id, phid, task_id, object_phid, transaction_type, old_value, "
    "new_value, date_modified, metadata",
    "maniphest_edge_transaction": "task_id, transaction_id, date_modified, edges",
    "maniphest_blocked": "parent_id, child_id",
}
ALL = "ProjectByID,All,show,483,"
SETTINGS = "status_report_project = 483\nstatus_report_start = 20"


def lively() -> DumpBuilder:
    """Something in each of the tables."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", ["Inbox", "Doing"], default=0)
    task = dump.task(1, created="2023-01-01").in_project(editor).points(2.5)
    task.moved(editor, "Doing", on="2024-01-05").resolved(on="2024-01-25")
    dump.task(2, created="2023-01-01").in_project(editor).child_of(task)
    return dump


def test_every_table_has_its_columns_in_every_database(database: Database, tmp_path: Path) -> None:
    loaded(database, lively(), tmp_path).report(ALL, SETTINGS)
    for name, columns in COLUMNS.items():
        rows = table(database, name, columns)
        assert rows, name
        days = {str(row["date"]) for row in rows if "date" in row}
        assert all(re.fullmatch(r"202[34]-\d\d-\d\d", day) for day in days), name


def test_the_examples_of_the_guide_find_something_in_every_database(
    database: Database, tmp_path: Path
) -> None:
    loaded(database, lively(), tmp_path).report(ALL, SETTINGS)
    examples = list(guide("tables").blocks(language="sql"))
    assert len(examples) == 5
    for query in examples:
        asked = query.replace("'edit'", "'s'").replace("id = 99", "id = 1")
        assert select(database, asked), query


def test_the_tables_say_the_same_in_every_database(
    database: Database, tmp_path: Path, reading: Read
) -> None:
    one = loaded(database, lively(), tmp_path).report(ALL, SETTINGS)
    other = reading(lively()).report(ALL, SETTINGS)
    for name, columns in COLUMNS.items():
        told = [plain(table(report.database, name, columns)) for report in (one, other)]
        assert told[0] == told[1], name


def test_no_figure_is_less_than_nothing(reading: Read) -> None:
    for row in reading(lively()).report(ALL).figures.velocity.to_dict("records"):
        assert not any(math.copysign(1, row[name]) < 0 for name in VELOCITY)


def plain(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Rows with days as text, as SQLite has them."""
    return [
        {name: str(cell) if isinstance(cell, date) else cell for name, cell in row.items()}
        for row in rows
    ]


def test_a_report_of_an_older_day_leaves_the_tables_alone(reading: Read) -> None:
    read = reading(lively())
    newest = read.report(ALL, SETTINGS)
    before = {name: newest.table(name) for name in list(COLUMNS)[1:12]}
    older = read.report(ALL, SETTINGS, days=("2024-01-01", "2024-01-20"), anew=False)
    assert {name: newest.table(name) for name in list(COLUMNS)[1:12]} == before
    assert older.figures.velocity["date"].max().date() == date(2024, 1, 20)


def test_a_report_of_the_same_or_a_newer_day_takes_their_place(reading: Read) -> None:
    read = reading(lively())
    read.report(ALL, days=("2024-01-01", "2024-01-20"))
    again = read.report("ProjectByID,Other,show,483,", days=("2024-01-01", "2024-01-20"))
    assert {row["category"] for row in again.table("velocity")} == {"Other"}
    newer = read.report(ALL)
    assert {row["category"] for row in newer.table("velocity")} == {"All"}
    assert len(newer.table("recently_closed")) == 1


@pytest.mark.parametrize("name", ["task_on_date_recategorized", "task_on_date_agg"])
def test_tables_of_days_have_the_reconstructed_days_up_to_the_report(
    name: str, reading: Read
) -> None:
    read = reading(lively())
    report = read.report(ALL, days=("2024-01-03", "2024-01-20"))
    days = sorted({str(row["date"]) for row in report.table(name)})
    assert (days[0], days[-1], len(days)) == ("2024-01-03", "2024-01-20", 18)
