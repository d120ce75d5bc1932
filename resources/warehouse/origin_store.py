"""Forecasts of the past, kept so that none is made twice (see `domain.record`).

Only series with a forecast are stored, as packed arrays: five years of a scope with twelve
categories are one to two megabytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from phlogiston_assets.domain.counting.flows import MEASURES
from phlogiston_assets.domain.forecasts.record import DIGEST, HORIZONS, Origin
from phlogiston_assets.domain.forecasts.scoring import Floats
from phlogiston_assets.domain.forecasts.simulation import HORIZON, Cdf
from resources.warehouse.forecast_schema import forecast_origin
from resources.warehouse.rows import insert_rows

_TABLE: Final = forecast_origin
_DISTRIBUTIONS: Final = ("done", "matched")
_SCORES: Final = ("outcome", "crps", "pit")


class _Packed(msgspec.Struct):
    """The arrays of an origin as bytes, little-endian; distributions and scores by given series.

    `digests` are those of its categories; what an earlier version kept has none, and so holds for
    none.
    """

    given: bytes
    done: bytes
    matched: bytes
    outcome: bytes
    crps: bytes
    pit: bytes
    digests: bytes = b""


_DECODER = msgspec.msgpack.Decoder(_Packed)


def read_origins(connection: Connection, scope: str) -> dict[int, Origin]:
    """The kept origins of a scope by their days."""
    query = sa.select(_TABLE.c.day, _TABLE.c.digest, _TABLE.c.content)
    rows = connection.execute(query.where(_TABLE.c.scope == scope))
    return {day: _unpacked(day, content) for day, _, content in rows}


def write_origins(connection: Connection, scope: str, origins: Sequence[Origin]) -> int:
    """Keep these origins of a scope and no others; the count of rows that had to be written."""
    query = sa.select(_TABLE.c.day, _TABLE.c.digest, _TABLE.c.content)
    rows = connection.execute(query.where(_TABLE.c.scope == scope))
    before = {(day, digest, bytes(content)) for day, digest, content in rows}
    after = {(one.day, one.digest, _packed(one)) for one in origins}
    stale = [{"d": day} for day, _, _ in sorted(before - after)]
    if stale:
        condition = (_TABLE.c.scope == scope) & (_TABLE.c.day == sa.bindparam("d"))
        connection.execute(sa.delete(_TABLE).where(condition), stale)
    new = [(scope, *row) for row in sorted(after - before)]
    insert_rows(connection, _TABLE, new)
    return len(new)


def _packed(origin: Origin) -> bytes:
    given = origin.given
    distributions = (getattr(origin, name)[given].astype("<u2") for name in _DISTRIBUTIONS)
    scores = (getattr(origin, name)[:, given].astype("<f8") for name in _SCORES)
    arrays = (given.astype(np.uint8), *distributions, *scores)
    parts = [*(one.tobytes() for one in arrays), bytes.fromhex("".join(origin.digests))]
    return zlib.compress(msgspec.msgpack.encode(_Packed(*parts)))


def _unpacked(day: int, content: bytes) -> Origin:
    packed = _DECODER.decode(zlib.decompress(content))
    given = np.frombuffer(packed.given, dtype=np.uint8).astype(np.bool_).reshape(-1, len(MEASURES))
    done, matched = (_distribution(one, given) for one in (packed.done, packed.matched))
    outcome, crps, pit = (_score(one, given) for one in (packed.outcome, packed.crps, packed.pit))
    told = packed.digests.hex()
    digests = tuple(told[at : at + DIGEST] for at in range(0, len(told), DIGEST))
    return Origin(day, digests, given, done, matched, outcome, crps, pit)


def _distribution(told: bytes, given: npt.NDArray[np.bool_]) -> Cdf:
    whole = np.zeros((*given.shape, HORIZON), dtype=np.uint16)
    whole[given] = np.frombuffer(told, dtype="<u2").reshape(-1, HORIZON)
    return whole


def _score(told: bytes, given: npt.NDArray[np.bool_]) -> Floats:
    score = np.full((len(HORIZONS), *given.shape), np.nan)
    score[:, given] = np.frombuffer(told, dtype="<f8").reshape(len(HORIZONS), -1)
    return score
