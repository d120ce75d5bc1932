"""Quarters are those of the calendar, and windows are days in the sense of "on D"."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phlogiston_assets.domain.scopes import (
    SnapshotWindow,
    last_quarter_window,
    previous_quarter_start,
    quarter_start,
)

DAYS = st.dates(date(1990, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("day", "start", "previous"),
    [
        (date(2018, 1, 1), date(2018, 1, 1), date(2017, 10, 1)),
        (date(2018, 3, 31), date(2018, 1, 1), date(2017, 10, 1)),
        (date(2018, 4, 1), date(2018, 4, 1), date(2018, 1, 1)),
        (date(2018, 6, 30), date(2018, 4, 1), date(2018, 1, 1)),
        (date(2018, 9, 30), date(2018, 7, 1), date(2018, 4, 1)),
        (date(2018, 12, 31), date(2018, 10, 1), date(2018, 7, 1)),
    ],
)
def test_a_quarter_begins_in_january_april_july_or_october(
    day: date, start: date, previous: date
) -> None:
    assert quarter_start(day) == start
    assert previous_quarter_start(day) == previous


@given(DAYS)
def test_a_day_lies_in_its_quarter_and_the_previous_one_touches_it(day: date) -> None:
    start = quarter_start(day)
    assert timedelta(0) <= day - start < timedelta(days=92)
    assert previous_quarter_start(day) == quarter_start(start - timedelta(days=1))


def test_last_quarters_window_runs_from_its_start_to_the_start_of_this_one() -> None:
    assert last_quarter_window(date(2018, 8, 10)) == SnapshotWindow(
        initial=date(2018, 3, 31), final=date(2018, 6, 30)
    )


def test_a_window_is_moved_into_the_reconstructed_days() -> None:
    window = SnapshotWindow(initial=date(2018, 3, 31), final=date(2018, 8, 10))
    assert window.within(date(2018, 1, 1), date(2018, 8, 10)) == window
    assert window.within(date(2018, 5, 1), date(2018, 8, 1)) == SnapshotWindow(
        initial=date(2018, 5, 1), final=date(2018, 8, 1)
    )


@given(DAYS, DAYS, DAYS, DAYS)
def test_a_moved_window_lies_within_the_reconstructed_days(
    initial: date, final: date, one: date, other: date
) -> None:
    first, last = sorted((one, other))
    moved = SnapshotWindow(initial, final).within(first, last)
    assert first <= moved.initial <= last
    assert first <= moved.final <= last
