"""`phlogiston` as operators have it: exit codes, sentences, and what it leaves behind."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import click
import dagster as dg
import pytest
from support.cases import CASES, SHARED, TABLES, TABLES_OF_TASKS, actual, differences
from support.command_line import PLAIN, CommandLine, Outcome, environment
from support.dump_server import (
    DumpServer,
    cut,
    failing,
    html_page,
    running_dump_server,
    whole,
)

from phlogiston_assets.cli import main
from resources.dagster_launcher import PROCESS_TAG
from resources.dagster_storage import BatchingSqliteEventLogStorage
from resources.locks import Locks
from resources.warehouse.database import Database

DAY, NEXT = date(2024, 11, 20), date(2024, 11, 21)
REAL = CASES[0]
ERASE, CONTROL = "\x1b", re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where commands are given."""
    return tmp_path_factory.mktemp("operator")


@pytest.fixture(scope="module")
def program(folder: Path) -> Iterator[CommandLine]:
    with CommandLine(folder) as program:
        yield program


@pytest.fixture(scope="module")
def server() -> Iterator[DumpServer]:
    with running_dump_server() as server:
        yield server


@pytest.fixture(scope="module")
def scopes(folder: Path) -> Path:
    """The files of two scopes of one category each, whose reports are soon drawn."""
    scopes = folder / "scopes"
    scopes.mkdir()
    for prefix, title, project in (("apps", "Mobile apps", 120), ("edit", "Editing", 110)):
        (scopes / f"{prefix}_scope.py").write_text(f"[vars]\nscope_title = {title}\n")
        rules = f"rule,title,display,id,matchstring\nProjectByID,{title},show,{project},\n"
        (scopes / f"{prefix}_recategorization.csv").write_text(rules)
    return scopes


@pytest.fixture(scope="module")
def sample(program: CommandLine, folder: Path) -> Path:
    """A dump of 60 tasks, which closes 2024-11-20."""
    file = folder / "sample.dump"
    done = program.call(folder, "sample", file, "--tasks", 60, "--days", 60, "--last-day", DAY)
    assert (done.code, done.err) == (0, "")
    made = datetime(DAY.year, DAY.month, DAY.day + 1, 4, 15, tzinfo=UTC).timestamp()
    os.utime(file, (made, made))
    return file


@pytest.fixture(scope="module")
def preparation(
    program: CommandLine, folder: Path, scopes: Path, sample: Path
) -> tuple[Path, Outcome]:
    """A home with the sample loaded and ten days of one scope, and what the command said."""
    home = folder / "Zoë's home #1"
    done = program.call(
        home, "run", "--dump", sample, "--scope", "edit", "--from", "2024-11-11", scopes_dir=scopes
    )
    assert (done.code, done.err) == (0, "")
    return home, done


@pytest.fixture(scope="module")
def prepared(preparation: tuple[Path, Outcome]) -> Path:
    """The prepared home; tests leave it as it is."""
    return preparation[0]


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Path:
    """A home like the prepared one, to do with as one likes."""
    return Path(shutil.copytree(prepared, tmp_path / "home", symlinks=True))


def state_of(home: Path) -> dict[str, str]:
    """All that a home holds for readers: the database's content, the dumps and the site.

    When reports were published is left out: the site tells it.
    """
    with closing(sqlite3.connect(home / "phlogiston.sqlite")) as connection:
        lines = [line for line in connection.iterdump() if '"published_' not in line]
        state = {"database": sha256("\n".join(sorted(lines)).encode()).hexdigest()}
    for folder in ("dumps", "site"):
        for path in sorted((home / folder).rglob("*")):
            if path.is_file():
                state[str(path.relative_to(home))] = sha256(path.read_bytes()).hexdigest()
    return state


def loaded_day(home: Path) -> str:
    """The day that the load closes."""
    with closing(sqlite3.connect(home / "phlogiston.sqlite")) as connection:
        return str(connection.execute("SELECT day FROM dump_load").fetchone()[0])


