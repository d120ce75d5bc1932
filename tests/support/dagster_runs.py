"""Runs of the program's assets in this process, on an instance of the test's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg

from phlogiston_assets.definitions import build_definitions
from phlogiston_assets.defs.load_assets import LOAD
from phlogiston_assets.defs.partitions import SCOPES, key_of
from phlogiston_assets.defs.run_tags import RANGE_END, RANGE_START
from resources.settings import Settings


def load(
    settings: Settings, instance: dg.DagsterInstance, dump: Path, day: date
) -> dg.ExecuteInProcessResult:
    """The run that loads a dump for a day."""
    config = {"source": str(dump), "closes_this_day": True}
    run_config = {"ops": {"phabricator_dump": {"config": config}}}
    return _run(settings, instance, LOAD, run_config=run_config, partition_key=day.isoformat())


def of_scope(
    settings: Settings,
    instance: dg.DagsterInstance,
    assets: Sequence[str],
    scope: str,
    days: Sequence[date],
) -> dg.ExecuteInProcessResult:
    """The run of some assets over the days from the first to the last one given."""
    instance.add_dynamic_partitions(str(SCOPES.name), [scope])
    first, last = key_of(days[0], scope), key_of(days[-1], scope)
    if first == last:
        return _run(settings, instance, assets, partition_key=first, tags={"scope": scope})
    spans = {RANGE_START: first, RANGE_END: last}
    return _run(settings, instance, assets, tags={"scope": scope, **spans})


def of_site(settings: Settings, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """The run that makes the index of all scopes."""
    return _run(settings, instance, ["site_index"])


def _run(
    settings: Settings, instance: dg.DagsterInstance, assets: Sequence[str], **options: Any
) -> dg.ExecuteInProcessResult:
    keys = [dg.AssetKey(asset) for asset in assets]
    job = build_definitions(settings).get_repository_def().get_implicit_job_def_for_assets(keys)
    assert job is not None
    return job.execute_in_process(
        instance=instance, asset_selection=keys, raise_on_error=False, **options
    )
