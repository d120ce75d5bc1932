"""One task's life while it is being told; what happens in it, the chapters' modules say."""

from phlogiston_assets.domain.sample.dice import Dice, phid
from phlogiston_assets.domain.sample.events import Edge, Event, Joined, Moved
from phlogiston_assets.domain.sample.organisation import Organisation, Project
from phlogiston_assets.domain.sample.plan import Role, Ticket
from phlogiston_assets.domain.sample.rhythm import Rhythm
from phlogiston_assets.domain.sample.team import CATEGORY, EPIC, GOAL, MAINTENANCE
from phlogiston_assets.domain.sample.team import NEW_FUNCTIONALITY as NEW

PRIORITIES = (100, 80, 80, 50, 50, 50, 50, 25, 25, 10)
_BOARDS_IN_ONE_EDIT = 4


class Life:
    """A task with the events told of it so far, in any order.

    projects: what it is meant to be filed under, its place of work first.
    boards: those of the projects that have a board.
    upkeep: whether it keeps things running rather than adds anything.
    """

    def __init__(
        self, ticket: Ticket, organisation: Organisation, rhythm: Rhythm, dice: Dice, seed: int
    ) -> None:
        self.ticket = ticket
        self.organisation = organisation
        self.rhythm = rhythm
        self.dice = dice
        self.seed = seed
        self.strand = ticket.errand.strand
        self.team = ticket.errand.team
        self.home = ticket.errand.home
        self.author = dice.pick(ticket.errand.people)
        self.upkeep = dice.chance(self.strand.upkeep)
        self.projects = [self.home, *(organisation.projects[id_] for id_ in self.strand.tags)]
        self.boards = list(self.projects)
        self.keywords = [organisation.projects[id_] for id_ in self._keyword_ids()]
        self.events: list[Event] = []

    def person(self) -> str:
        """Somebody of the team."""
        return self.dice.pick(self.ticket.errand.people)

    def later(self, when: int, days: float) -> int:
        """An instant some days, on average, after another."""
        return self.rhythm.later(when, self.dice.skewed(days), self.dice)

    def tell(self, event: Event) -> None:
        """Add an event."""
        self.events.append(event)

    def move(self, when: int, by: str, stage: float, boards: list[Project]) -> None:
        """Move to a stage of work (0 the default column, 1 the last) on these boards."""
        places = tuple(
            board.flow[int(stage * (len(board.flow) - 1) + 0.5)]
            for board in boards[:_BOARDS_IN_ONE_EDIT]
            if not (board is self.home and self.strand.column)
        )
        if places:
            self.tell(Moved(when, by, places))

    def file_under(self, when: int, projects: list[Project], leave: list[Project]) -> None:
        """Add projects, and remove others, in one edit."""
        added = tuple(project.phid for project in projects)
        removed = tuple(project.phid for project in leave)
        self.tell(Joined(when, self.person(), Edge.PROJECT, added, removed))

    def phid_of(self, kind: str, number: int) -> str:
        """The phid of another task, a commit or whatever."""
        return phid(kind, number, self.seed)

    def _keyword_ids(self) -> list[int]:
        role, dice = self.ticket.role, self.dice
        if role is Role.GOAL:
            drawn = GOAL if dice.chance(0.6) else CATEGORY
            return [self.strand.goal_mark or drawn]
        kinds = [EPIC] if role is Role.EPIC else []
        if dice.chance(0.75):
            kinds.append(MAINTENANCE if self.upkeep else NEW)
        return kinds
