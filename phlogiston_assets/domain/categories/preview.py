"""What an edit of a scope's files will do to its newest day, counted before it is done.

Before is what the last materialisation left, after is what the edited files make of the same day.

What does not belong here: whether days have to be made anew (see `rework`), which rules are idle
(see `idle_rules`), reading and showing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from phlogiston_assets.domain.categories.categorisation import STATUSES, CategoryPeriods
from phlogiston_assets.domain.history.periods import Periods

NO_CATEGORY: Final = "(no category)"
"""A task in scope that the report does not show: no rule matches, its category is omitted, or its
status takes it out."""
NOT_IN_SCOPE: Final = "(not in the scope)"


class Placed(NamedTuple):
    """Where a task in scope stands on a day: `category` is its title or NO_CATEGORY.

    `status` is folded, "" without a category; `points` are None where it has none.
    """

    category: str
    status: str
    points: float | None


Day = Mapping[int, Placed]
"""The tasks in scope on a day, by id."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A count of tasks and the sum of their points (None where none has any)."""

    tasks: int = 0
    points: float | None = None

    @classmethod
    def of(cls, placed: Iterable[Placed]) -> Tally:
        """Count tasks."""
        counted = [one.points for one in placed]
        known = [points for points in counted if points is not None]
        return cls(len(counted), math.fsum(known) if known else None)


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """A category on a day before and after the edit; `before` is None without an earlier report."""

    category: str
    before: Tally | None
    resolved_before: int
    after: Tally
    resolved_after: int

    @property
    def changes(self) -> bool:
        """Whether anything of it is another figure than before."""
        return (self.before, self.resolved_before) != (self.after, self.resolved_after)


@dataclass(frozen=True, slots=True)
class Movement:
    """Tasks that go from one category to another; their points are those after the edit, or before
    it where they leave the scope."""

    source: str
    target: str
    tally: Tally


def placed_on(periods: Periods, categorised: CategoryPeriods, day: int) -> dict[int, Placed]:
    """Where the tasks in scope stand on a day, by what was categorised from their periods."""
    rows = categorised.on(day)
    given = zip(
        rows.task.tolist(),
        rows.category.tolist(),
        rows.status.tolist(),
        rows.points.tolist(),
        strict=True,
    )
    found = {
        task: Placed(
            categorised.categories[category].title,
            STATUSES[status],
            None if math.isnan(points) else points,
        )
        for task, category, status, points in given
    }
    return in_scope_on(periods, day) | found


def in_scope_on(periods: Periods, day: int) -> dict[int, Placed]:
    """The tasks in scope on a day, before any category is given."""
    then = periods.on(day)
    return {
        task: Placed(NO_CATEGORY, "", periods.states[state].points)
        for task, state in zip(then.task.tolist(), then.state.tolist(), strict=True)
    }


def category_counts(
    before: Day | None, after: Day, order: Sequence[str]
) -> tuple[CategoryCount, ...]:
    """Every category of either day: in the `order` of the rules, then those that are gone."""
    earlier, later = _by_category(before or {}), _by_category(after)
    return tuple(
        CategoryCount(
            category,
            None if before is None else Tally.of(earlier.get(category, ())),
            _resolved(earlier.get(category, ())),
            Tally.of(later.get(category, ())),
            _resolved(later.get(category, ())),
        )
        for category in dict.fromkeys([*order, *sorted(earlier), *sorted(later)])
        if category != NO_CATEGORY and (earlier.get(category) or later.get(category))
    )


def _by_category(day: Day) -> dict[str, list[Placed]]:
    found: dict[str, list[Placed]] = defaultdict(list)
    for placed in day.values():
        found[placed.category].append(placed)
    return found


def _resolved(placed: Iterable[Placed]) -> int:
    return sum(one.status == "resolved" for one in placed)


def movements(before: Day, after: Day) -> tuple[Movement, ...]:
    """The tasks whose category changes, or that enter or leave the scope; the most first."""
    moved: dict[tuple[str, str], list[Placed]] = defaultdict(list)
    for task in before.keys() | after.keys():
        source, target = before.get(task), after.get(task)
        shown = target or source
        if shown is None:
            continue
        way = (_category(source), _category(target))
        if way[0] != way[1]:
            moved[way].append(shown)
    found = [Movement(*way, Tally.of(placed)) for way, placed in moved.items()]
    return tuple(sorted(found, key=lambda one: (-one.tally.tasks, one.source, one.target)))


def _category(placed: Placed | None) -> str:
    return placed.category if placed else NOT_IN_SCOPE
