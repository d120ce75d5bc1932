"""Names at the right edge of a chart, each by its band and none over another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phlogiston_assets.domain.charts.lettering import text_width, told_apart
from phlogiston_assets.domain.charts.palette import INK, LEADER, MUTED
from phlogiston_assets.domain.charts.sheet import TEXT, Letter, Sheet

GAP = 15.0
_SWATCH = 9.0
_PAD = 5.0
_OFFSET = 20.0


@dataclass(frozen=True, slots=True)
class EdgeLabel:
    """A label: wanted at height *y*; a heading if it has no colour, *quiet* if it is an aside."""

    y: float
    amount: str
    name: str
    colour: str | None = None
    quiet: bool = False


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights in the order given, *gap* apart at least, as near to *wanted* as can be.

    Least squares by pooling neighbours that would overlap; within *low* and *high* as long as
    there is room for all.
    """
    pools: list[tuple[float, int]] = []
    for place, one in enumerate(wanted):
        total, size = one - place * gap, 1
        while pools and pools[-1][0] / pools[-1][1] >= total / size:
            earlier, members = pools.pop()
            total, size = total + earlier, size + members
        pools.append((total, size))
    most = max(low, high - (len(wanted) - 1) * gap)
    starts = [min(max(total / size, low), most) for total, size in pools for _ in range(size)]
    return [start + place * gap for place, start in enumerate(starts)]


def edge_room(names: Sequence[str], amounts: Sequence[str], heading: str, most: float) -> float:
    """How much room such labels and a heading need at the right edge; *most* at most."""
    name = max((text_width(one, TEXT) for one in names), default=0.0)
    amount = max((text_width(one, TEXT, bold=True) for one in amounts), default=0.0)
    name = max(name, text_width(heading, TEXT, bold=True))
    return min(_OFFSET + _SWATCH + 3 * _PAD + name + amount, most)


def write_labels(
    sheet: Sheet,
    labels: Sequence[EdgeLabel],
    edges: tuple[float, float],
    plot_right: float,
    leader_from: float | None = None,
) -> None:
    """Write *labels* (top to bottom) in the column between the plot and the sheet's edge.

    *edges* are the heights between which there is room; *leader_from* is where their bands end,
    and thin lines to their labels begin.
    """
    left = plot_right + _OFFSET
    heights = spread([label.y for label in labels], GAP, *edges)
    column = max((text_width(label.amount, TEXT) for label in labels), default=0)
    right = left + _SWATCH + _PAD + column
    start = right + _PAD + 1
    names = told_apart([label.name for label in labels], TEXT, sheet.width - start - 2)
    for label, height in zip(labels, heights, strict=True):
        if label.colour is not None:
            if leader_from is not None:
                _leader(sheet, (leader_from, label.y), (left, height))
            _swatch(sheet, label.colour, (left, height))
        ink = MUTED if label.quiet else INK
        bold = label.colour is None and not label.quiet
        sheet.words((right, height), label.amount, Letter(anchor="right", colour=ink, bold=bold))
        letter = Letter(colour=ink, bold=bold)
        sheet.words((start, height), names[label.name], letter, whole=label.name)


def _leader(sheet: Sheet, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A thin line from a band to its label, level for most of its way."""
    elbow = max(start[0], end[0] - _OFFSET)
    sheet.line([start, (elbow, start[1]), (end[0] - 3, end[1]), end], LEADER, 0.7)


def _swatch(sheet: Sheet, colour: str, at: tuple[float, float]) -> None:
    left, middle = at
    half = _SWATCH / 2
    corners = [(0.0, -half), (_SWATCH, -half), (_SWATCH, half), (0.0, half)]
    sheet.shape([(left + x, middle + y) for x, y in corners], colour)
