"""`dagster dev` as an operator starts it, and the requests that its web pages send to it.

The queries and their variables are those of the dialogs of Dagster 1.13: "Materialize" for one
partition and for several, and "Create a partition".
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from phlogiston_assets.runs import dagster_home
from resources.settings import Settings

_Answer = TypeVar("_Answer")

ROOT = Path(__file__).parents[2]
_REPOSITORY = {
    "repositoryLocationName": "phlogiston_assets.definitions",
    "repositoryName": "__repository__",
}
_JOB = "__ASSET_JOB"
_FROM_THE_PAGES = {"dagster/from_ui": "true"}
_PATIENCE = 600.0
PATIENT = {"DAGSTER_GRPC_TIMEOUT_SECONDS": "1800"}
"""Of the environment of Dagster's processes: they give up their code server after 60 s otherwise,
which are over soon on a slow machine."""
OVER = {"SUCCESS", "FAILURE", "CANCELED"}


@dataclass(frozen=True)
class Run:
    """A run that is over; `failures` is what each failed step says."""

    status: str
    tags: dict[str, str]
    failures: dict[str, str]


@dataclass(frozen=True)
class Backfill:
    """A backfill that is over, with the tags of its runs."""

    status: str
    partitions: int
    runs: list[dict[str, str]]


@dataclass(frozen=True)
class PastRun:
    """A run in the list of runs; `ended` in epoch seconds, 0 while it is under way."""

    id: str
    status: str
    tags: dict[str, str]
    ended: float


@dataclass(frozen=True)
class Tick:
    """A tick in the list of a sensor's; `began` in epoch seconds."""

    id: int
    status: str
    skip_reason: str | None
    began: float


@dataclass(frozen=True)
class Health:
    """How the partitions of an asset are shown; days by scope."""

    materialized: dict[str, list[date]]
    failed: dict[str, list[date]]
    numbers: dict[str, int]


