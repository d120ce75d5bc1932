"""Reconstructing days of a scope: from the load to its periods in the warehouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.engine import Connection

from phlogiston_assets.domain.days import day_number, day_of
from phlogiston_assets.domain.history.periods import Periods, ranges
from phlogiston_assets.domain.history.reconstruction import Recipe, reconstruct
from phlogiston_assets.domain.history.rework import Basis, Beginning, reasons
from phlogiston_assets.domain.history.scope_checks import check_periods, days_in_scope
from phlogiston_assets.domain.scopes import Scope, resolve_rules, scope_projects
from phlogiston_assets.domain.verdicts import Tell, refuse_if_blocked
from resources.garbage import without_garbage_collection
from resources.settings import Settings
from resources.warehouse import day_store, extract_store, period_store
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


def recipe_of(scope: Scope, projects: Mapping[int, str], settings: Settings) -> Recipe:
    """The recipe that a scope's files and the load's projects make."""
    ids = scope_projects(resolve_rules(scope, projects))
    asked = scope.settings.status_report_project
    return Recipe(
        projects=ids,
        default_points=scope.settings.default_points,
        keywords=settings.keywords,
        watched=() if asked is None or asked in ids else (asked,),
    )


def basis_of(scope: Scope, projects: Mapping[int, str], settings: Settings) -> Basis:
    """What the files, the load's projects and the settings want the scope's days to be made by."""
    return Basis(recipe_of(scope, projects, settings), scope.settings.start_date)


@without_garbage_collection()
def reconstruct_days(  # noqa: PLR0913 - what to work out, and who is told of it
    database: Database,
    settings: Settings,
    scope: Scope,
    days: Sequence[date],
    *,
    anew: bool = False,
    tell: Tell = lambda _: None,
) -> ReconstructionSummary:
    """Work out the given days of a scope from the newest load and put them in place.

    `anew` forgets all other days of the scope in the same step, but for later ones that the load
    covers, which are made anew too: another run may have added them since the days were asked for.
    `tell` is told what checks found before anything is kept.

    Raises:
        WarehouseError: there is no load, or a day is later than it.
        ScopeFileError: the rules name a project that the load does not have.
        RefusedError: a check failed; all days stay as they were.
    """
    numbers = sorted(day_number(day) for day in set(days))
    with database.read() as connection:
        load = _usable_load(current_load(connection), days)
        if anew:
            made = day_store.read_days(connection, scope.prefix)
            numbers += [day for day in made if numbers[-1] < day <= day_number(load.day)]
        projects = extract_store.read_projects(connection)
        kept = None if anew else day_store.read_basis(connection, scope.prefix)
        basis = _basis_in_use(kept, basis_of(scope, projects, settings))
        recipe = basis.recipe
        extract = extract_store.read_extract(connection, recipe)
    spans = [reconstruct(extract, recipe, first, end) for first, end in ranges(numbers)]
    new = Periods.together(spans)
    named = {number: projects[number] for number in recipe.projects if number in projects}
    with database.write() as connection:
        if anew:
            period_store.forget_scope(connection, scope.prefix)
        period_store.replace_days(
            connection, scope.prefix, numbers, new, projects=named, load_day=load.day
        )
        stored = period_store.read_periods_since(connection, scope.prefix, numbers[0])
        in_scope = days_in_scope(extract.histories, recipe.projects, ranges(numbers))
        verdicts = check_periods(stored, in_scope, ranges(numbers))
        tell(verdicts)
        refuse_if_blocked(verdicts)
        keep_order(connection, scope.prefix, basis)
        if day_store.read_basis(connection, scope.prefix) is None:
            day_store.write_basis(connection, scope.prefix, basis)
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


def _basis_in_use(kept: Basis | None, wanted: Basis) -> Basis:
    """The basis for further days of a scope: one that makes them agree with those that are there.

    Where all days have to be made anew, those asked for are made by the wanted one meanwhile.
    """
    if kept is None or set(kept.recipe.projects) != set(wanted.recipe.projects):
        return wanted
    watched = set(wanted.recipe.watched)
    return kept.extended_by(wanted) if watched <= set(kept.recipe.watched) else wanted


def keep_order(connection: Connection, prefix: str, wanted: Basis) -> None:
    """Let a scope's days tell each task's first project by the order that its rules now have.

    This needs no reconstruction: all projects of a task are kept with it. Where the set of
    projects is another one, nothing is done; that needs one.
    """
    kept = day_store.read_basis(connection, prefix)
    if kept is None:
        return
    order = wanted.recipe.projects
    if order != kept.recipe.projects and set(order) == set(kept.recipe.projects):
        period_store.order_projects(connection, prefix, order)
        recipe = replace(kept.recipe, projects=order)
        day_store.write_basis(connection, prefix, replace(kept, recipe=recipe))


@dataclass(frozen=True, slots=True)
class DueDays:
    """The days of a scope to be reconstructed; `anew` if all others are to be forgotten.

    `reasons` say why days that are there have to be made anew; () where there are none yet.
    """

    days: tuple[date, ...]
    anew: bool
    reasons: tuple[str, ...] = ()


def due_days(connection: Connection, settings: Settings, scope: Scope, day: date) -> DueDays:
    """The days up to `day` that are missing, or all of them where an edit needs that.

    Unless it is the start date that was edited, days before it that are there are made anew too:
    nobody who adds a project means to lose history. Serves domain.md, sections 4 and 5.

    Raises:
        ScopeFileError: the rules name a project that the load does not have.
    """
    projects = extract_store.read_projects(connection)
    load = current_load(connection)
    made = day_store.read_days(connection, scope.prefix)
    kept = day_store.read_basis(connection, scope.prefix)
    first = max(scope.settings.first_day(day), settings.start_date)
    wanted = basis_of(scope, projects, settings)
    if not made or kept is None:
        return DueDays(_span(day_number(first), day), anew=True)
    why = reasons(kept, wanted, Beginning(day_of(made[0]), first), projects)
    if why:
        if kept.start_date == wanted.start_date:
            first = min(first, day_of(made[0]))
        newest = day_of(made[-1])
        last = newest if load is not None and day < newest <= load.day else day
        return DueDays(_span(day_number(first), last), anew=True, reasons=why)
    return DueDays(_span(made[-1] + 1, day), anew=False)


def _span(first: int, last: date) -> tuple[date, ...]:
    return tuple(day_of(number) for number in range(first, day_number(last) + 1))
