"""domain.md, section 6: velocity, growth and weeks to completion at weekly steps."""

from __future__ import annotations

import calendar
import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.histories import DumpBuilder
from support.scopes import LAST, Read, Reading

from phlogiston_assets.domain.categories.categorisation import (
    OPEN,
    RESOLVED,
    Category,
    CategoryPeriods,
)
from phlogiston_assets.domain.counting.aggregation import daily_runs
from phlogiston_assets.domain.counting.forecasting import velocity_frame
from phlogiston_assets.domain.days import day_number
from phlogiston_assets.domain.scopes import Display

ALL = "ProjectByID,All,show,483,"
OUTLOOKS, UNITS = ("pes", "nom", "opt"), ("points", "count")
L = "2024-06-15"

Told = tuple[int, int, int, int, int, float]
"""Task, first day, end, category, status, points."""


def velocity(told: Sequence[Told]) -> pd.DataFrame:
    """The table out of periods of tasks."""
    columns = list(zip(*told, strict=True)) or [()] * 6
    arrays = [np.array(column, dtype=np.int64) for column in columns[:5]]
    points = np.array(columns[5], dtype=np.float64)
    categories = (Category("A", Display.SHOW), Category("B", Display.SHOW))
    kinds = np.zeros(len(points), dtype=np.int64)
    periods = CategoryPeriods(categories, *arrays, points, kinds)
    return velocity_frame(daily_runs(periods), ["A", "B"])


def by_week(
    totals: Sequence[int], resolved: Sequence[int], points: float = 1.0, last: str = L
) -> pd.DataFrame:
    """The table of a category that has so many tasks, all of the same points, at each step."""
    end = day_number(date.fromisoformat(last)) + 1
    told: list[Told] = []
    for back, (total, done) in enumerate(zip(totals[::-1], resolved[::-1], strict=True)):
        stop = end - 7 * back
        for place in range(total):
            status = RESOLVED if place < done else OPEN
            told.append((back * 1000 + place, stop - 7, stop, 0, status, points))
    return velocity(sorted(told))


def last_row(frame: pd.DataFrame, unit: str, figure: str) -> tuple[Any, ...]:
    """A figure of the three outlooks in the last week; None for none."""
    row = frame.iloc[-1]
    cells = (row[f"{one}_{unit}_{figure}"] for one in OUTLOOKS)
    return tuple(None if math.isnan(cell) else float(cell) for cell in cells)


# Steps --------------------------------------------------------------------------------------------


def january() -> DumpBuilder:
    """Task 1 is there from the fifth to the last of January; task 2 for ten days."""
    dump = DumpBuilder()
    editor, flow = dump.project(483, "VisualEditor"), dump.project(22, "Flow")
    task = dump.task(1, created="2023-01-01").points(3).in_project(editor, on="2024-01-05")
    task.resolved(on="2024-01-20")
    dump.task(2).points(2).in_project(flow, on="2024-01-12").left_project(flow, on="2024-01-22")
    return dump


RULES = f"{ALL}\nProjectByID,Flow,hide,22,"


def dates(read: Reading, category: str, **how: Any) -> list[str]:
    """The steps of a category."""
    frame = read.report(RULES, **how).figures.velocity
    return [str(day.date()) for day in frame.loc[frame["category"] == category, "date"]]


def test_steps_are_weeks_back_from_the_last_day_to_the_first_with_data(reading: Read) -> None:
    read = reading(january())
    steps = ["2024-01-10", "2024-01-17", "2024-01-24", "2024-01-31"]
    assert dates(read, "All") == steps
    earlier = dates(read, "All", days=("2024-01-01", "2024-01-26"))
    assert earlier == ["2024-01-05", "2024-01-12", "2024-01-19", "2024-01-26"]


def test_a_category_has_a_step_only_when_it_has_tasks(reading: Read) -> None:
    assert dates(reading(january()), "Flow") == ["2024-01-17"]


def test_the_steps_begin_at_the_last_day_with_data(reading: Read) -> None:
    dump = january()
    dump.tasks[0].left_project(dump.projects[0], on="2024-01-30")
    steps = ["2024-01-08", "2024-01-15", "2024-01-22", "2024-01-29"]
    assert dates(reading(dump), "All") == steps


