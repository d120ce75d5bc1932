"""What is published: of what each scope's newest report was made, and what the index lists.

Kept in the warehouse, so that what is due can be told without the site's folder at hand.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from resources.warehouse import schema
from resources.warehouse.figure_store import Reported, noted
from resources.warehouse.rows import insert_rows

_REPORT = schema.published_report
_INDEX = schema.published_index


def note_report(connection: Connection, scope: str, basis: Reported, at: datetime) -> None:
    """Note that a report was published at an instant, unless a newer day's is."""
    newest = published(connection, scope)
    if newest is not None and newest.day > basis.day:
        return
    connection.execute(sa.delete(_REPORT).where(_REPORT.c.scope == scope))
    insert_rows(connection, _REPORT, [(scope, *basis, at.isoformat())])


def published(connection: Connection, scope: str) -> Reported | None:
    """Of what a scope's newest report was made; None if none is published."""
    return noted(connection, _REPORT, scope)


def publication_times(connection: Connection) -> dict[str, str]:
    """When the newest report of each scope was published, by scope."""
    query = sa.select(_REPORT.c.scope, _REPORT.c.published_at)
    return {row[0]: row[1] for row in connection.execute(query)}


def note_index(connection: Connection, listing: str) -> None:
    """Note what the published index lists."""
    connection.execute(sa.delete(_INDEX))
    insert_rows(connection, _INDEX, [(listing,)])


def listed(connection: Connection) -> str | None:
    """What the published index lists; None if there is none."""
    return connection.scalar(sa.select(_INDEX.c.listing))
