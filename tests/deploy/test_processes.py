"""The processes of a deployment, on PostgreSQL, from the queue to the end of a run."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from support.cases import CASES
from support.dagster_deployment import Deployment, running_deployment
from support.dagster_dev import Run
from support.postgres import Server

from phlogiston_assets.defs.load_assets import TABLES
from resources.locks import Locks
from resources.warehouse.database import Database

CASE = CASES[0]
EVENTS = """
query ($runId: ID!) { logsForRun(runId: $runId) { ... on EventConnection {
  events { __typename }
} } }
"""
START_SCHEDULE = """
mutation ($selector: ScheduleSelector!) { startSchedule(scheduleSelector: $selector) {
  __typename ... on ScheduleStateResult { scheduleState { status } } ... on PythonError { message }
} }
"""
SCHEDULE = {
    "repositoryLocationName": "phlogiston_assets.definitions",
    "repositoryName": "__repository__",
    "scheduleName": "daily_load",
}


@pytest.fixture(scope="module")
def deployment(postgres_server: Server) -> Iterator[Deployment]:
    """Code server, daemon and web server with two databases of their own."""
    with running_deployment(postgres_server, CASE) as deployment:
        yield deployment


@pytest.fixture(autouse=True)
def log(deployment: Deployment) -> Iterator[None]:
    """Write out the log's end after each test: pytest shows it for those that failed."""
    yield
    sys.stdout.write(deployment.pages.end_of_log())


LOAD = ["phabricator_dump", *TABLES]
CONFIG = {
    "ops": {"phabricator_dump": {"config": {"source": str(CASE.dump), "closes_this_day": True}}}
}
STEPS = """
query ($runId: ID!) { runOrError(runId: $runId) { ... on Run { stepStats { stepKey } } } }
"""


@pytest.fixture(scope="module")
def load(deployment: Deployment) -> tuple[str, Run]:
    """A run that loads the case's dump, started from the web page: its id and its end."""
    run_id = deployment.pages.materialize(LOAD, CASE.day.isoformat(), CONFIG)
    return run_id, deployment.pages.end_of_run(run_id)


def ask(url: sa.URL | str, query: str) -> object:
    """The one value that a query gives."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found: object = connection.scalar(sa.text(query))
    engine.dispose()
    return found


def test_a_run_goes_through_the_queue_to_success(
    deployment: Deployment, load: tuple[str, Run]
) -> None:
    run_id, run = load
    assert run.status == "SUCCESS", run.failures
    events = deployment.pages.ask(EVENTS, runId=run_id)["events"]
    told = [event["__typename"] for event in events]
    steps = [f"Run{step}Event" for step in ("Enqueued", "Starting", "Start", "Success")]
    assert [kind for kind in told if kind in steps] == steps


def test_runs_and_data_are_in_their_databases(
    deployment: Deployment, load: tuple[str, Run]
) -> None:
    run_id, _ = load
    status = f"SELECT status FROM runs WHERE run_id = '{run_id}'"
    assert ask(deployment.dagster_url, status) == "SUCCESS"
    assert ask(deployment.data_url, "SELECT day FROM dump_load") == CASE.day
    assert not list(deployment.place.home.glob("**/*.sqlite*"))
    assert not list(deployment.place.home.glob("**/*.db"))


def test_a_schedule_that_is_switched_on_is_remembered_in_postgresql(
    deployment: Deployment,
) -> None:
    answer = deployment.pages.ask(START_SCHEDULE, selector=SCHEDULE)
    assert answer["scheduleState"]["status"] == "RUNNING", answer
    state = "SELECT status FROM jobs WHERE job_type = 'SCHEDULE'"
    assert ask(deployment.dagster_url, state) == "RUNNING"


@pytest.mark.parametrize("service", ["code", "daemon", "webserver"])
def test_the_health_checks_hold(deployment: Deployment, service: str) -> None:
    assert deployment.is_healthy(service)


def test_a_run_that_dies_with_its_code_server_is_given_up_and_the_next_goes_on(
    deployment: Deployment,
) -> None:
    pages, database = deployment.pages, Database(deployment.data_url)

    def loading() -> bool | None:
        steps = pages.ask(STEPS, runId=killed)["stepStats"]
        return True if any(step["stepKey"] == "loaded_tables" for step in steps) else None

    with Locks(database, 60).hold("The load", "the test"):
        killed = pages.materialize(LOAD, CASE.day.isoformat(), CONFIG)
        pages.until("the beginning of the load", loading)
        following = pages.materialize(LOAD, CASE.day.isoformat(), CONFIG)
        deployment.kill_and_start_again("code")
        assert pages.end_of_run(killed).status == "FAILURE"
    assert pages.end_of_run(following).status == "SUCCESS"
    database.close()


def test_all_end_cleanly_when_asked_to(deployment: Deployment, load: tuple[str, Run]) -> None:
    assert load
    assert deployment.stop() == {"webserver": 0, "daemon": 0, "code": 0}
    for service in ("code", "webserver"):
        assert not deployment.is_healthy(service)
