"""The whole of one task's life, chapter by chapter, in order of time."""

from operator import attrgetter

from phlogiston_assets.domain.sample.events import Edge, Event, Joined
from phlogiston_assets.domain.sample.filing import estimate, file, hand_over, triage
from phlogiston_assets.domain.sample.life import Life
from phlogiston_assets.domain.sample.plan import Bond
from phlogiston_assets.domain.sample.working import work

_by_time = attrgetter("when")


def tell_story(life: Life) -> list[Event]:
    """All events of the task up to the end of the sample, in order of time.

    A task that was merged lives on only in its bonds to others.
    """
    for chapter in (file, triage, estimate, work, hand_over):
        chapter(life)
    merge = life.ticket.merged_into
    if merge is not None:
        life.events = [event for event in life.events if event.when < merge.when]
    _bind_all(life)
    end = life.rhythm.horizon
    return sorted((event for event in life.events if event.when < end), key=_by_time)


def _bind_all(life: Life) -> None:
    ticket = life.ticket
    if ticket.merged_into is not None:
        _bind(life, Edge.MERGED_INTO, ticket.merged_into)
    if ticket.parent is not None:
        _bind(life, Edge.PARENT, ticket.parent)
    for child in ticket.children:
        _bind(life, Edge.CHILD, child)
    for duplicate in ticket.merged_here:
        _bind(life, Edge.MERGED_HERE, duplicate)


def _bind(life: Life, edge: Edge, bond: Bond) -> None:
    other = life.phid_of("TASK", bond.task)
    life.tell(Joined(bond.when, life.person(), edge, (other,)))
