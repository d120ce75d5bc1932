"""Frames as CSV: UTF-8, comma, days as 2024-01-31, an empty cell for none."""

from __future__ import annotations

import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """The frame as a CSV file without its index.

    Titles come from strangers, and a spreadsheet runs text that begins like a formula: such text
    gets an apostrophe in front. Numbers stay as they are.
    """
    safe = pd.DataFrame(
        {name: _harmless(column) if _is_text(column) else column for name, column in frame.items()}
    )
    text = safe.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8", errors="replace")


def _is_text(column: pd.Series[str]) -> bool:
    return isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype) or column.dtype == object


def _harmless(column: pd.Series[str]) -> pd.Series[str]:
    cells = column.astype(object)
    texts = (value for value in set(cells.tolist()) if isinstance(value, str))
    risky = {value: f"'{value}" for value in texts if value.startswith(_FORMULA)}
    return cells.map(lambda value: risky.get(value, value)) if risky else cells
