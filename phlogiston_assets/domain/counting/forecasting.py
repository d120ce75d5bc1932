"""Velocity and the classic forecast, by category at weekly steps (domain.md, section 6).

Everything is worked out in double precision, in the order of time, from the daily figures that
stand in `task_on_date_agg`, so that a reader of the tables can work out each figure again.

What does not belong here: probabilities, and drawing lines ahead (see the charts).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import RESOLVED, STATUSES
from phlogiston_assets.domain.counting.aggregation import Runs
from phlogiston_assets.domain.days import to_dates
from phlogiston_assets.domain.history.periods import Ints
from phlogiston_assets.domain.history.reconstruction import MAINT_TYPES

WEEK: Final = 7
OUTLOOKS: Final = ("pes", "nom", "opt")
UNITS: Final = ("points", "count")
_LONGEST: Final = 14
"""No three months hold more than 14 weekly steps."""
_FEW: Final = 3

Floats = npt.NDArray[np.float64]


def weeks(first: int, last: int) -> Ints:
    """The weekly steps back from the last day, ascending, none before `first`."""
    return np.arange(last, first - 1, -WEEK, dtype=np.int64)[::-1]


def velocity_columns() -> list[str]:
    """The columns of the table `velocity` after its scope, in order."""
    totals = ["points_total", "count_total", "points_resolved", "count_resolved"]
    figures = [
        f"{outlook}_{unit}_{figure}"
        for unit in UNITS
        for figure in ("vel", "total_growrate", "fore")
        for outlook in OUTLOOKS
    ]
    return ["category", "date", *totals, *figures]


def velocity_frame(
    runs: Runs, categories: Sequence[str], last_day: int | None = None
) -> pd.DataFrame:
    """The table `velocity` without its scope: a row a category and week on which it has tasks.

    `runs` are those of the range "normal". Counts are whole, points `float64`; weeks to completion
    are `float64` with NaN for none. Sorted by category and date. Steps go back from the last day
    with data, or from `last_day` where that is given.
    """
    steps = _no_steps()
    if len(runs.first):
        last = int(runs.end.max()) - 1 if last_day is None else last_day
        steps = weeks(int(runs.first.min()), last)
    quarters = _three_months_before(steps)
    parts = [
        _of_category(runs, place, (steps, quarters), categories[place])
        for place in np.unique(runs.category).tolist()
    ]
    parts = [part for part in parts if len(part["date"])]
    if not parts:
        empty: dict[str, Any] = {name: np.empty(0) for name in velocity_columns()}
        parts = [empty | {"category": np.empty(0, dtype=object), "date": to_dates(_no_steps())}]
    return pd.DataFrame(
        {name: np.concatenate([part[name] for part in parts]) for name in velocity_columns()}
    )


def _no_steps() -> Ints:
    return np.empty(0, dtype=np.int64)


def _three_months_before(days: Ints) -> Ints:
    months = pd.DatetimeIndex(to_dates(days)) - pd.DateOffset(months=3)
    return months.to_numpy().astype("datetime64[D]").astype(np.int64)


def _of_category(
    runs: Runs, category: int, every: tuple[Ints, Ints], title: str
) -> dict[str, npt.NDArray[Any]]:
    """One category's rows as columns; `every` are all steps and the days three months before."""
    steps, quarters = every
    weekly = _weekly(runs, category, steps)
    there = weekly.count.sum(axis=0) > 0
    windows = _Windows.of(steps[there], quarters[there])
    titles = np.full(int(there.sum()), title, dtype=object)
    frame: dict[str, Any] = {"category": titles, "date": to_dates(steps[there])}
    count, done = weekly.count[:, there].sum(axis=0), weekly.count[_DONE][:, there].sum(axis=0)
    points, gained = _in_turn(weekly.points[:, there]), _in_turn(weekly.points[_DONE][:, there])
    frame |= {"points_total": points, "count_total": count}
    frame |= {"points_resolved": gained, "count_resolved": done}
    frame |= _Outlook(windows, points, gained).columns("points", done > 0)
    outlook = _Outlook(windows, count.astype(np.float64), done.astype(np.float64))
    return frame | outlook.columns("count", done > 0)


@dataclass(frozen=True, slots=True)
class _Weekly:
    """A category's daily figures at each step: a row a status and maintenance type, in order."""

    count: Ints
    points: Floats


