"""Numbers and days in words."""

import math
from datetime import UTC, date, datetime

import numpy as np
import pytest

from phlogiston_assets.domain.charts.measure import Measure, shown_measures
from phlogiston_assets.domain.charts.wording import (
    NONE,
    counted,
    instant_text,
    listing,
    named,
    number,
    percent,
    short_number,
    signed,
    tight_day,
)
from phlogiston_assets.domain.scopes import ScopeSettings


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (1234.0, "1,234"),
        (2.5, "2.5"),
        (0.1 + 0.2, "0.3"),
        (-3, "\N{MINUS SIGN}3"),
        (100, "100"),
        (math.nan, "\N{EN DASH}"),
    ],
)
def test_numbers_are_exact_to_two_decimals(value: float, text: str) -> None:
    assert number(value) == text


def test_numbers_for_tight_places_are_rounded() -> None:
    assert [short_number(one) for one in (12.34, 0.25, 99.96, 529.6, 1234.5)] == [
        "12.3",
        "0.3",
        "100",
        "529.6",
        "1,235",
    ]
    assert short_number(float("nan")) == NONE


def test_a_number_is_rounded_alike_however_it_came_about() -> None:
    noisy = 48.45 - 1e-12
    assert {short_number(one) for one in (48.45, noisy, np.float64(48.45))} == {"48.5"}


def test_changes_carry_their_sign() -> None:
    assert [signed(one) for one in (3, -2.5, 0)] == ["+3", "\N{MINUS SIGN}2.5", "±0"]


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 10, "0\N{NO-BREAK SPACE}%"),
        (10, 10, "100\N{NO-BREAK SPACE}%"),
        (1, 1000, "< 1\N{NO-BREAK SPACE}%"),
        (999, 1000, "> 99\N{NO-BREAK SPACE}%"),
        (37.1, 100, "37\N{NO-BREAK SPACE}%"),
        (0, 0, "\N{EN DASH}"),
    ],
)
def test_only_all_is_100_per_cent_and_only_nothing_is_0(
    part: float, whole: float, text: str
) -> None:
    assert percent(part, whole) == text


def test_days_and_instants() -> None:
    assert tight_day(date(2024, 8, 9), date(2024, 1, 1)) == "9 Aug"
    assert (
        tight_day(date(2025, 8, 9), date(2024, 1, 1)) == "9 Aug \N{RIGHT SINGLE QUOTATION MARK}25"
    )
    assert instant_text(datetime(2024, 8, 9, 4, 5, tzinfo=UTC)) == "9 August 2024, 04:05 UTC"


def test_lists_and_counts() -> None:
    assert [listing(list("abc"[:size])) for size in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert counted(1, "category", "categories") == "1 category"
    assert counted(1200, "task") == "1,200 tasks"
    assert Measure.POINTS.amount(1) == "1 point"
    assert Measure.COUNT.amount(2) == "2 tasks"


def test_titles_from_right_to_left_are_isolated_within_sentences() -> None:
    assert named("plain 日本") == "plain 日本"
    assert named("عربي") == "\u2068عربي\u2069"


def test_the_settings_say_which_halves_are_shown() -> None:
    assert shown_measures(ScopeSettings("t", "T")) == (Measure.POINTS, Measure.COUNT)
    assert shown_measures(ScopeSettings("t", "T", show_points=False)) == (Measure.COUNT,)
    assert shown_measures(ScopeSettings("t", "T", show_points=False, show_count=False)) == ()
