"""domain.md, section 2: what each load puts in place, as a whole or not at all."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from support.histories import DumpBuilder
from support.scopes import LOAD_DAY, Read, fail_at, loaded, loaded_tables, table, write_dump
from support.written_rows import epoch

from resources.loading import load_dump
from resources.warehouse import schema
from resources.warehouse.database import Database
from resources.warehouse.load_store import current_load


def rich_dump() -> DumpBuilder:
    """Something for each of the tables."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", ["", "Doing"], default=0)
    flow = dump.project(22, "Flow «é»")
    parent = dump.task(2, "Goal", created="2024-01-01").in_project(flow)
    task = dump.task(1, "Fix it", created="2024-01-02").in_project(editor).child_of(parent)
    task.moved(editor, "Doing", on="2024-01-05").points(3, on="2024-01-06")
    task.priority(50, on="2024-01-07").assigned("PHID-USER-1", on="2024-01-08")
    task.resolved(on="2024-01-09")
    return dump


def other_dump() -> DumpBuilder:
    """Nothing of the rich dump, in each of the tables."""
    dump = DumpBuilder()
    tools = dump.project(7, "Tools", ["Backlog"], default=0)
    parent = dump.task(12, created="2023-01-01").in_project(tools)
    task = dump.task(11, created="2023-01-02").in_project(tools).child_of(parent)
    task.moved(tools, "Backlog", on="2023-01-05").points(8).status("stalled", on="2023-01-06")
    return dump


def test_a_project_is_id_name_and_phid(database: Database, tmp_path: Path) -> None:
    dump = rich_dump()
    loaded(database, dump, tmp_path)
    assert table(database, "phabricator_project", "id, name, phid") == [
        {"id": 22, "name": "Flow «é»", "phid": dump.projects[1].phid},
        {"id": 483, "name": "VisualEditor", "phid": dump.projects[0].phid},
    ]


def test_a_column_is_id_phid_name_and_project_phid(database: Database, tmp_path: Path) -> None:
    dump = rich_dump()
    board = dump.projects[0].phid
    loaded(database, dump, tmp_path)
    assert table(database, "phabricator_column", "id, phid, name, project_phid") == [
        {"id": 1, "phid": f"PHID-PCOL-{1:020d}", "name": "", "project_phid": board},
        {"id": 2, "phid": f"PHID-PCOL-{2:020d}", "name": "Doing", "project_phid": board},
    ]


def test_columns_of_unknown_projects_are_dropped_and_counted(reading: Read) -> None:
    dump = rich_dump().to_dict()
    for number in (70, 71):
        row = [number, f"PHID-PCOL-{number}", "Doing", 0, 0, "PHID-PROJ-hidden", 1, 1, "[]"]
        dump["project"]["columns"].append(row)
    read = reading(dump)
    assert read.load.unreadable == {"column of an unknown project": 2}
    assert [row["id"] for row in table(read.database, "phabricator_column", "id")] == [1, 2]


def test_a_task_is_what_info_says_at_load(database: Database, tmp_path: Path) -> None:
    loaded(database, rich_dump(), tmp_path)
    columns = "id, phid, title, story_points, status_at_load, priority_at_load"
    assert table(database, "maniphest_task", f"{columns}, date_created, date_modified") == [
        {
            "id": 1,
            "phid": f"PHID-TASK-{1:020d}",
            "title": "Fix it",
            "story_points": "3",
            "status_at_load": "resolved",
            "priority_at_load": "50",
            "date_created": epoch("2024-01-02"),
            "date_modified": epoch("2024-01-09"),
        },
        {
            "id": 2,
            "phid": f"PHID-TASK-{2:020d}",
            "title": "Goal",
            "story_points": None,
            "status_at_load": "open",
            "priority_at_load": "90",
            "date_created": epoch("2024-01-01"),
            "date_modified": epoch("2024-01-01"),
        },
    ]


@pytest.mark.parametrize(
    ("points", "text"),
    [(None, None), ("", ""), ("many", "many"), ("2.50", "2.50"), (3, "3"), (2.5, "2.5"), (0, "0")],
)
def test_story_points_are_text_as_dumped(points: Any, text: str | None, reading: Read) -> None:
    dump = DumpBuilder()
    dump.task(1, points=points)
    (row,) = table(reading(dump).database, "maniphest_task", "story_points")
    assert row["story_points"] == text


def test_a_task_without_info_is_there_without_anything_told(reading: Read) -> None:
    dump = DumpBuilder()
    dump.task(1, info=None)
    (row,) = table(reading(dump).database, "maniphest_task", "id, phid, title, status_at_load")
    assert row == {"id": 1, "phid": None, "title": "", "status_at_load": None}


