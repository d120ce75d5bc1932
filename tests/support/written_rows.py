"""What Phabricator writes for a change, in each form of row: type, old value, new value, metadata.

The forms of a row: "oldest" (edges with blank metadata, entries with a type, the whole set on
both sides; a status at the making out of null; points as text), "middle" (edges with a typed
metadata, objects with the whole set) and "today" (edges as lists of the difference, a group in
metadata).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from support.histories import DumpBuilder, TaskBuilder

When = str | int | date
Form = Literal["oldest", "middle", "today"]
Phid = str
Row = list[Any]
Written = tuple[str, Any, Any, Any]  # type, old value, new value, metadata of a row

PROJECT_EDGE, MERGE_EDGE, MERGED_INTO_ME_EDGE = 41, 63, 62
BLOCKED_BY_EDGE, BLOCKS_EDGE = 3, 4
NEEDS_TRIAGE = 90  # the priority that Phabricator gives to a task by itself


class _Unset:
    """Tells "follow the history" from `None`, which a dump may say."""


UNSET = _Unset()


def epoch(when: When) -> int:
    """Give epoch seconds of "YYYY-MM-DD" (its first second), "YYYY-MM-DD HH:MM:SS" or a date."""
    if isinstance(when, int):
        return when
    moment = datetime.fromisoformat(when if isinstance(when, str) else when.isoformat())
    return int(moment.replace(tzinfo=UTC).timestamp())


def json_text(value: Any) -> str:
    """Write a value as the JSON text which Phabricator keeps in a database field."""
    return json.dumps(value, separators=(",", ":"))


@dataclass
class Project:
    """A project and the columns of its board, by name, place or phid."""

    id: int
    name: str
    phid: Phid
    created: int
    columns: list[Row] = field(default_factory=list)
    _dump: DumpBuilder | None = field(default=None, repr=False)

    def add_column(
        self, name: str, *, created: When | None = None, default: bool = False, hidden: bool = False
    ) -> Phid:
        """Add a column to the board and give its phid; it is as old as the project by default."""
        assert self._dump is not None
        at = self.created if created is None else epoch(created)
        id_ = self._dump.next_column_id()
        phid = f"PHID-PCOL-{id_:020d}"
        properties = '{"isDefault":true}' if default else "[]"
        sequence = len(self.columns)
        self.columns.append([id_, phid, name, int(hidden), sequence, self.phid, at, at, properties])
        return phid

    def column(self, column: str | int) -> Phid:
        """Give the phid of a column by name or place; a `PHID-PCOL-...` is taken as it is."""
        if isinstance(column, int):
            return str(self.columns[column][1])
        if column.startswith("PHID-PCOL-"):
            return column
        return str(next(row[1] for row in self.columns if row[2] == column))


@dataclass
class Change:
    """One change before it is written: what `type` and `value` mean is up to its writer."""

    at: int
    id: int
    type: str
    form: Form
    value: Any
    old: Any = UNSET


@dataclass
class State:
    """What a task is up to some change, for old values and `info`."""

    status: str | None = None
    points: Any = None
    priority: Any = None
    assignee: Phid | None = None
    projects: list[Phid] = field(default_factory=list)


TYPES = ("status", "priority", "points", "core:columns", "core:edge", "reassign")


def metadata_of(change: Change, edge_type: int | None = None) -> str:
    """Write a row's metadata: blank edges in the oldest form, a group in today's."""
    if edge_type is not None and change.form == "oldest":
        return ""
    metadata: dict[str, Any] = {} if edge_type is None else {"edge:type": edge_type}
    if change.form == "today":
        metadata["core.groupID"] = f"group{change.id}"
    return json_text(metadata) if metadata else "[]"


def write_status(task: TaskBuilder, state: State, change: Change) -> Written:
    """Write a status row; only an oldest row of the task's making has null as its old value."""
    made = change.form == "oldest" and change.at == task.created
    old = state.status or (None if made else "open")
    old = old if isinstance(change.old, _Unset) else change.old
    state.status = change.value
    return "status", json_text(old), json_text(change.value), metadata_of(change)