def test_without_any_task_the_table_has_its_columns_and_no_row() -> None:
    nothing, something = velocity([]), by_week([1], [1])
    assert len(nothing) == 0
    assert list(nothing.columns) == list(something.columns)
    assert nothing["date"].dtype == something["date"].dtype


def test_a_step_holds_totals_and_what_is_resolved_0_if_none(reading: Read) -> None:
    rows = reading(january()).report(RULES).table("velocity")
    names = ("category", "date", "points_total", "count_total", "points_resolved", "count_resolved")
    told = {tuple(str(row[name]) for name in names) for row in rows}
    assert told == {
        ("All", "2024-01-10", "3.0", "1", "0.0", "0"),
        ("All", "2024-01-17", "3.0", "1", "0.0", "0"),
        ("All", "2024-01-24", "3.0", "1", "3.0", "1"),
        ("All", "2024-01-31", "3.0", "1", "3.0", "1"),
        ("Flow", "2024-01-17", "2.0", "1", "0.0", "0"),
    }


def test_a_step_sums_over_all_kinds_of_work(reading: Read) -> None:
    dump = DumpBuilder()
    editor, keyword = dump.project(483, "VisualEditor"), dump.project(1454, "Maintenance")
    dump.task(1, created="2023-01-01").in_project(editor, keyword).points(2).resolved(
        on="2023-02-01"
    )
    dump.task(2, created="2023-01-01").in_project(editor).points(3).resolved(on="2023-02-01")
    dump.task(3).in_project(editor).points(5)
    row = reading(dump).report(ALL).table("velocity", LAST)[0]
    assert (row["points_total"], row["points_resolved"]) == (10.0, 5.0)
    assert (row["count_total"], row["count_resolved"]) == (3, 2)


def test_the_change_is_0_at_the_first_step() -> None:
    frame = by_week([50], [40])
    assert last_row(frame, "count", "vel") == (0.0, 1.0, 2.0)
    assert last_row(frame, "count", "total_growrate") == (0.0, 0.0, 0.0)


def test_a_change_is_one_since_the_previous_step_that_the_category_has() -> None:
    frame = by_week([10, 0, 0, 0, 22], [0, 0, 0, 0, 12])
    assert len(frame) == 2
    assert last_row(frame, "count", "vel") == (4.0, 12.0, 4.0)
    assert last_row(frame, "count", "total_growrate") == (6.0, 12.0, 0.0)


# Velocity and growth ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("resolved", "speeds"),
    [
        pytest.param([0, 1, 3, 6, 10, 15], (1, 4, 4), id="smallest, last and largest three"),
        pytest.param([0, 5, 9, 12, 14, 15], (1, 2, 4), id="in the other order"),
        pytest.param([0, 9], (3, 4.5, 3), id="sums of fewer are divided by 3 too, means are not"),
        pytest.param([0, 3, 5], (5 / 3, 5 / 3, 2), id="and with three steps"),
        pytest.param([5, 3, 6, 10], (1, 5 / 3, 7 / 3), id="the pessimist counts losses as 0"),
        pytest.param([9, 8, 7, 3], (0, 1, 2), id="losses alone"),
        pytest.param([5, 15, 14, 12], (0, 7 / 3, 3), id="the optimist does not"),
        pytest.param([0, 0, 0, 2], (0, 1, 2), id="nominal at least 1 and optimistic at least 2"),
        pytest.param([0, 3, 3, 3, 3], (0, 1, 2), id="the nominal week counts for three"),
        pytest.param([0, 0, 30, 30, 30], (0, 10, 10), id="and in the third"),
        pytest.param([0, 0, 30, 30, 30, 30], (0, 1, 10), id="not in the fourth"),
    ],
)
def test_velocities(resolved: list[int], speeds: tuple[float, ...]) -> None:
    frame = by_week([60] * len(resolved), resolved)
    for unit in UNITS:
        assert last_row(frame, unit, "vel") == pytest.approx(speeds)


def test_velocities_in_points_are_sums_of_points() -> None:
    frame = by_week([60] * 6, [0, 1, 3, 6, 10, 15], points=2.5)
    assert last_row(frame, "points", "vel") == (2.5, 10.0, 10.0)
    assert last_row(frame, "count", "vel") == (1.0, 4.0, 4.0)


