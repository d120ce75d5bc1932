"""What moved a forecast since last week: configuration, pace and scope (forecast.md, "Flow").

The forecast of a week ago is turned into that of today by one ingredient at a time, always in this
order, and each is answerable for the weeks by which it moves the date:

1. what was said then, as it was kept;
2. the same day by today's rules, settings and load: *configuration*;
3. the same with the draws of today's futures: *chance*;
4. with what has been completed since, in the past weeks and in the stock: *pace*;
5. with what has come in and gone out since: the forecast of today, *scope*.

In between, the week that has passed is taken to have brought as much scope as the mean week, so
that a week like any other moves nothing.

What does not belong here: what is open, and why that changed (see `net_changes`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from phlogiston_assets.domain.counting.flows import MEASURES, Flows, Weeks
from phlogiston_assets.domain.counting.forecasting import WEEK
from phlogiston_assets.domain.days import day_of
from phlogiston_assets.domain.forecasts.forecast_tables import TOGETHER, Forecasts, forecast_dates
from phlogiston_assets.domain.forecasts.simulated_forecast import FORECAST, NONE, standing
from phlogiston_assets.domain.forecasts.simulation import (
    HORIZON,
    Futures,
    draw_paths,
    play,
    rank_of,
    seed_of,
)
from phlogiston_assets.domain.frames import dates_of, frame_of

SURE: Final = 85
"""The confidence of the dates that are followed."""

INGREDIENTS: Final = ("by_configuration", "by_chance", "by_pace", "by_scope")
"""What may move a date, in the order in which it is swapped."""

_STEPS: Final = ("p85_then", "p85_by_rules", "p85_redrawn", "p85_at_pace", "p85_now")
MOVE_COLUMNS: Final = ["category", "measure", "compared_with", "kept", *_STEPS, *INGREDIENTS]

Key = tuple[str, str]
"""Category (TOGETHER for all that are shown) and measure."""

_Place = tuple[Any, ...]
"""Categories and measures of series."""

Told = Mapping[Key, date | None]
"""The 85 % dates that were said on a day, of what had a forecast; None: not within two years."""


def told_dates(dates: pd.DataFrame) -> dict[Key, date | None]:
    """What the frame `Forecasts.dates` says."""
    names = ("category", "measure", "state")
    told = zip(*(dates[name].tolist() for name in names), dates_of(dates["p85"]), strict=True)
    return {(title, measure): day for title, measure, state, day in told if state == FORECAST}


def forecast_moves(scope: str, flows: Flows, now: Forecasts, kept: Told | None) -> pd.DataFrame:
    """By how many weeks each ingredient moved each 85 % date since a week ago.

    `now` are the forecasts of the flows' last day; `kept` is what was said a week before it, None
    if that is not known. A row for what has a forecast on both days: category, measure,
    compared_with, kept (1 if it is known what was said then), the five dates (NaT: not within
    two years, or not known), and in weeks what each of INGREDIENTS added (NaN where a date on
    either side of it is NaT).
    """
    then = flows.last_day - WEEK
    rows: list[tuple[Any, ...]] = []
    if then >= flows.first_day:
        said = told_dates(now.dates)
        by_rules = forecast_dates(scope, flows.weeks(then), SURE)
        both = [key for key in said if key in by_rules]
        if both:
            swapped = _Swapped.of(scope, flows.weeks(then), flows.weeks(flows.last_day))
            dates = {key: (by_rules[key], *swapped.dates(key), said[key]) for key in both}
            rows = [_row(key, day_of(then), kept, dates[key]) for key in both]
    days = ("compared_with", *_STEPS)
    return frame_of(rows, MOVE_COLUMNS, dates=days, amounts=INGREDIENTS)


def _row(
    key: Key, then: date, kept: Told | None, dates: tuple[date | None, ...]
) -> tuple[Any, ...]:
    known = int(kept is not None and key in kept)
    path = (kept[key] if kept is not None and known else None, *dates)
    return (*key, then, known, *path, *map(_weeks, path, path[1:]))


def _weeks(before: date | None, after: date | None) -> float:
    return np.nan if before is None or after is None else (after - before).days / WEEK


class _Ingredients(NamedTuple):
    """What each slot of past weeks grew by and completed, by series, times the weeks of then."""

    grew: npt.NDArray[Any]
    done: npt.NDArray[Any]
    done_now: npt.NDArray[Any]
    grew_in_mean: npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Swapped:
    """The futures of then with the draws of today, and the same with the pace of today."""

    titles: tuple[str, ...]
    shown: frozenset[int]
    series: tuple[tuple[int, int], ...]
    stocks: tuple[npt.NDArray[Any], npt.NDArray[Any]]
    futures: Futures
    days: tuple[int, int]

    @classmethod
    def of(cls, scope: str, weeks: Weeks, newer: Weeks) -> _Swapped:
        """Simulate both at once, on the same paths; `newer` ends a week after `weeks`."""
        series = tuple(
            (category, measure)
            for category in range(len(weeks.categories))
            for measure in range(len(MEASURES))
            if weeks.open[category, measure] > 0 or newer.open[category, measure] > 0
            if all(standing(one, category, measure).state != NONE for one in (weeks, newer))
        )
        place: _Place = tuple(np.array(series, dtype=np.int64).reshape(-1, 2).T)
        slots = _slots(weeks, newer, place)
        scale = len(weeks)
        then = weeks.open[place] * scale
        since = then + slots.grew_in_mean - newer.completed[:, *place][-1:].sum(axis=0) * scale
        nets = [slots.grew - slots.done, slots.grew - slots.done_now]
        paths = draw_paths(seed_of(scope, newer.day), len(newer))
        futures = play(np.concatenate([then, since]), np.concatenate(nets, axis=1), paths)
        titles = tuple(one.title for one in weeks.categories)
        days = weeks.day, newer.day
        return cls(titles, frozenset(weeks.shown), series, (then, since), futures, days)

    def dates(self, key: Key) -> tuple[date | None, date | None]:
        """The 85 % dates of both."""
        title, measure = key[0], MEASURES.index(key[1])
        wanted = self.shown if title == TOGETHER else {self.titles.index(title)}
        places = [
            place
            for place, (category, unit) in enumerate(self.series)
            if unit == measure and category in wanted
        ]
        first, second = (self._date(places, which) for which in (0, 1))
        return first, second

    def _date(self, places: list[int], which: int) -> date | None:
        """When the last of the series is done; on the day itself if nothing is left then."""
        if not (self.stocks[which][places] > 0).any():
            return day_of(self.days[which])
        columns = np.array(places) + which * len(self.series)
        last = self.futures[:, columns].max(axis=1)
        rank = rank_of(SURE) - 1
        open_for = int(np.partition(last, rank)[rank])
        return None if open_for == HORIZON else day_of(self.days[which] + WEEK * (open_for + 1))


def _slots(weeks: Weeks, newer: Weeks, place: _Place) -> _Ingredients:
    """Past weeks in the order in which today's futures draw them.

    A week that both forecasts know has one slot. The newest has that of the oldest, which it
    follows upon; while there are fewer weeks than are looked at, that of a mean week.
    """
    scale = len(weeks)
    grew, done = (weeks.came_in - weeks.went_out)[:, *place], weeks.completed[:, *place]
    mean = grew.sum(axis=0)
    if len(newer) > scale:
        grew, done = (np.concatenate([one * scale, one.sum(axis=0)[None]]) for one in (grew, done))
    else:
        grew, done = (np.roll(one, -1, axis=0) * scale for one in (grew, done))
    return _Ingredients(grew, done, newer.completed[:, *place] * scale, mean)
