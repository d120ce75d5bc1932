"""All projects of a sample with their boards, as things with identifiers and dates."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from phlogiston_assets.domain.sample.dice import phid
from phlogiston_assets.domain.sample.other_teams import OTHER_TEAMS, extra_team
from phlogiston_assets.domain.sample.rhythm import DAY, Rhythm
from phlogiston_assets.domain.sample.size import SampleSize
from phlogiston_assets.domain.sample.story_teams import STORY_TEAMS
from phlogiston_assets.domain.sample.team import KEYWORDS, ProjectSpec, Strand, Team

_PEOPLE_PER_TEAM = 7
_MADE_DAYS_BEFORE = 200


@dataclass(slots=True, eq=False)
class Column:
    """A column of a board; `board` is the phid of the project whose board it is on."""

    id: int
    phid: str
    name: str
    board: str
    created: int
    sequence: int
    default: bool = False
    hidden: bool = False

    def row(self) -> list[object]:
        """The column as a row of the dump."""
        properties = '{"isDefault":true}' if self.default else "[]"
        status, made = int(self.hidden), self.created
        return [
            *(self.id, self.phid, self.name, status, self.sequence, self.board),
            *(made, made, properties),
        ]


@dataclass(slots=True, eq=False)
class Project:
    """A project with the columns of its `ProjectSpec`; `stand_ins` are those of its milestones."""

    id: int
    name: str
    phid: str
    created: int
    flow: list[Column] = field(default_factory=list)
    aside: dict[str, Column] = field(default_factory=dict)
    hidden: list[Column] = field(default_factory=list)
    stand_ins: dict[int, Column] = field(default_factory=dict)

    def columns(self) -> Iterator[Column]:
        """All columns of the board."""
        yield from (*self.flow, *self.aside.values(), *self.hidden, *self.stand_ins.values())

    def row(self) -> list[object]:
        """The project as a row of the dump."""
        icon = "project" if self.flow else "tag"
        return [self.id, self.name, self.phid, self.created, self.created, icon, "blue"]


@dataclass(frozen=True, slots=True)
class Errand:
    """A strand of work where it is done: by which team, on which board, by which people."""

    team: Team
    strand: Strand
    home: Project
    people: tuple[str, ...]


class Organisation:
    """The projects of a sample by id, and its strands of work in a fixed order."""

    def __init__(self, size: SampleSize, rhythm: Rhythm) -> None:
        self._seed = size.seed
        self._rhythm = rhythm
        self._columns_made = 0
        self.projects: dict[int, Project] = {}
        self.errands: list[Errand] = []
        for id_, name in KEYWORDS.items():
            self._make(ProjectSpec(id_, name))
        named = (*STORY_TEAMS, *OTHER_TEAMS)
        for team in named:
            self._employ(team)
        self.homes = [self.projects[team.projects[0].id] for team in named]
        whole = sum(errand.strand.share for errand in self.errands)
        for number in range(size.projects_beside_teams):
            self._employ(extra_team(number, whole))

    def _employ(self, team: Team) -> None:
        for spec in team.projects:
            self._make(spec)
        own = team.projects[0].id
        people = tuple(
            phid("USER", own * _PEOPLE_PER_TEAM + n, self._seed) for n in range(_PEOPLE_PER_TEAM)
        )
        self.errands += (
            Errand(team, strand, self.projects[strand.home or own], people)
            for strand in team.strands
        )

    def _make(self, spec: ProjectSpec) -> None:
        if spec.born < 0:
            created = (self._rhythm.first - _MADE_DAYS_BEFORE) * DAY + spec.id
        else:
            created = self._rhythm.start_at(spec.born)
        project = Project(spec.id, spec.name, phid("PROJ", spec.id, self._seed), created)
        self.projects[spec.id] = project
        project.flow = [self._column(project, n, name) for n, name in enumerate(spec.flow)]
        for column in project.flow[:1]:
            column.default = True
        place = len(spec.flow)
        project.aside = {
            name: self._column(project, place + n, name) for n, name in enumerate(spec.aside)
        }
        project.hidden = [self._column(project, place, name) for name in spec.hidden]
        for column in project.hidden:
            column.hidden = True
        if spec.milestone_of is not None:
            parent = self.projects[spec.milestone_of]
            parent.stand_ins[spec.id] = self._column(parent, 0, "", created)

    def _column(
        self, project: Project, sequence: int, name: str, created: int | None = None
    ) -> Column:
        self._columns_made += 1
        number = self._columns_made
        made = project.created if created is None else created
        return Column(number, phid("PCOL", number, self._seed), name, project.phid, made, sequence)
