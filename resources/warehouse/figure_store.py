"""The figures of each scope's newest report, as the tables that others read (domain.md, 8)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from phlogiston_assets.domain.categories.preview import Placed
from phlogiston_assets.domain.days import day_number
from resources.settings import Settings
from resources.warehouse import day_store, run_store, schema
from resources.warehouse.cells import cells_of, stored
from resources.warehouse.figure_schema import category_period
from resources.warehouse.forecast_schema import RECORD_TABLES
from resources.warehouse.load_store import current_load
from resources.warehouse.rows import insert_columns, insert_rows, refresh_after

if TYPE_CHECKING:  # pandas is slow to import, and nothing here calls it
    import pandas as pd

    from phlogiston_assets.domain.figures import Figures
    from phlogiston_assets.domain.forecasts.record_tables import RecordTables
    from phlogiston_assets.domain.scopes import Scope


class Reported(NamedTuple):
    """What the figures in the tables were made of: `files` is a digest of the scope's files, of its
    days and of the settings of the program that figures depend on, `load_at` the instant of the
    load.
    """

    day: date
    files: str
    load_at: str


def made_from(connection: Connection, settings: Settings, scope: Scope, day: date) -> Reported:
    """Of what the figures of a scope's day are made now."""
    load = current_load(connection)
    days = day_store.extent(connection, scope.prefix, day, load.day if load else day)
    sets = asdict(settings.statuses)
    statuses = {name: sorted(sets[name]) for name in sorted(sets)}
    told = repr((scope.digest, days, statuses, asdict(settings.keywords)))
    files = hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
    return Reported(day, files, load.loaded_at.isoformat() if load else "")


def write_figures(connection: Connection, figures: Figures, basis: Reported) -> bool:
    """Replace the figures of a scope but for its record; False if a newer day's are there.

    Then nothing is written. Of runs of days only those that differ are, unless the same is made
    once more: who asks for that may have found something wrong. A record beside figures that were
    made of something else is removed: it is made after them.
    """
    scope = figures.scope.settings.prefix
    newest = reported(connection, scope)
    if newest is not None and newest.day > figures.day:
        return False
    _write_runs(connection, figures, anew=newest == basis)
    _write_frames(connection, scope, figures, schema.WHOLE_TABLES)
    if newest != basis:
        for table in RECORD_TABLES.values():
            connection.execute(sa.delete(table).where(table.c.scope == scope))
    report = schema.scope_report
    connection.execute(sa.delete(report).where(report.c.scope == scope))
    insert_rows(connection, report, [(scope, *basis)])
    return True


def _write_runs(connection: Connection, figures: Figures, *, anew: bool) -> None:
    """Let each table of runs hold its frame; with `anew` nothing that is there is trusted."""
    scope, day, written = figures.scope.settings.prefix, day_number(figures.day), 0
    for name, table in schema.RUN_TABLES.items():
        if anew:
            run_store.forget_runs(connection, scope, table)
        frame: pd.DataFrame = getattr(figures, name)
        written += run_store.write_runs(connection, scope, table, frame, day)
    refresh_after(connection, written, schema.RUN_TABLES.values())


def write_record(connection: Connection, scope: str, tables: RecordTables, basis: Reported) -> bool:
    """Replace the record of a scope; False, and nothing is written, beside other figures.

    The figures in the tables have to be made of the same `basis`.
    """
    if reported(connection, scope) != basis:
        return False
    _write_frames(connection, scope, tables, RECORD_TABLES)
    return True


def _write_frames(
    connection: Connection, scope: str, frames: object, tables: Mapping[str, sa.Table]
) -> None:
    """Let each table hold the frame of its name, for one scope."""
    for name, table in tables.items():
        connection.execute(sa.delete(table).where(table.c.scope == scope))
        frame: pd.DataFrame = getattr(frames, name)
        cells = [cells_of(stored(frame[one.name], one.type), one.type) for one in table.columns]
        insert_columns(connection, table, cells)


def reported(connection: Connection, scope: str) -> Reported | None:
    """What the tables' figures of a scope were made of; None if there are none."""
    return noted(connection, schema.scope_report, scope)


def read_numbers(connection: Connection, scope: str) -> dict[str, dict[str, list[Any]]]:
    """The numbers in the tables' figures of a scope by frame and column, in no certain order.

    Days are none, in whatever form they are stored.
    """
    found = {}
    for name, table in schema.FIGURE_TABLES.items():
        columns = [
            column
            for column in table.columns
            if isinstance(column.type, sa.Integer | sa.Float)
            and column.name not in ("first_day", "end_day", "digest")
        ]
        if columns:
            rows = connection.execute(sa.select(*columns).where(table.c.scope == scope)).all()
            cells = zip(*rows, strict=True) if rows else ([] for _ in columns)
            names = [column.name for column in columns]
            found[name] = {key: list(one) for key, one in zip(names, cells, strict=True)}
    return found


def noted(connection: Connection, table: sa.Table, scope: str) -> Reported | None:
    """What a table notes of a scope: `scope_report`, or `published_report`."""
    query = sa.select(table.c.date, table.c.files, table.c.load_at).where(table.c.scope == scope)
    row = connection.execute(query).first()
    return None if row is None else Reported(*row)


def placed_on(connection: Connection, scope: str, day: date) -> dict[int, Placed]:
    """Where the tables' figures of a scope have the tasks of a day, by id."""
    table = category_period.c
    query = sa.select(table.id, table.category, table.status, table.points)
    number = day_number(day)
    then = (table.scope == scope) & (table.first_day <= number) & (table.end_day > number)
    return {row[0]: Placed(*row[1:]) for row in connection.execute(query.where(then))}
