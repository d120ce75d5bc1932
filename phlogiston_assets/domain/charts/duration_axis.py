"""The axis of durations: a day and ten years both have room, zero lies at its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from math import log1p
from typing import Final

from phlogiston_assets.domain.charts.lettering import text_width
from phlogiston_assets.domain.charts.sheet import SMALL
from phlogiston_assets.domain.charts.wording import counted

_TICKS: Final = (
    (0, "same day"),
    (1, "1 day"),
    (7, "1 week"),
    (30, "1 month"),
    (91, "3 months"),
    (365, "1 year"),
    (1_096, "3 years"),
    (3_653, "10 years"),
)
_LEAST: Final = 8
_AIR: Final = 1.04


def along(days: float) -> float:
    """How far along the axis a number of days lies: its logarithm, zero at 0."""
    return log1p(days)


def reach(days: Sequence[int]) -> float:
    """Where an axis ends that holds all these, and a week at least."""
    return along(max(*days, _LEAST) if len(days) else _LEAST) * _AIR


def duration_ticks(end: float) -> list[tuple[float, str]]:
    """Places along an axis up to *end*, with their labels."""
    return [(along(days), label) for days, label in _TICKS if along(days) <= end]


def apart(ticks: Sequence[tuple[float, str]], scale: float) -> list[tuple[float, str]]:
    """Those of the ticks whose labels do not touch where the axis runs across the sheet.

    *scale* are pixels to a unit of the axis. The first label begins at its tick, the others have
    it in their middle.
    """
    kept: list[tuple[float, str]] = []
    taken = 0.0
    for place, label in ticks:
        width = text_width(label, SMALL)
        start = place * scale - (width / 2 if place else 0)
        if start >= taken:
            kept.append((place, label))
            taken = start + width + 8
    return kept


def days_text(days: float) -> str:
    """A number of days in words: "1 day", "32 days"."""
    return counted(int(days), "day")
