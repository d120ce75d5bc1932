"""Decoding JSON values into what every database can store.

What does not belong here: what values mean (see `values`), and where they stand (see `dump`).
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import msgspec

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def clean(value: Any) -> Any:
    """The value with NUL and lone surrogates replaced, which no database stores as text."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    return value


def decode(piece: bytes) -> Any:
    """Decode one JSON value; lenient where the fast decoder is strict (surrogates, NaN, bytes).

    Raises:
        ValueError: the piece is not one whole JSON value.
    """
    try:
        value = msgspec.json.decode(piece)
    except (msgspec.DecodeError, RecursionError):
        return _decode_leniently(piece)
    return clean(value) if b"\\u0000" in piece else value


def _decode_leniently(piece: bytes) -> Any:
    try:
        return clean(json.loads(piece.decode("utf-8", "replace")))
    except RecursionError:
        return None
