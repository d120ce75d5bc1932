"""Categories by rules (domain.md, section 5).

A rule asks only for what a state holds, so rules are tried once a distinct state, not once a day,
and new rules over the same projects need no reconstruction.

What does not belong here: counting (see `aggregation`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from phlogiston_assets.domain.history.periods import Ints, Periods
from phlogiston_assets.domain.history.reconstruction import MAINT_TYPES
from phlogiston_assets.domain.history.state_table import Boards, Field
from phlogiston_assets.domain.scopes import Display, Rule, RuleKind, ScopeSettings

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

STATUSES: Final = ("", "open", "resolved")
"""What statuses fold into, sorted; the first is that of a task whose status nothing tells."""
UNTOLD: Final = 0
OPEN: Final = 1
RESOLVED: Final = 2

_OUT: Final = -1


@dataclass(frozen=True, slots=True)
class StatusSets:
    """Which raw statuses count as open, as resolved, and as taking the task out."""

    open: frozenset[str] = frozenset({"open", "stalled", "progress"})
    resolved: frozenset[str] = frozenset({"resolved"})
    out: frozenset[str] = frozenset({"duplicate", "invalid", "declined", "spite", "wontfix"})

    def is_unknown(self, status: str) -> bool:
        """Whether no set names the status, so that it counts as open and is warned of."""
        return bool(status) and status not in self.open | self.resolved | self.out


@dataclass(frozen=True, slots=True)
class Category:
    """A category of a report: its title, and the display of the first rule that has that title."""

    title: str
    display: Display


def titles_of(categories: Iterable[Category]) -> npt.NDArray[np.object_]:
    """Their titles, to be looked up by arrays of positions; "" is at the last, for none."""
    return np.array([*(one.title for one in categories), ""], dtype=object)


@dataclass(frozen=True, slots=True)
class CategoryPeriods:
    """Columns of equal length, sorted by task and first day: `task_on_date_recategorized`.

    `task` are ids, `first` and `end` day numbers (half-open), `category` positions in
    `categories`, `status` positions in STATUSES, `points` NaN for none, `maint_type` positions in
    MAINT_TYPES.
    """

    categories: tuple[Category, ...]
    task: Ints
    first: Ints
    end: Ints
    category: Ints
    status: Ints
    points: Floats
    maint_type: Ints

    @property
    def resolved(self) -> Flags:
        """Which periods are resolved."""
        flags: Flags = self.status == RESOLVED
        return flags

    @property
    def titles(self) -> npt.NDArray[np.object_]:
        """The title of each period's category."""
        return titles_of(self.categories)[self.category]

    def __len__(self) -> int:
        return len(self.task)

    def only(self, kept: Flags | Ints) -> CategoryPeriods:
        """The chosen periods."""
        columns = ("task", "first", "end", "category", "status", "points", "maint_type")
        return replace(self, **{name: getattr(self, name)[kept] for name in columns})

    def on(self, day: int) -> CategoryPeriods:
        """The periods that hold on a day, at most one a task."""
        return self.only((self.first <= day) & (self.end > day))


def categories_of(rules: Sequence[Rule]) -> tuple[Category, ...]:
    """The categories of resolved rules in order; one of several rules stands where the first is."""
    found: dict[str, Category] = {}
    for rule in rules:
        found.setdefault(rule.title, Category(rule.title, rule.display))
    return tuple(found.values())


def matches(rule: Rule, boards: Mapping[int, str], category_title: str) -> bool:
    """Whether a task matches a rule that was resolved to ids (section 4).

    `boards` are its projects, each with its column there.
    """
    if rule.never_matches:
        return False
    if any(project not in boards for project in rule.ids):
        return False
    if rule.kind is RuleKind.PROJECT_COLUMN:
        return rule.matchstring in boards[rule.ids[0]]
    if rule.kind is RuleKind.PARENT_TASK:
        return rule.matchstring in category_title
    return True


def first_matches(rules: Sequence[Rule], periods: Periods) -> Field[Rule | None]:
    """The rule that gives tasks in each state of the table their category; None if none does."""

    def first(pair: tuple[Boards, str]) -> Rule | None:
        boards, category_title = dict(pair[0]), pair[1]
        return next((rule for rule in rules if matches(rule, boards, category_title)), None)

    return periods.table.boards_and_titles().to(first)


