"""Histories of tasks in a scope, told in a few words and without a dump.

    told = scope_of_stories(
        story(1, made=2).on(2, "A").on(5, "A", "resolved").on(9, None),
        story(2).on(0, "B", points=3).on(4, "A", points=5),
    )
    told.changes()      # (day, task, category, cause, count, points)

Days are small numbers; the scope's first day is 0 and its last LAST. A place is a column of the
board: "A" and "B" are categories, "Done" one with forced status, "Nowhere" belongs to none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

from support.scopes import scope_of

from phlogiston_assets.domain.categories.categorisation import (
    CategoryPeriods,
    StatusSets,
    categorise,
)
from phlogiston_assets.domain.counting.changes import CAUSES, Changes, changes_of
from phlogiston_assets.domain.history.periods import Periods, State

LAST = 40
PROJECT = 483
RULES = "\n".join(
    f"ProjectColumn,{title},show,{PROJECT},{title},{force}"
    for title, force in (("A", ""), ("B", ""), ("Done", "resolved"))
)


@dataclass
class Story:
    """What became of a task: (day, state) in order; None where it is not in the scope."""

    task: int
    made: int | None
    steps: list[tuple[int, State | None]] = field(default_factory=list)

    def on(
        self, day: int, place: str | None, status: str = "open", points: float | None = None
    ) -> Self:
        """From that day on the task is in a place; None: it left the scope."""
        boards = ((PROJECT, place or ""),)
        state = State(status, "50", points, "", "", boards)
        self.steps.append((day, None if place is None else state))
        return self


def story(task: int, made: int | None = None) -> Story:
    """A task and the day on which it was made, long ago if that is not told."""
    return Story(task, made)


def stories_of(
    tasks: Sequence[tuple[int, Sequence[tuple[int, str | None, str, float | None]]]],
) -> list[Story]:
    """Stories of tasks numbered from 1: when each was made, and what became of it.

    A step is (days between this and the one before, place, status, points).
    """
    found: list[Story] = []
    for number, (made, told) in enumerate(tasks, 1):
        day, one = made, story(number, made)
        for gap, place, status, points in told:
            day += gap + 1
            one.on(day, place, status, points)
        found.append(one)
    return found


@dataclass(frozen=True)
class Told:
    """The stories as a scope sees them."""

    periods: Periods
    created: dict[int, int]
    settings: str = ""
    last: int = LAST
    rules: str = RULES

    @property
    def categorised(self) -> CategoryPeriods:
        """The tasks with their categories."""
        scope = scope_of(self.rules, self.settings)
        return categorise(self.periods, scope.rules, scope.settings, self.last, StatusSets())

    @property
    def columns(self) -> Changes:
        """The changes as columns."""
        days = (0, self.last)
        return changes_of(self.categorised, self.periods, days, self.created, StatusSets())

    def changes(self) -> list[tuple[int, int, str, str, int, float]]:
        """The changes as (day, task, category, cause, count, points)."""
        found = self.columns
        titles = [one.title for one in found.categories]
        rows = zip(
            *(column.tolist() for column in (found.day, found.task, found.category, found.cause)),
            *(found.count.tolist(), (found.units / found.scale).tolist()),
            strict=True,
        )
        return [
            (day, task, titles[category], CAUSES[cause], count, points)
            for day, task, category, cause, count, points in rows
        ]

    def causes(self) -> list[tuple[int, str, str]]:
        """The changes as (day, category, cause)."""
        return [(day, category, cause) for day, _, category, cause, _, _ in self.changes()]


def scope_of_stories(
    *stories: Story, settings: str = "", last: int = LAST, rules: str = RULES
) -> Told:
    """A scope from its tasks' stories."""
    rows, states = [], {}
    for one in stories:
        for (day, state), (end, _) in pairwise([*one.steps, (last + 1, None)]):
            if state is not None and day < end:
                states[state.digest] = state
                rows.append((one.task, day, end, state.digest))
    created = {one.task: -999 if one.made is None else one.made for one in stories}
    periods = Periods.of_rows(rows, states).clip(0, last + 1)
    return Told(periods, created, settings, last, rules)