@pytest.mark.parametrize(
    ("totals", "growths"),
    [
        pytest.param([10, 11, 13, 16, 20], (3, 3, 0), id="the largest three divided by 3"),
        pytest.param([10, 19], (4.5, 4.5, 0), id="the mean where that is greater"),
        pytest.param([10, 20, 30, 40, 50], (10, 10, 0), id="the same each week"),
        pytest.param([10, 5, 8, 6], (1, 1, 0), id="changes below 0 count as 0"),
        pytest.param([10, 9, 8], (0, 0, 0), id="a backlog that shrinks"),
        pytest.param([10, 40, 40, 40, 40], (10, 0, 0), id="more than three weeks ago"),
        pytest.param([10, 10, 40, 40, 40], (10, 10, 0), id="three weeks ago"),
    ],
)
def test_growth_of_the_backlog(totals: list[int], growths: tuple[float, ...]) -> None:
    frame = by_week(totals, [0] * len(totals))
    for unit in UNITS:
        assert last_row(frame, unit, "total_growrate") == pytest.approx(growths)


@pytest.mark.parametrize(
    ("last", "inside"),
    [
        ("2024-05-31", True),
        ("2024-05-30", False),
        ("2024-05-29", False),
        ("2024-08-01", True),
        ("2024-07-31", True),
        ("2024-04-30", False),
        ("2023-05-31", True),
    ],
)
def test_three_months_are_those_of_the_calendar(last: str, inside: bool) -> None:
    """The step 91 days before lies within three months of 92 days only."""
    resolved = list(np.cumsum([0, 0, 30, *[3] * 13]))
    frame = by_week([200] * 16, resolved, last=last)
    assert frame["date"].iloc[2] == pd.Timestamp(last) - pd.Timedelta(days=91)
    assert last_row(frame, "count", "vel")[2] == (12.0 if inside else 3.0)
    totals = list(np.cumsum([10, 0, 30, *[3] * 13]))
    growth = last_row(by_week(totals, [0] * 16, last=last), "count", "total_growrate")
    assert growth[0] == (12.0 if inside else 3.0)


def test_each_step_looks_back_from_itself() -> None:
    frame = by_week([60] * 6, [0, 1, 3, 6, 10, 15])
    assert list(frame["nom_count_vel"]) == pytest.approx([1, 1, 1, 2, 3, 4])
    assert list(frame["opt_count_vel"]) == pytest.approx([2, 2, 2, 2, 3, 4])
    assert list(frame["pes_count_vel"]) == pytest.approx([0, 1 / 3, 1, 1, 1, 1])


# Weeks to completion ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("totals", "resolved", "weeks"),
    [
        pytest.param([16] * 4, [0, 2, 4, 6], (8, 5, 5), id="left by velocity"),
        pytest.param([11] * 4, [0, 2, 4, 6], (4, 2, 2), id="half to even, down"),
        pytest.param([13] * 4, [0, 2, 4, 6], (5, 4, 4), id="half to even, up"),
        pytest.param([10] * 4, [0, 2, 4, 6], (3, 2, 2), id="whole"),
        pytest.param([7] * 4, [0, 2, 4, 6], (1, None, None), id="half of a week is none"),
        pytest.param([6] * 4, [0, 2, 4, 6], (None, None, None), id="nothing is open"),
        pytest.param([40] * 4, [0, 0, 0, 0], (None, None, None), id="nothing is resolved yet"),
        pytest.param([10, 20, 30, 40], [0, 1, 2, 3], (None, None, 18), id="never"),
        pytest.param([30, 31, 32, 33], [0, 1, 2, 3], (None, None, 15), id="as fast as it grows"),
        pytest.param([20, 20, 21, 21], [0, 2, 4, 6], (15, 9, 8), id="growth slows it down"),
    ],
)
def test_weeks_to_completion(
    totals: list[int], resolved: list[int], weeks: tuple[float | None, ...]
) -> None:
    frame = by_week(totals, resolved)
    for unit in UNITS:
        assert last_row(frame, unit, "fore") == weeks


def test_nothing_resolved_is_told_by_count_for_points_too() -> None:
    frame = velocity([(1, 0, 7, 0, OPEN, 10.0), (2, 0, 7, 0, RESOLVED, math.nan)])
    assert last_row(frame, "points", "fore") == (None, 10.0, 5.0)


def test_nothing_open_in_points_is_no_forecast_in_points() -> None:
    frame = velocity([(1, 0, 7, 0, OPEN, math.nan), (2, 0, 7, 0, RESOLVED, 3.0)])
    assert last_row(frame, "points", "fore") == (None, None, None)
    assert last_row(frame, "count", "fore") == (None, 1.0, None)


