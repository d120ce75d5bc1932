"""Alarms reach whoever is to be told: on failed runs, failed checks and where nothing new comes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_string
from email.policy import default
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.events import DagsterEvent, DagsterEventType
from dagster._core.execution.plan.objects import StepSuccessData
from dagster._core.utils import make_new_run_id
from support.alarm_servers import (
    MailServer,
    Webhook,
    make_certificate,
    running_mail_server,
    running_webhook,
)
from support.dagster_runs import load, of_scope
from support.histories import DumpBuilder
from support.scopes import write_dump

from phlogiston_assets.definitions import build_definitions
from phlogiston_assets.defs.alarms import QUIET
from phlogiston_assets.defs.ended_runs import AlarmCursor, broke_off
from phlogiston_assets.domain.alarms import (
    Alarm,
    FailedRun,
    failed_runs_alarm,
    overdue,
    stale_alarm,
)
from phlogiston_assets.domain.scopes import read_scope
from resources.alarms import Alarms
from resources.dagster_launcher import GONE
from resources.dump_store import DumpStore
from resources.loading import load_dump
from resources.settings import Settings
from resources.warehouse.database import Database
from resources.warehouse.figure_store import made_from
from resources.warehouse.publication_store import note_report

DAY = date(2024, 12, 31)
USER, PASSWORD = "herald", "pa%3Ass%2Fword"
SECRETS = ("s3cret", "pa:ss/word", PASSWORD)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with running_webhook() as webhook:
        yield webhook


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def mail(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running_mail_server(certificate) as mail:
        yield mail


@pytest.fixture
def settings(tmp_path: Path, webhook: Webhook, mail: MailServer) -> Settings:
    return Settings(
        home=tmp_path / "home",
        scopes_dir=tmp_path,
        lock_wait=0,
        alarm_webhook=webhook.url,  # type: ignore[arg-type]
        alarm_mail_to="ops@example.org,lead@example.org",
        alarm_smtp_url=f"smtp://{USER}:{PASSWORD}@127.0.0.1:{mail.port}",  # type: ignore[arg-type]
        dagster_url="https://dagster.example.org/",
    )


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as instance:
        yield instance


class Sensor:
    """A sensor as the daemon has it: evaluated again and again, its cursor kept."""

    def __init__(self, name: str, settings: Settings, instance: dg.DagsterInstance) -> None:
        self.repository = build_definitions(settings).get_repository_def()
        self.name, self.instance = name, instance
        self.cursor: str | None = None
        self.tick()

    def let_the_quiet_pass(self) -> None:
        """Have the last alarm be long ago."""
        cursor = AlarmCursor.read(self.cursor)
        self.cursor = replace(cursor, told_at=cursor.told_at - QUIET.total_seconds()).text

    def tick(self) -> str:
        """One evaluation; what it was skipped for."""
        with dg.build_sensor_context(
            instance=self.instance,
            cursor=self.cursor,
            repository_def=self.repository,
            resources=self.repository.get_top_level_resources(),
            sensor_name=self.name,
        ) as context:
            data = self.repository.get_sensor_def(self.name).evaluate_tick(context)
        self.cursor = data.cursor
        assert not data.run_requests
        return data.skip_message or ""


def sound_dump(folder: Path) -> Path:
    """A dump with two tasks, made on its last day."""
    dump = DumpBuilder()
    editor = dump.project(483, "Editor", ["", "Doing"], default=0)
    for number in (1, 2):
        dump.task(number, created="2024-12-31").in_project(editor).points(1, on="2024-12-31")
    return write_dump(dump, folder / "sound.dump")


def doubtful_dump(folder: Path) -> Path:
    """One in which a project stands twice."""
    dump = DumpBuilder()
    editor = dump.project(483, "Editor", ["", "Doing"], default=0)
    dump.project(484, "Other", phid=editor.phid)
    dump.task(1, created="2024-12-31").in_project(editor).points(1, on="2024-12-31")
    return write_dump(dump, folder / "doubtful.dump")


def broken_dump(folder: Path) -> Path:
    path = folder / "broken.dump"
    path.write_text("<html>Please sign in</html>")
    return path


def test_a_failed_run_is_told_by_webhook_and_mail(
    settings: Settings,
    instance: dg.DagsterInstance,
    webhook: Webhook,
    mail: MailServer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sensor = Sensor("failed_runs", settings, instance)
    run = load(settings, instance, broken_dump(tmp_path), DAY).run_id
    sensor.tick()
    (told,) = webhook.posted
    assert told["title"] == "Phlogiston: failed: phabricator_dump"
    assert "no Phabricator dump" in told["sentences"][0]
    assert (told["days"], told["run"]) == ("2024-12-31", run)
    assert told["where"] == f"https://dagster.example.org/runs/{run}"
    assert "phlogiston run" in told["remedy"]
    (letter,) = mail.letters
    parsed = message_from_string(letter, policy=default)
    assert parsed["Subject"] == "Phlogiston: failed: phabricator_dump"
    assert parsed["To"] == "ops@example.org, lead@example.org"
    assert parsed.get_content().strip() == told["text"]
    assert {"rcpt TO:<ops@example.org>", "rcpt TO:<lead@example.org>"} <= set(mail.commands)
    assert any(command.startswith("AUTH") for command in mail.commands)
    sensor.tick()
    assert len(webhook.posted) == len(mail.letters) == 1
    kept = [repr(settings), caplog.text, str(told), letter, *map(str, instance.all_logs(run))]
    assert [secret for secret in SECRETS if secret in "\n".join(kept)] == []


def test_the_failed_run_of_a_scope_names_scope_days_and_what_to_do(
    settings: Settings, instance: dg.DagsterInstance, webhook: Webhook, tmp_path: Path
) -> None:
    (tmp_path / "edit_scope.py").write_text("[vars]\nscope_title = Editing\n")
    (tmp_path / "edit_recategorization.csv").write_text(
        "rule,title,display,id,matchstring\nNoSuchRule,All,show,483,\n"
    )
    sensor = Sensor("failed_runs", settings, instance)
    assert load(settings, instance, sound_dump(tmp_path), DAY).success
    days = [DAY - timedelta(days=2), DAY]
    assert not of_scope(settings, instance, ["task_on_date"], "edit", days).success
    sensor.tick()
    (told,) = webhook.posted
    assert (told["scope"], told["days"]) == ("edit", "2024-12-29 to 2024-12-31")
    assert "edit_recategorization.csv, line 2" in told["sentences"][0]
    assert "phlogiston run --scope edit" in told["text"]


def break_off(instance: dg.DagsterInstance, *, exited: str = "", said: str | None = None) -> str:
    """A run of a scope that is gone in the midst of its report, as Dagster notes it; its id."""
    tags = {"scope": "edit", "dagster/partition": "2024-12-31|edit"}
    run = dg.DagsterRun(job_name="any", tags=tags, status=dg.DagsterRunStatus.STARTED)
    instance.add_run(run)
    steps = [
        (DagsterEventType.STEP_START, "figures", None),
        (DagsterEventType.STEP_SUCCESS, "figures", StepSuccessData(duration_ms=1.0)),
        (DagsterEventType.STEP_START, "report", None),
    ]
    for kind, step, data in steps:
        event = DagsterEvent(kind.value, "any", step_key=step, event_specific_data=data)
        instance.report_dagster_event(event, run_id=run.run_id)
    if exited:
        told = f"[DagsterApiServer] Run execution process for {run.run_id} {exited}"
        instance.report_engine_event(told, run)
    instance.report_run_failed(run, said)
    return run.run_id


@pytest.mark.parametrize(
    ("exited", "said", "told_as"),
    [
        (
            "was terminated by signal 9 (SIGKILL). This usually indicates that …",
            None,
            "Its process was terminated by signal 9 (SIGKILL), by the system perhaps",
        ),
        ("unexpectedly exited with code 3.", None, "Its process unexpectedly exited with code 3,"),
        ("", f"Detected run worker status FAILED: '{GONE}'. Marking run as failed.", GONE),
        ("", "It exceeded its maximum runtime.", "It exceeded its maximum runtime."),
    ],
)
def test_of_a_run_that_broke_off_is_told_at_which_step_and_what_became_of_its_process(
    settings: Settings,
    instance: dg.DagsterInstance,
    webhook: Webhook,
    exited: str,
    said: str | None,
    told_as: str,
) -> None:
    sensor = Sensor("failed_runs", settings, instance)
    break_off(instance, exited=exited, said=said)
    sensor.tick()
    (told,) = webhook.posted
    assert told["title"] == "Phlogiston: failed: report of edit"
    (sentence,) = told["sentences"]
    assert sentence.startswith(told_as)
    if told_as.startswith("Its process"):
        assert "Nothing is half done" in sentence


def test_a_run_that_was_told_to_stop_is_told_in_a_sentence(
    settings: Settings,
    instance: dg.DagsterInstance,
    webhook: Webhook,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise DagsterExecutionInterruptedError

    sensor = Sensor("failed_runs", settings, instance)
    monkeypatch.setattr(DumpStore, "obtain", stopped)
    assert not load(settings, instance, sound_dump(tmp_path), DAY).success
    sensor.tick()
    (told,) = webhook.posted
    assert told["title"] == "Phlogiston: failed: phabricator_dump"
    assert told["sentences"][0].startswith("It was told to stop")
    (run,) = instance.get_runs()
    assert broke_off(instance, run)


def test_runs_that_fail_together_are_told_in_one_alarm_and_those_that_follow_in_the_next(
    settings: Settings, instance: dg.DagsterInstance, webhook: Webhook, tmp_path: Path
) -> None:
    scopes = [f"edit{number}" for number in range(4)]
    for scope in scopes:
        (tmp_path / f"{scope}_scope.py").write_text("[vars]\nscope_title = Editing\n")
        (tmp_path / f"{scope}_recategorization.csv").write_text(
            "rule,title,display,id,matchstring\nProjectByID,All,show,483,\n"
        )
    sensor = Sensor("failed_runs", settings, instance)
    for scope in scopes[:3]:
        assert not of_scope(settings, instance, ["task_on_date"], scope, [DAY]).success
    sensor.tick()
    (told,) = webhook.posted
    assert told["title"] == "Phlogiston: 3 runs failed"
    (sentence,) = told["sentences"]
    assert sentence.startswith("edit0, edit1, edit2 (3 runs): Nothing is loaded yet.")
    assert told["where"] == "https://dagster.example.org/runs/"
    assert not of_scope(settings, instance, ["task_on_date"], scopes[3], [DAY]).success
    assert sensor.tick() == "1 more runs failed; the next alarm tells of them."
    assert len(webhook.posted) == 1
    sensor.let_the_quiet_pass()
    sensor.tick()
    assert webhook.posted[1]["title"] == "Phlogiston: failed: task_on_date of edit3"
    assert sensor.tick() == "No run failed."
    assert len(webhook.posted) == 2


def test_an_alarm_on_a_whole_backfill_stays_short() -> None:
    runs = [
        FailedRun(("report",), (f"Why {number % 12}.",), f"edit{number:03}", "", str(number))
        for number in range(500)
    ]
    told = failed_runs_alarm(runs, "here")
    assert told.title == "Phlogiston: 500 runs failed"
    assert len(told.sentences) == 11
    assert "edit000, edit012" in told.sentences[0]
    assert told.sentences[0].endswith(" and 32 more (42 runs): Why 0.")
    assert told.sentences[-1] == "2 other sentences are in the runs' logs."


def test_a_check_that_failed_as_an_error_is_told_though_its_run_succeeded(
    settings: Settings, instance: dg.DagsterInstance, webhook: Webhook, tmp_path: Path
) -> None:
    sensor = Sensor("failed_checks", settings, instance)
    assert load(settings, instance, sound_dump(tmp_path), DAY).success
    sensor.tick()
    assert webhook.posted == []
    config = settings.model_copy(update={"load_loss_allowed": 1.0})
    assert load(config, instance, doubtful_dump(tmp_path), DAY).success
    sensor.tick()
    (told,) = webhook.posted
    assert told["title"].startswith("Phlogiston: failed checks: phabricator_project: ids_unique")
    assert told["sentences"][0] == "1 ids of phabricator_project stand twice."


def run_with_check(
    instance: dg.DagsterInstance, tags: dict[str, str], *, passed: bool = False, found: str = "Why."
) -> None:
    """A run that ended well, of which a check that does not block passed or failed."""
    key = dg.AssetKey("forecast")
    run = dg.DagsterRun("ours", make_new_run_id(), asset_selection=frozenset({key}), tags=tags)
    instance.add_run(run)
    check = dg.AssetCheckEvaluation(
        asset_key=key, check_name="balance", passed=passed, metadata={}, description=found
    )
    for kind, told in (("ASSET_CHECK_EVALUATION", check), ("PIPELINE_SUCCESS", None)):
        event = DagsterEvent(kind, run.job_name, event_specific_data=told)
        instance.report_dagster_event(event, run.run_id)


def test_checks_that_fail_in_several_runs_are_told_in_one_alarm_by_scope(
    settings: Settings, instance: dg.DagsterInstance, webhook: Webhook
) -> None:
    sensor = Sensor("failed_checks", settings, instance)
    run_with_check(instance, {"scope": "edit"}, found="1 is off.")
    run_with_check(instance, {"scope": "apps", "dagster/partition/date": "2024-12-30"})
    run_with_check(instance, {"scope": "edit"}, found="2 are off.")
    run_with_check(instance, {"scope": "growth"}, passed=True)
    run_with_check(instance, {"dagster/partition": "2024-12-31"})
    sensor.tick()
    (told,) = webhook.posted
    assert told["title"] == "Phlogiston: checks failed in 4 runs"
    assert told["sentences"] == [
        "load: forecast: balance (2024-12-31): Why.",
        "apps: forecast: balance (2024-12-30): Why.",
        "edit: forecast: balance (2 runs): 2 are off.",
    ]
    assert (told["scope"], told["run"]) == ("", "")
    assert told["where"] == "https://dagster.example.org/runs/"


def test_checks_that_fail_soon_after_an_alarm_are_told_together_and_once_though_all_is_restarted(
    settings: Settings, instance: dg.DagsterInstance, webhook: Webhook
) -> None:
    sensor = Sensor("failed_checks", settings, instance)
    run_with_check(instance, {"scope": "edit"})
    sensor.tick()
    assert webhook.posted[0]["title"] == "Phlogiston: failed checks: forecast: balance"
    for number in (1, 2):
        run_with_check(instance, {"scope": "apps"}, found=f"{number} are off.")
        assert sensor.tick() == f"{number} more checks failed; the next alarm tells of them."
    assert len(webhook.posted) == 1
    again = Sensor("failed_checks", settings, instance)
    again.cursor = sensor.cursor
    again.let_the_quiet_pass()
    again.tick()
    assert webhook.posted[1]["title"] == "Phlogiston: checks failed in 2 runs"
    assert webhook.posted[1]["sentences"] == ["apps: forecast: balance (2 runs): 2 are off."]
    assert webhook.posted[1]["scope"] == "apps"
    assert again.tick() == "No check failed."
    assert len(webhook.posted) == 2


def test_what_refused_a_load_is_told_with_its_run_and_other_checks_beside_it(
    settings: Settings, instance: dg.DagsterInstance, webhook: Webhook, tmp_path: Path
) -> None:
    sensor = Sensor("failed_runs", settings, instance)
    assert load(settings, instance, sound_dump(tmp_path), DAY).success
    assert not load(settings, instance, doubtful_dump(tmp_path), DAY).success
    sensor.tick()
    first, second = webhook.posted
    assert "50.0% are lost" in first["sentences"][0]
    assert second["title"].startswith("Phlogiston: failed checks: phabricator_project: ids_unique")
    assert "no_sudden_loss" not in second["title"]


def test_runs_of_other_programs_on_the_instance_are_left_alone(
    settings: Settings, instance: dg.DagsterInstance, webhook: Webhook
) -> None:
    sensor = Sensor("failed_runs", settings, instance)

    @dg.asset
    def strange() -> None:
        raise ValueError("not ours")

    assert not dg.materialize(
        [strange], instance=instance, selection=[strange], raise_on_error=False
    ).success
    sensor.tick()
    assert webhook.posted == []


def test_nothing_new_is_told_once_a_day_and_no_more_when_a_load_has_come(
    settings: Settings, instance: dg.DagsterInstance, webhook: Webhook, tmp_path: Path
) -> None:
    sensor = Sensor("nothing_new", settings, instance)
    assert webhook.posted == []
    database = Database(settings.database)
    load_dump(database, sound_dump(tmp_path), DAY)
    assert "No dump was loaded for" in sensor.tick()
    (told,) = webhook.posted
    assert told["title"] == "Phlogiston: nothing new"
    assert "the newest day is 2024-12-31" in told["sentences"][0]
    sensor.tick()
    assert len(webhook.posted) == 1
    load_dump(database, sound_dump(tmp_path), datetime.now(UTC).date() - timedelta(days=1))
    assert "as new as they can be" in sensor.tick()
    database.close()


def test_a_scope_whose_reports_stop_while_others_go_on_is_told_by_its_name(
    settings: Settings, instance: dg.DagsterInstance, webhook: Webhook, tmp_path: Path
) -> None:
    for scope in ("apps", "edit", "new"):
        (tmp_path / f"{scope}_scope.py").write_text(f"[vars]\nscope_title = {scope}\n")
        (tmp_path / f"{scope}_recategorization.csv").write_text(
            "rule,title,display,id,matchstring\nProjectByID,All,show,483,\n"
        )
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    database = Database(settings.database)
    database.prepare()
    load_dump(database, sound_dump(tmp_path), yesterday)
    for scope, behind in (("apps", 0), ("edit", 9)):
        with database.write() as connection:
            day = yesterday - timedelta(days=behind)
            basis = made_from(connection, settings, read_scope(tmp_path, scope), day)
            note_report(connection, scope, basis, datetime.now(UTC))
    database.close()
    Sensor("nothing_new", settings, instance)
    (told,) = webhook.posted
    (sentence,) = told["sentences"]
    assert sentence.startswith("The newest report of edit is ")


@pytest.mark.parametrize(
    ("now", "missing"),
    [
        ("2025-01-01 12:00", 0),
        ("2025-01-02 12:00", 0),
        ("2025-01-03 05:59", 0),
        ("2025-01-03 06:00", 2),
        ("2025-01-10 12:00", 9),
    ],
)
def test_two_dumps_that_did_not_come_are_too_many(now: str, missing: int) -> None:
    assert overdue(DAY, datetime.fromisoformat(now).replace(tzinfo=UTC), 2) == missing


def test_a_report_that_is_behind_the_load_is_told_by_its_scope() -> None:
    now = datetime(2025, 1, 5, 12, tzinfo=UTC)
    days = {"apps": date(2025, 1, 4), "edit": date(2025, 1, 1)}
    alarm = stale_alarm(date(2025, 1, 4), days, now, 2, "here")
    assert alarm is not None
    assert alarm.sentences == ("The newest report of edit is 3 days behind, of 2025-01-01.",)
    assert stale_alarm(date(2025, 1, 4), {"apps": date(2025, 1, 4)}, now, 2, "here") is None


ALARM = Alarm("A title", ("Why.",), "here", "Do it.", run="abc")


def test_what_cannot_be_sent_is_logged_without_secrets_and_hides_nothing(
    settings: Settings, webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    webhook.status = 500
    gone = settings.model_copy(
        update={"alarm_smtp_url": type(settings.alarm_smtp_url)("smtp://u:pa%3Ass@127.0.0.1:9")}
    )
    Alarms(gone).raise_alarm(ALARM, logging.getLogger("alarm"))
    assert caplog.messages[0] == ALARM.text
    assert caplog.messages[1] == "The alarm's webhook answered 500."
    assert "could not be sent by mail (ConnectionRefusedError)" in caplog.messages[2]
    assert not [secret for secret in ("s3cret", "pa:ss", "pa%3Ass") if secret in caplog.text]


def test_the_log_in_goes_over_the_line_encrypted(settings: Settings, mail: MailServer) -> None:
    Alarms(settings).raise_alarm(ALARM, logging.getLogger("alarm"))
    assert len(mail.letters) == 1
    assert any(command.startswith("AUTH") for command in mail.commands)
    assert [command.split()[0].upper() for command in mail.clear] == ["EHLO", "STARTTLS"]


def test_a_mail_server_without_encryption_is_not_logged_in_to(
    settings: Settings, mail: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mail.encrypts = False
    Alarms(settings).raise_alarm(ALARM, logging.getLogger("alarm"))
    assert mail.letters == []
    assert not [command for command in mail.commands if command.upper().startswith("AUTH")]
    assert "the server offers no encryption (STARTTLS)" in caplog.messages[-1]
    assert not [secret for secret in SECRETS if secret in caplog.text]


def test_a_mail_server_that_asks_for_no_log_in_needs_no_encryption(
    settings: Settings, mail: MailServer
) -> None:
    mail.encrypts = False
    plain = type(settings.alarm_smtp_url)(f"smtp://127.0.0.1:{mail.port}")
    Alarms(settings.model_copy(update={"alarm_smtp_url": plain})).raise_alarm(
        ALARM, logging.getLogger("alarm")
    )
    assert len(mail.letters) == 1


def test_without_a_webhook_or_mail_the_alarm_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    Alarms(Settings()).raise_alarm(ALARM, logging.getLogger("alarm"))
    assert caplog.messages == [ALARM.text]
