"""The axis of amounts: whole steps for tasks, and as much room as its numbers need."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from phlogiston_assets.domain.charts.lettering import text_width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.sheet import SMALL
from phlogiston_assets.domain.charts.wording import number

_SPACING = 48
_PAD = 8
_HALF_DATE = 32


def axis_room(most: float) -> float:
    """The room that the numbers of an axis up to *most* need, and half the first date below."""
    # A small axis may have steps such as 0.25.
    widest = number(round(most)) if most >= 10 else "0.25"
    return max(text_width(widest, SMALL) + _PAD, _HALF_DATE)


def mark_amounts(axes: Axes, measure: Measure, height: float) -> None:
    """Give the axes of that height (in pixels) ticks at round amounts; both ways from 0 upwards."""
    steps = [1, 2, 5, 10] if measure.whole else [1, 2, 2.5, 5, 10]
    axes.yaxis.set_major_locator(
        MaxNLocator(nbins=max(3, int(height // _SPACING)), steps=steps, integer=measure.whole)
    )
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(abs(value))))
