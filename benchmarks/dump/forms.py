"""The texts of a row's values in three eras, escaped as they stand inside a JSON string.

Before `middle` edges have blank metadata and both sides hold all edges by phid; from then on the
metadata tell the type; from `today` on the sides are lists of what went and what came. Identifiers
need no escaping but their quotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

OLDEST, MIDDLE, TODAY = 0, 1, 2
Q: Final = '\\"'
"""A quote within a JSON string."""


def quoted(text: str | None) -> str:
    """A text without special characters as escaped JSON, or null."""
    return "null" if text is None else f"{Q}{text}{Q}"


def metadata(era: int, group: str, *, creates: bool = False) -> str:
    """The metadata of a row that is no edge's."""
    if era != TODAY:
        return "[]"
    return f"{{{_group(group, creates=creates)}}}"


def edge_metadata(era: int, kind: int, group: str, *, creates: bool = False) -> str:
    """The metadata of an edge's row; a merge has always said what it is."""
    if era == TODAY:
        return f"{{{Q}edge:type{Q}:{kind},{_group(group, creates=creates)}}}"
    if era == OLDEST and kind != 63:
        return ""
    return f"{{{Q}edge:type{Q}:{kind}}}"


def _group(group: str, *, creates: bool) -> str:
    return f"{f'{Q}core.create{Q}:true,' if creates else ''}{Q}core.groupID{Q}:{Q}{group}{Q}"


def sides(
    era: int, task: str, kind: int, before: Sequence[str], after: Sequence[str]
) -> tuple[str, str]:
    """Old and new value of a change of edges, from all phids before and after it."""
    if era == TODAY:
        return _listed(set(before) - set(after)), _listed(set(after) - set(before))
    return _whole(task, kind, before), _whole(task, kind, after)


def _listed(phids: Iterable[str]) -> str:
    return f"[{','.join(f'{Q}{phid}{Q}' for phid in sorted(phids))}]"


def _whole(task: str, kind: int, phids: Sequence[str]) -> str:
    if not phids:
        return "[]"
    start = f"{{{Q}src{Q}:{Q}{task}{Q},{Q}type{Q}:{kind},{Q}dst{Q}:{Q}"
    entries = (f"{Q}{phid}{Q}:{start}{phid}{Q},{Q}data{Q}:[]}}" for phid in phids)
    return f"{{{','.join(entries)}}}"


def place(era: int, board: str, column: str, came_from: str | None) -> str:
    """One element of a move."""
    empty = "[]" if era == TODAY else "{}"
    origin = f"{{{Q}{came_from}{Q}:{Q}{came_from}{Q}}}" if came_from else empty
    order = f"{Q}beforePHIDs{Q}:[],{Q}afterPHIDs{Q}:[]," if era == TODAY else ""
    return (
        f"{{{Q}columnPHID{Q}:{Q}{column}{Q},{order}{Q}boardPHID{Q}:{Q}{board}{Q},"
        f"{Q}fromColumnPHIDs{Q}:{origin}}}"
    )


def priority(era: int, value: int) -> str:
    """A priority: a number in the oldest rows, a text later."""
    return str(value) if era == OLDEST else f"{Q}{value}{Q}"


def points(era: int, value: str | None) -> str:
    """Points: a text in rows of old, a number today."""
    return value if value is not None and era == TODAY else quoted(value)
