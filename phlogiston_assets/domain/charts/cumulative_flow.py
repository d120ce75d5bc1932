"""Cumulative flow: how many tasks have each status, day by day, stacked (forecast.md, "Flow").

What is resolved lies at the bottom and what is only open on top, so that the upper edge is all that
ever came and has stayed, and the band between is what is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from phlogiston_assets.domain.charts.amount_axis import axis_room, mark_amounts
from phlogiston_assets.domain.charts.chart import Chart, Heading, Width
from phlogiston_assets.domain.charts.edge_labels import EdgeLabel, edge_room, write_labels
from phlogiston_assets.domain.charts.key import KeyRow, key_height, write_key
from phlogiston_assets.domain.charts.left_out import left_out_sentence
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import MUTED, NOT_BEGUN, PAPER, STATUSES
from phlogiston_assets.domain.charts.series import Amounts, daily_counts, drawn_days
from phlogiston_assets.domain.charts.sheet import HINT, Letter, Sheet, draw
from phlogiston_assets.domain.charts.time_axis import Stretch, mark_time, shade_quarter, since
from phlogiston_assets.domain.charts.wording import day_text, listing, number, short_number
from phlogiston_assets.domain.days import Days, to_dates
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.flow.cumulative_flow import DONE

_PLAIN = "open"
_TOP, _HIGH, _FOOT = 30, 324, 380
_RIGHT = {Width.NARROW: 12, Width.HALF: 200, Width.FULL: 240}
"""Room to the right of the plot, at most."""


@dataclass(frozen=True, slots=True)
class _Bands:
    """Counts by status (rows, from the bottom up) on the drawn days."""

    names: Sequence[str]
    colours: Sequence[str]
    days: Days
    counts: Amounts
    stretch: Stretch
    day: date

    @property
    def last(self) -> list[int]:
        """The counts of the last day."""
        return [int(count) for count in self.counts[:, -1]]


def cumulative_flow_chart(figures: Figures, widths: Sequence[Width]) -> Chart:
    """The cumulative flow of all shown categories, since the beginning."""
    bands = _bands(figures)
    heading = Heading(
        slug="cumulative-flow",
        title="Cumulative flow: tasks by status, since the beginning",
        finding=_finding(figures, bands),
    )
    drawings = {width: _drawn(bands, width, heading) for width in widths}
    return Chart.of(heading, drawings, _long(bands))


def stacked_statuses(figures: Figures) -> list[str]:
    """The statuses that occur, from the bottom up: resolved, those of work, others, open."""
    there = set(figures.status_runs["status"])
    working = figures.scope.settings.working_statuses
    order = [DONE, *working, *sorted(there - {DONE, _PLAIN, *working}), _PLAIN]
    return [name for name in dict.fromkeys(order) if name in there]


def _bands(figures: Figures) -> _Bands:
    names = stacked_statuses(figures)
    days = drawn_days(figures.first_day, figures.day)
    between = [name for name in names if name not in {DONE, _PLAIN}]
    wheel = STATUSES[1:]
    colour = {name: wheel[place % len(wheel)] for place, name in enumerate(between)}
    colour |= {DONE: STATUSES[0], _PLAIN: NOT_BEGUN}
    return _Bands(
        names=names,
        colours=[colour[name] for name in names],
        days=days,
        counts=daily_counts(figures.status_runs, names, days),
        stretch=since(figures.first_day, figures.day),
        day=figures.day,
    )


def _long(bands: _Bands) -> pd.DataFrame:
    """Columns date, status, count; without zeros."""
    frame = pd.DataFrame(
        {
            "date": np.repeat(to_dates(bands.days), len(bands.names)),
            "status": np.tile(np.array(bands.names, dtype=object), len(bands.days)),
            "count": bands.counts.T.ravel().astype(np.int64),
        }
    )
    return frame[frame["count"] != 0].reset_index(drop=True)


def _finding(figures: Figures, bands: _Bands) -> str:
    day = day_text(figures.day)
    if not bands.counts.any():
        return f"No task in the categories shown up to {day}."
    now = {name: count for name, count in zip(bands.names, bands.last, strict=True) if count}
    done = now.pop(DONE, 0)
    count = sum(now.values())
    verb = "was" if count == 1 else "were"
    parts = [f"{number(amount)} {name}" for name, amount in reversed(now.items())]
    told = f" ({listing(parts)})" if set(now) - {_PLAIN} else ""
    sentence = (
        f"On {day}, {Measure.COUNT.amount(count)} {verb} open{told} and {number(done)} resolved."
    )
    left_out = left_out_sentence(
        figures,
        Measure.COUNT,
        [one.title for one in figures.shown()],
        figures.day,
        cutoff=figures.scope.settings.cutoff_date(figures.day),
        still_open=count,
    )
    return " ".join([sentence, *left_out])


def _drawn(bands: _Bands, width: Width, heading: Heading) -> str:
    some = [place for place, count in enumerate(bands.last) if count]
    keys = (
        [
            KeyRow(bands.names[place], (number(bands.last[place]),), bands.colours[place])
            for place in some[::-1]
        ]
        if width is Width.NARROW
        else []
    )

    def paint(sheet: Sheet) -> None:
        _paint(sheet, bands, width, some)
        if keys:
            write_key(sheet, _FOOT, ("tasks",), keys)

    height = _FOOT + (key_height(len(keys)) if keys else 0)
    return draw(paint, (width, height), heading.at(width))


def _paint(sheet: Sheet, bands: _Bands, width: Width, some: Sequence[int]) -> None:
    narrow = width is Width.NARROW
    most = float(bands.counts.sum(axis=0).max(initial=0.0)) * 1.04 or 1.0
    names = [bands.names[place] for place in some]
    amounts = [short_number(bands.last[place]) for place in some]
    left = axis_room(most)
    room = _RIGHT[width] if narrow else edge_room(names, amounts, "", _RIGHT[width])
    right = sheet.width - room
    axes = sheet.axes(left, _TOP, right - left, _HIGH)
    mark_time(axes, bands.stretch, most=3 if narrow else 6)
    axes.set_ylim(0, most)
    mark_amounts(axes, Measure.COUNT, _HIGH)
    shade_quarter(axes, bands.day)
    sheet.words((0, _TOP - 12), "tasks", HINT)
    if not bands.counts.any():
        middle = ((left + right) / 2, _TOP + _HIGH / 2)
        sheet.words(middle, "nothing to show", Letter(anchor="center", colour=MUTED))
        return
    across, heights = _outlines(bands, (left, right), most)
    _draw_bands(sheet, bands, across, heights)
    if not narrow:
        middles = (heights[:-1, -1] + heights[1:, -1]) / 2
        labels = [
            EdgeLabel(float(middles[place]), amount, bands.names[place], bands.colours[place])
            for place, amount in zip(some, amounts, strict=True)
        ]
        edges = (_TOP - 4, _TOP + _HIGH + 12)
        write_labels(sheet, labels[::-1], edges, right, leader_from=across[-1])


def _outlines(bands: _Bands, ends: tuple[float, float], most: float) -> tuple[list[float], Amounts]:
    """Places of the days across the sheet, and the heights of the bands' edges on them."""
    edges = np.vstack([np.zeros(len(bands.days)), bands.counts.cumsum(axis=0)])
    days = bands.days + 1.0
    if len(days) == 1:  # a single day is drawn a day wide
        days, edges = days[0] - np.array([1.0, 0.0]), np.repeat(edges, 2, axis=1)
    left, right = ends
    across = [left + (right - left) * bands.stretch.share(day) for day in days.tolist()]
    return across, _TOP + _HIGH * (1 - edges / most)


def _draw_bands(sheet: Sheet, bands: _Bands, across: Sequence[float], heights: Amounts) -> None:
    for place, (name, colour) in enumerate(zip(bands.names, bands.colours, strict=True)):
        lower, upper = heights[place].tolist(), heights[place + 1].tolist()
        outline = [*zip(across, upper, strict=True), *zip(across[::-1], lower[::-1], strict=True)]
        sheet.note(sheet.shape(outline, colour, PAPER), f"{name}: {number(bands.last[place])}")
