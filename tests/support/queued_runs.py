"""Runs that a running daemon takes from its queue, on an installation that many use at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from support.dagster_deployment import running_deployment
from support.dagster_dev import OVER, DagsterDev, dagster_dev_on
from support.deployment import read_yaml
from support.endurance import SCOPE, Installation

from phlogiston_assets.defs import run_tags
from phlogiston_assets.defs.automation import REPORT
from phlogiston_assets.defs.load_assets import LOAD
from phlogiston_assets.defs.partitions import SCOPES, key_of
from phlogiston_assets.defs.scope_assets import RECONSTRUCT_ANEW

LIMITED = (run_tags.SCOPE, run_tags.SCOPE_OF_PARTITION)
"""The tags that make runs wait in the queue for one another."""
_PATIENCE = 1800.0
_NO_ALARMS = 100_000
"""Days: those of the tests' dumps are long past."""
_MOST_BY_DEFAULT = 10
"""Runs that Dagster lets be under way where dagster.yaml does not say."""
_HASTE = "run_queue:\n  dequeue_interval_seconds: 1\n"
_MONITORED = "run_monitoring:\n"
_PATIENT = f"{_MONITORED}  start_timeout_seconds: 3600\n"
"""A run that begins late on a slow machine is none that was lost."""


@dataclass(frozen=True)
class QueuedRun:
    """A run that is over: when it was under way, in epoch seconds, and all errors that it tells."""

    id: str
    status: str
    tags: dict[str, str]
    began: float
    ended: float
    errors: tuple[str, ...]

    def meets(self, other: QueuedRun) -> bool:
        """Whether both were under way at an instant."""
        return self.began < other.ended and other.began < self.ended

    def must_wait_for(self, other: QueuedRun) -> bool:
        """Whether the queue may not let both be under way: one load, and one run a scope by tag."""
        loads = all(run_tags.PARTITION in run.tags and not run.scopes for run in (self, other))
        return loads or bool(self.scopes & other.scopes)

    @property
    def scopes(self) -> set[tuple[str, str]]:
        """The tags that tell its scope."""
        return {(tag, self.tags[tag]) for tag in LIMITED if tag in self.tags}


@dataclass(frozen=True)
class Queue:
    """An installation with a daemon; what is launched here goes through its queue."""

    here: Installation
    pages: DagsterDev
    lock_wait: float
    most_at_once: int
    """How many runs it lets be under way."""

    def load(self, dump: Path, day: date) -> str:
        """Launch a load, as by hand; the id of the run."""
        config = {"source": str(dump), "closes_this_day": True}
        ops = {"ops": {"phabricator_dump": {"config": config}}}
        return self.pages.materialize(LOAD, day.isoformat(), ops)

    def rebuild(self, first: date, last: date) -> str:
        """Launch a rebuild of days with the tags that the sensor gives it."""
        tags = {run_tags.SCOPE: SCOPE, RECONSTRUCT_ANEW: "true"}
        return self.pages.launch(["task_on_date"], tags | _range(first, last))

    def rebuild_by_hand(self, first: date, last: date) -> str:
        """Launch a rebuild of days without the tag by which the queue knows a scope."""
        return self.pages.launch(["task_on_date"], _range(first, last))

    def report(self, day: date) -> str:
        """Launch all that makes one day, as by hand."""
        return self.pages.materialize(["task_on_date", *REPORT], key_of(day, SCOPE))

    def report_by_range(self, day: date) -> str:
        """Launch the same as a range of one day, whose scope the queue does not know."""
        return self.pages.launch(["task_on_date", *REPORT], _range(day, day))

    def backfill(self, days: Sequence[date]) -> str:
        """Launch a backfill of days; its id."""
        return self.pages.backfill(["task_on_date"], [key_of(day, SCOPE) for day in days])

    def wait_for_one(self, launched: Sequence[str]) -> None:
        """Wait until one of the runs has left the queue and is under way."""

        def look() -> bool | None:
            return True if any(run["startTime"] for run in self._told(launched)) else None

        self.pages.until("the beginning of a run", look, _PATIENCE)

    def ends(self, launched: Sequence[str]) -> list[QueuedRun]:
        """Wait for all runs and backfills to be over; every run of them."""

        def look() -> list[QueuedRun] | None:
            for one in filter(_is_backfill, launched):
                if not self.pages.ask(_BACKFILL, id=one)["status"].startswith(_BACKFILL_OVER):
                    return None
            told = self._told(launched)
            over = all(run["status"] in OVER for run in told)
            return [self._over(run) for run in told] if over else None

        return self.pages.until("the queue", look, _PATIENCE)

    def _told(self, launched: Sequence[str]) -> list[dict[str, Any]]:
        """The runs among what was launched, and those of the backfills."""
        alone = [one for one in launched if not _is_backfill(one)]
        filters: list[dict[str, Any]] = [{"runIds": alone}] if alone else []
        filters += [
            {"tags": [{"key": "dagster/backfill", "value": one}]}
            for one in filter(_is_backfill, launched)
        ]
        return [run for one in filters for run in self.pages.ask(_RUNS, filter=one)["results"]]

    def _over(self, run: dict[str, Any]) -> QueuedRun:
        events = self.pages.ask(_ERRORS, runId=run["id"])["events"]
        errors = [event["error"]["message"].strip() for event in events if event.get("error")]
        tags = {tag["key"]: tag["value"] for tag in run["tags"]}
        times = (run["startTime"] or 0.0, run["endTime"] or 0.0)
        return QueuedRun(run["id"], run["status"], tags, *times, tuple(errors))


