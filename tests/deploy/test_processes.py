"""A deployment's processes on PostgreSQL: what they do unattended, and how they end.

Nothing is started by hand but the two sensors, which ask a web server for dumps: one comes, is the
same, is broken and comes again. The tests of what is done by hand, killed and stopped follow.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from support.alarm_servers import running_webhook
from support.dagster_deployment import Deployment, running_deployment
from support.dump_server import failing, running_dump_server
from support.postgres import Server
from support.unattended import SENSORS, Seen, Unattended

from benchmarks.dump import DumpSize, write_dump
from phlogiston_assets.defs.load_assets import LOAD
from phlogiston_assets.domain.scopes import read_scope
from resources.locks import Locks
from resources.warehouse.database import Database

FIRST, SECOND = date(2026, 3, 19), date(2026, 3, 20)
SIZE = DumpSize(date(2026, 1, 1), SECOND, tasks=150, projects=20)
SCOPES = {"apps": 110, "edit": 120}
SETTINGS = {
    "PHLOGISTON_DUMP_LOOKED_FOR_EVERY": "2",
    "PHLOGISTON_SCOPES_LOOKED_AT_EVERY": "2",
    "PHLOGISTON_ALARM_AFTER_DAYS": "100000",  # the dumps' days are long past
}
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
STEPS = """
query ($runId: ID!) { runOrError(runId: $runId) { ... on Run { stepStats { stepKey } } } }
"""


@pytest.fixture(scope="module")
def scopes_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scopes of one project each, reported since the first dump's day."""
    folder = tmp_path_factory.mktemp("scopes")
    for scope, project in SCOPES.items():
        rules = f"rule,title,display,id,matchstring\nProjectByID,All,show,{project},\n"
        settings = f"[vars]\nscope_title = {scope}\nstart_date = {FIRST}\n"
        (folder / f"{scope}_scope.py").write_text(settings)
        (folder / f"{scope}_recategorization.csv").write_text(rules)
    return folder


@pytest.fixture(scope="module")
def dumps(scopes_dir: Path) -> dict[date, bytes]:
    """The one history as it was after each day."""
    scopes, found = [read_scope(scopes_dir, scope) for scope in SCOPES], {}
    for day in (FIRST, SECOND):
        out = io.BytesIO()
        write_dump(out, replace(SIZE, until=day), scopes)
        found[day] = out.getvalue()
    return found


@pytest.fixture(scope="module")
def unattended(postgres_server: Server, scopes_dir: Path) -> Iterator[Unattended]:
    """Code server, daemon and web server with two databases of their own, and no dump yet."""
    with running_dump_server() as server, running_webhook() as webhook:
        server.will(failing(404))
        told = {"PHLOGISTON_DUMP_URL": server.url, "PHLOGISTON_ALARM_WEBHOOK": webhook.url}
        with running_deployment(postgres_server, scopes_dir, SETTINGS | told) as deployment:
            for sensor in SENSORS:
                deployment.pages.switch_on(sensor)
            yield Unattended(deployment, server, webhook)


@pytest.fixture(scope="module")
def deployment(unattended: Unattended) -> Deployment:
    """Its processes."""
    return unattended.deployment


@pytest.fixture(autouse=True)
def log(deployment: Deployment) -> Iterator[None]:
    """Write out the log's end after each test: pytest shows it for those that failed."""
    yield
    sys.stdout.write(deployment.pages.end_of_log())


@pytest.fixture(scope="module")
def first(unattended: Unattended, dumps: dict[date, bytes]) -> Seen:
    """After the first dump."""
    return unattended.published(dumps[FIRST], FIRST)


@pytest.fixture(scope="module")
def same(unattended: Unattended, first: Seen) -> Seen:
    """After the server was asked some more times for what it had."""
    assert first.load == FIRST
    return unattended.quiet(datetime.now(UTC).timestamp())


