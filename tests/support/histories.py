"""Small readable dumps: projects with boards, tasks with fluent histories, in every row form.

    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", columns=["", "Doing", "Done"], default=0)
    goal = dump.task(2, "Goal: toolbar", created="2024-01-01").in_project(editor)
    dump.task(1, "Fix toolbar", created="2024-01-02").in_project(editor).moved(
        editor, "Doing", on="2024-01-05"
    ).points(3, on="2024-01-06").child_of(goal).resolved(on="2024-01-09")
    dump.to_json()

Holds the layout of domain.md, section 1, and what Phabricator itself would write for a change;
what the changes mean on a day (section 3) does not belong in here. Methods may be called in any
order: old values, whole sets and `info` follow from the history in the order of (time, id), which
is the order of the calls where two changes share a second. The forms of a row are told in
`written_rows`.
"""

from __future__ import annotations

import gzip
import json
from typing import Any, Self

from support.written_rows import (
    BLOCKED_BY_EDGE,
    BLOCKS_EDGE,
    MERGE_EDGE,
    MERGED_INTO_ME_EDGE,
    NEEDS_TRIAGE,
    PROJECT_EDGE,
    TYPES,
    UNSET,
    WRITERS,
    Change,
    Form,
    Phid,
    Project,
    Row,
    State,
    When,
    Written,
    epoch,
)


