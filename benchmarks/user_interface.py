"""How long Dagster's pages take with years of days: `python -m benchmarks.user_interface`.

An instance gets a run a scope that materialised every day of `task_on_date`; their events are
written through Dagster's own API, in batches, without the work. Then the web server is asked what
the pages of the graph, the catalogue and an asset ask, and a backfill of one scope over all days is
launched and waited for. Seconds are wall seconds: what a person waits for.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click
import dagster as dg
import httpx
from dagster._core.events import (
    DagsterEvent,
    DagsterEventBatchMetadata,
    DagsterEventType,
    StepMaterializationData,
)
from dagster._core.utils import make_new_run_id

from benchmarks.dump import DumpSize
from benchmarks.ground import Ground
from benchmarks.interface import web_server
from benchmarks.making import make_ground
from benchmarks.measuring import ROOT
from phlogiston_assets.defs.partitions import SCOPES, key_of
from phlogiston_assets.runs import dagster_home
from resources.loading import load_dump
from resources.warehouse.database import Database

ASSET: Final = "task_on_date"
_KEY: Final = {"path": [ASSET]}
_PATIENCE: Final = 1800.0
_QUERIES: Final = {
    "graph": """query { assetNodes { id groupName opNames isPartitioned kinds description
  assetKey { path } dependencyKeys { path } dependedByKeys { path } } }""",
    "catalogue": """query { assetsOrError { ... on AssetConnection { nodes { id key { path }
  definition { id groupName kinds isPartitioned } } } } }""",
    "health of partitions": """query ($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) {
  ... on AssetNode { id partitionStats { numMaterialized numPartitions numFailed }
    partitionKeysByDimension { name partitionKeys }
    assetPartitionStatuses { ... on MultiPartitionStatuses { ranges { primaryDimStartKey
      primaryDimEndKey secondaryDim { ... on TimePartitionStatuses { ranges { startKey } }
      ... on DefaultPartitionStatuses { materializedPartitions } } } } } } } }""",
    "events of an asset": """query ($key: AssetKeyInput!) { assetOrError(assetKey: $key) {
  ... on Asset { id assetMaterializations(limit: 100) { runId timestamp partition
    metadataEntries { label } } } } }""",
    "runs": "query { runsOrError(limit: 25) { ... on Runs { results { id status } } } }",
}
_LAUNCH: Final = """mutation ($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) { __typename
    ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
_STATUS: Final = """query ($id: String!) { partitionBackfillOrError(backfillId: $id) {
  ... on PartitionBackfill { status } } }"""


@click.command()
@click.option("--scopes", default=40, show_default=True)
@click.option("--days", default=1_500, show_default=True)
@click.option("--dagster-yaml", type=click.Path(exists=True, path_type=Path))
@click.option("--database-url", default="", help="An empty PostgreSQL database for the data.")
def main(scopes: int, days: int, dagster_yaml: Path | None, database_url: str) -> None:
    """Measure, on SQLite or as another dagster.yaml says, and print seconds.

    A dagster.yaml for PostgreSQL, such as deploy/dagster.yaml, reads its variables
    DAGSTER_POSTGRES_… from the environment; its database is to be empty.
    """
    with tempfile.TemporaryDirectory() as folder:
        ground = _ground(Path(folder), scopes, days, database_url)
        os.environ.update(ground.environment, DAGSTER_HOME=f"{folder}/dagster")
        os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "500")  # as docs/settings.md advises
        home = dagster_home(ground.settings)
        if dagster_yaml:
            (home / "dagster.yaml").write_text(dagster_yaml.read_text("utf-8"), "utf-8")
        begun = time.perf_counter()
        with dg.DagsterInstance.get() as instance:
            record_days(instance, ground)
        _tell(f"{scopes * days:,} events written", time.perf_counter() - begun)
        with web_server(ground) as client:
            _ask_until_ready(client)
            for name, query in _QUERIES.items():
                for which in ("first", "again"):
                    _tell(f"{name}, {which}", _seconds(client, query))
            with _daemon(ground):
                _tell(f"backfill of {days:,} days of a scope", _backfill(client, ground))


