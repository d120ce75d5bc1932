"""Which runs are under way, whoever started them: schedule, sensor, person or command line."""

from collections.abc import Iterable, Sequence
from typing import Final

import dagster as dg

from phlogiston_assets.defs.run_tags import PARTITION, is_for

_UNFINISHED: Final = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
)
"""A run whose process is gone is none of these for long: see `resources.dagster_launcher`."""


def _unfinished(instance: dg.DagsterInstance) -> Sequence[dg.DagsterRun]:
    return instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED))


def busy_scopes(instance: dg.DagsterInstance, scopes: Iterable[str]) -> set[str]:
    """Those of the scopes that a run is under way for."""
    every = set(scopes)
    return {scope for run in _unfinished(instance) for scope in every if is_for(run.tags, scope)}


def is_loading(instance: dg.DagsterInstance, day: str) -> bool:
    """Whether a run of a daily asset, so a load, is under way for a day."""
    return any(run.tags.get(PARTITION) == day for run in _unfinished(instance))


def is_under_way(instance: dg.DagsterInstance, tag: str) -> bool:
    """Whether a run with a tag is under way."""
    return any(tag in run.tags for run in _unfinished(instance))
