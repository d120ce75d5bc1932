"""The view `maniphest_transaction`, which writes packed transactions out again as rows.

The phrases that were shortened are told by the domain (`packed_transactions`), so that what packs
and what unpacks cannot come apart. What does not belong here: any other view (see `schema`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from phlogiston_assets.domain.dumps.packed_transactions import OWN_PHID, PHRASES, PLAIN_CELLS
from phlogiston_assets.domain.dumps.task_form import PLACES

NAME: Final = "maniphest_transaction"

_SQLITE: Final = {
    "sign": "char({})",
    "rows": "json_each({})",
    "cells": "json_array_length(r.value)",
    "text": "json_extract(r.value, '$[{}]')",
    "number": "json_extract(r.value, '$[{}]')",
}
_POSTGRESQL: Final = {
    "sign": "chr({})",
    "rows": "jsonb_array_elements(({})::jsonb)",
    "cells": "jsonb_array_length(r.value)",
    "text": "(r.value ->> {})",
    "number": "(r.value ->> {})::bigint",
}


def definition(*, sqlite: bool) -> str:
    """The statement that makes the view in that database."""
    words = _SQLITE if sqlite else _POSTGRESQL
    parts = (_rows_of(kind, words) for kind in PLACES)
    return f"CREATE VIEW {NAME} AS {' UNION ALL '.join(parts)}"


def _rows_of(kind: str, words: Mapping[str, str]) -> str:
    number, text = words["number"].format, words["text"].format
    column = PLACES[kind]
    return f"""
SELECT {number(0)} AS id, {text(1)} AS phid, p.task_id,
       CASE {words["cells"]} WHEN {PLAIN_CELLS} THEN t.phid ELSE {text(6)} END AS object_phid,
       '{kind}' AS transaction_type, {text(2)} AS old_value, {text(3)} AS new_value,
       {number(5)} AS date_modified, {text(4)} AS metadata
FROM task_transactions AS p
JOIN maniphest_task AS t ON t.id = p.task_id
CROSS JOIN {words["rows"].format(_written_out(f"p.{column}", kind, words))} AS r
"""


def _written_out(column: str, kind: str, words: Mapping[str, str]) -> str:
    """The packed text with all phrases put back, the last one shortened first."""
    sign = words["sign"].format
    text = column
    for phrase, short in reversed(PHRASES[kind]):
        text = f"replace({text}, {sign(ord(short))}, {_literal(phrase, sign)})"
    if not any(OWN_PHID in phrase for phrase, _ in PHRASES[kind]):
        return text
    return f"replace({text}, {sign(ord(OWN_PHID))}, coalesce(t.phid, ''))"


def _literal(phrase: bytes, sign: Callable[[int], str]) -> str:
    """A phrase as an SQL text, in which the task's own sign is told by its number."""
    pieces = (f"'{piece}'" for piece in phrase.decode().split(OWN_PHID.decode()))
    return f" || {sign(ord(OWN_PHID))} || ".join(pieces)
