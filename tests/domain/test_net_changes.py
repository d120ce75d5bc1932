"""forecast.md, "Flow": what changed since a day, as lists that make exactly the change of the open
count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cases import CASES as CASES_OF_DUMPS
from support.cases import Case
from support.stories import LAST, Story, Told, scope_of_stories, stories_of, story
from support.told_cases import scopes_of_case

from phlogiston_assets.domain.categories.categorisation import (
    OPEN,
    Category,
    CategoryPeriods,
    StatusSets,
)
from phlogiston_assets.domain.counting.aggregation import Runs, daily_runs
from phlogiston_assets.domain.counting.change_lists import (
    ARRIVALS,
    DEPARTURES,
    GAINS,
    LISTS,
    LOSSES,
    Since,
)
from phlogiston_assets.domain.counting.net_changes import Comparison, NetChanges, net_changes
from phlogiston_assets.domain.days import day_of
from resources.warehouse.database import Database


def compared(told: Told, then: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tasks and sums of the change from one day to the last."""
    with_last = Comparison(told.categorised, told.periods, told.last, told.created, StatusSets())
    return with_last.since(then)


def lists(told: Told, then: int) -> list[tuple[int, str, str]]:
    """The tasks that changed since a day, with their list and category, by id."""
    tasks, _ = compared(told, then)
    columns = (tasks[name].tolist() for name in ("id", "change", "category"))
    return sorted(zip(*columns, strict=True))


def everything(told: Told) -> NetChanges:
    return net_changes(told.categorised, told.periods, (0, told.last), told.created, StatusSets())


# Lists --------------------------------------------------------------------------------------------

BEFORE, AFTER = 3, 8
CASES: dict[str, tuple[Story, str]] = {
    "made since": (story(1, made=5).on(5, "A"), "new"),
    "made before, elsewhere": (story(1, made=3).on(5, "A"), "moved_in"),
    "without a category before": (story(1).on(0, "Nowhere").on(5, "A"), "moved_in"),
    "declined before": (story(1).on(0, "A", "declined").on(5, "A"), "moved_in"),
    "resolved before": (story(1).on(0, "A", "resolved").on(5, "A"), "reopened"),
    "resolved before elsewhere": (story(1).on(0, "B", "resolved").on(5, "A"), "reopened"),
    "resolved": (story(1).on(0, "A").on(5, "A", "resolved"), "resolved"),
    "forced": (story(1).on(0, "A").on(5, "Done"), "resolved"),
    "resolved elsewhere": (story(1).on(0, "A").on(5, "B", "resolved"), "resolved"),
    "declined": (story(1).on(0, "A").on(5, "A", "declined"), "declined"),
    "declined nowhere": (story(1).on(0, "A").on(5, "Nowhere", "duplicate"), "declined"),
    "left": (story(1).on(0, "A").on(5, None), "moved_out"),
    "no category now": (story(1).on(0, "A").on(5, "Nowhere"), "moved_out"),
    "left after it was declined": (story(1).on(0, "A").on(4, "A", "declined").on(5, None),
                                   "moved_out"),
    "status is told no longer": (story(1).on(0, "A").on(5, "A", ""), "moved_out"),
    "another category": (story(1).on(0, "B").on(5, "A"), "recategorised"),
    "another category and points": (story(1).on(0, "B").on(5, "A", points=2), "recategorised"),
    "other points": (story(1).on(0, "A", points=1).on(5, "A", points=2), "re_estimated"),
    "made and resolved since": (story(1, made=5).on(5, "A").on(6, "A", "resolved"),
                                "done_within"),
    "made and resolved on one day": (story(1, made=5).on(5, "A", "resolved"), "done_within"),
    "moved in and resolved": (story(1).on(5, "A").on(7, "A", "resolved"), "done_within"),
    "moved in the day after and resolved": (story(1).on(4, "A").on(5, "A", "resolved"),
                                            "done_within"),
}  # fmt: skip
NOTHING: dict[str, Story] = {
    "open throughout": story(1).on(0, "A"),
    "changed before": story(1).on(0, "B").on(3, "A", points=3),
    "changed after": story(1).on(0, "A").on(9, "B", "resolved"),
    "came and went": story(1, made=5).on(5, "A").on(7, None),
    "resolved and reopened": story(1).on(0, "A").on(5, "A", "resolved").on(6, "A"),
    "reopened and resolved": story(1).on(0, "A", "resolved").on(5, "A").on(6, "A", "resolved"),
    "came in resolved": story(1).on(5, "A", "resolved"),
    "left that day and came back resolved": story(1).on(0, "A").on(3, None).on(5, "A", "resolved"),
    "resolved and moved": story(1).on(0, "A", "resolved").on(5, "B", "resolved", points=3),
    "from no points to 0": story(1).on(0, "A").on(5, "A", points=0),
}


