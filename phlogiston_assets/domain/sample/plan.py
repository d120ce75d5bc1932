"""What is settled about all tasks before any life is told: order, parents, merges.

Both tasks of a pair show their bond, and a dump is written one task at a time; so the bonds of all
tasks are kept here, in a few bytes a task.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from phlogiston_assets.domain.sample.arrivals import PLANNING, Arrivals
from phlogiston_assets.domain.sample.dice import Dice
from phlogiston_assets.domain.sample.organisation import Errand, Organisation
from phlogiston_assets.domain.sample.rhythm import Rhythm

_MOST_CHILDREN = 40


class Role(IntEnum):
    """What a task is among those of its strand."""

    PART = 0
    EPIC = 1
    GOAL = 2


class Bond(NamedTuple):
    """Another task (its id), and the instant at which the two were joined."""

    task: int
    when: int


class Ticket(NamedTuple):
    """A task before its life: everything that other tasks or the plan decide about it."""

    id: int
    created: int
    errand: Errand
    role: Role
    planned: bool
    parent: Bond | None
    children: tuple[Bond, ...]
    merged_into: Bond | None
    merged_here: tuple[Bond, ...]


@dataclass(slots=True)
class _Tree:
    """A strand while its tasks arrive: who may have further children, and the newest part."""

    roomy: list[int] = field(default_factory=list)
    rooms_taken: dict[int, int] = field(default_factory=dict)
    has_goal: bool = False
    newest_part: int = 0

    def plant(self, task: int) -> None:
        """Let a task have children from now on."""
        self.roomy.append(task)
        self.rooms_taken[task] = 0

    def room(self, dice: Dice) -> int:
        """A task with room for one child more, whose room is taken; 0 if there is none."""
        if not self.roomy:
            return 0
        parent = dice.pick(self.roomy)
        self.rooms_taken[parent] += 1
        if self.rooms_taken[parent] == _MOST_CHILDREN:
            self.roomy.remove(parent)
            del self.rooms_taken[parent]
        return parent


class Plan:
    """All tasks in order of arrival, with ids from 1, and the bonds between them."""

    def __init__(
        self, arrivals: Arrivals, organisation: Organisation, rhythm: Rhythm, dice: Dice
    ) -> None:
        self._arrivals = arrivals
        self._errands = organisation.errands
        self._rhythm = rhythm
        self._dice = dice
        room = len(arrivals.created) + 1
        self._roles = bytearray(room)
        self._parent, self._joined = array("i", [0]) * room, array("q", [0]) * room
        self._merged, self._merged_at = array("i", [0]) * room, array("q", [0]) * room
        self._children: dict[int, array[int]] = {}
        self._merged_here: dict[int, array[int]] = {}
        self._goals: list[int] = []
        self._settle()

    def tickets(self) -> Iterator[Ticket]:
        """Every task, by id."""
        return (self._ticket(task) for task in range(1, len(self._roles)))

    def _ticket(self, task: int) -> Ticket:
        created = self._arrivals.created[task - 1]
        errand = self._errands[self._arrivals.errand[task - 1]]
        parent, merged = self._parent[task], self._merged[task]
        planned_until = self._rhythm.start_at(errand.strand.opens + PLANNING)
        return Ticket(
            task,
            created,
            errand,
            Role(self._roles[task]),
            created < planned_until and errand.strand.planned > 0,
            Bond(parent, self._joined[task]) if parent else None,
            tuple(Bond(child, self._joined[child]) for child in self._children.get(task, ())),
            Bond(merged, self._merged_at[task]) if merged else None,
            tuple(Bond(other, self._merged_at[other]) for other in self._merged_here.get(task, ())),
        )

    def _settle(self) -> None:
        trees = [_Tree() for _ in self._errands]
        for task, number in enumerate(self._arrivals.errand, start=1):
            tree, has_goal = trees[number], self._errands[number].strand.goal is not None
            if has_goal and not tree.has_goal:
                self._roles[task] = Role.GOAL
                self._goals.append(task)
                tree.has_goal = True
                tree.plant(task)
            elif self._dice.chance(0.06 if has_goal else 0.03):
                self._settle_epic(task, tree, has_goal)
            else:
                self._settle_part(task, tree, has_goal)

    def _settle_epic(self, task: int, tree: _Tree, has_goal: bool) -> None:
        self._roles[task] = Role.EPIC
        if has_goal:
            self._join(task, tree.room(self._dice))
        tree.plant(task)
        orphan = tree.newest_part
        if orphan and not self._parent[orphan] and self._dice.chance(0.5):
            self._join(orphan, task)

    def _settle_part(self, task: int, tree: _Tree, has_goal: bool) -> None:
        dice, newest = self._dice, tree.newest_part
        if newest and dice.chance(0.045):
            self._merge(task, newest)
        elif newest and dice.chance(0.06):
            self._join(task, newest)
        elif dice.chance(0.93 if has_goal else 0.3):
            self._join(task, tree.room(dice))
        elif self._goals and dice.chance(0.04):
            self._join(task, dice.pick(self._goals))
        if not self._merged[task]:
            tree.newest_part = task

    def _join(self, child: int, parent: int) -> None:
        """Put one task below another: when the younger is filed, or some days later."""
        when = self._arrivals.created[max(child, parent) - 1]
        if child < parent or self._dice.chance(0.25):
            when = self._rhythm.later(when, self._dice.skewed(10), self._dice)
        if parent and when < self._rhythm.horizon:
            self._parent[child], self._joined[child] = parent, when
            self._children.setdefault(parent, array("i")).append(child)

    def _merge(self, task: int, into: int) -> None:
        when = self._arrivals.created[task - 1]
        when = self._rhythm.later(when, self._dice.skewed(9), self._dice)
        if when < self._rhythm.horizon:
            self._merged[task], self._merged_at[task] = into, when
            self._merged_here.setdefault(into, array("i")).append(task)
