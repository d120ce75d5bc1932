"""Frames made of rows, with their days and amounts in the types that all frames of figures have.

To make a frame first and to change the types of its columns then costs ten times as much.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd


def frame_of(
    rows: Sequence[tuple[Any, ...]],
    columns: Sequence[str],
    *,
    dates: Collection[str] = (),
    amounts: Collection[str] = (),
) -> pd.DataFrame:
    """A frame of rows: `dates` as `datetime64[s]`, `amounts` as `float64`, None for none of either.

    Other columns have the type that pandas finds for them, `object` where there are no rows.
    """
    cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
    found: dict[str, Any] = {}
    for name, values in zip(columns, cells, strict=True):
        if name in dates:
            found[name] = np.array(values, dtype="datetime64[s]")
        elif name in amounts:
            found[name] = np.array(values, dtype=np.float64)
        else:
            found[name] = list(values) if rows else pd.Series(dtype=object)
    return pd.DataFrame(found, columns=pd.Index(columns))


def dates_of(column: pd.Series[Any]) -> list[date | None]:
    """The days of a column as dates, None for none."""
    found: list[date | None] = column.to_numpy().astype("datetime64[D]").tolist()
    return found
