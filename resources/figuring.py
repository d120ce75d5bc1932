"""The figures of a scope's day: from periods to the tables of figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from sqlalchemy.engine import Connection

from phlogiston_assets.domain.counting.aggregation import NORMAL
from phlogiston_assets.domain.counting.figure_checks import check_aggregates, check_categories
from phlogiston_assets.domain.counting.forecasting import WEEK
from phlogiston_assets.domain.days import day_number, to_dates
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.report_figures import ReportInput, record_figures, report_figures
from phlogiston_assets.domain.scopes import Scope, resolve_rules
from phlogiston_assets.domain.verdicts import Tell, Verdict, refuse_if_blocked
from resources.garbage import without_garbage_collection
from resources.reconstructing import basis_of, keep_order
from resources.settings import Settings
from resources.warehouse import (
    day_store,
    extract_store,
    figure_store,
    origin_store,
    period_store,
    said_store,
)
from resources.warehouse.database import Database, WarehouseError
from resources.warehouse.schema import FIGURE_TABLES


@dataclass(frozen=True, slots=True)
class FigureSummary:
    """What was counted: `open` and `resolved` tasks on the day, and rows by table: of the day in
    tables of days, else all; whether the tables now hold it.
    """

    day: date
    open: int
    resolved: int
    categories: int
    stored: bool
    rows: Mapping[str, int]


@without_garbage_collection()
def read_figures(connection: Connection, settings: Settings, scope: Scope, day: date) -> Figures:
    """Compute all figures of a scope's day, with the record of its forecasts.

    Raises:
        WarehouseError: the day is not reconstructed.
        ScopeFileError: the rules name a project that the load does not have.
    """
    given = _read_input(connection, settings, scope, day)
    return report_figures(replace(given, kept=origin_store.read_origins(connection, scope.prefix)))


def _read_input(connection: Connection, settings: Settings, scope: Scope, day: date) -> ReportInput:
    """What figures are computed from, without origins that are kept."""
    first_day = day_store.first_day(connection, scope.prefix, day_number(day))
    if first_day is None:
        raise WarehouseError(
            f"{day} of the scope {scope.prefix} is not reconstructed. Materialise `task_on_date` "
            f"for it, or run `phlogiston run --scope {scope.prefix}`."
        )
    projects = extract_store.read_projects(connection)
    periods = period_store.read_periods(connection, scope.prefix)
    tasks = np.unique(periods.task).tolist()
    return ReportInput(
        scope=scope,
        rules=resolve_rules(scope, projects),
        projects=projects,
        periods=periods,
        first_day=first_day,
        day=day_number(day),
        parents=extract_store.read_parents(connection, tasks),
        statuses=settings.statuses,
        unpointed=extract_store.read_unpointed(connection, tasks),
        created=extract_store.read_created(connection, tasks),
        said=said_store.read_said(connection, scope.prefix, day - timedelta(days=WEEK)),
    )


@without_garbage_collection()
def store_figures(
    database: Database,
    settings: Settings,
    scope: Scope,
    day: date,
    *,
    tell: Tell = lambda _: None,
) -> FigureSummary:
    """Compute a scope's figures of a day and, if it is the newest, put them in the tables.

    The record of its forecasts is no part of them (see `store_record`): where it is made anew, it
    takes longer than all the others, and they have no need of it. `tell` is told what checks found
    before anything is kept.

    Raises:
        RefusedError: a check failed; the tables stay as they were.
    """
    with database.read() as connection:
        given = _read_input(connection, settings, scope, day)
        of_what = figure_store.made_from(connection, settings, scope, day)
    figures = report_figures(given, record=False)
    basis = basis_of(scope, figures.projects, settings)
    verdicts = _checked(given, figures)
    tell(verdicts)
    refuse_if_blocked(verdicts)
    with database.write() as connection:
        keep_order(connection, scope.prefix, basis)
        stored = figure_store.write_figures(connection, figures, of_what)
        if stored:
            said_store.write_said(connection, figures)
    counts = count_tasks(figures)
    categories, rows = len(figures.categories), _rows(figures)
    return FigureSummary(day, counts["open"], counts["resolved"], categories, stored, rows)


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """How many Sundays the record has, for how many of them the kept forecast or its scores are
    new, and whether the tables now hold it.
    """

    sundays: int
    written: int
    stored: bool


@without_garbage_collection()
def store_record(database: Database, settings: Settings, scope: Scope, day: date) -> RecordSummary:
    """Bring the record of a scope's forecasts up to a day, and put it beside the day's figures.

    The tables and the kept origins stay as they are if the figures in the tables are another day's,
    or were made of something else meanwhile. Serves forecast.md, "The record".

    Raises:
        WarehouseError: the day is not reconstructed.
        ScopeFileError: the rules name a project that the load does not have.
    """
    with database.read() as connection:
        kept = origin_store.read_origins(connection, scope.prefix)
        given = replace(_read_input(connection, settings, scope, day), kept=kept)
        of_what = figure_store.made_from(connection, settings, scope, day)
    record = record_figures(given)
    written = 0
    with database.write() as connection:
        stored = figure_store.write_record(connection, scope.prefix, record.tables, of_what)
        if stored:
            written = origin_store.write_origins(connection, scope.prefix, record.origins)
    return RecordSummary(len(record.origins), written, stored)


def _checked(given: ReportInput, figures: Figures) -> list[Verdict]:
    """What checks find of figures and of what they were made."""
    periods, runs, now = figures.category_periods, figures.runs, _on_its_day(figures)
    then = given.periods.on(given.day)
    tasks, states = then.task.tolist(), [then.states[one] for one in then.state.tolist()]
    return [
        check_aggregates(periods, runs[runs["range"] == NORMAL]),
        check_categories(
            given.rules,
            given.statuses,
            dict(zip(tasks, states, strict=True)),
            dict(zip(now["id"].tolist(), map(str, now["category"]), strict=True)),
        ),
        figures.balance,
    ]


def _on_its_day(figures: Figures) -> pd.DataFrame:
    """The categorised periods that hold on the report's day."""
    return _holding(figures.category_periods, figures.day)


def _holding(periods: pd.DataFrame, on: date) -> pd.DataFrame:
    """Those of half-open periods that hold on a day."""
    day = to_dates(np.array([day_number(on)]))[0]
    holding: pd.DataFrame = periods[(periods["first_day"] <= day) & (periods["end_day"] > day)]
    return holding


def _rows(figures: Figures) -> dict[str, int]:
    """Rows by table: those that hold on the report's day in tables of days, else all."""
    tables = {table.name: getattr(figures, name) for name, table in FIGURE_TABLES.items()}
    of_days = {
        view: tables.pop(stored)
        for view, stored in (
            ("task_on_date_recategorized", "category_period"),
            ("task_on_date_agg", "aggregate_run"),
            ("cumulative_flow", "status_run"),
        )
    }
    found = {name: len(frame) for name, frame in tables.items()}
    return found | {name: len(_holding(frame, figures.day)) for name, frame in of_days.items()}


def count_tasks(figures: Figures) -> dict[str, int]:
    """Open and resolved tasks on the report's day."""
    status = _on_its_day(figures)["status"]
    return {name: int((status == name).sum()) for name in ("open", "resolved")}
