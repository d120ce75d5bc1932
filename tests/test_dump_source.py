"""Dumps come whole or not at all, from servers that fail in every way (operations.md)."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections import namedtuple
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import pytest
from support.alarm_servers import make_certificate
from support.dump_server import (
    Answer,
    DumpServer,
    cut,
    dripping,
    failing,
    hanging,
    html_page,
    mute,
    redirect,
    running_dump_server,
    slow,
    unsized,
    whole,
)

from phlogiston_assets.domain.dumps.dump import DumpError
from resources import dump_source
from resources.asking import PassingError, Patience, Watch
from resources.dump_source import DumpSource
from resources.dump_store import DumpStore
from resources.settings import Settings

TASKS = ",".join(f'"{number}": {{}}' for number in range(1, 2001))
DUMP = f'{{"project": {{"projects": [], "columns": []}}, "task": {{{TASKS}}}}}\n'.encode()
MADE = datetime(2026, 11, 24, 4, 15, tzinfo=UTC)
DAY = date(2026, 11, 23)
BACK_OFF = [2.0, 4.0, 8.0]


@pytest.fixture(scope="module")
def server() -> Iterator[DumpServer]:
    with running_dump_server() as server:
        yield server


@pytest.fixture
def pauses() -> list[float]:
    """How long the source would have waited before each further try."""
    return []


@pytest.fixture
def source(server: DumpServer, pauses: list[float]) -> DumpSource:
    """The server's dump, fetched without waiting between tries."""
    return DumpSource(server.url, pause=pauses.append, patience=Patience(slowest=1))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "dumps" / "the.dump"


def left_in(folder: Path) -> list[str]:
    """The names of the files in a folder, which need not exist."""
    return sorted(path.name for path in folder.glob("*"))


def test_a_dump_is_fetched_whole(server: DumpServer, source: DumpSource, target: Path) -> None:
    server.will(whole(DUMP))
    told: list[int] = []
    source.fetch(target, told.append)
    assert target.read_bytes() == DUMP
    assert told[-1] == len(DUMP)
    assert left_in(target.parent) == ["the.dump"]


@pytest.mark.parametrize(
    "first", [failing(500), failing(503), failing(429), cut(DUMP)], ids=["500", "503", "429", "cut"]
)
def test_a_failure_that_passes_is_tried_again(
    server: DumpServer, source: DumpSource, pauses: list[float], target: Path, first: Answer
) -> None:
    server.will(first, first, whole(DUMP))
    source.fetch(target)
    assert target.read_bytes() == DUMP
    assert pauses == BACK_OFF[:2]


# Going on with what has come ----------------------------------------------------------------------

TAGGED = Answer(DUMP, etag='"one"')
HALF = len(DUMP) // 2


def stamped(body: bytes) -> Answer:
    """An answer whose only validator is a time of change long ago."""
    return whole(body, MADE - timedelta(days=400))


@pytest.mark.parametrize("answer", [TAGGED, stamped(DUMP)], ids=["etag", "last-modified"])
def test_a_download_that_was_cut_goes_on_where_it_was(
    server: DumpServer, source: DumpSource, pauses: list[float], target: Path, answer: Answer
) -> None:
    server.will(replace(answer, sent=HALF), failing(503), answer)
    source.fetch(target)
    assert target.read_bytes() == DUMP
    assert server.ranges == [None, f"bytes={HALF}-", f"bytes={HALF}-"]
    assert left_in(target.parent) == ["the.dump"]
    assert pauses == BACK_OFF[:2]


