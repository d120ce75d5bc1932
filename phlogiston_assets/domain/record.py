"""Forecasting the past: what would have been forecast each Sunday (forecast.md, "The record").

An origin is a Sunday of the reconstructed history. Its forecast is made from the weeks before it
only, by today's rules and with retroactive settings off. An origin's forecast never changes unless
what it was made from does, so it is kept, and told by a digest of what went in; only new origins,
and those whose completions can now be scored, are simulated.

What does not belong here: what the scores add up to (see `record_tables`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from phlogiston_assets.domain.flows import MEASURES, POINTS, Amounts, Flows, Weeks
from phlogiston_assets.domain.forecasting import WEEK
from phlogiston_assets.domain.scoring import Floats, draw_scores
from phlogiston_assets.domain.simulated_forecast import LEAST_WEEKS, Simulated, simulate
from phlogiston_assets.domain.simulation import (
    HORIZON,
    MODEL,
    Cdf,
    completed_after,
    done_by_week,
    seed_of,
)

HORIZONS: Final = (2, 4, 8, 13)
"""In how many weeks completions are forecast and scored."""

_SUNDAY: Final = 3
"""1970-01-04, the first Sunday of day numbers."""
_BITS: Final = 53
"""As many as a double holds, so that a fraction of so many bits stays below 1."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What was forecast on a day, and how its completions did.

    `given` (categories, measures) tells which series had a forecast. `done` and `matched` have the
    shape (categories, measures, HORIZON): in how many trials nothing was open, and in how many what
    was open on the day was matched by completions, by the end of each week. `outcome`, `crps` and
    `pit` have (HORIZONS, categories, measures) and are about completions: NaN where not known yet
    or not forecast; in tasks and points.
    """

    day: int
    digest: str
    given: npt.NDArray[np.bool_]
    done: Cdf
    matched: Cdf
    outcome: Floats
    crps: Floats
    pit: Floats


def origin_days(flows: Flows) -> list[int]:
    """The Sundays with enough completed weeks before them, ascending."""
    earliest = flows.first_day + LEAST_WEEKS * WEEK
    first = earliest + (_SUNDAY - earliest) % WEEK
    return list(range(first, flows.last_day + 1, WEEK))


def keep_record(scope: str, flows: Flows, kept: Mapping[int, Origin]) -> list[Origin]:
    """The origins of all Sundays; those of `kept` that still hold are taken over as they are."""
    return [_origin(scope, flows, day, kept.get(day)) for day in origin_days(flows)]


def _origin(scope: str, flows: Flows, day: int, kept: Origin | None) -> Origin:
    weeks = flows.weeks(day)
    digest = _digest(scope, weeks)
    outcome = _completions(flows, day)
    if kept is not None and kept.digest == digest:
        known = np.where(kept.given, outcome, np.nan)
        if np.array_equal(known, kept.outcome, equal_nan=True):
            return kept
        if np.array_equal(known, np.where(np.isnan(known), np.nan, kept.outcome), equal_nan=True):
            return _as_of_then(kept, known)
    return forecast_origin(scope, weeks, digest, outcome)


def _as_of_then(kept: Origin, known: Floats) -> Origin:
    """What was kept, without the scores of outcomes that were not known yet."""
    crps, pit = (np.where(np.isnan(known), np.nan, one) for one in (kept.crps, kept.pit))
    return replace(kept, outcome=known, crps=crps, pit=pit)


def _digest(scope: str, weeks: Weeks) -> str:
    """A text that changes when anything does that the origin's forecast is made from."""
    titles = [one.title for one in weeks.categories]
    told = hashlib.blake2b(repr((MODEL, scope, weeks.day, titles)).encode(), digest_size=12)
    for column in (weeks.open, weeks.came_in, weeks.went_out, weeks.completed):
        told.update(_plain(column, weeks.scale).astype("<f8").tobytes())
    return told.hexdigest()


def _plain(amounts: Amounts, scale: int) -> Floats:
    """Amounts in tasks and points; measures are the last axis."""
    found = amounts.astype(np.float64)
    found[..., POINTS] /= scale
    return found


def _completions(flows: Flows, day: int) -> Floats:
    """What was completed within each of HORIZONS after a day; NaN where that is still to come."""
    place = day - flows.first_day
    shape = (len(HORIZONS), *flows.open.shape[1:])
    found = np.full(shape, np.nan)
    for row, weeks in enumerate(HORIZONS):
        end = place + weeks * WEEK
        if end < len(flows.completed):
            found[row] = _plain(flows.completed[end] - flows.completed[place], flows.scale)
    return found


def forecast_origin(scope: str, weeks: Weeks, digest: str, outcome: Floats) -> Origin:
    """Forecast as of the day of `weeks`, and score completions by the `outcome` known by now."""
    simulated = simulate(scope, weeks)
    shape = weeks.open.shape
    given = np.zeros(shape, dtype=np.bool_)
    done, matched = (np.zeros((*shape, HORIZON), dtype=np.uint16) for _ in range(2))
    if simulated.series:
        place = tuple(np.array(simulated.series).T)
        given[place] = True
        done[place] = done_by_week(simulated.growing)
        matched[place] = done_by_week(simulated.frozen)
    outcome = np.where(given, outcome, np.nan)
    crps, pit = _score_completions(scope, weeks, simulated, outcome)
    return Origin(weeks.day, digest, given, done, matched, outcome, crps, pit)


def _score_completions(
    scope: str, weeks: Weeks, simulated: Simulated, outcome: Floats
) -> tuple[Floats, Floats]:
    """CRPS and randomised PIT of completions, by horizon, category and measure."""
    crps, pit = np.full(outcome.shape, np.nan), np.full(outcome.shape, np.nan)
    known = [row for row in range(len(HORIZONS)) if not np.isnan(outcome[row]).all()]
    if not simulated.series or not known:
        return crps, pit
    place = tuple(np.array(simulated.series).T)
    past = weeks.completed[:, *place]
    unit = np.where(place[1] == POINTS, weeks.scale, 1)
    samples = completed_after(past, simulated.paths, [HORIZONS[row] for row in known])
    for row, drawn in zip(known, samples, strict=True):
        came = np.rint(outcome[row][place] * unit)
        chance = _chances(scope, weeks, simulated.series, HORIZONS[row])
        score, pit[row][place] = draw_scores(drawn, came, chance)
        crps[row][place] = score / unit
    return crps, pit


def _chances(scope: str, weeks: Weeks, series: Sequence[tuple[int, int]], horizon: int) -> Floats:
    """A number in [0, 1) for each series, the same on every machine."""
    drawn = []
    for category, measure in series:
        title = weeks.categories[category].title
        seed = seed_of("pit", scope, title, MEASURES[measure], weeks.day, horizon)
        drawn.append((seed % 2**_BITS) / 2**_BITS)
    return np.array(drawn)