def days_of(home: Path, scope: str) -> list[str]:
    """The reconstructed days of a scope."""
    query = "SELECT date FROM reconstructed_day WHERE scope = ? ORDER BY date"
    with closing(sqlite3.connect(home / "phlogiston.sqlite")) as connection:
        return [str(row[0]) for row in connection.execute(query, (scope,))]


def instance_of(home: Path, monkeypatch: pytest.MonkeyPatch) -> dg.DagsterInstance:
    """The Dagster instance that a home's runs are recorded on."""
    monkeypatch.setenv("DAGSTER_HOME", str(home / "dagster"))
    return dg.DagsterInstance.get()


def sentence_of(done: Outcome) -> str:
    """The one line on standard error of a call that failed."""
    assert done.code == 1
    (line,) = done.err.splitlines()
    assert line.startswith("error: ")
    assert line.endswith(".")
    assert CONTROL.search(line) is None
    return line


# Failures of the dump ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def always_cut(
    prepared: Path, folder: Path, scopes: Path, sample: Path
) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """A home and a call in it whose connection is always cut; it waits before each try."""
    home = Path(shutil.copytree(prepared, folder / "cut", symlinks=True))
    with running_dump_server() as server:
        server.will(cut(sample.read_bytes()))
        call = subprocess.Popen(
            [*PLAIN, "run", "--dump", server.url, "--day", str(NEXT)],
            env=environment(home, scopes_dir=scopes),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with call:
            yield home, call
            call.kill()


@pytest.fixture(scope="module")
def bad_dumps(folder: Path, sample: Path) -> Path:
    """A folder of what is taken for dumps and is none."""
    bad = folder / "bad"
    (bad / "directory").mkdir(parents=True)
    (bad / "truncated").write_bytes(sample.read_bytes()[: sample.stat().st_size // 2])
    (bad / "page").write_bytes(html_page().body)
    (bad / "empty").touch()
    (bad / "list").write_text('{"task": []}')
    (bad / "hollow").write_text('{"task": {}, "project": {}}')
    (bad / "no tasks").write_text('{"task": {}, "project": {"projects": [], "columns": []}}')
    return bad


@pytest.mark.usefixtures("always_cut")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("truncated", "cut off"),
        ("page", "no Phabricator dump"),
        ("empty", "is empty"),
        ("directory", "is a folder"),
        ("missing", "There is no file"),
        ("list", "no key `project`"),
        ("hollow", "no lists `projects` and `columns`"),
        ("no tasks", "holds no tasks"),
    ],
)
def test_a_bad_dump_is_told_and_changes_nothing(
    program: CommandLine, prepared: Path, scopes: Path, bad_dumps: Path, name: str, said: str
) -> None:
    before = state_of(prepared)
    done = program.call(
        prepared, "run", "--dump", bad_dumps / name, "--day", NEXT, scopes_dir=scopes
    )
    assert said in sentence_of(done)
    assert state_of(prepared) == before


@pytest.mark.parametrize("status", [404, 403])
def test_an_address_without_a_dump_is_told_at_once_and_changes_nothing(
    program: CommandLine, prepared: Path, scopes: Path, server: DumpServer, status: int
) -> None:
    before = state_of(prepared)
    server.will(failing(status))
    done = program.call(prepared, "run", dump_url=server.url, scopes_dir=scopes)
    assert f"the server answered {status}" in sentence_of(done)
    assert len(server.requests) == 1
    assert state_of(prepared) == before


def test_a_bad_dump_does_not_take_the_place_of_the_good_one_of_its_day(
    program: CommandLine, prepared: Path, scopes: Path, bad_dumps: Path
) -> None:
    before = state_of(prepared)
    done = program.call(
        prepared, "run", "--dump", bad_dumps / "page", "--day", DAY, scopes_dir=scopes
    )
    sentence_of(done)
    assert state_of(prepared) == before


def test_the_same_command_finishes_the_job_once_the_dump_is_good(
    program: CommandLine, home: Path, scopes: Path, sample: Path, server: DumpServer
) -> None:
    made = datetime(2024, 11, 22, 4, 15, tzinfo=UTC)
    command = ("run", "--scope", "edit")
    whole_dump = sample.read_bytes()
    for bad in (html_page().body, whole_dump.replace(b'"edge":', b'"edge"', 1)):
        server.will(whole(bad, made))
        sentence_of(program.call(home, *command, dump_url=server.url, scopes_dir=scopes))
    server.will(whole(whole_dump, made))
    done = program.call(home, *command, dump_url=server.url, scopes_dir=scopes)
    assert (done.code, done.err) == (0, "")
    assert loaded_day(home) == "2024-11-21"
    assert days_of(home, "edit")[-1] == "2024-11-21"


def test_an_older_dump_is_refused_unless_it_is_meant(
    program: CommandLine, home: Path, scopes: Path, sample: Path
) -> None:
    command = ("run", "--dump", sample, "--day", "2024-11-18", "--scope", "edit")
    done = program.call(home, *command, scopes_dir=scopes)
    assert "A newer dump is loaded: it closes 2024-11-20, this one 2024-11-18" in sentence_of(done)
    assert loaded_day(home) == "2024-11-20"
    done = program.call(home, *command, "--replace-newer", scopes_dir=scopes)
    assert done.code == 0
    assert done.err.startswith("warning: load: The newest change is of 2024-11-20 ")
    assert done.err.count("\n") == 1
    assert loaded_day(home) == "2024-11-18"


def test_the_newest_dump_is_not_fetched_where_a_newer_one_is_loaded(
    program: CommandLine, home: Path, scopes: Path, sample: Path, server: DumpServer
) -> None:
    server.will(whole(sample.read_bytes(), datetime(2024, 11, 19, 4, 15, tzinfo=UTC)))
    quick = ("--scope", "nobody")  # what counts here is over before the scope's turn
    done = program.call(home, "run", *quick, dump_url=server.url, scopes_dir=scopes)
    assert done.out.startswith("Load: 60 tasks, whole days up to 2024-11-20")
    assert loaded_day(home) == "2024-11-20"
    assert {request.split()[0] for request in server.requests} == {"HEAD"}


def test_a_connection_that_is_always_cut_is_told_and_changes_nothing(
    always_cut: tuple[Path, subprocess.Popen[str]], prepared: Path
) -> None:
    home, call = always_cut
    out, err = call.communicate(timeout=120)
    line = sentence_of(Outcome(call.returncode, out, err))
    assert "in 4 tries" in line
    assert "previous load stays in place" in line
    assert state_of(home) == state_of(prepared)


# What else an operator can mend ------------------------------------------------------------------


def test_nothing_loaded_yet_is_told(program: CommandLine, tmp_path: Path, scopes: Path) -> None:
    done = program.call(tmp_path / "new", "run", "--no-load", scopes_dir=scopes)
    assert "Nothing is loaded yet" in sentence_of(done)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--to", "2024-11-22"], "2024-11-22 is later than the newest load"),
        (["--mode", "rerecon", "--from", "2024-11-22"], "no day to reconstruct"),
        (["--mode", "reports", "--to", "2024-10-01"], "2024-10-01 of the scope edit is not"),
    ],
)
def test_a_day_that_cannot_be_had_is_told(
    program: CommandLine, prepared: Path, scopes: Path, options: list[str], said: str
) -> None:
    done = program.call(
        prepared, "run", "--no-load", "--scope", "edit", *options, scopes_dir=scopes
    )
    line = sentence_of(done)
    assert line.startswith("error: edit: ")
    assert "edit: edit:" not in line
    assert said in line


