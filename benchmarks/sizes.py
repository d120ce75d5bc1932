"""How large the database is, at two moments."""

from __future__ import annotations

import sqlalchemy as sa

from benchmarks.ground import Ground
from benchmarks.measuring import Figures
from resources.warehouse.database import Database

SIZE = "bytes"
"""The part of figures that is the database's size."""


def after_first_load(ground: Ground) -> Figures:
    """The size when there is nothing but a first load."""
    return _size(ground)


def after_all(ground: Ground) -> Figures:
    """The size when a second load has taken the first one's place and all scopes are reported."""
    return _size(ground)


def _size(ground: Ground) -> Figures:
    return Figures(peak=0, parts={SIZE: float(database_size(ground))})


def database_size(ground: Ground) -> int:
    """Bytes of the database's files or, on PostgreSQL, of its tables and indexes."""
    database = Database(ground.settings.database)
    with database.read() as connection:
        if database.is_sqlite:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            size = int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
        else:
            size = int(connection.scalar(sa.text("SELECT pg_database_size(current_database())")))
    database.close()
    return size
