"""Launching Dagster runs from this process, on the same instance that the UI shows."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import dagster as dg
import sqlalchemy as sa

from phlogiston_assets.definitions import build_definitions
from phlogiston_assets.defs.failures import INTERRUPTIONS, sentence_of
from phlogiston_assets.defs.partitions import SCOPES, key_of
from phlogiston_assets.defs.run_tags import RANGE_END, RANGE_START, SCOPE
from resources.dagster_launcher import process_tags
from resources.garbage import only_new_garbage
from resources.progress import Progress
from resources.settings import Settings
from resources.warehouse.trouble import reason_of

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class RunFailedError(RuntimeError):
    """A run failed; the message is the sentence of its first failed step."""


def dagster_home(settings: Settings) -> Path:
    """The folder of the Dagster instance: DAGSTER_HOME, or a folder in the program's home.

    It is made where it is missing: SQLite, written in batches, and no telemetry.
    """
    home = Path(os.environ.get("DAGSTER_HOME") or settings.home.absolute() / "dagster")
    os.environ["DAGSTER_HOME"] = str(home)
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.exists():
        config.write_text(_EMBEDDED_INSTANCE, "utf-8")
    return home


_EMBEDDED_INSTANCE = """\
telemetry:
  enabled: false
nux:
  enabled: false
run_launcher:
  module: resources.dagster_launcher
  class: WatchingRunLauncher
run_monitoring:
  enabled: true
  poll_interval_seconds: 60
  max_runtime_seconds: 21600
concurrency:
  pools:
    default_limit: 1
    granularity: run
  runs:
    tag_concurrency_limits:
      - key: scope
        value:
          applyLimitPerUniqueValue: true
        limit: 1
      - key: dagster/partition/scope
        value:
          applyLimitPerUniqueValue: true
        limit: 1
storage:
  custom:
    module: resources.dagster_storage
    class: BatchingSqliteStorage
    config:
      base_dir:
        env: DAGSTER_HOME
"""


class Runs:
    """Launches runs one after the other, each recorded on the instance."""

    def __init__(self, settings: Settings, progress: Progress | None = None) -> None:
        home = dagster_home(settings)
        self.storage = f"Dagster's own storage (see {home / 'dagster.yaml'})"
        with self._storage_told():
            self.instance = dg.DagsterInstance.get()
        self.repository = build_definitions(settings, progress).get_repository_def()

    def register(self, scopes: Sequence[str]) -> None:
        """Make each scope a partition, if it is none yet."""
        with self._storage_told():
            self.instance.add_dynamic_partitions(str(SCOPES.name), list(scopes))

    def of_day(self, assets: Sequence[str], day: date, config: Mapping[str, Any]) -> list[str]:
        """Materialise daily assets for a day; `config` is run config by op.

        Returns what those of their checks say that failed and let the run go on.
        """
        result = self._launch(assets, {"ops": config}, partition_key=day.isoformat())
        checks = result.get_asset_check_evaluations()
        return list(dict.fromkeys(one.description or "" for one in checks if not one.passed))

    def of_scope(
        self, assets: Sequence[str], scope: str, days: Sequence[date], tags: Mapping[str, str]
    ) -> None:
        """Materialise assets for a range of days of a scope, as one run."""
        tags = {SCOPE: scope, **tags}
        first, last = key_of(days[0], scope), key_of(days[-1], scope)
        if first == last:
            self._launch(assets, {}, partition_key=first, tags=tags)
        else:
            self._launch(assets, {}, tags={**tags, RANGE_START: first, RANGE_END: last})

    def of_site(self) -> None:
        """Publish the index of all scopes."""
        self._launch(["site_index"], {})

    def _launch(
        self,
        assets: Sequence[str],
        config: Mapping[str, Any],
        tags: Mapping[str, str] = MappingProxyType({}),
        **options: Any,
    ) -> dg.ExecuteInProcessResult:
        keys = [dg.AssetKey(asset) for asset in assets]
        job = self.repository.get_implicit_job_def_for_assets(keys)
        if job is None:
            raise AssertionError(f"{assets} cannot share a run")
        with self._storage_told(), only_new_garbage():
            result = job.execute_in_process(
                instance=self.instance,
                asset_selection=keys,
                tags={**process_tags(), **tags},
                run_config={**_QUIET, **config},
                raise_on_error=False,
                **options,
            )
        if _was_interrupted(result):
            raise KeyboardInterrupt
        if not result.success:
            raise RunFailedError(_sentence(result))
        return result

    @contextmanager
    def _storage_told(self) -> Iterator[None]:
        """Say in a sentence what became of Dagster's storage, which no step can report."""
        try:
            yield
        except _errors_of_storage() as error:
            cause = getattr(error, "orig", None) or error
            raise RunFailedError(
                f"{self.storage} failed: {reason_of(cause)}. See that its disk has room, that this "
                "user may write it and that its server runs, and give the same command again."
            ) from error


def _errors_of_storage() -> tuple[type[Exception], ...]:
    """What Dagster's storage raises; asked for when something was raised, for it takes a while."""
    from dagster_postgres.utils import DagsterPostgresException  # noqa: PLC0415 - see above

    return sa.exc.DBAPIError, DagsterPostgresException, OSError


def _was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Whether Ctrl-C or a SIGTERM ended the run; Dagster takes it for that run's failure alone."""
    ends = (event.job_failure_data for event in result.all_events if event.is_job_failure)
    return any(end.error and end.error.cls_name in INTERRUPTIONS for end in ends)


def _sentence(result: dg.ExecuteInProcessResult) -> str:
    """What the first failed step said."""
    for event in result.all_events:
        if event.is_step_failure:
            said = sentence_of(event)
            if event.step_failure_data.user_failure_data:
                return said
            return f"{said} (run {result.run_id}; its log in Dagster has the details)"
    return f"The run {result.run_id} did not begin; see its log in Dagster."
