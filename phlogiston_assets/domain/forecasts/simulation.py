"""Ten thousand futures of a scope out of its last weeks (forecast.md, "Simulation").

In each trial every past week has a weight of its own, drawn from Dirichlet(1, …, 1) (the Bayesian
bootstrap), and each future week repeats one past week, drawn by these weights. To draw so is to
draw from an urn: it begins with each past week once, and whatever week is drawn goes back with a
copy of itself (Blackwell and MacQueen 1973). So weights need not be drawn at all, and all that is
left are whole numbers: a forecast is the same, bit for bit, on every machine.

The same week is drawn for all categories and measures of a scope, so that what they share, such as
holidays, is shared in the futures too.

What does not belong here: what is refused a forecast, and dates (see `simulated_forecast`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

TRIALS: Final = 10_000
HORIZON: Final = 104
MODEL: Final = 1
"""The version of the model: raised whenever the same data would give another forecast."""

Paths = npt.NDArray[np.uint8]
"""Shape (HORIZON, TRIALS): the past week, counted from the oldest, that a future week repeats."""

Futures = npt.NDArray[np.uint8]
"""Shape (TRIALS, series): after how many weeks something was still open, HORIZON at most."""

Cdf = npt.NDArray[np.uint16]
"""Shape (..., HORIZON): in how many of the trials all was done by the end of each week."""

_LOOK: Final = 8
"""After how many weeks it is looked whether anything is still open: a look costs half a week."""
_HALF: Final = np.uint64(32)
"""Bits of a number drawn: its upper half is a fraction, whole numbers below come by it exactly."""
_BLOCK: Final = 65_536
"""Numbers of a block of trials: few enough to stay in a processor's cache."""


def seed_of(*parts: object) -> int:
    """A stable number for what is drawn: scope, day and whatever else tells draws apart."""
    told = "\x1f".join(map(str, (MODEL, *parts)))
    return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=16).digest())


@lru_cache(maxsize=2)
def draw_paths(seed: int, weeks: int) -> Paths:
    """Draw which of so many past weeks each future week of each trial repeats.

    A forecast and what moved it take the same paths, which may not be written to.
    """
    stream = np.random.PCG64(seed)
    urn = np.empty((weeks + HORIZON, TRIALS), dtype=np.uint8)
    urn[:weeks] = np.arange(weeks, dtype=np.uint8)[:, None]
    trial = np.arange(TRIALS, dtype=np.uint64)
    for held in range(weeks, weeks + HORIZON):
        ball = stream.random_raw(TRIALS)
        ball >>= _HALF
        ball *= np.uint64(held)
        ball >>= _HALF
        ball *= np.uint64(TRIALS)
        ball += trial
        urn.take(ball.view(np.intp), out=urn[held], mode="clip")
    paths = urn[weeks:]
    paths.flags.writeable = False
    return paths


def play(stock: npt.NDArray[Any], net: npt.NDArray[Any], paths: Paths) -> Futures:
    """For each trial and series, the weeks until nothing is open for the first time.

    `stock` (series) is what is open now, `net` (weeks, series) what each past week added, in whole
    numbers.
    """
    stock, net = _in_greatest_units(stock, net)
    kind = _exact_type(stock, net)
    stock, net = stock.astype(kind), np.ascontiguousarray(net.astype(kind))
    futures = np.empty((TRIALS, len(stock)), dtype=np.uint8)
    step = max(_BLOCK // max(len(stock), 1), 1)
    for start in range(0, TRIALS, step):
        block = slice(start, start + step)
        futures[block] = _play_block(stock, net, paths[:, block].astype(np.intp))
    return futures


def _play_block(
    stock: npt.NDArray[Any], net: npt.NDArray[Any], paths: npt.NDArray[np.intp]
) -> Futures:
    """A block of trials, week by week; a series that was done once stays done."""
    left = np.tile(stock, (paths.shape[1], 1))
    change = np.empty_like(left)
    lasting = left > 0
    some = np.empty_like(lasting)
    weeks = np.zeros(left.shape, dtype=np.uint8)
    flags = lasting.view(np.uint8)
    for week, drawn in enumerate(paths):
        if week % _LOOK == 0 and not lasting.any():
            break
        net.take(drawn, axis=0, out=change, mode="clip")
        left += change
        lasting &= np.greater(left, 0, out=some)
        weeks += flags
    return weeks


def _in_greatest_units(
    stock: npt.NDArray[Any], net: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The same in the greatest unit of each series that all its weeks are multiples of.

    Smaller numbers go into smaller types, which are added faster. Part of a unit is open for as
    long as a whole one.
    """
    unit = np.maximum(np.gcd.reduce(net, axis=0), 1)
    return -(-stock // unit), net // unit


_KINDS: Final = (np.int16, np.int32, np.int64)


def _exact_type(
    stock: npt.NDArray[Any], net: npt.NDArray[Any], kinds: Sequence[type] = _KINDS
) -> type:
    """The smallest type that holds all that can come up; double precision if none does."""
    most = np.abs(stock).max(initial=0) + HORIZON * np.abs(net).max(initial=0)
    return next((kind for kind in kinds if most <= np.iinfo(kind).max), np.float64)


def done_by_week(futures: Futures) -> Cdf:
    """In how many trials each series was done by the end of each week: (series, HORIZON)."""
    counts = [np.bincount(column, minlength=HORIZON + 1)[:HORIZON] for column in futures.T]
    return np.cumsum(np.array(counts).reshape(-1, HORIZON), axis=1).astype(np.uint16)


def completed_after(
    completed: npt.NDArray[Any], paths: Paths, horizons: Sequence[int]
) -> list[npt.NDArray[Any]]:
    """What is completed within so many weeks, out of (past weeks, series): each (series, TRIALS).

    `horizons` ascend. None is of 16 bits, among which NumPy finds quantiles seven times as slowly.
    """
    kind = _exact_type(np.zeros(0), completed, _KINDS[1:])
    series: npt.NDArray[Any] = np.ascontiguousarray(completed.astype(kind))
    total = np.zeros((TRIALS, series.shape[1]), dtype=series.dtype)
    week = np.empty_like(total)
    found = []
    for begin, end in pairwise((0, *horizons)):
        for drawn in paths[begin:end].astype(np.intp):
            series.take(drawn, axis=0, out=week, mode="clip")
            total += week
        found.append(np.ascontiguousarray(total.T))
    return found


def rank_of(percent: int) -> int:
    """The rank of a quantile among the ordered trials: ⌈pM⌉."""
    return -(-percent * TRIALS // 100)


def weeks_until(cdf: Cdf, percent: int) -> int | None:
    """The week by whose end all is done with that confidence; None if not within HORIZON."""
    reached = np.flatnonzero(cdf >= rank_of(percent))
    return int(reached[0]) + 1 if len(reached) else None


def at_least(completed: npt.NDArray[Any], percent: int) -> npt.NDArray[Any]:
    """What is completed at least with that confidence; `completed` is (series, TRIALS)."""
    place = TRIALS - rank_of(percent)
    found: npt.NDArray[Any] = np.partition(completed, place, axis=1)[:, place]
    return found
