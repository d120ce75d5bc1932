"""forecast.md, "Flow": cumulative flow, arrivals and departures, cycle times and ages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.flow_reading import AtWork, line, read_flow
from support.flowing import HIDING, flow, flow_of
from support.stories import LAST, PROJECT, Story, scope_of_stories, story

from phlogiston_assets.domain.days import day_of
from phlogiston_assets.domain.flow.cycle_time import LINES, lines_of
from phlogiston_assets.domain.history.periods import State

DOING = "working_columns = B"


def numbered(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """The rows, with days as the numbers of stories."""
    told = frame[list(columns)].copy()
    for name in told.columns:
        if told[name].dtype.kind == "M":
            told[name] = (told[name] - pd.Timestamp(day_of(0))).dt.days
    return [tuple(row) for row in told.itertuples(index=False)]


def cycle_times(*stories: Story, settings: str = "") -> list[tuple[object, ...]]:
    """(task, begun on, resolved on, days, at least)."""
    frame = flow(*stories, settings=settings).cycle_time
    return numbered(frame, "id", "started_on", "resolved_on", "days", "at_least")


def ages(*stories: Story, settings: str = "") -> list[tuple[object, ...]]:
    """(task, begun on, days, at least)."""
    return numbered(flow(*stories, settings=settings).age, "id", "started_on", "days", "at_least")


# Cycle time ---------------------------------------------------------------------------------------


def test_without_names_work_begins_with_the_scope_and_ends_with_the_resolution() -> None:
    one = story(1, made=2).on(3, "Nowhere").on(5, "A").on(9, "A", "resolved")
    assert cycle_times(one) == [(1, 3, 9, 6, 0)]


def test_work_begins_in_the_first_column_whose_name_contains_what_the_scope_names() -> None:
    one = story(1).on(3, "A").on(5, "xBy").on(7, "A").on(8, "B").on(9, "A", "resolved")
    assert cycle_times(one, settings=DOING) == [(1, 5, 9, 4, 0)]
    other = story(1).on(3, "A").on(5, "b").on(9, "A", "resolved")
    assert cycle_times(other, settings=DOING) == []


def test_work_begins_with_a_status_that_the_scope_names_or_a_column_whichever_is_first() -> None:
    names = f"{DOING}\nworking_statuses = progress, review"
    one = story(1).on(3, "A").on(5, "A", "progress").on(7, "B").on(9, "A", "resolved")
    two = story(2).on(3, "B").on(5, "A", "review").on(9, "A", "resolved")
    three = story(3).on(3, "A").on(5, "A", "prog").on(9, "A", "resolved")
    assert cycle_times(one, two, three, settings=names) == [(1, 5, 9, 4, 0), (2, 3, 9, 6, 0)]


def test_a_board_of_any_project_of_the_scope_may_hold_the_column() -> None:
    one = story(1)
    one.steps.append((3, State("open", "50", None, "", "", ((22, "B"), (PROJECT, "A")))))
    assert ages(one.on(6, "A"), settings=DOING) == [(1, 3, LAST - 3, 0)]


def test_what_is_begun_and_resolved_on_one_day_took_none() -> None:
    assert cycle_times(story(1, made=5).on(5, "A", "resolved")) == [(1, 5, 5, 0, 0)]


def test_what_is_reopened_takes_until_its_last_resolution() -> None:
    one = story(1).on(3, "A").on(5, "A", "resolved").on(7, "A").on(11, "A", "resolved")
    assert cycle_times(one) == [(1, 3, 11, 8, 0)]


def test_what_was_at_work_on_the_first_day_took_at_least_so_long_unless_it_was_made_then() -> None:
    old = story(1, made=-1).on(0, "A").on(5, "A", "resolved")
    new = story(2, made=0).on(0, "A").on(5, "A", "resolved")
    assert cycle_times(old, new) == [(1, 0, 5, 5, 1), (2, 0, 5, 5, 0)]


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(story(1).on(0, "A", "resolved"), id="resolved before the history"),
        pytest.param(story(1).on(4, "A", "resolved"), id="came in resolved"),
        pytest.param(story(1).on(4, "A").on(5, "A", "declined"), id="declined"),
        pytest.param(story(1).on(4, "A").on(5, "A", "resolved").on(6, "A"), id="reopened"),
        pytest.param(story(1).on(4, "A").on(5, "A", "resolved").on(6, None), id="gone"),
        pytest.param(story(1).on(4, "Hidden").on(5, "Hidden", "resolved"), id="hidden"),
        pytest.param(
            story(1)
            .on(2, "A")
            .on(3, "A", "resolved")
            .on(4, "A")
            .on(5, None)
            .on(6, "A", "resolved"),
            id="resolved elsewhere",
        ),
        pytest.param(
            story(1)
            .on(2, "A")
            .on(3, "A", "resolved")
            .on(4, None)
            .on(6, "A")
            .on(7, None)
            .on(9, "A", "resolved"),
            id="back and resolved elsewhere",
        ),
    ],
)
def test_there_is_no_cycle_time_where_none_was_seen_to_end(one: Story) -> None:
    assert cycle_times(one) == []


def test_there_is_none_where_work_began_after_the_resolution() -> None:
    one = story(1).on(2, "A").on(4, "A", "resolved").on(6, "B", "resolved")
    assert cycle_times(one, settings=DOING) == []


def test_cycle_times_are_in_order_of_their_end() -> None:
    late = story(1).on(2, "A").on(9, "A", "resolved")
    early = [story(n).on(3, "A").on(5, "A", "resolved") for n in (3, 2)]
    assert [row[0] for row in cycle_times(late, *early)] == [2, 3, 1]


# Lines --------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_a_line_is_the_least_cycle_time_that_so_many_do_not_exceed(days: list[int]) -> None:
    lines = lines_of(np.array(days))
    for percent in LINES:
        within = [one for one in sorted(set(days))
                  if 100 * sum(day <= one for day in days) >= percent * len(days)]  # fmt: skip
        assert lines[percent] == within[0] == line(days, percent)


def test_nothing_resolved_has_no_lines() -> None:
    assert lines_of(np.array([], dtype=np.int64)) == {}
    told = flow(story(1).on(3, "A"))
    assert told.by_category.loc[0, ["p50", "p85", "p95"]].isna().all()
    assert told.age["passed"].tolist() == [0]


def test_each_category_has_its_lines_and_its_counts_after_those_of_all() -> None:
    stories = [
        story(1).on(0, "A").on(8, "A", "resolved"),
        story(2).on(1, "A").on(4, "A", "resolved"),
        story(3).on(0, "A", "resolved"),
        story(4).on(1, "B").on(2, "B", "resolved"),
        story(5).on(1, "A"),
        story(6).on(3, "Hidden"),
        story(7).on(1, "Done"),
    ]
    told = flow(*stories, settings="working_columns = A, B").by_category
    counts = ["category", "resolved", "timed", "at_least", "open", "at_work"]
    assert numbered(told, *counts) == [
        ("", 5, 3, 1, 1, 1),
        ("A", 3, 2, 1, 1, 1),
        ("B", 1, 1, 0, 0, 0),
        ("Done", 1, 0, 0, 0, 0),
    ]
    assert numbered(told[told["timed"] > 0], "p50", "p85", "p95") == [
        (3, 8, 8),
        (3, 8, 8),
        (1, 1, 1),
    ]


# Ages ---------------------------------------------------------------------------------------------


def test_the_oldest_open_task_comes_first_and_those_not_begun_have_no_age() -> None:
    stories = [
        story(1).on(0, "A").on(9, "B"),
        story(2).on(4, "B").on(5, "A"),
        story(3).on(4, "B"),
        story(4).on(0, "A"),
        story(5, made=-2).on(0, "B"),
        story(6).on(2, "B").on(3, "A", "resolved"),
    ]
    assert ages(*stories, settings=DOING) == [
        (5, 0, 40, 1),
        (2, 4, 36, 0),
        (3, 4, 36, 0),
        (1, 9, 31, 0),
    ]


def test_an_open_task_has_passed_the_highest_line_that_its_age_is_beyond() -> None:
    done = [story(n).on(1, "A").on(1 + n, "A", "resolved") for n in range(1, 21)]
    begun = {101: 10, 102: 11, 103: 17, 104: 18, 105: 19, 106: 20}
    open_now = [story(task).on(LAST - age, "A") for task, age in begun.items()]
    passed = dict(numbered(flow(*done, *open_now).age, "id", "passed"))
    assert passed == {101: 0, 102: 50, 103: 50, 104: 85, 105: 85, 106: 95}


# Cumulative flow ----------------------------------------------------------------------------------


def test_statuses_are_as_recorded_and_a_forced_one_is_resolved() -> None:
    stories = [
        story(1).on(0, "A").on(3, "A", "stalled").on(5, "Done", "stalled"),
        story(2).on(2, "B", "strange").on(4, "B", "declined"),
        story(3).on(1, "A", ""),
        story(4).on(1, "Hidden"),
        story(5).on(1, "Nowhere"),
        story(6).on(3, "A"),
    ]
    assert numbered(flow(*stories).runs, "status", "count", "first_day", "end_day") == [
        ("open", 1, 0, LAST + 1),
        ("resolved", 1, 5, LAST + 1),
        ("stalled", 1, 3, 5),
        ("strange", 1, 2, 4),
    ]


def test_what_burnups_leave_out_is_left_out() -> None:
    stories = [story(1).on(0, "A", "resolved"), story(2).on(2, "A", "resolved")]
    told = flow(*stories, left_out=(1,)).runs
    assert numbered(told, "status", "count", "first_day", "end_day") == [
        ("resolved", 1, 2, LAST + 1)
    ]


def test_a_scope_without_tasks_has_empty_tables_and_no_week_is_missing() -> None:
    told = flow(last=14)
    assert [len(one) for one in (told.runs, told.cycle_time, told.age)] == [0, 0, 0]
    assert numbered(told.week, "date", "new", "resolved", "open") == [(7, 0, 0, 0), (14, 0, 0, 0)]


def test_one_day_has_a_status_and_no_week() -> None:
    told = flow(story(1, made=0).on(0, "A"), last=0)
    assert numbered(told.runs, "status", "count", "first_day", "end_day") == [("open", 1, 0, 1)]
    assert len(told.week) == 0
    assert numbered(told.age, "id", "days", "at_least") == [(1, 0, 0)]


# Arrivals and departures --------------------------------------------------------------------------


def test_a_week_tells_what_came_and_what_went_and_moves_between_shown_categories_are_neither() -> (
    None
):
    stories = [
        story(1, made=9).on(9, "A").on(12, "B"),
        story(2).on(8, "Hidden").on(11, "A"),
        story(3).on(1, "A").on(10, "A", "resolved").on(15, "A"),
        story(4).on(1, "A").on(14, "Hidden"),
        story(5).on(1, "A").on(13, "A", "declined"),
        story(6).on(1, "A"),
    ]
    told = flow(*stories, last=16).week
    names = ("date", "new", "moved_in", "reopened", "resolved", "declined", "moved_out", "open")
    assert numbered(told, *names) == [
        (9, 1, 0, 0, 0, 0, 0, 5),
        (16, 0, 1, 1, 1, 1, 1, 4),
    ]


# Names that nothing has ---------------------------------------------------------------------------


def test_names_that_nothing_has_are_warned_of() -> None:
    words = "working_columns = A, Zed\nworking_statuses = progress, open"
    assert flow(story(1).on(0, "A"), settings=words).warnings == (
        (
            "working_columns has 'Zed', but no task of the scope was ever in a column whose name"
            " contains it."
        ),
        "working_statuses has 'progress', but no task of the scope ever had that status.",
    )
    assert flow(story(1).on(0, "A")).warnings == ()


# Against a naive reading --------------------------------------------------------------------------

steps = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(("A", "B", "Done", "Hidden", "Nowhere", None)),
        st.sampled_from(("open", "resolved", "declined", "stalled", "")),
    ),
    max_size=7,
)
WORK: dict[str, AtWork] = {
    "": lambda _: True,
    DOING: lambda state: "B" in state.boards[0][1],
    "working_statuses = stalled": lambda state: state.status == "stalled",
    f"{DOING}, Nowhere\nworking_statuses = stalled": lambda state: (
        state.boards[0][1] in {"B", "Nowhere"} or state.status == "stalled"
    ),
}


@given(
    tasks=st.lists(st.tuples(st.integers(-3, 10), steps), max_size=6),
    last=st.integers(0, LAST),
    words=st.sampled_from(tuple(WORK)),
    retroactive=st.booleans(),
)
def test_the_flow_is_what_a_naive_reading_of_the_history_says(
    tasks: list[tuple[int, list[tuple[int, str | None, str]]]],
    last: int,
    words: str,
    *,
    retroactive: bool,
) -> None:
    stories = []
    for number, (made, told) in enumerate(tasks, 1):
        day, one = made, story(number, made)
        for gap, place, status in told:
            day += gap + 1
            one.on(day, place, status)
        stories.append(one)
    settings = f"{words}\nretroactive_categories = {retroactive}"
    scope = scope_of_stories(*stories, settings=settings, last=last, rules=HIDING)
    found, read = flow_of(scope), read_flow(scope, WORK[words])

    by_status = {
        day: {row.status: row.count for row in found.runs.assign(
            first=(found.runs["first_day"] - pd.Timestamp(0)).dt.days,
            end=(found.runs["end_day"] - pd.Timestamp(0)).dt.days,
        ).itertuples() if row.first <= day < row.end}
        for day in range(last + 1)
    }  # fmt: skip
    assert by_status == read.by_status
    weeks = [dict(zip(found.week.columns, row, strict=True))
             for row in numbered(found.week, *found.week.columns)]  # fmt: skip
    assert [{name: n for name, n in week.items() if n or name in {"open", "date"}}
            for week in weeks] == read.weeks(last)  # fmt: skip
    columns = ("resolved_on", "id", "category", "started_on", "days", "at_least")
    assert numbered(found.cycle_time, *columns) == read.cycle_times
    assert numbered(found.age, "id", "category", "days", "at_least") == read.ages
