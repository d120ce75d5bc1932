"""Scores of forecasts with stated probabilities (forecast.md, "The record").

All are negatively oriented: less is better, and a forecaster cannot gain by stating anything but
what he believes (Gneiting and Raftery, "Strictly Proper Scoring Rules, Prediction, and
Estimation", JASA 102, 2007).

What does not belong here: what is forecast, and what came of it (see `record`).
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_MOST_COUNTED: Final = 2**17
"""Numbers of which it is cheaper to count each than to sort what was drawn."""
_Z95: Final = 1.959963984540054
"""The 97.5 % quantile of the normal distribution."""


def sample_crps(ordered: Floats, outcome: Floats) -> Floats:
    """The continuous ranked probability score of samples, exact: mean |X − y| − ½ mean |X − X′|.

    `ordered` is (..., sample), ascending along its last axis; `outcome` is (...). In the unit of
    the outcome. Gneiting and Raftery 2007, equation 21, for the empirical distribution; a sample of
    one gives |x − y|.
    """
    size = ordered.shape[-1]
    weight = np.arange(1.0 - size, size, 2)
    spread = (ordered * weight).sum(axis=-1) / size**2
    found: Floats = np.abs(ordered - outcome[..., None]).mean(axis=-1) - spread
    return found


def randomised_pit(ordered: Floats, outcome: Floats, chance: Floats) -> Floats:
    """The randomised probability integral transform: F(y−) + v (F(y) − F(y−)).

    `chance` are v, uniform on [0, 1). Uniform if the forecast is calibrated, for counts too
    (Czado, Gneiting and Held, "Predictive Model Assessment for Count Data", Biometrics 65, 2009).
    """
    below = (ordered < outcome[..., None]).mean(axis=-1)
    up_to = (ordered <= outcome[..., None]).mean(axis=-1)
    found: Floats = below + chance * (up_to - below)
    return found


def draw_scores(drawn: npt.NDArray[Any], outcome: Floats, chance: Floats) -> tuple[Floats, Floats]:
    """Both scores of draws (series, sample) in any order, to the last bit.

    Whole numbers that come up again and again are counted instead of sorted: what is summed over
    them stays a whole number below 2^53, so it does not matter in which order.
    """
    low = drawn.min(axis=1, keepdims=True)
    span = int((drawn.max(axis=1, keepdims=True) - low).max()) + 1
    if drawn.dtype.kind != "i" or span * len(drawn) > _MOST_COUNTED:
        ordered = np.sort(drawn, axis=1)
        return sample_crps(ordered, outcome), randomised_pit(ordered, outcome, chance)
    size = drawn.shape[1]
    place = (drawn - low).T.astype(np.intp)
    place += np.arange(len(drawn)) * span
    counts = np.bincount(place.ravel(), minlength=span * len(drawn)).reshape(-1, span)
    up_to, value = np.cumsum(counts, axis=1), low + np.arange(span)
    spread = (up_to * (size - up_to)).sum(axis=1) / size**2
    crps = (counts * np.abs(value - outcome[:, None])).sum(axis=1) / size - spread
    below = (counts * (value < outcome[:, None])).sum(axis=1) / size
    equal_too = (counts * (value <= outcome[:, None])).sum(axis=1) / size
    return crps, below + chance * (equal_too - below)


def threshold_weighted_crps(share: Floats, after: Floats, known: Floats) -> Floats:
    """Sum over the weeks known of (F(week) − 1{T ≤ week})², whether it has happened or not.

    `share` is F by week, (..., weeks); `after` the week T in which it happened, NaN if it has not
    yet; `known` the count of weeks that have passed. The weight is 1 on the weeks that have passed
    and 0 on the others, so that no origin is left out because its outcome is still to come
    (Gneiting and Ranjan, "Comparing Density Forecasts Using Threshold- and Quantile-Weighted
    Scoring Rules", JBES 29, 2011).
    """
    week = np.arange(1, share.shape[-1] + 1)
    happened = after[..., None] <= week
    error = (share - happened) ** 2
    found: Floats = np.where(week <= known[..., None], error, 0.0).sum(axis=-1)
    return found


def step(after: Floats, weeks: int) -> Floats:
    """The distribution of a forecast that names one week and no chances; NaN is "never"."""
    return (after[..., None] <= np.arange(1, weeks + 1)).astype(np.float64)


class Interval(NamedTuple):
    """Bounds of a share."""

    low: float
    high: float


def wilson_interval(successes: int, count: int) -> Interval:
    """The 95 % interval of a share by Wilson's score ("Probable Inference", JASA 22, 1927).

    All of 0 to 1 where nothing was counted.
    """
    if not count:
        return Interval(0.0, 1.0)
    share, square = successes / count, _Z95**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    root = math.sqrt(share * (1 - share) / count + square / (4 * count**2))
    half = _Z95 * root / (1 + square / count)
    return Interval(max(middle - half, 0.0), min(middle + half, 1.0))


def skill(score: float, baseline: float) -> float:
    """1 − score ÷ baseline's score: 1 is perfect, below 0 is worse; NaN without a baseline."""
    return 1 - score / baseline if baseline > 0 else math.nan
