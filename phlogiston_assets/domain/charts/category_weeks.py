"""What the table `velocity` says of each category week by week, for one measure.

How that is drawn does not belong here: see `by_category_drawing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from phlogiston_assets.domain.charts.forecast_rows import Outlook, longest_wait
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.series import Amounts, day_numbers
from phlogiston_assets.domain.days import Days, day_number, day_of

WEEK = 7
WEEKS_BACK = 52
"""How many weeks back the charts show."""
WEEKS_AHEAD = 13
"""How far lines run ahead (domain.md, section 6)."""


@dataclass(frozen=True)
class CategoryWeeks:
    """One category, a value a week; weeks without any tasks are left out.

    Attributes:
        days: the weeks' last days.
        total, resolved, change: amounts, and the change of resolved since the week before.
        velocity, growth: amounts a week by outlook; NaN where the table has none.
        weeks: weeks to completion by outlook; NaN for none, and where no calendar has the date.
    """

    days: Days
    total: Amounts
    resolved: Amounts
    change: Amounts
    velocity: Mapping[Outlook, Amounts]
    growth: Mapping[Outlook, Amounts]
    weeks: Mapping[Outlook, Amounts]

    @cached_property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.total.any()

    def ahead(self, outlook: Outlook, weeks: float) -> tuple[float, float]:
        """Total and resolved so many weeks after the last (domain.md, section 6)."""
        speed, growth = (np.nan_to_num(one[outlook][-1]) for one in (self.velocity, self.growth))
        return float(self.total[-1] + growth * weeks), float(self.resolved[-1] + speed * weeks)

    def meeting(self, outlook: Outlook) -> float | None:
        """In how many weeks, of those ahead, what is resolved reaches the total."""
        left = self.total[-1] - self.resolved[-1]
        gain = float(self.velocity[outlook][-1] - self.growth[outlook][-1])
        if not (gain > 0 and 0 < left <= gain * WEEKS_AHEAD):
            return None
        return float(left / gain)


def category_weeks(velocity: pd.DataFrame, measure: Measure, day: date) -> dict[str, CategoryWeeks]:
    """The last year of each category that has tasks on *day*, by its title.

    *velocity* is the table of that name.
    """
    last = day_number(day)
    known = velocity[day_numbers(velocity["date"]) <= last]
    latest = known.groupby("category")["date"].transform("max")
    found = {
        str(title): _of(rows, measure, day)
        for title, rows in known[day_numbers(latest) == last].groupby("category", sort=False)
    }
    return {title: one for title, one in found.items() if not one.empty}


def _of(rows: pd.DataFrame, measure: Measure, day: date) -> CategoryWeeks:
    """A category of its rows; those of more than a year ago only tell the change of the next.

    The row before may be much older, where the category had no tasks meanwhile.
    """
    days = day_numbers(rows["date"])
    resolved = np.nan_to_num(_column(rows, f"{measure}_resolved"))
    kept = days > day_number(day) - WEEK * WEEKS_BACK - 1

    def by_outlook(what: str) -> dict[Outlook, Amounts]:
        return {one: _column(rows, f"{one}_{measure}_{what}")[kept] for one in Outlook}

    return CategoryWeeks(
        days=days[kept],
        total=np.nan_to_num(_column(rows, f"{measure}_total"))[kept],
        resolved=resolved[kept],
        change=np.diff(resolved, prepend=resolved[:1])[kept],
        velocity=by_outlook("vel"),
        growth=by_outlook("total_growrate"),
        weeks={
            outlook: np.where(value <= longest_wait(day), value, np.nan)
            for outlook, value in by_outlook("fore").items()
        },
    )


def _column(rows: pd.DataFrame, name: str) -> Amounts:
    return rows[name].to_numpy(dtype=np.float64, na_value=np.nan)


def recorded_frame(title: str, one: CategoryWeeks, values: Mapping[str, Amounts]) -> pd.DataFrame:
    """Columns category, date and *values*: a row a week."""
    dates = one.days.astype("datetime64[D]").astype("datetime64[s]")
    return pd.DataFrame({"category": title, "date": dates, **values})


def burnup_frame(title: str, one: CategoryWeeks) -> pd.DataFrame:
    """Columns category, date, outlook ("" for the past), total, resolved: a row a week."""
    past = recorded_frame(title, one, {"total": one.total, "resolved": one.resolved})
    past.insert(2, "outlook", "")
    last = int(one.days[-1])
    ahead = [
        (title, pd.Timestamp(day_of(last + WEEK * week)), outlook.word, *one.ahead(outlook, week))
        for outlook in Outlook
        for week in range(1, WEEKS_AHEAD + 1)
    ]
    future = pd.DataFrame(ahead, columns=past.columns)
    future["date"] = future["date"].astype("datetime64[s]")
    return pd.concat([past, future], ignore_index=True)
