"""The names on a burnup: at the right edge, or in a key below on narrow sheets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from phlogiston_assets.domain.charts.edge_labels import GAP, EdgeLabel
from phlogiston_assets.domain.charts.key import KeyRow
from phlogiston_assets.domain.charts.series import Amounts
from phlogiston_assets.domain.charts.wording import counted, short_number

_MOST_KEYS = 24

Height = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Balance:
    """Amounts by category on the last day, in order of *names* and *colours*."""

    names: Sequence[str]
    colours: Sequence[str]
    resolved: Amounts
    open: Amounts

    @property
    def named(self) -> list[int]:
        """The categories that have anything."""
        return [int(place) for place in np.flatnonzero(self.resolved + self.open)]

    @property
    def written(self) -> bool:
        """Whether there are names to write; blank ones stand in the key below instead."""
        return any(self.names)

    @property
    def amounts(self) -> list[str]:
        """All amounts that labels may show."""
        sums = self.resolved.sum(), self.open.sum()
        return [short_number(one) for one in (*self.resolved, *self.open, *sums)]


def edge_labels(balance: Balance, height: Height, room: int) -> list[EdgeLabel]:
    """Labels from top to bottom: resolved outermost first, then open outermost last.

    *height* gives the place of an amount on the sheet, above the axis where positive; *room* is
    the number of labels that fit.
    """
    kept_resolved, kept_open = _kept(balance, room - 2)
    above = _side(balance, balance.resolved, kept_resolved, height)
    below = _side(balance, balance.open, kept_open, lambda amount: height(-amount))
    top, bottom = balance.resolved.sum(), balance.open.sum()
    return [
        EdgeLabel(height(top) - GAP, short_number(top), "resolved" if balance.written else ""),
        *above[::-1],
        *below,
        EdgeLabel(height(-bottom) + GAP, short_number(bottom), "open" if balance.written else ""),
    ]


def key_rows(balance: Balance) -> list[KeyRow]:
    """One row a category, first in priority first; the last ones count the rest and all."""
    order = sorted(balance.named, key=lambda place: -(balance.resolved + balance.open)[place])
    shown, rest = sorted(order[:_MOST_KEYS]), order[_MOST_KEYS:]
    rows = [
        KeyRow(balance.names[place], _pair(balance, [place]), balance.colours[place])
        for place in shown
    ]
    if rest:
        more = counted(len(rest), "more category", "more categories")
        rows.append(KeyRow(more, _pair(balance, rest)))
    return [*rows, KeyRow("all", _pair(balance, balance.named))]


def _pair(balance: Balance, places: Sequence[int]) -> tuple[str, str]:
    chosen = list(places)
    resolved, still_open = balance.resolved[chosen].sum(), balance.open[chosen].sum()
    return short_number(resolved), short_number(still_open)


def _side(balance: Balance, amounts: Amounts, kept: set[int], height: Height) -> list[EdgeLabel]:
    """Labels of one side, from the axis outwards; the last one counts those without a label."""
    reach = np.cumsum(amounts)
    labels = [
        EdgeLabel(
            height(reach[place] - amounts[place] / 2),
            short_number(amounts[place]),
            balance.names[place],
            balance.colours[place],
        )
        for place in sorted(kept)
    ]
    rest = [place for place in np.flatnonzero(amounts) if place not in kept]
    if rest:
        more = f"in {counted(len(rest), 'more category', 'more categories')}"
        name = more if balance.written else ""
        amount = short_number(amounts[rest].sum())
        labels.append(EdgeLabel(height(reach[-1]), amount, name, quiet=True))
    return labels


def _kept(balance: Balance, room: int) -> tuple[set[int], set[int]]:
    """Which bands of both sides get a label: all, or the largest that there is room for."""
    above, below = (
        [int(place) for place in np.argsort(-one, kind="stable") if one[place] > 0]
        for one in (balance.resolved, balance.open)
    )
    if len(above) + len(below) > room:
        room -= 2
        first = min(len(above), max(room // 2, room - len(below)))
        above, below = above[:first], below[: room - first]
    return set(above), set(below)
