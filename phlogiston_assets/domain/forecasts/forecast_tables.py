"""The tables of the forecast with stated probabilities (forecast.md, "Simulation").

What does not belong here: simulating (see `simulated_forecast`), words and pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from phlogiston_assets.domain.counting.flows import MEASURES, Weeks
from phlogiston_assets.domain.counting.forecasting import WEEK
from phlogiston_assets.domain.days import day_of
from phlogiston_assets.domain.forecasts.simulated_forecast import (
    DONE,
    FORECAST,
    LEAST_ACTIVE,
    NONE,
    Simulated,
    Standing,
    simulate,
    standing,
)
from phlogiston_assets.domain.forecasts.simulation import (
    HORIZON,
    TRIALS,
    Cdf,
    at_least,
    completed_after,
    done_by_week,
    weeks_until,
)
from phlogiston_assets.domain.frames import frame_of
from phlogiston_assets.domain.scopes import Display, ForecastDate, quarter_start

PERCENTS: Final = (50, 85, 95)
FAN_PERCENTS: Final = (95, 85, 50, 15, 5)
FAN_WEEKS: Final = 13
QUARTER_END: Final = "end of the quarter"
_NAMED: Final = 3
TOGETHER: Final = ""
"""The category of a row about all shown categories together; no category has an empty title."""


@dataclass(frozen=True, slots=True)
class Forecasts:
    """The forecasts of a scope on a day, as two frames.

    Attributes:
        dates: category ("" for all shown together), measure, open, weeks (how many past weeks were
            drawn from), state, reason, p50, p85, p95 and the same if the scope froze today,
            frozen_p50, frozen_p85, frozen_p95; NaT where not within two years or not given.
        by_date: category, measure, by (a date), name, probability and frozen_probability (shares
            of the simulated futures), done_50, done_85, done_95 (what is completed at least by then
            with that confidence); a row for each date and each row of `dates` with a forecast.
        by_week: measure, by (the end of each of the next FAN_WEEKS weeks), done_95, done_85,
            done_50, done_15, done_5: what is completed at least in all shown categories together,
            in that share of the futures; no rows where nothing has a forecast, nor of a measure in
            which all together completed something in fewer than LEAST_ACTIVE weeks.
    """

    dates: pd.DataFrame
    by_date: pd.DataFrame
    by_week: pd.DataFrame


def forecasts(scope: str, weeks: Weeks, wanted: Sequence[ForecastDate]) -> Forecasts:
    """The forecasts of a scope as of the day of its `weeks`.

    `wanted` are dates that the scope's settings name; those that are past are left out.
    """
    simulated = simulate(scope, weeks)
    rows = _rows(weeks, simulated)
    deadlines = _deadlines(day_of(weeks.day), wanted)
    return Forecasts(
        _dates(weeks, rows),
        _by_date(weeks, simulated, rows, deadlines),
        _by_week(weeks, simulated),
    )


def forecast_dates(scope: str, weeks: Weeks, percent: int) -> dict[tuple[str, str], date | None]:
    """The dates of one confidence by category and measure, of what has a forecast.

    Those of the frame `Forecasts.dates`, without the futures in which the scope froze.
    """
    rows = _rows(weeks, simulate(scope, weeks, frozen=False))
    return {
        (row.title, MEASURES[row.measure]): _date_after(weeks.day, row.growing, percent)
        for row in rows
        if row.told.state == FORECAST
    }


DATE_COLUMNS: Final = [
    *("category", "measure", "open", "weeks", "state", "reason"),
    *(f"{variant}p{percent}" for variant in ("", "frozen_") for percent in PERCENTS),
]
BY_DATE_COLUMNS: Final = [
    *("category", "measure", "by", "name", "probability", "frozen_probability"),
    *(f"done_{percent}" for percent in PERCENTS),
]


BY_WEEK_COLUMNS: Final = ["measure", "by", *(f"done_{percent}" for percent in FAN_PERCENTS)]


@dataclass(frozen=True, slots=True)
class _Row:
    """One forecast: what is open, the two distributions, and the categories that it is about."""

    title: str
    measure: int
    open: float
    told: Standing
    about: tuple[int, ...]
    growing: Cdf | None = None
    frozen: Cdf | None = None


def _rows(weeks: Weeks, simulated: Simulated) -> list[_Row]:
    return [*_single_rows(weeks, simulated), *_joint_rows(weeks, simulated)]


def _dates(weeks: Weeks, rows: Sequence[_Row]) -> pd.DataFrame:
    told = [_dated(row, weeks) for row in rows]
    return frame_of(told, DATE_COLUMNS, dates=DATE_COLUMNS[-2 * len(PERCENTS) :])


def _single_rows(weeks: Weeks, simulated: Simulated) -> list[_Row]:
    done = [done_by_week(side) for side in simulated.sides]
    column = {series: place for place, series in enumerate(simulated.series)}
    rows = []
    for category, one in enumerate(weeks.categories):
        if one.display is Display.OMIT:
            continue
        for measure in range(len(MEASURES)):
            told = standing(weeks, category, measure)
            stock = float(weeks.open[category, measure]) / weeks.unit(measure)
            place = column.get((category, measure))
            given = () if place is None else (side[place] for side in done)
            rows.append(_Row(one.title, measure, stock, told, (category,), *given))
    return rows


def _joint_rows(weeks: Weeks, simulated: Simulated) -> list[_Row]:
    """All shown categories together: done when the last of them is, in the same future."""
    return [_joint_row(weeks, simulated, weeks.shown, measure) for measure in range(len(MEASURES))]


def _joint_row(weeks: Weeks, simulated: Simulated, shown: tuple[int, ...], measure: int) -> _Row:
    told = {category: standing(weeks, category, measure) for category in shown}
    stock = float(sum(weeks.open[category, measure] for category in shown))
    stock /= weeks.unit(measure)
    without = [weeks.categories[n].title for n, one in told.items() if one.state == NONE]
    chosen = [
        place
        for place, (category, unit) in enumerate(simulated.series)
        if unit == measure and category in told
    ]
    if without or not chosen:
        more = f" and {len(without) - _NAMED} more" if len(without) > _NAMED else ""
        reason = f"It would need one for {', '.join(without[:_NAMED])}{more}." if without else ""
        state = Standing(NONE, reason) if without else Standing(DONE, "Nothing is open.")
        return _Row(TOGETHER, measure, stock, state, shown)
    last = (side[:, chosen].max(axis=1)[:, None] for side in simulated.sides)
    done = (done_by_week(futures)[0] for futures in last)
    return _Row(TOGETHER, measure, stock, Standing(FORECAST), shown, *done)


def _dated(row: _Row, weeks: Weeks) -> tuple[Any, ...]:
    told = (row.title, MEASURES[row.measure], row.open, len(weeks), *row.told)
    dates = (
        _date_after(weeks.day, cdf, percent)
        for cdf in (row.growing, row.frozen)
        for percent in PERCENTS
    )
    return (*told, *dates)


def _date_after(day: int, cdf: Cdf | None, percent: int) -> date | None:
    ahead = None if cdf is None else weeks_until(cdf, percent)
    return day_of(day + WEEK * ahead) if ahead else None


def _deadlines(day: date, wanted: Sequence[ForecastDate]) -> list[tuple[ForecastDate, int]]:
    """The dates to come with the count of whole weeks until each."""
    next_quarter = quarter_start(quarter_start(day) + timedelta(days=100))
    every = [ForecastDate(next_quarter - timedelta(days=1), QUARTER_END), *wanted]
    coming = [one for one in every if one.day > day]
    return [(one, min((one.day - day).days // WEEK, HORIZON)) for one in coming]


def _by_date(
    weeks: Weeks,
    simulated: Simulated,
    rows: Sequence[_Row],
    deadlines: Sequence[tuple[ForecastDate, int]],
) -> pd.DataFrame:
    given = [row for row in rows if row.growing is not None and row.frozen is not None]
    found: list[tuple[Any, ...]] = []
    if given:
        summed = np.stack([_completed(weeks, row) for row in given], axis=1)
        for (by, name), ahead in deadlines:
            (drawn,) = completed_after(summed, simulated.paths, (ahead,))
            least = [at_least(drawn, percent) for percent in PERCENTS]
            for place, row in enumerate(given):
                scale = weeks.unit(row.measure)
                done = (max(float(one[place]) / scale, 0.0) for one in least)
                chances = (_chance(cdf, ahead) for cdf in (row.growing, row.frozen))
                told = (row.title, MEASURES[row.measure], by, name)
                found.append((*told, *chances, *done))
    return frame_of(found, BY_DATE_COLUMNS, dates=["by"])


def _by_week(weeks: Weeks, simulated: Simulated) -> pd.DataFrame:
    found: list[tuple[Any, ...]] = []
    if simulated.series:
        summed = weeks.completed[:, list(weeks.shown)].sum(axis=1)
        active = np.flatnonzero((summed > 0).sum(axis=0) >= LEAST_ACTIVE).tolist()
        horizons = range(1, FAN_WEEKS + 1)
        for ahead, drawn in zip(
            horizons, completed_after(summed, simulated.paths, horizons), strict=True
        ):
            by = day_of(weeks.day + WEEK * ahead)
            least = [at_least(drawn, percent) for percent in FAN_PERCENTS]
            for place in active:
                measure = MEASURES[place]
                done = (float(one[place]) / weeks.unit(place) for one in least)
                found.append((measure, by, *done))
    return frame_of(found, BY_WEEK_COLUMNS, dates=["by"])


def _completed(weeks: Weeks, row: _Row) -> npt.NDArray[Any]:
    """What all categories of a row completed in each past week."""
    found: npt.NDArray[Any] = weeks.completed[:, list(row.about), row.measure].sum(axis=1)
    return found


def _chance(cdf: Cdf | None, ahead: int) -> float:
    """The share of the futures in which all is done after so many whole weeks."""
    return float(cdf[ahead - 1]) / TRIALS if cdf is not None and ahead else 0.0
