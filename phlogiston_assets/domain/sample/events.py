"""What can happen to a task. How a dump writes it down does not belong here.

Every event has an instant (`when`, epoch seconds) and a person (`by`, a user's phid). Events of one
instant are one edit.
"""

from enum import IntEnum

from msgspec import Struct

from phlogiston_assets.domain.sample.organisation import Column

OPEN, PROGRESS, STALLED = "open", "progress", "stalled"
RESOLVED, DECLINED, INVALID, DUPLICATE = "resolved", "declined", "invalid", "duplicate"
NEEDS_TRIAGE = 90


class Edge(IntEnum):
    """Types of edges from a task to something else, by Phabricator's numbers."""

    CHILD = 3
    PARENT = 4
    PROJECT = 41
    MENTIONED_IN = 51
    MERGED_HERE = 62
    MERGED_INTO = 63


class Event(Struct, frozen=True):
    """Something that happened to a task."""

    when: int
    by: str


class Filed(Event, frozen=True):
    """The task was made, open, with a priority. Events of the same instant belong to this edit."""

    priority: int


class StatusSet(Event, frozen=True):
    """The task got a status."""

    status: str


class PrioritySet(Event, frozen=True):
    """The task got a priority."""

    priority: int


class PointsSet(Event, frozen=True):
    """The task got points, or lost them (None)."""

    points: float | None


class Assigned(Event, frozen=True):
    """The task got an owner (a user's phid), or lost its owner (None)."""

    owner: str | None


class Moved(Event, frozen=True):
    """The task was put into these columns, one on each of some boards."""

    places: tuple[Column, ...]


class Joined(Event, frozen=True):
    """Edges of one type were added to these phids, and removed from those."""

    edge: Edge
    added: tuple[str, ...]
    removed: tuple[str, ...] = ()
