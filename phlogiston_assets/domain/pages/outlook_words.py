"""What the forecast with stated probabilities says, in sentences a reader can hold it to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import pandas as pd

from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.wording import PERCENT, counted, day_text, named
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.forecasts.forecast_moves import SURE
from phlogiston_assets.domain.forecasts.forecast_tables import TOGETHER
from phlogiston_assets.domain.forecasts.record_tables import COMPLETED, EMPTY, MATCHED
from phlogiston_assets.domain.forecasts.scoring import skill
from phlogiston_assets.domain.forecasts.simulated_forecast import DONE, FORECAST

ALL: Final = "All shown categories together"
EVEN: Final = 50
"""The confidence that it speaks of where there is no date with the other."""
LATER: Final = "not within two years"

ABOUT: Final = {
    COMPLETED: "what is completed",
    MATCHED: "when as much as was open is completed",
    EMPTY: "when nothing is open",
}
"""What is forecast and scored, in words."""

Row = Mapping[Any, Any]


def rows_of(frame: pd.DataFrame, measure: Measure) -> list[Row]:
    """The rows of a measure."""
    return [dict(row) for row in frame[frame["measure"] == str(measure)].to_dict("records")]


def day_or_none(day: Any) -> date | None:
    """A date out of a frame; None for NaT."""
    return None if pd.isna(day) else pd.Timestamp(day).date()


def chance(share: float) -> str:
    """A probability in whole per cent, never 0 or 100: "> 99 %" is the most that is ever said."""
    if share > 0.99:
        return f"> 99{PERCENT}"
    return f"{100 * share:.0f}{PERCENT}" if share >= 0.01 else f"< 1{PERCENT}"


def held_dates(figures: Figures, measure: Measure, percent: int = SURE) -> dict[str, Row]:
    """How past dates of being done held, by category."""
    held = figures.forecast_held
    chosen = held[(held["about"] == EMPTY) & (held["percent"] == percent)]
    return {str(row["category"]): row for row in rows_of(chosen, measure)}


def together_sentences(figures: Figures, measure: Measure) -> list[str]:
    """What the forecast says of all shown categories together, in one string; none without one.

    Where they have no forecast together, it says how far those come that have one.
    """
    rows = {str(row["category"]): row for row in rows_of(figures.forecast, measure)}
    if TOGETHER not in rows:
        return []
    told = [pace_words(rows[TOGETHER]) + outlook_sentence(rows[TOGETHER])]
    if rows[TOGETHER]["state"] not in (FORECAST, DONE):
        shown = (one.title for one in figures.shown())
        ahead = [rows[one] for one in shown if one in rows and rows[one]["state"] == FORECAST]
        told += [_apart(ahead)] if ahead else []
    return [" ".join(told)]


def _apart(rows: Sequence[Row]) -> str:
    """How far categories come, each by itself: by the greatest confidence that gives any a date."""
    if len(rows) == 1:
        return pace_words(rows[0]) + outlook_sentence(rows[0])
    begin = f"Of the {len(rows)} categories that have one,"
    for percent, others in ((SURE, ""), (EVEN, f"; none with {SURE}{PERCENT}")):
        days = {str(row["category"]): day_or_none(row[f"p{percent}"]) for row in rows}
        dated = {title: day for title, day in days.items() if day is not None}
        if dated:
            last = max(dated, key=lambda title: dated[title])
            count = len(dated) if len(dated) < len(rows) else "all"
            verb = "is" if count == 1 else "are"
            which = "" if count == 1 else "the last of them "
            return (
                f"{begin} {count} {verb} done within two years with {percent}{PERCENT} confidence, "
                f"{which}{named(last)} by {day_text(dated[last])}{others}."
            )
    return f"{begin} each is less than {EVEN}{PERCENT} likely to be done in two years."


def category_sentences(figures: Figures, measure: Measure) -> list[str]:
    """A sentence on the forecast of each category, hidden ones too, and one on past ones."""
    held = held_dates(figures, measure)
    rows = {str(row["category"]): row for row in rows_of(figures.forecast, measure)}
    return [
        f"{outlook_sentence(rows[one.title])} {held_sentence(held.get(one.title))}".strip()
        for one in figures.categories
        if one.title in rows
    ]


def pace_words(row: Row) -> str:
    """The weeks that a forecast is drawn from, as the beginning of a sentence; "" without one."""
    if row["state"] != FORECAST:
        return ""
    return f"At the pace of the last {counted(int(row['weeks']), 'week')}, "


def outlook_sentence(row: Row) -> str:
    """What one forecast says, without the weeks that it is drawn from."""
    title, whole = str(row["category"]), row["category"] == TOGETHER
    name, verb = (inner(ALL), "are") if whole else (named(title), "is")
    if row["state"] != FORECAST:
        reason = str(row["reason"])
        if row["state"] == DONE:
            return f"{ALL if whole else name}: {inner(reason)}"
        return f"There is no forecast for {name}: {inner(reason)}"
    sure, even = day_or_none(row[f"p{SURE}"]), day_or_none(row[f"p{EVEN}"])
    if sure is not None:
        return f"{name} {verb} done by {day_text(sure)} with {SURE}{PERCENT} confidence."
    if even is None:
        return f"{name} {verb} less than {EVEN}{PERCENT} likely to be done in two years."
    return (
        f"{name} {verb} done by {day_text(even)} with {EVEN}{PERCENT} confidence, "
        f"but not within two years with {SURE}{PERCENT}."
    )


def held_sentence(held: Row | None) -> str:
    """How past forecasts of the same confidence did, in one sentence."""
    if held is None:
        return ""
    if not held["due"]:
        return f"No past {SURE}{PERCENT} date has come due yet."
    return (
        f"Of {counted(int(held['due']), f'past {SURE}{PERCENT} date')}, {int(held['held'])} held."
    )


def verdicts(figures: Figures, measure: Measure) -> list[str]:
    """How the forecast did against the classic one, over all categories, for better or worse."""
    scores = figures.forecast_score
    found = [_verdict(rows_of(scores[scores["about"] == about], measure), about) for about in ABOUT]
    better = [one for one in found if one]
    return better or ["No forecast of the past can be scored yet."]


def _verdict(rows: Sequence[Row], about: str) -> str:
    scored = [row for row in rows if row["origins"]]
    own, classic = (
        sum(row["origins"] * row[name] for row in scored) for name in ("score", "classic_score")
    )
    gain = skill(own, classic)
    if pd.isna(gain):
        return ""
    worse = "" if gain >= 0 else " Here the classic forecast did better."
    word = "smaller" if gain >= 0 else "larger"
    forecasts = counted(sum(int(row["origins"]) for row in scored), "forecast")
    return (
        f"The forecast of {ABOUT[about]} had an error {abs(100 * gain):.0f}{PERCENT} {word} than "
        f"that of the classic nominal one, over {forecasts}.{worse}"
    )


def inner(sentence: str) -> str:
    """A sentence for use within another one."""
    return sentence[:1].lower() + sentence[1:]
