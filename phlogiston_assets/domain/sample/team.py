"""What a team is made of: projects with boards, and strands of work. Shapes only, no teams."""

from dataclasses import dataclass

EPIC, NEW_FUNCTIONALITY, MAINTENANCE, CATEGORY, GOAL = 942, 1453, 1454, 1656, 2169
KEYWORDS = {
    EPIC: "Epic",
    NEW_FUNCTIONALITY: "New Functionality",
    MAINTENANCE: "Maintenance",
    CATEGORY: "Category",
    GOAL: "Goal",
}


@dataclass(frozen=True, slots=True)
class ProjectSpec:
    """A project and its board.

    flow: columns through which work moves; the first is the board's default column, and nameless
        where its name is empty. Without flow the project has no board.
    aside: columns in which some work stays.
    hidden: columns that the board no longer shows.
    born: when the project was made, as a fraction of the sample; before the sample if negative.
    milestone_of: the project whose milestone this is; a nameless column of its board stands for it.
    """

    id: int
    name: str
    flow: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    born: float = -1.0
    milestone_of: int | None = None


@dataclass(frozen=True, slots=True)
class Strand:
    """A stream of tasks about one matter, filed with one team.

    share: how many tasks, in parts of all tasks of the named teams at the default size.
    subjects: what the titles speak of.
    opens, closes: when new tasks come, as fractions of the sample.
    planned: the share of them that is filed in planning, in the first days after `opens`.
    growth: from -1 (ever fewer of the other tasks come) over 0 (as many) to 1 (ever more).
    speed: mean days from filing to closing of tasks that were not planned.
    finish: the share of tasks that is ever closed.
    upkeep: the share of tasks that keep things running rather than add anything.
    goal: the title of the task that all others are below.
    goal_mark: id of the keyword that marks it; one of the two is drawn if none is named.
    tags: ids of the projects that its tasks have beside the team's own.
    column: the column, on the team's board, in which its tasks stay.
    home: id of the project on whose board its tasks are filed, if not the team's own.
    milestone: id of the milestone that takes the place of the team's own project.
    """

    share: float
    subjects: tuple[str, ...]
    opens: float = 0.0
    closes: float = 1.0
    planned: float = 0.3
    growth: float = 0.0
    speed: float = 20.0
    finish: float = 0.85
    upkeep: float = 0.5
    goal: str | None = None
    goal_mark: int | None = None
    tags: tuple[int, ...] = ()
    column: str | None = None
    home: int | None = None
    milestone: int | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """A team: its own project is the first of its projects.

    pointing: the share of its tasks that ever get points.
    sprints: whether it closes much of its work at the end of a two-week sprint.
    """

    projects: tuple[ProjectSpec, ...]
    strands: tuple[Strand, ...]
    pointing: float = 0.4
    sprints: bool = False
