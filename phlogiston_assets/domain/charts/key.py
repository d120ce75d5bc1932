"""A key below a chart, for narrow sheets: whole names, with their amounts in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phlogiston_assets.domain.charts.lettering import told_apart
from phlogiston_assets.domain.charts.palette import GRID, MUTED
from phlogiston_assets.domain.charts.sheet import SMALL, TEXT, Letter, Sheet

_ROW = 19
_COLUMN = 62
_SWATCH = 9


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A row: a category with its colour, or without one the sum of all."""

    name: str
    amounts: Sequence[str]
    colour: str | None = None


def key_height(rows: int) -> int:
    """How much room a key of so many rows takes."""
    return (rows + 1) * _ROW + 10


def write_key(sheet: Sheet, top: float, heads: Sequence[str], rows: Sequence[KeyRow]) -> None:
    """Write the key from *top* on, under *heads* of its columns of amounts."""
    rights = [sheet.width - _COLUMN * back for back in range(len(heads) - 1, -1, -1)]
    middle = top + 10 + _ROW / 2
    for right, head in zip(rights, heads, strict=True):
        sheet.words((right, middle), head, Letter(size=SMALL, colour=MUTED, anchor="right"))
    names = told_apart([row.name for row in rows], TEXT, rights[0] - _COLUMN - 5)
    for row in rows:
        line = middle + _ROW / 2
        middle += _ROW
        sheet.line([(0, line), (sheet.width, line)], GRID)
        left = 0.0
        if row.colour is not None:
            half = _SWATCH / 2
            box = [(0.0, -half), (_SWATCH, -half), (_SWATCH, half), (0.0, half)]
            sheet.shape([(x, middle + y) for x, y in box], row.colour)
            left = _SWATCH + 6.0
        bold = row.colour is None
        sheet.words((left, middle), names[row.name], Letter(bold=bold), whole=row.name)
        for right, amount in zip(rights, row.amounts, strict=True):
            sheet.words((right, middle), amount, Letter(anchor="right", bold=bold))
