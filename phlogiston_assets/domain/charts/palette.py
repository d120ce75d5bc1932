"""The colours of all charts, for light and dark pages.

A drawing carries the light colours as plain SVG attributes, so that it is right by itself; a dark
page replaces each by its partner with one rule of its stylesheet. Text is `currentColor`.
"""

from __future__ import annotations

from collections.abc import Sequence

from phlogiston_assets.domain.categories.categorisation import Category

INK = "#1c1e22"
MUTED = "#5b626d"
GRID = "#e2e5ea"
LEADER = "#aeb5c0"
SHADE = "#f2f4f7"
PAPER = "#ffffff"

NEUTRALS = {
    MUTED: "#a3abb8",
    GRID: "#31363f",
    LEADER: "#5c6470",
    SHADE: "#20252c",
    PAPER: "#16191d",
}
"""Neutral colours on a light page, and what a dark page makes of them."""

# In order of category: the darkest first (it lies at the bottom of every stack), then so that
# neighbours stay apart for normal, red-blind and green-blind eyes and, mostly, in grey.
CATEGORICAL = {
    "#332288": "#7d6fe0",
    "#88ccee": "#88ccee",
    "#117733": "#35a35a",
    "#ddcc77": "#ddcc77",
    "#aa4499": "#b452a4",
    "#44aa99": "#44aa99",
    "#882255": "#b03a6e",
    "#999933": "#a8a83f",
    "#4477aa": "#5b93c9",
    "#cc6677": "#d67b8a",
    "#b9a6dc": "#b9a6dc",
    "#77492c": "#a97347",
    "#f2a7bd": "#f2a7bd",
    "#1f5a63": "#35808d",
    "#b9c84a": "#b9c84a",
    "#c19a6b": "#c19a6b",
    "#8fd0b4": "#8fd0b4",
    "#b3301f": "#d9533f",
    "#6f7680": "#8e96a1",
    "#ee8866": "#ee8866",
}
"""Category colours on a light page, and what a dark page makes of them."""


KINDS = ("#1f5a63", "#c19a6b", LEADER)
"""Colours of maintenance, of new functionality and of neither; few scopes have categories of the
first two."""

STATUSES = ("#332288", "#ddcc77", "#4477aa", "#c19a6b", "#88ccee", "#cc6677")
"""Colours of statuses in a cumulative flow: what is resolved, and the others over and over."""
NOT_BEGUN = LEADER
"""The colour of the plain status "open" in it."""

FLOWS = ("#117733", "#ddcc77", "#882255", "#332288", "#88ccee", "#cc6677")
"""Colours of departures and arrivals: resolved, declined, moved out, new, moved in, reopened."""

DOTS = "#4477aa"
"""The colour of dots that belong to no category."""


def dark_partners() -> dict[str, str]:
    """The colours that a dark page replaces, each with what takes its place."""
    return {light: dark for light, dark in {**NEUTRALS, **CATEGORICAL}.items() if light != dark}


def colours(categories: Sequence[Category]) -> dict[str, str]:
    """The colour of each category by its title.

    It follows from the category's place among all categories, shown and hidden, so that it is the
    same in every chart and from day to day (reports.md, "The report page").
    """
    wheel = tuple(CATEGORICAL)
    return {one.title: wheel[place % len(wheel)] for place, one in enumerate(categories)}