def test_a_download_that_comes_in_many_pieces_is_not_given_up(
    server: DumpServer, source: DumpSource, pauses: list[float], target: Path
) -> None:
    server.will(replace(TAGGED, sent=len(DUMP) // 9))
    source.fetch(target)
    assert target.read_bytes() == DUMP
    assert len(server.requests) == 10
    assert set(pauses) == {2.0}


OTHER = DUMP.replace(b"1999", b"9999")


@pytest.mark.parametrize(
    "then",
    [
        Answer(OTHER, etag='"two"'),
        Answer(OTHER, etag='"two"', careless=True),
        Answer(OTHER + b" ", etag='"one"'),
        Answer(OTHER, etag='"one"', ranges=False),
        Answer(OTHER[: HALF - 1], etag='"one"', careless=True),
        Answer(OTHER, careless=True),
    ],
    ids=["honest", "careless", "other size", "no ranges", "shorter", "without validator"],
)
def test_two_dumps_are_never_mixed(
    server: DumpServer, source: DumpSource, target: Path, then: Answer
) -> None:
    server.will(replace(TAGGED, sent=HALF), then)
    source.fetch(target)
    assert target.read_bytes() == then.body
    assert left_in(target.parent) == ["the.dump"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(DUMP, etag='W/"one"'),
        Answer(DUMP),
        whole(DUMP, datetime.now(UTC) + timedelta(days=1)),
        Answer(DUMP, etag='"one"', sized=False),
    ],
    ids=["weak", "none", "changed a moment ago", "no size"],
)
def test_what_cannot_be_told_for_the_same_is_begun_anew(
    server: DumpServer, source: DumpSource, target: Path, answer: Answer
) -> None:
    if answer.sized:
        server.will(replace(answer, sent=HALF), answer)
    else:
        server.will(failing(503), answer)
    source.fetch(target)
    assert target.read_bytes() == DUMP
    assert server.ranges == [None, None]


def test_a_download_that_was_given_up_is_gone_on_with_by_the_next_run(
    server: DumpServer, source: DumpSource, target: Path
) -> None:
    server.will(replace(TAGGED, sent=HALF), failing(503))
    with pytest.raises(DumpError, match="could not be fetched in 4 tries"):
        source.fetch(target)
    assert left_in(target.parent) == ["the.dump.part", "the.dump.part.json"]
    server.will(TAGGED)
    source.fetch(target)
    assert server.ranges == [f"bytes={HALF}-"]
    assert target.read_bytes() == DUMP
    assert left_in(target.parent) == ["the.dump"]


@pytest.mark.parametrize("note", ["", "{}", '{"validator": "x"}', "[1]"])
def test_a_part_whose_note_tells_nothing_is_begun_anew(
    server: DumpServer, source: DumpSource, target: Path, note: str
) -> None:
    target.parent.mkdir()
    target.with_name("the.dump.part").write_bytes(b"something longer" * len(DUMP))
    target.with_name("the.dump.part.json").write_text(note)
    server.will(TAGGED)
    source.fetch(target)
    assert target.read_bytes() == DUMP
    assert left_in(target.parent) == ["the.dump"]


def test_a_part_longer_than_the_dump_is_begun_anew(
    server: DumpServer, source: DumpSource, target: Path
) -> None:
    target.parent.mkdir()
    target.with_name("the.dump.part").write_bytes(DUMP + DUMP)
    note = json.dumps({"validator": '"one"', "size": len(DUMP)})
    target.with_name("the.dump.part.json").write_text(note)
    server.will(TAGGED)
    source.fetch(target)
    assert target.read_bytes() == DUMP


def test_a_dump_of_unknown_size_leaves_some_room_on_the_disk(
    server: DumpServer, source: DumpSource, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil gives it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10_000, 9_000, 1_000))
    server.will(unsized(DUMP))
    with pytest.raises(DumpError, match=r"only 1,000 are free in .*PHLOGISTON_HOME"):
        source.fetch(target)
    assert left_in(target.parent) == []


@pytest.mark.parametrize("status", [405, 501])
def test_a_server_that_knows_no_head_is_asked_by_get(
    server: DumpServer, source: DumpSource, status: int
) -> None:
    server.will(replace(whole(DUMP, MADE), head=status, etag='"one"'))
    found = source.look()
    assert (found.day, found.size, found.dated) == (DAY, len(DUMP), True)
    assert [one.split()[0] for one in server.requests] == ["HEAD", "GET"]


