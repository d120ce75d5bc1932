"""The product as its operator has it: `dagster dev`, driven by the requests that its pages send."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from support.cases import CASES, TABLES, TABLES_OF_TASKS, actual, differences
from support.dagster_dev import DagsterDev, Run, running_dagster_dev

from phlogiston_assets.defs.automation import REPORT
from phlogiston_assets.defs.load_assets import LOAD
from phlogiston_assets.defs.partitions import SCOPES, key_of
from phlogiston_assets.defs.run_tags import (
    DAY_OF_PARTITION,
    PARTITION,
    RANGE_END,
    RANGE_START,
    SCOPE_OF_PARTITION,
)
from resources.warehouse.database import Database

CASE = CASES[0]
SCOPE = CASE.scopes[0]
DAYS = [CASE.first + timedelta(days=n) for n in range((CASE.day - CASE.first).days + 1)]
TOO_LATE = CASE.day + timedelta(days=1)


@dataclass(frozen=True)
class Launched:
    """What was started together: a backfill, and two runs that are to be refused."""

    backfill: str
    too_late: str
    range_and_day: str


@pytest.fixture(scope="module")
def dev() -> Iterator[DagsterDev]:
    """`dagster dev` on a fresh home folder, set to the case's dump and scopes."""
    with running_dagster_dev(CASE.dump, CASE.scopes_dir) as dev:
        yield dev


@pytest.fixture(autouse=True)
def log(dev: DagsterDev) -> Iterator[None]:
    """Write out the log's end after each test: pytest shows it for those that failed."""
    yield
    sys.stdout.write(dev.end_of_log())


@pytest.fixture(scope="module")
def database(dev: DagsterDev) -> Iterator[Database]:
    """The embedded database of the home folder."""
    database = Database(f"sqlite:///{dev.home / 'phlogiston.sqlite'}")
    yield database
    database.close()


@pytest.fixture(scope="module")
def load(dev: DagsterDev) -> Run:
    """The run that loads the case's dump, with the run config of the launchpad."""
    config = {"source": str(dev.home.parent / CASE.dump.name), "closes_this_day": True}
    ops = {"ops": {"phabricator_dump": {"config": config}}}
    return dev.end_of_run(dev.materialize(LOAD, CASE.day.isoformat(), ops))


@pytest.fixture(scope="module")
def first_report(dev: DagsterDev, load: Run) -> Run:
    """The run that makes everything of one day of a scope, of which there was nothing."""
    assert load.status == "SUCCESS", load.failures
    dev.add_partition(str(SCOPES.name), SCOPE)
    return dev.end_of_run(dev.materialize(["task_on_date", *REPORT], key_of(DAYS[-2], SCOPE)))


@pytest.fixture(scope="module")
def days_of_first_report(first_report: Run, database: Database) -> list[date]:
    """The days that were in the table after it."""
    assert first_report.status == "SUCCESS", first_report.failures
    return _days(database)


@pytest.fixture(scope="module")
def launched(dev: DagsterDev, days_of_first_report: list[date]) -> Launched:
    """A backfill of all days of the case and, beside it, the runs that are to be refused."""
    assert days_of_first_report
    earlier = [CASE.first - timedelta(days=n) for n in (3, 2, 1)]
    tags = {
        RANGE_START: key_of(earlier[0], SCOPE),
        RANGE_END: key_of(earlier[-1], SCOPE),
        DAY_OF_PARTITION: earlier[0].isoformat(),
        SCOPE_OF_PARTITION: SCOPE,
    }
    return Launched(
        backfill=dev.backfill(["task_on_date"], [key_of(day, SCOPE) for day in DAYS]),
        too_late=dev.materialize(["task_on_date"], key_of(TOO_LATE, SCOPE)),
        range_and_day=dev.launch(["task_on_date"], tags),
    )


@pytest.fixture(scope="module")
def last_report(dev: DagsterDev, launched: Launched) -> Run:
    """The run that makes the figures and the report of the last day of the case."""
    assert dev.end_of_backfill(launched.backfill).status == "COMPLETED_SUCCESS"
    return dev.end_of_run(dev.materialize(REPORT, key_of(CASE.day, SCOPE)))


def test_a_dump_is_loaded_for_the_day_that_it_is_said_to_close(load: Run) -> None:
    assert (load.status, load.failures) == ("SUCCESS", {})
    assert load.tags[PARTITION] == CASE.day.isoformat()


def test_one_day_of_one_scope_is_made_with_its_report(
    dev: DagsterDev, first_report: Run, days_of_first_report: list[date]
) -> None:
    assert (first_report.status, first_report.failures) == ("SUCCESS", {})
    assert days_of_first_report == [DAYS[-2]]
    assert (dev.home / "site" / SCOPE / str(DAYS[-2]) / "index.html").is_file()


def test_a_backfill_makes_all_days_in_one_run(dev: DagsterDev, launched: Launched) -> None:
    backfill = dev.end_of_backfill(launched.backfill)
    assert (backfill.status, backfill.partitions) == ("COMPLETED_SUCCESS", len(DAYS))
    ranges = [(tags[RANGE_START], tags[RANGE_END]) for tags in backfill.runs]
    assert ranges == [(key_of(DAYS[0], SCOPE), key_of(DAYS[-1], SCOPE))]


def test_all_days_are_shown_as_materialized(dev: DagsterDev, launched: Launched) -> None:
    dev.end_of_backfill(launched.backfill)
    health = dev.health("task_on_date")
    assert health.materialized == {SCOPE: DAYS}
    assert health.numbers["numMaterialized"] == len(DAYS)


def test_all_days_are_in_the_table(last_report: Run, database: Database) -> None:
    assert (last_report.status, last_report.failures) == ("SUCCESS", {})
    assert _days(database) == DAYS


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.usefixtures("last_report")
def test_every_cell_is_as_expected(table: str, database: Database) -> None:
    expected = CASE.expected(SCOPE, table)
    days = CASE.days if table in TABLES_OF_TASKS else []
    found = actual(database, SCOPE, table, list(expected.columns), days)
    assert differences(table, expected, found) == []


@pytest.mark.usefixtures("last_report")
def test_the_report_is_published_and_on_the_index(dev: DagsterDev) -> None:
    site = dev.home / "site"
    assert (site / SCOPE / str(CASE.day) / "index.html").is_file()
    assert f"{SCOPE}/" in (site / "index.html").read_text("utf-8")


def test_a_day_later_than_the_load_is_refused_with_both_days(
    dev: DagsterDev, launched: Launched
) -> None:
    run = dev.end_of_run(launched.too_late)
    assert run.status == "FAILURE"
    sentence = f"{TOO_LATE} is later than the newest load, which covers whole days up to {CASE.day}"
    assert sentence in run.failures["task_on_date"]
    assert TOO_LATE in dev.health("task_on_date").failed[SCOPE]


def test_a_run_of_a_range_and_of_one_day_is_refused(dev: DagsterDev, launched: Launched) -> None:
    run = dev.end_of_run(launched.range_and_day)
    assert run.status == "FAILURE"
    assert "carries both a range and a single partition" in run.failures["task_on_date"]


def _days(database: Database) -> list[date]:
    """The days of the scope that are in the table."""
    query = f"SELECT DISTINCT date FROM task_on_date WHERE scope = '{SCOPE}' ORDER BY date"
    with database.read() as connection:
        found = connection.exec_driver_sql(query).scalars().all()
    return [date.fromisoformat(str(day)) for day in found]
