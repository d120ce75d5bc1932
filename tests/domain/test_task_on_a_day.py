"""domain.md, section 3: days, the order of changes, and status, points and priority on a day."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.histories import DumpBuilder, TaskBuilder
from support.scopes import LAST, Read
from support.written_rows import Form, Project, epoch

Made = tuple[DumpBuilder, Project, TaskBuilder]
FIELDS = ("status", "priority", "points")


def a_task(**at_load: Any) -> Made:
    """A task of one project since long ago, on its board's default column."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", ["To Do", "Doing", "Done"], default=0)
    return dump, editor, dump.task(1, created="2023-01-01", **at_load).in_project(editor)


def written(kind: str, value: Any) -> Any:
    """A value of a kind from a small number, as `info` and rows have it."""
    return {"status": f"status{value}", "priority": str(value), "points": float(value)}[kind]


def row(task: TaskBuilder, kind: str, old: Any, new: Any, at: str | int, **how: Any) -> None:
    """A row of a status, priority or points, given by small numbers; texts stand as they are."""
    texts = [
        told if told is None or isinstance(told, str) else json.dumps(written(kind, told))
        for told in (old, new)
    ]
    task.row(kind, *texts, "[]", at, **how)


# Days and the order of changes --------------------------------------------------------------------


@pytest.mark.parametrize("kind", FIELDS)
def test_a_day_ends_with_its_last_second(kind: str, reading: Read) -> None:
    dump, editor, task = a_task(**{kind: written(kind, 3)})
    row(task, kind, 1, 2, "2024-01-05 23:59:59")
    row(task, kind, 2, 3, "2024-01-08 00:00:00")
    days = ("2024-01-04", "2024-01-05", "2024-01-07", "2024-01-08")
    values = reading(dump).scope(editor).values(kind, *days)
    assert values == [written(kind, number) for number in (1, 2, 2, 3)]


def test_projects_and_columns_change_at_midnight_too(reading: Read) -> None:
    dump, editor, task = a_task()
    flow = dump.project(22, "Flow")
    task.in_project(flow, on="2024-01-05 23:59:59").left_project(flow, on="2024-01-08")
    task.moved(editor, "Doing", on="2024-01-05 23:59:59").moved(editor, "Done", on="2024-01-08")
    scope = reading(dump).scope(flow, editor)
    days = ("2024-01-04", "2024-01-05", "2024-01-07", "2024-01-08")
    assert scope.values("project_id", *days) == [483, 22, 22, 483]
    only = reading(dump).scope(editor)
    assert only.values("projectcolumn", *days) == ["To Do", "Doing", "Doing", "Done"]


def test_a_change_counts_when_it_was_modified_not_when_it_was_created(reading: Read) -> None:
    dump, editor, task = a_task(status="resolved")
    cells = [900, "PHID", None, task.phid, None, 0, "status", '"open"', '"resolved"', "[]"]
    task.raw_row("status", [*cells, epoch("2024-01-03"), epoch("2024-01-06")])
    values = reading(dump).scope(editor).values("status", "2024-01-05", "2024-01-06")
    assert values == ["open", "resolved"]


@pytest.mark.parametrize("kind", FIELDS)
def test_among_changes_of_a_day_the_greatest_time_counts_then_the_greatest_id(
    kind: str, reading: Read
) -> None:
    dump, editor, task = a_task(**{kind: written(kind, 9)})
    row(task, kind, 0, 5, "2024-01-05 12:00:00", row_id=700)
    row(task, kind, 0, 4, "2024-01-05 13:00:00", row_id=602)
    row(task, kind, 0, 3, "2024-01-05 13:00:00", row_id=601)
    row(task, kind, 0, 9, "2024-01-06", row_id=1)
    values = reading(dump).scope(editor).values(kind, "2024-01-05", "2024-01-06")
    assert values == [written(kind, 4), written(kind, 9)]


