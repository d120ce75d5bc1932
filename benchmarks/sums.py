"""The periods' categories and sums by day alone, without the other figures of a report."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Final

from benchmarks.ground import Ground
from benchmarks.measuring import seconds
from phlogiston_assets.domain.categories.categorisation import categorise
from phlogiston_assets.domain.counting import aggregation
from phlogiston_assets.domain.counting.ranges import left_out, ranges_frame
from phlogiston_assets.domain.days import day_number
from phlogiston_assets.domain.scopes import Scope, resolve_rules
from resources.warehouse import day_store, extract_store, period_store, run_store, schema
from resources.warehouse.database import Database

PERIODS_AND_SUMS: Final = "periods and sums"


class _Undone(Exception):  # noqa: N818 - no error: what was written is taken back
    pass


def seconds_of_sums(ground: Ground, database: Database, scope: Scope, day: date) -> float:
    """CPU seconds to work out and write the sums of a reconstructed scope; nothing of it stays."""
    return seconds(lambda: _write_and_undo(ground, database, scope, day_number(day)))


def _write_and_undo(ground: Ground, database: Database, scope: Scope, day: int) -> None:
    prefix = scope.prefix
    with database.read() as connection:
        first = day_store.first_day(connection, prefix, day) or day
        rules = resolve_rules(scope, extract_store.read_projects(connection))
        periods = period_store.read_periods(connection, prefix).clip(first, day + 1)
    statuses = ground.settings.statuses
    categorised = categorise(periods, rules, scope.settings, day, statuses)
    runs = aggregation.daily_runs(categorised)
    gone = left_out(scope.settings, periods, day, statuses)
    frames = {
        "category_periods": aggregation.periods_frame(categorised),
        "runs": ranges_frame(categorised, runs, gone),
    }
    with suppress(_Undone), database.write() as connection:
        for name, frame in frames.items():
            frame.insert(0, "scope", prefix)
            run_store.write_runs(connection, prefix, schema.RUN_TABLES[name], frame, day)
        raise _Undone