class TaskBuilder:
    """A task and its history; every method for a change gives the task back."""

    def __init__(self, dump: DumpBuilder, id_: int, title: str, created: int, phid: Phid) -> None:
        """Make a task without any change; `DumpBuilder.task` does it for you."""
        self.id, self.title, self.created, self.phid = id_, title, created, phid
        self._dump = dump
        self._changes: list[Change] = []
        self._raw: list[tuple[str, Row | Any]] = []
        self._edges: list[Row] = []
        self._info: dict[str, Any] = {}
        self._has_info = True

    # Changes -----------------------------------------------------------------------------------

    def status(
        self,
        new: Any,
        *,
        on: When | None = None,
        old: Any = UNSET,
        form: Form = "today",
        row_id: int | None = None,
    ) -> Self:
        """Change the status; the old one follows from the history unless it is given."""
        return self._change("status", new, on, form, row_id, old=old)

    def opened(
        self, *, on: When | None = None, form: Form = "today", row_id: int | None = None
    ) -> Self:
        """Set the status open, as old Phabricator did when a task was made."""
        return self.status("open", on=on, form=form, row_id=row_id)

    def resolved(self, *, on: When, form: Form = "today", row_id: int | None = None) -> Self:
        """Resolve the task."""
        return self.status("resolved", on=on, form=form, row_id=row_id)

    def points(
        self,
        new: Any,
        *,
        on: When | None = None,
        old: Any = UNSET,
        form: Form = "today",
        row_id: int | None = None,
    ) -> Self:
        """Set the story points, text in the oldest form; `None` takes them away."""
        return self._change("points", new, on, form, row_id, old=old)

    def priority(
        self,
        new: Any,
        *,
        on: When | None = None,
        old: Any = UNSET,
        form: Form = "today",
        row_id: int | None = None,
    ) -> Self:
        """Set the priority, text in the oldest and in today's form."""
        return self._change("priority", new, on, form, row_id, old=old)

    def assigned(
        self,
        user: Phid | None,
        *,
        on: When | None = None,
        form: Form = "today",
        row_id: int | None = None,
    ) -> Self:
        """Assign the task, a `reassign` row."""
        return self._change("reassign", user, on, form, row_id)

    def in_project(
        self,
        *projects: Project | Phid,
        on: When | None = None,
        form: Form = "today",
        row_id: int | None = None,
    ) -> Self:
        """Add the task to projects in one row; a bare phid stands for a hidden project."""
        return self._change("projects", (projects, ()), on, form, row_id)

    def left_project(
        self,
        *projects: Project | Phid,
        on: When,
        form: Form = "today",
        row_id: int | None = None,
    ) -> Self:
        """Take the task out of projects in one row."""
        return self._change("projects", ((), projects), on, form, row_id)

    def moved(
        self,
        board: Project | Phid,
        column: str | int,
        *more: tuple[Project | Phid, str | int],
        on: When | None = None,
        form: Form = "today",
        row_id: int | None = None,
    ) -> Self:
        """Move the task to a column, or in one row to columns of several boards.

        A column is a name, a place on the board or a phid, which may be unknown.
        """
        return self._change("core:columns", ((board, column), *more), on, form, row_id)

    def merged_into(
        self, other: TaskBuilder, *, on: When, form: Form = "today", row_id: int | None = None
    ) -> Self:
        """Close the task as a duplicate: an edge row of type 63 here, of type 62 on the other."""
        self._edge_row(MERGE_EDGE, other, on, form, row_id)
        other._edge_row(MERGED_INTO_ME_EDGE, self, on, form, None)
        return self

    def child_of(
        self, parent: TaskBuilder | Phid, *, on: When | None = None, form: Form = "today"
    ) -> Self:
        """Make the parent blocked by this task; with a time, both leave a transaction too."""
        if isinstance(parent, TaskBuilder):
            parent.edge(BLOCKED_BY_EDGE, self.phid)
            if on is not None:
                parent._edge_row(BLOCKED_BY_EDGE, self, on, form, None)
        self.edge(BLOCKS_EDGE, parent if isinstance(parent, str) else parent.phid)
        if on is not None:
            self._edge_row(BLOCKS_EDGE, parent, on, form, None)
        return self

    # Escape hatches ----------------------------------------------------------------------------

    def row(
        self,
        kind: str,
        old: Any,
        new: Any,
        metadata: Any = "[]",
        at: When | None = None,
        *,
        row_id: int | None = None,
    ) -> Self:
        """Add a transaction whose three values are written exactly as given.

        What it means is not known here: old values of other rows and `info` do not follow it.
        """
        at = self.created if at is None else epoch(at)
        written = (kind, old, new, metadata)
        self._raw.append((kind, self._row(self._dump.take_id(row_id), at, written)))
        return self

    def raw_row(self, kind: str, row: Any) -> Self:
        """Add anything at all to the list of a transaction type."""
        self._raw.append((kind, row))
        return self

    def edge(self, edge_type: int, dst: Phid) -> Self:
        """Add a row to the task's `edge` list, the state at load."""
        self._edges.append([self.phid, edge_type, dst, self.created, 0, None])
        return self

    def at_load(self, **values: Any) -> Self:
        """Say what `info` says instead of what follows from the history.

        Of status, priority, points, title, created, modified and id; `info=None` leaves it null.
        """
        if "info" in values:
            self._has_info = values.pop("info") is not None
        unknown = values.keys() - {
            "id",
            "status",
            "priority",
            "points",
            "title",
            "created",
            "modified",
        }
        assert not unknown, f"info has no {sorted(unknown)}"
        self._info.update(values)
        return self

    # Writing -----------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Write the task object of section 1."""
        state = State()
        rows: dict[str, list[Any]] = {type_: [] for type_ in TYPES}
        for change in sorted(self._changes, key=lambda change: (change.at, change.id)):
            written = WRITERS[change.type](self, state, change)
            rows[written[0]].append(self._row(change.id, change.at, written))
        for type_, row in self._raw:
            rows.setdefault(type_, []).append(row)
        held = [[self.phid, PROJECT_EDGE, phid, self.created, 0, None] for phid in state.projects]
        points = self._info.get("points", state.points)
        return {
            "info": self._info_row(state),
            "storypoints": [self.id, self.phid, "" if points is None else str(points)],
            "transactions": rows,
            "edge": held + self._edges,
        }

    def _info_row(self, state: State) -> Row | None:
        """Write `info`: the state after the last change, where nothing else was said."""
        if not self._has_info:
            return None
        say = self._info.get
        modified = max([self.created, *(change.at for change in self._changes)])
        priority = NEEDS_TRIAGE if state.priority is None else state.priority
        return [
            say("id", self.id),
            self.phid,
            "PHID-USER-author",
            state.assignee,
            say("status", state.status or "open"),
            say("priority", priority),
            say("title", self.title),
            say("created", self.created),
            say("modified", modified),
            0.0,
            say("points", state.points),
        ]

    def _row(self, id_: int, at: int, written: Written) -> Row:
        """Write a transaction row; comment phid and version stand where the dump has them."""
        phid = f"PHID-XACT-TASK-{id_:015d}"
        author = "PHID-USER-author"
        return [id_, phid, author, self.phid, None, 0, *written, at, at]

    def _change(
        self,
        type_: str,
        value: Any,
        on: When | None,
        form: Form,
        id_: int | None,
        *,
        old: Any = UNSET,
    ) -> Self:
        """Note a change; without a time it belongs to the making of the task."""
        at = self.created if on is None else epoch(on)
        self._changes.append(Change(at, self._dump.take_id(id_), type_, form, value, old))
        return self

    def _edge_row(
        self, type_: int, other: TaskBuilder | Phid, on: When, form: Form, id_: int | None
    ) -> None:
        """Note an edge row about another task."""
        phid = other if isinstance(other, str) else other.phid
        self._change("edge", (type_, phid), on, form, id_)