@pytest.mark.parametrize("name", CASES)
def test_each_kind_of_change_has_its_list(name: str) -> None:
    one, change = CASES[name]
    told = scope_of_stories(one, last=AFTER)
    assert lists(told, BEFORE) == [(1, change, "A")]


@pytest.mark.parametrize("name", NOTHING)
def test_what_stands_as_it_stood_is_in_no_list(name: str) -> None:
    assert lists(scope_of_stories(NOTHING[name], last=AFTER), BEFORE) == []


def test_a_list_says_points_and_what_they_and_the_category_were_before() -> None:
    told = scope_of_stories(
        story(4).on(0, "A", points=3).on(5, "B", points=5),
        story(3).on(0, "B", points=3).on(5, "B"),
        story(2).on(0, "B", points=2).on(5, "A", "resolved", points=9),
        story(1, made=5).on(5, "A", points=0.5),
        last=AFTER,
    )
    tasks, _ = compared(told, BEFORE)
    assert tasks.astype(object).where(tasks.notna(), None).to_numpy().tolist() == [
        [1, "new", "A", 0.5, "", None],
        [2, "resolved", "B", 2.0, "", None],
        [4, "recategorised", "B", 5.0, "A", 3.0],
        [3, "re_estimated", "B", None, "B", 3.0],
    ]


def test_the_sums_tell_how_what_was_open_became_what_is_open() -> None:
    told = scope_of_stories(
        story(1, made=5).on(5, "A", points=1),
        story(2).on(0, "A", points=2).on(5, "A", "resolved"),
        story(3).on(0, "A", points=3).on(5, "B", points=4),
        story(4).on(0, "A", points=5).on(5, "A", points=3),
        story(5, made=5).on(5, "B", "resolved", points=8),
        story(6).on(0, "B", points=6).on(6, None),
        last=AFTER,
    )
    _, sums = compared(told, BEFORE)
    rows = {
        (row["category"], row["measure"]): {
            name: value
            for name, value in row.items()
            if name not in {"category", "measure"} and value
        }
        for row in sums.to_dict("records")
    }
    assert rows["A", "count"] == {
        "open_before": 3, "new": 1, "resolved": 1, "recategorised_out": 1, "open_after": 2,
    }  # fmt: skip
    assert rows["A", "points"] == {
        "open_before": 10, "new": 1, "re_estimated": -2, "resolved": 2, "recategorised_out": 3,
        "open_after": 4,
    }  # fmt: skip
    assert rows["B", "points"] == {
        "open_before": 6, "recategorised_in": 4, "moved_out": 6, "open_after": 4,
    }  # fmt: skip
    assert rows["", "count"] == {
        "open_before": 4, "new": 1, "recategorised_in": 1, "resolved": 1, "moved_out": 1,
        "recategorised_out": 1, "open_after": 3,
    }  # fmt: skip
    assert [*dict.fromkeys(sums["category"])] == ["", "A", "B", "Done"]


# Days ---------------------------------------------------------------------------------------------


def test_since_means_yesterday_a_week_ago_and_the_end_of_the_quarter_before() -> None:
    day = date(2024, 5, 15)
    then = {one: one.then(day) for one in Since}
    assert then == {
        Since.YESTERDAY: date(2024, 5, 14),
        Since.WEEK: date(2024, 5, 8),
        Since.QUARTER: date(2024, 3, 31),
    }
    assert Since.QUARTER.then(date(2024, 4, 1)) == date(2024, 3, 31)


def test_a_day_before_the_history_is_not_compared_with() -> None:
    found = everything(scope_of_stories(story(1, made=4).on(4, "A"), last=6))
    assert set(found.sums["since"]) == {"yesterday"}
    second = everything(scope_of_stories(story(1).on(0, "A"), last=1))
    assert set(second.sums["since"]) == {"yesterday"}
    young = everything(scope_of_stories(story(1).on(0, "A"), last=0))
    assert young.tasks.empty
    assert young.sums.empty
    assert list(young.sums.columns) == list(found.sums.columns)
    assert young.sums["compared_with"].dtype == found.sums["compared_with"].dtype


def test_a_comparison_is_told_with_its_first_day() -> None:
    found = everything(scope_of_stories(story(1, made=30).on(30, "A"), last=36))
    assert found.sums.groupby("since")["compared_with"].first().to_dict() == {
        "week": pd.Timestamp(day_of(29)),
        "yesterday": pd.Timestamp(day_of(35)),
    }
    assert found.tasks[["since", "id", "change"]].to_numpy().tolist() == [["week", 1, "new"]]


def test_retroactive_settings_hold_for_the_comparison_too() -> None:
    word = "retroactive_categories = true\nretroactive_points = true"
    one = story(1).on(0, "A", points=1).on(5, "B", points=3)
    assert lists(scope_of_stories(one, settings=word, last=AFTER), BEFORE) == []


# Sums ---------------------------------------------------------------------------------------------

