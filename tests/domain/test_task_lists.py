"""domain.md, section 7: lists of tasks."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.histories import DumpBuilder
from support.scopes import LAST, Read, made_anew_of
from support.small_dumps import one_project

ALL = "ProjectByID,All,show,483,"


def listed() -> DumpBuilder:
    """Tasks that are open, resolved, out, and without points."""
    dump, editor = one_project()
    task = dump.task(1, created="2023-01-01").in_project(editor, on="2024-01-03").points(2)
    task.priority(25, on="2024-01-10").left_project(editor, on="2024-01-12")
    task.in_project(editor, on="2024-01-15").moved(editor, "Doing", on="2024-01-20")
    dump.task(2, created="2023-01-01").in_project(editor).status("stalled", on="2024-01-08")
    dump.task(3).in_project(editor).resolved(on="2024-01-05").points(3).priority(25)
    dump.task(4).in_project(editor).resolved(on="2024-01-05").points(3).priority(50)
    dump.task(5).in_project(editor).resolved(on="2024-01-05").points(1).priority(50)
    dump.task(6).in_project(editor).resolved(on="2024-01-05").priority(50)
    dump.task(7).in_project(editor).resolved(on="2024-01-05").points(1).priority(50)
    dump.task(8).in_project(editor).status("declined")
    dump.task(9).in_project(editor, dump.project(7, "Away")).status("open")
    late = dump.task(10, created="2023-01-01").in_project(editor).moved(editor, "Doing")
    late.priority(80, on=LAST)
    return dump


RULED = f"ProjectByID,Away,omit,7,\nProjectColumn,Doing,hide,483,Doing\n{ALL}"


def test_open_tasks_with_the_day_first_seen_and_the_day_of_the_last_change(reading: Read) -> None:
    frame = reading(listed()).report(RULED).figures.open_tasks
    cells = ("id", "category", "priority", "points", "first_seen", "last_change")
    assert [tuple(str(row[cell]) for cell in cells) for row in frame.to_dict("records")] == [
        ("1", "Doing", "25", "2.0", "2024-01-03 00:00:00", "2024-01-20 00:00:00"),
        ("10", "Doing", "80", "nan", "2024-01-01 00:00:00", "2024-01-31 00:00:00"),
        ("2", "All", "90", "nan", "2024-01-01 00:00:00", "2024-01-08 00:00:00"),
    ]


@pytest.mark.parametrize("settings", ["", "default_points = 3"])
def test_unpointed_tasks_have_no_points_at_load(settings: str, reading: Read) -> None:
    dump, editor = one_project()
    for number, points in enumerate((None, "", "many", "NaN", 0, "0", 2.5, "3")):
        dump.task(number, points=points).in_project(editor)
    frame = reading(dump).report(ALL, settings).figures.unpointed_tasks
    assert list(frame["id"]) == [0, 1, 2, 3]
    assert list(frame.columns) == ["id", "category", "priority", "first_seen", "last_change"]


def test_a_histogram_counts_resolved_tasks_by_priority_and_points(reading: Read) -> None:
    frame = reading(listed()).report(RULED).figures.points_histogram
    told = {(row["priority"], str(row["points"])): row["count"] for row in frame.to_dict("records")}
    assert told == {("25", "3.0"): 1, ("50", "1.0"): 2, ("50", "3.0"): 1, ("50", "nan"): 1}


def test_all_combinations_of_category_title_project_and_column(reading: Read) -> None:
    dump, editor = one_project()
    flow = dump.project(22, "Flow")
    dump.task(9, "Goal", created="2023-01-01").in_project(editor, dump.project(2169, "Goal"))
    task = dump.task(1, created="2023-01-01").in_project(editor).child_of(dump.tasks[0])
    task.moved(editor, "Done", on="2024-01-10").in_project(flow, on="2024-01-20")
    dump.task(2).in_project(flow)
    dump.task(3).in_project(flow, editor)
    frame = reading(dump).report("ProjectByID,A,omit,22,\n" + ALL).figures.combinations
    assert [tuple(row.values()) for row in frame.to_dict("records")] == [
        ("", "Flow", "", 2),
        ("Goal", "Flow", "", 1),
        ("Goal", "VisualEditor", "Done", 0),
        ("Goal", "VisualEditor", "Inbox", 1),
    ]


def test_combinations_are_those_of_the_days_as_they_are_now(reading: Read, tmp_path: Path) -> None:
    dump, editor = one_project()
    dump.task(1).in_project(editor).moved(editor, "Doing")
    read = reading(dump)
    assert read.report(ALL).figures.combinations["projectcolumn"].tolist() == ["Doing"]
    other, editor = one_project()
    other.task(1).in_project(editor).moved(editor, "Done")
    told = made_anew_of(other, read, ALL, tmp_path).figures.combinations
    assert told["projectcolumn"].tolist() == ["Done"]
