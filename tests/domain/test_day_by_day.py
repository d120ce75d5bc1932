"""domain.md, section 5, as properties: periods and runs say what each day says by itself."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.scopes import scope_of

from phlogiston_assets.domain.categories.categorisation import (
    RESOLVED,
    STATUSES,
    Category,
    CategoryPeriods,
    categorise,
)
from phlogiston_assets.domain.counting.aggregation import Runs, daily_runs
from phlogiston_assets.domain.counting.closing import closings
from phlogiston_assets.domain.history.periods import Periods, State, States, splice
from phlogiston_assets.domain.history.reconstruction import MAINT_TYPES
from phlogiston_assets.domain.scopes import Display, ScopeSettings

# Counts and sums ---------------------------------------------------------------------------------


class Piece(NamedTuple):
    """A period of a task."""

    task: int
    first: int
    end: int
    category: int
    status: int
    points: float
    maint_type: int


POINTS = (math.nan, 0.0, 1.0, 0.1, 2.5, 1e15, -1.0)
drawn = st.lists(
    st.lists(
        st.tuples(
            *(st.integers(0, 4), st.integers(1, 6), st.integers(0, 1), st.integers(0, 2)),
            *(st.sampled_from(POINTS), st.integers(0, 2)),
        ),
        max_size=4,
    ),
    max_size=5,
)


def pieces(tasks: list[list[tuple[Any, ...]]]) -> list[Piece]:
    """Periods of tasks from gaps and lengths."""
    found = []
    for number, told in enumerate(tasks):
        day = 0
        for gap, length, *values in told:
            found.append(Piece(number, day + gap, day + gap + length, *values))
            day += gap + length
    return found


def periods_of(told: list[Piece]) -> CategoryPeriods:
    """Pieces as columns."""
    columns = list(zip(*told, strict=True)) or [()] * 7
    kinds = (*(np.int64 for _ in range(5)), np.float64, np.int64)
    arrays = [np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)]
    return CategoryPeriods((Category("A", Display.SHOW), Category("B", Display.SHOW)), *arrays)


Counted = dict[tuple[int, int, int, int], tuple[int, float]]


def counted_by_hand(told: list[Piece]) -> Counted:
    """(count, points) by day, category, status and kind of work, task by task, day by day."""
    found: dict[tuple[int, int, int, int], list[float]] = defaultdict(list)
    for one in told:
        for day in range(one.first, one.end):
            found[day, one.category, one.status, one.maint_type].append(one.points)
    sums = {}
    for key, points in found.items():
        known = [one for one in points if not math.isnan(one)]
        sums[key] = (len(points), math.fsum(known) if known else math.nan)
    return sums


def days_of_runs(runs: Runs) -> Counted:
    """The same out of runs."""
    found = {}
    points = runs.points().tolist()
    keys = zip(runs.category, runs.status, runs.maint_type, strict=True)
    for row, key in enumerate(keys):
        for day in range(runs.first[row], runs.end[row]):
            place = (day, *(int(part) for part in key))
            assert place not in found
            found[place] = (int(runs.count[row]), points[row])
    return found


@given(drawn)
@settings(max_examples=200)
def test_runs_of_aggregation_are_each_day_counted_by_hand(tasks: list[Any]) -> None:
    told = pieces(tasks)
    runs = daily_runs(periods_of(told))
    by_hand = counted_by_hand(told)
    found = days_of_runs(runs)
    assert found.keys() == by_hand.keys()
    for key, (count, points) in by_hand.items():
        assert found[key][0] == count
        assert found[key][1] == pytest.approx(points, rel=1e-12, abs=1e-9, nan_ok=True)


@given(drawn)
def test_neighbouring_runs_of_a_group_differ(tasks: list[Any]) -> None:
    runs = daily_runs(periods_of(pieces(tasks)))
    rows = list(
        zip(
            *(runs.category, runs.status, runs.maint_type, runs.first, runs.end),
            *(runs.count, runs.units, runs.pointed),
            strict=True,
        )
    )
    for one, other in pairwise(rows):
        assert not (one[:3] == other[:3] and one[4] == other[3] and one[5:] == other[5:])


@given(drawn, st.integers(0, 10))
@settings(max_examples=200)
def test_what_was_closed_on_a_day_is_resolved_then_and_was_not_the_day_before(
    tasks: list[Any], first_day: int
) -> None:
    told = pieces(tasks)
    resolved = {
        (one.task, day) for one in told if one.status == RESOLVED for day in range(*one[1:3])
    }
    closed = closings(periods_of(told), first_day)
    assert sorted(zip(closed.task.tolist(), closed.first.tolist(), strict=True)) == sorted(
        (task, day) for task, day in resolved if (task, day - 1) not in resolved and day > first_day
    )


# Periods ------------------------------------------------------------------------------------------

drawn_periods = st.lists(
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 6), st.integers(0, 2)), max_size=4),
    max_size=4,
)


def states_by_day(periods: Periods) -> dict[tuple[int, int], int]:
    """The state by task and day."""
    found = {}
    for task, first, end, state in periods.rows():
        for day in range(first, end):
            assert (task, day) not in found
            found[task, day] = state
    return found


def simple_periods(tasks: list[list[tuple[int, int, int]]]) -> Periods:
    """Periods of tasks from gaps, lengths and states."""
    rows = []
    for number, told in enumerate(tasks):
        day = 0
        for gap, length, state in told:
            rows.append((number, day + gap, day + gap + length, state))
            day += gap + length
    return Periods.of_rows(rows)


@given(drawn_periods, drawn_periods, st.integers(-1, 30), st.integers(0, 20))
@settings(max_examples=200)
def test_splicing_periods_replaces_day_by_day(
    old: list[Any], new: list[Any], first: int, length: int
) -> None:
    end = first + length
    before, after = states_by_day(simple_periods(old)), states_by_day(simple_periods(new))
    wanted = {place: state for place, state in before.items() if not first <= place[1] < end}
    wanted |= {place: state for place, state in after.items() if first <= place[1] < end}
    spliced = splice(simple_periods(old), simple_periods(new), first, end)
    assert states_by_day(spliced) == wanted
    rows = sorted(spliced.rows())
    for one, other in pairwise(rows):
        assert not (one[0] == other[0] and one[2] == other[1] and one[3] == other[3])


# Categorising day by day --------------------------------------------------------------------------

STATES = [
    State(status, "50", points, maint_type, title, boards)
    for status in ("open", "resolved", "stalled", "declined", "odd", "")
    for points in (None, 2.0)
    for maint_type in ("", "Maintenance")
    for title in ("", "Goal One")
    for boards in (((1, "Doing"),), ((2, "Done"),), ((1, "Done"), (2, "Doing")))
]
RULES = scope_of(
    """Intersection,Both,show,1 2,
