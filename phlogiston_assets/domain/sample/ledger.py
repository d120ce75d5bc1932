"""Writing a task's story down as the dump's rows, and what holds in the end as its info."""

from collections.abc import Iterable

from phlogiston_assets.domain.sample.dice import Letters
from phlogiston_assets.domain.sample.events import (
    DUPLICATE,
    NEEDS_TRIAGE,
    OPEN,
    Assigned,
    Edge,
    Event,
    Filed,
    Joined,
    Moved,
    PointsSet,
    PrioritySet,
    StatusSet,
)
from phlogiston_assets.domain.sample.forms import Edit, Eras, Place, quoted

_TYPES = ("core:columns", "priority", "points", "status", "reassign", "core:edge")

Row = tuple[int, str, str, str, None, int, str, str, str, str, int, int]


class Numbering:
    """The numbers and names of rows and edits, one after the other through the whole dump."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self.rows = 0

    def row(self) -> tuple[int, str]:
        """Id and phid of the next row."""
        self.rows += 1
        return self.rows, f"PHID-XACT-TASK-{self._letters.take(15)}"

    def group(self) -> str:
        """The name of the next edit."""
        return self._letters.take(32)


class Ledger:
    """One task's rows. What changes nothing (a status set to what it is) leaves no row."""

    def __init__(self, phid: str, eras: Eras, numbering: Numbering) -> None:
        self.phid = phid
        self._eras = eras
        self._numbering = numbering
        self._rows: dict[str, list[Row]] = {type_: [] for type_ in _TYPES}
        self._status, self._priority = OPEN, NEEDS_TRIAGE
        self._points: float | None = None
        self._owner: str | None = None
        self._columns: dict[str, str] = {}
        self._edges: dict[Edge, dict[str, tuple[int, int]]] = {}
        self._created = self._changed = 0
        self._author = ""
        self._event = Event(0, "")
        self._edit = Edit("", False)

    def write(self, story: Iterable[Event]) -> None:
        """Write the rows of all events, which come in order of time, `Filed` first."""
        for event in story:
            if event.when != self._event.when:
                self._edit = Edit(self._numbering.group(), isinstance(event, Filed))
            self._event = event
            self._form = self._eras.form_at(event.when)
            match event:
                case Joined():
                    self._join(event)
                case Moved():
                    self._move(event)
                case StatusSet(status=status):
                    self._value("status", quoted(self._status), quoted(status))
                    self._status = status
                case Assigned(owner=owner):
                    self._value("reassign", quoted(self._owner), quoted(owner))
                    self._owner = owner
                case PrioritySet(priority=priority):
                    old = self._form.priority(self._priority)
                    self._value("priority", old, self._form.priority(priority))
                    self._priority = priority
                case PointsSet(points=points):
                    old = self._form.points(self._points)
                    self._value("points", old, self._form.points(points))
                    self._points = points
                case Filed():
                    self._file(event)

    def task(self, id_: int, title: str) -> dict[str, object]:
        """The task as the dump holds it."""
        points = None if self._points is None else float(self._points)
        return {
            "info": (
                *(id_, self.phid, self._author, self._owner, self._status, self._priority, title),
                *(self._created, self._changed, 0.0, points),
            ),
            "storypoints": "",
            "transactions": {type_: rows or None for type_, rows in self._rows.items()},
            "edge": [
                (self.phid, edge.value, other, when, place, None)
                for edge, others in sorted(self._edges.items())
                for other, (when, place) in others.items()
            ],
        }

    def _file(self, event: Filed) -> None:
        self._author, self._created = event.by, event.when
        if self._form.writes_defaults:
            self._value("status", "null", quoted(self._status))
            self._value("priority", "null", self._form.priority(event.priority))
        else:
            old = self._form.priority(self._priority)
            self._value("priority", old, self._form.priority(event.priority))
        self._priority = event.priority
        self._changed = event.when

    def _move(self, event: Moved) -> None:
        places: list[Place] = []
        for column in event.places:
            came_from = self._columns.get(column.board)
            if came_from != column.phid:
                places.append(Place(column.phid, column.board, came_from))
                self._columns[column.board] = column.phid
        if places:
            new = self._form.places(places)
            self._row("core:columns", "null", new, self._form.metadata(self._edit))

    def _join(self, event: Joined) -> None:
        held = self._edges.setdefault(event.edge, {})
        before = list(held)
        for place, other in enumerate(event.added):
            held.setdefault(other, (event.when, place))
        for other in event.removed:
            held.pop(other, None)
        after = list(held)
        if before != after:
            old, new = self._form.sides(self.phid, event.edge, before, after)
            self._row("core:edge", old, new, self._form.edge_metadata(event.edge, self._edit))
        if event.edge is Edge.MERGED_INTO:
            self._status = DUPLICATE

    def _value(self, type_: str, old: str, new: str) -> None:
        if old != new:
            self._row(type_, old, new, self._form.metadata(self._edit))

    def _row(self, type_: str, old: str, new: str, metadata: str) -> None:
        number, name = self._numbering.row()
        by, when = self._event.by, self._event.when
        self._changed = when
        self._rows[type_].append(
            (number, name, by, self.phid, None, 0, type_, old, new, metadata, when, when)
        )