def test_a_transaction_is_kept_as_dumped(database: Database, tmp_path: Path) -> None:
    dump = DumpBuilder()
    task = dump.task(1)
    old, new, metadata = '{"a": 1}', "", '{"edge:type" :41}'
    task.row("core:edge", old, new, metadata, "2024-01-05 06:07:08", row_id=77)
    loaded(database, dump, tmp_path)
    columns = "id, phid, task_id, object_phid, transaction_type, old_value, new_value"
    (row,) = table(database, "maniphest_transaction", f"{columns}, date_modified, metadata")
    assert row == {
        "id": 77,
        "phid": f"PHID-XACT-TASK-{77:015d}",
        "task_id": 1,
        "object_phid": task.phid,
        "transaction_type": "core:edge",
        "old_value": old,
        "new_value": new,
        "date_modified": epoch("2024-01-05 06:07:08"),
        "metadata": metadata,
    }


@pytest.mark.parametrize("cell", [3, 1.5, True, [1], {"a": None}], ids=str)
def test_cells_of_any_kind_are_kept_as_text(cell: Any, database: Database, tmp_path: Path) -> None:
    dump = DumpBuilder()
    task = dump.task(1)
    row = [5, cell, cell, cell, cell, cell, cell, cell, cell, cell, cell, 222]
    for kind in ("status", "priority", "points", "core:columns", "core:edge", "reassign"):
        task.raw_row(kind, row)
    told = dump.to_dict()
    told["task"]["1"]["info"] = [1, *[cell] * 10]
    read = loaded(database, told, tmp_path)
    assert (read.load.tasks, read.load.transactions) == (1, 6)
    texts = "phid, object_phid, old_value, new_value, metadata"
    for found in table(database, "maniphest_transaction", texts):
        assert set(found.values()) == {str(cell)}
    (at_load,) = table(database, "maniphest_task", "phid, title, story_points, status_at_load")
    assert list(at_load.values()) == [None, str(cell), str(cell), None]


def test_transactions_of_six_types_are_kept_and_others_ignored(reading: Read) -> None:
    kept = ("status", "priority", "points", "core:columns", "core:edge", "reassign")
    dump = DumpBuilder()
    task = dump.task(1)
    for kind in (*kept, "title", "core:comment", "mergedinto"):
        task.row(kind, "null", "null", '{"edge:type":4}')
    read = reading(dump)
    rows = table(read.database, "maniphest_transaction", "transaction_type")
    assert sorted(row["transaction_type"] for row in rows) == sorted(kept)
    assert read.load.transactions == 6


def test_a_modified_transaction_counts_when_it_was_modified(reading: Read) -> None:
    dump = DumpBuilder()
    row = [5, "PHID", None, None, None, 0, "status", '"open"', '"resolved"', "[]", 111, 222]
    dump.task(1).raw_row("status", row)
    (found,) = table(reading(dump).database, "maniphest_transaction", "date_modified")
    assert found["date_modified"] == 222


def test_an_edge_transaction_holds_the_projects_after_it(
    database: Database, tmp_path: Path
) -> None:
    dump = DumpBuilder()
    editor, flow = dump.project(483, "VisualEditor"), dump.project(22, "Flow")
    task = dump.task(1, created="2024-01-01").in_project(editor, row_id=10)
    task.in_project(flow, on="2024-01-02", row_id=11).left_project(editor, on="2024-01-03")
    task.left_project(flow, on="2024-01-04").in_project("PHID-PROJ-hidden", on="2024-01-05")
    loaded(database, dump, tmp_path)
    rows = table(database, "maniphest_edge_transaction", "transaction_id, date_modified, edges")
    assert [(row["transaction_id"], json.loads(row["edges"])) for row in rows] == [
        (10, [483]),
        (11, [22, 483]),
        (12, [22]),
        (13, []),
        (14, []),
    ]
    assert rows[1]["date_modified"] == epoch("2024-01-02")


def test_edges_of_other_types_are_no_project_transactions(reading: Read) -> None:
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor")
    task = dump.task(1)
    for kind in (3, 4, 21, 51, 52, 62, 63):
        task.row("core:edge", "[]", json.dumps([editor.phid]), json.dumps({"edge:type": kind}))
    assert table(reading(dump).database, "maniphest_edge_transaction") == []


def test_the_source_of_an_edge_of_type_3_is_blocked_by_its_destination(
    database: Database, tmp_path: Path
) -> None:
    dump = DumpBuilder()
    for number in (1, 2, 3):
        dump.task(number)
    first, second, third = dump.tasks
    first.edge(3, second.phid).edge(3, third.phid)
    second.edge(4, first.phid).edge(41, third.phid).edge(62, third.phid).edge(63, third.phid)
    loaded(database, dump, tmp_path)
    pairs = table(database, "maniphest_blocked", "parent_id, child_id")
    assert [tuple(row.values()) for row in pairs] == [(1, 2), (1, 3)]


