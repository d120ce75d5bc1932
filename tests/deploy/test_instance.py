"""The deployments' dagster.yaml makes an instance that keeps everything in PostgreSQL."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
import yaml
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
)
from support.deployment import DEPLOY, STORAGE, read_yaml
from support.postgres import Server

from phlogiston_assets.definitions import build_definitions
from phlogiston_assets.runs import dagster_home
from resources.dagster_launcher import WatchingRunLauncher
from resources.settings import Settings

DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-06")
RANGE = {
    "dagster/asset_partition_range_start": "2024-01-01",
    "dagster/asset_partition_range_end": "2024-01-05",
}

with warnings.catch_warnings():
    warnings.simplefilter("ignore", dg.BetaWarning)

    @dg.asset(partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run())
    def counted() -> None:
        """An asset of five days."""


def set_storage(patch: pytest.MonkeyPatch, url: sa.URL) -> None:
    """Set what dagster.yaml reads from the environment."""
    patch.setenv("DAGSTER_POSTGRES_HOST", str(url.host))
    patch.setenv("DAGSTER_POSTGRES_PORT", str(url.port))
    patch.setenv("DAGSTER_POSTGRES_USER", str(url.username))
    patch.setenv("DAGSTER_POSTGRES_PASSWORD", "s3cret/of:Zoë@home")
    patch.setenv("DAGSTER_POSTGRES_DB", str(url.database))


@pytest.fixture(scope="module")
def url(postgres_server: Server) -> sa.URL:
    """A database for Dagster alone."""
    return sa.make_url(postgres_server.url())


@pytest.fixture(scope="module")
def instance(url: sa.URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    """The instance as every process of a deployment opens it."""
    home = tmp_path_factory.mktemp("dagster")
    shutil.copy(DEPLOY / "dagster.yaml", home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(home))
        patch.setenv("DAGSTER_EVENT_BATCH_SIZE", "500")
        set_storage(patch, url)
        with dg.DagsterInstance.get() as instance:
            yield instance


@pytest.fixture(scope="module")
def run(instance: dg.DagsterInstance) -> str:
    """A run over a range of days, by its id."""
    return dg.materialize([counted], instance=instance, tags=RANGE).run_id


def count(url: sa.URL, table: str, condition: str) -> int:
    """How many rows of one of Dagster's tables hold a condition."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = connection.scalar(sa.text(f"SELECT count(*) FROM {table} WHERE {condition}"))
    engine.dispose()
    return int(found or 0)


def test_runs_and_events_are_in_postgresql(
    instance: dg.DagsterInstance, url: sa.URL, run: str
) -> None:
    assert count(url, "runs", f"run_id = '{run}' AND status = 'SUCCESS'") == 1
    stored = f"run_id = '{run}' AND dagster_event_type = 'ASSET_MATERIALIZATION'"
    assert count(url, "event_logs", stored) == 5
    assert instance.get_materialized_partitions(dg.AssetKey("counted")) == set(
        DAYS.get_partition_keys()
    )


def test_what_is_switched_on_is_in_postgresql(instance: dg.DagsterInstance, url: sa.URL) -> None:
    location = GrpcServerCodeLocationOrigin("127.0.0.1", 4000, location_name="phlogiston")
    origin = RemoteRepositoryOrigin(location, "__repository__").get_instigator_origin("daily_load")
    kind, running = InstigatorType.SCHEDULE, InstigatorStatus.RUNNING
    instance.add_instigator_state(
        InstigatorState(origin, kind, running, ScheduleInstigatorData("15 4 * * *"))
    )
    instance.add_dynamic_partitions("scope", ["ana"])
    assert [state.name for state in instance.all_instigator_state()] == ["daily_load"]
    assert count(url, "jobs", f"job_type = '{kind.value}' AND status = 'RUNNING'") == 1
    assert count(url, "dynamic_partitions", "partition = 'ana'") == 1


def test_each_scope_has_one_run_at_a_time_and_there_is_one_load(
    instance: dg.DagsterInstance,
) -> None:
    concurrency = instance.get_concurrency_config()
    assert concurrency.run_queue_config is not None
    assert concurrency.run_queue_config.tag_concurrency_limits == [
        {"key": tag, "value": {"applyLimitPerUniqueValue": True}, "limit": 1}
        for tag in ("scope", "dagster/partition/scope")
    ]
    assert concurrency.run_queue_config.max_concurrent_runs == 4
    assert concurrency.run_queue_config.max_user_code_failure_retries == 10
    assert concurrency.pool_config.default_pool_limit == 1
    loading = build_definitions(Settings()).resolve_assets_def("maniphest_task")
    assert loading.op.pool == "load"


def test_the_embedded_instance_has_the_same_limits_a_scope(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    embedded = yaml.safe_load((dagster_home(Settings()) / "dagster.yaml").read_text("utf-8"))
    ours, deployed = embedded["concurrency"], read_yaml("dagster.yaml")["concurrency"]
    assert ours["pools"] == deployed["pools"]
    assert ours["runs"]["tag_concurrency_limits"] == deployed["runs"]["tag_concurrency_limits"]


def test_runs_are_watched_and_old_ticks_go(instance: dg.DagsterInstance) -> None:
    assert instance.run_monitoring_enabled
    assert isinstance(instance.run_launcher, WatchingRunLauncher)
    assert instance.run_monitoring_max_runtime_seconds == 21600
    retention = instance.get_tick_retention_settings(InstigatorType.SENSOR)
    assert {status.value: days for status, days in retention.items()} == {
        "SKIPPED": 7,
        "STARTED": 30,
        "SUCCESS": 90,
        "FAILURE": 90,
    }


def test_nothing_is_told_to_anybody(instance: dg.DagsterInstance) -> None:
    assert not instance.telemetry_enabled


def test_where_and_with_what_password_stands_in_the_environment_only() -> None:
    told = read_yaml("dagster.yaml")["storage"]["postgres"]["postgres_db"]
    assert told.pop("scheme") == "postgresql+psycopg2"
    assert {value["env"] for value in told.values()} == STORAGE


def test_without_the_driver_in_the_scheme_no_event_could_be_stored(
    postgres_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (DEPLOY / "dagster.yaml").read_text("utf-8")
    wrong = text.replace("      scheme: postgresql+psycopg2\n", "")
    assert wrong != text
    (tmp_path / "dagster.yaml").write_text(wrong, "utf-8")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    set_storage(monkeypatch, sa.make_url(postgres_server.url()))
    with dg.DagsterInstance.get() as broken, pytest.raises(Exception, match="NOTIFY run_events"):
        dg.materialize([counted], instance=broken, tags=RANGE)