def test_another_dump_has_another_version(server: DumpServer, tmp_path: Path) -> None:
    answers = [
        replace(whole(DUMP, MADE), etag='"one"'),
        replace(whole(DUMP, MADE), etag='"two"'),
        replace(whole(DUMP, MADE + timedelta(seconds=1)), etag='"one"'),
        replace(whole(DUMP + b" ", MADE), etag='"one"'),
        Answer(DUMP),
    ]
    found = [DumpSource(server.will(one)).look() for one in answers]
    assert len({one.version for one in found}) == len(answers)
    assert [one.dated for one in found] == [True] * 4 + [False]
    file = tmp_path / "a.dump"
    file.write_bytes(DUMP)
    versions = set()
    for second in (1, 2):
        os.utime(file, (second, second))
        versions.add(DumpSource(str(file)).look().version)
    assert len(versions) == 2


# Giving up ----------------------------------------------------------------------------------------


def test_a_connection_that_is_always_cut_is_given_up_and_leaves_nothing(
    server: DumpServer, source: DumpSource, pauses: list[float], target: Path
) -> None:
    server.will(cut(DUMP))
    with pytest.raises(DumpError, match=r"could not be fetched in 4 tries.*previous load stays"):
        source.fetch(target)
    assert pauses == BACK_OFF
    assert left_in(target.parent) == []


def test_a_dump_that_is_there_outlives_a_failed_fetch(
    server: DumpServer, source: DumpSource, target: Path
) -> None:
    target.parent.mkdir()
    target.write_text("the one before")
    server.will(cut(DUMP))
    with pytest.raises(DumpError, match=r"could not be fetched in 4 tries"):
        source.fetch(target)
    assert target.read_text() == "the one before"
    assert left_in(target.parent) == ["the.dump"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_address_without_a_dump_is_not_tried_again(
    server: DumpServer, source: DumpSource, pauses: list[float], target: Path, status: int
) -> None:
    server.will(failing(status))
    with pytest.raises(DumpError, match=rf"the server answered {status} .*Check the address"):
        source.fetch(target)
    assert (len(server.requests), pauses, left_in(target.parent)) == (1, [], [])


def test_asking_for_the_newest_dump_is_tried_again_as_well(
    server: DumpServer, source: DumpSource, pauses: list[float]
) -> None:
    server.will(failing(502), whole(DUMP, MADE))
    assert source.look().day == DAY
    assert (server.requests, pauses) == (["HEAD /phabricator_public.dump"] * 2, BACK_OFF[:1])


def test_a_server_that_says_for_how_long_to_wait_is_left_alone_so_long(
    server: DumpServer, source: DumpSource, pauses: list[float], target: Path
) -> None:
    server.will(failing(429, "90"), whole(DUMP))
    source.fetch(target)
    assert (target.read_bytes(), pauses) == (DUMP, [90.0])


def test_a_server_that_says_until_when_to_wait_is_left_alone_until_then(
    server: DumpServer, source: DumpSource, pauses: list[float]
) -> None:
    until = datetime.now(UTC) + timedelta(seconds=599)
    server.will(failing(503, format_datetime(until)), whole(DUMP, MADE))
    assert source.look().day == DAY
    (pause,) = pauses
    assert BACK_OFF[0] < pause <= 599


@pytest.mark.parametrize("told", ["1", "soon", format_datetime(datetime(2020, 1, 1, tzinfo=UTC))])
def test_pauses_are_no_shorter_where_the_server_asks_for_little_or_nothing(
    server: DumpServer, source: DumpSource, pauses: list[float], target: Path, told: str
) -> None:
    server.will(failing(503, told), whole(DUMP))
    source.fetch(target)
    assert pauses == BACK_OFF[:1]


def test_a_server_that_asks_to_be_left_alone_for_long_is_given_up_at_once(
    server: DumpServer, source: DumpSource, pauses: list[float]
) -> None:
    server.will(failing(503, "3600"))
    said = "in 1 try: the server answered 503 and asks to wait for 3,600 s"
    with pytest.raises(DumpError, match=said):
        source.look()
    assert (len(server.requests), pauses) == (1, [])


def test_a_server_that_does_not_answer_is_given_up(pauses: list[float], target: Path) -> None:
    with pytest.raises(DumpError, match="could not be fetched in 4 tries"):
        DumpSource("http://127.0.0.1:1/dump", pause=pauses.append).fetch(target)
    assert (pauses, left_in(target.parent)) == (BACK_OFF, [])


def test_a_slow_server_is_waited_for(server: DumpServer, source: DumpSource, target: Path) -> None:
    server.will(slow(DUMP, 0.02))
    source.fetch(target)
    assert target.read_bytes() == DUMP


@pytest.mark.parametrize(("sizes", "reason"), [([10, 10, 9], ""), ([10, 9, 10], "only 9 bytes")])
def test_bytes_must_come_at_a_pace_from_the_second_look_on(sizes: list[int], reason: str) -> None:
    watch = Watch(Patience(silence=2, slowest=5))
    watch.look()
    blocks = (bytes(size) for size in sizes)
    with suppress(PassingError):
        for number, _ in enumerate(watch.over(blocks)):
            if number < 2:
                watch.look()
    assert watch.reason[:12] == reason


NO_ANSWER = r"in 2 tries: no answer came within 0\.3 s\."
TOO_SLOW = r"in 2 tries: only [0-9,]+ bytes came within 0\.3 s\."


def impatient(server: DumpServer, pauses: list[float], *, hurried: bool = False) -> DumpSource:
    """The server's dump, for which nobody waits long, nor for its first byte if `hurried`."""
    patience = Patience(answer=0.3 if hurried else 60, silence=0.3, slowest=10_000)
    return DumpSource(server.url, tries=2, patience=patience, pause=pauses.append)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (mute(), NO_ANSWER),
        (Answer(DUMP, pause=0.02, drips_at_once=True), NO_ANSWER),
        (hanging(DUMP), TOO_SLOW),
        (dripping(DUMP, 0.02), TOO_SLOW),
        (replace(dripping(DUMP, 0.02), sized=False), TOO_SLOW),
        (replace(dripping(DUMP, 0.02), etag='"one"'), TOO_SLOW),
    ],
    ids=["mute", "headers drip", "hangs", "drips", "drips unsized", "drips and could go on"],
)
def test_a_server_that_hangs_or_is_too_slow_is_given_up(
    server: DumpServer, pauses: list[float], target: Path, answer: Answer, said: str
) -> None:
    server.will(answer)
    with pytest.raises(DumpError, match=said):
        impatient(server, pauses, hurried=said == NO_ANSWER).fetch(target)
    assert (pauses, target.exists()) == (BACK_OFF[:1], False)
    assert bool(left_in(target.parent)) == bool(answer.etag)


