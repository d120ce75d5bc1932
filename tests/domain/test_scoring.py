"""forecast.md, "The record": scores against their published formulas and plain second readings."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phlogiston_assets.domain.forecasts.scoring import (
    draw_scores,
    randomised_pit,
    sample_crps,
    skill,
    step,
    threshold_weighted_crps,
    wilson_interval,
)

samples = st.lists(st.integers(-20, 20), min_size=1, max_size=30).map(sorted)


def crps(sample: list[int], outcome: float) -> float:
    return float(sample_crps(np.array([sample], dtype=float), np.array([outcome]))[0])


# CRPS ---------------------------------------------------------------------------------------------


@given(samples, st.integers(-25, 25))
def test_the_crps_is_the_integral_of_the_squared_difference_of_distributions(
    sample: list[int], outcome: int
) -> None:
    """Gneiting and Raftery 2007, equation 20, summed over whole numbers."""
    found = sum(
        (sum(one <= x for one in sample) / len(sample) - (outcome <= x)) ** 2
        for x in range(-30, 30)
    )
    assert crps(sample, outcome) == pytest.approx(found)


@given(samples, st.integers(-25, 25))
def test_the_crps_is_the_mean_distance_less_half_the_mean_spread(
    sample: list[int], outcome: int
) -> None:
    """Gneiting and Raftery 2007, equation 21."""
    size = len(sample)
    distance = sum(abs(one - outcome) for one in sample) / size
    spread = sum(abs(one - other) for one in sample for other in sample) / size**2
    assert crps(sample, outcome) == pytest.approx(distance - spread / 2)


def test_a_forecast_of_one_number_scores_its_distance() -> None:
    assert crps([7], 4.5) == 2.5


def test_samples_lie_along_the_last_axis_of_however_many() -> None:
    samples = np.array(
        [[[1.0, 2.0], [3.0, 9.0]], [[0.0, 5.0], [4.0, 4.0]], [[7.0, 8.0], [1.0, 6.0]]]
    )
    outcomes = np.array([[2.0, 4.0], [5.0, 3.0], [7.5, 1.0]])
    chance = np.full((3, 2), 0.5)
    scores, places = sample_crps(samples, outcomes), randomised_pit(samples, outcomes, chance)
    for at in np.ndindex(outcomes.shape):
        sample, outcome = samples[at].tolist(), float(outcomes[at])
        assert scores[at] == pytest.approx(crps(sample, outcome))
        assert places[at] == sum((one < outcome) + (one <= outcome) for one in sample) / 4


def test_the_crps_of_a_normal_forecast_is_the_closed_form() -> None:
    """For N(0, 1) and y = 1: y (2Φ(y) − 1) + 2φ(y) − 1/√π, as Gneiting and Raftery give it."""
    size = 100_000
    places = (np.arange(size) + 0.5) / size
    normal = np.sqrt(2) * _inverse_erf(2 * places - 1)
    phi, density = 0.5 * (1 + math.erf(1 / math.sqrt(2))), math.exp(-0.5) / math.sqrt(2 * math.pi)
    wanted = 1 * (2 * phi - 1) + 2 * density - 1 / math.sqrt(math.pi)
    assert sample_crps(normal[None], np.array([1.0]))[0] == pytest.approx(wanted, abs=1e-4)


def _inverse_erf(values: np.ndarray) -> np.ndarray:
    """By bisection over a table."""
    grid = np.linspace(-5, 5, 200_001)
    return np.interp(values, [math.erf(one) for one in grid], grid)


@given(st.integers(1, 19))
def test_an_honest_forecast_is_the_best_on_average(stated: int) -> None:
    """The score is proper: an event of chance 0.3 is best forecast by 0.3."""

    def expected(ones: int) -> float:
        sample = [0] * (20 - ones) + [1] * ones
        return 0.7 * crps(sample, 0) + 0.3 * crps(sample, 1)

    assert expected(6) <= expected(stated)


# Draws --------------------------------------------------------------------------------------------

WAYS = {"counted": 1, "sorted": 10**6}
"""Steps between the values drawn: by tens of thousands there are too many to count each."""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["i2", "i8", "f8"])
@given(drawn=st.lists(st.lists(st.integers(-9, 9), min_size=7, max_size=7), min_size=1, max_size=4))
def test_draws_in_any_order_score_to_the_last_bit_as_they_do_sorted(
    way: str, kind: str, drawn: list[list[int]]
) -> None:
    given = np.array(drawn) * (WAYS[way] if kind != "i2" else 1)
    ordered = np.sort(given, axis=1).astype(float)
    outcome, chance = given[:, 0].astype(float), np.linspace(0, 0.9, len(given))
    crps_of_draws, pit_of_draws = draw_scores(given.astype(kind), outcome, chance)
    assert crps_of_draws.tolist() == sample_crps(ordered, outcome).tolist()
    assert pit_of_draws.tolist() == randomised_pit(ordered, outcome, chance).tolist()


# PIT ----------------------------------------------------------------------------------------------


def test_the_pit_lies_between_the_shares_below_and_up_to_the_outcome() -> None:
    ordered = np.array([[1.0, 2.0, 2.0, 4.0]] * 3)
    found = randomised_pit(ordered, np.array([2.0, 2.0, 9.0]), np.array([0.0, 0.5, 0.5]))
    assert found.tolist() == [0.25, 0.5, 1.0]


def test_the_randomised_pit_of_a_calibrated_count_forecast_is_uniform() -> None:
    generator = np.random.default_rng(3)
    ordered = np.sort(generator.poisson(2, size=(1, 20_000)).astype(float), axis=1)
    outcome = generator.poisson(2, size=4000).astype(float)
    found = np.sort(randomised_pit(
        np.broadcast_to(ordered, (4000, 20_000)), outcome, generator.random(4000)
    ))  # fmt: skip
    # Kolmogorov's distance of 4,000 uniform numbers exceeds 0.035 about once in 10^4 times.
    assert np.abs(found - np.arange(4000) / 4000).max() < 0.035
    plain = np.sort((ordered <= outcome[:, None]).mean(axis=1))
    assert np.abs(plain - np.arange(4000) / 4000).max() > 0.1  # so the chance is needed


# Dates --------------------------------------------------------------------------------------------

NEVER = math.nan


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=12).map(sorted),
    st.none() | st.integers(1, 14),
    st.integers(0, 12),
)
def test_every_week_that_has_passed_is_scored_by_its_squared_error(
    share: list[float], after: int | None, known: int
) -> None:
    """Gneiting and Ranjan 2011, equation 4, the weight being 1 on the weeks that have passed."""
    wanted = 0.0
    for week in range(1, min(known, len(share)) + 1):
        happened = after is not None and after <= week
        wanted += (share[week - 1] - happened) ** 2
    arrays = ([share], [NEVER if after is None else after], [known])
    found = threshold_weighted_crps(*(np.array(one, dtype=float) for one in arrays))
    assert found[0] == pytest.approx(wanted)


def test_a_forecast_of_one_week_is_a_step_and_never_is_none() -> None:
    assert step(np.array([2.0, NEVER, 1.0]), 3).tolist() == [[0, 1, 1], [0, 0, 0], [1, 1, 1]]


def test_with_all_weeks_known_the_score_is_the_crps_of_the_week() -> None:
    weeks = [2, 3, 3, 7]
    share = np.array([[sum(one <= week for one in weeks) / 4 for week in range(1, 11)]])
    found = threshold_weighted_crps(share, np.array([5.0]), np.array([10.0]))
    assert found[0] == pytest.approx(crps(weeks, 5))


# Shares and skill ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (0, 0, 0.0, 1.0)],
)
def test_the_interval_of_a_share_is_wilsons(
    successes: int, count: int, low: float, high: float
) -> None:
    assert wilson_interval(successes, count) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 60), st.data())
def test_the_bounds_solve_wilsons_equation(count: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, count))
    for bound in wilson_interval(successes, count):
        error = abs(successes / count - bound)
        assert error == pytest.approx(1.959964 * math.sqrt(bound * (1 - bound) / count), abs=1e-6)


def test_skill_is_told_when_it_is_negative_too() -> None:
    assert skill(1.0, 4.0) == 0.75
    assert skill(5.0, 4.0) == -0.25
    assert math.isnan(skill(1.0, 0.0))
