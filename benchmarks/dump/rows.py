"""One task of the dump: its rows written down event by event, and what holds in the end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from itertools import count
from typing import Final

from benchmarks.dump import forms
from benchmarks.dump.lives import (
    DUPLICATE,
    LATER,
    OPEN,
    POINTS,
    PRIORITIES,
    STATUSES,
    STAYS,
    Kind,
    Tasks,
)
from benchmarks.dump.organisation import FLOW, KEYWORDS, Organisation, Stream
from benchmarks.dump.phids import Phids
from benchmarks.dump.titles import title_of

KINDS: Final = ("core:columns", "priority", "points", "status", "reassign", "core:edge")
MOST_ROWS: Final = 4_096
"""Rows of a task are numbered from its own number times this on, in order of time."""
_PEOPLE: Final = 7
_EDGES: Final = {
    Kind.PARENT: 4,
    Kind.CHILD: 3,
    Kind.MENTIONED: 51,
    Kind.MERGED: 63,
    Kind.MERGED_HERE: 62,
}
_STATUS_TEXTS: Final = tuple(forms.quoted(status) for status in STATUSES)


class Cast:
    """What all tasks share: the boards' identifiers, the eras, and who works on what."""

    def __init__(
        self, organisation: Organisation, tasks: Tasks, phids: Phids, eras: tuple[int, int]
    ) -> None:
        self.tasks = tasks
        self.phids = phids
        self.middle, self.today = eras
        self.streams = organisation.streams
        self.goals = sum(stream.goal is not None for stream in organisation.streams)
        self.project = {number: phids.of("PROJ", number) for number in organisation.boards}
        made = count()
        self.columns = {
            number: {name: phids.of("PCOL", next(made)) for name in board.columns}
            for number, board in organisation.boards.items()
        }
        self.person = lru_cache(maxsize=2**16)(partial(phids.of, "USER"))

    def projects_of(self, task: int, stream: Stream) -> list[int]:
        """A task's projects: those of its stream, marks, and at times somebody else's."""
        found = list(stream.projects)
        mark = task * 2_654_435_761 >> 8 & 15
        if task < self.goals:
            found.append((KEYWORDS.category, KEYWORDS.goal)[task % 2])
        elif mark < 4:
            found.append((KEYWORDS.maintenance, KEYWORDS.new_functionality)[mark % 2])
        elif mark == 4:
            found.append(KEYWORDS.epic)
        elif mark < 7:
            found.append(self.streams[task * 7919 % len(self.streams)].projects[0])
        return list(dict.fromkeys(found))