@pytest.mark.parametrize("answer", [mute(), Answer(DUMP, pause=0.02, drips_at_once=True)])
def test_a_server_that_hangs_when_asked_how_new_its_dump_is_is_given_up(
    server: DumpServer, pauses: list[float], answer: Answer
) -> None:
    server.will(answer)
    with pytest.raises(DumpError, match=NO_ANSWER):
        impatient(server, pauses, hurried=True).look()
    assert pauses == BACK_OFF[:1]


def test_an_encrypted_connection_that_is_too_slow_is_cut_as_well(
    pauses: list[float], target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running_dump_server(certificate) as server:
        server.will(dripping(DUMP, 0.02))
        with pytest.raises(DumpError, match=TOO_SLOW):
            impatient(server, pauses).fetch(target)


def test_a_server_that_sends_little_at_a_time_is_given_up(
    server: DumpServer, pauses: list[float], target: Path
) -> None:
    server.will(replace(TAGGED, sent=1))
    source = DumpSource(server.url, pause=pauses.append, patience=Patience(slowest=10**9))
    with pytest.raises(DumpError, match=r"could not be fetched in 4 tries"):
        source.fetch(target)
    assert pauses == BACK_OFF


def test_a_redirect_is_followed(server: DumpServer, source: DumpSource, target: Path) -> None:
    server.will(redirect(f"{server.address}/elsewhere"), whole(DUMP))
    source.fetch(target)
    assert target.read_bytes() == DUMP
    assert server.requests[1] == "GET /elsewhere"


@pytest.mark.parametrize("location", ["/phabricator_public.dump", "ftp://127.0.0.1/dump"])
def test_a_redirect_to_nowhere_is_refused_at_once(
    server: DumpServer, source: DumpSource, pauses: list[float], target: Path, location: str
) -> None:
    server.will(redirect(location))
    with pytest.raises(DumpError, match="Check the address"):
        source.fetch(target)
    assert pauses == []


def test_a_size_that_is_not_told_is_not_needed(
    server: DumpServer, source: DumpSource, target: Path
) -> None:
    server.will(unsized(DUMP))
    source.fetch(target)
    assert target.read_bytes() == DUMP
    assert source.look().size is None


def test_a_dump_larger_than_the_disk_is_refused_before_it_comes(
    server: DumpServer,
    source: DumpSource,
    tmp_path: Path,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil gives it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10_000, 9_000, 1_000))
    server.will(whole(DUMP))
    file = tmp_path / "a.dump"
    file.write_bytes(DUMP)
    for one in (source, DumpSource(str(file))):
        with pytest.raises(DumpError, match=r"only 1,000 are free in .*PHLOGISTON_HOME"):
            one.fetch(target)
        assert left_in(target.parent) == []


