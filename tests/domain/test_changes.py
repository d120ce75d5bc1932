"""forecast.md, "What goes in": each change of what is open has a cause, none is left over."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cases import CASES, Case
from support.stories import LAST, scope_of_stories, stories_of, story
from support.told_cases import scopes_of_case

from phlogiston_assets.domain.categories.categorisation import OPEN, CategoryPeriods
from phlogiston_assets.domain.counting.aggregation import daily_runs
from phlogiston_assets.domain.counting.changes import CAUSES, Changes, changes_of
from resources.warehouse.database import Database

# Causes -------------------------------------------------------------------------------------------


def test_a_task_is_new_on_the_day_it_was_made_and_else_moves_in() -> None:
    told = scope_of_stories(story(1, made=5).on(5, "A"), story(2, made=4).on(5, "A"))
    assert told.changes() == [(5, 1, "A", "new", 1, 0.0), (5, 2, "A", "moved_in", 1, 0.0)]


def test_what_is_there_on_the_first_day_is_no_change() -> None:
    assert scope_of_stories(story(1, made=0).on(0, "A", points=3)).changes() == []


def test_a_task_is_resolved_and_reopened_at_the_points_with_which_it_counts() -> None:
    one = story(1).on(0, "A", points=3).on(5, "A", "resolved", points=5)
    told = scope_of_stories(one.on(7, "B", "open", points=2))
    assert told.changes() == [
        (5, 1, "A", "re_estimated_up", 0, 2.0),
        (5, 1, "A", "resolved", 1, 5.0),
        (7, 1, "B", "recategorised_in", 1, 5.0),
        (7, 1, "A", "reopened", 1, 5.0),
        (7, 1, "B", "re_estimated_down", 0, 3.0),
        (7, 1, "A", "recategorised_out", 1, 5.0),
    ]


def test_a_task_resolved_and_recategorised_on_one_day_is_resolved_in_its_new_category() -> None:
    told = scope_of_stories(story(1).on(0, "A", points=3).on(5, "B", "resolved", points=1))
    assert told.changes() == [
        (5, 1, "B", "recategorised_in", 1, 3.0),
        (5, 1, "B", "resolved", 1, 1.0),
        (5, 1, "B", "re_estimated_down", 0, 2.0),
        (5, 1, "A", "recategorised_out", 1, 3.0),
    ]


def test_a_forced_status_resolves() -> None:
    told = scope_of_stories(story(1).on(0, "A").on(5, "Done"))
    causes = ["recategorised_in", "resolved", "recategorised_out"]
    assert told.causes() == [
        (5, category, cause) for category, cause in zip(("Done", "Done", "A"), causes, strict=True)
    ]


@pytest.mark.parametrize(
    ("place", "status", "cause"),
    [
        (None, "open", "moved_out"),
        ("Nowhere", "open", "moved_out"),
        ("A", "declined", "declined"),
        ("Nowhere", "duplicate", "declined"),
    ],
)
def test_a_task_leaves_by_moving_out_or_by_being_declined(
    place: str | None, status: str, cause: str
) -> None:
    told = scope_of_stories(story(1).on(0, "A", points=2).on(5, place, status))
    assert told.changes() == [(5, 1, "A", cause, 1, 2.0)]


@pytest.mark.parametrize(
    ("place", "status"), [(None, "open"), ("Nowhere", "open"), ("A", "declined")]
)
def test_a_task_that_comes_back_moves_in(place: str | None, status: str) -> None:
    told = scope_of_stories(story(1).on(0, "A").on(3, place, status).on(5, "B"))
    assert told.causes()[-1] == (5, "B", "moved_in")


def test_a_task_made_and_resolved_on_one_day_came_in_and_was_completed() -> None:
    told = scope_of_stories(story(1, made=5).on(5, "A", "resolved", points=2))
    assert told.changes() == [(5, 1, "A", "new", 1, 2.0), (5, 1, "A", "resolved", 1, 2.0)]


@pytest.mark.parametrize(
    ("place", "status", "counts"),
    [
        (None, "open", False),
        ("Nowhere", "resolved", False),
        ("Nowhere", "open", True),
        ("A", "declined", True),
        ("A", "", False),
    ],
)
def test_one_that_comes_in_resolved_counts_only_if_it_is_known_not_to_have_been_resolved_before(
    place: str | None, status: str, *, counts: bool
) -> None:
    told = scope_of_stories(story(1).on(0, place, status).on(5, "A", "resolved"))
    wanted = [(5, "A", "moved_in"), (5, "A", "resolved")]
    assert told.causes() == (wanted if counts else [])


def test_one_that_is_resolved_and_leaves_moves_or_gets_new_points_changes_nothing() -> None:
    one = story(1).on(0, "A", "resolved", points=1).on(3, "B", "resolved", points=4)
    assert scope_of_stories(one.on(5, None)).changes() == []


def test_a_task_whose_status_nothing_tells_is_not_there() -> None:
    told = scope_of_stories(story(1).on(0, "A", "").on(5, "A").on(7, "A", ""))
    assert told.causes() == [(5, "A", "moved_in"), (7, "A", "moved_out")]


def test_an_emptied_scope_is_seen_to_empty() -> None:
    assert scope_of_stories(story(1).on(0, "A").on(5, None)).causes() == [(5, "A", "moved_out")]


def test_retroactive_settings_hold_for_changes_too() -> None:
    one = story(1).on(0, "A", points=1).on(5, "B", points=3)
    told = scope_of_stories(
        one, settings="retroactive_categories = true\nretroactive_points = true"
    )
    assert told.changes() == []


def test_the_frame_has_plain_columns() -> None:
    frame = scope_of_stories(story(7, made=5).on(5, "A", points=0.5)).columns.frame()
    assert frame.to_dict("list") == {
        "id": [7],
        "date": [np.datetime64("1970-01-06")],
        "category": ["A"],
        "cause": ["new"],
        "count": [1],
        "points": [0.5],
    }


# Balance ------------------------------------------------------------------------------------------

CAME_IN = {"new", "moved_in", "recategorised_in", "re_estimated_up"}


def assert_balanced(changes: Changes, categorised: CategoryPeriods, days: tuple[int, int]) -> int:
    """Nothing is left over, in any category, measure and day; the count of changes seen."""
    length = days[1] - days[0] + 1
    shape = (len(changes.categories), length)
    amounts = {name: np.zeros(shape, dtype=object) for name in ("count", "units")}
    for name, amount in amounts.items():
        signed = getattr(changes, name) * np.where(changes.cause < CAUSES.index("resolved"), 1, -1)
        np.add.at(amount, (changes.category, changes.day - days[0]), signed)
    runs = daily_runs(categorised)
    stock = {name: np.zeros(shape, dtype=object) for name in amounts}
    for row in np.flatnonzero(runs.status == OPEN).tolist():
        span = slice(int(runs.first[row]) - days[0], int(runs.end[row]) - days[0])
        for name, held in stock.items():
            held[runs.category[row], span] += getattr(runs, name)[row]
    assert changes.scale == runs.scale
    for name, held in stock.items():
        assert (np.diff(held) == amounts[name][:, 1:]).all(), name
    return len(changes)


steps = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(("A", "B", "Done", "Nowhere", None)),
        st.sampled_from(("open", "resolved", "declined", "stalled", "")),
        st.sampled_from((None, 0.0, 1.0, 0.1, 2.5, 1e15, -1.0)),
    ),
    max_size=6,
)
told_tasks = st.lists(st.tuples(st.integers(-3, 10), steps), max_size=5)


@given(tasks=told_tasks, last=st.integers(8, LAST), retroactive=st.booleans())
def test_nothing_is_left_over_whatever_happens(
    tasks: list, last: int, *, retroactive: bool
) -> None:
    word = f"retroactive_categories = {retroactive}\nretroactive_points = {retroactive}"
    told = scope_of_stories(*stories_of(tasks), settings=word, last=last)
    assert_balanced(told.columns, told.categorised, (0, last))


@given(told_tasks)
def test_what_becomes_of_a_task_is_told_as_if_it_were_the_only_one(tasks: list) -> None:
    stories = stories_of(tasks)
    alone = [row for one in stories for row in scope_of_stories(one).changes()]
    together = scope_of_stories(*stories).changes()
    assert together == sorted(alone, key=lambda row: row[:2])  # by day and task


@given(told_tasks)
def test_what_is_resolved_or_reopened_counts_as_it_stands_among_the_resolved(
    tasks: list,
) -> None:
    told = scope_of_stories(*stories_of(tasks))
    changes, categorised = told.columns, told.categorised
    done = {"resolved": 1, "reopened": -1}
    for row in range(len(changes)):
        cause = CAUSES[changes.cause[row]]
        if cause in done:
            day = int(changes.day[row]) - (cause == "reopened")
            then = categorised.on(day)
            place = int(np.flatnonzero(then.task == changes.task[row])[0])
            assert then.resolved[place]
            assert then.category[place] == changes.category[row]
            points = np.nan_to_num(then.points[place])
            assert float(changes.units[row] / changes.scale) == points


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_is_left_over_in_the_cases(case: Case, sqlite_database: Database) -> None:
    seen = 0
    for one in scopes_of_case(case, sqlite_database):
        changes = changes_of(one.categorised, one.periods, one.days, one.created, one.statuses)
        seen += assert_balanced(changes, one.categorised, one.days)
    assert seen > 0