def test_so_it_is_with_columns(reading: Read) -> None:
    dump, editor, task = a_task()
    task.moved(editor, "Done", on="2024-01-05 13:00:00", row_id=602)
    task.moved(editor, "Doing", on="2024-01-05 13:00:00", row_id=601)
    task.moved(editor, "To Do", on="2024-01-05 12:00:00", row_id=700)
    assert reading(dump).scope(editor).values("projectcolumn", "2024-01-05") == ["Done"]


def test_so_it_is_with_projects(reading: Read) -> None:
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor")
    phids, typed = json.dumps([editor.phid]), '{"edge:type":41}'
    for number, late, early in ((1, 602, 601), (2, 601, 602)):
        task = dump.task(number, created="2024-01-01")
        task.row("core:edge", "[]", phids, typed, "2024-01-05 13:00:00", row_id=late)
        task.row("core:edge", phids, "[]", typed, "2024-01-05 13:00:00", row_id=early)
        task.row("core:edge", phids, "[]", typed, "2024-01-05 12:00:00", row_id=700)
    assert reading(dump).scope(editor).on("2024-01-05").keys() == {1}


# Status, points, priority -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FIELDS)
def test_before_all_changes_the_old_value_of_the_first_one_holds(kind: str, reading: Read) -> None:
    dump, editor, task = a_task(**{kind: written(kind, 9)})
    row(task, kind, 2, 9, "2024-01-08", row_id=1)
    row(task, kind, 1, 2, "2024-01-05", row_id=2)
    days = ("2024-01-01", "2024-01-05", "2024-01-08")
    values = reading(dump).scope(editor).values(kind, *days)
    assert values == [written(kind, 1), written(kind, 2), written(kind, 9)]


@pytest.mark.parametrize("kind", FIELDS)
def test_of_two_first_changes_in_a_second_the_lower_id_is_the_first(
    kind: str, reading: Read
) -> None:
    dump, editor, task = a_task(**{kind: written(kind, 9)})
    row(task, kind, 2, 9, "2024-01-05", row_id=602)
    row(task, kind, 1, 2, "2024-01-05", row_id=601)
    assert reading(dump).scope(editor).values(kind, "2024-01-04") == [written(kind, 1)]


@pytest.mark.parametrize("kind", FIELDS)
def test_without_any_change_the_value_at_load_holds(kind: str, reading: Read) -> None:
    dump, editor, _ = a_task(**{kind: written(kind, 7)})
    assert reading(dump).scope(editor).values(kind, "2024-01-01") == [written(kind, 7)]


def test_a_task_made_with_the_default_status_was_open_until_its_first_row_years_later(
    reading: Read,
) -> None:
    dump, editor, task = a_task()
    task.resolved(on="2026-01-05")
    days = ("2024-01-01", "2024-01-31")
    assert reading(dump).scope(editor).values("status", *days) == ["open", "open"]


@pytest.mark.parametrize("old", ["null", None, "", '""', " "])
@pytest.mark.parametrize("kind", ["status", "priority"])
def test_where_the_first_old_value_is_null_or_empty_the_value_at_load_holds(
    kind: str, old: str | None, reading: Read
) -> None:
    dump, editor, task = a_task(**{kind: written(kind, 2)})
    row(task, kind, old, 1, "2024-01-05")
    row(task, kind, 1, 2, "2024-01-06")
    read = reading(dump)
    assert read.load.unreadable == {}
    values = read.scope(editor).values(kind, "2024-01-04", "2024-01-05")
    assert values == [written(kind, 2), written(kind, 1)]


