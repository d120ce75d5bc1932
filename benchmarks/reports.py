"""Rendering and publishing one report."""

from __future__ import annotations

from benchmarks.ground import TRIED, Ground
from benchmarks.measuring import Figures, metered
from phlogiston_assets.domain.days import day_of
from resources.publishing import publish_report
from resources.scope_desk import ScopeDesk
from resources.warehouse import day_store
from resources.warehouse.database import Database


def one_report(ground: Ground) -> Figures:
    """The report of a scope with twelve categories: all charts and pages."""
    figures = Figures()
    settings = ground.settings
    database = Database(settings.database)
    desk = ScopeDesk(database, settings)
    with database.read() as connection:
        newest = day_of(day_store.read_days(connection, TRIED)[-1])
    with metered(figures):
        done = publish_report(database, settings, desk.scope(TRIED), newest, desk.templates)
    figures.counts = {"files": done.files, "bytes": done.size}
    database.close()
    return figures