class DagsterDev:
    """A running `dagster dev`: what its pages ask of it, and what they show."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, home: Path, log: Path) -> None:
        self.home = home
        self._process = process
        self._log = log
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)

    def end_of_log(self) -> str:
        """The last lines that it has logged, those of its runs among them."""
        lines = self._log.read_text("utf-8", errors="replace").splitlines(keepends=True)
        return "".join(lines[-100:])

    def ask(self, query: str, **variables: Any) -> Any:
        """The answer to the one question of a query, or to the one change of a mutation."""
        self._must_run()
        asked = self._client.post("/graphql", json={"query": query, "variables": variables})
        answer = asked.json()
        assert not answer.get("errors"), answer["errors"]
        (only,) = answer["data"].values()
        return only

    def until(
        self, what: str, look: Callable[[], _Answer | None], patience: float = _PATIENCE
    ) -> _Answer:
        """Look again and again until there is something; `patience` is in seconds."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            found = look()
            if found is not None:
                return found
            time.sleep(0.5)
        raise AssertionError(f"{what} did not come to an end in {patience:.0f} s")

    def wait_until_ready(self) -> None:
        """Wait for the definitions to be loaded and for all daemons to be at work."""
        self.until("the start", lambda: True if self._is_ready() else None)

    def add_partition(self, definition: str, key: str) -> None:
        """What "Create a partition" does."""
        names = {"partitionsDefName": definition, "partitionKey": key}
        answer = self.ask(_ADD_PARTITION, repositorySelector=_REPOSITORY, **names)
        assert answer["__typename"] == "AddDynamicPartitionSuccess", answer

    def materialize(
        self, assets: Sequence[str], partition: str, config: Mapping[str, Any] | None = None
    ) -> str:
        """What "Materialize" does for one partition; the id of the run."""
        keys = {"partitionName": partition, "assetKeys": _keys(assets)}
        job = self.ask(_TAGS_OF_PARTITION, jobName=_JOB, **_REPOSITORY, **keys)
        assert job["__typename"] == "Pipeline", job
        return self.launch(assets, _tags(job["partition"]["tagsOrError"]["results"]), config)

    def launch(
        self,
        assets: Sequence[str],
        tags: Mapping[str, str],
        config: Mapping[str, Any] | None = None,
    ) -> str:
        """Start one run of the assets; its id."""
        selector = {**_REPOSITORY, "pipelineName": _JOB, "assetSelection": _keys(assets)}
        parameters = {
            "mode": "default",
            "executionMetadata": {"tags": _told({**tags, **_FROM_THE_PAGES})},
            "runConfigData": json.dumps(config or {}),
            "selector": selector,
        }
        answer = self.ask(_LAUNCH, executionParams=parameters)
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["id"])

    def backfill(self, assets: Sequence[str], partitions: Sequence[str]) -> str:
        """What "Materialize" does for several partitions; the id of the backfill."""
        parameters = {
            "tags": _told(_FROM_THE_PAGES),
            "assetSelection": _keys(assets),
            "partitionNames": list(partitions),
            "fromFailure": False,
        }
        answer = self.ask(_BACKFILL, backfillParams=parameters)
        assert answer["__typename"] == "LaunchBackfillSuccess", answer
        return str(answer["backfillId"])

    def end_of_run(self, run_id: str) -> Run:
        """Wait for a run to be over."""

        def look() -> Run | None:
            run = self.ask(_RUN, runId=run_id)
            if run["status"] not in OVER:
                return None
            return Run(run["status"], _tags(run["tags"]), self._failures(run_id))

        return self.until(f"the run {run_id}", look)

    def end_of_backfill(self, backfill_id: str) -> Backfill:
        """Wait for a backfill to be over."""

        def look() -> Backfill | None:
            found = self.ask(_BACKFILL_STATUS, backfillId=backfill_id)
            if not found["status"].startswith(("COMPLETED", "FAILED", "CANCELED")):
                return None
            runs = [_tags(run["tags"]) for run in found["runs"]]
            return Backfill(found["status"], found["numPartitions"], runs)

        return self.until(f"the backfill {backfill_id}", look)

    def switch_on(self, sensor: str) -> None:
        """What the switch of a sensor under "Automation" does."""
        answer = self.ask(_SWITCH_ON, selector={**_REPOSITORY, "sensorName": sensor})
        assert answer["sensorState"]["status"] == "RUNNING", answer

    def switch_off(self, sensor: str) -> None:
        """The same switch the other way."""
        state = self.ask(_SENSOR, selector={**_REPOSITORY, "sensorName": sensor})["sensorState"]
        answer = self.ask(_SWITCH_OFF, id=state["id"])
        assert answer["instigationState"]["status"] == "STOPPED", answer

    def ticks(self, sensor: str) -> list[Tick]:
        """The last ticks of a sensor that are over, the newest first."""
        found = self.ask(_TICKS, selector={**_REPOSITORY, "sensorName": sensor})
        return [
            Tick(int(tick["tickId"]), tick["status"], tick["skipReason"], tick["timestamp"])
            for tick in found["sensorState"]["ticks"]
            if tick["status"] != "STARTED"
        ]

    def runs(self) -> dict[str, PastRun]:
        """All runs by their ids."""
        return {
            run["id"]: PastRun(run["id"], run["status"], _tags(run["tags"]), run["endTime"] or 0.0)
            for run in self.ask(_RUNS)["results"]
        }

    def health(self, asset: str) -> Health:
        """What the page of an asset of days by scope shows of its partitions."""
        node = self.ask(_HEALTH, assetKey={"path": [asset]})
        ranges = node["assetPartitionStatuses"]["ranges"]
        return Health(
            materialized=_days(ranges, "materializedPartitions"),
            failed=_days(ranges, "failedPartitions"),
            numbers=node["partitionStats"],
        )

    def _failures(self, run_id: str) -> dict[str, str]:
        events = self.ask(_EVENTS, runId=run_id)["events"]
        failed = [event for event in events if event["__typename"] == "ExecutionStepFailureEvent"]
        return {event["stepKey"]: event["error"]["message"] for event in failed}

    def _is_ready(self) -> bool:
        try:
            locations = self.ask(_LOCATIONS)["locationEntries"]
            daemons = self.ask(_DAEMONS)["daemonHealth"]["allDaemonStatuses"]
        except httpx.TransportError:
            return False
        for location in locations:
            loaded = location["locationOrLoadError"] or {}
            assert loaded.get("__typename") != "PythonError", loaded["message"]
        return all(one["loadStatus"] == "LOADED" for one in locations) and all(
            daemon["healthy"] for daemon in daemons if daemon["required"]
        )

    def _must_run(self) -> None:
        code = self._process.poll()
        assert code is None, f"dagster dev ended by itself with {code}"


