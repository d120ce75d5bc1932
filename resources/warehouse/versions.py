"""The version of the tables: making them, and bringing those of an earlier program up to date.

Everything in the warehouse follows from the newest dump and the scopes' files, but for what
forecasts said in the last weeks, which can be done without (see `said_store`). So the tables of an
earlier version are not rewritten: they are dropped and made anew, empty, in one transaction, and
the next load and the sensor `scopes_up_to_date` fill them. Published reports stand meanwhile.
"""

from __future__ import annotations

import logging
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from resources.warehouse import schema, transaction_view

FORMER: Final[tuple[str, ...]] = ()
"""Tables and views that an earlier version had and this one has not; add a name when one goes."""

_STAGING: Final = "staging_"
_logger = logging.getLogger(__name__)


def found_version(connection: Connection) -> int | None:
    """The version of the tables that are there; None if there are none, 0 if it is not told."""
    if not sa.inspect(connection).has_table(schema.warehouse_version.name):
        return None
    return connection.scalar(sa.select(schema.warehouse_version.c.version)) or 0


def bring_up_to_date(connection: Connection, found: int | None) -> None:
    """Make all tables and views that stay, after dropping those of an earlier version.

    `found` is what `found_version` says, and not newer than `schema.VERSION`. All of it belongs to
    the connection's transaction.
    """
    if found == schema.VERSION:
        return
    if found is not None:
        _drop_all(connection)
        _logger.warning(
            "The tables of version %s were dropped and made anew as version %s. They are empty: "
            "start `phlogiston run`, or wait for the next load.",
            found,
            schema.VERSION,
        )
    schema.kept.create_all(connection)
    for name, query in schema.VIEWS.items():
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {query}")
    connection.execute(sa.insert(schema.warehouse_version), {"version": schema.VERSION})


def refusal(found: int, database: str) -> str:
    """What to say of tables that a newer program made."""
    return (
        f"The database {database} has tables of version {found}, this program knows versions up to "
        f"{schema.VERSION}: a newer program made them. Run that one, or point "
        "PHLOGISTON_DATABASE_URL at an empty database and run `phlogiston run`: everything "
        "is rebuilt from the newest dump."
    )


def _drop_all(connection: Connection) -> None:
    """Drop what is or was ours; other tables in the same database are left alone."""
    loaded = schema.loaded.tables
    ours = {
        *schema.kept.tables,
        *loaded,
        *(_STAGING + name for name in loaded),
        *schema.VIEWS,
        transaction_view.NAME,
        *FORMER,
    }
    there = sa.inspect(connection)
    for kind, names in (("VIEW", there.get_view_names()), ("TABLE", there.get_table_names())):
        for name in ours.intersection(names):
            connection.exec_driver_sql(f'DROP {kind} "{name}"')
