"""Which days of each scope were reconstructed, from the load of which day and by which recipe.

What does not belong here: what is known of these days (see `period_store`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from phlogiston_assets.domain.days import FOREVER, day_number, day_of
from phlogiston_assets.domain.history.periods import ranges
from phlogiston_assets.domain.history.rework import Basis
from resources.warehouse import schema
from resources.warehouse.rows import insert_rows, plain_rows

_DAY = schema.reconstructed_day.c


def read_days(connection: Connection, scope: str) -> list[int]:
    """The day numbers that were reconstructed, ascending."""
    return read_days_from(connection, scope, -FOREVER)


def read_days_from(connection: Connection, scope: str, day: int) -> list[int]:
    """Those from a day on, ascending."""
    query = sa.select(_DAY.day).where(_DAY.scope == scope, _DAY.day >= day)
    return [row[0] for row in plain_rows(connection.execute(query.order_by(_DAY.day)))]


def first_day(connection: Connection, scope: str, day: int) -> int | None:
    """The first reconstructed day of a scope; None if `day` is not reconstructed."""
    query = sa.select(sa.func.min(_DAY.day), sa.func.max(sa.case((_DAY.day == day, 1))))
    first, known = connection.execute(query.where(_DAY.scope == scope)).one()
    return int(first) if known else None


def load_of(connection: Connection, scope: str, day: date) -> date | None:
    """The day of the load that a scope's day was worked out from; None if it is not there."""
    query = sa.select(_DAY.load_day).where(_DAY.scope == scope, _DAY.day == day_number(day))
    return connection.scalar(query)


def extent(connection: Connection, scope: str, last: date, load_day: date) -> tuple[int, ...]:
    """How many days of a scope there are up to and with the last, the number of the first, and how
    many were worked out from the load of a day: other numbers where days were made anew.
    """
    by_load = sa.func.count(sa.case((_DAY.load_day == load_day, 1)))
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.min(_DAY.day), 0), by_load)
    found = connection.execute(query.where(_DAY.scope == scope, _DAY.day <= day_number(last)))
    return tuple(found.one())


def newest_day(connection: Connection, scope: str) -> date | None:
    """The last reconstructed day of a scope; None if there is none."""
    number = connection.scalar(sa.select(sa.func.max(_DAY.day)).where(_DAY.scope == scope))
    return None if number is None else day_of(number)


def write_days(connection: Connection, scope: str, days: Sequence[int], load_day: date) -> None:
    """Note that days were made from the load of a day."""
    first, last = min(days), max(days)
    wanted = set(days)
    known = [
        day for day in read_days_from(connection, scope, first) if day <= last and day in wanted
    ]
    update = sa.update(schema.reconstructed_day).values(load_day=load_day)
    for start, end in ranges(known):
        connection.execute(update.where(_DAY.scope == scope, _DAY.day >= start, _DAY.day < end))
    new = sorted(wanted - set(known))
    rows = [(scope, day, day_of(day), load_day) for day in new]
    insert_rows(connection, schema.reconstructed_day, rows)


def write_basis(connection: Connection, scope: str, basis: Basis) -> None:
    """Note by what a scope's days were made."""
    table = schema.scope_recipe
    connection.execute(sa.delete(table).where(table.c.scope == scope))
    insert_rows(connection, table, [(scope, basis.text)])


def read_basis(connection: Connection, scope: str) -> Basis | None:
    """By what a scope's days were made; None if it has none."""
    table = schema.scope_recipe
    text = connection.scalar(sa.select(table.c.recipe).where(table.c.scope == scope))
    return None if text is None else Basis.of_text(text)
