"""Reconstructing days of a scope: from the load to its periods in the warehouse."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from phlogiston_assets.domain.days import day_number, day_of
from phlogiston_assets.domain.periods import Periods, ranges
from phlogiston_assets.domain.reconstruction import Recipe, reconstruct
from phlogiston_assets.domain.scopes import Scope, resolve_rules, scope_projects
from resources.settings import Settings
from resources.warehouse import extract_store, period_store
from resources.warehouse.database import Database, WarehouseError
from resources.warehouse.load_store import LoadSummary, current_load


@dataclass(frozen=True, slots=True)
class ReconstructionSummary:
    """What was reconstructed: `tasks` are those in scope on the last of the `days`."""

    days: int
    load_day: date
    newest_change: int
    tasks: int
    periods: int


def recipe_of(scope: Scope, projects: dict[int, str], settings: Settings) -> Recipe:
    """The recipe that a scope's files and the load's projects make."""
    ids = scope_projects(resolve_rules(scope, projects))
    asked = scope.settings.status_report_project
    return Recipe(
        projects=ids,
        default_points=scope.settings.default_points,
        keywords=settings.keywords,
        watched=() if asked is None or asked in ids else (asked,),
    )


def recipe_text(scope: Scope, projects: dict[int, str], settings: Settings) -> str:
    """The recipe as text; where it changes, all days have to be reconstructed."""
    start = scope.settings.start_date
    return json.dumps([asdict(recipe_of(scope, projects, settings)), start and start.isoformat()])


def reconstruct_days(
    database: Database,
    settings: Settings,
    scope: Scope,
    days: Sequence[date],
    *,
    anew: bool = False,
) -> ReconstructionSummary:
    """Work out the given days of a scope from the newest load and put them in place.

    `anew` forgets all other days of the scope in the same step.

    Raises:
        WarehouseError: there is no load, or a day is later than it.
        ScopeFileError: the rules name a project that the load does not have.
    """
    numbers = sorted(day_number(day) for day in set(days))
    with database.read() as connection:
        load = _usable_load(current_load(connection), days)
        projects = extract_store.read_projects(connection)
        recipe = recipe_of(scope, projects, settings)
        extract = extract_store.read_extract(connection, recipe)
    spans = [reconstruct(extract, recipe, first, end) for first, end in ranges(numbers)]
    new = Periods.together(spans)
    named = {number: projects[number] for number in recipe.projects if number in projects}
    with database.write() as connection:
        if anew:
            period_store.forget_scope(connection, scope.prefix)
        if period_store.read_recipe(connection, scope.prefix) is None:
            text = recipe_text(scope, projects, settings)
            period_store.write_recipe(connection, scope.prefix, text)
        period_store.replace_days(
            connection, scope.prefix, numbers, new, projects=named, load_day=load.day
        )
    last = new.on(numbers[-1])
    return ReconstructionSummary(len(numbers), load.day, load.newest_change, len(last), len(new))


def _usable_load(load: LoadSummary | None, days: Sequence[date]) -> LoadSummary:
    if load is None:
        raise WarehouseError("Nothing is loaded yet. Load a dump first: `phlogiston run --load`.")
    if max(days) > load.day:
        raise WarehouseError(
            f"{max(days)} is later than the newest load, which covers whole days up to "
            f"{load.day}. Load a newer dump, or ask for {load.day} at most."
        )
    return load


def missing_days(database: Database, scope: Scope, day: date, earliest: date) -> list[date]:
    """The days up to `day` that an incremental run reconstructs.

    Those after the newest reconstructed day; from the scope's first day on where there is none.
    """
    with database.read() as connection:
        newest = period_store.newest_day(connection, scope.prefix)
    first = max(scope.settings.first_day(day), earliest)
    begin = day_number(first) if newest is None else day_number(newest) + 1
    return [day_of(number) for number in range(begin, day_number(day) + 1)]
