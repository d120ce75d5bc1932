"""What Dagster adds to a range of days of one scope, launched as one run."""

from __future__ import annotations

from typing import Final

from benchmarks.ground import TRIED, Ground
from benchmarks.measuring import Figures, metered
from phlogiston_assets.domain.scopes import read_scope
from phlogiston_assets.runs import Runs
from resources.reconstructing import reconstruct_days
from resources.warehouse.database import Database

RANGE: Final = 1_500
A_DAY: Final = "Dagster, a day"
"""The part of figures that is what Dagster adds to each day."""


def range_of_days(ground: Ground) -> Figures:
    """A run over 1,500 days, and the same work without Dagster."""
    figures, alone = Figures(), Figures()
    settings = ground.settings
    database = Database(settings.database)
    scope = read_scope(settings.scopes_dir, TRIED)
    days = ground.all_but_last[-RANGE:]
    with metered(alone):
        reconstruct_days(database, settings, scope, days)
    runs = Runs(settings)
    runs.register([TRIED])
    with metered(figures):
        runs.of_scope(["task_on_date"], TRIED, days, {})
    figures.counts = {"days": len(days)}
    figures.parts["without Dagster"] = alone.cpu
    figures.parts[A_DAY] = (figures.cpu - alone.cpu) / len(days)
    database.close()
    return figures