class TaskWriter:
    """Writes one task."""

    def __init__(self, cast: Cast, task: int) -> None:
        self.cast = cast
        self.task = task
        self.phid = cast.phids.of("TASK", task)
        self.place = int(cast.tasks.stream[task])
        self.stream = cast.streams[self.place]
        self.rows: dict[str, list[str]] = {kind: [] for kind in KINDS}
        self.wanted = cast.projects_of(task, self.stream)
        self.status, self.priority = OPEN, 90
        self.points: str | None = None
        self.owner: str | None = None
        self.where: dict[int, str] = {}
        self.edges: dict[int, dict[str, int]] = {}
        self.count = task * MOST_ROWS
        self.created = self.changed = 0
        self.author = ""

    def write(self, events: Iterable[tuple[int, int, int, int]]) -> str:
        """Write down events (instant, kind, number, person) and return the task's member."""
        for when, kind, number, by in events:
            self.when = when
            self.era = 2 if when >= self.cast.today else int(when >= self.cast.middle)
            self.by = self._person(by)
            _DEEDS[kind](self, number)
        return self._member()

    def _person(self, number: int) -> str:
        return self.cast.person(self.place * _PEOPLE + number)

    def _filed(self, number: int) -> None:
        self.author, self.created, self.changed = self.by, self.when, self.when
        priority = PRIORITIES[number % LATER]
        if self.era != forms.TODAY:
            self._row("status", "null", _STATUS_TEXTS[OPEN], creates=True)
            self._row("priority", "null", forms.priority(self.era, priority), creates=True)
            self.priority = priority
        else:
            self._priority(priority, creates=True)
        count = 1 if number >= LATER else len(self.wanted)
        self._file_under(self.wanted[:count], creates=True)

    def _joined(self, _: int) -> None:
        self._file_under(self.wanted, creates=False)

    def _file_under(self, projects: Iterable[int], *, creates: bool) -> None:
        self._edge(41, [self.cast.project[one] for one in projects], creates=creates)

    def _left(self, _: int) -> None:
        held = self.edges.get(41, {})
        if len(held) > 1 and self.task >= self.cast.goals:
            self._edge(41, [], gone=list(held)[-1])

    def _moved(self, stage: int) -> None:
        name = FLOW[stage] if stage != STAYS else self.stream.column or ""
        places = []
        for project in self.wanted[: 1 + self.task % 3 // 2]:
            column = self.cast.columns[project].get(name)
            if column and self.where.get(project) != column:
                board, before = self.cast.project[project], self.where.get(project)
                places.append(forms.place(self.era, board, column, before))
                self.where[project] = column
        if places:
            self._row("core:columns", "null", f"[{','.join(places)}]")

    def _set_priority(self, number: int) -> None:
        self._priority(PRIORITIES[number])

    def _priority(self, value: int, *, creates: bool = False) -> None:
        if value != self.priority:
            old, new = (forms.priority(self.era, one) for one in (self.priority, value))
            self._row("priority", old, new, creates=creates)
            self.priority = value

    def _set_points(self, number: int) -> None:
        value = POINTS[number]
        if value != self.points:
            old, new = (forms.points(self.era, one) for one in (self.points, value))
            self._row("points", old, new)
            self.points = value

    def _assigned(self, number: int) -> None:
        owner = self._person(number)
        if owner != self.owner:
            self._row("reassign", forms.quoted(self.owner), forms.quoted(owner))
            self.owner = owner

    def _set_status(self, number: int) -> None:
        if number != self.status:
            self._row("status", _STATUS_TEXTS[self.status], _STATUS_TEXTS[number])
            self.status = number

    def _mentioned(self, number: int) -> None:
        self._edge(51, [self.cast.phids.of("CMIT", number)])

    def _child(self, number: int) -> None:
        self._edge(3, [self.cast.phids.of("TASK", number)])

    def _parent(self, number: int) -> None:
        self._edge(4, [self.cast.phids.of("TASK", number)])

    def _merged(self, number: int) -> None:
        self._edge(63, [self.cast.phids.of("TASK", number)])
        self.status = DUPLICATE

    def _merged_here(self, number: int) -> None:
        self._edge(62, [self.cast.phids.of("TASK", number)])

    def _edge(
        self, kind: int, added: Iterable[str], *, gone: str = "", creates: bool = False
    ) -> None:
        held = self.edges.setdefault(kind, {})
        before = list(held)
        for other in added:
            held.setdefault(other, self.when)
        held.pop(gone, None)
        after = list(held)
        if before != after:
            old, new = forms.sides(self.era, self.phid, kind, before, after)
            said = forms.edge_metadata(self.era, kind, self._group(), creates=creates)
            self._put("core:edge", old, new, said)

    def _row(self, kind: str, old: str, new: str, *, creates: bool = False) -> None:
        self._put(kind, old, new, forms.metadata(self.era, self._group(), creates=creates))

    def _group(self) -> str:
        return self.cast.phids.group(self.count) if self.era == forms.TODAY else ""

    def _put(self, kind: str, old: str, new: str, metadata: str) -> None:
        number, when = self.count, self.when
        self.count += 1
        self.changed = when
        self.rows[kind].append(
            f'[{number},"{self.cast.phids.of_row(number)}","{self.by}","{self.phid}",null,0,'
            f'"{kind}","{old}","{new}","{metadata}",{when},{when}]'
        )

    def _member(self) -> str:
        """The task as a member of the dump's `task` object."""
        owner = "null" if self.owner is None else f'"{self.owner}"'
        goal = self.task < self.cast.goals
        title = json.dumps(self.stream.goal) if goal else title_of(self.task, self.place)
        points = "null" if self.points is None else str(float(self.points))
        transactions = ",".join(
            f'"{kind}":[{",".join(rows)}]' if rows else f'"{kind}":null'
            for kind, rows in self.rows.items()
        )
        edges = ",".join(
            f'["{self.phid}",{kind},"{other}",{when},{place},null]'
            for kind, others in self.edges.items()
            for place, (other, when) in enumerate(others.items())
        )
        return (
            f'"{self.task + 1}":{{"info":[{self.task + 1},"{self.phid}","{self.author}",{owner},'
            f'"{STATUSES[self.status]}",{self.priority},{title},{self.created},{self.changed},0.0,'
            f'{points}],"storypoints":"","transactions":{{{transactions}}},"edge":[{edges}]}}'
        )


_DEEDS: Final[dict[int, Callable[[TaskWriter, int], None]]] = {
    Kind.FILED: TaskWriter._filed,
    Kind.JOINED: TaskWriter._joined,
    Kind.LEFT: TaskWriter._left,
    Kind.MOVED: TaskWriter._moved,
    Kind.PRIORITY: TaskWriter._set_priority,
    Kind.POINTS: TaskWriter._set_points,
    Kind.ASSIGNED: TaskWriter._assigned,
    Kind.STATUS: TaskWriter._set_status,
    Kind.MENTIONED: TaskWriter._mentioned,
    Kind.CHILD: TaskWriter._child,
    Kind.PARENT: TaskWriter._parent,
    Kind.MERGED: TaskWriter._merged,
    Kind.MERGED_HERE: TaskWriter._merged_here,
}
