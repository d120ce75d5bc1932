"""What is due: a new dump to load, and the days and reports of scopes that are not up to date.

Whatever was missed or failed is found again by looking at what is there, not at what happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from phlogiston_assets.domain.days import day_number, day_of
from phlogiston_assets.domain.scopes import Scope
from resources.dump_source import DumpInfo, DumpSource
from resources.reconstructing import recipe_text
from resources.settings import Settings
from resources.warehouse import extract_store, figure_store, period_store
from resources.warehouse.database import Database
from resources.warehouse.load_store import LoadSummary, current_load


@dataclass(frozen=True, slots=True)
class ScopeWork:
    """What is due of a scope.

    `days` are to be reconstructed, `anew` if all other days are to be forgotten; without days, the
    report of the load's day is to be made. `key` is the same as long as the work is.
    """

    days: tuple[date, ...]
    anew: bool
    report_day: date
    key: str


def new_dump(database: Database, settings: Settings) -> DumpInfo | None:
    """The dump at the source, if it closes a later day than the load in place.

    Raises:
        DumpError: the source cannot be reached.
    """
    with database.read() as connection:
        load = current_load(connection)
    newest = DumpSource(settings.dump_url).look()
    return newest if load is None or newest.day > load.day else None


def scope_work(database: Database, settings: Settings, scope: Scope) -> ScopeWork | None:
    """What is due of a scope after the load in place; None if nothing is.

    Raises:
        ScopeFileError: the rules name a project that the load does not have.
    """
    with database.read() as connection:
        load = current_load(connection)
        if load is None:
            return None
        days, anew = _missing(connection, settings, scope, load)
        reported = figure_store.reported(connection, scope.prefix)
    made_from = figure_store.Reported(load.day, scope.digest, load.loaded_at.isoformat())
    if not days and reported == made_from:
        return None
    parts = (scope.prefix, made_from.load_at, made_from.files, bool(days), anew, days[:1], load.day)
    return ScopeWork(tuple(days), anew, load.day, "|".join(map(str, parts)))


def _missing(
    connection: Connection, settings: Settings, scope: Scope, load: LoadSummary
) -> tuple[list[date], bool]:
    """The days to reconstruct, and whether all of them are to be made anew."""
    recipe = recipe_text(scope, extract_store.read_projects(connection), settings)
    newest = period_store.newest_day(connection, scope.prefix)
    anew = newest is None or period_store.read_recipe(connection, scope.prefix) != recipe
    first = max(scope.settings.first_day(load.day), settings.start_date)
    begin = day_number(first) if anew or newest is None else day_number(newest) + 1
    return [day_of(number) for number in range(begin, day_number(load.day) + 1)], anew
