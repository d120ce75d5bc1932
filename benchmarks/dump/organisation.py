"""Projects, boards and streams of work, made so that the rules of given scopes find tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.dump.size import TASKS, DumpSize
from phlogiston_assets.domain.history.reconstruction import Keywords
from phlogiston_assets.domain.scopes import Rule, RuleKind, Scope

KEYWORDS: Final = Keywords()
KEYWORD_NAMES: Final = {
    KEYWORDS.epic: "Epic",
    KEYWORDS.new_functionality: "New Functionality",
    KEYWORDS.maintenance: "Maintenance",
    KEYWORDS.category: "Category",
    KEYWORDS.goal: "Goal",
}
FLOW: Final = ("", "Up next", "In progress", "Review", "Done")
"""The columns of every board; the first is its default column, and nameless."""

MIDDLING: Final = 6_000
"""Tasks of the first scope, at every fraction: the scope of performance.md's table."""
_MIDDLING_AT_MOST: Final = 0.15
_LARGEST, _SHRINKS = 20_000, 0.87
_FOUND_BY_WILDCARD: Final = 3
_FIRST_MADE_UP: Final = 100_000


@dataclass(slots=True)
class Board:
    """A project with the names of its columns in order."""

    id: int
    name: str
    columns: list[str] = field(default_factory=lambda: list(FLOW))


@dataclass(frozen=True, slots=True)
class Stream:
    """Tasks filed under the same projects, for one rule or for a project of no scope.

    `column` is where they stay; `goal` the title of the category task that they descend from.
    """

    projects: tuple[int, ...]
    share: float
    column: str | None = None
    goal: str | None = None


class Organisation:
    """All boards by project id, and all streams of work in a fixed order."""

    def __init__(self, size: DumpSize, scopes: Sequence[Scope]) -> None:
        self.boards = {number: Board(number, name) for number, name in KEYWORD_NAMES.items()}
        self.by_name: dict[str, int] = {}
        self.streams: list[Stream] = []
        shares = _shares(size, len(scopes))
        for scope, share in zip(scopes, shares, strict=True):
            self.streams += _weighted(self._streams_of(scope), share)
        others = [self._board(_FIRST_MADE_UP + n, f"Project {n}") for n in range(size.projects)]
        parts = [((board.id,), None, None) for board in others]
        self.streams += _weighted(parts, 1 - sum(shares))

    def draw(self, count: int, dice: np.random.Generator) -> npt.NDArray[np.int64]:
        """The stream of each of `count` tasks."""
        bounds = np.cumsum([stream.share for stream in self.streams])
        found: npt.NDArray[np.int64] = np.searchsorted(
            bounds, dice.random(count) * bounds[-1], side="right"
        )
        return found

    def _streams_of(self, scope: Scope) -> list[_Part]:
        asked = scope.settings.status_report_project
        if asked is not None:
            self._board(asked, f"Project {asked}")
        found = [part for rule in scope.rules for part in self._parts(rule)]
        return list(dict.fromkeys(found))

    def _parts(self, rule: Rule) -> Iterator[_Part]:
        for number in rule.ids:
            self._board(number, f"Project {number}")
        match rule.kind:
            case RuleKind.PROJECT_BY_NAME:
                yield (self._named(rule.matchstring),), None, None
            case RuleKind.PROJECTS_BY_WILDCARD:
                for number in range(_FOUND_BY_WILDCARD):
                    yield (self._named(f"{rule.matchstring} {number}"),), None, None
            case _ if rule.never_matches:
                return
            case RuleKind.PROJECT_COLUMN:
                yield rule.ids[:1], self._column(rule.ids[0], rule.matchstring), None
            case RuleKind.PARENT_TASK:
                yield rule.ids[:1], None, rule.matchstring or None
            case _ if not set(rule.ids[1:]) & {KEYWORDS.goal, KEYWORDS.category}:
                yield rule.ids, None, None

    def _board(self, number: int, name: str) -> Board:
        return self.boards.setdefault(number, Board(number, name))

    def _named(self, name: str) -> int:
        """A made-up project of that name, the same for the same name."""
        number = self.by_name.setdefault(name, _FIRST_MADE_UP * 2 + len(self.by_name))
        self._board(number, name)
        return number

    def _column(self, project: int, name: str) -> str | None:
        columns = self.boards[project].columns
        if name and name not in columns:
            columns.append(name)
        return name or None


_Part = tuple[tuple[int, ...], str | None, str | None]


def _shares(size: DumpSize, scopes: int) -> list[float]:
    """The share of all tasks that each scope gets: the first a middling one, then ever fewer."""
    if not scopes:
        return []
    first = min(MIDDLING / size.tasks, _MIDDLING_AT_MOST)
    return [first, *(_LARGEST * _SHRINKS**n / TASKS for n in range(scopes - 1))]


def _weighted(parts: Iterable[_Part], share: float) -> list[Stream]:
    """Streams that share out a share, each smaller than the one before it."""
    found = list(parts)
    weights = [1 / (place + 5) for place in range(len(found))]
    return [
        Stream(projects, share * weight / sum(weights), column, goal)
        for (projects, column, goal), weight in zip(found, weights, strict=True)
    ]
