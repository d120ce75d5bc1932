"""Reconstructing scopes from the loaded tables, working out their figures, and plain ways to."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from benchmarks.ground import TRIED, Ground
from benchmarks.measuring import Figures, MeasurementError, metered, seconds
from benchmarks.sums import PERIODS_AND_SUMS, seconds_of_sums
from phlogiston_assets.domain.days import day_number, day_of
from phlogiston_assets.domain.scopes import Scope, read_scope
from resources.figuring import store_figures, store_record
from resources.reconstructing import reconstruct_days
from resources.warehouse import day_store, period_store
from resources.warehouse.database import Database

_SAMPLED_DAYS: Final = 12


def one_scope(ground: Ground) -> Figures:
    """All days but the last of one scope, and its aggregates and other figures."""
    return _scope_and_figures(ground, ground.all_but_last, anew=True)


def one_new_day(ground: Ground) -> Figures:
    """The last day of the same scope, and its figures."""
    return _scope_and_figures(ground, [ground.last], anew=False)


def record_anew(ground: Ground) -> Figures:
    """The record of forecasts of one scope, where none is kept."""
    database = Database(ground.settings.database)
    with database.write() as connection:
        statement = sa.text("DELETE FROM forecast_origin WHERE scope = :scope")
        connection.execute(statement, {"scope": TRIED})
    database.close()
    return _record(ground, ground.all_but_last[-1])


def record_new_day(ground: Ground) -> Figures:
    """The record of the same scope after one day more."""
    return _record(ground, ground.last)


def _record(ground: Ground, day: date) -> Figures:
    figures = Figures()
    settings = ground.settings
    database = Database(settings.database)
    scope = read_scope(settings.scopes_dir, TRIED)
    with metered(figures):
        done = store_record(database, settings, scope, day)
    if not done.stored:
        raise MeasurementError(f"The figures of {TRIED} on {day} are not in the tables.")
    figures.counts = {"Sundays": done.sundays, "written": done.written}
    database.close()
    return figures


def _scope_and_figures(ground: Ground, days: Sequence[date], *, anew: bool) -> Figures:
    figures, periods = Figures(), Figures()
    settings = ground.settings
    database = Database(settings.database)
    scope = read_scope(settings.scopes_dir, TRIED)
    with metered(figures), metered(periods):
        done = reconstruct_days(database, settings, scope, days, anew=anew)
    sums = seconds_of_sums(ground, database, scope, days[-1])
    with metered(figures):
        store_figures(database, settings, scope, days[-1])
    figures.counts = {"days": done.days, "periods": done.periods, "tasks": _tasks(database)}
    figures.parts["of it periods"] = periods.cpu
    figures.parts[PERIODS_AND_SUMS] = periods.cpu + sums
    database.close()
    return figures


def _tasks(database: Database) -> int:
    """How many tasks the scope ever had."""
    query = sa.text("SELECT count(DISTINCT task) FROM scope_period WHERE scope = :scope")
    with database.read() as connection:
        return int(connection.scalar(query, {"scope": TRIED}) or 0)


def beside_plain(ground: Ground) -> Figures:
    """One scope, and then one row a task and day written plainly, from some days of it."""
    figures = one_scope(ground)
    sampled = ground.all_but_last[:: max(1, len(ground.all_but_last) // _SAMPLED_DAYS)]
    each = seconds(lambda: _plain_days(ground, sampled)) / len(sampled)
    figures.plain_cpu = each * len(ground.all_but_last)
    figures.counts["days sampled for the plain way"] = len(sampled)
    return figures


def _plain_days(ground: Ground, days: Sequence[date]) -> None:
    """Each day's tasks as a frame of its own, written and counted, given their periods."""
    import pandas as pd  # noqa: PLC0415 - no part of the program's own memory

    database = Database(ground.settings.database)
    with database.read() as connection:
        periods = period_store.read_periods(connection, TRIED)
    with database.write() as connection:
        for day in days:
            there = periods.on(day_number(day))
            states = [periods.states[state] for state in there.state.tolist()]
            frame = pd.DataFrame(states).drop(columns=["boards", "watched"])
            frame.insert(0, "id", there.task)
            frame.insert(1, "date", day.isoformat())
            frame.to_sql("plain_task_on_date", connection, if_exists="append", index=False)
            counts = frame.groupby(["date", "status", "maint_type"]).size().reset_index()
            counts.columns = ["date", "status", "maint_type", "count"]
            counts.to_sql("plain_agg", connection, if_exists="append", index=False)
        for table in ("plain_task_on_date", "plain_agg"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
    database.close()


def all_scopes(ground: Ground) -> Figures:
    """All days but the last of every scope, in one process."""
    figures = Figures()
    settings = ground.settings
    database = Database(settings.database)
    scopes = [read_scope(settings.scopes_dir, prefix) for prefix in ground.prefixes]
    days = ground.all_but_last
    periods = 0
    with metered(figures):
        for scope in scopes:
            periods += reconstruct_days(database, settings, scope, days, anew=True).periods
    figures.counts = {"scopes": len(scopes), "days": len(days), "periods": periods}
    database.close()
    return figures


def edited_rules(ground: Ground) -> Figures:
    """The figures of a reconstructed scope after an edit of its rules."""
    figures = Figures()
    database = Database(ground.settings.database)
    scope, day = _edited(ground, database)
    with metered(figures):
        done = store_figures(database, ground.settings, scope, day)
    figures.counts = {"categories": done.categories, "tasks": done.open + done.resolved}
    database.close()
    return figures


def edited_record(ground: Ground) -> Figures:
    """The record of forecasts after the same edit, and its figures."""
    figures = Figures()
    database = Database(ground.settings.database)
    scope, day = _edited(ground, database)
    with metered(figures):
        done = store_record(database, ground.settings, scope, day)
    if not done.stored:
        raise MeasurementError(f"The figures of {TRIED} after the edit are not in the tables.")
    figures.counts = {"Sundays": done.sundays, "written": done.written}
    database.close()
    return figures


def _edited(ground: Ground, database: Database) -> tuple[Scope, date]:
    """The scope with all rules but the first in reverse, and its newest day."""
    settings = ground.settings
    folder = Path(ground.folder) / "edited"
    shutil.copytree(settings.scopes_dir, folder, dirs_exist_ok=True)
    rules = folder / f"{TRIED}_recategorization.csv"
    head, first, *others = rules.read_text("utf-8").splitlines()
    rules.write_text("\n".join([head, first, *reversed(others)]) + "\n", "utf-8")
    with database.read() as connection:
        newest = day_store.read_days(connection, TRIED)[-1]
    return read_scope(folder, TRIED), day_of(newest)
