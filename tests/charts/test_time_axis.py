"""Stretches of time and their ticks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phlogiston_assets.domain.charts.time_axis import (
    Stretch,
    around_quarter,
    month_ticks,
    months_later,
    quarter_ticks,
    since,
)
from phlogiston_assets.domain.days import day_number

days = st.dates(date(1990, 1, 1), date(2100, 1, 1))


def test_the_burnup_shows_one_month_before_this_quarter_to_its_end() -> None:
    stretch = around_quarter(date(2018, 8, 10), before=1, after=0)
    assert stretch == Stretch(date(2018, 6, 1), date(2018, 10, 1))


def test_ticks_name_the_year_first_and_in_january() -> None:
    stretch = Stretch(date(2024, 11, 15), date(2025, 3, 1))
    ticks = month_ticks(stretch, most=6)
    assert [label for _, label in ticks] == ["Dec 2024", "Jan 2025", "Feb", "Mar"]
    assert ticks[1][0] == day_number(date(2025, 1, 1))


def test_quarters_are_told_tightly() -> None:
    stretch = around_quarter(date(2018, 8, 10), before=3, after=6)
    assert [label for _, label in quarter_ticks(stretch)] == [
        "Apr",
        "Jul",
        "Oct",
        "Jan \N{RIGHT SINGLE QUOTATION MARK}19",
    ]


@given(days, st.integers(0, 5000), st.integers(2, 8))
def test_ticks_are_few_and_lie_on_the_stretch(day: date, back: int, most: int) -> None:
    stretch = since(day - timedelta(days=back), day)
    ticks = month_ticks(stretch, most)
    first, end = stretch.limits
    assert 2 <= len(ticks) <= max(most, 2)
    assert all(first <= place <= end for place, _ in ticks)


@given(days, st.integers(-40, 40))
def test_months_later_is_the_first_of_a_month(day: date, months: int) -> None:
    later = months_later(day, months)
    assert later.day == 1
    assert (later.year - day.year) * 12 + later.month - day.month == months


@pytest.mark.parametrize("day", [date(2024, 1, 1), date(2024, 3, 31)])
def test_a_history_of_one_day_has_an_axis(day: date) -> None:
    first, end = since(day, day).limits
    assert end - first >= 28
