"""Tables of runs: rows that hold from a day up to another, as sums by day and categories of tasks.

A day more changes few of them, so only rows that differ are written. Each carries a digest of what
it says, by which it is compared; what holds on the report's day has no end there, so that it stays
as it is for as long as it holds. The views of days end with that day.

What does not belong here: tables that are written whole (see `figure_store`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from phlogiston_assets.domain.days import FOREVER
from resources.warehouse.cells import Array, cells_of, stored
from resources.warehouse.rows import insert_columns, plain_rows

if TYPE_CHECKING:  # pandas is slow to import, and only comes with what is given
    import pandas as pd

_Digests = npt.NDArray[np.int64]
_DIGEST: Final = "digest"
_MULTIPLIERS: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SHIFTS: Final = (np.uint64(30), np.uint64(27), np.uint64(31))


def write_runs(
    connection: Connection, scope: str, table: sa.Table, frame: pd.DataFrame, day: int
) -> int:
    """Let a table hold a scope's runs up to a day, the last that they know; how many are new.

    `frame` has the table's columns but the digest.
    """
    kinds = {one.name: one.type for one in table.columns}
    told = {name: stored(frame[name], kinds[name]) for name in kinds if name != _DIGEST}
    told["end_day"] = np.where(told["end_day"] > day, FOREVER, told["end_day"])
    told[_DIGEST] = _digests([told[name] for name in told if name != "scope"])
    before = _kept(connection, scope, table)
    gone = before[~_among(before, np.sort(told[_DIGEST]))]
    if len(gone) > len(before) // 2:
        forget_runs(connection, scope, table)
        before = before[:0]
    elif len(gone):
        condition = (table.c.scope == scope) & (table.c.digest == sa.bindparam("one"))
        parameters = [{"one": digest} for digest in gone.tolist()]
        connection.execute(sa.delete(table).where(condition), parameters)
    new = ~_among(told[_DIGEST], before)
    cells = [cells_of(told[name][new], kind) for name, kind in kinds.items()]
    insert_columns(connection, table, cells)
    return int(new.sum())


def _kept(connection: Connection, scope: str, table: sa.Table) -> _Digests:
    """The digests of the rows that are there, ascending."""
    query = sa.select(table.c.digest).where(table.c.scope == scope).order_by(table.c.digest)
    rows = plain_rows(connection.execute(query))
    return np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=len(rows))


def _among(digests: _Digests, others: _Digests) -> npt.NDArray[np.bool_]:
    """Which digests are among others, which ascend."""
    if not len(others):
        return np.zeros(len(digests), dtype=np.bool_)
    place = np.minimum(np.searchsorted(others, digests), len(others) - 1)
    found: npt.NDArray[np.bool_] = others[place] == digests
    return found


def forget_runs(connection: Connection, scope: str, table: sa.Table) -> None:
    """Remove all runs of a scope, so that all are written anew."""
    connection.execute(sa.delete(table).where(table.c.scope == scope))


def _digests(columns: Sequence[Array]) -> _Digests:
    """A number for the content of each row, the same on every machine."""
    total = np.zeros(len(columns[0]), dtype=np.uint64)
    for values in columns:
        total = _mixed(total + _words(values))
    return total.view(np.int64)


def _words(values: Array) -> npt.NDArray[np.uint64]:
    """A number for each value: equal ones for equal values."""
    if values.dtype.kind == "f":
        return np.where(np.isnan(values), np.nan, values + 0.0).view(np.uint64)
    if values.dtype.kind != "O":
        return values.astype(np.int64).view(np.uint64)
    texts = list(dict.fromkeys(values.tolist()))
    of_text = {text: n for n, text in enumerate(texts)}
    words = [hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts]
    place = np.fromiter(map(of_text.__getitem__, values.tolist()), dtype=np.intp, count=len(values))
    return np.frombuffer(b"".join(words), dtype="<u8").astype(np.uint64)[place]


def _mixed(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Each number with all its bits spread over all others (the finish of SplitMix64)."""
    for shift, multiplier in zip(_SHIFTS, _MULTIPLIERS, strict=False):
        words = (words ^ (words >> shift)) * multiplier
    return words ^ (words >> _SHIFTS[-1])
