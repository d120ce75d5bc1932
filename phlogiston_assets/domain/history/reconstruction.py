"""A scope's tasks through time, worked out from their packed histories (domain.md, 3 and 4).

Between two changes nothing changes, so each task is looked at on its *moments* only: the first day
wanted and every later day on which something of it changed. What holds on a moment holds until the
task's next one.

What does not belong here: categories by rules (see `categorisation`), storage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Final

import numpy as np
import numpy.typing as npt

from phlogiston_assets.domain.history import packed
from phlogiston_assets.domain.history.category_titles import TitleSteps, title_steps
from phlogiston_assets.domain.history.extract import Column, Extract
from phlogiston_assets.domain.history.packed import NONE, Ints
from phlogiston_assets.domain.history.periods import Periods, State, States, join

Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

NEW_FUNCTIONALITY: Final = "New Functionality"
MAINTENANCE: Final = "Maintenance"
MAINT_TYPES: Final = ("", MAINTENANCE, NEW_FUNCTIONALITY)
BACKLOG: Final = "Backlog"
"""What Phabricator shows for a default column without a name."""


@dataclass(frozen=True, slots=True)
class Keywords:
    """The ids of the projects that mark tasks (domain.md, end of section 3)."""

    epic: int = 942
    new_functionality: int = 1453
    maintenance: int = 1454
    category: int = 1656
    goal: int = 2169


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a reconstruction depends on besides the load; a change of it needs a new one.

    `projects` are the scope's, in order of first appearance; `watched` others whose members the
    status report asks for.
    """

    projects: tuple[int, ...]
    default_points: float | None = None
    keywords: Keywords = Keywords()
    watched: tuple[int, ...] = ()

    @property
    def category_projects(self) -> tuple[int, int]:
        """The projects that make a task in scope a category task."""
        return self.keywords.category, self.keywords.goal

    @property
    def marks(self) -> tuple[int, ...]:
        """All projects whose members matter."""
        words = self.keywords
        kinds = (words.new_functionality, words.maintenance)
        return self.projects + self.watched + self.category_projects + kinds


def reconstruct(extract: Extract, recipe: Recipe, first: int, end: int) -> Periods:
    """The periods of a scope's tasks on the days [first, end)."""
    work = _Reconstruction(extract, recipe)
    task, day = work.own_moments(first, end)
    titles = work.titles(task, day, end)
    task, day = _merge(task, day, *titles.moments(first, end))
    return work.periods(task, day, end, titles)


def _merge(task: Ints, day: Ints, more_task: Ints, more_day: Ints) -> tuple[Ints, Ints]:
    both = np.concatenate([packed.combine(task, day), packed.combine(more_task, more_day)])
    return packed.split(np.unique(both))


