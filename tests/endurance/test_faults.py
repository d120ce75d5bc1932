"""What surrounds the program fails: a sentence, the old state, and the same command again works."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.command_line import CommandLine, Hardship, Outcome
from support.endurance import DAY, LOADED_TABLES, SCOPE, Dumps, Installation, Seen, write_scopes
from support.postgres import Server, running_server

from resources.loading import load_dump
from resources.scope_desk import ScopeDesk
from resources.settings import Settings

NOBODY = 65534


def sentences_of(done: Outcome) -> str:
    """What a call that failed says: lines of sentences only."""
    assert done.code == 1, (done.out, done.err)
    lines = done.err.splitlines()
    assert lines
    assert [line for line in lines if not line.startswith("error: ")] == [], lines[-12:]
    assert [line for line in lines if not line.endswith(".")] == []
    return done.err


@contextmanager
def small_disk(folder: Path, room: int) -> Iterator[None]:
    """A disk in the place of a folder, with a copy of what was in it and room for some bytes."""
    kept = folder.with_name(folder.name + "-aside")
    shutil.copytree(folder, kept, symlinks=True)
    size = size_of(folder) + room
    with mounted(folder, size):
        shutil.copytree(kept, folder, symlinks=True, dirs_exist_ok=True)
        yield
    shutil.rmtree(kept)


@contextmanager
def mounted(folder: Path, size: int) -> Iterator[None]:
    """A disk of some bytes at a folder, with the folder's owner."""
    owner = folder.stat()
    options = f"size={size},uid={owner.st_uid},gid={owner.st_gid},mode=700"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("NO SMALL DISK CAN BE MOUNTED HERE: run as root to test a full one")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Have no byte left on the disk of a folder."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    try:
        yield
    finally:
        ballast.unlink()


def size_of(folder: Path) -> int:
    """The bytes that a folder's files take on a disk."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(-(-path.stat().st_size // 4096) * 4096 for path in files)


@contextmanager
def not_writable(folder: Path) -> Iterator[None]:
    """A folder that may be read only, with all that is in it."""
    root = os.getuid() == 0
    try:
        if root:
            subprocess.run(["chown", "-hR", str(NOBODY), folder], check=True)
        subprocess.run(["chmod", "-R", "go-w,go+rX" if root else "u-w", folder], check=True)
        yield
    finally:
        if root:
            subprocess.run(["chown", "-hR", "0", folder], check=True)
        subprocess.run(["chmod", "-R", "u+w", folder], check=True)


@pytest.fixture
def own_folders(installation: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A copy with the database in a folder of its own."""
    with installation.copied(tmp_path / "home") as copy:
        data = copy.home / "data"
        data.mkdir()
        for path in copy.home.glob("data.sqlite*"):
            path.rename(data / path.name)
        yield replace(copy, url=f"sqlite:///{data / 'data.sqlite'}")


def must_be_as_before(before: Seen, after: Seen, place: str) -> None:
    """The site is the last to be written, so tables may be new where that fails."""
    assert after.of_report() == before.of_report()
    if place != "site":
        assert after == before


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
def test_full_disks_are_told_and_change_nothing_and_with_room_the_command_goes_on(
    own_folders: Installation, single: tuple[Seen, float], command: list[object]
) -> None:
    """operations.md, "Safe failing": disk full; the command is given again and again."""
    before = own_folders.seen()
    for place, room, said in (
        ("dumps", 60_000, "are free in"),
        ("data", 300_000, "failed: database or disk is full. Make room"),
        ("site", 60_000, "cannot be written: No space left on device. Make room"),
    ):
        with small_disk(own_folders.home / place, room):
            told = sentences_of(own_folders.call(*command))
            must_be_as_before(before, own_folders.seen(), place)
        assert said in told
    must_be_done(own_folders, single[0], command)


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
def test_folders_that_may_not_be_written_are_told_and_when_they_may_the_command_goes_on(
    own_folders: Installation, single: tuple[Seen, float], command: list[object]
) -> None:
    before = own_folders.seen()
    for place, said in (
        ("dagster", "Dagster's own storage (see "),
        ("data", "Let this user write the file and its folder"),
        ("dumps", "The dump cannot be kept in"),
        ("site", "cannot be written: Permission denied. Make room there, or let this user write"),
    ):
        with not_writable(own_folders.home / place):
            told = sentences_of(own_folders.call(*command, under=Hardship(powerless=True)))
            must_be_as_before(before, own_folders.seen(), place)
        assert said in told
    must_be_done(own_folders, single[0], command)


