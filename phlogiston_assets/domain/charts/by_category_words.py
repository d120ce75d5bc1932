"""What the small charts of a category say, one sentence or two each."""

from __future__ import annotations

from phlogiston_assets.domain.charts.by_category_drawing import CategoryPicture
from phlogiston_assets.domain.charts.category_weeks import WEEKS_AHEAD, CategoryWeeks
from phlogiston_assets.domain.charts.forecast_rows import ForecastRow, Outlook, State
from phlogiston_assets.domain.charts.wording import (
    counted,
    day_text,
    number,
    percent,
    short_number,
    signed,
)


def burnup_finding(picture: CategoryPicture) -> str:
    """How much is resolved, and what is reached in some weeks by each outlook."""
    row, one, measure = picture.row, picture.weeks, picture.measure
    share = percent(row.resolved, row.total)
    verb = "was" if row.resolved == 1 else "were"
    now = (
        f"On {day_text(picture.day)}, {number(row.resolved)} of {measure.amount(row.total)}"
        f" {verb} resolved ({share})."
    )
    if not picture.something_open:
        return now
    parts = [f"{outlook.word} {_reach(one, outlook)}" for outlook in Outlook]
    return f"{now} In {WEEKS_AHEAD} weeks: {', '.join(parts)}."


def _reach(one: CategoryWeeks, outlook: Outlook) -> str:
    if one.meeting(outlook) is not None:
        return "all"
    total, resolved = one.ahead(outlook, WEEKS_AHEAD)
    return f"{short_number(resolved)} of {short_number(total)}"


def change_finding(picture: CategoryPicture) -> str:
    """What the last week resolved, and the velocity of each outlook."""
    one, measure = picture.weeks, picture.measure
    change = float(one.change[-1])
    speeds = [f"{outlook.word} {number(float(one.velocity[outlook][-1]))}" for outlook in Outlook]
    return (
        f"In the week to {day_text(picture.day)}: {signed(change)}"
        f" {measure.unit if abs(change) != 1 else measure.unit.removesuffix('s')} resolved."
        f" Velocity a week: {', '.join(speeds)}."
    )


def remaining_finding(picture: CategoryPicture) -> str:
    """In how many weeks all is done by each outlook, or why that is not told."""
    row = picture.row
    begin = f"On {day_text(picture.day)}:"
    if row.state is not State.UNDER_WAY:
        return f"{begin} {row.state.value}."
    parts = [f"{outlook.word} {_wait(row, outlook)}" for outlook in Outlook]
    return f"{begin} {', '.join(parts)}."


def _wait(row: ForecastRow, outlook: Outlook) -> str:
    weeks = row.weeks[outlook]
    if weeks is not None:
        return counted(weeks, "week")
    return "less than 1 week" if outlook in row.imminent else "never"
