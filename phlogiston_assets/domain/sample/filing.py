"""The first chapters of a task's life: it is filed, finds its place, is triaged and estimated."""

from phlogiston_assets.domain.sample.dice import phid
from phlogiston_assets.domain.sample.events import (
    NEEDS_TRIAGE,
    STALLED,
    Assigned,
    Edge,
    Filed,
    Joined,
    Moved,
    PointsSet,
    PrioritySet,
    StatusSet,
)
from phlogiston_assets.domain.sample.life import PRIORITIES, Life
from phlogiston_assets.domain.sample.organisation import Project
from phlogiston_assets.domain.sample.plan import Role

_POINTS = (1, 1, 2, 2, 2, 3, 3, 3, 5, 5, 8, 13, 0.5, 0)


def file(life: Life) -> None:
    """Make the task, on its own board or on a wrong one, sometimes with its column and owner."""
    dice, created = life.dice, life.ticket.created
    priority = dice.pick(PRIORITIES) if dice.chance(0.4) else NEEDS_TRIAGE
    life.tell(Filed(created, life.author, priority))
    if dice.chance(0.01):
        life.tell(StatusSet(created, life.author, STALLED))
    if dice.chance(0.2):
        life.tell(Assigned(created, life.author, life.person()))
    if life.strand.column is not None:
        moved = created if dice.chance(0.6) else life.later(created, 4)
        life.tell(Moved(moved, life.person(), (life.home.aside[life.strand.column],)))
    elif dice.chance(0.2):
        life.move(created, life.author, 0.3, life.boards[-1:])
    _choose_projects(life)
    if life.strand.milestone is not None:
        _adopt_into_milestone(life, life.strand.milestone)


def _choose_projects(life: Life) -> None:
    dice, created = life.dice, life.ticket.created
    while dice.chance(0.06):
        other = dice.pick(life.organisation.homes)
        if other not in life.projects:
            life.projects.append(other)
            life.boards.append(other)
    wanted = life.projects + life.keywords
    if life.ticket.role is not Role.PART:
        life.file_under(created, wanted, [])
    elif dice.chance(0.05):
        wrong = [dice.pick(life.organisation.homes)]
        life.file_under(created, wrong, [])
        strangers = [project for project in wrong if project not in wanted]
        life.file_under(life.later(created, 5), wanted, strangers)
    elif dice.chance(0.3):
        _complete_later(life, wanted)
    else:
        life.file_under(created, wanted, [])
    if dice.chance(0.012):
        _share_secretly(life)


def _complete_later(life: Life, wanted: list[Project]) -> None:
    """File under one project only; in the days after somebody adds the others, as a rule."""
    known = wanted[1] if life.strand.tags and life.dice.chance(0.5) else wanted[0]
    life.file_under(life.ticket.created, [known], [])
    others = [project for project in wanted if project is not known]
    if others and life.dice.chance(0.8):
        life.file_under(life.later(life.ticket.created, 6), others, [])


def _share_secretly(life: Life) -> None:
    """Add a private project, which no public dump lists."""
    secret = phid("PROJ", -1 - int(life.dice.random() * 5), life.seed)
    when = life.later(life.ticket.created, 12)
    life.tell(Joined(when, life.person(), Edge.PROJECT, (secret,)))


def _adopt_into_milestone(life: Life, milestone: int) -> None:
    """Move to the milestone's stand-in: the milestone takes the place of the team's project."""
    when, by = life.later(life.ticket.created, 4), life.person()
    project = life.organisation.projects[milestone]
    life.tell(Moved(when, by, (life.home.stand_ins[milestone],)))
    life.file_under(when, [project], [life.home])
    life.boards[0] = life.projects[0] = project


def triage(life: Life) -> None:
    """Set the priority, some days later, and change it at times."""
    dice = life.dice
    when = life.later(life.ticket.created, 5)
    if dice.chance(0.7):
        life.tell(PrioritySet(when, life.person(), dice.pick(PRIORITIES)))
    if dice.chance(0.15):
        life.tell(PrioritySet(life.later(when, 40), life.person(), dice.pick(PRIORITIES)))


def estimate(life: Life) -> None:
    """Set points if the team does so; estimate anew or clear them at times."""
    dice, created = life.dice, life.ticket.created
    if life.ticket.role is not Role.PART or not dice.chance(life.team.pointing):
        return
    when = created if dice.chance(0.3) else life.later(created, 9)
    life.tell(PointsSet(when, life.person(), dice.pick(_POINTS)))
    if dice.chance(0.2):
        when = life.later(when, 25)
        life.tell(PointsSet(when, life.person(), dice.pick(_POINTS)))
    if dice.chance(0.03):
        life.tell(PointsSet(life.later(when, 30), life.person(), None))


def hand_over(life: Life) -> None:
    """At times, give the task up to another team, or take a keyword off it."""
    dice = life.dice
    if life.ticket.role is not Role.PART:
        return
    when = life.later(life.ticket.created, 70)
    if dice.chance(0.025):
        other = dice.pick(life.organisation.homes)
        if other not in life.projects:
            life.file_under(when, [other], life.projects)
    elif life.keywords and dice.chance(0.02):
        life.file_under(when, [], life.keywords)
