"""forecast.md, "Flow": how much of a forecast's move came from pace, scope and configuration."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.weeks import weekly_flows

from phlogiston_assets.domain.counting.flows import Flows
from phlogiston_assets.domain.days import day_of
from phlogiston_assets.domain.forecasts.forecast_moves import (
    INGREDIENTS,
    Told,
    forecast_moves,
    told_dates,
)
from phlogiston_assets.domain.forecasts.forecast_tables import forecasts
from phlogiston_assets.domain.scopes import Display

STEPS = ("p85_then", "p85_by_rules", "p85_redrawn", "p85_at_pace", "p85_now")
LONG, YOUNG = 40, 12


def moves(flows: Flows, kept: Told | None = None) -> pd.DataFrame:
    now = forecasts("x", flows.weeks(flows.last_day), ())
    return forecast_moves("x", flows, now, kept)


def said_a_week_ago(flows: Flows) -> Told:
    """What the forecasts of a week before the last day say, by the same rules."""
    return told_dates(forecasts("x", flows.weeks(flows.last_day - 7), ()).dates)


def causes(frame: pd.DataFrame, category: str = "A") -> dict[str, float]:
    """By how many weeks each cause moved the date by count; those that did not are left out."""
    (row,) = frame[frame["category"].eq(category) & frame["measure"].eq("count")].to_dict("records")
    return {name: row[name] for name in INGREDIENTS if row[name]}


def steady(weeks: int, *, stock: int = 300, **last: int) -> Flows:
    """Ten completed and five come in a week; the last week as told."""
    usual = {"completed": 10, "came_in": 5, "went_out": 0}
    told = {name: [each] * (weeks - 1) + [last.get(name, each)] for name, each in usual.items()}
    return weekly_flows(stock=stock, **told)


@pytest.mark.parametrize("weeks", [LONG, YOUNG])
def test_a_week_like_any_other_moves_nothing(weeks: int) -> None:
    flows = steady(weeks)
    told = moves(flows, said_a_week_ago(flows))
    assert causes(told) == causes(told, "") == {}
    assert told["kept"].all()
    assert told["compared_with"].eq(pd.Timestamp(day_of(flows.last_day - 7))).all()


@pytest.mark.parametrize("weeks", [LONG, YOUNG])
def test_more_completed_is_pace_and_more_that_came_in_or_less_that_went_is_scope(
    weeks: int,
) -> None:
    fast = steady(weeks, completed=40)
    found = causes(moves(fast, said_a_week_ago(fast)))
    assert set(found) == {"by_pace"}
    assert found["by_pace"] <= -6
    more = steady(weeks, came_in=15)
    found = causes(moves(more, said_a_week_ago(more)))
    assert set(found) == {"by_scope"}
    assert found["by_scope"] >= 2
    less = steady(weeks, went_out=30)
    assert causes(moves(less, said_a_week_ago(less)))["by_scope"] < 0


def test_both_at_once_are_told_apart() -> None:
    both = steady(LONG, completed=40, came_in=30)
    apart = steady(LONG, completed=40)
    found = causes(moves(both, said_a_week_ago(both)))
    assert found["by_pace"] == causes(moves(apart, said_a_week_ago(apart)))["by_pace"]
    assert found["by_scope"] > 0


def test_what_was_said_by_other_rules_is_configuration() -> None:
    flows = steady(LONG)
    said = said_a_week_ago(flows)
    earlier = {key: at and at - timedelta(days=21) for key, at in said.items()}
    assert causes(moves(flows, earlier)) == {"by_configuration": 3}


def test_what_was_not_said_then_is_not_known() -> None:
    flows = steady(LONG)
    for kept in (None, {}, {("B", "count"): date(2030, 1, 1)}):
        told = moves(flows, kept)
        assert not told["kept"].any()
        assert told["p85_then"].isna().all()
        assert told["by_configuration"].isna().all()
        assert told["by_pace"].eq(0).all()


def test_a_date_beyond_two_years_has_no_weeks_on_either_side() -> None:
    flows = steady(LONG, stock=500, came_in=400)
    told = moves(flows, said_a_week_ago(flows))
    assert told["p85_now"].isna().all()
    assert told["by_scope"].isna().all()
    assert told["by_pace"].eq(0).all()
    assert told["kept"].all()


def test_only_what_has_a_forecast_on_both_days_is_compared() -> None:
    finished = weekly_flows(stock=100, completed=[10] * 10)
    assert moves(finished).empty
    begun = weekly_flows(stock=300, completed=[10] * 8)
    assert moves(begun).empty
    nothing = weekly_flows(stock=0, completed=[0])
    assert moves(nothing).empty
    short = weekly_flows(stock=3, completed=[])
    assert list(moves(short).columns) == list(moves(finished).columns)
    assert not moves(weekly_flows(stock=300, completed=[10] * 9)).empty


def test_a_shown_category_without_a_forecast_leaves_none_for_all_together() -> None:
    idle = {"stock": 5, "completed": [0] * LONG}
    busy = {"stock": 600, "completed": [10] * LONG}
    both = moves(weekly_flows(A=busy, B=idle))
    assert set(both["category"]) == {"A"}
    hidden = moves(weekly_flows(displays={"B": Display.HIDE}, A=busy, B=idle))
    assert set(hidden["category"]) == {"A", ""}


def test_a_category_that_just_began_or_ended_counts_among_all_together() -> None:
    old = {"stock": 420, "completed": [10] * LONG}
    begun = {
        "stock": 5 * (LONG - 1),
        "completed": [5] * LONG,
        "came_in": [0] * (LONG - 1) + [40],
    }
    told = moves(weekly_flows(A=old, B=begun))
    assert set(told["category"]) == {"A", ""}
    assert causes(told, "")["by_scope"] > 0
    ended = {"stock": 90, "completed": [1] * (LONG - 1) + [51]}
    done = moves(weekly_flows(A=old, B=ended))
    assert set(done["category"]) == {"A", ""}
    assert causes(done, "")["by_pace"] < -20


weeks_told = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 6), st.integers(0, 3)), min_size=9, max_size=32
)


@settings(max_examples=25)  # two simulations each
@given(one=weeks_told, other=weeks_told, stock=st.integers(1, 120), shift=st.integers(-3, 3))
def test_causes_add_up_to_the_move_and_begin_and_end_with_what_is_forecast(
    one: Any, other: Any, stock: int, shift: int
) -> None:
    length = min(len(one), len(other))
    told: dict[str, Any] = {}
    for title, rows in (("A", one[-length:]), ("B", other[-length:])):
        columns = zip(("completed", "came_in", "went_out"), zip(*rows, strict=True), strict=True)
        told[title] = {name: list(column) for name, column in columns}
        told[title]["stock"] = stock + sum(told[title]["completed"] + told[title]["went_out"])
    flows = weekly_flows(points=3, scale=2, **told)
    past = said_a_week_ago(flows)
    kept = {key: at and at + timedelta(weeks=shift) for key, at in past.items()}
    now = told_dates(forecasts("x", flows.weeks(flows.last_day), ()).dates)
    frame = moves(flows, kept)
    assert {(row.category, row.measure) for row in frame.itertuples()} == past.keys() & now.keys()
    for row in frame.to_dict("records"):
        key = row["category"], row["measure"]
        dates = [None if pd.isna(row[name]) else row[name].date() for name in STEPS]
        assert (dates[0], dates[1], dates[-1]) == (kept[key], past[key], now[key])
        known = [row[name] for name in INGREDIENTS if not np.isnan(row[name])]
        if len(known) == len(INGREDIENTS):
            assert sum(known) * 7 == (now[key] - kept[key]).days
