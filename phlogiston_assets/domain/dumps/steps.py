"""From a task's transactions to the daily steps of its fields (domain.md, section 3).

What does not belong here: reading one value (see `values`), which rows there are (see
`task_record`), and how steps are packed (see `history`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from operator import itemgetter
from typing import Final

from msgspec import Struct

from phlogiston_assets.domain.days import SECONDS_A_DAY
from phlogiston_assets.domain.dumps import values
from phlogiston_assets.domain.dumps.task_form import Transaction
from phlogiston_assets.domain.dumps.values import UnreadableError
from phlogiston_assets.domain.history.packed import NONE

DUPLICATE: Final = "duplicate"

Phids = Collection[str]
Projects = AbstractSet[int]

Changes = list[tuple[int, int]]
"""(day, value) in order of time, several a day. From the end of that day on the change is seen."""

Field = tuple[int, Changes]
"""The value before the first change, and the changes."""

Told = tuple[int, int, int, int]
"""A change of a status or priority: instant, id, codes of the old and the new value."""

_MOST_KNOWN: Final = 4096
_BLANK: Final = ("", '""')
_UNREADABLE: Final = (UnreadableError, TypeError)
"""What looking up a raw value raises: the second one where it is no text at all."""
_NO_PROJECTS: Final[frozenset[int]] = frozenset()
_OF_PROJECTS: Final = (values.PROJECT_EDGE, values.OLDEST_FORM)


class TextCodes:
    """The load's dictionary: a small number for each distinct status, priority or points text.

    `known` are texts whose numbers are given, from 0 on.
    """

    def __init__(self, known: Mapping[str, int]) -> None:
        self.codes = dict(known)

    def code(self, text: str | None) -> int:
        """The number of a text, given on first sight; NONE for no text."""
        if text is None:
            return NONE
        return self.codes.setdefault(text, len(self.codes))


class _Known(dict[str | None, int]):
    """Codes by raw text: statuses, priorities and points repeat millions of times."""

    def __init__(self, read: Callable[[str | None], int]) -> None:
        self._read = read

    def __missing__(self, raw: str | None) -> int:
        code = self._read(raw)
        if len(self) < _MOST_KNOWN:
            self[raw] = code
        return code


class Edges(Struct, gc=False):
    """What edge transactions say: `memberships` 1 or 0 by project that the task ever had, `merges`
    into other tasks as changes of status, `sets` the projects after each change of them.
    """

    memberships: dict[int, Changes]
    merges: list[Told]
    sets: list[tuple[Transaction, Projects]]


class StepReader:
    """Works out the changes of fields, counting by kind what could not be read.

    A field is its value before the first change, and its changes, in codes of `texts` or ids.
    """

    def __init__(
        self,
        projects: dict[str, int],
        columns: dict[str, int],
        unreadable: Counter[str],
        texts: Mapping[str, int],
    ) -> None:
        """`projects` and `columns` give ids by phid, `texts` the codes that are already given."""
        self.projects = projects
        self.columns = columns
        self.unreadable = unreadable
        self.texts = TextCodes(texts)
        code = self.texts.code
        self._statuses = _Known(lambda raw: code(values.status(raw)))
        self._priorities = _Known(lambda raw: code(values.priority(raw)))
        self._points = _Known(lambda raw: self._points_code(values.points(raw)))
        self._merge = (code("open"), code(DUPLICATE))

    def status(self, rows: Sequence[Transaction], merges: list[Told], at_load: str | None) -> Field:
        """The status: its rows, merges, and the repair of a lost history."""
        told = self._told(rows, self._statuses, "status")
        if merges:
            told = sorted(told + merges, key=itemgetter(0, 1))
        loaded = self.texts.code(at_load)
        if len(told) == 1 and loaded != NONE and told[0][3] != loaded:
            told = []
        return _field(told, loaded)

    def priority(self, rows: Sequence[Transaction], at_load: str | None) -> Field:
        """The priority, as text."""
        told = self._told(rows, self._priorities, "priority")
        return _field(told, self.texts.code(at_load))

    def _told(self, rows: Sequence[Transaction], known: _Known, kind: str) -> list[Told]:
        """What rows say; a row whose new value says nothing is no change."""
        told: list[Told] = []
        for row in rows:
            try:
                new = known[row.new]
            except _UNREADABLE:
                new = NONE
            if new == NONE:
                self.unreadable[kind] += 1
                continue
            try:
                old = known[row.old]
            except _UNREADABLE:
                self.unreadable[kind] += 1
                old = NONE
            told.append((row.at, row.id, old, new))
        return told

    def points(self, rows: Sequence[Transaction], at_load: float | None) -> Field:
        """The points; a null is a value of its own here, blank text is not."""
        initial = self._points_code(at_load)
        changes: Changes = []
        for row in rows:
            try:
                new = self._points[row.new]
            except _UNREADABLE:
                self.unreadable["points"] += 1
                continue
            if not changes:
                initial = self._first_points(row.old, initial)
            changes.append((row.at // SECONDS_A_DAY or 1, new))
        return initial, changes

    def _first_points(self, old: str | None, loaded: int) -> int:
        try:
            code = self._points[old]
        except _UNREADABLE:
            self.unreadable["points"] += 1
            return NONE
        return loaded if old is not None and old.strip() in _BLANK else code

    def _points_code(self, number: float | None) -> int:
        return self.texts.code(None if number is None else repr(number))

    def edges(self, rows: Sequence[Transaction]) -> Edges:
        """What the edge transactions of a task say of its projects and merges."""
        current: Projects = _NO_PROJECTS
        found = Edges({}, [], [])
        memberships = found.memberships
        for row in rows:
            kind = self._edge_type(row)
            if kind not in _OF_PROJECTS:
                if kind == values.MERGED_FROM_EDGE and self._adds(row):
                    found.merges.append((row.at, row.id, *self._merge))
                continue
            if (after := self._after(current, kind, row)) is None:
                continue
            day = row.at // SECONDS_A_DAY or 1
            for project in current ^ after:
                memberships.setdefault(project, []).append((day, int(project in after)))
            current = after
            found.sets.append((row, after))
        return found

    def _edge_type(self, row: Transaction) -> int:
        try:
            return values.edge_type(row.metadata)
        except UnreadableError as error:
            self.unreadable[str(error)] += 1
            return values.UNTYPED

    def _adds(self, row: Transaction) -> bool:
        """Whether an edge transaction adds something: the trace of a merge into another task."""
        new, old = self._side(values.phids, row.new), self._side(values.phids, row.old)
        return bool(set(new or ()) - set(old or ()))

    def _after(self, current: Projects, kind: int, row: Transaction) -> Projects | None:
        """The projects after a transaction about them; None if it is not, or cannot be read."""
        reader = values.phids if kind == values.PROJECT_EDGE else values.typed_phids
        new = self._side(reader, row.new)
        if new is None:
            return None
        old = self._side(reader, row.old) or ()
        if kind == values.PROJECT_EDGE:
            return (current - self._known(old)) | self._known(new)
        return self._known(new) if old or new else None

    def _side(self, reader: Callable[[object], Phids], raw: object) -> Phids | None:
        try:
            return reader(raw)
        except UnreadableError as error:
            self.unreadable[str(error)] += 1
            return None

    def _known(self, phids: Phids) -> Projects:
        if not phids:
            return _NO_PROJECTS
        projects = self.projects
        known = {projects[phid] for phid in phids if phid in projects}
        if len(known) < len(phids):
            self.unreadable["unknown project"] += sum(phid not in projects for phid in phids)
        return known

    def moves(self, rows: Sequence[Transaction]) -> dict[int, Changes]:
        """Column ids by board, NONE for an unknown column."""
        moves: dict[int, Changes] = {}
        for row in rows:
            try:
                elements = values.moves(row.new)
            except UnreadableError as error:
                self.unreadable[str(error)] += 1
                continue
            day = row.at // SECONDS_A_DAY or 1
            for element in elements:
                if element is None:
                    self.unreadable["columns"] += 1
                elif (board := self.projects.get(element.board)) is None:
                    self.unreadable["unknown board"] += 1
                else:
                    column = self.columns.get(element.column, NONE)
                    if column == NONE:
                        self.unreadable["unknown column"] += 1
                    moves.setdefault(board, []).append((day, column))
        return moves


def _field(told: list[Told], loaded: int) -> Field:
    """A field from its changes; the old value of the first one counts before all, if it has one."""
    first = told[0][2] if told else NONE
    changes = [(at // SECONDS_A_DAY or 1, new) for at, _, _, new in told]
    return (loaded if first == NONE else first), changes