def _ground(folder: Path, scopes: int, days: int, url: str) -> Ground:
    """A small dump that is loaded, with the scopes and as many days."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    size = DumpSize.of_wikimedia(0.005, yesterday, days=days)
    ground = replace(make_ground(folder, size, scopes=scopes), url=url)
    database = Database(ground.settings.database)
    database.prepare()
    load_dump(database, Path(ground.dump), ground.last)
    database.close()
    return ground


def record_days(instance: dg.DagsterInstance, ground: Ground) -> None:
    """A run a scope that has materialised all days."""
    instance.add_dynamic_partitions(str(SCOPES.name), list(ground.prefixes))
    for scope in ground.prefixes:
        run = dg.DagsterRun(
            "__ASSET_JOB",
            run_id=make_new_run_id(),
            tags={"scope": scope},
            status=dg.DagsterRunStatus.SUCCESS,
            asset_selection=frozenset({dg.AssetKey(ASSET)}),
        )
        instance.add_run(run)
        for day in [*ground.all_but_last, ground.last]:
            batch = DagsterEventBatchMetadata(run.run_id, day == ground.last)
            event = _materialised(scope, day)
            instance.report_dagster_event(event, run.run_id, batch_metadata=batch)


def _materialised(scope: str, day: date) -> DagsterEvent:
    made = dg.AssetMaterialization(ASSET, partition=key_of(day, scope), metadata={"days": 1})
    return DagsterEvent(
        event_type_value=DagsterEventType.ASSET_MATERIALIZATION.value,
        job_name="__ASSET_JOB",
        step_key=ASSET,
        event_specific_data=StepMaterializationData(made),
    )


def _ask(client: httpx.Client, query: str, **variables: Any) -> Any:
    answer = client.post("/graphql", json={"query": query, "variables": variables}).json()
    if answer.get("errors"):
        raise RuntimeError(f"the web server answered {answer['errors']}")
    return answer["data"]


def _seconds(client: httpx.Client, query: str) -> float:
    begun = time.perf_counter()
    _ask(client, query, **({"key": _KEY} if "$key" in query else {}))
    return time.perf_counter() - begun


def _ask_until_ready(client: httpx.Client) -> None:
    """Wait for the web server to have loaded the definitions."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            if _ask(client, _QUERIES["graph"])["assetNodes"]:
                return
        except httpx.TransportError:
            pass  # it does not listen yet
        time.sleep(0.2)
    raise RuntimeError("the web server did not become ready")


@contextmanager
def _daemon(ground: Ground) -> Iterator[None]:
    """Dagster's daemon, which carries backfills out."""
    command = [
        sys.executable,
        "-m",
        "dagster._daemon",
        "run",
        "-m",
        "phlogiston_assets.definitions",
    ]
    with (Path(ground.folder) / "daemon.log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603 - Dagster's daemon on our own definitions
            command,
            stdout=log,
            stderr=log,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait()


def _backfill(client: httpx.Client, ground: Ground) -> float:
    """From the launch of a backfill of one scope's days to its end."""
    days: Sequence[date] = [*ground.all_but_last, ground.last]
    names = [str(key_of(day, ground.prefixes[0])) for day in days]
    params = {"assetSelection": [_KEY], "partitionNames": names, "fromFailure": False}
    begun = time.perf_counter()
    launched = _ask(client, _LAUNCH, params=params)["launchPartitionBackfill"]
    if "backfillId" not in launched:
        raise RuntimeError(f"the backfill was not launched: {launched}")
    while time.perf_counter() - begun < _PATIENCE:
        told = _ask(client, _STATUS, id=launched["backfillId"])["partitionBackfillOrError"]
        if told["status"].startswith("COMPLETED_SUCCESS"):
            return time.perf_counter() - begun
        if told["status"].startswith(("COMPLETED", "FAILED", "CANCELED")):
            raise RuntimeError(f"the backfill ended as {told['status']}")
        time.sleep(0.5)
    raise RuntimeError("the backfill did not end")


def _tell(what: str, seconds: float) -> None:
    click.echo(f"{what}: {seconds:.2f} s")


if __name__ == "__main__":
    main()