# All of it by hand --------------------------------------------------------------------------------


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, its last day where that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def naive_rows(told: Sequence[Told], last_day: int) -> dict[tuple[int, date], dict[str, Any]]:
    """The table by category and week, worked out over dates."""
    first_day = min((one[1] for one in told), default=last_day + 1)
    start = date(1970, 1, 1)
    steps = [start + timedelta(days=n) for n in range(last_day, first_day - 1, -7)][::-1]
    found = {}
    for category in (0, 1):
        history: dict[date, tuple[dict[str, float], dict[str, float]]] = {}
        for week in steps:
            day = (week - start).days
            there = [one for one in told if one[3] == category and one[1] <= day < one[2]]
            if there:
                done = [one for one in there if one[4] == RESOLVED]
                history[week] = amounts(there), amounts(done)
        for week in history:
            found[category, week] = naive_row(history, week)
    return found


def amounts(tasks: list[Told]) -> dict[str, float]:
    """Count and sum of points."""
    known = [one[5] for one in tasks if not math.isnan(one[5])]
    return {"count": len(tasks), "points": math.fsum(known)}


def naive_row(history: dict[date, Any], week: date) -> dict[str, Any]:
    """The figures of a week from the totals and resolved ones of all weeks."""
    weeks = sorted(history)
    row: dict[str, Any] = {}
    for unit in UNITS:
        total, done = ([history[one][side][unit] for one in weeks] for side in (0, 1))
        grown = {w: max(total[n] - total[n - 1], 0) if n else 0 for n, w in enumerate(weeks)}
        gained = {w: done[n] - done[n - 1] if n else 0 for n, w in enumerate(weeks)}
        long = [w for w in weeks if months_before(week, 3) < w <= week]
        short = [w for w in weeks if week - timedelta(weeks=3) < w <= week]
        largest = sorted((gained[w] for w in long), reverse=True)[:3]
        speed = {
            "pes": sum(sorted(max(gained[w], 0) for w in long)[:3]) / 3,
            "nom": max(sum(gained[w] for w in short) / len(short), 1),
            "opt": max(sum(largest) / 3, 2),
        }
        most = sum(sorted((grown[w] for w in long), reverse=True)[:3]) / 3
        growth = {
            "pes": max(sum(grown[w] for w in long) / len(long), most),
            "nom": sum(grown[w] for w in short) / len(short),
            "opt": 0,
        }
        left = total[weeks.index(week)] - done[weeks.index(week)]
        row[f"{unit}_total"], row[f"{unit}_resolved"] = (
            history[week][0][unit],
            history[week][1][unit],
        )
        for one in OUTLOOKS:
            pace = speed[one] - growth[one]
            possible = pace > 0 and left > 0 and history[week][1]["count"] > 0
            row[f"{one}_{unit}_vel"] = speed[one]
            row[f"{one}_{unit}_total_growrate"] = growth[one]
            row[f"{one}_{unit}_fore"] = (round(left / pace) or None) if possible else None
    return row


drawn_tasks = st.lists(
    st.tuples(
        *(st.integers(19_700, 19_860), st.integers(1, 150), st.integers(0, 1)),
        *(st.integers(0, 150), st.sampled_from((math.nan, 0.0, 1.0, 0.5, 3.0))),
    ),
    min_size=1,
    max_size=12,
)


@given(drawn_tasks)
@settings(max_examples=60)
def test_every_cell_is_what_a_plain_reading_of_the_rules_gives(tasks: list[Any]) -> None:
    told: list[Told] = []
    for number, (first, length, category, until, points) in enumerate(tasks):
        end, turn = first + length, min(first + until, first + length)
        if turn > first:
            told.append((number, first, turn, category, OPEN, points))
        if end > turn:
            told.append((number, turn, end, category, RESOLVED, points))
    last_day = max(one[2] for one in told) - 1
    frame = velocity(told)
    wanted = naive_rows(told, last_day)
    rows = {
        ("AB".index(row["category"]), row["date"].date()): row for row in frame.to_dict("records")
    }
    assert rows.keys() == wanted.keys()
    for key, cells in wanted.items():
        for name, value in cells.items():
            found = None if math.isnan(rows[key][name]) else rows[key][name]
            assert found == pytest.approx(value), (key, name)