def _range(first: date, last: date) -> dict[str, str]:
    return {
        run_tags.RANGE_START: str(key_of(first, SCOPE)),
        run_tags.RANGE_END: str(key_of(last, SCOPE)),
    }


def _is_backfill(launched: str) -> bool:
    """Backfills have short names, runs long ones with dashes."""
    return "-" not in launched


@contextmanager
def running_queue(model: Installation, folder: Path, lock_wait: float) -> Iterator[Queue]:
    """Start a daemon for an installation like another one; what differs are its folders.

    On SQLite that is `dagster dev`, on PostgreSQL the processes of a deployment.
    """
    start = _of_deployment if model.server else _of_dagster_dev
    with start(model, folder, lock_wait) as queue:
        yield queue


@contextmanager
def _of_dagster_dev(model: Installation, folder: Path, lock_wait: float) -> Iterator[Queue]:
    with model.copied(folder / "home") as here:
        instance = here.home / "dagster" / "dagster.yaml"
        told = instance.read_text("utf-8")
        assert _MONITORED in told
        instance.write_text(told.replace(_MONITORED, _PATIENT) + _HASTE, "utf-8")
        with dagster_dev_on(
            here.home,
            database_url=here.url,
            scopes_dir=here.scopes,
            lock_wait=lock_wait,
            alarm_after_days=_NO_ALARMS,
        ) as pages:
            yield Queue(here, pages, lock_wait, _MOST_BY_DEFAULT)


@contextmanager
def _of_deployment(model: Installation, _: Path, lock_wait: float) -> Iterator[Queue]:
    assert model.server is not None
    settings = {
        "PHLOGISTON_LOCK_WAIT": str(lock_wait),
        "PHLOGISTON_ALARM_AFTER_DAYS": str(_NO_ALARMS),
    }
    with running_deployment(model.server, model.scopes, settings) as deployment:
        place = deployment.place
        here = replace(model, home=place.home, url=place.data_url, variables=place.storage)
        deployment.pages.add_partition(str(SCOPES.name), SCOPE)
        most = read_yaml("dagster.yaml")["concurrency"]["runs"]["max_concurrent_runs"]
        yield Queue(here, deployment.pages, lock_wait, most)


_BACKFILL_OVER = ("COMPLETED", "FAILED", "CANCELED")
_BACKFILL = """
query ($id: String!) { partitionBackfillOrError(backfillId: $id) {
  ... on PartitionBackfill { status }
} }
"""
_RUNS = """
query ($filter: RunsFilter) { runsOrError(filter: $filter) { ... on Runs {
  results { id status startTime endTime tags { key value } }
} } }
"""
_ERRORS = """
query ($runId: ID!) { logsForRun(runId: $runId) { ... on EventConnection {
  events { __typename ... on ErrorEvent { error { message } } }
} } }
"""