def test_a_disk_that_fills_up_meanwhile_is_told(
    server: DumpServer, source: DumpSource, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    server.will(whole(DUMP))
    with pytest.raises(DumpError, match="No space left on device"):
        source.fetch(target)
    assert left_in(target.parent) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.dump").write_bytes(DUMP)
    (tmp_path / "file").touch()
    with pytest.raises(DumpError, match="PHLOGISTON_HOME"):
        DumpSource(str(tmp_path / "a.dump")).fetch(tmp_path / "file" / "the.dump")


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/dump", "s3://bucket/dump", "git+ssh://x"])
def test_other_schemes_are_refused(address: str, target: Path) -> None:
    with pytest.raises(DumpError, match="give an http or https address, or a file"):
        DumpSource(address).fetch(target)


@pytest.mark.parametrize("address", ["http://[::1/dump", "http://localhost:port/", "http:///dump"])
def test_an_address_that_is_none_is_refused(
    address: str, pauses: list[float], target: Path
) -> None:
    with pytest.raises(DumpError, match=r"http:.*(no address|cannot be fetched)"):
        DumpSource(address, pause=pauses.append).fetch(target)
    assert pauses == []


def test_a_file_is_kept_though_it_is_overwritten_in_place(tmp_path: Path, target: Path) -> None:
    file = tmp_path / "a.dump"
    file.write_bytes(DUMP)
    DumpSource(str(file)).fetch(target)
    file.write_text("the next one, by wget")
    assert target.read_bytes() == DUMP
    assert left_in(target.parent) == ["the.dump"]


def test_a_symbolic_link_is_followed(tmp_path: Path, target: Path) -> None:
    (tmp_path / "newest").mkdir()
    (tmp_path / "newest" / "a.dump").write_bytes(DUMP)
    (tmp_path / "current.dump").symlink_to("newest/a.dump")
    DumpSource(str(tmp_path / "current.dump")).fetch(target)
    assert not target.is_symlink()
    assert target.read_bytes() == DUMP


def test_an_address_of_a_file_may_be_encoded(tmp_path: Path, target: Path) -> None:
    file = tmp_path / "Zoë's 100% #1.dump"
    file.write_bytes(DUMP)
    assert "%20" in file.as_uri()
    DumpSource(file.as_uri()).fetch(target)
    assert target.read_bytes() == DUMP


@pytest.mark.parametrize(("name", "said"), [("none", "There is no file"), (".", "is a folder")])
def test_what_is_no_file_is_refused(tmp_path: Path, target: Path, name: str, said: str) -> None:
    source = DumpSource(str(tmp_path / name))
    for attempt in (source.look, lambda: source.fetch(target)):
        with pytest.raises(DumpError, match=said):
            attempt()


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("Tue, 24 Nov 2026 04:15:00 GMT", date(2026, 11, 23)),
        ("Tue, 24 Nov 2026 04:15:00 +0000", date(2026, 11, 23)),
        ("Tue, 24 Nov 2026 00:15:00 +0200", date(2026, 11, 22)),
        ("Tue, 24 Nov 2026 23:15:00 -0800", date(2026, 11, 24)),
        ("Tue, 24 Nov 2026 00:00:00 GMT", date(2026, 11, 23)),
        ("Mon, 23 Nov 2026 23:59:59 GMT", date(2026, 11, 22)),
        ("Tue, 24 Nov 2026 04:15:00 -0000", date(2026, 11, 23)),
    ],
)
def test_a_dump_closes_the_day_before_it_was_made_in_utc(
    server: DumpServer, source: DumpSource, stamp: str, day: date
) -> None:
    server.will(replace(whole(DUMP), stamp=stamp))
    assert source.look().day == day
    assert source.look().made_at.tzinfo is not None