@pytest.mark.parametrize(
    ("old", "points"), [("null", None), (None, None), ("", 2.0), ('""', 2.0), (" ", 2.0)]
)
def test_for_points_a_first_old_value_of_null_means_none(
    old: str | None, points: float | None, reading: Read
) -> None:
    dump, editor, task = a_task(points=2)
    row(task, "points", old, 1, "2024-01-05")
    row(task, "points", 1, 2, "2024-01-06")
    assert reading(dump).scope(editor).values("points", "2024-01-04") == [points]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("3", 3.0),
        ('"3"', 3.0),
        ("2.5", 2.5),
        ('"2.5"', 2.5),
        ("0", 0.0),
        ('"0"', 0.0),
        ("1e2", 100.0),
        ("-1", -1.0),
        ("null", None),
        (None, None),
        ("", None),
        ('""', None),
        ('"many"', None),
        ('"3 or 4"', None),
        ('"NaN"', None),
        ("NaN", None),
        ('"Infinity"', None),
        ('"1e999"', None),
        pytest.param("1" + 400 * "0", None, id="a whole number beyond all"),
        ("true", None),
        ("[3]", None),
        ("{}", None),
    ],
)
def test_points_come_as_number_or_text_and_are_none_unless_a_finite_number(
    text: str | None, points: float | None, reading: Read
) -> None:
    dump, editor, task = a_task(points=8)
    row(task, "points", 1, text, "2024-01-05")
    read = reading(dump)
    scope = read.scope(editor)
    assert scope.values("points", "2024-01-04", "2024-01-05") == [1.0, points]
    with_default = read.scope(editor, default_points=5)
    assert with_default.values("points", LAST) == [5.0 if points is None else points]


@pytest.mark.parametrize(
    ("at_load", "points"),
    [(None, None), ("", None), ("few", None), ("3", 3.0), (3, 3.0), (2.5, 2.5), (0, 0.0)],
)
def test_points_at_load_come_in_any_form(at_load: Any, points: float | None, reading: Read) -> None:
    dump, editor, _ = a_task(points=at_load)
    assert reading(dump).scope(editor).values("points", LAST) == [points]


def test_points_at_load_may_be_missing(reading: Read) -> None:
    dump = a_task()[0].to_dict()
    del dump["task"]["1"]["info"][10]
    assert reading(dump).scope(483, default_points=0.5).values("points", LAST) == [0.5]


@pytest.mark.parametrize(
    ("text", "priority"),
    [('"50"', "50"), ("50", "50"), ("50.0", "50"), ("0", "0"), ('"high"', "high")],
)
def test_priorities_come_as_number_or_text(text: str, priority: str, reading: Read) -> None:
    dump, editor, task = a_task(priority=25)
    row(task, "priority", '"90"', text, "2024-01-05")
    assert reading(dump).scope(editor).values("priority", LAST) == [priority]


@pytest.mark.parametrize(("at_load", "priority"), [(80, "80"), ("80", "80"), (None, "")])
def test_the_priority_at_load_comes_as_number_or_text(
    at_load: Any, priority: str, reading: Read
) -> None:
    dump, editor, _ = a_task(priority=at_load)
    assert reading(dump).scope(editor).values("priority", LAST) == [priority]


# Status, besides ----------------------------------------------------------------------------------


def edge_row(task: TaskBuilder, kind: int, old: Any, new: Any, at: str, **how: Any) -> None:
    """An edge row about other tasks."""
    task.row("core:edge", json.dumps(old), json.dumps(new), f'{{"edge:type":{kind}}}', at, **how)


@pytest.mark.parametrize("form", ["today", "middle"])
def test_a_merge_makes_a_task_a_duplicate_and_it_was_open_before(form: Form, reading: Read) -> None:
    dump, editor, task = a_task()
    task.merged_into(dump.task(2), on="2024-01-05", form=form)
    values = reading(dump).scope(editor).values("status", "2024-01-04", "2024-01-05")
    assert values == ["open", "duplicate"]