@pytest.fixture(scope="module")
def broken(unattended: Unattended, same: Seen, dumps: dict[date, bytes]) -> Seen:
    """After the next day's dump, of which the server itself has only the first half."""
    assert same.load == FIRST
    half = dumps[SECOND][: len(dumps[SECOND]) // 2]
    seen = unattended.published(half, SECOND)
    unattended.deployment.pages.until("the alarm", lambda: unattended.webhook.posted or None)
    return replace(seen, alarms=tuple(unattended.webhook.posted))


@pytest.fixture(scope="module")
def good(unattended: Unattended, broken: Seen, dumps: dict[date, bytes]) -> Seen:
    """After the server has the whole of it."""
    assert broken.load == FIRST
    return unattended.published(dumps[SECOND], SECOND, hour=9)


def ask(url: sa.URL | str, query: str) -> Any:
    """The one value that a query gives."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found: Any = connection.scalar(sa.text(query))
    engine.dispose()
    return found


def test_a_new_dump_is_loaded_and_every_scope_is_reported(first: Seen) -> None:
    assert {run.status for run in first.runs.values()} == {"SUCCESS"}
    assert first.load == FIRST
    assert first.reports == {f"{scope}/{FIRST}" for scope in SCOPES}
    assert first.alarms == ()


def test_the_same_dump_starts_nothing(first: Seen, same: Seen) -> None:
    assert same.since(first) == []
    assert same.site == first.site
    assert same.ticks["new_dump"][0].skip_reason == "The newest dump is loaded."
    assert same.ticks["new_dump"][0].id > first.ticks["new_dump"][0].id


def test_a_broken_dump_raises_one_alarm_and_is_not_tried_again(same: Seen, broken: Seen) -> None:
    (run,) = broken.since(same)
    assert (run.status, run.tags["dagster/partition"]) == ("FAILURE", SECOND.isoformat())
    (alarm,) = broken.alarms
    assert alarm["title"] == "Phlogiston: failed: phabricator_dump"
    assert (alarm["days"], alarm["run"]) == (SECOND.isoformat(), run.id)
    assert "cut off" in alarm["sentences"][0]


def test_what_was_loaded_and_published_stands_after_a_broken_dump(same: Seen, broken: Seen) -> None:
    assert broken.load == FIRST
    assert broken.site == same.site


def test_a_good_dump_brings_all_scopes_up_to_date_again_by_itself(broken: Seen, good: Seen) -> None:
    assert {run.status for run in good.since(broken)} == {"SUCCESS"}
    assert good.load == SECOND
    days = (FIRST, SECOND)
    assert good.reports == {f"{scope}/{day}" for scope in SCOPES for day in days}
    changed = {name for name in broken.site if good.site[name] != broken.site[name]}
    assert "index.html" in changed
    assert good.alarms == broken.alarms


def test_one_new_day_is_one_run_a_scope(broken: Seen, good: Seen) -> None:
    load, *scopes = sorted(good.since(broken), key=lambda run: run.ended)
    assert load.tags["dagster/partition"] == SECOND.isoformat()
    assert sorted(run.tags["scope"] for run in scopes) == sorted(SCOPES)


def test_every_run_goes_through_the_queue_to_success(deployment: Deployment, first: Seen) -> None:
    for run_id in first.runs:
        events = deployment.pages.ask(EVENTS, runId=run_id)["events"]
        told = [event["__typename"] for event in events]
        steps = [f"Run{step}Event" for step in ("Enqueued", "Starting", "Start", "Success")]
        assert [kind for kind in told if kind in steps] == steps


def test_runs_and_data_are_in_their_databases(deployment: Deployment, first: Seen) -> None:
    made = "SELECT count(*) FROM runs WHERE status = 'SUCCESS'"
    assert ask(deployment.dagster_url, made) >= len(first.runs)
    assert ask(deployment.data_url, "SELECT day FROM dump_load") >= first.load
    assert not list(deployment.place.home.glob("**/*.sqlite*"))
    assert not list(deployment.place.home.glob("**/*.db"))


def test_a_schedule_that_is_switched_on_is_remembered_in_postgresql(
    deployment: Deployment,
) -> None:
    answer = deployment.pages.ask(START_SCHEDULE, selector=SCHEDULE)
    assert answer["scheduleState"]["status"] == "RUNNING", answer
    state = "SELECT status FROM jobs WHERE job_type = 'SCHEDULE'"
    assert ask(deployment.dagster_url, state) == "RUNNING"


def test_what_the_processes_log_is_read_by_programs(deployment: Deployment, first: Seen) -> None:
    assert first
    lines = deployment.place.log.read_text("utf-8").splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    ours = [one for one in told if "new_dump" in one["event"]]
    assert {one["level"] for one in ours} >= {"info"}
    assert all(datetime.fromisoformat(one["timestamp"]).tzinfo for one in ours)


@pytest.mark.parametrize("service", ["code", "daemon", "webserver"])
def test_the_health_checks_hold(deployment: Deployment, service: str) -> None:
    assert deployment.is_healthy(service)


def test_a_run_that_dies_with_its_code_server_is_given_up_and_the_next_goes_on(
    deployment: Deployment,
) -> None:
    pages, database = deployment.pages, Database(deployment.data_url)
    for sensor in SENSORS:
        pages.switch_off(sensor)

    def loading() -> bool | None:
        steps = pages.ask(STEPS, runId=killed)["stepStats"]
        return True if any(step["stepKey"] == "loaded_tables" for step in steps) else None

    with Locks(database, 60).hold("The load", "the test"):
        killed = pages.materialize(LOAD, SECOND.isoformat())
        pages.until("the beginning of the load", loading)
        following = pages.materialize(LOAD, SECOND.isoformat())
        deployment.kill_and_start_again("code")
        assert pages.end_of_run(killed).status == "FAILURE"
    assert pages.end_of_run(following).status == "SUCCESS"
    database.close()


def test_all_end_cleanly_when_asked_to(deployment: Deployment, first: Seen) -> None:
    assert first
    assert deployment.stop() == {"webserver": 0, "daemon": 0, "code": 0}
    for service in ("code", "webserver"):
        assert not deployment.is_healthy(service)
