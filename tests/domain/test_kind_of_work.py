"""domain.md, section 7: the kind of resolved work."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from support.histories import DumpBuilder
from support.scopes import Read
from support.small_dumps import one_project

ALL = "ProjectByID,All,show,483,"


def kinds_of_work() -> DumpBuilder:
    """Tasks of the three kinds, resolved in several weeks before 31 January."""
    dump, editor = one_project()
    maintenance = dump.project(1454, "Maintenance")
    new = dump.project(1453, "New functionality")
    ends = [
        (maintenance, "2024-01-11", 3),
        (maintenance, "2024-01-17", 1),
        (new, "2024-01-18", 2),
        (new, "2024-01-19", 4),
        (maintenance, "2024-01-31", 8),
    ]
    for number, (kind, end, points) in enumerate(ends):
        task = dump.task(number, created="2023-01-01").in_project(editor, kind)
        task.points(points, on="2023-01-01").resolved(on=end)
    dump.task(9, created="2023-01-01").in_project(editor).resolved(on="2024-01-31")
    dump.task(10).in_project(editor, maintenance)
    return dump


def by_date_and_kind(frame: Any) -> dict[tuple[str, str], tuple[int, float]]:
    """(count, points) by date and kind of work."""
    return {
        (str(row["date"].date()), row["maint_type"]): (row["count"], row["points"])
        for row in frame.to_dict("records")
    }


def test_resolved_totals_by_kind_of_work_at_weekly_steps(reading: Read) -> None:
    report = reading(kinds_of_work()).report(ALL, days=("2024-01-09", "2024-01-31"))
    assert by_date_and_kind(report.figures.maintenance_week) == {
        ("2024-01-10", ""): (0, 0.0),
        ("2024-01-10", "Maintenance"): (0, 0.0),
        ("2024-01-10", "New Functionality"): (0, 0.0),
        ("2024-01-17", ""): (0, 0.0),
        ("2024-01-17", "Maintenance"): (2, 4.0),
        ("2024-01-17", "New Functionality"): (0, 0.0),
        ("2024-01-24", ""): (0, 0.0),
        ("2024-01-24", "Maintenance"): (2, 4.0),
        ("2024-01-24", "New Functionality"): (2, 6.0),
        ("2024-01-31", ""): (1, 0.0),
        ("2024-01-31", "Maintenance"): (3, 12.0),
        ("2024-01-31", "New Functionality"): (2, 6.0),
    }


def test_their_changes_from_week_to_week(reading: Read) -> None:
    report = reading(kinds_of_work()).report(ALL, days=("2024-01-09", "2024-01-31"))
    assert by_date_and_kind(report.figures.maintenance_delta) == {
        ("2024-01-17", ""): (0, 0.0),
        ("2024-01-17", "Maintenance"): (2, 4.0),
        ("2024-01-17", "New Functionality"): (0, 0.0),
        ("2024-01-24", ""): (0, 0.0),
        ("2024-01-24", "Maintenance"): (0, 0.0),
        ("2024-01-24", "New Functionality"): (2, 6.0),
        ("2024-01-31", ""): (1, 0.0),
        ("2024-01-31", "Maintenance"): (1, 8.0),
        ("2024-01-31", "New Functionality"): (0, 0.0),
    }


def test_the_share_of_maintenance_in_each_week_and_in_total(reading: Read) -> None:
    report = reading(kinds_of_work()).report(ALL, days=("2024-01-02", "2024-01-31"))
    rows = report.figures.maintenance_share.to_dict("records")
    assert [str(row["date"])[:10] for row in rows] == [
        "2024-01-10",
        "2024-01-17",
        "2024-01-24",
        "2024-01-31",
        "NaT",
    ]
    assert math.isnan(rows[0]["count"])
    assert [row["count"] for row in rows[1:]] == [1.0, 0.0, 1.0, 3 / 5]
    assert [row["points"] for row in rows[1:]] == [1.0, 0.0, 1.0, 12 / 18]


def test_one_step_alone_has_no_share(reading: Read) -> None:
    report = reading(kinds_of_work()).report(ALL, days=("2024-01-26", "2024-01-31"))
    assert len(report.figures.maintenance_week) == 3
    assert report.figures.maintenance_delta.empty
    (whole,) = report.figures.maintenance_share.to_dict("records")
    assert all(pd.isna(cell) for cell in whole.values())


def test_the_weeks_are_those_of_the_last_three_months(reading: Read) -> None:
    report = reading(kinds_of_work()).report(ALL, days=("2023-01-01", "2024-01-31"))
    steps = [str(day.date()) for day in report.figures.maintenance_week["date"].unique()]
    assert (steps[0], steps[-1], len(steps)) == ("2023-11-01", "2024-01-31", 14)
    assert len(report.figures.maintenance_delta["date"].unique()) == 13
