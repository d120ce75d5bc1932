"""The burnup: resolved work above the axis, open work below it, stacked by category.

How it is drawn is in `burnup_drawing`; what it says and from which figures is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

import numpy as np
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.charts.burnup_drawing import BurnupPicture, draw_burnup
from phlogiston_assets.domain.charts.burnup_fan import fan_of, fan_sentence
from phlogiston_assets.domain.charts.chart import Chart, Heading, Width
from phlogiston_assets.domain.charts.left_out import left_out_sentence
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import colours
from phlogiston_assets.domain.charts.series import Amounts, DailySums, daily_sums, drawn_days
from phlogiston_assets.domain.charts.time_axis import Stretch, around_quarter, since
from phlogiston_assets.domain.charts.wording import (
    counted,
    day_text,
    listing,
    named,
    number,
    signed,
)
from phlogiston_assets.domain.counting.aggregation import CUTOFF, LAST_QUARTER, QUARTER_DAYS
from phlogiston_assets.domain.days import day_number, to_dates
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.scopes import quarter_start


class Extent(Enum):
    """The time that a burnup shows; the value says it in a title."""

    THIS_QUARTER = "this quarter"
    LAST_QUARTER = "last quarter"
    WHOLE_HISTORY = "all days"


@dataclass(frozen=True, slots=True)
class BurnupVariant:
    """Which burnup: *slug* names it, *hidden* tells whether hidden categories are among them."""

    slug: str
    extent: Extent
    hidden: bool

    @property
    def words(self) -> str:
        """What tells it from the other burnups, for its title."""
        if self.extent is Extent.WHOLE_HISTORY:
            return "all categories since the beginning"
        return f"{self.extent.value}, hidden categories too" if self.hidden else self.extent.value

    @property
    def scope_range(self) -> str:
        """The range it shows, without what was resolved before the cutoff (domain.md, 5)."""
        return LAST_QUARTER if self.extent is Extent.LAST_QUARTER else CUTOFF

    def day(self, figures: Figures) -> date:
        """Its last day: the report's, or that of the quarter before."""
        if self.extent is Extent.LAST_QUARTER:
            return quarter_start(figures.day) - timedelta(days=1)
        return figures.day

    def stretch(self, figures: Figures) -> Stretch:
        """The time it shows (reports.md, "The report page")."""
        if self.extent is Extent.WHOLE_HISTORY:
            return since(figures.first_day, figures.day)
        return around_quarter(self.day(figures), before=1, after=0)

    def categories(self, figures: Figures) -> tuple[Category, ...]:
        """The categories it shows, in order of priority."""
        return figures.shown(hidden=self.hidden)

    def cutoff(self, figures: Figures) -> date | None:
        """The date before which what was resolved is left out, if any."""
        cutoff = figures.scope.settings.cutoff_date(figures.day)
        if cutoff is None or self.extent is not Extent.LAST_QUARTER:
            return cutoff
        return cutoff - timedelta(days=QUARTER_DAYS)


THIS_QUARTER = BurnupVariant("burnup", Extent.THIS_QUARTER, hidden=False)
WHOLE_HISTORY = BurnupVariant("burnup-all", Extent.WHOLE_HISTORY, hidden=True)
QUARTER_BEFORE = BurnupVariant("burnup-lastq", Extent.LAST_QUARTER, hidden=False)
QUARTER_BEFORE_ALL = BurnupVariant("burnup-lastq-all", Extent.LAST_QUARTER, hidden=True)