def categorise(
    periods: Periods,
    rules: Sequence[Rule],
    settings: ScopeSettings,
    last_day: int,
    statuses: StatusSets = StatusSets(),
) -> CategoryPeriods:
    """Categories, folded statuses and retroactive settings up to and with `last_day`.

    `rules` are resolved. Tasks without a category, of an omitted one, or whose status takes them
    out are left out.
    """
    periods = periods.clip(int(periods.first.min()) if len(periods) else 0, last_day + 1)
    verdicts, row = _verdicts(periods, rules, statuses), periods.row
    found = CategoryPeriods(
        categories_of(rules),
        periods.task,
        periods.first,
        periods.end,
        verdicts.category[row],
        verdicts.status[row],
        verdicts.points[row],
        verdicts.maint_type[row],
    )
    return settled(_joined(found.only(found.category != _OUT)), settings, last_day)


def settled(periods: CategoryPeriods, settings: ScopeSettings, last_day: int) -> CategoryPeriods:
    """Periods of categories as they came about, with retroactive settings up to `last_day`."""
    if not (settings.retroactive_categories or settings.retroactive_points):
        return periods
    return _joined(_retroactive(periods, settings, last_day))


class _Verdicts(NamedTuple):
    """What becomes of tasks in each state: category or _OUT, status, points, maint type."""

    category: Ints
    status: Ints
    points: Floats
    maint_type: Ints


def _verdicts(periods: Periods, rules: Sequence[Rule], statuses: StatusSets) -> _Verdicts:
    """The verdict on every state."""
    table = periods.table
    match = first_matches(rules, periods)
    positions = {one.title: place for place, one in enumerate(categories_of(rules))}
    given = [
        _OUT if rule is None or rule.display is Display.OMIT else positions[rule.title]
        for rule in match.distinct
    ]
    forced = match.flags(lambda rule: rule is not None and rule.force_status is not None)
    out = table.status.flags(statuses.out.__contains__)
    folded = np.array([_folded(one, statuses) for one in table.status.distinct], dtype=np.int64)
    kinds = np.array([MAINT_TYPES.index(one) for one in table.maint_type.distinct], dtype=np.int64)
    return _Verdicts(
        np.where(out, _OUT, np.array(given, dtype=np.int64)[match.place]),
        np.where(forced, RESOLVED, folded[table.status.place]),
        table.points,
        kinds[table.maint_type.place],
    )


def _folded(status: str, statuses: StatusSets) -> int:
    if status in statuses.resolved:
        return RESOLVED
    return OPEN if status else UNTOLD


def _retroactive(
    periods: CategoryPeriods, settings: ScopeSettings, last_day: int
) -> CategoryPeriods:
    """Each task that is there on the last day gives earlier days its last category or points."""
    last = periods.on(last_day)
    if not len(last):
        return periods
    place = np.minimum(np.searchsorted(last.task, periods.task), len(last) - 1)
    there = last.task[place] == periods.task
    if settings.retroactive_categories:
        category = np.where(there, last.category[place], periods.category)
        periods = replace(periods, category=category)
    if settings.retroactive_points:
        periods = replace(periods, points=np.where(there, last.points[place], periods.points))
    return periods


def _joined(periods: CategoryPeriods) -> CategoryPeriods:
    """Periods with equal neighbours of a task joined."""
    if not len(periods):
        return periods
    same = (periods.task[1:] == periods.task[:-1]) & (periods.first[1:] == periods.end[:-1])
    for column in (periods.category, periods.status, periods.maint_type):
        same &= column[1:] == column[:-1]
    points = periods.points
    same &= (points[1:] == points[:-1]) | (np.isnan(points[1:]) & np.isnan(points[:-1]))
    starts = np.flatnonzero(np.concatenate([[True], ~same]))
    ends = np.concatenate([starts[1:], [len(periods)]]) - 1
    return replace(periods.only(starts), end=periods.end[ends])


def unknown_statuses(periods: Periods, statuses: StatusSets) -> tuple[str, ...]:
    """The raw statuses that occur and that no set names, sorted."""
    status = periods.table.status
    occurring = status.place[periods.table.present(periods.state)]
    present = {status.distinct[one] for one in np.unique(occurring).tolist()}
    return tuple(sorted(one for one in present if statuses.is_unknown(one)))


def resolved_on(periods: Periods, day: int, statuses: StatusSets) -> Ints:
    """Ids of the tasks in scope whose raw status was resolved on a day."""
    then = periods.on(day)
    resolved = then.table.status.flags(statuses.resolved.__contains__)
    return then.task[resolved[then.row]]
