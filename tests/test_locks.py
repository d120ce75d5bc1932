"""One run at a time has a scope or the load, on either database (operations.md, Safe failing)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from support.postgres import Server

from resources import locks
from resources.locks import LockHeldError, Locks
from resources.warehouse.database import Database, WarehouseError

ROOT = Path(__file__).parents[1]
LOAD = "The load"

HOLDER = """
import sys, time
from resources.locks import Locks
from resources.warehouse.database import Database
with Locks(Database(sys.argv[1]), 0).hold(sys.argv[2], sys.argv[3]):
    print("held", flush=True)
    time.sleep(600)
"""


@contextmanager
def held_by_another_process(database: Database, name: str, holder: str) -> Iterator[int]:
    """A process that holds a lock until it is killed; its number."""
    url = database.url.render_as_string(hide_password=False)
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url, name, holder],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        yield child.pid
        child.kill()


def must_be_held(database: Database) -> None:
    with pytest.raises(LockHeldError, match="in use by run"), Locks(database, 0).hold(LOAD, "me"):
        pass


def test_a_lock_that_is_let_go_can_be_taken_again(database: Database) -> None:
    for _ in range(2):
        with Locks(database, 0).hold(LOAD, "run a"):
            must_be_held(database)


def test_a_failure_lets_go_of_the_lock(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), Locks(database, 0).hold(LOAD, "run a"):
        _ = 1 / 0
    with Locks(database, 0).hold(LOAD, "run b"):
        must_be_held(database)


def test_the_second_waits_until_the_first_lets_go(database: Database) -> None:
    happened: list[str] = []

    def second() -> None:
        with Locks(database, 30).hold(LOAD, "run b"):
            happened.append("second has it")

    thread = threading.Thread(target=second)
    with Locks(database, 0).hold(LOAD, "run a"):
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
        happened.append("first lets go")
    thread.join(20)
    assert happened == ["first lets go", "second has it"]


def test_who_waited_too_long_is_told_who_holds_the_lock(database: Database) -> None:
    began = time.monotonic()
    with (
        Locks(database, 0).hold("The scope ve", "run a1b2c3d4"),
        pytest.raises(LockHeldError) as told,
        Locks(database, 0.5).hold("The scope ve", "run b"),
    ):
        pass
    assert time.monotonic() - began >= 0.5
    assert str(told.value).startswith(
        f"The scope ve is in use by run a1b2c3d4 (process {os.getpid()}, since "
    )
    assert "gave up after 0.5 s" in str(told.value)
    assert "PHLOGISTON_LOCK_WAIT" in str(told.value)


def test_a_lock_is_held_against_other_processes_and_dies_with_its_own(database: Database) -> None:
    with held_by_another_process(database, LOAD, "run of another") as process:
        with (
            pytest.raises(LockHeldError, match=rf"run of another \(process {process}, since"),
            Locks(database, 0).hold(LOAD, "run b"),
        ):
            pass
        os.kill(process, signal.SIGKILL)
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        began = time.monotonic()
        with Locks(database, 5).hold(LOAD, "run b"):
            assert time.monotonic() - began < 3


def test_who_waits_for_long_says_once_for_whom(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(locks, "_SILENT", 0.3)
    with (
        held_by_another_process(database, LOAD, "run a"),
        pytest.raises(LockHeldError),
        Locks(database, 1.2).hold(LOAD, "run b"),
    ):
        pass
    (told,) = caplog.messages
    assert told.startswith("The load is in use by run a (process ")
    assert told.endswith("waiting for up to 1.2 s.")


def test_what_a_killed_holder_left_is_not_taken_for_the_next(database: Database) -> None:
    with held_by_another_process(database, LOAD, "the killed"):
        pass
    with (
        Locks(database, 5).hold(LOAD, "the living"),
        pytest.raises(LockHeldError, match="in use by the living"),
        Locks(database, 0).hold(LOAD, "run c"),
    ):
        pass


def test_different_names_do_not_block_each_other(database: Database) -> None:
    locks = Locks(database, 0)
    names = [LOAD, "The scope ve", "The scope v", "The report ve", "The site index"]
    taken: list[str] = []

    def hold(name: str, rest: list[str]) -> None:
        with locks.hold(name, f"run of {name}"):
            taken.append(name)
            if rest:
                hold(rest[0], rest[1:])

    hold(names[0], names[1:])
    assert taken == names


@pytest.mark.parametrize("number", range(4))
def test_the_holder_of_any_scope_is_found(database: Database, number: int) -> None:
    name = f"The scope s{number}"
    with (
        Locks(database, 0).hold(name, f"run {number}"),
        pytest.raises(LockHeldError, match=f"in use by run {number} "),
        Locks(database, 0).hold(name, "run b"),
    ):
        pass


def test_many_who_want_one_lock_have_it_one_after_the_other(database: Database) -> None:
    inside: list[int] = []
    most: list[int] = []

    def one() -> None:
        with Locks(database, 60).hold(LOAD, "one of many"):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.02)
            inside.pop()

    threads = [threading.Thread(target=one) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert most == [1] * 5


def test_databases_of_one_server_do_not_share_locks(postgres_server: Server) -> None:
    databases = [Database(postgres_server.url()) for _ in range(2)]
    with (
        Locks(databases[0], 0).hold(LOAD, "run on the first"),
        Locks(databases[1], 0).hold(LOAD, "run on the second"),
    ):
        for database, holder in zip(databases, ("first", "second"), strict=True):
            with (
                pytest.raises(LockHeldError, match=f"run on the {holder}"),
                Locks(database, 0).hold(LOAD, "run c"),
            ):
                pass


def end_connections(url: str, holder: str) -> None:
    """End the connections of a lock's holder, as a restart of the server does."""
    other = Database(url)
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE %s"
    with other.read() as connection:
        ended = connection.exec_driver_sql(query, (f"{holder} (%",)).scalars().all()
    other.close()
    assert ended == [True]


