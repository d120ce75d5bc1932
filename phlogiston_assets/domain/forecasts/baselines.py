"""What plainer forecasts would have said on the same Sundays (forecast.md, "The record").

The classic nominal forecast (domain.md, section 6) and a flat mean of the last 13 weeks. Both name
one number and no chances.

What does not belong here: scoring them (see `record_tables`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import CategoryPeriods
from phlogiston_assets.domain.counting.aggregation import daily_runs
from phlogiston_assets.domain.counting.flows import MEASURES, Flows
from phlogiston_assets.domain.counting.forecasting import velocity_frame
from phlogiston_assets.domain.days import to_dates
from phlogiston_assets.domain.forecasts.scoring import Floats

MEAN_WEEKS: Final = 13


@dataclass(frozen=True, slots=True)
class Baseline:
    """One plain forecast on each day, of shape (days, categories, measures).

    `pace` is what it expects to be completed a week; `matched` and `done` are the weeks until what
    is open is matched by completions, and until nothing is open; NaN for never.
    """

    pace: Floats
    matched: Floats
    done: Floats


def classic_baseline(categorised: CategoryPeriods, flows: Flows, days: Sequence[int]) -> Baseline:
    """The classic nominal forecast as it stood on each of the `days`, which are whole weeks apart.

    Its window looks back from the day only; a category without tasks has no pace then. Where the
    weeks round to none although work is open and shrinks, it is taken to say "this week".
    """
    shape = (len(days), len(flows.categories), len(MEASURES))
    if not days:
        return Baseline(*(np.empty(shape) for _ in range(3)))
    pace, growth, done = (np.full(shape, np.nan) for _ in range(3))
    known = categorised.only(categorised.first <= days[-1])
    titles = [one.title for one in flows.categories]
    frame = velocity_frame(daily_runs(known), titles, last_day=days[-1])
    when = frame["date"].map(
        {day: n for n, day in enumerate(pd.to_datetime(to_dates(np.array(days))))}
    )
    frame = frame.assign(when=when).dropna(subset="when")
    row = frame["when"].to_numpy(dtype=np.int64)
    column = frame["category"].map({title: n for n, title in enumerate(titles)}).to_numpy()
    for measure, unit in enumerate(MEASURES):
        pace[row, column, measure] = frame[f"nom_{unit}_vel"]
        growth[row, column, measure] = frame[f"nom_{unit}_total_growrate"]
        done[row, column, measure] = frame[f"nom_{unit}_fore"]
    stock = _stock(flows, days)
    at_once = np.isnan(done) & (pace > growth) & (stock > 0)
    return Baseline(pace, _weeks_for(stock, pace), np.where(at_once, 1.0, done))


def mean_baseline(flows: Flows, days: Sequence[int]) -> Baseline:
    """The mean of the last 13 completed weeks before each day, or of all that there are."""
    pace, net = (np.empty((len(days), *flows.open.shape[1:])) for _ in range(2))
    for row, day in enumerate(days):
        weeks = flows.weeks(day)
        pace[row] = weeks.completed[-MEAN_WEEKS:].astype(np.float64).mean(axis=0)
        net[row] = -weeks.net[-MEAN_WEEKS:].astype(np.float64).mean(axis=0)
    stock = _stock(flows, days)
    unit = np.array([1.0, 1.0 / flows.scale])
    pace, net = pace * unit, net * unit
    return Baseline(pace, _weeks_for(stock, pace), _weeks_for(stock, net))


def _stock(flows: Flows, days: Sequence[int]) -> Floats:
    """What is open on each day, in tasks and points."""
    rows = np.array(days, dtype=np.int64) - flows.first_day
    found: Floats = flows.open[rows].astype(np.float64) / np.array([1.0, flows.scale])
    return found


def _weeks_for(stock: Floats, pace: Floats) -> Floats:
    """Whole weeks until so much is done at that pace; NaN for never."""
    possible = pace > 0
    return np.where(possible, np.ceil(stock / np.where(possible, pace, 1.0)), np.nan)
