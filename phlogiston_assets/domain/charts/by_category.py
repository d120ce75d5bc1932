"""Three small charts for each category: burnup with lines ahead, weekly change, weeks remaining.

How they are drawn is in `by_category_drawing`, what they say in `by_category_words`, which figures
in `category_weeks`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from phlogiston_assets.domain.charts.by_category_drawing import (
    CategoryPicture,
    draw_burnup,
    draw_change,
    draw_remaining,
)
from phlogiston_assets.domain.charts.by_category_words import (
    burnup_finding,
    change_finding,
    remaining_finding,
)
from phlogiston_assets.domain.charts.category_weeks import (
    CategoryWeeks,
    burnup_frame,
    category_weeks,
    recorded_frame,
)
from phlogiston_assets.domain.charts.chart import Chart, Heading, Width
from phlogiston_assets.domain.charts.forecast_rows import Outlook, forecast_rows
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import colours
from phlogiston_assets.domain.charts.series import Amounts
from phlogiston_assets.domain.figures import Figures

_LONGEST_ANCHOR = 40


@dataclass(frozen=True, slots=True)
class SmallChart:
    """One of the three charts of a category: its heading, and its drawing for all widths.

    *data_slug* names the data of all categories' charts of its kind.
    """

    heading: Heading
    drawing: str
    data_slug: str


@dataclass(frozen=True, slots=True)
class CategoryCharts:
    """The charts of one category: three of each measure, none of one without anything in it."""

    anchor: str
    title: str
    colour: str
    rows: Sequence[Sequence[SmallChart]]


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the three: its name in addresses, its title, what it says, how it is drawn."""

    slug: str
    title: Callable[[Measure], str]
    finding: Callable[[CategoryPicture], str]
    draw: Callable[[CategoryPicture, Heading], str]
    frame: Callable[[str, CategoryWeeks], pd.DataFrame]


def by_category(figures: Figures, measures: Sequence[Measure]) -> list[CategoryCharts]:
    """The charts of each shown category (reports.md, "The report page", section By category)."""
    shown = [one.title for one in figures.shown()]
    palette = colours(figures.categories)
    pictures = {measure: _pictures(figures, measure) for measure in measures}
    return [
        CategoryCharts(
            anchor,
            title,
            palette[title],
            [
                _charts(anchor, title, pictures[measure][title])
                for measure in measures
                if title in pictures[measure]
            ],
        )
        for title, anchor in anchors(shown).items()
    ]


def by_category_data(figures: Figures, measure: Measure) -> list[Chart]:
    """The data of these charts, for all categories together: a chart without drawings a kind."""
    shown = {one.title for one in figures.shown()}
    weeks = category_weeks(figures.velocity, measure, figures.day)
    order = [one.title for one in figures.categories if one.title in shown & weeks.keys()]
    return [
        Chart(
            slug=_data_slug(kind, measure),
            title=f"By category: {kind.title(measure)}",
            finding="",
            drawings=dict[Width, str](),
            data=_together(kind.frame(title, weeks[title]) for title in order),
        )
        for kind in KINDS
    ]


def _data_slug(kind: _Kind, measure: Measure) -> str:
    return f"categories-{kind.slug}-{measure}"


def anchors(titles: Sequence[str]) -> dict[str, str]:
    """A name for each title's place on a page: its words, or a number that stands for it."""
    found: dict[str, str] = {}
    taken = Counter[str]()
    for title in titles:
        words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        if not words:
            words = hashlib.blake2b(title.encode("utf-8", "replace"), digest_size=4).hexdigest()
        name = f"category-{words[:_LONGEST_ANCHOR].rstrip('-')}"
        taken[name] += 1
        while taken[name] > 1:
            name = f"{name}-{taken[name]}"
            taken[name] += 1
        found[title] = name
    return found


def _pictures(figures: Figures, measure: Measure) -> dict[str, CategoryPicture]:
    weeks = category_weeks(figures.velocity, measure, figures.day)
    palette = colours(figures.categories)
    return {
        row.title: CategoryPicture(
            weeks[row.title], row, measure, palette[row.title], figures.first_day, figures.day
        )
        for row in forecast_rows(figures, measure)
        if row.title in weeks
    }


def _charts(anchor: str, title: str, picture: CategoryPicture) -> list[SmallChart]:
    """The three charts; two dashes keep their names apart from those of other categories."""
    found = []
    for kind in KINDS:
        slug = f"{anchor}--{kind.slug}-{picture.measure}"
        name = kind.title(picture.measure)
        heading = Heading(slug, f"{title}: {name}", kind.finding(picture))
        drawing = kind.draw(picture, heading)
        found.append(
            SmallChart(
                Heading(slug, name, heading.finding), drawing, _data_slug(kind, picture.measure)
            )
        )
    return found


def _together(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    given = list(frames)
    return pd.concat(given, ignore_index=True) if given else pd.DataFrame({"category": []})


def _by_word(values: Mapping[Outlook, Amounts]) -> dict[str, Amounts]:
    return {outlook.word: value for outlook, value in values.items()}


KINDS = (
    _Kind(
        "burnup",
        lambda measure: f"Burnup in {measure.unit}",
        burnup_finding,
        draw_burnup,
        burnup_frame,
    ),
    _Kind(
        "change",
        lambda measure: f"{measure.unit.capitalize()} resolved per week",
        change_finding,
        draw_change,
        lambda title, one: recorded_frame(
            title, one, {"change": one.change, **_by_word(one.velocity)}
        ),
    ),
    _Kind(
        "weeks",
        lambda measure: f"Weeks remaining, by {measure.unit}",
        remaining_finding,
        draw_remaining,
        lambda title, one: recorded_frame(title, one, _by_word(one.weeks)),
    ),
)
"""The three charts, in order."""