class _Reconstruction:
    """One scope's reconstruction at work; tasks are positions in `histories.task_ids`."""

    def __init__(self, extract: Extract, recipe: Recipe) -> None:
        self.extract = extract
        self.recipe = recipe
        self.histories = extract.histories
        self.members = {
            project: self.histories.rows(packed.PROJECT, project)
            for project in dict.fromkeys(recipe.marks)
        }
        names = ["", BACKLOG, *(column.name for column in extract.columns)]
        self.names = list(dict.fromkeys(names))
        self.name_codes = {name: code for code, name in enumerate(self.names)}
        self.order = sorted(range(len(recipe.projects)), key=recipe.projects.__getitem__)
        self.boards: dict[tuple[int, ...], tuple[tuple[int, str], ...]] = {}

    def own_moments(self, first: int, end: int) -> tuple[Ints, Ints]:
        """(task, day) of the first day and of every change of a field that matters."""
        rows = self.histories
        fields = np.isin(rows.field, (packed.STATUS, packed.PRIORITY, packed.POINTS))
        projects = (rows.field == packed.PROJECT) & np.isin(rows.key, self.recipe.marks)
        columns = (rows.field == packed.COLUMN) & np.isin(rows.key, self.recipe.projects)
        chosen = (fields | projects | columns) & (rows.day < end)
        task, day = rows.task[chosen], np.maximum(rows.day[chosen], first)
        return _merge(task, day, *self._default_columns_appear(first, end))

    def _default_columns_appear(self, first: int, end: int) -> tuple[Ints, Ints]:
        """(task, day) for the days on which a board's default column was created."""
        found = [(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))]
        for column in self._defaults().values():
            if first < column.created < end:
                tasks = self.members[column.project_id].tasks()
                found.append((tasks, np.full(len(tasks), column.created, dtype=np.int64)))
        task, day = (np.concatenate([one[side] for one in found]) for side in (0, 1))
        return task, day

    def _defaults(self) -> dict[int, Column]:
        """The default column by board, the oldest where a board has several."""
        defaults: dict[int, Column] = {}
        for column in sorted(self.extract.columns):
            if column.is_default and column.project_id in self.recipe.projects:
                defaults.setdefault(column.project_id, column)
        return defaults

    def has(self, project: int, task: Ints, day: Ints) -> Flags:
        """Whether each task had a project on each day."""
        flags: Flags = self.members[project].find(task, day, 0) == 1
        return flags

    def in_scope(self, task: Ints, day: Ints) -> Flags:
        """Whether each task had any of the scope's projects on each day."""
        flags = np.zeros(len(task), dtype=np.bool_)
        for project in self.recipe.projects:
            flags |= self.has(project, task, day)
        return flags

    def titles(self, task: Ints, day: Ints, end: int) -> TitleSteps:
        """The category titles of all tasks."""
        marked = np.zeros(len(task), dtype=np.bool_)
        for project in self.recipe.category_projects:
            marked |= self.has(project, task, day)
        marked &= self.in_scope(task, day)
        return title_steps(self.extract, (task, day, until(task, day, end)), marked)

    def periods(self, task: Ints, day: Ints, end: int, titles: TitleSteps) -> Periods:
        """Look at every moment and keep those in scope, equal neighbours joined."""
        inside = self.in_scope(task, day)
        stop = until(task, day, end)[inside]
        task, day = task[inside], day[inside]
        table = self._codes(task, day, titles)
        distinct, state = np.unique(table, axis=0, return_inverse=True)
        described = [self._state(row, titles.texts) for row in distinct.tolist()]
        digests = np.array([one.digest for one in described], dtype=np.int64)
        states = States(zip(digests.tolist(), described, strict=True))
        ids = self.histories.task_ids[task]
        joined = join(ids, day, stop, digests[state.reshape(-1)])
        return Periods(*joined, states)

    def _codes(self, task: Ints, day: Ints, titles: TitleSteps) -> Codes:
        """One row a moment: status, priority, points, maint type, title, boards, watched."""
        rows = self.histories.rows
        columns = [
            rows(packed.STATUS).find(task, day, NONE),
            rows(packed.PRIORITY).find(task, day, NONE),
            rows(packed.POINTS).find(task, day, NONE),
            self._maint_types(task, day),
            titles.find(task, day),
        ]
        columns += [self._board(project, task, day) for project in self.recipe.projects]
        watched = self.recipe.watched
        columns += [self.has(project, task, day).astype(np.int32) for project in watched]
        return np.stack(columns, axis=1).astype(np.int32)

    def _maint_types(self, task: Ints, day: Ints) -> Codes:
        """Positions in MAINT_TYPES."""
        words = self.recipe.keywords
        new = self.has(words.new_functionality, task, day)
        maintenance = self.has(words.maintenance, task, day)
        return np.where(new, 2, np.where(maintenance, 1, 0)).astype(np.int32)

    def _board(self, project: int, task: Ints, day: Ints) -> Codes:
        """The column on a project's board: NONE for non-members, else a position in `names`."""
        codes = np.full(len(task), NONE, dtype=np.int32)
        member = self.has(project, task, day)
        if not member.any():
            return codes
        where = self.histories.rows(packed.COLUMN, project)
        column = where.find(task[member], day[member], packed.NOT_YET)
        default = self._defaults().get(project)
        codes[member] = self._column_names(column, day[member], default)
        return codes

    def _column_names(self, column: Codes, day: Ints, default: Column | None) -> Codes:
        """Positions in `names` of the columns' names, the default's where a column says nothing."""
        names = self.name_codes
        by_id = {NONE: names[""], packed.NOT_YET: NONE}
        for known in self.extract.columns:
            shown = known.name or (BACKLOG if known.is_default else None)
            by_id[known.id] = NONE if shown is None else names[shown]
        present, inverse = np.unique(column, return_inverse=True)
        codes = np.array([by_id.get(one, names[""]) for one in present.tolist()], dtype=np.int32)
        found = codes[inverse.reshape(-1)]
        fallback = np.full(len(day), names[""], dtype=np.int32)
        if default:
            fallback[day >= default.created] = names[default.name or BACKLOG]
        return np.where(found == NONE, fallback, found)

    def _state(self, row: list[int], titles: Sequence[str]) -> State:
        """The state that a row of `_codes` stands for."""
        texts = self.extract.texts
        status, priority, points, maint_type, title = row[:5]
        boards, watched = row[5 : 5 + len(self.order)], row[5 + len(self.order) :]
        return State(
            texts[status] if status != NONE else "",
            texts[priority] if priority != NONE else "",
            float(texts[points]) if points != NONE else self.recipe.default_points,
            MAINT_TYPES[maint_type],
            titles[title],
            self._boards(tuple(boards)),
            tuple(compress(self.recipe.watched, watched)),
        )

    def _boards(self, codes: tuple[int, ...]) -> tuple[tuple[int, str], ...]:
        """The projects of a state in order of ids, each with its column."""
        if codes not in self.boards:
            self.boards[codes] = tuple(
                (self.recipe.projects[place], self.names[codes[place]])
                for place in self.order
                if codes[place] != NONE
            )
        return self.boards[codes]


def until(task: Ints, day: Ints, end: int) -> Ints:
    """The day on which each moment gives way to its task's next, `end` for the last."""
    stop = np.full(len(task), end, dtype=np.int64)
    same = task[1:] == task[:-1]
    stop[:-1][same] = day[1:][same]
    return stop
