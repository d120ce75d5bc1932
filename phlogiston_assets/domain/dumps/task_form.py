"""The form of a task in the dump, as far as anything of it is used (domain.md, section 1).

Nearly every task has this form and is decoded straight into it. What is not in this form, in any
cell, is decoded without one and mended: broken parts are counted and left out, so that whoever
reads a task meets one form only.

What does not belong here: what the values mean (see `values`, `steps` and `task_record`).
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct, field

from phlogiston_assets.domain.days import LAST_INSTANT
from phlogiston_assets.domain.dumps.json_values import decode

LARGEST_ID: Final = 2**31 - 1
_MOST_DIGITS: Final = len(str(LARGEST_ID))
_LARGEST_NUMBER: Final = 2**63 - 1
_Number = Annotated[int, Meta(ge=0, le=_LARGEST_NUMBER)]
_Instant = Annotated[int, Meta(ge=0, le=LAST_INSTANT)]


class Transaction(Struct, array_like=True, gc=False):
    """One recorded change; `at` is in epoch seconds."""

    id: _Number
    phid: str | None
    author: Any
    object_phid: str | None
    comment: Any
    comment_version: Any
    kind: Any
    old: str | None
    new: str | None
    metadata: str | None
    created: Any
    at: _Instant


Rows = list[Transaction]


class Transactions(Struct, gc=False):
    """The rows of each type that is kept."""

    status: Rows | None = None
    priority: Rows | None = None
    points: Rows | None = None
    reassign: Rows | None = None
    moves: Rows | None = field(name="core:columns", default=None)
    edges: Rows | None = field(name="core:edge", default=None)


class Edge(Struct, array_like=True, gc=False):
    """An edge between two objects as of the dump."""

    source: Any
    type: Any
    destination: Any


class Info(Struct, array_like=True, gc=False):
    """The task as it is in the dump."""

    id: Any = None
    phid: str | None = None
    author: Any = None
    owner: Any = None
    status: str | None = None
    priority: int | float | str | None = None
    title: str | None = None
    created: _Instant | None = None
    modified: _Instant | None = None
    subpriority: Any = None
    points: int | float | str | None = None


class Task(Struct, gc=False):
    """A member of the dump's `task` object."""

    info: Info | None = None
    transactions: Transactions | list[Any] | None = None
    edge: list[Edge] | None = None


class MendedTask(Task, gc=False):
    """A task that was not in this form as it stood; its cells may be of any kind."""


_decode_task = msgspec.json.Decoder(Task).decode
PLACES: Final = {
    "status": "status",
    "priority": "priority",
    "points": "points",
    "reassign": "reassign",
    "core:columns": "moves",
    "core:edge": "edges",
}
"""The types of transactions that are kept, with the place of their rows in `Transactions`."""


def task_number(key: str) -> int | None:
    """The id that a key of the dump's `task` object tells; None if it is none."""
    if not (key.isascii() and key.isdigit() and len(key) <= _MOST_DIGITS):
        return None
    number = int(key)
    return number if number <= LARGEST_ID else None


def decode_task(piece: bytes) -> Any:
    """Decode a task into its form; into whatever JSON it is where it does not have that form.

    Raises:
        ValueError: the piece is not one whole JSON value.
    """
    if b"\\u0000" not in piece:
        try:
            return _decode_task(piece)
        except (msgspec.DecodeError, RecursionError):
            pass
    return decode(piece)


def mend(content: Any, unreadable: Counter[str]) -> MendedTask | None:
    """The form of a task that was decoded without it; None, uncounted, if it is no object."""
    if not isinstance(content, dict):
        return None
    info = content.get("info")
    return MendedTask(
        info=_mended_info(info) if isinstance(info, list) else None,
        transactions=_mended_transactions(content.get("transactions"), unreadable),
        edge=_mended_edges(content.get("edge"), unreadable),
    )


def _mended_info(cells: list[Any]) -> Info:
    info = Info(*cells[: len(Info.__struct_fields__)])
    info.phid = info.phid if isinstance(info.phid, str) else None
    info.status = info.status if isinstance(info.status, str) else None
    info.title = as_text(info.title)
    info.created = _mended_instant(info.created)
    info.modified = _mended_instant(info.modified)
    return info


def _mended_instant(value: object) -> int | None:
    return value if type(value) is int and 0 <= value <= LAST_INSTANT else None


def _mended_transactions(told: Any, unreadable: Counter[str]) -> Transactions:
    if told is not None and not isinstance(told, dict | list):
        unreadable["transactions"] += 1
    if not isinstance(told, dict):
        return Transactions()
    lists = {name: _mended_rows(told.get(key), unreadable) for key, name in PLACES.items()}
    return Transactions(**lists)


def _mended_rows(rows: Any, unreadable: Counter[str]) -> Rows:
    if not rows:
        return []
    if not isinstance(rows, list):
        unreadable["transactions"] += 1
        return []
    mended = [_mended_row(row) for row in rows]
    unreadable["transaction"] += mended.count(None)
    return [row for row in mended if row is not None]


def _mended_row(cells: Any) -> Transaction | None:
    """The row with its number and instant as whole numbers; None if it lacks one of them."""
    try:
        row = Transaction(*cells[:12])
    except (TypeError, KeyError):
        return None
    row.id, row.at = _whole(row.id), _whole(row.at)
    sound = 0 <= row.at <= LAST_INSTANT and 0 <= row.id <= _LARGEST_NUMBER
    return row if sound else None


def _whole(value: object) -> int:
    """A whole number that came as text or as a float; -1 for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if type(value) is int else -1


def _mended_edges(rows: Any, unreadable: Counter[str]) -> list[Edge] | None:
    if not isinstance(rows, list):
        unreadable["edge"] += bool(rows)
        return None
    sound = [row for row in rows if isinstance(row, list) and len(row) >= 3]
    unreadable["edge"] += len(rows) - len(sound)
    return [Edge(*row[:3]) for row in sound]


def as_text(value: object) -> str | None:
    """A value as stored text: as it is, or written out where it should have been text."""
    return value if value is None or isinstance(value, str) else str(value)
