"""From the columns of frames to the cells of tables, a column at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

if TYPE_CHECKING:  # pandas is slow to import, and only comes with what is given
    import pandas as pd

Array = npt.NDArray[Any]


def stored(column: pd.Series[Any], kind: sa.types.TypeEngine[Any]) -> Array:
    """A frame's column as what a column of that kind keeps, an array.

    Days are `datetime64[D]` in a column of dates and their numbers in one of integers; points are
    `float64` with NaN for none.
    """
    values: Array = column.to_numpy()
    if isinstance(kind, sa.Float):
        return values.astype(np.float64)
    if values.dtype.kind == "M":
        days = values.astype("datetime64[D]")
        return days if isinstance(kind, sa.Date) else days.astype(np.int64)
    return values


def cells_of(values: Array, kind: sa.types.TypeEngine[Any]) -> list[Any]:
    """The values of `stored` as a driver takes them, with None for no value."""
    cells: list[Any] = values.tolist()
    if isinstance(kind, sa.Float) and np.isnan(values).any():
        return [
            None if missing else cell
            for cell, missing in zip(cells, np.isnan(values).tolist(), strict=True)
        ]
    return cells
