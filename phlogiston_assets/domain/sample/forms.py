"""The three forms in which rows of a dump have been written over the years.

A form turns one change into the texts of a row: old value, new value, metadata. Which form a row
has is decided by its date. The texts are put together by hand, since identifiers need no escaping.
"""

from collections.abc import Sequence
from typing import NamedTuple

from phlogiston_assets.domain.sample.events import Edge


class Edit(NamedTuple):
    """The edit that a row is part of: its group, and whether it makes the task."""

    group: str
    creating: bool


class Place(NamedTuple):
    """A move on one board, as phids: to which column, of which board, from which column."""

    column: str
    board: str
    came_from: str | None


def quoted(text: str | None) -> str:
    """A text without special characters as JSON, or null."""
    return "null" if text is None else f'"{text}"'


class OldestForm:
    """Blank metadata on edges, whose two sides hold all edges of the type, keyed by phid.

    A new task has a row for its status and its priority even where these are the defaults.
    """

    writes_defaults = True

    def priority(self, priority: int) -> str:
        """A priority as JSON."""
        return str(priority)

    def points(self, points: float | None) -> str:
        """Points as JSON."""
        return "null" if points is None else f'"{points}"'

    def metadata(self, edit: Edit) -> str:
        """The metadata of any row but that of an edge."""
        return "[]"

    def edge_metadata(self, edge: Edge, edit: Edit) -> str:
        """The metadata of an edge's row; a merge has always said what it is."""
        return '{"edge:type":63}' if edge is Edge.MERGED_INTO else ""

    def sides(
        self, task: str, edge: Edge, before: Sequence[str], after: Sequence[str]
    ) -> tuple[str, str]:
        """Old and new value of a change of edges, from all phids before and after it."""
        return self._whole(task, edge, before), self._whole(task, edge, after)

    def places(self, places: Sequence[Place]) -> str:
        """The new value of a move."""
        return f"[{','.join(map(self._place, places))}]"

    def _whole(self, task: str, edge: Edge, phids: Sequence[str]) -> str:
        if not phids:
            return "[]"
        start = f'{{"src":"{task}","type":{edge.value},"dst":'
        entries = (f'"{phid}":{start}"{phid}","data":[]}}' for phid in phids)
        return f"{{{','.join(entries)}}}"

    def _place(self, place: Place) -> str:
        came_from = quoted(place.came_from)
        origin = f"{{{came_from}:{came_from}}}" if place.came_from else "{}"
        return (
            f'{{"columnPHID":"{place.column}","boardPHID":"{place.board}",'
            f'"fromColumnPHIDs":{origin}}}'
        )


class MiddleForm(OldestForm):
    """As the oldest form, but edges say their type in the metadata, and priorities are texts."""

    def priority(self, priority: int) -> str:
        """A priority as JSON."""
        return f'"{priority}"'

    def edge_metadata(self, edge: Edge, edit: Edit) -> str:
        """The metadata of an edge's row."""
        return f'{{"edge:type":{edge.value}}}'


class TodaysForm(MiddleForm):
    """Both sides of an edge's row are lists of what went and what came; edits have groups.

    A task made with the default status and priority has no rows for them.
    """

    writes_defaults = False

    def points(self, points: float | None) -> str:
        """Points as JSON."""
        return "null" if points is None else str(points)

    def metadata(self, edit: Edit) -> str:
        """The metadata of any row but that of an edge."""
        return f"{{{self._group(edit)}}}"

    def edge_metadata(self, edge: Edge, edit: Edit) -> str:
        """The metadata of an edge's row."""
        return f'{{"edge:type":{edge.value},{self._group(edit)}}}'

    def sides(
        self, task: str, edge: Edge, before: Sequence[str], after: Sequence[str]
    ) -> tuple[str, str]:
        """Old and new value of a change of edges: only the phids that went, and that came."""
        went = ",".join(quoted(phid) for phid in before if phid not in after)
        came = ",".join(quoted(phid) for phid in after if phid not in before)
        return f"[{went}]", f"[{came}]"

    def _group(self, edit: Edit) -> str:
        creating = '"core.create":true,' if edit.creating else ""
        return f'{creating}"core.groupID":"{edit.group}"'

    def _place(self, place: Place) -> str:
        came_from = quoted(place.came_from)
        origin = f"{{{came_from}:{came_from}}}" if place.came_from else "[]"
        return (
            f'{{"columnPHID":"{place.column}","beforePHIDs":[],"afterPHIDs":[],'
            f'"boardPHID":"{place.board}","fromColumnPHIDs":{origin}}}'
        )


class Eras(NamedTuple):
    """From which instants on rows have the middle form, and today's."""

    middle: int
    today: int

    def form_at(self, when: int) -> OldestForm:
        """The form of a row of this instant."""
        if when >= self.today:
            return _TODAYS
        return _MIDDLE if when >= self.middle else _OLDEST


_OLDEST, _MIDDLE, _TODAYS = OldestForm(), MiddleForm(), TodaysForm()
