"""A dump's server that hangs or leads nowhere: the commands end in bounded time, with a sentence.

operations.md, "Safe failing": the dump is missing, half transferred, slow, redirected.
"""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.command_line import PLAIN, CommandLine, environment
from support.dump_server import (
    Answer,
    DumpServer,
    dripping,
    hanging,
    mute,
    redirect,
    running_dump_server,
)
from support.endurance import DAY, NEXT, Dumps, Installation, Seen, write_scopes

from resources.dump_store import DumpStore
from resources.loading import load_dump
from resources.settings import Settings

CUT = r"could not be fetched in 1 try: (no answer came|only [0-9,]+ bytes came) within 2 s\."
STANDS = r"Try again later; the previous load stays in place\."


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Dumps:
    return Dumps.written_in(tmp_path_factory.mktemp("dumps"), tasks=20)


@pytest.fixture(scope="module")
def server() -> Iterator[DumpServer]:
    with running_dump_server() as server:
        yield server


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, dumps: Dumps) -> Iterator[Installation]:
    """An installation with the old dump loaded."""
    folder = tmp_path_factory.mktemp("hanging")
    home = folder / "home"
    home.mkdir()
    with CommandLine(folder) as program:
        url = f"sqlite:///{home / 'data.sqlite'}"
        here = Installation(program, home, url, write_scopes(folder / "scopes"), None)
        with here.database() as database:
            database.prepare()
            load_dump(database, dumps.old, DAY)
        yield here


@pytest.fixture(scope="module")
def before(here: Installation) -> Seen:
    """What readers see of the old load."""
    return here.seen()


@pytest.fixture
def new(dumps: Dumps) -> Answer:
    """A newer dump, which can be gone on with."""
    made = datetime(NEXT.year, NEXT.month, NEXT.day, 4, 15, tzinfo=UTC) + timedelta(days=1)
    stamp = made.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return Answer(dumps.new.read_bytes(), stamp=stamp, etag='"new"')


@pytest.mark.parametrize("command", ["run", "dump"])
@pytest.mark.parametrize(
    ("answer", "patience", "said"),
    [
        (mute(), 2, STANDS),
        (redirect("/phabricator_public.dump"), 60, r"allowed redirects\. Check the address\."),
    ],
    ids=["mute", "in a circle"],
)
def test_commands_end_where_the_server_does_not_tell_how_new_its_dump_is(
    here: Installation,
    before: Seen,
    server: DumpServer,
    command: str,
    answer: Answer,
    patience: int,
    said: str,
) -> None:
    server.will(answer)
    done = here.call(command, dump_url=server.url, dump_tries=1, dump_patience=patience)
    assert done.code == 1
    assert re.fullmatch(rf"error: .*{said}\n", done.err)
    assert here.seen() == before


def test_a_run_ends_where_the_dump_does_not_come(
    here: Installation, before: Seen, server: DumpServer, new: Answer
) -> None:
    for answer in (mute(), hanging(new.body), dripping(new.body, 1)):
        server.will(new, new, answer)
        done = here.call("run", dump_url=server.url, dump_tries=1, dump_patience=2)
        assert done.code == 1
        assert re.fullmatch(rf"error: load: .*{CUT} {STANDS}\n", done.err)
        assert here.seen() == before
        assert not list((here.home / "dumps").glob("*.dump"))


def test_who_stops_a_download_that_hangs_goes_on_with_it_later(
    here: Installation, before: Seen, server: DumpServer, new: Answer
) -> None:
    server.will(new, new, replace(new, sent=len(new.body) // 2, hangs=True))
    settings = {"database_url": here.url, "scopes_dir": here.scopes, "dump_url": server.url}
    process = subprocess.Popen(
        [*PLAIN, "run"],
        env=environment(here.home, **settings),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    part = here.home / "dumps" / f"phabricator_public-{NEXT}.dump.part"
    while not (part.exists() and part.stat().st_size):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    stopped = "error: stopped. What was done stands; the same command does the rest.\n"
    assert (process.returncode, err) == (1, stopped)
    assert here.seen() == before
    came = part.stat().st_size
    server.will(new)
    DumpStore(Settings(home=here.home, dump_url=server.url)).obtain(NEXT, "", trust=False)
    assert server.ranges == [f"bytes={came}-"]
    assert here.leftovers() == []
