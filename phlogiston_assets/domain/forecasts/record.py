"""Forecasting the past: what would have been forecast each Sunday (forecast.md, "The record").

An origin is a Sunday of the reconstructed history. Its forecast is made from the weeks before it
only, by today's rules and with retroactive settings off. The forecast of a category never changes
unless what it was made from does, and no other category has a part in that; so each is kept, and
told by a digest of what went in. Only new ones, and those whose completions can now be scored, are
simulated: an edit of the rules costs as much as there are categories that it touches.

What does not belong here: what the scores add up to (see `record_tables`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from phlogiston_assets.domain.counting.flows import MEASURES, POINTS, Amounts, Flows, Weeks
from phlogiston_assets.domain.counting.forecasting import WEEK
from phlogiston_assets.domain.forecasts.scoring import Floats, draw_scores
from phlogiston_assets.domain.forecasts.simulated_forecast import LEAST_WEEKS, Simulated, simulate
from phlogiston_assets.domain.forecasts.simulation import (
    HORIZON,
    MODEL,
    Cdf,
    completed_after,
    done_by_week,
    seed_of,
)

HORIZONS: Final = (2, 4, 8, 13)
"""In how many weeks completions are forecast and scored."""

DIGEST: Final = 16
"""Characters of a category's digest."""
_SUNDAY: Final = 3
"""1970-01-04, the first Sunday of day numbers."""
_BITS: Final = 53
"""As many as a double holds, so that a fraction of so many bits stays below 1."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What was forecast on a day, and how its completions did.

    `digests` tell what each category's forecast was made from. `given` (categories, measures) tells
    which series had a forecast. `done` and `matched` have the shape (categories, measures,
    HORIZON): in how many trials nothing was open, and in how many what was open on the day was
    matched by completions, by the end of each week. `outcome`, `crps` and
    `pit` have (HORIZONS, categories, measures) and are about completions: NaN where not known yet
    or not forecast; in tasks and points.
    """

    day: int
    digests: tuple[str, ...]
    given: npt.NDArray[np.bool_]
    done: Cdf
    matched: Cdf
    outcome: Floats
    crps: Floats
    pit: Floats

    @property
    def digest(self) -> str:
        """A text that changes when anything does that the forecasts are made from."""
        return hashlib.blake2b("".join(self.digests).encode(), digest_size=12).hexdigest()


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
    digests = _digests(scope, weeks)
    outcome = _completions(flows, day)
    if kept is None or not set(digests) & set(kept.digests):
        return forecast_origin(scope, weeks, digests, outcome)
    taken, holds = _taken_over(kept, digests, outcome)
    fresh = np.flatnonzero(~holds).tolist()
    if fresh:
        new = tuple(digests[place] for place in fresh)
        return _put_in(
            taken, fresh, forecast_origin(scope, weeks.only(fresh), new, outcome[:, fresh])
        )
    same = digests == kept.digests and np.array_equal(taken.outcome, kept.outcome, equal_nan=True)
    return kept if same else taken


def _taken_over(
    kept: Origin, digests: tuple[str, ...], outcome: Floats
) -> tuple[Origin, npt.NDArray[np.bool_]]:
    """What was kept, arranged for these categories, and for which of them it holds.

    Scores of outcomes that are not known yet are left out, as of then. Where one is known that was
    not, the category does not hold; nor where it was not kept at all.
    """
    place = {digest: row for row, digest in enumerate(kept.digests)}
    rows = np.array([place.get(digest, -1) for digest in digests])
    holds = rows >= 0
    known = np.where(kept.given[rows], outcome, np.nan)
    outcome, crps, pit = (
        np.where(np.isnan(known), np.nan, one[:, rows])
        for one in (kept.outcome, kept.crps, kept.pit)
    )
    holds &= ((known == outcome) | np.isnan(known)).all(axis=(0, 2))
    parts = (kept.given[rows], kept.done[rows], kept.matched[rows])
    return Origin(kept.day, digests, *parts, outcome, crps, pit), holds


def _put_in(taken: Origin, fresh: Sequence[int], made: Origin) -> Origin:
    """The origin with the fresh categories as they were made."""
    parts = {}
    for name in ("given", "done", "matched"):
        parts[name] = getattr(taken, name).copy()
        parts[name][fresh] = getattr(made, name)
    for name in ("outcome", "crps", "pit"):
        parts[name] = getattr(taken, name).copy()
        parts[name][:, fresh] = getattr(made, name)
    return replace(taken, **parts)


def _digests(scope: str, weeks: Weeks) -> tuple[str, ...]:
    """A text for each category that changes when anything does that its forecast is made from."""
    columns = (weeks.open[None], weeks.came_in, weeks.went_out, weeks.completed)
    amounts = np.concatenate([_plain(column, weeks.scale) for column in columns])
    of_each = np.ascontiguousarray(amounts.swapaxes(0, 1)).astype("<f8")
    told = (MODEL, scope, weeks.day, len(weeks))
    return tuple(
        hashlib.blake2b(
            repr((*told, one.title)).encode() + row.tobytes(), digest_size=DIGEST // 2
        ).hexdigest()
        for one, row in zip(weeks.categories, of_each, strict=True)
    )


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


def forecast_origin(scope: str, weeks: Weeks, digests: tuple[str, ...], outcome: Floats) -> Origin:
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
    return Origin(weeks.day, digests, given, done, matched, outcome, crps, pit)


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
    unit = np.array([weeks.unit(measure) for _, measure in simulated.series])
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
