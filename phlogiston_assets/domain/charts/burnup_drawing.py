"""How a burnup is drawn: areas by category, resolved above the axis, open below, named at the edge.

Which figures and what they say does not belong here: see `burnup`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from phlogiston_assets.domain.charts.amount_axis import axis_room, mark_amounts
from phlogiston_assets.domain.charts.burnup_fan import Fan, draw_fan, fan_labels
from phlogiston_assets.domain.charts.burnup_labels import Balance, edge_labels, key_rows
from phlogiston_assets.domain.charts.chart import Heading, Width
from phlogiston_assets.domain.charts.edge_labels import GAP, edge_room, write_labels
from phlogiston_assets.domain.charts.key import key_height, write_key
from phlogiston_assets.domain.charts.lettering import text_width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import INK, MUTED, PAPER
from phlogiston_assets.domain.charts.series import Amounts, DailySums
from phlogiston_assets.domain.charts.sheet import HINT, SMALL, THIN, Letter, Sheet, draw
from phlogiston_assets.domain.charts.time_axis import Stretch, mark_time, shade_quarter
from phlogiston_assets.domain.charts.wording import number, short_day
from phlogiston_assets.domain.days import Days, day_number

_TOP, _BOTTOM = 30, 26
_RIGHT = {Width.NARROW: 112, Width.HALF: 246, Width.FULL: 360}
"""Room to the right of the plot, at most."""
_LOWEST, _HIGHEST = 360, 700
_AIR = 1.06


@dataclass(frozen=True, slots=True)
class BurnupPicture:
    """What is drawn: sums by category (rows of *sums*, in order of *names* and *colours*)."""

    sums: DailySums
    measure: Measure
    stretch: Stretch
    day: date
    names: tuple[str, ...]
    colours: tuple[str, ...]
    fan: Fan | None = None


def draw_burnup(picture: BurnupPicture, width: Width, heading: Heading) -> str:
    """The burnup as SVG of that width; as high as its labels need, within limits."""
    narrow = width is Width.NARROW
    balance = _balance(picture, named=not narrow)
    keys = [] if not narrow or picture.sums.empty else key_rows(_balance(picture, named=True))
    labels = sum(int(np.count_nonzero(one)) for one in (balance.open, balance.resolved)) + 2
    wanted = labels * GAP + _TOP + _BOTTOM + 20
    foot = int(min(max(wanted, _LOWEST), _LOWEST if keys else _HIGHEST))

    def paint(sheet: Sheet) -> None:
        _paint(sheet, picture, balance, width, foot)
        if keys:
            write_key(sheet, foot, ("resolved", "open"), keys)

    height = foot + (key_height(len(keys)) if keys else 0)
    return draw(paint, (width, height), heading.at(width))


def _balance(picture: BurnupPicture, *, named: bool) -> Balance:
    """The last day; with blank names where the key below gives them."""
    sums = picture.sums
    names = picture.names if named else [""] * len(picture.names)
    return Balance(names, picture.colours, sums.resolved[:, -1], sums.open[:, -1])


def _paint(sheet: Sheet, picture: BurnupPicture, balance: Balance, width: Width, foot: int) -> None:
    high, low = _limits(picture)
    left = axis_room(max(high, low))
    heading = "" if width is Width.NARROW else "resolved"
    ahead = fan_labels(picture.fan, short=width is Width.NARROW)
    named = [balance.names[place] for place in balance.named] + [one.name for one in ahead]
    amounts = balance.amounts + [one.amount for one in ahead]
    right = sheet.width - edge_room(named, amounts, heading, _RIGHT[width])
    plot = right - left, foot - _TOP - _BOTTOM
    axes = sheet.axes(left, _TOP, *plot)
    axes.set_ylim(-low, high)
    _draw_bands(sheet, axes, picture, plot[1], most_ticks=3 if width is Width.NARROW else 6)
    now = left + plot[0] * picture.stretch.share(day_number(picture.day) + 1)
    _heads(sheet, picture, now, right)
    if picture.sums.empty:
        middle = left + plot[0] / 2
        sheet.words(
            (middle, _TOP + plot[1] / 4), "nothing to show", Letter(anchor="center", colour=MUTED)
        )
        return
    scale = plot[1] / (high + low)

    def y(amount: float) -> float:
        return _TOP + (high - amount) * scale

    if picture.fan is not None:
        ends = [left + plot[0] * picture.stretch.share(day + 1) for day in picture.fan.days]
        draw_fan(sheet, picture.fan, (now, *ends), y)
    room = int((plot[1] + 20) // GAP) - len(ahead)
    labels = [*(replace(one, y=y(one.y)) for one in ahead), *edge_labels(balance, y, room)]
    write_labels(sheet, labels, (_TOP - 4, _TOP + plot[1] + 12), right, leader_from=now)


def _draw_bands(
    sheet: Sheet, axes: Axes, picture: BurnupPicture, height: float, most_ticks: int
) -> None:
    """Bands of all categories, axis, grid, this quarter and today's line."""
    mark_time(axes, picture.stretch, most=most_ticks)
    mark_amounts(axes, picture.measure, height)
    shade_quarter(axes, picture.day)
    for place in reversed(range(len(picture.names))):
        _draw_category(sheet, axes, picture, place)
    axes.axhline(0, color=INK, linewidth=1, zorder=4)
    axes.axvline(day_number(picture.day) + 1, color=INK, linewidth=0.8, zorder=3.5)


