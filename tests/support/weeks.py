"""Flows of a scope by hand, week by week.

    flows = weekly_flows(stock=10, completed=[1, 2, 0, 1])          # one category, "A"
    flows = weekly_flows(A={"stock": 10, "completed": [1, 2]}, B={"stock": 3, "completed": [0, 1]})

All of a week happens on its last day. Points are the count times `points`, unless they are told.
The first day is a Sunday, so that each week ends on one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.counting.flows import Flows, Weeks
from phlogiston_assets.domain.scopes import Display

FIRST_SUNDAY = 19_729
"""2024-01-07."""

KINDS = ("came_in", "went_out", "completed")


def weekly_flows(
    *,
    points: int = 2,
    scale: int = 1,
    displays: Mapping[str, Display] | None = None,
    **told: Any,
) -> Flows:
    """Flows out of what happened in each week; a category by its title, or the one category "A"."""
    by_title: Mapping[str, Any] = (
        told if all(isinstance(one, dict) for one in told.values()) else {"A": told}
    )
    length = max(len(one.get(kind, ())) for one in by_title.values() for kind in KINDS)
    shape = (7 * length + 1, len(by_title), 2)
    totals = {}
    for kind in KINDS:
        daily = np.zeros(shape, dtype=np.int64)
        for place, one in enumerate(by_title.values()):
            amounts: Sequence[int] = one.get(kind, ())
            days = 7 * np.arange(1, len(amounts) + 1)
            daily[days, place, 0] = amounts
            daily[days, place, 1] = np.array(amounts, dtype=np.int64) * points
        totals[kind] = daily.cumsum(axis=0)
    stock = np.array([[one["stock"], one["stock"] * points] for one in by_title.values()])
    open_now = stock + totals["came_in"] - totals["went_out"] - totals["completed"]
    shown = displays or {}
    categories = tuple(Category(title, shown.get(title, Display.SHOW)) for title in by_title)
    return Flows(categories, FIRST_SUNDAY, open_now, **totals, scale=scale)


def last_weeks(**told: Any) -> Weeks:
    """The last weeks of such flows."""
    flows = weekly_flows(**told)
    return flows.weeks(flows.last_day)
