"""Batches of events are whole or not there, and Dagster's own storage reads them."""

from __future__ import annotations

import os
import threading
import uuid
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg
import pytest
from dagster import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage

from phlogiston_assets.defs.run_tags import RANGE_END, RANGE_START
from phlogiston_assets.runs import dagster_home
from resources.dagster_storage import (
    BATCH_SETTING,
    BatchingSqliteEventLogStorage,
    PatientSqliteRunStorage,
)
from resources.settings import Settings

KEY = dg.AssetKey("counted")
FIRST, LAST = "2024-01-01", "2024-01-15"
DAYS = dg.DailyPartitionsDefinition(FIRST, end_date="2024-01-16")
RANGE = {RANGE_START: FIRST, RANGE_END: LAST}


with warnings.catch_warnings():
    warnings.simplefilter("ignore", dg.BetaWarning)

    @dg.asset(partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run())
    def counted() -> None:
        """An asset of fifteen days."""


@pytest.fixture(scope="module")
def environment() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patched:
        yield patched


@pytest.fixture(scope="module")
def instance(
    environment: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dg.DagsterInstance]:
    """The embedded instance as the program makes it."""
    home = tmp_path_factory.mktemp("instance of Zoë #1")
    environment.setenv("DAGSTER_HOME", str(home))
    environment.setenv(BATCH_SETTING, "500")
    dagster_home(Settings())
    with dg.DagsterInstance.get() as instance:
        yield instance


@pytest.fixture(scope="module")
def run(instance: dg.DagsterInstance) -> str:
    """A run over all days, by its id."""
    return dg.materialize([counted], instance=instance, tags=RANGE).run_id


@pytest.fixture(scope="module")
def events(instance: dg.DagsterInstance, run: str) -> list[EventLogEntry]:
    return list(instance.all_logs(run))


@pytest.fixture
def storage(environment: pytest.MonkeyPatch, tmp_path: Path) -> BatchingSqliteEventLogStorage:
    environment.setenv(BATCH_SETTING, "500")
    return BatchingSqliteEventLogStorage(str(tmp_path))


@pytest.mark.usefixtures("instance")
def test_an_empty_dagster_home_counts_as_not_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    assert dagster_home(Settings(home=tmp_path)) == tmp_path / "dagster"
    assert os.environ["DAGSTER_HOME"] == str(tmp_path / "dagster")


def of_another_run(events: Sequence[EventLogEntry]) -> list[EventLogEntry]:
    """The same events as those of a run that is stored nowhere."""
    run = str(uuid.uuid4())
    return [event._replace(run_id=run) for event in events]


def stored(storage: SqliteEventLogStorage, events: Sequence[EventLogEntry]) -> int:
    """How many events of their run are stored."""
    return len(storage.get_records_for_run(events[0].run_id).records)


def test_the_embedded_instance_stores_in_batches(instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.event_log_storage, BatchingSqliteEventLogStorage)


def test_the_embedded_instance_waits_for_another_process_that_writes(
    instance: dg.DagsterInstance,
) -> None:
    runs, events = instance.run_storage, instance.event_log_storage
    assert isinstance(runs, PatientSqliteRunStorage)
    assert isinstance(events, BatchingSqliteEventLogStorage)
    with runs.connect() as of_runs, events.index_connection() as of_events:
        waits = [
            one.exec_driver_sql("PRAGMA busy_timeout").scalar() for one in (of_runs, of_events)
        ]
    assert waits == [30_000, 30_000]


def test_the_partitions_of_a_range_are_seen_as_materialised(
    instance: dg.DagsterInstance, run: str
) -> None:
    assert instance.get_materialized_partitions(KEY) == set(DAYS.get_partition_keys())
    newest = instance.get_latest_materialization_event(KEY)
    assert newest is not None
    assert newest.run_id == run
    found = instance.get_run_by_id(run)
    assert found is not None
    assert found.is_success