def _heads(sheet: Sheet, picture: BurnupPicture, now: float, right: float) -> None:
    """Unit and day above the plot; the day keeps off the labels at the right edge."""
    text = short_day(picture.day)
    half = text_width(text, SMALL) / 2
    middle = max(min(now, right - half), text_width(picture.measure.unit, SMALL) + half + 6)
    sheet.words((middle, _TOP - 12), text, Letter(size=SMALL, anchor="center"))
    sheet.words((0, _TOP - 12), picture.measure.unit, HINT)


def _limits(picture: BurnupPicture) -> tuple[float, float]:
    """How far the axis goes up and down; a side without anything keeps a little room."""
    sides = picture.sums.resolved, picture.sums.open
    high, low = (float(one.sum(axis=0).max(initial=0.0)) for one in sides)
    if picture.fan is not None:
        high = max(high, float(picture.fan.amounts.max()))
    most = max(high, low)
    if not most:
        return 1.0, 1.0
    return max(high * _AIR, most / 12), max(low * _AIR, most / 12)


def _draw_category(sheet: Sheet, axes: Axes, picture: BurnupPicture, place: int) -> None:
    """The two bands of one category, which those nearer to the axis cover up to their own edges.

    If each began where the one before it ends, paper would shine through the seam.
    """
    sums = picture.sums
    x: Amounts = sums.days.astype(np.float64) + 1
    last = f"{number(sums.open[place, -1])} open, {number(sums.resolved[place, -1])} resolved"
    for amounts, sign in ((sums.resolved, 1.0), (sums.open, -1.0)):
        if not amounts[place].any():
            continue
        edge = sign * amounts[: place + 1].sum(axis=0)
        thick = amounts[place].max() / sum(_limits(picture)) * sheet.height > THIN
        band = Polygon(
            list(_outline(x, edge)),
            facecolor=picture.colours[place],
            edgecolor=PAPER if thick else "none",
            linewidth=0.5 if thick else 0,
            clip_on=False,
        )
        sheet.note(axes.add_artist(band), f"{picture.names[place]}: {last}")


def _outline(x: Amounts, edge: Amounts) -> Iterator[tuple[float, float]]:
    """Along the edge and back on the axis; a single day is drawn a day wide."""
    if len(x) == 1:
        x, edge = (np.repeat(one, 2) for one in (x, edge))
        x = x - [1.0, 0.0]
    forth = _corners(edge)
    yield from zip(x[forth], edge[forth], strict=True)
    yield from ((x[-1], 0.0), (x[0], 0.0))


def _corners(edge: Amounts) -> Days:
    """Places of the points that a line through all of them needs."""
    level = (edge[1:-1] == edge[:-2]) & (edge[1:-1] == edge[2:])
    return np.flatnonzero(np.concatenate([[True], ~level, [True]]))
