"""Passwords, users and queries of addresses stand in no output, no event and no file."""

from __future__ import annotations

import logging
import os
import traceback
import zlib
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from support.command_line import CommandLine, Outcome
from support.dump_server import DumpServer, failing, html_page, redirect, running_dump_server, whole
from support.postgres import Server
from support.samples import sample_dump

from phlogiston_assets.cli import main
from phlogiston_assets.commands.usage import WRONG_USAGE
from phlogiston_assets.domain.alarms import Alarm
from phlogiston_assets.domain.dumps.dump import DumpError
from resources.addresses import shown
from resources.alarms import Alarms
from resources.dump_source import DumpSource
from resources.dump_store import DumpStore
from resources.settings import Settings
from resources.warehouse.database import Database, WarehouseError

USER, PASSWORD, TOKEN = "robot-of-zoe", "s3cr3t-w0rd", "t0ken-of-the-query"
LOG_IN = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
SECRETS = (USER, PASSWORD, TOKEN, LOG_IN)
DAY = datetime(2026, 3, 21, 5, tzinfo=UTC)
SCOPES = Path(__file__).resolve().parents[1] / "scopes"


@pytest.fixture(scope="module")
def server() -> Iterator[DumpServer]:
    with running_dump_server() as server:
        yield server


def secret_address(server: DumpServer) -> str:
    return server.url.replace("http://", f"http://{USER}:{PASSWORD}@") + f"?token={TOKEN}"


