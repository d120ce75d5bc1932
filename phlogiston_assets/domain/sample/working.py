"""The later chapters of a task's life: the work on it, its end, and sometimes what comes after."""

from phlogiston_assets.domain.sample.events import (
    DECLINED,
    INVALID,
    OPEN,
    PROGRESS,
    RESOLVED,
    STALLED,
    Assigned,
    Edge,
    Joined,
    Moved,
    PrioritySet,
    StatusSet,
)
from phlogiston_assets.domain.sample.life import PRIORITIES, Life
from phlogiston_assets.domain.sample.plan import Role
from phlogiston_assets.domain.sample.rhythm import DAY

_VISITS = 7


def work(life: Life) -> None:
    """Tell how the task is worked on and closed, or how it lies about."""
    due = _due(life)
    _tend(life, life.rhythm.horizon if due is None else due)
    if due is None:
        _lie_about(life)
        return
    _progress(life, due)
    _close(life, due)


def _due(life: Life) -> int | None:
    """When the task is closed; None if that never happens."""
    dice, ticket, strand = life.dice, life.ticket, life.strand
    closing = life.rhythm.start_at(strand.closes)
    if ticket.role is Role.GOAL:
        return closing + 20 * DAY if strand.finish >= 0.95 else None
    if ticket.merged_into is not None or not dice.chance(strand.finish):
        return None
    if ticket.planned or ticket.role is Role.EPIC:
        days = 2 + dice.random() * max(0, closing - ticket.created) / DAY
    else:
        days = 1 + dice.skewed(strand.speed)
    day = ticket.created // DAY + int(days)
    if life.team.sprints and days > 4 and dice.chance(0.5):
        day = life.rhythm.sprint_end(day)
    return life.rhythm.working_hour(day, dice)


def _lie_about(life: Life) -> None:
    dice = life.dice
    when, by = life.later(life.ticket.created, 45), life.person()
    if dice.chance(0.35):
        life.move(when, by, 0.3, life.boards)
    if dice.chance(0.12):
        life.tell(StatusSet(life.later(when, 20), by, STALLED))
    elif dice.chance(0.12):
        life.tell(StatusSet(life.later(when, 20), by, PROGRESS))
        life.tell(Assigned(life.later(when, 20), by, by))
    if life.home.hidden and not life.strand.column and dice.chance(0.1):
        life.tell(Moved(life.later(when, 90), by, (dice.pick(life.home.hidden),)))


def _tend(life: Life, end: int) -> None:
    """While the task is open, people come by and change something, less and less often."""
    dice, when = life.dice, life.ticket.created
    for visit in range(1, _VISITS):
        when = life.later(when, 8 * visit)
        if when >= end:
            return
        by, draw = life.person(), dice.random()
        if draw < 0.3:
            life.move(when, by, dice.pick((0.0, 0.3, 0.3)), life.boards)
        elif draw < 0.5:
            life.tell(PrioritySet(when, by, dice.pick(PRIORITIES)))
        elif draw < 0.7:
            life.tell(Assigned(when, by, life.person()))
        else:
            _commit(life, when, end)


def _progress(life: Life, due: int) -> None:
    """Move through the columns on the way to `due`; get an owner, commits, at times get stuck."""
    dice, ticket = life.dice, life.ticket
    span = due - ticket.created
    for stage, start, length in ((0.3, 0.15, 0.35), (0.55, 0.6, 0.25), (0.8, 0.88, 0.1)):
        at = ticket.created + int(span * (start + length * dice.random()))
        at = life.rhythm.working_hour(at // DAY, dice)
        if not ticket.created < at < due:
            continue
        by = life.person()
        if dice.chance(0.75):
            life.move(at, by, stage, life.boards if dice.chance(0.6) else life.boards[:1])
        if stage == 0.55:
            _begin(life, at, by, due)
        if stage == 0.8 and dice.chance(0.5):
            _commit(life, at, due)


def _begin(life: Life, at: int, by: str, due: int) -> None:
    dice = life.dice
    if dice.chance(0.85):
        life.tell(Assigned(at, by, by))
    if dice.chance(0.15):
        life.tell(Assigned(life.later(at, 6), life.person(), life.person()))
    if dice.chance(0.35):
        life.tell(StatusSet(at, by, PROGRESS))
    stuck = life.later(at, 3)
    if dice.chance(0.09) and stuck < due:
        life.tell(StatusSet(stuck, by, STALLED))
        again = life.later(stuck, 8)
        if dice.chance(0.5) and again < due:
            life.tell(StatusSet(again, by, OPEN))


def _commit(life: Life, at: int, due: int) -> None:
    """Be mentioned in one to three commits in the days after `at`, before `due`."""
    span = min(due - at, 9 * DAY)
    for _ in range(1 + int(life.dice.random() * 3)):
        when = at + int(life.dice.random() * span)
        commit = life.phid_of("CMIT", int(life.dice.random() * 1e12))
        life.tell(Joined(when, life.person(), Edge.MENTIONED_IN, (commit,)))


def _close(life: Life, due: int) -> None:
    dice, by = life.dice, life.person()
    draw = 0.0 if life.ticket.role is Role.GOAL else dice.random()
    end = RESOLVED if draw < 0.92 else DECLINED if draw < 0.965 else INVALID
    life.tell(StatusSet(due, by, end))
    if end != RESOLVED:
        return
    if dice.chance(0.75):
        life.move(due if dice.chance(0.7) else life.later(due, 2), by, 1.0, life.boards)
    if dice.chance(0.07):
        _reopen(life, due)


def _reopen(life: Life, closed: int) -> None:
    dice, by = life.dice, life.person()
    again = life.later(closed, 18)
    life.tell(StatusSet(again, by, OPEN))
    life.move(again, by, 0.55, life.boards)
    if dice.chance(0.3):
        life.tell(Assigned(again, by, None))
    if dice.chance(life.strand.finish):
        done = life.later(again, 12)
        life.tell(StatusSet(done, by, RESOLVED))
        life.move(done, by, 1.0, life.boards)
