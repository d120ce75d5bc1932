"""The asset graph in words: what there is, what is made from what, and what runs by itself.

`make graph` writes it to tests/graph.txt, where a change of the graph is read and reviewed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.definitions.freshness import TimeWindowFreshnessPolicy

from phlogiston_assets.definitions import build_definitions
from resources.settings import Settings

FILE = Path(__file__).parents[1] / "graph.txt"
_BY_DAGSTER = ("__ASSET_JOB", "__anonymous_asset_job")
"""Jobs that Dagster makes by itself, one for each set of assets that something targets."""


def graph_text(definitions: dg.Definitions) -> str:
    """The whole graph, a paragraph for each thing in it, in order of names."""
    repository = definitions.get_repository_def()
    graph = definitions.resolve_asset_graph()
    jobs = [job for job in repository.get_all_jobs() if not job.name.startswith(_BY_DAGSTER)]
    paragraphs = [
        *(_asset(graph, key) for key in sorted(graph.get_all_asset_keys())),
        *(_check(definitions, key) for key in sorted(graph.asset_check_keys, key=str)),
        *(_schedule(repository, one) for one in sorted(repository.schedule_defs, key=_name)),
        *(_sensor(repository, one) for one in sorted(repository.sensor_defs, key=_name)),
        *([f"job {job.name}"] for job in jobs),
    ]
    return "\n\n".join("\n  ".join(lines) for lines in paragraphs) + "\n"


def _name(one: dg.ScheduleDefinition | dg.SensorDefinition) -> str:
    return one.name


def _asset(graph: AssetGraph, key: dg.AssetKey) -> Iterator[str]:
    node = graph.get(key)
    yield f"asset {key.to_user_string()}"
    yield str(node.description)
    yield (f"group {node.group_name}; kinds {_listed(node.kinds)}; owners {_listed(node.owners)}")
    yield f"partitions {_partitions(node.partitions_def)}; {_backfill(node.backfill_policy)}"
    yield f"stale after {_freshness(node.freshness_policy)}"
    if node.pools:
        yield f"pools {_listed(node.pools)}"
    yield f"from {_listed(one.to_user_string() for one in node.parent_keys) or 'nothing'}"


def _partitions(definition: dg.PartitionsDefinition | None) -> str:
    if definition is None:
        return "none"
    if isinstance(definition, dg.MultiPartitionsDefinition):
        return " × ".join(one.name for one in definition.partitions_defs)
    assert isinstance(definition, dg.DailyPartitionsDefinition)
    return f"days in {definition.timezone}"


def _backfill(policy: dg.BackfillPolicy | None) -> str:
    if policy is None:
        return "no backfills"
    many = policy.max_partitions_per_run
    return "any range in one run" if many is None else f"partitions a run: {many}"


def _freshness(policy: dg.FreshnessPolicy | None) -> str:
    if policy is None:
        return "no time"
    assert isinstance(policy, TimeWindowFreshnessPolicy)
    warning = policy.warn_window
    told = f"; told after {warning.to_timedelta()}" if warning else ""
    return f"{policy.fail_window.to_timedelta()}{told}"


def _check(definitions: dg.Definitions, key: dg.AssetCheckKey) -> Iterator[str]:
    spec = definitions.resolve_asset_graph().get_check_spec(key)
    yield f"check {key.asset_key.to_user_string()}: {key.name}"
    yield "blocks" if spec.blocking else "does not block"


def _schedule(repository: dg.RepositoryDefinition, one: dg.ScheduleDefinition) -> Iterator[str]:
    yield f"schedule {one.name}"
    yield f"at {one.cron_schedule} {one.execution_timezone}; at first {one.default_status.value}"
    yield f"starts {_targets(repository, one)}"


def _sensor(repository: dg.RepositoryDefinition, one: dg.SensorDefinition) -> Iterator[str]:
    yield f"sensor {one.name}"
    pause = one.minimum_interval_seconds
    yield f"every {pause or 'default'} seconds; at first {one.default_status.value}"
    yield f"starts {_targets(repository, one) if one.targets else 'nothing'}"


def _targets(
    repository: dg.RepositoryDefinition, one: dg.ScheduleDefinition | dg.SensorDefinition
) -> str:
    keys = repository.get_job(one.job_name).asset_layer.selected_asset_keys
    return _listed(key.to_user_string() for key in keys)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


if __name__ == "__main__":
    FILE.write_text(graph_text(build_definitions(Settings())), "utf-8")
