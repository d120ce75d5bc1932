"""All definitions, gathered and bound to their resources; `build_definitions` is the one seam."""

import warnings

import dagster as dg

from phlogiston_assets.defs.alarms import failed_checks, failed_runs, nothing_new
from phlogiston_assets.defs.automation import automation_sensors, daily_load
from phlogiston_assets.defs.catalogue import catalogued
from phlogiston_assets.defs.load_assets import load_assets
from phlogiston_assets.defs.page_assets import page_assets
from phlogiston_assets.defs.partitions import Partitions
from phlogiston_assets.defs.scope_assets import scope_assets
from resources.alarms import Alarms
from resources.dump_store import DumpStore
from resources.locks import Locks
from resources.progress import LoggedProgress, Progress
from resources.scope_desk import ScopeDesk
from resources.settings import Settings
from resources.warehouse.database import Database


def build_definitions(settings: Settings, progress: Progress | None = None) -> dg.Definitions:
    """The definitions for the given settings; `progress` is told how far runs have come."""
    partitions = Partitions.since(settings.start_date)
    database = Database(settings.database)
    with warnings.catch_warnings():
        # Backfill policies are marked beta; the version of Dagster is pinned and tested for them.
        warnings.simplefilter("ignore", dg.BetaWarning)
        assets = [
            *load_assets(partitions),
            *scope_assets(partitions),
            *page_assets(partitions),
        ]
    return dg.Definitions(
        assets=catalogued(assets, settings.alarm_after_days),
        schedules=[daily_load],
        sensors=[*automation_sensors(settings), failed_runs, failed_checks, nothing_new],
        executor=dg.in_process_executor,
        resources={
            "alarms": Alarms(settings),
            "database": database,
            "desk": ScopeDesk(database, settings),
            "dumps": DumpStore(settings),
            "limits": settings.load_limits,
            "locks": Locks(database, settings.lock_wait),
            "progress": progress or LoggedProgress(),
        },
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The code location's definitions, by the settings of its environment."""
    return build_definitions(Settings())
