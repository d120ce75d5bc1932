"""Looking at what an edit of a scope's files will do; nothing is ever written here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.engine import Connection

from phlogiston_assets.domain.categories.categorisation import categories_of, categorise
from phlogiston_assets.domain.categories.idle_rules import IdleRule, idle_rules
from phlogiston_assets.domain.categories.preview import (
    CategoryCount,
    Movement,
    category_counts,
    in_scope_on,
    movements,
    placed_on,
)
from phlogiston_assets.domain.days import day_number, day_of
from phlogiston_assets.domain.flow.work_begins import unknown_names
from phlogiston_assets.domain.history.periods import Periods
from phlogiston_assets.domain.history.reconstruction import reconstruct
from phlogiston_assets.domain.scopes import Scope, load_warnings, resolve_rules
from resources.reconstructing import due_days, recipe_of
from resources.settings import Settings
from resources.warehouse import day_store, extract_store, figure_store, period_store
from resources.warehouse.database import Database
from resources.warehouse.figure_store import Reported
from resources.warehouse.load_store import LoadSummary, current_load


class Need(StrEnum):
    """What brings a scope up to date with its files and the load."""

    NOTHING = "nothing"
    REPORT = "report"
    NEW_DAYS = "new days"
    RECONSTRUCTION = "reconstruction"


@dataclass(frozen=True, slots=True)
class Preview:
    """What the files of a scope will do to it.

    `need` is what brings it up to date, `reasons` say why days have to be made anew, `days` are
    those to be made. `day` is the one that is compared and `first_day` the first of those in which
    idle rules were looked for; `reported` is the day of the report that it is compared with, None
    without any; `load_is_newer` if that was made of an older load. `warnings` tell what fits the
    load badly.
    """

    need: Need
    reasons: tuple[str, ...]
    days: tuple[date, ...]
    day: date
    first_day: date
    reported: date | None
    load_is_newer: bool
    categories: tuple[CategoryCount, ...]
    movements: tuple[Movement, ...]
    idle: tuple[IdleRule, ...]
    warnings: tuple[str, ...]


def preview_scope(database: Database, settings: Settings, scope: Scope) -> Preview | None:
    """What the files of a scope will do; None while nothing is loaded.

    Raises:
        ScopeFileError: the rules name a project that the load does not have.
        WarehouseError: the database cannot be read.
    """
    if not database.is_prepared():
        return None
    with database.read() as connection:
        load = current_load(connection)
        return None if load is None else _preview(connection, settings, scope, load)


def _preview(
    connection: Connection, settings: Settings, scope: Scope, load: LoadSummary
) -> Preview:
    projects = extract_store.read_projects(connection)
    rules = resolve_rules(scope, projects)
    due = due_days(connection, settings, scope, load.day)
    reported = figure_store.reported(connection, scope.prefix)
    made = day_store.read_days(connection, scope.prefix)
    day = _compared_day(made, reported, load)
    number = day_number(day)
    kept = period_store.read_periods(connection, scope.prefix)
    new = _day_anew(connection, settings, scope, number) if due.anew else kept
    categorised = categorise(new.on(number), rules, scope.settings, number, settings.statuses)
    after = placed_on(new, categorised, number)
    before = None
    if reported is not None:
        shown = figure_store.placed_on(connection, scope.prefix, day)
        before = in_scope_on(kept, number) | shown
    wanted = figure_store.made_from(connection, settings, scope, load.day)
    return Preview(
        need=_need(due.anew, bool(due.days), reported, wanted),
        reasons=due.reasons,
        days=due.days,
        day=day,
        first_day=day if due.anew else day_of(made[0]),
        reported=reported.day if reported else None,
        load_is_newer=reported is not None and reported.load_at != wanted.load_at,
        categories=category_counts(before, after, [one.title for one in categories_of(rules)]),
        movements=() if before is None else movements(before, after),
        idle=idle_rules(scope, projects, new, number),
        warnings=(*load_warnings(scope, projects), *_idle_names(scope, new, anew=due.anew)),
    )


def _idle_names(scope: Scope, periods: Periods, *, anew: bool) -> tuple[str, ...]:
    """Names of working columns and statuses that nothing ever had; one day alone cannot tell."""
    return () if anew else unknown_names(scope.settings, periods.states.values())


def _compared_day(made: list[int], reported: Reported | None, load: LoadSummary) -> date:
    """The newest day that both the report and the load know."""
    if reported is not None:
        return min(reported.day, load.day)
    known = [number for number in made if number <= day_number(load.day)]
    return day_of(known[-1]) if known else load.day


def _day_anew(connection: Connection, settings: Settings, scope: Scope, number: int) -> Periods:
    """The one day as a new reconstruction makes it."""
    recipe = recipe_of(scope, extract_store.read_projects(connection), settings)
    extract = extract_store.read_extract(connection, recipe)
    return reconstruct(extract, recipe, number, number + 1)


def _need(anew: bool, more: bool, reported: Reported | None, wanted: Reported) -> Need:
    if anew:
        return Need.RECONSTRUCTION
    if more:
        return Need.NEW_DAYS
    return Need.NOTHING if reported == wanted else Need.REPORT