@pytest.mark.parametrize(
    ("day", "said"),
    [("2014-12-31", "days begin on 2015-01-01"), ("2999-01-01", "a day that is not over yet")],
)
def test_a_dump_of_a_day_without_partition_is_told(
    program: CommandLine, prepared: Path, scopes: Path, sample: Path, day: str, said: str
) -> None:
    done = program.call(prepared, "run", "--dump", sample, "--day", day, scopes_dir=scopes)
    assert f"closes {day}" in sentence_of(done)
    assert said in sentence_of(done)


def test_an_unknown_scope_is_told_and_does_not_become_a_partition(
    program: CommandLine, prepared: Path, scopes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = ("--scope", "nobody", "--scope", "no|body")
    done = program.call(prepared, "run", "--no-load", *unknown, scopes_dir=scopes)
    assert done.code == 1
    assert [line.split(":")[1] for line in done.err.splitlines()] == [" nobody", " no|body"]
    with instance_of(prepared, monkeypatch) as instance:
        assert list(instance.get_dynamic_partitions("scope")) == ["edit"]


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_missing_folder_of_scopes_is_told(
    program: CommandLine, prepared: Path, command: str
) -> None:
    done = program.call(prepared, command, scopes_dir="/nowhere/scopes")
    assert "/nowhere/scopes" in sentence_of(done)


@pytest.mark.parametrize("command", ["run", "dump"])
def test_a_home_that_cannot_be_made_is_told(
    program: CommandLine, sample: Path, scopes: Path, command: str
) -> None:
    done = program.call(sample / "home", command, scopes_dir=scopes, dump_url=sample)
    assert str(sample) in sentence_of(done)


@pytest.mark.parametrize("command", ["run", "dump"])
def test_a_database_that_is_gone_is_told(
    program: CommandLine, prepared: Path, scopes: Path, command: str
) -> None:
    gone = "postgresql+psycopg://nobody:secret@127.0.0.1:1/phlogiston"
    done = program.call(prepared, command, scopes_dir=scopes, database_url=gone)
    line = sentence_of(done)
    assert "PHLOGISTON_DATABASE_URL" in line
    assert "secret" not in line


def test_a_file_that_is_no_database_is_told(
    program: CommandLine, tmp_path: Path, scopes: Path
) -> None:
    (tmp_path / "phlogiston.sqlite").write_text("not a database" * 100)
    done = program.call(tmp_path, "run", scopes_dir=scopes)
    assert "phlogiston.sqlite" in sentence_of(done)


def test_a_sample_that_cannot_be_written_is_told(program: CommandLine, sample: Path) -> None:
    done = program.call(sample.parent, "sample", sample / "x.dump", "--tasks", 1, "--days", 2)
    assert "could not be written" in sentence_of(done)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["load"],
        ["run", "--mode", "sideways"],
        ["run", "--day", "today"],
        ["run", "--from", "2024-11-20", "--to", "2024-11-19"],
        ["run", "more"],
        ["sample"],
        ["sample", "."],
        ["sample", "x.dump", "--tasks", "0"],
        ["serve", "--port", "65536"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told(
    program: CommandLine, prepared: Path, scopes: Path, arguments: list[str]
) -> None:
    done = program.call(prepared, *arguments, scopes_dir=scopes)
    assert done.code == 2
    assert re.search(r"^Error: .{20,}$", done.err, re.MULTILINE)
    assert "Traceback" not in done.err
    assert done.out == ""


def test_a_folder_without_scopes_is_wrong_usage(
    program: CommandLine, prepared: Path, tmp_path: Path
) -> None:
    done = program.call(prepared, "run", scopes_dir=tmp_path)
    assert done.code == 2
    assert "no scope files" in done.err


def test_a_wrong_setting_is_wrong_usage(program: CommandLine, prepared: Path) -> None:
    done = program.call(prepared, "run", database_url="nonsense", lock_wait="long")
    assert done.code == 2
    assert "PHLOGISTON_DATABASE_URL" in done.err
    assert "PHLOGISTON_LOCK_WAIT" in done.err


# A run of a real case ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real_run(program: CommandLine, folder: Path) -> tuple[Path, Outcome]:
    """A fresh home after one command, and what the command left."""
    home = folder / "real"
    done = program.call(
        home,
        *("run", "--mode", "rerecon", "--dump", REAL.dump),
        *("--day", REAL.day, "--from", REAL.first),
        scopes_dir=REAL.scopes_dir,
    )
    return home, done


def test_one_command_gives_every_cell_of_the_expected_tables(
    real_run: tuple[Path, Outcome],
) -> None:
    home, done = real_run
    assert (done.code, done.err) == (0, "")
    database = Database(f"sqlite:///{home / 'phlogiston.sqlite'}")
    wrong = []
    for scope in REAL.scopes:
        for table in TABLES:
            expected = REAL.expected(scope, table)
            days = REAL.days if table in TABLES_OF_TASKS else []
            found = actual(database, scope, table, list(expected.columns), days)
            wrong += [f"{scope} {table}: {one}" for one in differences(table, expected, found)]
    database.close()
    assert wrong == []


def test_the_result_is_said_in_plain_lines(real_run: tuple[Path, Outcome]) -> None:
    home, done = real_run
    page = home / "site" / "index.html"
    assert done.out.splitlines() == [
        f"Load: 414 tasks, whole days up to {REAL.day}",
        *(
            f"{scope}: reconstructed 537 days from {REAL.first} to {REAL.day}, report of {REAL.day}"
            for scope in REAL.scopes
        ),
        f"Report: {page}",
    ]
    assert page.exists()
    assert all((page.parent / scope / "latest" / "index.html").exists() for scope in REAL.scopes)


def test_everything_it_ran_is_a_successful_dagster_run(
    real_run: tuple[Path, Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _ = real_run
    days = [REAL.first + timedelta(days=n) for n in range(537)]
    assert days[-1] == REAL.day
    with instance_of(home, monkeypatch) as instance:
        runs = instance.get_runs()
        assert {run.status for run in runs} == {dg.DagsterRunStatus.SUCCESS}
        assert {run.tags.get("scope") for run in runs} == {None, *REAL.scopes}
        seen = {
            name: set(instance.get_materialized_partitions(dg.AssetKey(name)))
            for name in ("phabricator_dump", "maniphest_task", "task_on_date", "velocity", "report")
        }
        assert instance.get_latest_materialization_event(dg.AssetKey("site_index")) is not None
    assert seen["phabricator_dump"] == seen["maniphest_task"] == {str(REAL.day)}
    assert seen["task_on_date"] == {f"{day}|{scope}" for day in days for scope in REAL.scopes}
    assert seen["velocity"] == {f"{REAL.day}|{scope}" for scope in REAL.scopes}
    assert seen["report"] == seen["velocity"]


def test_an_incremental_run_after_it_has_nothing_to_do(
    program: CommandLine, real_run: tuple[Path, Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _ = real_run
    before = state_of(home)["database"]
    command = ("run", "--mode", "incremental", "--no-load", "--scope", "rb")
    done = program.call(home, *command, scopes_dir=REAL.scopes_dir)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[1] == f"rb: nothing to reconstruct, report of {REAL.day}"
    assert state_of(home)["database"] == before
    with instance_of(home, monkeypatch) as instance:
        assert {run.status for run in instance.get_runs()} == {dg.DagsterRunStatus.SUCCESS}


def test_a_site_that_was_lost_is_published_anew(
    program: CommandLine, home: Path, scopes: Path
) -> None:
    before = set(published(home))
    shutil.rmtree(home / "site")
    done = program.call(home, "run", "--no-load", "--scope", "edit", scopes_dir=scopes)
    assert (done.code, done.err) == (0, "")
    assert set(published(home)) == before


def test_one_scope_can_be_reported_again(
    program: CommandLine, real_run: tuple[Path, Outcome]
) -> None:
    home, _ = real_run
    pages = {scope: home / "site" / scope / "latest" / "index.html" for scope in REAL.scopes}
    before = {scope: page.stat() for scope, page in pages.items()}
    done = program.call(
        home, "run", "--mode", "reports", "--scope", "ra", scopes_dir=REAL.scopes_dir
    )
    assert (done.code, done.err) == (0, "")
    assert f"ra: nothing to reconstruct, report of {REAL.day}" in done.out.splitlines()
    renewed = [scope for scope, page in pages.items() if page.stat().st_ino != before[scope].st_ino]
    assert renewed == ["ra"]


def test_a_home_can_be_moved_with_its_runs(
    prepared: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with instance_of(prepared, monkeypatch) as instance:
        runs = {run.run_id for run in instance.get_runs()}
    with instance_of(home, monkeypatch) as instance:
        assert {run.run_id for run in instance.get_runs()} == runs
        log = instance.event_log_storage
        assert isinstance(log, BatchingSqliteEventLogStorage)
        assert Path(log._base_dir).is_relative_to(home)


# Scopes ------------------------------------------------------------------------------------------


def published(home: Path) -> dict[str, str]:
    """The pages of a site and the files of its newest reports, but for when they were made."""
    site = home / "site"
    made = re.compile(r"[0-9]{2}:[0-9]{2}[0-9:.+]*")
    return {
        str(path.relative_to(site)): made.sub("", path.read_text("latin-1"))
        for path in [*site.glob("*.*"), *site.glob("*/latest/**/*")]
        if path.is_file()
    }


def test_a_broken_scope_fails_alone_whether_scopes_are_done_in_turn_or_side_by_side(
    program: CommandLine, home: Path, scopes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either way gives the same tables and pages."""
    broken = Path(shutil.copytree(scopes, tmp_path / "scopes"))
    for rest in ("scope.py", "recategorization.csv"):
        shutil.copy(scopes / f"apps_{rest}", broken / f"more_{rest}")
    rules = broken / "edit_recategorization.csv"
    rules.write_text(rules.read_text() + "ProjectByMagic,Wonder,,,\n")
    line = len(rules.read_text().splitlines())
    other = Path(shutil.copytree(home, tmp_path / "other", symlinks=True))
    command = ("run", "--no-load", "--from", "2024-11-19")
    in_turn = program.call(home, *command, scopes_dir=broken)
    at_once = program.call(other, *command, scopes_dir=broken, scopes_at_once=2)
    assert f"error: edit: {rules}, line {line}: " in sentence_of(in_turn)
    assert [said.split(" ")[0] for said in in_turn.out.splitlines()[1:-1]] == ["apps:", "more:"]
    pages = published(home)
    assert {"apps/latest/index.html", "edit/latest/index.html"} < set(pages)
    assert f"edit_recategorization.csv, line {line}" in pages["index.html"]
    assert (at_once.code, at_once.err) == (in_turn.code, in_turn.err)
    said = at_once.out.replace(str(other), str(home)).splitlines()
    assert [said[0], *sorted(said[1:-1]), said[-1]] == in_turn.out.splitlines()
    assert state_of(other)["database"] == state_of(home)["database"]
    assert published(other) == pages
    with instance_of(other, monkeypatch) as instance:
        processes = {run.tags.get("scope"): run.tags[PROCESS_TAG] for run in instance.get_runs()}
    assert len({processes[scope] for scope in ("apps", "more", None)}) == 3


def begun_runs(home: Path) -> int:
    """How many runs are under way."""
    query = "SELECT count(*) FROM runs WHERE status = 'STARTED'"
    with closing(sqlite3.connect(home / "dagster" / "history" / "runs.db")) as connection:
        return int(connection.execute(query).fetchone()[0])


@pytest.mark.parametrize(("asked", "at_once"), [(signal.SIGTERM, 1), (signal.SIGINT, 2)])
def test_who_stops_a_command_stops_all_that_it_was_to_do(
    home: Path, scopes: Path, asked: signal.Signals, at_once: int
) -> None:
    database = Database(f"sqlite:///{home / 'phlogiston.sqlite'}")
    locks = Locks(database, 60)
    command = [*PLAIN, "run", "--no-load", "--from", "2024-11-19"]
    with locks.hold("The scope apps", "the test"), locks.hold("The scope edit", "the test"):
        process = subprocess.Popen(
            command,
            env=environment(home, scopes_dir=scopes, scopes_at_once=at_once),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        while begun_runs(home) < at_once:
            assert process.poll() is None
            time.sleep(0.05)
        (os.killpg if asked == signal.SIGINT else os.kill)(process.pid, asked)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (
        1,
        "error: stopped. What was done stands; the same command does the rest.\n",
    )
    assert begun_runs(home) == 0
    assert "edit:" not in out


def test_all_real_scopes_are_good(program: CommandLine, folder: Path) -> None:
    done = program.call(folder, "check", scopes_dir=SHARED / "scopes")
    assert (done.code, done.err) == (0, "")
    checked = [line for line in done.out.splitlines() if not line.startswith(" ")]
    assert len(checked) == 36


def test_a_broken_scope_is_found_by_check(
    program: CommandLine, scopes: Path, tmp_path: Path
) -> None:
    broken = Path(shutil.copytree(scopes, tmp_path / "scopes"))
    (broken / "edit_scope.py").write_text("[vars]\nscope_title = A\nscope_title = B\n")
    done = program.call(tmp_path, "check", scopes_dir=broken)
    assert "edit_scope.py, line " in sentence_of(done)
    assert done.out.startswith("apps: ")
    assert program.call(tmp_path, "check", "--scope", "apps", scopes_dir=broken).code == 0


# The other commands ------------------------------------------------------------------------------


def test_a_sample_is_the_same_every_time(
    program: CommandLine, folder: Path, tmp_path: Path, sample: Path
) -> None:
    given = ("--tasks", 60, "--days", 60, "--last-day", DAY)
    for name, seed in (("same", 1), ("other", 2)):
        done = program.call(folder, "sample", tmp_path / name, *given, "--seed", seed)
        assert (done.code, done.err) == (0, "")
        assert "60 tasks" in done.out
    assert (tmp_path / "same").read_bytes() == sample.read_bytes()
    assert (tmp_path / "other").read_bytes() != sample.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "same"]


def test_dump_tells_what_is_loaded_and_what_is_newest(
    program: CommandLine, prepared: Path, tmp_path: Path, server: DumpServer, sample: Path
) -> None:
    server.will(whole(sample.read_bytes(), datetime(2024, 11, 22, 4, 15, tzinfo=UTC)))
    new = program.call(tmp_path / "new", "dump", dump_url=server.url)
    assert (new.code, new.err) == (0, "")
    assert new.out.startswith("Loaded: nothing yet.\nNewest: closes 2024-11-21")
    newer = program.call(prepared, "dump", dump_url=server.url).out
    assert "Loaded: the dump that closes 2024-11-20" in newer
    assert re.search(r"Newest: closes 2024-11-21, made 2024-11-22 04:15 UTC.*; new\.", newer)
    same = program.call(prepared, "dump", dump_url=sample).out
    assert re.search(r"Newest: closes 2024-11-20, .*; not newer than the load\.", same)
    server.will(whole(sample.read_bytes(), datetime(2999, 1, 2, 4, 15, tzinfo=UTC)))
    wrong = program.call(prepared, "dump", dump_url=server.url)
    assert "a day that is not over yet" in sentence_of(wrong)
    server.will(failing(404))
    gone = program.call(prepared, "dump", dump_url=server.url)
    assert gone.out.startswith("Loaded: the dump that closes 2024-11-20")
    assert "404" in sentence_of(gone)


@pytest.fixture(scope="module")
def site_port(prepared: Path) -> Iterator[int]:
    """The port on which the prepared home's site is served."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    call = subprocess.Popen(
        [*PLAIN, "serve", "--port", str(port)],
        env={**environment(prepared), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with call:
        assert call.stdout is not None
        assert call.stdout.readline().startswith(f"http://127.0.0.1:{port}/ shows ")
        yield port
        call.kill()


def answer_of(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, bytes]:
    """The answer to a request for a path as it is, dots and all."""
    with closing(http.client.HTTPConnection(host, port, timeout=20)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()


@pytest.mark.parametrize("path", ["/", "/index.html"])
def test_the_site_is_served(site_port: int, prepared: Path, path: str) -> None:
    assert answer_of(site_port, path) == (200, (prepared / "site" / "index.html").read_bytes())


def test_the_newest_report_of_a_scope_is_served(site_port: int, prepared: Path) -> None:
    page = (prepared / "site" / "edit" / "latest" / "index.html").read_bytes()
    assert answer_of(site_port, "/edit/latest/") == (200, page)


@pytest.mark.parametrize(
    "path",
    ["/nothing.html", "/../phlogiston.sqlite", "/%2e%2e/phlogiston.sqlite", "//etc/passwd"],
)
def test_nothing_outside_the_site_is_served(site_port: int, path: str) -> None:
    assert answer_of(site_port, path)[0] == 404


def test_the_site_is_served_on_this_machine_only(site_port: int) -> None:
    with pytest.raises(OSError, match=r"refused|assign|timed"):
        answer_of(site_port, "/", host="127.0.0.2")


def test_a_port_in_use_is_told(program: CommandLine, prepared: Path, site_port: int) -> None:
    done = program.call(prepared, "serve", "--port", site_port)
    assert f"Port {site_port} cannot be used" in sentence_of(done)


def test_a_site_that_is_not_published_is_not_served(program: CommandLine, tmp_path: Path) -> None:
    assert "Nothing is published" in sentence_of(program.call(tmp_path, "serve"))


# What is said and shown --------------------------------------------------------------------------


def test_every_command_and_option_says_what_it_is() -> None:
    assert main.help
    for name, command in main.commands.items():
        assert command.help, name
        options = [each for each in command.params if isinstance(each, click.Option)]
        assert [option.name for option in options if not option.help] == [], name
        for argument in command.params:
            if isinstance(argument, click.Argument):
                assert str(argument.name).upper() in command.help, name


@pytest.mark.parametrize("command", [None, *sorted(main.commands)])
def test_help_is_at_hand(program: CommandLine, folder: Path, command: str | None) -> None:
    done = program.call(folder, *([command] if command else []), "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: phlogiston {command or '[OPTIONS] COMMAND'}")
    assert max(map(len, done.out.splitlines())) <= 100


def test_the_program_tells_its_version(folder: Path) -> None:
    call = [*PLAIN, "--version"]
    done = subprocess.run(
        call, env=environment(folder), capture_output=True, text=True, check=True, timeout=60
    )
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", done.stdout)
    assert done.stderr == ""


def test_progress_is_shown_on_a_terminal_only(
    program: CommandLine,
    preparation: tuple[Path, Outcome],
    home: Path,
    scopes: Path,
    sample: Path,
) -> None:
    _, piped = preparation
    command = ("run", "--dump", sample, "--scope", "edit")
    shown = program.call_on_terminal(home, *command, scopes_dir=scopes)
    assert (shown.code, shown.err) == (0, "")
    for progress in ("Fetching the dump", "Loading", "Scopes"):
        assert progress in shown.out
        assert progress not in piped.out
    assert ERASE in shown.out
    assert CONTROL.search(piped.out) is None
    assert piped.out.splitlines()[0] in shown.out


def test_a_reader_who_has_seen_enough_is_no_failure_to_speak_of(prepared: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    call = [*PLAIN, "check"]
    env = environment(prepared, scopes_dir=SHARED / "scopes")
    done = subprocess.run(
        call, env=env, stdout=writer, stderr=subprocess.PIPE, text=True, check=False, timeout=60
    )
    os.close(writer)
    assert done.stderr == ""


def test_names_are_shown_as_they_are(
    program: CommandLine, prepared: Path, tmp_path: Path, scopes: Path
) -> None:
    odd = tmp_path / "[bold]:bug:\\"
    done = program.call(prepared, "run", "--dump", odd, "--day", NEXT, scopes_dir=scopes)
    assert str(odd) in sentence_of(done)