def found_in(text: str) -> list[str]:
    """The secrets that a text tells."""
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://example.org/a.dump", "https://example.org/a.dump"),
        ("/srv/dumps/a@b?.dump", "/srv/dumps/a@b?.dump"),
        ("file:///srv/a.dump", "file:///srv/a.dump"),
        ("https://u:p@example.org:8443/a.dump", "https://***@example.org:8443/a.dump"),
        ("https://u@example.org/a", "https://***@example.org/a"),
        ("https://example.org/a?token=t#here", "https://example.org/a?***"),
        ("https://example.org/a#here", "https://example.org/a#***"),
        ("https://u:p@ss/w?rd@example.org/a", "https://***@example.org/a"),
        ("HTTPS://u:p#q@example.org/a", "HTTPS://***@example.org/a"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(address: str, said: str) -> None:
    assert shown(address) == said


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_a_failed_fetch_tells_no_secret(server: DumpServer, tmp_path: Path, status: int) -> None:
    server.will(failing(status))
    source = DumpSource(secret_address(server), pause=lambda _: None)
    for attempt in (source.look, lambda: source.fetch(tmp_path / "a.dump")):
        with pytest.raises(DumpError, match="/phabricator_public") as failed:
            attempt()
        assert found_in("".join(traceback.format_exception(failed.value))) == []


@pytest.mark.parametrize(
    "address",
    [
        f"http://{USER}:{PASSWORD}/x@localhost/a?{TOKEN}",
        f"http://{USER}:{PASSWORD}@[::1/a?{TOKEN}",
        f"http://{USER}:{PASSWORD}@localhost:port/?{TOKEN}",
        f"ftp://{USER}:{PASSWORD}@localhost/a?{TOKEN}",
        f"http://{USER}:{PASSWORD}\u2100@localhost/a",
    ],
)
def test_an_address_that_cannot_be_read_is_not_quoted(address: str) -> None:
    with pytest.raises(DumpError) as failed:
        DumpSource(address, pause=lambda _: None).look()
    assert found_in(str(failed.value)) == []


def test_user_and_password_are_sent_to_the_dumps_server(server: DumpServer) -> None:
    server.will(whole(b"{}", DAY))
    told = DumpSource(secret_address(server)).look()
    assert server.log_ins == [f"Basic {LOG_IN}"]
    assert server.requests == [f"HEAD /phabricator_public.dump?token={TOKEN}"]
    assert found_in(told.source) == []


def test_they_are_not_sent_on_to_where_that_server_redirects(server: DumpServer) -> None:
    with running_dump_server() as other:
        other.will(whole(b"{}", DAY))
        server.will(redirect(other.url))
        DumpSource(secret_address(server)).look()
        assert server.log_ins == [f"Basic {LOG_IN}"]
        assert other.log_ins == [None]


@pytest.mark.parametrize("place", ["file:///etc/hostname", "ftp://localhost/a", "gopher://x/a"])
def test_a_redirect_leads_to_no_file_and_no_other_kind_of_server(
    server: DumpServer, tmp_path: Path, place: str
) -> None:
    server.will(redirect(place))
    with pytest.raises(DumpError, match="unsupported protocol"):
        DumpSource(server.url, pause=lambda _: None).fetch(tmp_path / "a.dump")
    assert not list(tmp_path.iterdir())


def test_the_http_client_logs_no_address(
    server: DumpServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Left to itself it logs each request's whole address, also that of the alarms' webhook."""
    server.will(whole(b"{}", DAY))
    caplog.set_level(logging.INFO)
    DumpSource(secret_address(server)).look()
    webhook = SecretStr(secret_address(server))
    alarm = Alarm("The load failed", ("No dump.",), "in Dagster", "Wait.")
    Alarms(Settings(alarm_webhook=webhook)).raise_alarm(alarm, logging.getLogger("alarms"))
    assert len(server.requests) == 1
    assert "The load failed" in caplog.text
    assert found_in(caplog.text) == []


def test_a_source_for_one_run_holds_no_secret(server: DumpServer, tmp_path: Path) -> None:
    store = DumpStore(Settings(home=tmp_path))
    with pytest.raises(DumpError, match="PHLOGISTON_DUMP_URL") as refused:
        store.obtain(DAY.date(), secret_address(server), trust=True)
    assert found_in(str(refused.value)) == []


def test_the_command_line_takes_no_source_with_a_secret(
    server: DumpServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server.will(whole(b"{}"))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["run", "--dump", secret_address(server)])
    assert not list(tmp_path.iterdir())
    assert done.exit_code == WRONG_USAGE
    assert "PHLOGISTON_DUMP_URL" in done.stderr
    assert found_in(done.output) == []
    assert server.requests == []


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://{USER}:{PASSWORD}@localhost/a",
        f"postgresql://{USER}:{PASSWORD}@localhost:port/a",
        f"postgresql://{USER}:x@{PASSWORD}@localhost/a",
        f"postgresql+psycopg2://{USER}:{PASSWORD}@localhost/a",
    ],
)
def test_a_wrong_address_of_the_database_is_not_quoted(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHLOGISTON_DATABASE_URL", url)
    with pytest.raises(ValueError, match="database_url") as refused:
        Settings()
    assert found_in("".join(traceback.format_exception(refused.value))) == []
    done = CliRunner().invoke(main, ["check"])
    assert done.exit_code == WRONG_USAGE
    assert "PHLOGISTON_DATABASE_URL" in done.stderr
    assert found_in(done.output) == []


def test_settings_do_not_show_addresses() -> None:
    settings = Settings(
        database_url=f"postgresql://{USER}:{PASSWORD}@localhost/a", dump_url=f"https://x/?{TOKEN}"
    )
    assert found_in(repr(settings) + str(settings)) == []


def test_a_database_that_cannot_be_reached_is_named_without_password_and_query() -> None:
    options = f"connect_timeout=1&password={PASSWORD}&application_name={TOKEN}"
    database = Database(f"postgresql://someone:{PASSWORD}@127.0.0.1:9/phlogiston?{options}")
    with pytest.raises(WarehouseError, match=r"127\.0\.0\.1") as failed:
        database.prepare()
    database.close()
    assert found_in("".join(traceback.format_exception(failed.value))) == []


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def calls(
    home: Path,
    server: DumpServer,
    postgres_server: Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Outcome]:
    """A run that succeeds, one that fails at the dump and one that fails at the database."""
    dump = sample_dump(tmp_path_factory.mktemp("dump"), DAY.date(), tasks=60, days=20)
    working = postgres_server.url().replace("@", f":{PASSWORD}@")
    missing = working.rpartition("/")[0] + f"/nowhere?password={PASSWORD}"
    settings = {"scopes_dir": SCOPES, "dump_url": secret_address(server)}
    call = ("run", "--load", "--scope", "apps", "--from", "2026-03-19")
    with CommandLine(tmp_path_factory.mktemp("folder")) as program:
        server.will(whole(dump.read_bytes(), DAY))
        done = [program.call(home, *call, database_url=working, **settings)]
        server.will(whole(b"{}", DAY), html_page())
        (home / "dumps" / "phabricator_public-2026-03-20.dump").unlink()
        done.append(program.call(home, *call, database_url=working, **settings))
        server.will(whole(dump.read_bytes(), DAY))
        done.append(program.call(home, *call, database_url=missing, **settings))
        done.append(program.call(home, "dump", database_url=working, **settings))
    return done


def test_the_calls_do_what_they_should(calls: list[Outcome]) -> None:
    assert [call.code for call in calls] == [0, 1, 1, 0], calls
    assert "Report: " in calls[0].out
    assert calls[1].err.startswith("error: load: ")
    assert "nowhere" in calls[2].err


def test_no_output_tells_a_secret(calls: list[Outcome]) -> None:
    assert [found_in(call.out + call.err) for call in calls] == [[], [], [], []]


def test_no_file_that_is_left_tells_a_secret(calls: list[Outcome], home: Path) -> None:
    """Among them are Dagster's runs and events, the logs, the site and the data."""
    assert calls
    files = [path for path in home.rglob("*") if path.is_file()]
    kinds = {path.suffix for path in files}
    assert kinds >= {".db", ".html", ".yaml"}
    assert [path for path in files if found_in(_content(path))] == []


def _content(path: Path) -> str:
    """A file's bytes as text, and what is packed within a database of Dagster's."""
    raw = path.read_bytes()
    texts = [raw.decode("latin-1")]
    if path.suffix == ".db":
        for start in _starts(raw, b"\x78\x9c"):
            try:
                texts.append(zlib.decompressobj().decompress(raw[start:]).decode("latin-1"))
            except zlib.error:
                continue
    return "\n".join(texts)


def _starts(raw: bytes, mark: bytes) -> Iterator[int]:
    at = raw.find(mark)
    while at >= 0:
        yield at
        at = raw.find(mark, at + 1)


def test_the_web_interface_is_reached_from_this_machine_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[list[str]] = []
    monkeypatch.setenv("PHLOGISTON_HOME", str(tmp_path))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setattr(os, "execv", lambda _, command: started.append(command))
    monkeypatch.chdir(Path(__file__).parents[1])
    CliRunner().invoke(main, ["dev", "--port", "3001"])
    CliRunner().invoke(main, ["dev", "--host", "0.0.0.0"])
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    assert [command[3:] for command in started] == [
        ["dev", "--host", "127.0.0.1", "--port", "3001"],
        ["dev", "--host", "127.0.0.1", "--host", "0.0.0.0"],
    ]


def test_the_web_interface_opens_from_any_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where there is no workspace, Dagster would say that it was given no arguments."""
    started: list[list[str]] = []
    monkeypatch.setenv("PHLOGISTON_HOME", str(tmp_path))
    monkeypatch.setattr(os, "execv", lambda _, command: started.append(command))
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(main, ["dev"])
    CliRunner().invoke(main, ["dev", "--workspace=mine.yaml"])
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    assert [command[6:] for command in started] == [
        ["--module-name", "phlogiston_assets.definitions"],
        ["--workspace=mine.yaml"],
    ]
