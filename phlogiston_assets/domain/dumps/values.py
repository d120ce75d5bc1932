"""Reading one recorded value of a transaction (domain.md, sections 1 and 3).

`oldValue`, `newValue` and `metadata` are the database's raw text, usually JSON. A reader here
returns the value, or raises `UnreadableError`; whoever calls it counts that and goes on.

What does not belong here: which of several values counts (see `task_record`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from phlogiston_assets.domain.dumps.json_values import decode

_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*\Z")

PROJECT_EDGE: Final = 41
_PROJECT_TYPES: Final = (41, "41")
MERGED_FROM_EDGE: Final = 63
BLOCKED_EDGE: Final = 3
OLDEST_FORM: Final = -1
UNTYPED: Final = -2


class UnreadableError(ValueError):
    """A recorded value that cannot be read; its message is the kind under which it is counted."""


class Move(msgspec.Struct):
    """One element of a `core:columns` value: a board and a column, as phids."""

    board: str = msgspec.field(name="boardPHID")
    column: str = msgspec.field(name="columnPHID")


class _EdgeMetadata(msgspec.Struct):
    type: int | str | None = msgspec.field(name="edge:type", default=None)


class _Entry(msgspec.Struct):
    type: int | str | None = None


_MOVES = msgspec.json.Decoder(list[Move])
_SIDE: msgspec.json.Decoder[list[str] | dict[str, _Entry]] = msgspec.json.Decoder(
    list[str] | dict[str, _Entry]
)
_EDGE_METADATA = msgspec.json.Decoder(_EdgeMetadata)
_FORMLESS: Final = (TypeError, ValueError, RecursionError)
"""What a typed decoder raises where a value does not have the usual form."""
_NOTHING: Final = ("[]", "", None)
_SHORT = 24


def parse(raw: object, kind: str) -> Any:
    """The JSON value in a raw text; None where the text is null or blank.

    Raises:
        UnreadableError: not text, or not JSON.
    """
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise UnreadableError(kind)
    try:
        return _parse_short(raw) if len(raw) < _SHORT else _parse_text(raw)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(kind) from error


def _parse_text(raw: str) -> Any:
    return decode(raw.encode("utf-8", "replace")) if raw.strip() else None


_parse_short = lru_cache(maxsize=4096)(_parse_text)
"""Statuses, priorities and points repeat millions of times."""


def status(raw: object) -> str | None:
    """The status in a raw text such as `"resolved"` with its quotes; None for null or empty."""
    value = parse(raw, "status")
    if value is None or isinstance(value, str):
        return value or None
    raise UnreadableError("status")


def priority(raw: object) -> str | None:
    """The priority in a raw text such as `"50"` or `50`; None for null or empty."""
    return plain_priority(parse(raw, "priority"))


def plain_priority(value: object) -> str | None:
    """A priority as text, whether it came as number or text.

    Raises:
        UnreadableError: neither a finite number nor text.
    """
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UnreadableError("priority")
    return str(int(value)) if value == int(value) else str(value)


def points(raw: object) -> float | None:
    """The points in a raw text such as `3`, `"2.5"` or `null`; None if that is no finite number."""
    return plain_points(parse(raw, "points"))


def plain_points(value: object) -> float | None:
    """Points as a number, whether they came as number or text; None if no finite number."""
    if isinstance(value, str):
        if not _NUMBER.match(value):
            return None
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def moves(raw: object) -> Sequence[Move | None]:
    """The elements of a `core:columns` value in order, None for a broken one.

    Raises:
        UnreadableError: not a list.
    """
    try:
        return _MOVES.decode(raw)  # type: ignore[arg-type] # what is no text is told below
    except _FORMLESS:
        value = parse(raw, "columns")
    if value is None:
        return []
    if not isinstance(value, list):
        raise UnreadableError("columns")
    return [_move(item) for item in value]


def _move(item: object) -> Move | None:
    if isinstance(item, dict):
        board, column = item.get("boardPHID"), item.get("columnPHID")
        if isinstance(board, str) and isinstance(column, str):
            return Move(board, column)
    return None


def edge_type(metadata: object) -> int:
    """The `edge:type` in a metadata text: OLDEST_FORM where it is blank, UNTYPED without any.

    Raises:
        UnreadableError: metadata that is neither blank nor JSON, or a type that is no number.
    """
    if not metadata:
        return OLDEST_FORM
    try:
        kind = _EDGE_METADATA.decode(metadata).type  # type: ignore[arg-type] # what is no text is told below
    except _FORMLESS:
        kind = None
    return kind if isinstance(kind, int) else _edge_type_leniently(metadata)


def _edge_type_leniently(metadata: object) -> int:
    value = parse(metadata, "edge metadata")
    if not value:
        return OLDEST_FORM
    if not isinstance(value, dict) or value.get("edge:type") is None:
        return UNTYPED
    return _type_number(value["edge:type"])


def _type_number(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise UnreadableError("edge metadata")


def phids(raw: object) -> Collection[str]:
    """The phids on one side of an edge transaction: a list, the keys of an object, or nothing.

    Raises:
        UnreadableError: neither a list nor an object.
    """
    if raw in _NOTHING:
        return ()
    try:
        return _SIDE.decode(raw)  # type: ignore[arg-type] # what is no text is told below
    except _FORMLESS:
        return [phid for phid in _side(raw) if isinstance(phid, str)]


def typed_phids(raw: object) -> Collection[str]:
    """The project phids of a side in the oldest form: the keys whose entry has the projects' type.

    Raises:
        UnreadableError: neither a list nor an object.
    """
    if raw in _NOTHING:
        return ()
    try:
        side = _SIDE.decode(raw)  # type: ignore[arg-type] # what is no text is told below
    except _FORMLESS:
        side = _side(raw)
        return [phid for phid in side if isinstance(side, dict) and _is_project_entry(side[phid])]
    if isinstance(side, list):
        return ()
    return [phid for phid, entry in side.items() if entry.type in _PROJECT_TYPES]


def _side(raw: object) -> list[Any] | dict[str, Any]:
    value = parse(raw, "edge value")
    if value and not isinstance(value, list | dict):
        raise UnreadableError("edge value")
    return value or []


def _is_project_entry(entry: object) -> bool:
    return isinstance(entry, dict) and str(entry.get("type")) == str(PROJECT_EDGE)