_KINDS: Final = len(MAINT_TYPES)
_DONE: Final = slice(RESOLVED * _KINDS, (RESOLVED + 1) * _KINDS)


def _weekly(runs: Runs, category: int, steps: Ints) -> _Weekly:
    mine = np.flatnonzero(runs.category == category)
    kind = runs.status[mine] * _KINDS + runs.maint_type[mine]
    shape = (len(STATUSES) * _KINDS, len(steps) + 1)
    begin = np.searchsorted(steps, runs.first[mine])
    stop = np.searchsorted(steps, runs.end[mine])
    tables = []
    for values in (runs.count[mine], runs.units[mine]):
        changes = np.zeros(shape, dtype=values.dtype)
        np.add.at(changes, (kind, begin), values)
        np.subtract.at(changes, (kind, stop), values)
        tables.append(np.cumsum(changes, axis=1)[:, :-1])
    return _Weekly(tables[0], (tables[1] / runs.scale).astype(np.float64))


def _in_turn(rows: Floats) -> Floats:
    """The sum of the rows, one after the other."""
    total = np.zeros(rows.shape[1])
    for row in rows:
        total = total + row
    return total


@dataclass(frozen=True, slots=True)
class _Windows:
    """For each step, how many steps lie in (w − 3 months, w] and in (w − 3 weeks, w]."""

    quarter: Ints
    few: Ints

    @classmethod
    def of(cls, steps: Ints, quarters: Ints) -> _Windows:
        return cls(_lengths(steps, quarters), _lengths(steps, steps - _FEW * WEEK))


def _lengths(steps: Ints, starts: Ints) -> Ints:
    return np.arange(len(steps)) - np.searchsorted(steps, starts, side="right") + 1


class _Outlook:
    """Velocities, growth and weeks to completion of one category in one unit."""

    def __init__(self, windows: _Windows, total: Floats, resolved: Floats) -> None:
        self.left = total - resolved
        quarter, few = windows.quarter, windows.few
        done = np.diff(resolved, prepend=resolved[:1])
        grown = np.maximum(np.diff(total, prepend=total[:1]), 0)
        self.velocity = {
            "pes": _smallest(np.maximum(done, 0), quarter) / _FEW,
            "nom": np.maximum(_sums(done, few) / few, 1),
            "opt": np.maximum(_largest(done, quarter) / _FEW, 2),
        }
        self.growth = {
            "pes": np.maximum(_sums(grown, quarter) / quarter, _largest(grown, quarter) / _FEW),
            "nom": _sums(grown, few) / few,
            "opt": np.zeros(len(grown)),
        }

    def columns(self, unit: str, any_resolved: npt.NDArray[np.bool_]) -> dict[str, Floats]:
        """The unit's columns of the table."""
        found = {}
        for outlook in OUTLOOKS:
            velocity, growth = self.velocity[outlook], self.growth[outlook]
            found[f"{outlook}_{unit}_vel"] = velocity
            found[f"{outlook}_{unit}_total_growrate"] = growth
            found[f"{outlook}_{unit}_fore"] = self._weeks(velocity - growth, any_resolved)
        return found

    def _weeks(self, pace: Floats, any_resolved: npt.NDArray[np.bool_]) -> Floats:
        """Weeks to completion; NaN for "never" and for "not enough data"."""
        possible = (pace > 0) & any_resolved
        found = np.rint(self.left / np.where(possible, pace, 1))
        return np.where(possible & (found > 0), found, np.nan)  # with nothing open, 0 or less


def _windows(values: Floats, lengths: Ints, missing: float) -> Floats:
    """Each step's window as a column, oldest first, with `missing` above its beginning."""
    back = np.arange(_LONGEST - 1, -1, -1)[:, None]
    index = np.arange(len(values))[None, :] - back
    return np.where(back < lengths[None, :], values[np.maximum(index, 0)], missing)


def _sums(values: Floats, lengths: Ints) -> Floats:
    return _in_turn(_windows(values, lengths, 0.0))


def _largest(values: Floats, lengths: Ints) -> Floats:
    """Sums of the three largest values of each window, of all where it has fewer."""
    return 0.0 - _smallest(-values, lengths)


def _smallest(values: Floats, lengths: Ints) -> Floats:
    """Sums of the three smallest values of each window, of all where it has fewer."""
    ordered = np.sort(_windows(values, lengths, np.inf), axis=0)[:_FEW]
    return _in_turn(np.where(np.isinf(ordered), 0.0, ordered))
