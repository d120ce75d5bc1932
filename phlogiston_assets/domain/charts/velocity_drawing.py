"""How velocity is drawn: a column a week, month or quarter, first category at the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from phlogiston_assets.domain.charts.amount_axis import axis_room, mark_amounts
from phlogiston_assets.domain.charts.chart import Heading, Width
from phlogiston_assets.domain.charts.edge_labels import GAP, EdgeLabel, edge_room, write_labels
from phlogiston_assets.domain.charts.key import KeyRow, key_height, write_key
from phlogiston_assets.domain.charts.lettering import text_width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import INK, MUTED, PAPER
from phlogiston_assets.domain.charts.series import Amounts
from phlogiston_assets.domain.charts.sheet import HINT, SMALL, THIN, Letter, Sheet, draw
from phlogiston_assets.domain.charts.wording import counted, number, short_day, short_number
from phlogiston_assets.domain.days import Days, day_of

_TOP, _BOTTOM = 34, 28
_RIGHT = {Width.NARROW: 8, Width.HALF: 246, Width.FULL: 360}
"""Room to the right of the plot, at most."""
_LOWEST, _HIGHEST = 260, 640
_MOST_KEYS = 24
_COLUMN = 0.78


@dataclass(frozen=True, slots=True)
class VelocityPicture:
    """What is drawn: amounts by category (rows, in order of names and colours) and period.

    Attributes:
        amounts: what was resolved; below 0 where more was reopened or left.
        periods: what each period is called where the reader points at it.
        ticks: the label of each period, short, and in full for the last.
        names, colours: those of the categories.
        pace: what the axis counts, as "tasks a week".
        extent: what all periods are called together, as "in these weeks".
        banner: a figure to write above the plot.
        nothing: what stands in the plot where all amounts are 0.
    """

    amounts: Amounts
    measure: Measure
    periods: tuple[str, ...]
    ticks: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    colours: tuple[str, ...]
    pace: str
    extent: str
    banner: str = ""
    nothing: str = "nothing resolved"


def week_names(ends: Days) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """What weeks are called by their last days, and their labels."""
    days = [short_day(day_of(end)) for end in ends]
    return tuple(f"week to {day}" for day in days), tuple(
        (day.rsplit(" ", 1)[0], day) for day in days
    )


def draw_velocity(picture: VelocityPicture, width: Width, heading: Heading) -> str:
    """The periods as SVG of that width."""
    sums = picture.amounts.sum(axis=1)
    labels = [] if width is Width.NARROW else _labels(picture, sums)
    keys = _keys(picture, sums) if width is Width.NARROW and sums.any() else []
    foot = int(max(len(labels) * GAP + _TOP + _BOTTOM, _LOWEST))

    def paint(sheet: Sheet) -> None:
        _paint(sheet, picture, labels, width, foot)
        if keys:
            write_key(sheet, foot, (picture.extent,), keys)

    height = foot + (key_height(len(keys)) if keys else 0)
    return draw(paint, (width, height), heading.at(width))


def _paint(
    sheet: Sheet,
    picture: VelocityPicture,
    labels: Sequence[EdgeLabel],
    width: Width,
    foot: int,
) -> None:
    most, least = _limits(picture.amounts)
    left = axis_room(most)
    named, amounts = [one.name for one in labels], [one.amount for one in labels]
    right = edge_room(named, amounts, picture.extent, _RIGHT[width]) if labels else _RIGHT[width]
    plot = sheet.width - left - right, foot - _TOP - _BOTTOM
    axes = sheet.axes(left, _TOP, *plot)
    axes.set_xlim(-0.6, len(picture.periods) - 0.4)
    axes.set_ylim(least, most)
    mark_amounts(axes, picture.measure, plot[1])
    _mark_periods(axes, picture, most=3 if width is Width.NARROW else 5)
    _columns(sheet, axes, picture)
    axes.axhline(0, color=INK, linewidth=1, zorder=4)
    sheet.words((0, _TOP - 22), picture.pace, HINT)
    if picture.banner:
        sheet.words((sheet.width, _TOP - 22), picture.banner, Letter(anchor="right", bold=True))
    if not picture.amounts.any():
        middle = left + plot[0] / 2
        sheet.words(
            (middle, _TOP + plot[1] / 2), picture.nothing, Letter(anchor="center", colour=MUTED)
        )
        return
    _tops(sheet, picture, (left, left + plot[0]), (_TOP, plot[1] / (most - least), most))
    write_labels(sheet, labels, (_TOP - 8, foot - _BOTTOM - GAP / 2), left + plot[0])


def _labels(picture: VelocityPicture, sums: Amounts) -> list[EdgeLabel]:
    """Names in the order of the columns' blocks, first at the bottom; with the sum on top."""
    if not sums.any():
        return []
    shown, rest = _largest(sums, int((_HIGHEST - _TOP - _BOTTOM) // GAP) - 2)
    labels = [
        EdgeLabel(inf, short_number(sums[place]), picture.names[place], picture.colours[place])
        for place in shown
    ]
    if rest:
        name = f"in {counted(len(rest), 'more category', 'more categories')}"
        labels.append(EdgeLabel(inf, short_number(sums[rest].sum()), name, quiet=True))
    labels.append(EdgeLabel(inf, short_number(float(sums.sum())), picture.extent))
    return labels[::-1]


def _keys(picture: VelocityPicture, sums: Amounts) -> list[KeyRow]:
    """The same for the key below a narrow sheet, first in priority first."""
    shown, rest = _largest(sums, _MOST_KEYS)
    rows = [
        KeyRow(picture.names[place], (short_number(sums[place]),), picture.colours[place])
        for place in shown
    ]
    if rest:
        more = counted(len(rest), "more category", "more categories")
        rows.append(KeyRow(more, (short_number(sums[rest].sum()),)))
    return [*rows, KeyRow("all", (short_number(float(sums.sum())),))]


def _largest(sums: Amounts, most: int) -> tuple[list[int], list[int]]:
    """The *most* largest categories in order of priority, and the rest that has anything."""
    order = [int(place) for place in np.argsort(-sums, kind="stable") if sums[place]]
    return sorted(order[:most]), sorted(order[most:])


def _tops(
    sheet: Sheet,
    picture: VelocityPicture,
    ends: tuple[float, float],
    rise: tuple[float, float, float],
) -> None:
    """The sum of each period above its column, where columns are wide enough for numbers."""
    step = (ends[1] - ends[0]) / (len(picture.periods) + 0.2)
    sums = [_top(picture.amounts[:, period]) for period in range(len(picture.periods))]
    if step < max(text_width(text, SMALL) for text in sums):
        return
    top, scale, most = rise
    heights = picture.amounts.clip(min=0).sum(axis=0)
    for period, text in enumerate(sums):
        if picture.amounts[:, period].any():
            x, y = ends[0] + step * (period + 0.6), top + (most - heights[period]) * scale - 8
            sheet.words((x, y), text, Letter(size=SMALL, anchor="center"))


def _top(amounts: Amounts) -> str:
    """The sum of a period; with its sign where its column goes both ways and no end shows it."""
    text = short_number(float(amounts.sum()))
    both = amounts.min() < 0 < amounts.max()
    return f"+{text}" if both and amounts.sum() > 0 else text


def _mark_periods(axes: Axes, picture: VelocityPicture, most: int) -> None:
    step = max(-(-len(picture.ticks) // most), 1)
    shown = range(len(picture.ticks) - 1, -1, -step)
    short = [picture.ticks[period][0] for period in shown]
    full = [picture.ticks[period][1] for period in shown]
    axes.set_xticks(list(shown), labels=[*short[:-1], *full[-1:]])


def _limits(amounts: Amounts) -> tuple[float, float]:
    """How far the axis goes up, and down where anything lies below 0."""
    most = float(amounts.clip(min=0).sum(axis=0).max(initial=0.0)) or 1.0
    least = float(amounts.clip(max=0).sum(axis=0).min(initial=0.0))
    return most * 1.02, least * 1.02


def _columns(sheet: Sheet, axes: Axes, picture: VelocityPicture) -> None:
    """Blocks from the axis upwards, and downwards where amounts are below 0.

    Each reaches down to the axis, and those nearer to it cover it up to their own edges: if each
    began where the one before it ends, paper would shine through the seam.
    """
    above, below = picture.amounts.clip(min=0), picture.amounts.clip(max=0)
    edges = np.where(picture.amounts > 0, np.cumsum(above, axis=0), np.cumsum(below, axis=0))
    most, least = _limits(picture.amounts)
    thick = np.abs(picture.amounts) / (most - least) * sheet.height > THIN
    for place in reversed(range(len(picture.names))):
        for period in np.flatnonzero(picture.amounts[place]):
            block = Rectangle(
                (period - _COLUMN / 2, 0),
                _COLUMN,
                edges[place, period],
                facecolor=picture.colours[place],
                edgecolor=PAPER if thick[place, period] else "none",
                linewidth=0.5 if thick[place, period] else 0,
                clip_on=False,
            )
            amount = number(picture.amounts[place, period])
            note = f"{picture.names[place]}: {amount}, {picture.periods[period]}"
            sheet.note(axes.add_artist(block), note)