class DumpBuilder:
    """A dump in the making (domain.md, section 1)."""

    def __init__(self) -> None:
        """Start with no projects and no tasks."""
        self.projects: list[Project] = []
        self.tasks: list[TaskBuilder] = []
        self._last_id = 0
        self._last_column_id = 0

    def project(
        self,
        project_id: int,
        name: str,
        columns: list[str] | tuple[str, ...] = (),
        *,
        default: int | None = None,
        created: When = "2014-01-01",
        phid: Phid | None = None,
    ) -> Project:
        """Add a project; `default` is the place of its board's default column, if it has one."""
        phid = phid or f"PHID-PROJ-{project_id:020d}"
        project = Project(project_id, name, phid, epoch(created), _dump=self)
        for place, column in enumerate(columns):
            project.add_column(column, default=place == default)
        self.projects.append(project)
        return project

    def task(
        self,
        task_id: int,
        title: str = "",
        *,
        created: When = "2014-01-01",
        phid: Phid | None = None,
        **at_load: Any,
    ) -> TaskBuilder:
        """Add a task; further words are those of `TaskBuilder.at_load`, such as `info=None`."""
        phid = phid or f"PHID-TASK-{task_id:020d}"
        task = TaskBuilder(self, task_id, title or f"Task {task_id}", epoch(created), phid)
        self.tasks.append(task)
        return task.at_load(**at_load)

    def to_dict(self, *, projects_first: bool = False) -> dict[str, Any]:
        """Write the dump as the object of section 1, with its two keys in either order."""
        rows = [[p.id, p.name, p.phid, p.created, p.created, "tags", "blue"] for p in self.projects]
        columns = [column for project in self.projects for column in project.columns]
        tasks = {"task": {str(task.id): task.to_dict() for task in self.tasks}}
        projects = {"project": {"projects": rows, "columns": columns}}
        return {**projects, **tasks} if projects_first else {**tasks, **projects}

    def to_json(self, *, projects_first: bool = False) -> bytes:
        """Write the dump as the bytes of `phabricator_public.dump`."""
        return json.dumps(self.to_dict(projects_first=projects_first)).encode()

    def to_gzip(self, *, projects_first: bool = False) -> bytes:
        """Write the dump as gzipped bytes."""
        return gzip.compress(self.to_json(projects_first=projects_first))

    def take_id(self, wanted: int | None) -> int:
        """Give the next transaction id, or the wanted one; ids go on from the greatest."""
        id_ = self._last_id + 1 if wanted is None else wanted
        self._last_id = max(self._last_id, id_)
        return id_

    def next_column_id(self) -> int:
        """Give the next column id."""
        self._last_column_id += 1
        return self._last_column_id
