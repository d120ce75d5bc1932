"""Which runs are under way, whoever started them: schedule, sensor, person or command line."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import dagster as dg

from phlogiston_assets.defs.partitions import RANGE_END, RANGE_START

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
    return {scope for run in _unfinished(instance) for scope in every if _is_for(run.tags, scope)}


def _is_for(tags: Mapping[str, str], scope: str) -> bool:
    if scope in (tags.get("scope"), tags.get("dagster/partition/scope")):
        return True
    if RANGE_START not in tags or RANGE_END not in tags:
        return False
    first, last = (tags[name].partition("|")[2] for name in (RANGE_START, RANGE_END))
    return min(first, last) <= scope <= max(first, last)


def is_loading(instance: dg.DagsterInstance, day: str) -> bool:
    """Whether a run of a daily asset, so a load, is under way for a day."""
    return any(run.tags.get("dagster/partition") == day for run in _unfinished(instance))


def is_under_way(instance: dg.DagsterInstance, tag: str) -> bool:
    """Whether a run with a tag is under way."""
    return any(tag in run.tags for run in _unfinished(instance))
