"""A task's transactions in short: one JSON text for each type (domain.md, sections 1 and 2).

Raw values are most of a dump, and most of their bytes are the same few phrases. A task's rows of a
type are kept as one JSON list, in which control characters stand for those phrases. JSON text holds
no control characters of its own, so whatever was dumped can be written out again exactly, which a
view does (`resources.warehouse.transaction_view`). A phrase is undone in the order opposite to that
in which it was shortened.

What does not belong here: which rows can be read (see `task_record`), how the texts are stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from phlogiston_assets.domain.dumps.task_form import Transaction

Phrases = tuple[tuple[bytes, bytes], ...]
"""(phrase, the sign that stands for it)."""

OWN_PHID: Final = b"\x01"
"""Stands for the phid of the task itself."""

PLAIN_CELLS: Final = 6
"""id, phid, old value, new value, metadata, instant. A seventh is the phid of the object, given
where it is not the task's own."""

_PHID: Final[Phrases] = ((b'"PHID-XACT-TASK-', b"\x02"),)
_GROUP: Final[Phrases] = ((rb"\"core.groupID\":\"", b"\x03"),)
_OWN_EDGE: Final[Phrases] = ((rb"\":{\"src\":\"" + OWN_PHID + rb"\",\"type\":", b"\x06"),)
_IN_EDGES: Final[Phrases] = (
    (rb",\"data\":[]}", b"\x04"),
    (rb"\"PHID-", b"\x08"),
    (rb"{\"edge:type\":", b"\x14"),
    (rb",\"core.groupID\":\"", b"\x15"),
)
_IN_MOVES: Final[Phrases] = (
    (rb"\"columnPHID\":\"PHID-PCOL-", b"\x0e"),
    (rb"\"boardPHID\":\"PHID-PROJ-", b"\x0f"),
    (rb"\"fromColumnPHIDs\":{\"PHID-PCOL-", b"\x10"),
    (rb"\",\"beforePHIDs\":[],\"afterPHIDs\":[],", b"\x11"),
    (rb"\":\"PHID-PCOL-", b"\x12"),
)

PHRASES: Final[Mapping[str, Phrases]] = {
    "status": _PHID + _GROUP,
    "priority": _PHID + _GROUP,
    "points": _PHID + _GROUP,
    "reassign": _PHID + _GROUP,
    "core:columns": _PHID + _GROUP + _IN_MOVES,
    "core:edge": _OWN_EDGE + _PHID + _IN_EDGES,
}
"""What is shortened in the rows of each type that is kept, in this order.

Each phrase costs a walk over the text and as much again for each place where it stands, so only
those are here that save much. Only edges name their task time and again.
"""

_OWN: Final = {kind: [one for one in told if OWN_PHID in one[0]] for kind, told in PHRASES.items()}
_PLAIN: Final = {
    kind: [one for one in told if OWN_PHID not in one[0]] for kind, told in PHRASES.items()
}

_encode = msgspec.json.Encoder().encode


def pack(kind: str, rows: Sequence[Transaction], phid: str | None) -> str | None:
    """The rows of one type of a task, whose phid is given, as a short text; None for no rows."""
    if not rows:
        return None
    text = _encode(
        [
            (row.id, row.phid, row.old, row.new, row.metadata, row.at)
            if row.object_phid == phid
            else (row.id, row.phid, row.old, row.new, row.metadata, row.at, row.object_phid)
            for row in rows
        ]
    )
    if phid and _OWN[kind] and phid.isprintable():
        own = phid.encode()
        for phrase, sign in _OWN[kind]:
            text = text.replace(phrase.replace(OWN_PHID, own), sign)
        text = text.replace(own, OWN_PHID)
    for phrase, sign in _PLAIN[kind]:
        text = text.replace(phrase, sign)
    return text.decode()