def test_dagsters_own_storage_reads_what_was_written(
    instance: dg.DagsterInstance, run: str, events: list[EventLogEntry]
) -> None:
    ours = instance.event_log_storage
    assert isinstance(ours, BatchingSqliteEventLogStorage)
    stock = SqliteEventLogStorage(ours._base_dir)
    assert [record.event_log_entry for record in stock.get_records_for_run(run).records] == events
    assert stock.get_materialized_partitions(KEY) == set(DAYS.get_partition_keys())
    assert stock.all_asset_keys() == [KEY]


def test_dagsters_own_storage_and_this_one_write_the_same(
    tmp_path: Path, events: list[EventLogEntry]
) -> None:
    events = of_another_run(events)
    stock = SqliteEventLogStorage(str(tmp_path / "stock"))
    ours = BatchingSqliteEventLogStorage(str(tmp_path / "ours"))
    for event in events:
        stock.store_event(event)
    ours.store_event_batch(events)
    filters = dg.EventRecordsFilter(dg.DagsterEventType.ASSET_MATERIALIZATION)
    for read in (
        lambda storage: storage.get_records_for_run(events[0].run_id).records,
        lambda storage: storage.get_event_records(filters),
        lambda storage: storage.get_latest_materialization_events([KEY]),
        lambda storage: storage.get_materialized_partitions(KEY),
    ):
        assert read(ours) == read(stock)


def test_a_batch_is_stored_whole(
    storage: BatchingSqliteEventLogStorage, events: list[EventLogEntry]
) -> None:
    events = of_another_run(events)
    storage.store_event_batch(events)
    assert stored(storage, events) == len(events)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0], ids=["first", "middle", "last"])
def test_a_batch_with_an_error_is_not_stored_at_all(
    storage: BatchingSqliteEventLogStorage, events: list[EventLogEntry], share: float
) -> None:
    events = of_another_run(events)
    wrong = events[int(share * (len(events) - 1))]

    def store(event: EventLogEntry) -> None:
        if event is wrong:
            raise OSError("No space left on device")
        BatchingSqliteEventLogStorage.store_event(storage, event)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(storage, "store_event", store)
        with pytest.raises(OSError, match="No space left"):
            storage.store_event_batch(events)
    assert stored(storage, events) == 0
    assert storage.get_materialized_partitions(KEY) == set()
    storage.store_event_batch(events)
    assert stored(storage, events) == len(events)
    assert storage.get_materialized_partitions(KEY) == set(DAYS.get_partition_keys())


def test_a_batch_of_several_runs_is_stored(
    storage: BatchingSqliteEventLogStorage, events: list[EventLogEntry]
) -> None:
    one, other = of_another_run(events[:5]), of_another_run(events[:5])
    storage.store_event_batch([*one, *other])
    assert (stored(storage, one), stored(storage, other)) == (5, 5)


def test_an_empty_batch_is_nothing(storage: BatchingSqliteEventLogStorage) -> None:
    storage.store_event_batch([])
    assert storage.get_all_run_ids() == []


def test_threads_do_not_wait_for_each_other_for_ever(
    storage: BatchingSqliteEventLogStorage, events: list[EventLogEntry]
) -> None:
    events = events[:6]
    runs = [of_another_run(events) for _ in range(3)]
    failures: list[BaseException] = []

    def guarded(work: Sequence[EventLogEntry], *, whole: bool) -> None:
        try:
            for _ in range(2):
                if whole:
                    storage.store_event_batch(work)
                else:
                    for event in work:
                        storage.store_event(event)
                stored(storage, work)
                storage.get_materialized_partitions(KEY)
        except BaseException as error:  # noqa: BLE001 - told by the test
            failures.append(error)

    threads = [
        threading.Thread(target=guarded, args=(run,), kwargs={"whole": whole}, daemon=True)
        for run in runs
        for whole in (True, False)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert failures == []
    assert [stored(storage, run) for run in runs] == [len(events) * 4] * 3