steps = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(("A", "B", "Done", "Nowhere", None)),
        st.sampled_from(("open", "resolved", "declined", "stalled", "")),
        st.sampled_from((None, 0.0, 1.0, 0.5, 2.25, 1024.0, -1.0)),
    ),
    max_size=6,
)
told_tasks = st.lists(st.tuples(st.integers(-3, 10), steps), max_size=8)


def open_on(runs: Runs, categories: Sequence[Category], day: int) -> dict[str, tuple[float, float]]:
    """Count and points that daily figures say are open, by category."""
    found = {}
    for place, one in enumerate(categories):
        rows = (runs.category == place) & (runs.status == OPEN)
        rows &= (runs.first <= day) & (runs.end > day)
        found[one.title] = (int(runs.count[rows].sum()), float(runs.units[rows].sum() / runs.scale))
    return found


@given(
    tasks=told_tasks,
    last=st.integers(1, LAST),
    back=st.integers(1, LAST),
    retroactive=st.booleans(),
)
def test_whatever_happens_the_lists_make_exactly_the_change_of_what_is_open(
    tasks: Any, last: int, back: int, *, retroactive: bool
) -> None:
    then = max(last - back, 0)
    word = f"retroactive_categories = {retroactive}\nretroactive_points = {retroactive}"
    told = scope_of_stories(*stories_of(tasks), settings=word, last=last)
    assert_made_up(*compared(told, then), told.categorised, (then, last))


def exact(amounts: Iterable[float]) -> float:
    """The sum of amounts as they are written, without the rounding of sums."""
    return float(sum(Fraction(str(float(one))) for one in amounts))


def assert_made_up(
    tasks: pd.DataFrame, sums: pd.DataFrame, categorised: CategoryPeriods, days: tuple[int, int]
) -> None:
    """The lists make exactly the change between two days, in each category and measure."""
    assert not tasks["id"].duplicated().any()
    assert set(tasks["change"]) <= set(LISTS)
    runs = daily_runs(categorised)
    before, after = (open_on(runs, categorised.categories, day) for day in days)
    for row in sums.to_dict("records"):
        losses = (-row[name] for name in LOSSES)
        gains = (row[name] for name in GAINS)
        assert exact((row["open_before"], *gains, *losses)) == row["open_after"]
        chosen = [row["category"]] if row["category"] else list(before)
        place = 0 if row["measure"] == "count" else 1
        assert row["open_before"] == exact(before[title][place] for title in chosen)
        assert row["open_after"] == exact(after[title][place] for title in chosen)
        assert_listed(row, tasks)


def assert_listed(row: dict[str, Any], tasks: pd.DataFrame) -> None:
    """Each sum is that of its list."""
    title, points = row["category"], row["measure"] == "points"
    amount = {
        name: np.nan_to_num(tasks[name].astype(float)) if points else np.ones(len(tasks))
        for name in ("points", "points_before")
    }
    here, before = (
        (tasks[name] == title) if title else np.ones(len(tasks), dtype=bool)
        for name in ("category", "category_before")
    )
    for name in (*ARRIVALS, *DEPARTURES):
        assert row[name] == exact(amount["points"][(tasks["change"] == name) & here])
    moved, told_anew = (tasks["change"] == one for one in ("recategorised", "re_estimated"))
    assert row["recategorised_in"] == exact(amount["points"][moved & here])
    assert row["recategorised_out"] == exact(amount["points_before"][moved & before])
    change = [*amount["points"][told_anew & here], *-amount["points_before"][told_anew & here]]
    assert row["re_estimated"] == exact(change)


@given(tasks=told_tasks, last=st.integers(1, LAST))
def test_a_task_that_stands_elsewhere_than_before_is_in_a_list(tasks: Any, last: int) -> None:
    told = scope_of_stories(*stories_of(tasks), last=last)
    listed = {row[0] for row in lists(told, 0) if row[1] != "done_within"}

    def standing(day: int) -> dict[int, tuple[int, float]]:
        then = told.categorised.on(day)
        kept = then.only(then.status == OPEN)
        points = np.nan_to_num(kept.points).tolist()
        places = zip(kept.category.tolist(), points, strict=True)
        return dict(zip(kept.task.tolist(), places, strict=True))

    before, after = standing(0), standing(last)
    differ = {task for task in before | after if before.get(task) != after.get(task)}
    assert listed == differ


@pytest.mark.parametrize("case", CASES_OF_DUMPS, ids=lambda case: case.name)
def test_in_the_cases_the_lists_make_exactly_the_change_of_what_is_open(
    case: Case, sqlite_database: Database
) -> None:
    listed = 0
    for one in scopes_of_case(case, sqlite_database):
        first, last = one.days
        comparison = Comparison(one.categorised, one.periods, last, one.created, one.statuses)
        for then in {*range(first, last, max((last - first) // 12, 1)), last - 1}:
            tasks, sums = comparison.since(then)
            assert_made_up(tasks, sums, one.categorised, (then, last))
            listed += len(tasks)
    assert listed > 0
