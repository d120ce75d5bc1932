"""What the classic forecast says of each category, as one row a category (domain.md, section 6).

Drawings and tables show these rows; nothing here says how.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum, StrEnum

import pandas as pd

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.series import RESOLVED
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.scopes import Display

_LEAST = 1e-9
_RATES = ("vel", "total_growrate")


class Outlook(StrEnum):
    """The three forecasts; the value begins the names of their columns."""

    OPTIMISTIC = "opt"
    NOMINAL = "nom"
    PESSIMISTIC = "pes"

    @property
    def word(self) -> str:
        """Its name in full."""
        return self.name.lower()


class State(Enum):
    """Where a category stands; the value says it in words."""

    EMPTY = "no tasks"
    COMPLETED = "completed"
    NOTHING_OPEN = "no points open"
    NOT_STARTED = "not enough data"
    UNDER_WAY = "under way"


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """One category.

    Attributes:
        title: the category; hidden tells whether the main charts leave it out.
        total, resolved: amounts on the last day with data.
        state: where it stands.
        completed: the first day at whose end nothing was open any more, if state is COMPLETED.
        weeks: weeks to completion by outlook; None is "never", unless it is imminent.
        imminent: outlooks under which less than half a week is left. The tables round that to no
            weeks, hence to none; for a reader it is the opposite of "never".
        origin: the last day with data, from which the weeks count.
    """

    title: str
    hidden: bool
    total: float
    resolved: float
    state: State
    origin: date
    completed: date | None = None
    weeks: Mapping[Outlook, int | None] = field(default_factory=dict)
    imminent: frozenset[Outlook] = frozenset()

    @property
    def open(self) -> float:
        """What is left to do."""
        return self.total - self.resolved

    def never(self, outlook: Outlook) -> bool:
        """Whether it will never be completed, at the speed of that outlook."""
        return self.weeks.get(outlook) is None and outlook not in self.imminent

    def due(self, outlook: Outlook) -> date | None:
        """The date of completion; None if never."""
        weeks = self.weeks.get(outlook)
        return None if weeks is None else self.origin + timedelta(weeks=weeks)


def forecast_rows(
    figures: Figures, measure: Measure, *, hidden: bool = False
) -> tuple[ForecastRow, ...]:
    """One row a category in order of priority, from the last week of `velocity`.

    *hidden* tells whether hidden categories are among them.
    """
    last = _last_weeks(figures.velocity)
    completed = _completions(figures.runs)
    wanted = figures.shown(hidden=hidden)
    return tuple(
        _row(category, measure, last.get(category.title), completed, figures.day)
        for category in wanted
    )


def _last_weeks(velocity: pd.DataFrame) -> dict[str, Mapping[str, object]]:
    """The newest row of each category, where the category has one for the newest week."""
    if velocity.empty:
        return {}
    newest = velocity[velocity["date"] == velocity["date"].max()]
    return {str(row["category"]): row for row in newest.to_dict("records")}


def _completions(runs: pd.DataFrame) -> dict[str, date]:
    """The first day without anything open after the last day with, by category."""
    normal = runs[runs["range"] == "normal"]
    resolved = normal["status"] == RESOLVED
    ends = normal[~resolved].groupby("category")["end_day"].max()
    starts = normal[resolved].groupby("category")["first_day"].min()
    found = {**starts.to_dict(), **ends.to_dict()}
    return {str(category): day.date() for category, day in found.items()}


def _row(
    category: Category,
    measure: Measure,
    week: Mapping[str, object] | None,
    completed: Mapping[str, date],
    day: date,
) -> ForecastRow:
    title, hidden = category.title, category.display is not Display.SHOW
    if week is None or not _amount(week, "count_total"):
        return ForecastRow(title, hidden, 0.0, 0.0, State.EMPTY, day)
    total, resolved = (_amount(week, f"{measure}_{what}") for what in ("total", "resolved"))
    tasks_done = _amount(week, "count_resolved")
    if tasks_done == _amount(week, "count_total"):
        state = State.COMPLETED
    elif not tasks_done:
        state = State.NOT_STARTED
    else:
        state = State.UNDER_WAY if total - resolved > _LEAST else State.NOTHING_OPEN
    origin = pd.Timestamp(str(week["date"])).date()
    weeks = (
        {outlook: _weeks(week[f"{outlook}_{measure}_fore"], origin) for outlook in Outlook}
        if state is State.UNDER_WAY
        else {}
    )
    imminent = frozenset(one for one in weeks if _is_imminent(week, one, measure))
    done = completed.get(title, day) if state is State.COMPLETED else None
    return ForecastRow(title, hidden, total, resolved, state, origin, done, weeks, imminent)


def _is_imminent(week: Mapping[str, object], outlook: Outlook, measure: Measure) -> bool:
    """Whether the table has no weeks although work is resolved faster than the backlog grows."""
    if _number(week[f"{outlook}_{measure}_fore"]) is not None:
        return False
    speed, growth = (_amount(week, f"{outlook}_{measure}_{what}") for what in _RATES)
    return speed > growth


def _amount(week: Mapping[str, object], column: str) -> float:
    value = float(str(week[column]))
    return 0.0 if math.isnan(value) else value


def _weeks(value: object, origin: date) -> int | None:
    """Whole weeks; none if the table has none, or if no calendar has the date.

    Where velocity and growth differ by a rounding error only, the table says 10^16 weeks or so.
    """
    weeks = _number(value)
    return int(weeks) if weeks is not None and weeks <= longest_wait(origin) else None


def _number(value: object) -> float | None:
    text = str(value)
    return None if text in {"nan", "<NA>", "None"} else float(text)


def longest_wait(origin: date) -> int:
    """The most weeks from *origin* that end within the calendar; more is "never"."""
    return (date.max - origin).days // 7


def done_by(rows: Sequence[ForecastRow], outlook: Outlook, day: date) -> int:
    """How many of *rows* are to be completed on or before *day*."""
    return sum(
        1 for row in rows if outlook in row.imminent or (row.due(outlook) or date.max) <= day
    )