@pytest.mark.parametrize("stamp", [None, "yesterday"])
def test_a_dump_of_an_unknown_age_is_taken_for_new(
    server: DumpServer, source: DumpSource, stamp: str | None
) -> None:
    server.will(replace(whole(DUMP), stamp=stamp))
    before = datetime.now(UTC)
    assert before <= source.look().made_at <= datetime.now(UTC)


def test_a_file_closes_the_day_before_its_time_stamp(tmp_path: Path) -> None:
    file = tmp_path / "a.dump"
    file.write_bytes(DUMP)
    os.utime(file, (MADE.timestamp(),) * 2)
    found = DumpSource(str(file)).look()
    assert (found.day, found.size, found.made_at) == (DAY, len(DUMP), MADE)


def test_the_closed_day_is_that_of_utc_wherever_the_time_was_told() -> None:
    eastern = timezone(timedelta(hours=-5))
    assert dump_source.closed_day(datetime(2026, 11, 23, 23, 15, tzinfo=eastern)) == DAY


@pytest.fixture
def store(tmp_path: Path, server: DumpServer) -> DumpStore:
    return DumpStore(Settings(home=tmp_path / "home", dump_url=server.url, dumps_kept=2))


def test_the_newest_dump_is_fetched_for_the_day_that_it_closes(
    server: DumpServer, store: DumpStore
) -> None:
    server.will(whole(DUMP, MADE))
    path = store.obtain(DAY, "", trust=False)
    assert path == store.kept(DAY)
    assert path.read_bytes() == DUMP


def test_a_dump_on_disk_is_not_fetched_again(server: DumpServer, store: DumpStore) -> None:
    server.will(whole(DUMP, MADE))
    store.obtain(DAY, "", trust=False)
    server.will(failing(404))
    assert store.obtain(DAY, "", trust=False).read_bytes() == DUMP
    assert server.requests == []


def test_a_past_day_that_is_not_on_disk_says_what_to_do_instead(
    server: DumpServer, store: DumpStore
) -> None:
    server.will(whole(DUMP, MADE))
    past = date(2026, 11, 20)
    with pytest.raises(DumpError, match=r"closes 2026-11-23, not 2026-11-20.*Materialise"):
        store.obtain(past, "", trust=False)
    with pytest.raises(DumpError, match=r"2026-11-20 is not on disk.*Load the newest one"):
        store.kept(past)
    assert not any(request.startswith("GET") for request in server.requests)


