"""What a rule is. How rules are read, resolved or put in words lives in modules of their own."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

ForceStatus = Literal["resolved"]


class Display(StrEnum):
    """What the report does with a rule's category (domain.md, section 4)."""

    SHOW = "show"
    HIDE = "hide"
    OMIT = "omit"


class RuleKind(StrEnum):
    """The kinds of rules, by the names that the files use (domain.md, section 4)."""

    PROJECT_BY_ID = "ProjectByID"
    PROJECT_BY_NAME = "ProjectByName"
    PROJECTS_BY_WILDCARD = "ProjectsByWildcard"
    INTERSECTION = "Intersection"
    PROJECT_COLUMN = "ProjectColumn"
    PARENT_TASK = "ParentTask"

    @property
    def names_by_text(self) -> bool:
        """Whether the rule finds its projects by name, in the matchstring, instead of by id."""
        return self in {RuleKind.PROJECT_BY_NAME, RuleKind.PROJECTS_BY_WILDCARD}

    @property
    def ids_wanted(self) -> int:
        """How many project ids a rule of this kind needs to match anything."""
        if self.names_by_text:
            return 0
        return 2 if self is RuleKind.INTERSECTION else 1

    @property
    def uses_matchstring(self) -> bool:
        """Whether the matchstring has a say in what a rule of this kind matches."""
        return self not in {RuleKind.PROJECT_BY_ID, RuleKind.INTERSECTION}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a row of the rules file, or what resolve_rules made of one.

    *title* names the category ("" only where the rule is a ProjectsByWildcard rule or omits its
    tasks); *ids* are the project ids in the order written; *matchstring* is verbatim; *line* is
    the physical line on which the row begins.
    """

    kind: RuleKind
    title: str
    display: Display = Display.SHOW
    ids: tuple[int, ...] = ()
    matchstring: str = ""
    force_status: ForceStatus | None = None
    line: int = 0

    @property
    def key(self) -> tuple[RuleKind, tuple[int, ...], str]:
        """What makes two rules the same (domain.md, section 4): the later one is skipped."""
        return self.kind, self.ids, self.matchstring

    @property
    def never_matches(self) -> bool:
        """Whether the rule lacks an id that it needs, so that no task can match it."""
        return len(self.ids) < self.kind.ids_wanted