def test_a_merge_that_is_the_first_change_comes_from_open_whatever_is_at_load(
    reading: Read,
) -> None:
    dump, editor, task = a_task(status="stalled")
    edge_row(task, 63, [], ["PHID-TASK-2"], "2024-01-05")
    row(task, "status", '"duplicate"', '"stalled"', "2024-01-08")
    days = ("2024-01-04", "2024-01-05", "2024-01-08")
    values = reading(dump).scope(editor).values("status", *days)
    assert values == ["open", "duplicate", "stalled"]


def test_a_merge_stands_among_the_status_rows_by_time_and_id(reading: Read) -> None:
    dump, editor, task = a_task(status="open")
    task.row("status", '"open"', '"resolved"', "[]", "2024-01-05", row_id=601)
    edge_row(task, 63, [], ["PHID-TASK-2"], "2024-01-05", row_id=602)
    task.row("status", '"duplicate"', '"open"', "[]", "2024-01-08", row_id=700)
    edge_row(task, 63, [], ["PHID-TASK-3"], "2024-01-08", row_id=600)
    values = reading(dump).scope(editor).values("status", "2024-01-05", "2024-01-08")
    assert values == ["duplicate", "open"]


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        pytest.param(63, ["PHID-TASK-2"], [], id="taken back"),
        pytest.param(63, ["PHID-TASK-2"], ["PHID-TASK-2"], id="nothing new"),
        pytest.param(63, [], [], id="nothing at all"),
        pytest.param(62, [], ["PHID-TASK-2"], id="another merged into this one"),
        pytest.param(6, [], ["PHID-TASK-2"], id="a prefix of 63"),
    ],
)
def test_only_an_edge_of_type_63_that_adds_something_is_a_merge(
    kind: int, old: list[str], new: list[str], reading: Read
) -> None:
    dump, editor, task = a_task()
    edge_row(task, kind, old, new, "2024-01-05")
    edge_row(task, kind, old, new, "2024-01-06")
    assert reading(dump).scope(editor).values("status", LAST) == ["open"]


@pytest.mark.parametrize(
    ("at_load", "statuses"),
    [
        pytest.param("stalled", ["stalled", "stalled"], id="another status at load"),
        pytest.param("resolved", ["open", "resolved"], id="the same status at load"),
        pytest.param(None, ["open", "resolved"], id="none at load"),
    ],
)
def test_a_single_change_that_does_not_lead_to_the_status_at_load_is_no_history(
    at_load: str | None, statuses: list[str], reading: Read
) -> None:
    dump, editor, task = a_task()
    task.resolved(on="2024-01-05")
    told = dump.to_dict()
    told["task"]["1"]["info"][4] = at_load
    values = reading(told).scope(editor).values("status", "2024-01-04", "2024-01-05")
    assert values == statuses


def test_several_changes_are_never_repaired(reading: Read) -> None:
    dump, editor, task = a_task(status="stalled")
    task.resolved(on="2024-01-05").status("open", on="2024-01-08")
    days = ("2024-01-04", "2024-01-05", "2024-01-08")
    values = reading(dump).scope(editor).values("status", *days)
    assert values == ["open", "resolved", "open"]


def test_a_merge_counts_among_the_changes_that_the_repair_counts(reading: Read) -> None:
    dump, editor, task = a_task(status="open")
    edge_row(task, 63, [], ["PHID-TASK-2"], "2024-01-05")
    other = dump.task(2, status="stalled").in_project(editor)
    edge_row(other, 63, [], ["PHID-TASK-1"], "2024-01-05")
    row(other, "status", '"duplicate"', '"open"', "2024-01-08")
    scope = reading(dump).scope(editor)
    assert scope.values("status", "2024-01-04", "2024-01-05", task=1) == ["open", "open"]
    days = ("2024-01-04", "2024-01-05", "2024-01-08")
    assert scope.values("status", *days, task=2) == ["open", "duplicate", "open"]


def test_a_status_that_nothing_tells_is_empty(reading: Read) -> None:
    dump, editor, _ = a_task(info=None)
    assert reading(dump).scope(editor).values("status", LAST) == [""]