ProjectColumn,Doing,show,1,Doing
ParentTask,Goal,omit,2,Goal
ProjectByID,Both,hide,2,,resolved"""
).rules
OUT = ("declined",)


def category_by_hand(state: State) -> tuple[str, str] | None:
    """Category and status of a state by the rules above, which are told again."""
    boards = dict(state.boards)
    if state.status in OUT:
        return None
    folded = {"resolved": "resolved", "": ""}.get(state.status, "open")
    if 1 in boards and 2 in boards:
        return "Both", folded
    if "Doing" in boards.get(1, ""):
        return "Doing", folded
    if 2 in boards and "Goal" not in state.category_title:
        return "Both", "resolved"
    return None


@given(
    tasks=st.lists(
        st.lists(
            st.tuples(st.integers(0, 3), st.integers(1, 6), st.integers(0, len(STATES) - 1)),
            max_size=4,
        ),
        max_size=5,
    ),
    last_day=st.integers(0, 25),
    retroactive=st.tuples(st.booleans(), st.booleans()),
)
@settings(max_examples=200)
def test_periods_are_categorised_as_each_day_is(
    tasks: list[Any], last_day: int, retroactive: tuple[bool, bool]
) -> None:
    told = simple_periods(tasks)
    periods = Periods(told.task, told.first, told.end, told.state, States(enumerate(STATES)))
    wanted: dict[tuple[int, int], tuple[Any, ...]] = {}
    for (task, day), number in states_by_day(told).items():
        found = category_by_hand(STATES[number])
        if found and day <= last_day:
            state = STATES[number]
            wanted[task, day] = (*found, state.points, state.maint_type)
    for (task, day), (category, status, points, maint_type) in list(wanted.items()):
        last = wanted.get((task, last_day))
        wanted[task, day] = (
            last[0] if last and retroactive[0] else category,
            status,
            last[2] if last and retroactive[1] else points,
            maint_type,
        )
    asked = ScopeSettings(
        "s", "S", retroactive_categories=retroactive[0], retroactive_points=retroactive[1]
    )
    found = categorise(periods, RULES, asked, last_day)
    assert by_day(found) == wanted
    rows = list(zip(found.task, found.first, found.end, strict=True))
    for one, other in pairwise(rows):
        joined = one[0] == other[0] and one[2] == other[1]
        assert not joined or by_day(found)[one[0], one[1]] != by_day(found)[other[0], other[1]]


def by_day(periods: CategoryPeriods) -> dict[tuple[int, int], tuple[Any, ...]]:
    """(category, status, points, kind of work) by task and day."""
    found = {}
    for row in range(len(periods)):
        points = float(periods.points[row])
        values = (
            periods.categories[periods.category[row]].title,
            STATUSES[periods.status[row]],
            None if math.isnan(points) else points,
            MAINT_TYPES[periods.maint_type[row]],
        )
        for day in range(periods.first[row], periods.end[row]):
            found[int(periods.task[row]), day] = values
    return found
