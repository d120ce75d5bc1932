"""From a task's transactions to the daily steps of its fields (domain.md, section 3).

What does not belong here: reading one value (see `values`), which rows there are (see
`task_record`), and how steps are packed (see `history`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from operator import itemgetter
from typing import Final, NamedTuple

from phlogiston_assets.domain import history, values
from phlogiston_assets.domain.days import SECONDS_A_DAY
from phlogiston_assets.domain.history import NONE, Steps
from phlogiston_assets.domain.values import UnreadableError

DUPLICATE: Final = "duplicate"

DayValues = list[tuple[int, int]]
"""(day, value) in order of time, several a day."""


class Change(NamedTuple):
    """A transaction row of one type, as far as it matters; sorts by time, then id."""

    at: int
    id: int
    old: object
    new: object
    metadata: object

    @property
    def day(self) -> int:
        """The day from whose end on the change is seen, never day 0."""
        return max(1, self.at // SECONDS_A_DAY)


class Edges(NamedTuple):
    """What edge transactions say: `memberships` 1 or 0 by project that the task ever had, `merges`
    into other tasks as changes of status, `sets` the projects after each change of them.
    """

    memberships: dict[int, DayValues]
    merges: list[Change]
    sets: list[tuple[Change, set[int]]]


class TextCodes:
    """The load's dictionary: a small number for each distinct status, priority or points text."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}

    def code(self, text: str | None) -> int:
        """The number of a text, given on first sight; NONE for no text."""
        if text is None:
            return NONE
        return self.codes.setdefault(text, len(self.codes))


class StepReader:
    """Works out the steps of fields, counting by kind what could not be read."""

    def __init__(
        self, projects: dict[str, int], columns: dict[str, int], unreadable: Counter[str]
    ) -> None:
        """`projects` and `columns` give ids by phid."""
        self.projects = projects
        self.columns = columns
        self.unreadable = unreadable
        self.texts = TextCodes()

    def status(self, rows: list[Change], merges: list[Change], at_load: str | None) -> Steps:
        """The status: its rows, merges, and the repair of a lost history."""
        changes = [change for row in rows if (change := self._read(values.status, row))]
        if merges:
            changes = sorted(changes + merges, key=itemgetter(0, 1))
        if len(changes) == 1 and at_load is not None and changes[0].new != at_load:
            changes = []
        return self._steps(changes, at_load)

    def priority(self, rows: list[Change], at_load: str | None) -> Steps:
        """The priority, as text."""
        changes = [change for row in rows if (change := self._read(values.priority, row))]
        return self._steps(changes, at_load)

    def _steps(self, changes: list[Change], at_load: str | None) -> Steps:
        first = changes[0].old if changes else None
        code = self.texts.code
        initial = code(first or at_load)  # type: ignore[arg-type]
        return history.daily_steps(initial, [(row.day, code(row.new)) for row in changes])  # type: ignore[arg-type]

    def points(self, rows: list[Change], at_load: float | None) -> Steps:
        """The points; a null is a value of its own here, blank text is not."""
        initial = at_load
        changes: list[tuple[int, int]] = []
        for row in rows:
            try:
                new = values.points(row.new)
            except UnreadableError:
                self.unreadable["points"] += 1
                continue
            if not changes:
                initial = self._first_points(row.old, at_load)
            changes.append((row.day, self._points_code(new)))
        return history.daily_steps(self._points_code(initial), changes)

    def _first_points(self, old: object, at_load: float | None) -> float | None:
        if isinstance(old, str) and old.strip() in ("", '""'):
            return at_load
        try:
            return values.points(old)
        except UnreadableError:
            self.unreadable["points"] += 1
            return None

    def _points_code(self, number: float | None) -> int:
        return self.texts.code(None if number is None else repr(number))

    def _read(self, reader: Callable[[object], str | None], row: Change) -> Change | None:
        """The change with its values read; None (and counted) if the new value says nothing."""
        try:
            new = reader(row.new)
        except UnreadableError as error:
            self.unreadable[str(error)] += 1
            return None
        if new is None:
            self.unreadable[reader.__name__] += 1
            return None
        try:
            old = reader(row.old)
        except UnreadableError as error:
            self.unreadable[str(error)] += 1
            old = None
        return row._replace(old=old, new=new)

    def edges(self, rows: list[Change]) -> Edges:
        """What the edge transactions of a task say of its projects and merges."""
        current: set[int] = set()
        found = Edges({}, [], [])
        for row in rows:
            kind = self._edge_type(row)
            if kind == values.MERGED_FROM_EDGE and self._adds(row):
                found.merges.append(row._replace(old="open", new=DUPLICATE))
            after = self._projects_after(current, kind, row)
            if after is None:
                continue
            for project in current ^ after:
                found.memberships.setdefault(project, []).append((row.day, int(project in after)))
            current = after
            found.sets.append((row, current))
        return found

    def _edge_type(self, row: Change) -> int:
        try:
            return values.edge_type(row.metadata)
        except UnreadableError as error:
            self.unreadable[str(error)] += 1
            return values.UNTYPED

    def _adds(self, row: Change) -> bool:
        """Whether an edge transaction adds something: the trace of a merge into another task."""
        new, old = self._side(values.phids, row.new), self._side(values.phids, row.old)
        return bool(set(new or ()) - set(old or ()))

    def _projects_after(self, current: set[int], kind: int, row: Change) -> set[int] | None:
        """The projects after an edge transaction; None if it is not about projects."""
        if kind not in (values.OLDEST_FORM, values.PROJECT_EDGE):
            return None
        reader = values.phids if kind == values.PROJECT_EDGE else values.typed_phids
        new = self._side(reader, row.new)
        if new is None:
            return None
        old = self._side(reader, row.old) or []
        if kind == values.PROJECT_EDGE:
            return (current - self._known(old)) | self._known(new)
        return self._known(new) if old or new else None

    def _side(self, reader: Callable[[object], list[str]], raw: object) -> list[str] | None:
        try:
            return reader(raw)
        except UnreadableError as error:
            self.unreadable[str(error)] += 1
            return None

    def _known(self, phids: list[str]) -> set[int]:
        known = {self.projects[phid] for phid in phids if phid in self.projects}
        if len(known) < len(phids):
            self.unreadable["unknown project"] += sum(phid not in self.projects for phid in phids)
        return known

    def moves(self, rows: list[Change]) -> dict[int, DayValues]:
        """Column ids by board, NONE for an unknown column."""
        moves: dict[int, DayValues] = {}
        for row in rows:
            try:
                elements = values.moves(row.new)
            except UnreadableError as error:
                self.unreadable[str(error)] += 1
                continue
            for element in elements:
                if element is None:
                    self.unreadable["columns"] += 1
                elif (board := self.projects.get(element[0])) is None:
                    self.unreadable["unknown board"] += 1
                else:
                    column = self.columns.get(element[1], NONE)
                    self.unreadable["unknown column"] += column == NONE
                    moves.setdefault(board, []).append((row.day, column))
        return moves
