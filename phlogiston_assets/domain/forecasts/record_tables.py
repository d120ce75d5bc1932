"""How past forecasts did, added up: scores, skill, and dates that held (forecast.md, "The record").

What does not belong here: making the forecasts (see `record`), words and pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from phlogiston_assets.domain.counting.flows import MEASURES, Flows
from phlogiston_assets.domain.counting.forecasting import WEEK
from phlogiston_assets.domain.days import to_dates
from phlogiston_assets.domain.forecasts.baselines import Baseline
from phlogiston_assets.domain.forecasts.forecast_tables import PERCENTS
from phlogiston_assets.domain.forecasts.record import HORIZONS, Origin
from phlogiston_assets.domain.forecasts.scoring import (
    Floats,
    skill,
    step,
    threshold_weighted_crps,
    wilson_interval,
)
from phlogiston_assets.domain.forecasts.simulation import HORIZON, TRIALS, rank_of

COMPLETED: Final = "completed"
MATCHED: Final = "matched"
EMPTY: Final = "done"
"""What is forecast: completions in some weeks; when as much as was open is completed; when nothing
is open."""

SCORE_COLUMNS: Final = [
    *("category", "measure", "about", "weeks", "origins", "score", "classic_score", "mean_score"),
    *("classic_skill", "mean_skill"),
]
HELD_COLUMNS: Final = [
    *("category", "measure", "about", "percent", "promised", "due", "held"),
    *("apart", "apart_held", "low", "high"),
]
PAST_COLUMNS: Final = [
    *("category", "measure", "made_on", "open", "p50", "p85", "p95", "done_on"),
    *(f"pit_{weeks}" for weeks in HORIZONS),
]


@dataclass(frozen=True, slots=True)
class RecordTables:
    """The record of a scope as frames; a row for what never was forecast is left out.

    Attributes:
        scores: category, measure, about, weeks (of completions, else 0), origins (how many were
            scored), the mean score (CRPS; for dates the sum of squares over the weeks known) of
            the forecast, of the classic one and of the flat mean, and the skill against both.
        held: category, measure, about, percent, promised (forecasts that named a date), due (those
            whose date has come), held (those that held), then of those due that do not overlap in
            time how many there are and held, and the 95 % interval of their share.
        past: category, measure, made_on, open, p50, p85, p95, done_on (end of the first week with
            nothing open, NaT if not yet), and the randomised PIT of completions by horizon.
    """

    scores: pd.DataFrame
    held: pd.DataFrame
    past: pd.DataFrame


def record_tables(
    origins: Sequence[Origin], flows: Flows, classic: Baseline, mean: Baseline
) -> RecordTables:
    """Add up the record of all origins; the baselines are of the same days."""
    past = _Past(origins, flows)
    scores, held, rows = [], [], []
    for category, one in enumerate(flows.categories):
        for measure, unit in enumerate(MEASURES):
            series = (category, measure)
            chosen = np.flatnonzero(past.given[:, category, measure])
            if len(chosen):
                told = (one.title, unit)
                scores += [(*told, *row) for row in _scores(past, series, chosen, classic, mean)]
                held += [(*told, *row) for row in _held(past, series, chosen)]
                rows.append(_past_frame(past, series, chosen, told))
    return RecordTables(
        pd.DataFrame(scores, columns=SCORE_COLUMNS),
        pd.DataFrame(held, columns=HELD_COLUMNS),
        pd.concat(rows, ignore_index=True) if rows else _no_past(),
    )


class _Past:
    """All origins as arrays, first axis the origin, and what came of them by now."""

    def __init__(self, origins: Sequence[Origin], flows: Flows) -> None:
        self.days = np.array([one.day for one in origins], dtype=np.int64)
        shape = (len(origins), len(flows.categories), len(MEASURES))
        self.given = _stacked([one.given for one in origins], shape)
        self.cdf = {
            MATCHED: _stacked([one.matched for one in origins], (*shape, HORIZON)),
            EMPTY: _stacked([one.done for one in origins], (*shape, HORIZON)),
        }
        scored = (len(origins), len(HORIZONS), *shape[1:])
        self.outcome, self.crps, self.pit = (
            _stacked([getattr(one, name) for one in origins], scored)
            for name in ("outcome", "crps", "pit")
        )
        self.known = np.minimum((flows.last_day - self.days) // WEEK, HORIZON)
        rows = self.days - flows.first_day
        unit = np.array([1.0, flows.scale])
        self.stock: Floats = flows.open[rows].astype(np.float64) / unit
        self.after = {MATCHED: np.full(shape, np.nan), EMPTY: np.full(shape, np.nan)}
        for origin, row in enumerate(rows.tolist()):
            ends = row + WEEK * np.arange(1, self.known[origin] + 1)
            completed = flows.completed[ends] - flows.completed[row]
            self.after[MATCHED][origin] = _first(completed >= flows.open[row])
            self.after[EMPTY][origin] = _first(flows.open[ends] <= 0)


def _stacked(parts: Sequence[npt.NDArray[Any]], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    return np.stack(parts) if parts else np.zeros(shape)


def _first(happened: npt.NDArray[np.bool_]) -> Floats:
    """The first week in which it happened, counted from 1; NaN if it did not."""
    if not len(happened):
        return np.full(happened.shape[1:], np.nan)
    found = happened.argmax(axis=0) + 1.0
    return np.where(happened.any(axis=0), found, np.nan)


Series = tuple[int, int]


def _scores(
    past: _Past, series: Series, chosen: npt.NDArray[np.intp], classic: Baseline, mean: Baseline
) -> Iterator[tuple[Any, ...]]:
    """Rows of the table of scores after category and measure."""
    for place, weeks in enumerate(HORIZONS):
        outcome = past.outcome[chosen, place, *series]
        known = ~np.isnan(outcome)
        plain = (
            np.abs(one.pace[chosen, *series] * weeks - outcome)[known] for one in (classic, mean)
        )
        own = past.crps[chosen, place, *series][known]
        yield (COMPLETED, weeks, *_compared(own, *plain))
    for about in (MATCHED, EMPTY):
        known = past.known[chosen] > 0
        rows = chosen[known]
        passed, after = past.known[rows].astype(np.float64), past.after[about][rows, *series]
        shares = [past.cdf[about][rows, *series] / TRIALS]
        for one in (classic, mean):
            stated = one.matched if about == MATCHED else one.done
            shares.append(step(stated[rows, *series], HORIZON))
        sums = (threshold_weighted_crps(share, after, passed) for share in shares)
        yield (about, 0, *_compared(*sums))


def _compared(own: Floats, classic: Floats, mean: Floats) -> tuple[Any, ...]:
    """Count, the three mean scores and the two skills; only where the classic names a pace."""
    both = ~np.isnan(classic)
    own, classic, mean = own[both], classic[both], mean[both]
    if not len(own):
        return (0, *[np.nan] * 5)
    score, other, flat = float(own.mean()), float(classic.mean()), float(mean.mean())
    return len(own), score, other, flat, skill(score, other), skill(score, flat)


def _promise(past: _Past, about: str, series: Series, percent: int) -> Floats:
    """The week that each origin named with that confidence; NaN if not within HORIZON."""
    reached = past.cdf[about][:, *series] >= rank_of(percent)
    return np.where(reached.any(axis=1), reached.argmax(axis=1) + 1.0, np.nan)


def _held(past: _Past, series: Series, chosen: npt.NDArray[np.intp]) -> Iterator[tuple[Any, ...]]:
    """Rows of the table of dates that held after category and measure."""
    for about in (MATCHED, EMPTY):
        for percent in PERCENTS:
            promise = _promise(past, about, series, percent)
            promised = chosen[~np.isnan(promise[chosen])]
            due = promised[promise[promised] <= past.known[promised]]
            kept = past.after[about][due, *series] <= promise[due]
            apart = _apart(past.days[due], past.days[due] + WEEK * promise[due])
            held = int(kept[apart].sum())
            interval = wilson_interval(held, len(apart))
            counts = (len(promised), len(due), int(kept.sum()), len(apart), held)
            yield (about, percent, *counts, *interval)


def _apart(begin: npt.NDArray[np.int64], end: Floats) -> list[int]:
    """Places of spans that do not overlap: each the first that begins when the last has ended."""
    found: list[int] = []
    free = -np.inf
    for place, (first, last) in enumerate(zip(begin.tolist(), end.tolist(), strict=True)):
        if first >= free:
            found.append(place)
            free = last
    return found


def _past_frame(
    past: _Past, series: Series, chosen: npt.NDArray[np.intp], told: tuple[str, str]
) -> pd.DataFrame:
    made_on = past.days[chosen]
    frame = {"category": told[0], "measure": told[1], "made_on": to_dates(made_on)}
    frame["open"] = past.stock[chosen, *series]
    for percent in PERCENTS:
        frame[f"p{percent}"] = _dates(made_on, _promise(past, EMPTY, series, percent)[chosen])
    frame["done_on"] = _dates(made_on, past.after[EMPTY][chosen, *series])
    for place, weeks in enumerate(HORIZONS):
        frame[f"pit_{weeks}"] = past.pit[chosen, place, *series]
    return pd.DataFrame(frame, columns=PAST_COLUMNS)


def _dates(begin: npt.NDArray[np.int64], weeks: Floats) -> npt.NDArray[np.datetime64]:
    """The dates so many weeks later; NaT for NaN."""
    known = ~np.isnan(weeks)
    dates = to_dates(begin + WEEK * np.where(known, weeks, 0).astype(np.int64))
    dates[~known] = np.datetime64("NaT")
    return dates


def no_record() -> RecordTables:
    """The tables of a record of nothing."""
    scores, held = (pd.DataFrame(columns=names) for names in (SCORE_COLUMNS, HELD_COLUMNS))
    return RecordTables(scores, held, _no_past())


def _no_past() -> pd.DataFrame:
    kinds = dict.fromkeys(PAST_COLUMNS, "float64")
    kinds |= dict.fromkeys(("made_on", "p50", "p85", "p95", "done_on"), "datetime64[s]")
    kinds |= dict.fromkeys(("category", "measure"), "object")
    return pd.DataFrame({name: np.empty(0, dtype=kind) for name, kind in kinds.items()})
