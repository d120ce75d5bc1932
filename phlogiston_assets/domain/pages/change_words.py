"""How what was open became what is, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from phlogiston_assets.domain.charts.measure import Measure, shown_measures
from phlogiston_assets.domain.charts.wording import day_text, listing, number, signed
from phlogiston_assets.domain.counting.change_lists import (
    ALL,
    ARRIVALS,
    DEPARTURES,
    RE_ESTIMATED,
    RECATEGORISED,
    Since,
)
from phlogiston_assets.domain.figures import Figures

SINCE: Final = {
    Since.YESTERDAY: "yesterday",
    Since.WEEK: "last week",
    Since.QUARTER: "the start of the quarter",
}
NOUNS: Final = {
    **{name: name.replace("_", " ") for name in (*ARRIVALS, *DEPARTURES)},
    RECATEGORISED: "re-categorised",
    RE_ESTIMATED: "re-estimated",
}
"""What a list is called, in the order of sentences and columns."""

Sums = Mapping[Any, Any]
"""A row of `change_of_open`."""


def net_of(row: Sums, name: str) -> float:
    """What a list adds to what is open: below 0 where it takes away."""
    if name == RECATEGORISED:
        return float(row[f"{name}_in"] - row[f"{name}_out"])
    return float(-row[name] if name in DEPARTURES else row[name])


def terms_of(row: Sums) -> dict[str, float]:
    """The lists that change anything, with what they add."""
    return {name: net for name in NOUNS if (net := round(net_of(row, name), 6))}


def lists_of(row: Sums) -> set[str]:
    """The lists of a category that are not empty, also where what came and went is the same."""
    both = row["category"] != ALL and row[f"{RECATEGORISED}_in"] and row[f"{RECATEGORISED}_out"]
    return {*terms_of(row), *([RECATEGORISED] if both else [])}


def change_sentence(figures: Figures, since: Since, measure: Measure) -> str:
    """From how much to how much, and through which lists; of all categories together."""
    rows = figures.change_of_open
    chosen = rows["since"].eq(str(since)) & rows["measure"].eq(str(measure))
    (row,) = rows[chosen & rows["category"].eq(ALL)].to_dict("records")
    then = f"the end of {day_text(since.then(figures.day))}"
    before, after = row["open_before"], measure.amount(row["open_after"])
    terms = [f"{signed(net)} {NOUNS[name]}" for name, net in terms_of(row).items()]
    if not terms:
        return f"{after} open, as at {then}."
    verb = "Still" if before == row["open_after"] else f"From {number(before)} to"
    return f"{verb} {after} open since {then}: {listing(terms)}."


def report_sentence(figures: Figures) -> str:
    """For the report page: what changed since last week, or since yesterday in a young history.

    By count, or by points where only these are shown; "" where there is nothing to compare with.
    """
    shown = shown_measures(figures.scope.settings)
    wanted = (Since.WEEK, Since.YESTERDAY)
    known = [one for one in wanted if one.then(figures.day) >= figures.first_day]
    return change_sentence(figures, known[0], shown[-1]) if shown and known else ""
