"""The dump and the loaded tables: one partition a day, one load a day."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import perf_counter

import dagster as dg

from phlogiston_assets.defs.checks import check_results, check_specs
from phlogiston_assets.defs.failures import said_plainly
from phlogiston_assets.defs.partitions import Partitions, day_of_run
from phlogiston_assets.defs.steps import holder_of
from phlogiston_assets.domain.dumps.dump import DumpError
from phlogiston_assets.domain.dumps.load_checks import LOAD_CHECKS, LoadLimits
from phlogiston_assets.domain.verdicts import RefusedError
from resources.dump_store import DumpStore
from resources.load_inspection import LoadInspection
from resources.loading import load_dump
from resources.locks import Locks
from resources.progress import Progress
from resources.warehouse.database import Database, WarehouseError
from resources.warehouse.load_store import LoadSummary, current_load

OWNERS = ["team:phlogiston"]
DUE_LOAD = "phlogiston/load"
"""A run with this tag was asked for because a load was due; it does nothing if it no longer is."""

TABLES = {
    "phabricator_project": "Projects: id, name, phid.",
    "phabricator_column": "Columns of the projects' boards.",
    "maniphest_task": "Tasks as they are at the load.",
    "maniphest_transaction": "Every recorded change of a task.",
    "maniphest_edge_transaction": "The projects of a task after each change of them.",
    "maniphest_blocked": "Which task is blocked by which, as of the load.",
}

LOAD = ["phabricator_dump", *TABLES]
"""The assets of a load, which one run makes."""


class DumpConfig(dg.Config):
    """Where to take the dump from, for this run only."""

    source: str = ""
    """An http or https address or a file; the setting PHLOGISTON_DUMP_URL if empty."""
    closes_this_day: bool = False
    """Take the dump for the partition's, whatever its time stamp says."""


class LoadConfig(dg.Config):
    """How to load, for this run only."""

    replace_newer: bool = False
    """Load the dump even if a newer one is loaded."""
    accept_loss: bool = False
    """Load the dump however many rows are lost against the load before."""


def load_assets(partitions: Partitions) -> list[dg.AssetsDefinition]:
    """The assets `phabricator_dump` and the six loaded tables."""

    @dg.asset(
        partitions_def=partitions.daily,
        group_name="load",
        kinds={"json"},
        owners=OWNERS,
        backfill_policy=dg.BackfillPolicy.multi_run(1),
        output_required=False,
        description="The dump file that closes a day: the first one made after its end.",
    )
    def phabricator_dump(  # noqa: PLR0913 - the resources of one step
        context: dg.AssetExecutionContext,
        config: DumpConfig,
        dumps: dg.ResourceParam[DumpStore],
        database: dg.ResourceParam[Database],
        locks: dg.ResourceParam[Locks],
        progress: dg.ResourceParam[Progress],
    ) -> Iterator[dg.MaterializeResult]:
        with said_plainly():
            if DUE_LOAD in context.run.tags and _is_loaded(database, locks, context):
                context.log.info("Nothing is left to do: the dump was loaded meanwhile.")
                return
            begun = perf_counter()
            step = progress.track("Fetching the dump", None, context.log.info)
            path = dumps.obtain(
                day_of_run(context),
                config.source,
                trust=config.closes_this_day,
                report=lambda done: step(done, f"{done / 1e6:,.0f} MB fetched"),
            )
        yield dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(str(path)),
                "bytes": path.stat().st_size,
                "seconds": round(perf_counter() - begun, 2),
            }
        )

    @dg.multi_asset(
        name="loaded_tables",
        specs=[_table_spec(name, said, partitions) for name, said in TABLES.items()],
        check_specs=check_specs(LOAD_CHECKS),
        backfill_policy=dg.BackfillPolicy.multi_run(1),
        pool="load",
    )
    def loaded_tables(  # noqa: PLR0913 - the resources of one step
        context: dg.AssetExecutionContext,
        config: LoadConfig,
        dumps: dg.ResourceParam[DumpStore],
        database: dg.ResourceParam[Database],
        limits: dg.ResourceParam[LoadLimits],
        locks: dg.ResourceParam[Locks],
        progress: dg.ResourceParam[Progress],
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        day = day_of_run(context)
        inspection = LoadInspection(limits, config.accept_loss or config.replace_newer)
        with said_plainly(), locks.hold("The load", holder_of(context)):
            path = dumps.kept(day)
            _refuse_older(database, day, replace_newer=config.replace_newer)
            begun = perf_counter()
            step = progress.track("Loading", path.stat().st_size, context.log.info)
            try:
                summary = load_dump(
                    database,
                    path,
                    day,
                    report=lambda at: step(at.bytes, f"{at.tasks:,} tasks loaded"),
                    inspect=inspection,
                )
            except (DumpError, RefusedError):
                dumps.reject(day)
                yield from check_results(inspection.verdicts)
                raise
            dumps.prune(day)
        seconds = dg.MetadataValue.float(round(perf_counter() - begun, 2))
        metadata = {**load_metadata(summary), "seconds": seconds}
        for name in TABLES:
            rows = {"dagster/row_count": dg.MetadataValue.int(inspection.rows[name])}
            yield dg.MaterializeResult(asset_key=name, metadata={**metadata, **rows})
        yield from check_results(inspection.verdicts)

    return [phabricator_dump, loaded_tables]


def _table_spec(name: str, description: str, partitions: Partitions) -> dg.AssetSpec:
    return dg.AssetSpec(
        name,
        deps=["phabricator_dump"],
        partitions_def=partitions.daily,
        group_name="load",
        kinds={"table"},
        owners=OWNERS,
        description=description,
    )


def _is_loaded(database: Database, locks: Locks, context: dg.AssetExecutionContext) -> bool:
    """Whether somebody else was first, after waiting for a load that is under way."""
    database.prepare()
    with locks.hold("The load", holder_of(context)), database.read() as connection:
        loaded = current_load(connection)
    return loaded is not None and loaded.day >= day_of_run(context)


def _refuse_older(database: Database, day: date, *, replace_newer: bool) -> None:
    database.prepare()
    with database.read() as connection:
        loaded = current_load(connection)
    if loaded is not None and loaded.day > day and not replace_newer:
        raise WarehouseError(
            f"A newer dump is loaded: it closes {loaded.day}, this one {day}. Each dump holds all "
            "history, so the older one is not needed; to load it all the same, set "
            "`replace_newer`, or give `--replace-newer` on the command line."
        )


def load_metadata(summary: LoadSummary) -> dict[str, dg.MetadataValue]:
    """What a person would ask first of a load."""
    return {
        "tasks": dg.MetadataValue.int(summary.tasks),
        "transactions": dg.MetadataValue.int(summary.transactions),
        "bytes": dg.MetadataValue.int(summary.bytes),
        "newest_change": dg.MetadataValue.timestamp(float(summary.newest_change)),
        "unreadable_values": dg.MetadataValue.json(summary.unreadable),
        "source": dg.MetadataValue.path(str(Path(summary.source))),
    }
