"""forecast.md, "The record": what would have been forecast each Sunday, and how it did."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.stories import Story, Told, scope_of_stories, story
from support.weeks import weekly_flows

from phlogiston_assets.domain.counting.flows import Flows, Weeks, flows_of
from phlogiston_assets.domain.days import day_of
from phlogiston_assets.domain.forecasts import record
from phlogiston_assets.domain.forecasts.baselines import Baseline, classic_baseline, mean_baseline
from phlogiston_assets.domain.forecasts.record import HORIZONS, Origin, keep_record, origin_days
from phlogiston_assets.domain.forecasts.record_tables import RecordTables, record_tables
from phlogiston_assets.domain.forecasts.simulated_forecast import Simulated, simulate
from phlogiston_assets.domain.forecasts.simulation import HORIZON, TRIALS

LENGTH = 30
COMPLETED = [2, 0, 3, 1, 4, 2, 1, 0, 2, 3] * 3


def lively(last_weeks: int = 0) -> Flows:
    """Thirty weeks of two categories, of which the last so many went otherwise."""
    other = COMPLETED[: LENGTH - last_weeks] + [9] * last_weeks
    came_in = [1, 1, 0, 2, 0] * 6
    return weekly_flows(
        A={"stock": 50, "completed": other, "came_in": came_in},
        B={"stock": 20, "completed": COMPLETED[::-1], "came_in": [2] * LENGTH},
    )


def forecast_of(origin: Origin) -> list[Any]:
    return [getattr(origin, name).tolist() for name in ("given", "done", "matched")]


def of_origins(flows: Flows) -> RecordTables:
    days = origin_days(flows)
    origins = keep_record("s", flows, {})
    mean = mean_baseline(flows, days)
    return record_tables(origins, flows, mean, mean)


def only(frame: pd.DataFrame, **wanted: Any) -> dict[str, Any]:
    for name, value in wanted.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0].to_dict()


# Origins ------------------------------------------------------------------------------------------


def test_origins_are_sundays_with_eight_whole_weeks_before_them() -> None:
    flows = lively()
    days = [day_of(day) for day in origin_days(flows)]
    assert {day.isoweekday() for day in days} == {7}
    assert (days[0] - day_of(flows.first_day)).days == 56
    assert days[-1] == day_of(flows.last_day)
    assert len(days) == LENGTH - 8 + 1


@pytest.mark.parametrize("shift", range(7))
def test_whatever_the_first_day_the_first_origin_is_the_next_sunday(shift: int) -> None:
    flows = replace(lively(), first_day=20_000 + shift)
    first = origin_days(flows)[0]
    assert day_of(first).isoweekday() == 7
    assert 56 <= first - flows.first_day < 63


def test_a_short_history_has_no_origins() -> None:
    flows = weekly_flows(stock=5, completed=[1] * 7)
    assert origin_days(flows) == keep_record("s", flows, {}) == []


def test_an_origin_forecasts_what_a_report_of_that_day_would() -> None:
    flows = lively()
    for origin in keep_record("s", flows, {})[::7]:
        simulated = simulate("s", flows.weeks(origin.day))
        for place, series in enumerate(simulated.series):
            for week in (0, 5, HORIZON - 1):
                assert origin.done[*series, week] == (simulated.growing[:, place] <= week).sum()
                assert origin.matched[*series, week] == (simulated.frozen[:, place] <= week).sum()


# No leaks -----------------------------------------------------------------------------------------


def test_another_future_leaves_every_earlier_forecast_as_it_was_bit_for_bit() -> None:
    changed = 6
    one, other = (keep_record("s", flows, {}) for flows in (lively(), lively(changed)))
    assert [forecast_of(origin) for origin in one[:-changed]] == [
        forecast_of(origin) for origin in other[:-changed]
    ]
    assert [origin.digest for origin in one[:-changed]] == [
        origin.digest for origin in other[:-changed]
    ]
    assert forecast_of(one[-1]) != forecast_of(other[-1])


def told(stories: int, until: int, last: int, *, late: bool = False) -> Told:
    """Tasks that are resolved one a week, and from a day on otherwise."""
    made = []
    for number in range(stories):
        one = story(number + 1).on(0, "A", points=1)
        done = 3 + 5 * number
        if done <= until:
            one.on(done, "A", "resolved", points=1)
        elif late:
            one.on(until + 1 + number % 3, "B", points=0.125).on(until + 5, "B", "resolved")
        made.append(one)
    return scope_of_stories(*made, last=last)


def test_tasks_that_change_later_leave_earlier_forecasts_as_they_were() -> None:
    """From periods on: another category, other points in smaller units, another pace."""
    until, last = 90, 120
    found = []
    for late in (False, True):
        scope = told(30, until, last, late=late)
        flows = flows_of(scope.columns, scope.categorised, (0, last))
        classic = classic_baseline(scope.categorised, flows, origin_days(flows))
        found.append((flows, keep_record("s", flows, {}), classic))
    (flows, one, plain), (others, other, changed) = found
    before = [place for place, day in enumerate(origin_days(flows)) if day <= until]
    assert len(before) > 3
    assert flows.scale != others.scale
    for place in before:
        assert forecast_of(one[place]) == forecast_of(other[place])
        assert one[place].digest == other[place].digest
        for name in ("pace", "matched", "done"):
            sides = (getattr(side, name)[place] for side in (plain, changed))
            assert np.array_equal(*sides, equal_nan=True)
    assert one[0].given.any()
    assert forecast_of(one[-1]) != forecast_of(other[-1])


# Kept ---------------------------------------------------------------------------------------------


def test_what_holds_is_taken_over_and_only_what_is_new_is_made() -> None:
    flows = lively()
    origins = keep_record("s", flows, {})
    kept = {origin.day: origin for origin in origins}
    again = keep_record("s", flows, kept)
    assert all(one is other for one, other in zip(origins, again, strict=True))
    del kept[origins[3].day]
    third = keep_record("s", flows, kept)
    assert [one is other for one, other in zip(origins, third, strict=True)].count(False) == 1
    assert forecast_of(third[3]) == forecast_of(origins[3])


def test_a_week_more_scores_what_it_tells_and_is_the_same_as_all_at_once() -> None:
    flows = lively()
    end = len(flows.open) - 7
    names = ("open", "came_in", "went_out", "completed")
    shorter = replace(flows, **{name: getattr(flows, name)[:end] for name in names})
    kept = {origin.day: origin for origin in keep_record("s", shorter, {})}
    grown, whole = keep_record("s", flows, kept), keep_record("s", flows, {})
    for one, other in zip(grown, whole, strict=True):
        for column in fields(Origin):
            sides = [np.asarray(getattr(side, column.name)) for side in (one, other)]
            same = sides[0].tobytes() == sides[1].tobytes()
            assert same, column.name
    remade = [one.day for one in grown if one is not kept.get(one.day)]
    assert remade == [flows.last_day - 7 * weeks for weeks in (13, 8, 4, 2, 0)]


def of_categories(**told: list[int]) -> Flows:
    """Flows of some categories by what each completed in the first weeks; one comes in a week."""
    return weekly_flows(
        **{
            title: {"stock": 40, "completed": (done * LENGTH)[:LENGTH], "came_in": [1] * LENGTH}
            for title, done in told.items()
        }
    )


BEFORE = of_categories(A=[2, 0, 3], B=[1, 4], C=[0, 0, 0, 2, 5], D=[0])
EDITS = {
    "another order": (of_categories(D=[0], B=[1, 4], C=[0, 0, 0, 2, 5], A=[2, 0, 3]), set()),
    "one changed": (of_categories(A=[2, 0, 3], B=[1, 3], C=[0, 0, 0, 2, 5], D=[0]), {"B"}),
    "one more, one less": (of_categories(E=[3, 1], C=[0, 0, 0, 2, 5], A=[2, 0, 3]), {"E"}),
    "one renamed": (of_categories(A2=[2, 0, 3], B=[1, 4], C=[0, 0, 0, 2, 5], D=[0]), {"A2"}),
    "all others": (of_categories(X=[2, 0, 3], Y=[1, 4]), {"X", "Y"}),
}


@pytest.mark.parametrize("edit", EDITS)
def test_only_the_categories_that_an_edit_touches_are_forecast_anew_and_to_the_last_bit(
    edit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flows, touched = EDITS[edit]
    kept = {origin.day: origin for origin in keep_record("s", BEFORE, {})}
    whole = keep_record("s", flows, {})
    played: set[str] = set()
    plain = record.simulate

    def told(scope: str, weeks: Weeks) -> Simulated:
        played.update(one.title for one in weeks.categories)
        return plain(scope, weeks)

    monkeypatch.setattr(record, "simulate", told)
    for one, other in zip(keep_record("s", flows, kept), whole, strict=True):
        for column in fields(Origin):
            sides = [np.asarray(getattr(side, column.name)) for side in (one, other)]
            assert sides[0].dtype == sides[1].dtype, column.name
            assert sides[0].tobytes() == sides[1].tobytes(), column.name
        assert one.digest == other.digest
    assert played == touched


def test_a_week_more_and_an_edit_at_once_are_the_same_as_all_anew() -> None:
    flows, _ = EDITS["one changed"]
    kept = {one.day: one for one in keep_record("s", BEFORE, {}) if one.day < BEFORE.last_day - 40}
    kept = {day: replace(one, outcome=one.outcome * np.nan) for day, one in kept.items()}
    grown, whole = keep_record("s", flows, kept), keep_record("s", flows, {})
    for one, other in zip(grown, whole, strict=True):
        assert one.crps.tobytes() == other.crps.tobytes()
        assert one.done.tobytes() == other.done.tobytes()


def test_a_changed_past_is_forecast_anew() -> None:
    flows = lively()
    kept = {origin.day: origin for origin in keep_record("s", flows, {})}
    other = keep_record("s", lively(last_weeks=3), kept)
    digests = [one.digest == kept[one.day].digest for one in other]
    assert digests == [True] * (len(other) - 3) + [False] * 3


def test_another_scope_or_title_is_another_forecast() -> None:
    flows = lively()
    digest = keep_record("s", flows, {})[0].digest
    titles = tuple(replace(one, title=f"{one.title}2") for one in flows.categories)
    assert keep_record("t", flows, {})[0].digest != digest
    assert keep_record("s", replace(flows, categories=titles), {})[0].digest != digest


# Completions --------------------------------------------------------------------------------------


def test_completions_are_scored_by_the_futures_drawn_once_they_are_known() -> None:
    flows = lively()
    origins = keep_record("s", flows, {})
    origin = origins[4]
    weeks = flows.weeks(origin.day)
    paths = simulate("s", weeks).paths
    for row, ahead in enumerate(HORIZONS):
        begin = (origin.day - flows.first_day) // 7
        came = sum(COMPLETED[begin : begin + ahead])
        drawn = weeks.completed[:, 0, 0][paths[:ahead]].sum(axis=0)
        ordered = np.sort(drawn)
        spread = sum((2 * n - TRIALS + 1) * int(x) for n, x in enumerate(ordered)) / TRIALS**2
        assert origin.outcome[row, 0, 0] == came
        assert origin.crps[row, 0, 0] == pytest.approx(np.abs(drawn - came).mean() - spread)
        low, high = (drawn < came).mean(), (drawn <= came).mean()
        assert low <= origin.pit[row, 0, 0] <= high
        assert origin.crps[row, 0, 1] == pytest.approx(2 * origin.crps[row, 0, 0])
    known = [(~np.isnan(one.outcome[:, 0, 0])).tolist() for one in origins[-14:]]
    assert [row.count(True) for row in known] == [4] + [3] * 5 + [2] * 4 + [1] * 2 + [0] * 2


def test_where_all_draws_hit_the_outcome_each_pit_is_a_chance_of_its_own() -> None:
    """Points are hundredths here, of which 0.58 × 100 is no whole number to a computer."""
    steady = {"stock": 90, "completed": [1] * LENGTH}
    flows = weekly_flows(A=steady, B=steady, points=29, scale=100)
    origins = keep_record("s", flows, {})
    assert {float(one.crps[~np.isnan(one.crps)].sum()) for one in origins} == {0.0}
    chances = np.concatenate([one.pit[~np.isnan(one.pit)] for one in origins])
    known = sum(LENGTH - 8 - ahead + 1 for ahead in HORIZONS)
    assert len(chances) == len(np.unique(chances)) == 4 * known
    assert chances.min() >= 0
    assert chances.max() < 1
    other = np.concatenate([one.pit.ravel() for one in keep_record("t", flows, {})])
    assert not np.isin(chances, other).any()


def test_what_is_not_forecast_is_not_scored() -> None:
    flows = weekly_flows(
        A={"stock": 9, "completed": [1] * 9 + [0] * 16}, B={"stock": 9, "completed": [0] * 25}
    )
    for origin in keep_record("s", flows, {}):
        given = origin.given
        assert not given[1].any()
        for column in (origin.outcome, origin.crps, origin.pit):
            assert np.isnan(column[:, ~given]).all()
        assert not origin.done[~given].any()


# Scores, by a plain second reading ----------------------------------------------------------------


def naive_dates(flows: Flows, about: str) -> tuple[list[float], int]:
    """Squares over the weeks known of each origin of category A by count, added up plainly."""
    found = []
    origins = keep_record("s", flows, {})
    for origin in origins:
        if not origin.given[0, 0]:
            continue
        place = origin.day - flows.first_day
        total = 0.0
        for week in range(1, HORIZON + 1):
            day = place + 7 * week
            if day >= len(flows.open):
                break
            if about == "done":
                happened = any(flows.open[place + 7 * n, 0, 0] <= 0 for n in range(1, week + 1))
            else:
                done = (
                    flows.completed[place + 7 * n, 0, 0] - flows.completed[place, 0, 0]
                    for n in range(1, week + 1)
                )
                happened = any(one >= flows.open[place, 0, 0] for one in done)
            cdf = origin.done if about == "done" else origin.matched
            total += (cdf[0, 0, week - 1] / TRIALS - happened) ** 2
        if place + 7 < len(flows.open):
            found.append(total)
    return found, len(origins)


@pytest.mark.parametrize("about", ["done", "matched"])
def test_dates_are_scored_on_every_week_that_has_passed_finished_or_not(about: str) -> None:
    flows = lively()
    wanted, _ = naive_dates(flows, about)
    row = only(of_origins(flows).scores, category="A", measure="count", about=about)
    assert row["origins"] == len(wanted)
    assert row["score"] == pytest.approx(sum(wanted) / len(wanted))
    assert row["weeks"] == 0


def test_completions_are_scored_against_what_each_baseline_named() -> None:
    flows = lively()
    days = origin_days(flows)
    origins = keep_record("s", flows, {})
    shape = (len(days), 2, 2)
    classic = Baseline(np.full(shape, 3.0), np.full(shape, 4.0), np.full(shape, math.nan))
    tables = record_tables(origins, flows, classic, mean_baseline(flows, days))
    row = only(tables.scores, category="A", measure="count", about="completed", weeks=4)
    starts = range(8, LENGTH - 4 + 1)
    came = {n: sum(COMPLETED[n : n + 4]) for n in starts}
    flat = {n: 4 * np.mean(COMPLETED[max(n - 13, 0) : n]) for n in starts}
    assert row["origins"] == len(came)
    assert row["classic_score"] == pytest.approx(np.mean([abs(12 - one) for one in came.values()]))
    wanted = np.mean([abs(flat[n] - came[n]) for n in starts])
    assert row["mean_score"] == pytest.approx(wanted)
    assert row["mean_skill"] == pytest.approx(1 - row["score"] / row["mean_score"])
    assert row["classic_skill"] == pytest.approx(1 - row["score"] / row["classic_score"])
    done = only(tables.scores, category="A", measure="count", about="done")
    known = [LENGTH - n for n in range(8, LENGTH)]
    ends = [n for n in range(LENGTH + 1) if flows.open[7 * n, 0, 0] <= 0]
    never = [sum(n + week >= ends[0] for week in range(1, LENGTH - n + 1)) if ends else 0
             for n in range(8, LENGTH)]  # fmt: skip
    assert done["classic_score"] == pytest.approx(np.mean(never))
    assert done["origins"] == len(known)


# Baselines ----------------------------------------------------------------------------------------


def test_the_classic_baseline_is_the_table_of_velocity_as_it_stood() -> None:
    scope = told(30, 119, 119)
    flows = flows_of(scope.columns, scope.categorised, (0, 119))
    days = origin_days(flows)
    found = classic_baseline(scope.categorised, flows, days)
    for place, day in enumerate(days):
        ends = [3 + 5 * number for number in range(30)]
        weekly = [sum(day - 7 * (n + 1) < end <= day - 7 * n for end in ends) for n in range(3)]
        pace = max(sum(weekly) / 3, 1)
        left = 30 - sum(end <= day for end in ends)
        assert found.pace[place, 0, 0] == pytest.approx(pace)
        assert found.done[place, 0, 0] == round(left / pace)
        assert found.matched[place, 0, 0] == math.ceil(left / pace)


def classic_of(stories: list[Story], last: int) -> dict[int, float]:
    """The weeks until nothing is open that the classic forecast named on each Sunday."""
    scope = scope_of_stories(*stories, last=last)
    flows = flows_of(scope.columns, scope.categorised, (0, last))
    days = origin_days(flows)
    found = classic_baseline(scope.categorised, flows, days).done[:, 0, 0].tolist()
    return dict(zip(days, found, strict=True))


def test_a_classic_forecast_of_less_than_half_a_week_is_taken_to_say_this_week() -> None:
    stories = [story(n).on(0, "A").on(3 + 2 * n, "A", "resolved") for n in range(40)]
    found = classic_of(stories, last=94)
    assert found[80] == 1  # one is left, at 3.5 a week
    assert math.isnan(found[87])
    coming = [story(n, 7 * n).on(7 * n, "A").on(7 * n + 31, "A", "resolved") for n in range(14)]
    assert all(map(math.isnan, classic_of(coming, last=94).values()))


def test_the_classic_baseline_holds_though_the_scope_has_emptied() -> None:
    stories = [story(n).on(0, "A").on(3 + 4 * n, "A", "resolved").on(90, None) for n in range(20)]
    scope = scope_of_stories(*stories, last=110)
    flows = flows_of(scope.columns, scope.categorised, (0, 110))
    days = origin_days(flows)
    found = classic_baseline(scope.categorised, flows, days)
    then = [day < 90 for day in days]
    assert (~np.isnan(found.pace[:, 0, 0])).tolist() == then
    assert any(then)


def test_the_flat_mean_looks_back_thirteen_weeks_at_most() -> None:
    flows = weekly_flows(stock=99, completed=[9] * 5 + [2] * 13, came_in=[0] * 17 + [13], scale=4)
    (*_, day) = origin_days(flows)
    found = mean_baseline(flows, [day])
    assert found.pace[0, 0].tolist() == [2.0, 1.0]
    assert found.matched[0, 0, 0] == math.ceil((99 - 71 + 13) / 2)
    assert found.done[0, 0, 0] == math.ceil((99 - 71 + 13) / (2 - 1))


def test_a_mean_that_does_not_shrink_the_backlog_says_never() -> None:
    flows = weekly_flows(stock=99, completed=[2] * 10, came_in=[2] * 10)
    found = mean_baseline(flows, [flows.last_day])
    assert math.isnan(found.done[0, 0, 0])
    assert found.matched[0, 0, 0] == 50


# Dates that held ----------------------------------------------------------------------------------


def finishing() -> Flows:
    """Steady work on a fixed scope, done after 20 weeks, and five weeks of rest."""
    return weekly_flows(stock=40, completed=[2] * 20 + [0] * 5)


def test_dates_that_held_are_counted_when_their_time_has_come() -> None:
    flows = finishing()
    for percent in (50, 85, 95):
        row = only(
            of_origins(flows).held, category="A", measure="count", about="done", percent=percent
        )
        assert (row["promised"], row["due"], row["held"]) == (12, 12, 12)
    end = 7 * 18 + 1
    names = ("open", "came_in", "went_out", "completed")
    early = replace(flows, **{name: getattr(flows, name)[:end] for name in names})
    row = only(of_origins(early).held, category="A", measure="count", about="done", percent=85)
    assert (row["promised"], row["due"], row["held"]) == (11, 0, 0)
    assert (row["apart"], row["low"], row["high"]) == (0, 0.0, 1.0)


def test_the_interval_is_of_dates_that_do_not_overlap() -> None:
    flows = weekly_flows(stock=5, completed=[1] * 40, came_in=[1] * 40)
    row = only(of_origins(flows).held, category="A", measure="count", about="matched", percent=85)
    assert row["promised"] == 33
    assert row["due"] == row["held"] == 28
    assert row["apart"] == row["apart_held"] == 6  # a promise of five weeks every fifth week
    assert row["low"] == pytest.approx(0.6097, abs=1e-4)


def test_a_promise_beyond_two_years_is_none_and_one_that_failed_is_counted() -> None:
    completed = [2] * 14 + [0] * 20
    row = only(
        of_origins(weekly_flows(stock=40, completed=completed)).held,
        category="A", measure="count", about="done", percent=50,
    )  # fmt: skip
    assert row["due"] > 0
    assert row["held"] == 0
    grown = of_origins(weekly_flows(stock=40, completed=[1] * 20, came_in=[2] * 20))
    row = only(grown.held, category="A", measure="count", about="done", percent=95)
    assert (row["promised"], row["due"]) == (0, 0)


def test_the_past_is_told_origin_by_origin() -> None:
    flows = finishing()
    past = of_origins(flows).past
    first = past[past["measure"] == "points"].iloc[0].to_dict()
    end = pd.Timestamp(day_of(flows.first_day + 7 * 20))
    assert first["made_on"] == pd.Timestamp(day_of(flows.first_day + 56))
    assert first["open"] == 48.0
    assert first["p50"] == first["p95"] == first["done_on"] == end
    assert 0 <= first["pit_2"] <= 1
    assert len(past) == 24


def test_nothing_forecast_is_an_empty_record_with_all_its_columns() -> None:
    tables = of_origins(weekly_flows(stock=5, completed=[0] * 20))
    assert (len(tables.scores), len(tables.held), len(tables.past)) == (0, 0, 0)
    assert tables.past["made_on"].dtype == "datetime64[s]"
    assert list(tables.past.columns)[:4] == ["category", "measure", "made_on", "open"]


@given(st.lists(st.integers(0, 5), min_size=9, max_size=20), st.integers(1, 60))
@settings(max_examples=8)
def test_scores_of_any_history_are_bounded(completed: list[int], stock: int) -> None:
    flows = weekly_flows(stock=stock, completed=completed)
    for row in of_origins(flows).scores.to_dict("records"):
        if row["origins"]:
            assert row["score"] >= -1e-9
            if row["about"] != "completed":
                assert row["score"] <= HORIZON


# Calibration --------------------------------------------------------------------------------------


def test_dates_stated_with_85_percent_confidence_hold_about_that_often() -> None:
    """Of 150 histories with a steady pace, of which 85 % hold within three standard errors."""
    generator = np.random.default_rng(11)
    held = 0
    for number in range(150):
        completed = generator.poisson(3.0, 26 + HORIZON)
        flows = weekly_flows(stock=int(completed[:26].sum()) + 30, completed=completed.tolist())
        weeks = flows.weeks(flows.first_day + 26 * 7)
        futures = np.sort(simulate(f"s{number}", weeks).growing[:, 0])
        promised = int(futures[8499]) + 1
        held += int(completed[26 : 26 + promised].sum()) >= 30
    assert 0.85 - 0.0875 < held / 150 < 0.85 + 0.0875