def _change_without_the_lock(database: Database, url: str, begun: str) -> None:
    if begun == "begun after":
        end_connections(url, "run a")
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO scope_recipe VALUES ('ve', 'changed')")
        if begun == "begun before":
            end_connections(url, "run a")


@pytest.mark.parametrize("change", ["begun before", "begun after"])
def test_a_lock_that_was_lost_forbids_every_change(postgres_server: Server, change: str) -> None:
    url = postgres_server.url()
    database = Database(url)
    database.prepare()
    held = Locks(database, 0).hold("The scope ve", "run a")
    with pytest.raises(WarehouseError, match="The scope ve was lost while it was held"), held:
        _change_without_the_lock(database, url, change)
    with database.write() as connection:
        assert connection.exec_driver_sql("SELECT * FROM scope_recipe").all() == []
    database.close()


def test_no_holder_overtakes_the_change_of_the_holder_before(postgres_server: Server) -> None:
    """A killed run's last change may still be under way when its lock is free."""
    url, read = postgres_server.url(), threading.Event()
    first, second = Database(url), Database(url)
    first.prepare()
    seen: list[str] = []

    def next_holder() -> None:
        with Locks(second, 0).hold("The scope ve", "run b"):
            read.set()
            with second.write() as connection:
                seen.extend(connection.exec_driver_sql("SELECT recipe FROM scope_recipe").scalars())

    thread = threading.Thread(target=next_holder)
    with ExitStack() as lock, first.write() as connection:
        lock.enter_context(Locks(first, 0).hold("The scope ve", "run a"))
        first._ask_guards(connection)
        lock.close()
        thread.start()
        assert read.wait(20)
        connection.exec_driver_sql("INSERT INTO scope_recipe VALUES ('ve', 'last change')")
    thread.join(20)
    assert seen == ["last change"]
    for database in (first, second):
        database.close()


def test_a_server_that_cannot_be_reached_is_told_in_a_sentence() -> None:
    database = Database("postgresql+psycopg://nobody:secret@127.0.0.1:1/none")
    with pytest.raises(WarehouseError, match="See that its server runs") as told:
        database.prepare()
    assert "secret" not in str(told.value)
    refused = pytest.raises(WarehouseError, match="See that its server runs")
    with refused, Locks(database, 0).hold(LOAD, "run a"):
        pass


def test_lock_files_lie_beside_the_embedded_database(sqlite_database: Database) -> None:
    with Locks(sqlite_database, 0).hold("The scope ve", "run a"):
        folder = Path(f"{sqlite_database.url.database}.locks")
        assert [path.name for path in folder.iterdir()] == ["The-scope-ve.lock"]
        assert "run a" in (folder / "The-scope-ve.lock").read_text()