def burnup_chart(
    figures: Figures, measure: Measure, variant: BurnupVariant, widths: Sequence[Width]
) -> Chart:
    """The burnup of one measure (reports.md, "The report page", section Burnup)."""
    sums, stretch = burnup_sums(figures, measure, variant), variant.stretch(figures)
    now = float(sums.resolved[:, -1].sum())
    ahead = variant is THIS_QUARTER and not sums.empty
    categories = variant.categories(figures)
    palette = colours(figures.categories)
    picture = BurnupPicture(
        sums=sums,
        measure=measure,
        stretch=stretch,
        day=variant.day(figures),
        names=tuple(one.title for one in categories),
        colours=tuple(palette[one.title] for one in categories),
        fan=fan_of(figures, measure, now, stretch) if ahead else None,
    )
    heading = Heading(
        slug=f"{variant.slug}-{measure}",
        title=f"Burnup in {measure.unit}, {variant.words}",
        finding=_finding(figures, variant, picture),
    )
    drawings = {width: draw_burnup(picture, width, heading) for width in widths}
    return Chart.of(heading, drawings, _long(picture))


def burnup_sums(figures: Figures, measure: Measure, variant: BurnupVariant) -> DailySums:
    """What the burnup shows: amounts by category at the ends of the drawn days."""
    last = variant.day(figures)
    first = max(variant.stretch(figures).first - timedelta(days=1), figures.first_day)
    days = drawn_days(min(first, last), last)
    titles = [one.title for one in variant.categories(figures)]
    return daily_sums(figures.runs, variant.scope_range, titles, measure, days)


def _long(picture: BurnupPicture) -> pd.DataFrame:
    """Columns date, category, open, resolved; categories and days with anything at all.

    Where there is a fan, its rows follow, with a column confidence and without a category.
    """
    sums = picture.sums
    frame = pd.DataFrame(
        {
            "date": np.repeat(to_dates(sums.days), len(picture.names)),
            "category": np.tile(np.array(picture.names, dtype=object), len(sums.days)),
            "open": sums.open.T.ravel(),
            "resolved": sums.resolved.T.ravel(),
        }
    )
    known = frame[(frame["open"] != 0) | (frame["resolved"] != 0)]
    parts = [known] if picture.fan is None else [known, picture.fan.frame()]
    return pd.concat(parts, ignore_index=True)


def _finding(figures: Figures, variant: BurnupVariant, picture: BurnupPicture) -> str:
    sums, measure, day = picture.sums, picture.measure, picture.day
    if figures.first_day > day:
        return f"The history begins on {day_text(figures.first_day)}, after last quarter."
    if sums.empty:
        return f"No {measure.unit} in the categories shown up to {day_text(day)}."
    still_open, resolved = sums.open[:, -1], sums.resolved[:, -1]
    verb = "was" if still_open.sum() == 1 else "were"
    balance = (
        f"On {day_text(day)}, {measure.amount(still_open.sum())} {verb} open"
        f" and {number(resolved.sum())} resolved."
    )
    left_out = left_out_sentence(
        figures,
        measure,
        picture.names,
        day,
        cutoff=variant.cutoff(figures),
        still_open=still_open.sum(),
    )
    sentences = [
        balance,
        *_since_quarter(day, sums),
        *_largest(picture.names, still_open),
        *fan_sentence(picture.fan),
        *left_out,
    ]
    return " ".join(sentences)


def _since_quarter(day: date, sums: DailySums) -> list[str]:
    """How both moved since the quarter began, where the day before it is among those drawn."""
    start = quarter_start(day)
    place = np.flatnonzero(sums.days == day_number(start) - 1)
    if not len(place):
        return []
    open_change, resolved_change = (
        (one[:, -1] - one[:, place[0]]).sum() for one in (sums.open, sums.resolved)
    )
    since = f"Since the quarter began on {day_text(start)}"
    return [f"{since}: {signed(resolved_change)} resolved, {signed(open_change)} open."]


def _largest(names: Sequence[str], still_open: Amounts) -> list[str]:
    order = [place for place in np.argsort(-still_open, kind="stable") if still_open[place] > 0]
    if not order:
        return []
    parts = [f"{named(names[place])} ({number(still_open[place])})" for place in order[:3]]
    if len(order) > len(parts):
        parts.append(counted(len(order) - len(parts), "other category", "other categories"))
    return [f"Open in {listing(parts)}."]