def write_points(_task: TaskBuilder, state: State, change: Change) -> Written:
    """Write a points row: a number, or in the oldest form a number as text."""
    old = state.points if isinstance(change.old, _Unset) else change.old
    state.points = change.value
    as_text = change.form == "oldest"
    return (
        "points",
        number(old, as_text=as_text),
        number(change.value, as_text=as_text),
        metadata_of(change),
    )


def write_priority(task: TaskBuilder, state: State, change: Change) -> Written:
    """Write a priority row: numbers as text, bare in the middle form only."""
    first = None if change.at == task.created else NEEDS_TRIAGE
    old = first if state.priority is None else state.priority
    old = old if isinstance(change.old, _Unset) else change.old
    state.priority = change.value
    as_text = change.form != "middle"
    return (
        "priority",
        number(old, as_text=as_text),
        number(change.value, as_text=as_text),
        metadata_of(change),
    )


def number(value: Any, *, as_text: bool) -> str:
    """Write a number as JSON, inside quotes where the form wants it."""
    return json_text(str(value) if as_text and value is not None else value)


def write_assignee(_task: TaskBuilder, state: State, change: Change) -> Written:
    """Write a `reassign` row."""
    old, state.assignee = state.assignee, change.value
    return "reassign", json_text(old), json_text(change.value), metadata_of(change)


def write_projects(task: TaskBuilder, state: State, change: Change) -> Written:
    """Write a project row: whole sets before 2018, the difference since then."""
    added, removed = ([phid_of(project) for project in side] for side in change.value)
    before = list(state.projects)
    kept = [phid for phid in before if phid not in removed]
    state.projects = kept + [phid for phid in added if phid not in kept]
    if change.form == "today":
        old: Any = [phid for phid in removed if phid in before]
        new: Any = [phid for phid in added if phid not in before]
    else:
        old = edge_entries(task, PROJECT_EDGE, before, change.form)
        new = edge_entries(task, PROJECT_EDGE, state.projects, change.form)
    return "core:edge", json_text(old), json_text(new), metadata_of(change, PROJECT_EDGE)


def write_edge(task: TaskBuilder, state: State, change: Change) -> Written:
    """Write an edge row about another task; a merge changes the status without a status row."""
    type_, phid = change.value
    if type_ == MERGE_EDGE:
        assert change.form != "oldest", "the oldest rows are older than merges by edge"
        state.status = "duplicate"
    today = change.form == "today"
    new = [phid] if today else edge_entries(task, type_, [phid], change.form)
    return "core:edge", "[]", json_text(new), metadata_of(change, type_)


def edge_entries(task: TaskBuilder, type_: int, phids: list[Phid], form: Form) -> Any:
    """Write one side of an older edge row: an object by phid, `[]` for PHP's empty one."""
    extra: dict[str, Any] = {"data": []} if form == "oldest" else {}
    entries = {phid: {"src": task.phid, "type": type_, "dst": phid, **extra} for phid in phids}
    return entries or ([] if form == "oldest" else {})


def write_columns(_task: TaskBuilder, _state: State, change: Change) -> Written:
    """Write a `core:columns` row with one element for each board."""
    elements = []
    for board, column in change.value:
        phid = board.column(column) if isinstance(board, Project) else column
        element: dict[str, Any] = {"columnPHID": phid, "boardPHID": phid_of(board)}
        if change.form == "today":
            element = {"columnPHID": phid, "beforePHIDs": [], "afterPHIDs": [], **element}
        elements.append({**element, "fromColumnPHIDs": {}})
    return "core:columns", "null", json_text(elements), metadata_of(change)


def phid_of(project: Project | Phid) -> Phid:
    """Give the phid of a project, or the bare phid of a hidden one."""
    return project if isinstance(project, str) else project.phid


WRITERS = {
    "status": write_status,
    "points": write_points,
    "priority": write_priority,
    "reassign": write_assignee,
    "projects": write_projects,
    "edge": write_edge,
    "core:columns": write_columns,
}