def test_a_named_dump_is_taken_for_its_day_though_one_is_on_disk(
    server: DumpServer, store: DumpStore, tmp_path: Path
) -> None:
    server.will(whole(DUMP, MADE))
    store.obtain(DAY, "", trust=False)
    other = tmp_path / "other.dump"
    other.write_bytes(DUMP + b"\n")
    os.utime(other, (0, 0))
    with pytest.raises(DumpError, match="closes 1969-12-31"):
        store.obtain(DAY, str(other), trust=False)
    assert store.obtain(DAY, str(other), trust=True).read_bytes() == DUMP + b"\n"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param(html_page().body, "no Phabricator dump: at byte 0", id="page"),
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(DUMP[:-9], "is cut off after", id="cut at the end"),
        pytest.param(DUMP[:30], "is cut off after 30 bytes", id="cut early"),
        pytest.param(b'{"task": []}', "has no key `project`", id="list"),
        pytest.param(b'{"task": {}, "project": {}}', "holds no lists", id="no projects"),
    ],
)
def test_what_is_no_dump_does_not_take_the_place_of_one(
    server: DumpServer, store: DumpStore, body: bytes, sentence: str
) -> None:
    server.will(whole(body, MADE))
    with pytest.raises(DumpError, match=sentence):
        store.obtain(DAY, "", trust=False)
    assert left_in(store.settings.dumps) == []
    server.will(whole(DUMP, MADE))
    store.obtain(DAY, "", trust=False)
    server.will(whole(body, MADE))
    with pytest.raises(DumpError, match=sentence):
        store.obtain(DAY, server.url, trust=False)
    assert store.kept(DAY).read_bytes() == DUMP


def test_a_dump_that_proved_to_be_none_is_fetched_again(
    server: DumpServer, store: DumpStore
) -> None:
    server.will(whole(DUMP.replace(b"1000", b"100x"), MADE))
    store.obtain(DAY, "", trust=False)
    store.reject(DAY)
    server.will(whole(DUMP, MADE))
    assert store.obtain(DAY, "", trust=False).read_bytes() == DUMP


def test_the_newest_dumps_are_kept(store: DumpStore) -> None:
    store.settings.dumps.mkdir(parents=True)
    days = [date(2026, 9, 30), date(2026, 11, 2), date(2025, 12, 31), date(2026, 10, 9)]
    for day in days:
        store.path(day).touch()
    (store.settings.dumps / "mine.dump").touch()
    store.prune()
    kept = [store.path(day).name for day in (date(2026, 10, 9), date(2026, 11, 2))]
    assert left_in(store.settings.dumps) == ["mine.dump", *kept]


def test_the_dump_of_the_load_in_use_is_kept_though_newer_ones_are(store: DumpStore) -> None:
    store.settings.dumps.mkdir(parents=True)
    days = [date(2026, 11, day) for day in (1, 2, 3, 4)]
    for day in days:
        store.path(day).touch()
    store.prune(days[0])
    assert left_in(store.settings.dumps) == [store.path(days[at]).name for at in (0, 2, 3)]


def test_what_is_left_of_earlier_downloads_goes_once_a_later_dump_is_loaded(
    store: DumpStore,
) -> None:
    store.settings.dumps.mkdir(parents=True)
    parts = [store.path(date(2026, 11, day)).name + ".part" for day in (1, 2, 3)]
    for name in parts:
        (store.settings.dumps / name).touch()
        (store.settings.dumps / f"{name}.json").touch()
    store.prune(date(2026, 11, 2))
    assert left_in(store.settings.dumps) == [parts[2], f"{parts[2]}.json"]


def test_two_runs_that_want_the_same_dump_fetch_it_once(
    server: DumpServer, store: DumpStore
) -> None:
    server.will(replace(whole(DUMP, MADE), pause=0.05))
    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(store.obtain, DAY, "", trust=False) for _ in range(2)]
        assert [run.result(60).read_bytes() for run in runs] == [DUMP, DUMP]
    assert [one.split()[0] for one in server.requests] == ["HEAD", "GET"]
    assert left_in(store.settings.dumps) == [store.path(DAY).name]


def test_who_waits_too_long_for_another_download_is_told(
    server: DumpServer, store: DumpStore
) -> None:
    impatient = DumpStore(store.settings.model_copy(update={"lock_wait": 0}))
    server.will(whole(DUMP, MADE))
    with (
        store._alone(),  # as a download that is under way
        pytest.raises(DumpError, match="Another run is fetching a dump into"),
    ):
        impatient.obtain(DAY, "", trust=False)
    assert impatient.obtain(DAY, "", trust=False).read_bytes() == DUMP