def test_both_tasks_of_a_pair_are_in_the_dump_and_a_pair_stands_once(reading: Read) -> None:
    dump = DumpBuilder()
    parent, child = dump.task(1), dump.task(2)
    parent.edge(3, child.phid).edge(3, child.phid).edge(3, "PHID-TASK-hidden").edge(3, parent.phid)
    pairs = table(reading(dump).database, "maniphest_blocked", "parent_id, child_id")
    assert [tuple(row.values()) for row in pairs] == [(1, 1), (1, 2)]


def test_a_child_is_told_by_its_whole_phid_and_the_last_of_two_that_share_one(
    reading: Read,
) -> None:
    dump = DumpBuilder()
    parent, *children = (dump.task(number) for number in range(1, 7))
    for child, phid in zip(children, ("T-1", "T-11", "T-é", "1T-", "T-11"), strict=True):
        child.phid = phid
    parent.edge(3, "T-11").edge(3, "T-é").edge(3, "1T").edge(3, "T-")
    pairs = table(reading(dump).database, "maniphest_blocked", "parent_id, child_id")
    assert [tuple(row.values()) for row in pairs] == [(1, 4), (1, 6)]


def test_a_task_without_info_is_neither_parent_nor_child(reading: Read) -> None:
    dump = DumpBuilder()
    dump.task(1).edge(3, dump.task(2, info=None).phid)
    dump.tasks[1].edge(3, dump.tasks[0].phid)
    assert table(reading(dump).database, "maniphest_blocked") == []


def test_parents_are_those_of_the_load_whatever_the_transactions_say(reading: Read) -> None:
    dump = DumpBuilder()
    parent, child = dump.task(1), dump.task(2)
    parent.row("core:edge", "[]", json.dumps([child.phid]), '{"edge:type":3}')
    assert table(reading(dump).database, "maniphest_blocked") == []


def test_a_load_says_what_it_holds(database: Database, tmp_path: Path) -> None:
    load = loaded(database, rich_dump(), tmp_path).load
    assert (load.day, load.tasks, load.transactions) == (LOAD_DAY, 2, 7)
    assert load.newest_change == epoch("2024-01-09")
    with database.read() as connection:
        assert current_load(connection) == load


# As a whole ---------------------------------------------------------------------------------------


def test_a_load_replaces_everything_of_the_one_before(
    database: Database, tmp_path: Path, sqlite_database: Database
) -> None:
    loaded(database, rich_dump(), tmp_path)
    loaded(database, other_dump(), tmp_path)
    loaded(sqlite_database, other_dump(), tmp_path)
    assert loaded_tables(database) == loaded_tables(sqlite_database)


@pytest.mark.parametrize("broken", ["phabricator_project", "maniphest_blocked", "dump_load"])
def test_a_swap_that_fails_half_way_swaps_nothing(
    broken: str, database: Database, tmp_path: Path
) -> None:
    loaded(database, rich_dump(), tmp_path)
    before = loaded_tables(database)
    fail_at(database, f"ALTER TABLE staging_{broken}")
    with pytest.raises(RuntimeError, match="disk is full"):
        load_dump(database, write_dump(other_dump(), tmp_path / "other"), LOAD_DAY)
    assert loaded_tables(database) == before


def test_a_reader_sees_the_old_load_or_the_new_one(database: Database, tmp_path: Path) -> None:
    loaded(database, rich_dump(), tmp_path)
    path = write_dump(other_dump(), tmp_path / "other")
    load = threading.Thread(target=load_dump, args=(database, path, LOAD_DAY))

    def seen(connection: sa.Connection) -> dict[str, set[int]]:
        queries = {
            "maniphest_task": "SELECT id FROM maniphest_task",
            "phabricator_project": "SELECT id FROM phabricator_project",
            "maniphest_blocked": "SELECT child_id FROM maniphest_blocked",
        }
        return {
            name: set(connection.exec_driver_sql(query).scalars())
            for name, query in queries.items()
        }

    old = {"maniphest_task": {1, 2}, "phabricator_project": {22, 483}, "maniphest_blocked": {1}}
    with database.read() as connection:
        first = set(connection.exec_driver_sql("SELECT id FROM maniphest_task").scalars())
        load.start()
        load.join(0.7)
        assert first == old["maniphest_task"]
        assert seen(connection) == old
    load.join()
    with database.read() as connection:
        assert seen(connection) == {
            "maniphest_task": {11, 12},
            "phabricator_project": {7},
            "maniphest_blocked": {11},
        }


def test_every_loaded_table_is_swapped(database: Database, tmp_path: Path) -> None:
    loaded(database, rich_dump(), tmp_path)
    tables = loaded_tables(database)
    assert sorted(tables) == sorted(schema.loaded.tables)
    assert all(tables.values())
