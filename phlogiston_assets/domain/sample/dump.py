"""Writing a sample dump, task by task."""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from phlogiston_assets.domain.sample.arrivals import arrivals
from phlogiston_assets.domain.sample.dice import Dice, Letters, phid
from phlogiston_assets.domain.sample.forms import Eras
from phlogiston_assets.domain.sample.ledger import Ledger, Numbering
from phlogiston_assets.domain.sample.life import Life
from phlogiston_assets.domain.sample.organisation import Organisation
from phlogiston_assets.domain.sample.plan import Plan
from phlogiston_assets.domain.sample.rhythm import Rhythm
from phlogiston_assets.domain.sample.size import SampleSize, SampleSummary
from phlogiston_assets.domain.sample.story import tell_story
from phlogiston_assets.domain.sample.wording import title

_BLOCK = 1 << 20
_MIDDLE_FROM, _TODAY_FROM = 1 / 8, 1 / 3


def write_sample(out: BinaryIO, size: SampleSize) -> SampleSummary:
    """Write a dump of this size (specification, section 1) and say what it holds.

    The same size gives the same bytes everywhere. Needs memory for one task at a time, and about
    a hundred bytes for each of the others.
    """
    rhythm = Rhythm(size)
    organisation = Organisation(size, rhythm)
    eras = Eras(rhythm.start_at(_MIDDLE_FROM), rhythm.start_at(_TODAY_FROM))
    numbering = Numbering(Letters(size.seed))
    pieces = _pieces(size, organisation, rhythm, eras, numbering)
    written = 0
    block = bytearray()
    for piece in pieces:
        block += piece
        if len(block) >= _BLOCK:
            out.write(block)
            written += len(block)
            block = bytearray()
    out.write(block)
    written += len(block)
    columns = sum(1 for project in organisation.projects.values() for _ in project.columns())
    return SampleSummary(size.tasks, numbering.rows, len(organisation.projects), columns, written)


def _pieces(
    size: SampleSize,
    organisation: Organisation,
    rhythm: Rhythm,
    eras: Eras,
    numbering: Numbering,
) -> Iterator[bytes]:
    encode = msgspec.json.Encoder().encode
    coming = arrivals(size.tasks, organisation, rhythm, _dice(size, 0))
    plan = Plan(coming, organisation, rhythm, _dice(size, 1))
    dice = _dice(size, 2)
    yield b'{"task":{'
    for ticket in plan.tickets():
        life = Life(ticket, organisation, rhythm, dice, size.seed)
        ledger = Ledger(phid("TASK", ticket.id, size.seed), eras, numbering)
        ledger.write(tell_story(life))
        task = ledger.task(ticket.id, title(ticket, life.upkeep, dice))
        yield b'%s"%d":%s' % (b"," if ticket.id > 1 else b"", ticket.id, encode(task))
    yield b'},"project":' + encode(_projects(organisation)) + b"}\n"


def _projects(organisation: Organisation) -> dict[str, list[list[object]]]:
    projects = organisation.projects.values()
    columns = [column for project in projects for column in project.columns()]
    return {
        "projects": [project.row() for project in projects],
        "columns": [column.row() for column in sorted(columns, key=lambda column: column.id)],
    }


def _dice(size: SampleSize, purpose: int) -> Dice:
    """Dice of their own for each purpose, so that one does not upset another."""
    return Dice(size.seed * 3 + purpose)
