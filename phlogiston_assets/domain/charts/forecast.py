"""The chart of the classic forecast: one row a category in order of priority.

How it is drawn is in `forecast_drawing`, which figures in `forecast_rows`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pandas as pd

from phlogiston_assets.domain.charts.chart import Chart, Heading, Width
from phlogiston_assets.domain.charts.forecast_drawing import ForecastPicture, draw_forecast
from phlogiston_assets.domain.charts.forecast_rows import (
    ForecastRow,
    Outlook,
    State,
    done_by,
    forecast_rows,
)
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import colours
from phlogiston_assets.domain.charts.time_axis import months_later
from phlogiston_assets.domain.charts.wording import counted, day_text, listing
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.scopes import quarter_start


def forecast_chart(
    figures: Figures,
    measure: Measure,
    widths: Sequence[Width],
    *,
    hidden: bool = False,
    targets: Mapping[str, str] | None = None,
) -> Chart:
    """The classic forecast of one measure (reports.md, "The report page", section Forecast).

    *targets* are the addresses that categories' names lead to, by title.
    """
    rows = forecast_rows(figures, measure, hidden=hidden)
    title = f"Classic forecast by {'points' if measure is Measure.POINTS else 'count of tasks'}"
    if hidden:
        title += ", hidden categories too"
    slug = f"{'forecast-all' if hidden else 'forecast'}-{measure}"
    heading = Heading(slug, title, _finding(figures, rows))
    picture = ForecastPicture(
        rows, colours(figures.categories), measure, figures.day, targets or {}
    )
    drawings = {width: draw_forecast(picture, width, heading) for width in widths}
    return Chart.of(heading, drawings, forecast_frame(rows))


def forecast_frame(rows: Sequence[ForecastRow]) -> pd.DataFrame:
    """Columns category, total, resolved, state, completed, and weeks and date by outlook."""
    return pd.DataFrame(
        {
            "category": [row.title for row in rows],
            "hidden": [row.hidden for row in rows],
            "total": [row.total for row in rows],
            "resolved": [row.resolved for row in rows],
            "state": [row.state.value for row in rows],
            "completed": [row.completed for row in rows],
            **{
                f"{outlook.word}_weeks": pd.array(
                    [row.weeks.get(outlook) for row in rows], dtype="Int64"
                )
                for outlook in Outlook
            },
            **{f"{outlook.word}_date": [row.due(outlook) for row in rows] for outlook in Outlook},
        }
    )


def _finding(figures: Figures, rows: Sequence[ForecastRow]) -> str:
    states = {state: sum(1 for row in rows if row.state is state) for state in State}
    if states[State.EMPTY] == len(rows):
        return f"No category has any tasks on {day_text(figures.day)}."
    under_way = [row for row in rows if row.state is State.UNDER_WAY]
    parts = _kinds(states)
    sentences = [f"Of {counted(len(rows), 'category', 'categories')}, {listing(parts)}."]
    if under_way:
        sentences.append(_pace(figures, under_way))
    return " ".join(sentences)


def _kinds(states: dict[State, int]) -> list[str]:
    words = {
        State.COMPLETED: ("is completed", "are completed"),
        State.UNDER_WAY: ("is under way", "are under way"),
        State.NOT_STARTED: ("has nothing resolved yet", "have nothing resolved yet"),
        State.NOTHING_OPEN: ("has no open points", "have no open points"),
        State.EMPTY: ("has no tasks", "have no tasks"),
    }
    return [
        f"{states[state]} {one if states[state] == 1 else many}"
        for state, (one, many) in words.items()
        if states[state]
    ]


def _pace(figures: Figures, rows: Sequence[ForecastRow]) -> str:
    end = months_later(quarter_start(figures.day), 3) - timedelta(days=1)
    soon = done_by(rows, Outlook.NOMINAL, end)
    never = sum(1 for row in rows if row.never(Outlook.NOMINAL))
    later = len(rows) - soon - never
    verb = "are" if soon > 1 else "is"
    parts = [f"{soon or 'none'} {verb} done by the end of this quarter ({day_text(end)})"]
    parts += [f"{count} {word}" for count, word in ((later, "later"), (never, "never")) if count]
    return f"At the nominal pace {listing(parts)}."