@contextmanager
def running_dagster_dev(dump: Path, scopes: Path) -> Iterator[DagsterDev]:
    """Start it on a fresh home folder, with a copy of a dump; end it with all of its processes."""
    folder = Path(tempfile.mkdtemp(prefix="phlogiston-dev-"))
    try:
        source = Path(shutil.copy(dump, folder))
        with dagster_dev_on(folder / "home", dump_url=source, scopes_dir=scopes) as dev:
            yield dev
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def dagster_dev_on(home: Path, **settings: object) -> Iterator[DagsterDev]:
    """Start it on a home folder, and put its log and temporary files beside that.

    Settings are named as in the program, without PHLOGISTON_ and in lower case.
    """
    port, log = _free_port(), home.parent / "log"
    with _started(log, port, _environment(home, settings)) as process:
        dev = DagsterDev(process, port, home, log)
        try:
            dev.wait_until_ready()
        except AssertionError as error:
            raise AssertionError(f"{error}\n{dev.end_of_log()}") from error
        yield dev


def _environment(home: Path, settings: Mapping[str, object]) -> dict[str, str]:
    """The environment of an operator who has set nothing else, with the product's instance."""
    ours = ("PHLOGISTON_", "DAGSTER_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(home / "dagster"))
        instance = dagster_home(Settings(home=home))
    temporary = home.parent / "tmp"
    temporary.mkdir()
    given = {f"PHLOGISTON_{name.upper()}": str(value) for name, value in settings.items()}
    return {
        **inherited,
        **given,
        **PATIENT,
        "DAGSTER_HOME": str(instance),
        "PHLOGISTON_HOME": str(home),
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(temporary),
    }


@contextmanager
def _started(
    log: Path, port: int, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `dagster dev` in a process group of its own; at the end, nothing of it is left."""
    address = ["-h", "127.0.0.1", "-p", str(port), "--log-format", "rich"]
    command = [sys.executable, "-m", "dagster", "dev", "-w", "workspace.yaml", *address]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    guard = _guard(process.pid)
    try:
        yield process
    finally:
        guard.kill()
        guard.communicate()
        _kill_group(process.pid)
        process.wait()
        must_be_gone(environment["PHLOGISTON_HOME"])


def _guard(group: int) -> subprocess.Popen[bytes]:
    """A process that ends the group as soon as this one is gone, even if it is killed."""
    command = ["sh", "-c", f"cat; kill -s KILL -- -{group}"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def must_be_gone(home: str) -> None:
    """Fail if a process that has this home folder is left after a while; and end it."""
    end = time.monotonic() + 10
    while (left := _processes_of(home)) and time.monotonic() < end:
        time.sleep(0.1)
    for process in left:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    assert left == [], f"processes were left: {left}"


def _processes_of(home: str) -> list[int]:
    """The processes that have this home folder in their environment, where that can be read."""
    setting, found = f"PHLOGISTON_HOME={home}".encode(), []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if setting in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _keys(assets: Sequence[str]) -> list[dict[str, list[str]]]:
    return [{"path": [asset]} for asset in assets]


def _tags(told: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in told}


def _told(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def _days(ranges: Sequence[Mapping[str, Any]], state: str) -> dict[str, list[date]]:
    """The days in a state by scope, of the ranges that the page draws."""
    found: dict[str, list[date]] = {}
    for one in ranges:
        first = date.fromisoformat(one["primaryDimStartKey"])
        last = date.fromisoformat(one["primaryDimEndKey"])
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        for scope in one["secondaryDim"][state]:
            found.setdefault(scope, []).extend(days)
    return found


_LOCATIONS = """
query { workspaceOrError { ... on Workspace { locationEntries {
  loadStatus
  locationOrLoadError { __typename ... on PythonError { message } }
} } } }
"""
_DAEMONS = """
query { instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } } }
"""
_ADD_PARTITION = """
mutation AddDynamicPartitionMutation(
  $partitionsDefName: String!, $partitionKey: String!, $repositorySelector: RepositorySelector!
) {
  addDynamicPartition(
    partitionsDefName: $partitionsDefName
    partitionKey: $partitionKey
    repositorySelector: $repositorySelector
  ) { __typename ... on PythonError { message } ... on UnauthorizedError { message } }
}
"""
_TAGS_OF_PARTITION = """
query ConfigPartitionForAssetJobQuery(
  $repositoryName: String!, $repositoryLocationName: String!, $jobName: String!
  $partitionName: String!, $assetKeys: [AssetKeyInput!]!
) {
  pipelineOrError(params: {
    pipelineName: $jobName
    repositoryName: $repositoryName
    repositoryLocationName: $repositoryLocationName
  }) {
    __typename
    ... on PythonError { message }
    ... on Pipeline {
      partition(partitionName: $partitionName, selectedAssetKeys: $assetKeys) {
        tagsOrError {
          ... on PartitionTags { results { key value } }
          ... on PythonError { message }
        }
      }
    }
  }
}
"""
_LAUNCH = """
mutation LaunchPipelineExecution($executionParams: ExecutionParams!) {
  launchPipelineExecution(executionParams: $executionParams) {
    __typename
    ... on LaunchRunSuccess { run { id } }
    ... on InvalidSubsetError { message }
    ... on RunConfigValidationInvalid { errors { message } }
    ... on PythonError { message }
  }
}
"""
_BACKFILL = """
mutation LaunchPartitionBackfill($backfillParams: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $backfillParams) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PartitionKeysNotFoundError { message }
    ... on PythonError { message }
  }
}
"""
_RUN = """
query ($runId: ID!) { runOrError(runId: $runId) { ... on Run { status tags { key value } } } }
"""
_SWITCH_ON = """
mutation ($selector: SensorSelector!) { startSensor(sensorSelector: $selector) {
  ... on Sensor { sensorState { status } } ... on PythonError { message }
} }
"""
_SENSOR = """
query ($selector: SensorSelector!) { sensorOrError(sensorSelector: $selector) {
  ... on Sensor { sensorState { id } }
} }
"""
_SWITCH_OFF = """
mutation ($id: String!) { stopSensor(id: $id) {
  ... on StopSensorMutationResult { instigationState { status } } ... on PythonError { message }
} }
"""
_TICKS = """
query ($selector: SensorSelector!) { sensorOrError(sensorSelector: $selector) {
  ... on Sensor { sensorState { ticks(limit: 10) { tickId status skipReason timestamp } } }
} }
"""
_RUNS = """
query { runsOrError { ... on Runs { results { id status endTime tags { key value } } } } }
"""
_EVENTS = """
query ($runId: ID!) { logsForRun(runId: $runId) { ... on EventConnection { events {
  __typename
  ... on ExecutionStepFailureEvent { stepKey error { message } }
} } } }
"""
_BACKFILL_STATUS = """
query ($backfillId: String!) { partitionBackfillOrError(backfillId: $backfillId) {
  ... on PartitionBackfill { status numPartitions runs(limit: 100) { tags { key value } } }
} }
"""
_HEALTH = """
query PartitionHealthQuery($assetKey: AssetKeyInput!) {
  assetNodeOrError(assetKey: $assetKey) { ... on AssetNode {
    partitionStats { numMaterialized numMaterializing numPartitions numFailed }
    assetPartitionStatuses { ... on MultiPartitionStatuses { ranges {
      primaryDimStartKey
      primaryDimEndKey
      secondaryDim { ... on DefaultPartitionStatuses {
        materializedPartitions materializingPartitions failedPartitions
      } }
    } } }
  } }
}
"""
