"""forecast.md, "Simulation": ten thousand futures, the same on every machine."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phlogiston_assets.domain.forecasts.simulation import (
    HORIZON,
    TRIALS,
    at_least,
    completed_after,
    done_by_week,
    draw_paths,
    play,
    rank_of,
    seed_of,
    weeks_until,
)

PATHS = draw_paths(seed_of("ve", 20_000), 26)


# The same on every machine ------------------------------------------------------------------------

PROGRAM = """
import hashlib
import numpy as np
from phlogiston_assets.domain.forecasts.simulation import *
paths = draw_paths(seed_of("ve", 20_000), 26)
net = (np.arange(78).reshape(26, 3) * 7) % 11 - 6
futures = play(np.array([40, 90, 200]), net, paths)
print(hashlib.sha256(paths.tobytes() + futures.tobytes()).hexdigest())
"""
GOLDEN = "e1dace5686e568a7cb9716770d0c2fc9dd8f39a7c0d0fda32bffcdca97a9153d"


@pytest.mark.parametrize("hash_seed", ["0", "77"])
def test_another_process_draws_the_same_futures(hash_seed: str) -> None:
    told = {**os.environ, "PYTHONHASHSEED": hash_seed, "OMP_NUM_THREADS": "1"}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=told, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == GOLDEN


def test_draws_differ_by_scope_and_day_and_by_nothing_else() -> None:
    seeds = {seed_of(scope, day) for scope in ("ve", "v") for day in (1, 11, "e1")}
    assert len(seeds) == 6
    assert seed_of("ve", 1) == seed_of("ve", 1)


# Weeks are drawn by the Bayesian bootstrap --------------------------------------------------------


def dirichlet_counts(weeks: int, ahead: int) -> np.ndarray:
    """How often the first past week comes up in so many weeks, by weights drawn outright."""
    generator = np.random.default_rng(1)
    weights = generator.dirichlet(np.ones(weeks), size=TRIALS)
    return generator.binomial(ahead, weights[:, 0])


@pytest.mark.parametrize(("weeks", "ahead"), [(8, 4), (26, 13), (26, 104)])
def test_the_urn_draws_weeks_as_dirichlet_weights_would(weeks: int, ahead: int) -> None:
    paths = draw_paths(seed_of("urn", weeks), weeks)
    drawn = (paths[:ahead] == 0).sum(axis=0)
    wanted = dirichlet_counts(weeks, ahead)
    top = max(drawn.max(), wanted.max()) + 1
    one, other = (np.cumsum(np.bincount(side, minlength=top)) / TRIALS for side in (drawn, wanted))
    # Two samples of 10,000 of one distribution differ by more than 0.03 once in 10^7 times.
    assert np.abs(one - other).max() < 0.03
    plain = np.cumsum(np.bincount(
        np.random.default_rng(2).binomial(ahead, 1 / weeks, TRIALS), minlength=top
    )) / TRIALS  # fmt: skip
    if ahead > weeks / 3:
        assert np.abs(one - plain).max() > 0.05  # so a plain bootstrap would be told apart


def test_every_week_is_as_likely_as_any_other_in_each_week_ahead() -> None:
    for ahead in (0, 1, 50, HORIZON - 1):
        counts = np.bincount(PATHS[ahead], minlength=26)
        assert len(counts) == 26
        assert np.abs(counts - TRIALS / 26).max() < 6 * np.sqrt(TRIALS / 26)


# Until nothing is open ----------------------------------------------------------------------------


@given(
    stock=st.lists(st.integers(1, 60), min_size=1, max_size=3),
    past=st.lists(st.tuples(*[st.integers(-9, 4)] * 3), min_size=8, max_size=26),
    great=st.booleans(),
)
@settings(max_examples=25)
def test_a_future_ends_in_the_first_week_with_nothing_open(
    stock: list[int], past: list[tuple[int, int, int]], *, great: bool
) -> None:
    unit = 10**9 if great else 1  # great numbers need the widest type
    net = np.array(past)[:, : len(stock)]
    paths = draw_paths(seed_of("play"), len(past))
    odd = np.arange(len(past))[:, None] == 0  # so that no greater unit makes them small
    futures = play(np.array(stock) * unit - 200 * great, net * unit + odd * great, paths)
    left = np.array(stock) + np.cumsum(net[paths[:, ::500]], axis=0)
    ended = left <= 0
    wanted = np.where(ended.any(axis=0), ended.argmax(axis=0), HORIZON)
    assert (futures[::500] == wanted).all()


@pytest.mark.parametrize(("unit", "part"), [(26, 0), (26, 25), (2**40, 1), (2**40, 2**40 - 1)])
def test_a_future_does_not_depend_on_the_unit_and_part_of_a_unit_is_open_as_long_as_a_whole(
    unit: int, part: int
) -> None:
    net = (np.arange(78).reshape(26, 3) * 7) % 11 - 6
    stock = np.array([40, 90, 0])
    told = play(stock * unit - part, net * unit, PATHS)
    assert (told == play(stock, net, PATHS)).all()
    assert len(np.unique(told[:, 0])) > 1


def test_what_was_done_once_stays_done_though_work_comes_back() -> None:
    net = np.array([[-5], [6]] * 4)
    futures = play(np.array([5]), net, draw_paths(seed_of("back"), 8))
    first_draw_completes = draw_paths(seed_of("back"), 8)[0] % 2 == 0
    assert (futures[first_draw_completes, 0] == 0).all()


def test_all_series_share_the_weeks_of_a_future() -> None:
    net = np.array([[-1, -2], [-3, -6]] * 5)
    futures = play(np.array([30, 60]), net, draw_paths(seed_of("both"), 10))
    assert (futures[:, 0] == futures[:, 1]).all()
    assert len(np.unique(futures[:, 0])) > 1


def test_objects_beyond_64_bits_are_simulated_too() -> None:
    net = np.array([[-(2**100)], [-(2**100) - 1]] * 4, dtype=object)
    futures = play(np.array([10 * 2**100], dtype=object), net, draw_paths(seed_of("big"), 8))
    assert (futures == 9).all()


# Quantiles ----------------------------------------------------------------------------------------


def test_a_quantile_is_the_order_statistic_of_the_rank_rounded_up() -> None:
    assert [rank_of(percent) for percent in (50, 85, 95)] == [5000, 8500, 9500]
    futures = np.zeros((TRIALS, 1), dtype=np.uint8)
    futures[8499:] = 7
    cdf = done_by_week(futures)[0]
    assert cdf[0] == 8499
    assert cdf[7] == TRIALS
    assert [weeks_until(cdf, percent) for percent in (50, 84, 85, 95)] == [1, 1, 8, 8]


def test_what_is_not_done_within_two_years_has_no_week() -> None:
    futures = np.full((TRIALS, 1), HORIZON, dtype=np.uint8)
    futures[:8499] = HORIZON - 1
    cdf = done_by_week(futures)[0]
    assert weeks_until(cdf, 84) == HORIZON
    assert weeks_until(cdf, 85) is None


def test_completions_are_those_of_the_weeks_drawn() -> None:
    completed = np.arange(52).reshape(26, 2) % 9 - 1
    two, ten = completed_after(completed, PATHS, (2, 10))
    assert (two == completed[PATHS[:2]].sum(axis=0).T).all()
    assert (ten == completed[PATHS[:10]].sum(axis=0).T).all()


def test_so_much_is_completed_at_least_in_so_many_of_the_futures() -> None:
    drawn = np.arange(TRIALS)[None, ::-1].astype(float)
    for percent in (50, 85, 95):
        (least,) = at_least(drawn, percent)
        assert (drawn >= least).sum() == percent * TRIALS // 100


def test_futures_of_no_series_are_none() -> None:
    assert done_by_week(np.empty((TRIALS, 0), dtype=np.uint8)).shape == (0, HORIZON)


def test_the_golden_figure_is_that_of_this_process_too() -> None:
    net = (np.arange(78).reshape(26, 3) * 7) % 11 - 6
    futures = play(np.array([40, 90, 200]), net, PATHS)
    assert hashlib.sha256(PATHS.tobytes() + futures.tobytes()).hexdigest() == GOLDEN