def must_be_done(here: Installation, whole: Seen, command: list[object]) -> None:
    """The same command again does all that it would have done undisturbed."""
    again = here.call(*command)
    assert (again.code, again.err) == (0, "")
    assert here.seen() == whole
    assert here.leftovers() == []


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that may be stopped."""
    with running_server() as server:
        yield server


def begin_with(dump: Path, here: Installation) -> None:
    """Load a dump and reconstruct two days of it, without a report."""
    with here.database() as database:
        database.prepare()
        load_dump(database, dump, DAY)
        desk = ScopeDesk(database, Settings(home=here.home, scopes_dir=here.scopes))
        desk.reconstruct(SCOPE, [DAY - timedelta(days=1), DAY], anew=True)
        desk.store_figures(SCOPE, DAY)


@contextmanager
def held_up(url: str, lock: str) -> Iterator[sa.Engine]:
    """Hold a table's lock, so that a run comes to a halt where it needs the table."""
    engine = sa.create_engine(url)
    connection = engine.connect()
    connection.exec_driver_sql(lock)
    try:
        yield engine
    finally:
        connection.invalidate()
        engine.dispose()


def wait_for_somebody_to_wait(engine: sa.Engine) -> None:
    """Wait until a run has come to its halt."""
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
    end = time.monotonic() + 600
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        while not connection.scalar(sa.text(query)):
            assert time.monotonic() < end, "nobody waits"
            time.sleep(0.2)


def test_a_server_that_stops_in_the_middle_is_told_and_changes_nothing_by_half(
    own_server: Server, program: CommandLine, dumps: Dumps, command: list[object], tmp_path: Path
) -> None:
    """operations.md, "Safe failing": database gone, in a load and then in a reconstruction."""
    scopes = write_scopes(tmp_path / "scopes")
    here = Installation(program, tmp_path / "home", own_server.url(), scopes, own_server)
    begin_with(dumps.old, here)
    before = here.seen().tables
    for lock, may_be_new in (
        ("LOCK TABLE maniphest_task IN SHARE MODE", set()),
        ("LOCK TABLE scope_period IN SHARE MODE", {*LOADED_TABLES}),
    ):
        ends: list[Outcome] = []
        thread = threading.Thread(target=lambda ends=ends: ends.append(here.call(*command)))
        with held_up(here.url, lock) as engine:
            thread.start()
            wait_for_somebody_to_wait(engine)
            own_server.stop()
            thread.join()
        own_server.start()
        assert "See that its server runs" in sentences_of(ends[0])
        after = here.seen().tables
        assert {name for name in before if after[name] != before[name]} == may_be_new
    done = here.call(*command)
    assert (done.code, done.err) == (0, "")
    assert here.leftovers() == []


@pytest.fixture
def small_space(own_server: Server) -> Iterator[Path]:
    """The folder of the server's tablespace `small`, a disk of its own."""
    folder = own_server.folder / "small"
    folder.mkdir()
    owner = own_server.folder.stat()
    os.chown(folder, owner.st_uid, owner.st_gid)
    with mounted(folder, 2**26):
        own_server.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
        yield folder
        own_server.stop()


def test_a_full_disk_under_the_server_is_told_and_with_room_the_command_goes_on(
    small_space: Path,
    own_server: Server,
    program: CommandLine,
    dumps: Dumps,
    command: list[object],
    tmp_path: Path,
) -> None:
    """operations.md, "Safe failing": disk full, in a load and then in a reconstruction."""
    scopes = write_scopes(tmp_path / "scopes")
    url = own_server.url(TABLESPACE="small")
    here = Installation(program, tmp_path / "home", url, scopes, own_server)
    begin_with(dumps.old, here)
    with here.database() as database, database.write() as connection:
        # The few rows of a small scope would fit into pages that are there.
        connection.exec_driver_sql("ALTER TABLE scope_period SET (fillfactor = 10)")
    before = here.seen().tables
    said = "No space left on device. Make room on the server's disk and give the same command again"
    with filled(small_space):
        told = sentences_of(here.call(*command))
        assert here.seen().tables == before
    assert said in told
    ends: list[Outcome] = []
    thread = threading.Thread(target=lambda: ends.append(here.call(*command)))
    with ExitStack() as disk:
        with held_up(here.url, "LOCK TABLE scope_period IN SHARE MODE") as engine:
            thread.start()
            wait_for_somebody_to_wait(engine)
            disk.enter_context(filled(small_space))
        thread.join()
        after = here.seen().tables
    assert said in sentences_of(ends[0])
    assert {name for name in before if after[name] != before[name]} == {*LOADED_TABLES}
    done = here.call(*command)
    assert (done.code, done.err) == (0, "")
    assert here.leftovers() == []
