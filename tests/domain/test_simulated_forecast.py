"""forecast.md, "Simulation": which forecasts are given, their dates, chances and amounts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.weeks import last_weeks, weekly_flows

from phlogiston_assets.domain.days import day_of
from phlogiston_assets.domain.forecasts.forecast_tables import Forecasts, forecasts
from phlogiston_assets.domain.forecasts.simulated_forecast import simulate, standing
from phlogiston_assets.domain.forecasts.simulation import TRIALS
from phlogiston_assets.domain.scopes import Display, ForecastDate

STEADY = {"stock": 30, "completed": [3] * 26, "came_in": [0] * 26}


def row(found: Forecasts, category: str = "A", measure: str = "count") -> dict[str, Any]:
    frame = found.dates
    chosen = frame[(frame["category"] == category) & (frame["measure"] == measure)]
    assert len(chosen) == 1
    return chosen.iloc[0].to_dict()


def by(found: Forecasts, category: str = "A", measure: str = "count") -> list[dict[str, Any]]:
    frame = found.by_date
    chosen = frame[(frame["category"] == category) & (frame["measure"] == measure)]
    return chosen.to_dict("records")


def told(*dates: ForecastDate, scope: str = "s", **weeks: Any) -> Forecasts:
    return forecasts(scope, last_weeks(**weeks), dates)


# What is refused, and why -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weeks", "state", "reason"),
    [
        ({"stock": 9, "completed": [1] * 8}, "forecast", ""),
        (
            {"stock": 9, "completed": [1] * 7},
            "none",
            "Only 7 whole weeks are known; a forecast needs 8.",
        ),
        ({"stock": 9, "completed": [1]}, "none", "Only 1 whole week is known; a forecast needs 8."),
        ({"stock": 9, "completed": []}, "none", "No whole week is known yet; a forecast needs 8."),
        ({"stock": 9, "completed": [0] * 5 + [1] * 5}, "forecast", ""),
        (
            {"stock": 9, "completed": [0] * 5 + [1] * 4},
            "none",
            "Something was completed in only 4 of the last 9 weeks; a forecast needs 5.",
        ),
        (
            {"stock": 9, "completed": [-1] * 9},
            "none",
            "Something was completed in none of the last 9 weeks; a forecast needs 5.",
        ),
        ({"stock": 9, "completed": [1] * 9}, "done", "Nothing is open."),
        ({"stock": 0, "completed": []}, "done", "Nothing is open."),
    ],
)
def test_a_forecast_is_refused_with_the_reason(
    weeks: dict[str, Any], state: str, reason: str
) -> None:
    if state == "forecast":
        weeks = {**weeks, "stock": 19}
    found = last_weeks(**weeks)
    assert standing(found, 0, 0) == (state, reason)
    given = forecasts("s", found, ())
    assert (row(given)["state"], row(given)["reason"]) == (state, reason)
    assert pd.isna(row(given)["p50"]) == (state != "forecast")
    assert bool(by(given)) == (state == "forecast")


def test_open_tasks_without_points_are_told_apart_from_nothing_open() -> None:
    found = told(stock=40, completed=[1] * 26, points=0)
    assert row(found)["state"] == "forecast"
    assert row(found, measure="points")["state"] == "done"
    assert row(found, measure="points")["reason"] == "No open task has points."


def test_a_category_that_is_left_out_of_the_report_has_no_row() -> None:
    weeks = last_weeks(A=STEADY, B=STEADY, displays={"B": Display.OMIT})
    assert set(forecasts("s", weeks, ()).dates["category"]) == {"A", ""}


# Dates --------------------------------------------------------------------------------------------


def test_what_goes_on_as_ever_is_done_when_it_must_be() -> None:
    weeks = last_weeks(stock=26 * 3 + 30, completed=[3] * 26)
    found = row(forecasts("s", weeks, ()))
    wanted = pd.Timestamp(day_of(weeks.day + 70))
    assert (found["open"], found["weeks"]) == (30.0, 26)
    assert {found[name] for name in ("p50", "p85", "p95", "frozen_p50")} == {wanted}
    points = row(forecasts("s", weeks, ()), measure="points")
    assert (points["open"], points["p85"]) == (60.0, wanted)


def test_a_scope_that_grows_is_done_later_than_a_frozen_one_and_surer_dates_are_later() -> None:
    completed = [1, 6, 2, 0, 5, 3, 1, 4] * 3
    grown = [1, 0, 3, 2, 2, 0, 1, 3] * 3
    found = row(told(stock=60, completed=completed, came_in=grown))
    assert found["frozen_p50"] < found["frozen_p85"] < found["frozen_p95"] < found["p50"]
    assert found["p50"] < found["p85"] < found["p95"]


def test_what_is_not_done_within_two_years_has_a_forecast_without_that_date() -> None:
    found = row(told(stock=300, completed=[1, 1, 0, 1, 1, 0, 1, 1] * 3))
    assert found["state"] == "forecast"
    assert pd.isna(found["p50"])


def test_only_the_last_half_year_counts() -> None:
    early = told(stock=200, completed=[9] * 10 + [2] * 26)
    assert row(early)["weeks"] == 26
    assert row(early)["p95"] == row(early)["p50"]


# All shown categories together --------------------------------------------------------------------

LIVELY = {"stock": 60, "completed": [1, 3, 2, 0, 4, 1, 2, 3] * 3, "came_in": [1, 0, 0, 1] * 6}
OTHER = {"stock": 70, "completed": [3, 0, 2, 4, 0, 3, 2, 1] * 3, "came_in": [0, 1, 0, 0] * 6}


def test_all_together_are_done_when_the_last_is_in_the_same_future() -> None:
    weeks = last_weeks(A=LIVELY, B=OTHER)
    futures = simulate("s", weeks).growing
    assert simulate("s", weeks).series == ((0, 0), (0, 1), (1, 0), (1, 1))
    last = np.sort(futures[:, [0, 2]].max(axis=1))
    found = forecasts("s", weeks, ())
    for percent in (50, 85, 95):
        wanted = day_of(weeks.day + 7 * (int(last[percent * TRIALS // 100 - 1]) + 1))
        assert row(found, "")[f"p{percent}"] == pd.Timestamp(wanted)
    assert row(found, "")["open"] == row(found, "A")["open"] + row(found, "B")["open"]
    assert row(found, "")["p50"] > max(row(found, one)["p50"] for one in "AB")


def test_hidden_categories_are_not_among_all_together() -> None:
    found = forecasts("s", last_weeks(A=LIVELY, B=OTHER, displays={"B": Display.HIDE}), ())
    assert row(found, "")["p85"] == row(found, "A")["p85"]
    assert row(found, "B")["state"] == "forecast"


def test_all_together_have_no_forecast_where_one_has_none_and_it_is_named() -> None:
    quiet = {"stock": 5, "completed": [0] * 24}
    found = row(forecasts("s", last_weeks(A=LIVELY, B=quiet, C=quiet), ()), "")
    assert (found["state"], found["reason"]) == ("none", "It would need one for B, C.")
    many = forecasts("s", last_weeks(A=LIVELY, **dict.fromkeys("BCDEF", quiet)), ())
    assert row(many, "")["reason"] == "It would need one for B, C, D and 2 more."


def test_what_is_done_does_not_keep_all_together_from_a_forecast() -> None:
    found = forecasts("s", last_weeks(A=LIVELY, B={"stock": 0, "completed": [0] * 24}), ())
    assert row(found, "")["p85"] == row(found, "A")["p85"]
    done = row(told(stock=0, completed=[0] * 24), "")
    assert (done["state"], done["reason"]) == ("done", "Nothing is open.")


# By a date ----------------------------------------------------------------------------------------


def test_the_end_of_the_quarter_and_the_dates_of_the_settings_are_told_in_order() -> None:
    weeks = last_weeks(**LIVELY)
    today = day_of(weeks.day)
    wanted = [ForecastDate(today, "past"), ForecastDate(today + timedelta(days=1), "next")]
    found = by(forecasts("s", weeks, wanted))
    assert today == date(2024, 6, 23)
    assert [(str(one["by"].date()), one["name"]) for one in found] == [
        ("2024-06-30", "end of the quarter"),
        ("2024-06-24", "next"),
    ]


def test_chances_are_shares_of_the_futures_after_whole_weeks() -> None:
    weeks = last_weeks(**LIVELY)
    futures = simulate("s", weeks)
    today = day_of(weeks.day)
    ahead = {days: ForecastDate(today + timedelta(days=days), str(days)) for days in (6, 146, 147)}
    found = {one["name"]: one for one in by(forecasts("s", weeks, list(ahead.values())))}
    assert found["6"]["probability"] == found["6"]["done_50"] == 0
    assert found["146"]["probability"] == (futures.growing[:, 0] < 20).mean()
    assert found["147"]["probability"] == (futures.growing[:, 0] < 21).mean()
    assert found["147"]["frozen_probability"] == (futures.frozen[:, 0] < 21).mean()
    assert 0 < found["147"]["probability"] < found["147"]["frozen_probability"] < 1


def test_a_date_beyond_two_years_has_the_chance_of_two_years() -> None:
    weeks = last_weeks(**LIVELY)
    far = [ForecastDate(day_of(weeks.day + days), str(days)) for days in (104 * 7, 4000)]
    found = by(forecasts("s", weeks, far))
    assert found[1]["probability"] == found[2]["probability"] > 0


def test_so_much_is_completed_by_a_date_at_least() -> None:
    weeks = last_weeks(**LIVELY)
    (found,) = by(forecasts("s", weeks, ()))
    completed = np.array(LIVELY["completed"])
    drawn = np.sort(completed[simulate("s", weeks).paths[:1]].sum(axis=0))
    for percent in (50, 85, 95):
        assert found[f"done_{percent}"] == max(drawn[TRIALS - percent * TRIALS // 100], 0)


def test_points_are_told_in_points() -> None:
    flows = weekly_flows(**LIVELY, points=25, scale=10)
    found = forecasts("s", flows.weeks(flows.last_day), ())
    assert row(found, measure="points")["open"] == 2.5 * row(found)["open"]
    (one,), (other,) = by(found, measure="points"), by(found)
    assert one["done_50"] == 2.5 * other["done_50"] > 0
    assert one["probability"] == other["probability"]


def test_the_same_data_give_the_same_forecast_and_another_scope_another() -> None:
    one, again, other = told(**LIVELY), told(**LIVELY), told(scope="t", **LIVELY)
    pd.testing.assert_frame_equal(one.dates, again.dates)
    pd.testing.assert_frame_equal(one.by_date, again.by_date)
    far = ForecastDate(date(2024, 11, 30))
    assert by(told(far, **LIVELY)) != by(told(far, scope="t", **LIVELY))
    assert list(other.dates.columns) == list(one.dates.columns)


# Week by week -------------------------------------------------------------------------------------


def test_what_is_completed_by_each_week_is_told_of_all_shown_categories_together() -> None:
    flows = weekly_flows(
        displays={"H": Display.HIDE},
        A={"stock": 90, "completed": [3] * 26},
        B={"stock": 60, "completed": [2] * 26},
        H={"stock": 60, "completed": [1] * 26},
    )
    found = forecasts("s", flows.weeks(flows.last_day), ()).by_week
    assert len(found) == 26
    for measure, each in (("count", 5.0), ("points", 10.0)):
        rows = found[found["measure"] == measure].to_dict("records")
        for ahead, one in enumerate(rows, start=1):
            assert one["by"].date() == day_of(flows.last_day) + timedelta(weeks=ahead)
            assert {one[f"done_{percent}"] for percent in (95, 85, 50, 15, 5)} == {each * ahead}


def test_weeks_tell_what_dates_tell_and_more_sureness_means_less() -> None:
    weeks = {"stock": 300, "completed": [1, 9, 4, 0, 7, 3] * 4, "came_in": [2] * 24}
    day = day_of(weekly_flows(**weeks).last_day)
    found = told(ForecastDate(day + timedelta(weeks=6), "Beta"), **weeks)
    (named,) = (one for one in by(found, "") if one["name"] == "Beta")
    rows = found.by_week[found.by_week["measure"] == "count"].to_dict("records")
    assert [rows[5][f"done_{one}"] for one in (50, 85, 95)] == [
        named[f"done_{one}"] for one in (50, 85, 95)
    ]
    for one in rows:
        amounts = [one[f"done_{percent}"] for percent in (95, 85, 50, 15, 5)]
        assert amounts == sorted(amounts)


def test_without_any_forecast_no_week_is_told() -> None:
    assert told(stock=9, completed=[1] * 7).by_week.empty


def test_a_measure_that_is_completed_in_few_weeks_is_foretold_in_none() -> None:
    without_points = told(stock=29, completed=[1] * 10, points=0)
    assert set(without_points.by_week["measure"]) == {"count"}
    displays = {"Shown": Display.SHOW, "Hidden": Display.HIDE}
    shown = {"stock": 29, "completed": [1] * 4 + [0] * 6}
    hidden = {"stock": 29, "completed": [1] * 10}
    assert told(displays=displays, Shown=shown, Hidden=hidden).by_week.empty
