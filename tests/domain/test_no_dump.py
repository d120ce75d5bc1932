"""domain.md, section 1: files that are no dump are refused, and leave the load before."""

from __future__ import annotations

import gzip
import random
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from support.histories import DumpBuilder
from support.scopes import LOAD_DAY, Read, loaded, loaded_tables, write_dump
from support.small_dumps import in_pieces, small_dump, what_is_read

from phlogiston_assets.domain.dumps.dump import DumpError
from resources import loading
from resources.dump_file import check_dump
from resources.loading import Progress, load_dump
from resources.warehouse.database import Database
from resources.warehouse.load_store import LoadWriter, current_load

NO_DUMPS: list[tuple[str, bytes, str]] = [
    ("empty", b"", "is empty"),
    ("blank", b" \n\n", "is empty"),
    ("HTML", b"<!DOCTYPE html>\n<title>502 Bad Gateway</title>", "no Phabricator dump: at byte 0"),
    ("HTML after blanks", b"\n <html>", "no Phabricator dump: at byte 2 "),
    ("a list", b"[]", "no Phabricator dump: at byte 0"),
    ("null", b"null", "no Phabricator dump: at byte 0"),
    ("an empty object", b"{}", "no key `project`"),
    ("a list of tasks", b'{"task": []}', "no key `project`"),
    ("no project", b'{"task": {"1": {"info": null}}}', "no key `project`"),
    ("no task", b'{"project": {"projects": [], "columns": []}}', "no key `task`"),
    ("no lists", b'{"task": {}, "project": {}}', "no lists `projects` and `columns`"),
    ("no tasks", b'{"task": {}, "project": {"projects": [], "columns": []}}', "holds no tasks"),
    (
        "tasks in a list",
        b'{"project": {"projects": [], "columns": []}, "task": [{"info": null}]}',
        "`task` should be an object",
    ),
    (
        "a project section twice",
        small_dump()[0].to_json()[:-1] + b', "project": {"projects": [], "columns": []}}',
        "stands twice",
    ),
    ("more after the end", small_dump()[0].to_json() * 2, "nothing should follow the end"),
    ("no JSON", small_dump()[0].to_json().replace(b'"info"', b"info"), "does not end"),
    (
        "a wrong byte in the middle",
        small_dump()[0].to_json().replace(b'"transactions":', b'"transactions"!', 1),
        r"dump is damaged, or .*: at byte \d+ a task does not end.* Fetch it again",
    ),
]


CUT = r"cut off.* Fetch it again"
"""What is told of a dump that ends too soon."""


@pytest.fixture
def before(database: Database, tmp_path: Path) -> dict[str, Any]:
    """The tables of a load that is in place."""
    loaded(database, small_dump()[0], tmp_path)
    return loaded_tables(database)


def assert_untouched(database: Database, before: dict[str, Any]) -> None:
    """The tables are those of before, and nothing else was left behind."""
    assert loaded_tables(database) == before
    names = sa.inspect(database.engine).get_table_names()
    assert [name for name in names if name.startswith("staging")] == []


def other_dump() -> DumpBuilder:
    """A dump unlike the small one."""
    dump = DumpBuilder()
    flow = dump.project(22, "Flow")
    for number in range(5, 12):
        dump.task(number, "Caf\u00e9 {[").in_project(flow).resolved(on="2024-01-05")
    return dump


def damaged(place: int) -> bytes:
    """A gzipped dump with a wrong byte."""
    packed = bytearray(other_dump().to_gzip())
    packed[place] ^= 0xFF
    return bytes(packed)


PACKED = other_dump().to_gzip()
BAD_GZIPS: list[tuple[str, bytes, str]] = [
    ("a gzip file cut in its head", PACKED[:8], "damaged gzip file"),
    ("a gzip file cut half way", PACKED[: len(PACKED) // 2], "damaged gzip file"),
    ("a gzip file cut before its end", PACKED[:-3], "damaged gzip file"),
    ("a gzip file with a wrong checksum", damaged(-6), "damaged gzip file"),
    ("a gzip file with a wrong length", damaged(-1), "damaged gzip file"),
    ("a gzipped page", gzip.compress(b"<html>"), "no Phabricator dump"),
]


@pytest.mark.parametrize(
    ("content", "message"),
    [pytest.param(*one[1:], id=one[0]) for one in NO_DUMPS + BAD_GZIPS],
)
def test_a_file_that_is_no_dump_fails_with_a_clear_message(
    content: bytes, message: str, sqlite_database: Database, tmp_path: Path
) -> None:
    with pytest.raises(DumpError, match=message):
        load_dump(sqlite_database, write_dump(content, tmp_path / "other"), LOAD_DAY)


@pytest.mark.parametrize("place", [12, 60], ids=["the head of a block", "inside"])
def test_a_gzip_file_that_cannot_be_unpacked_fails_with_a_clear_message(
    place: int, sqlite_database: Database, tmp_path: Path
) -> None:
    path = write_dump(damaged(place), tmp_path / "damaged")
    with pytest.raises(DumpError, match="damaged gzip file"):
        load_dump(sqlite_database, path, LOAD_DAY)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(b'"a\n"', id="a line break"),
        pytest.param(b'"\\q"', id="an unknown escape"),
        pytest.param(b'"\\ud83"', id="half an escape"),
        pytest.param(b"'task'", id="other quotes"),
        pytest.param(b"task", id="no quotes"),
    ],
)
def test_a_name_that_is_no_json_fails_with_a_clear_message(
    name: bytes, sqlite_database: Database, tmp_path: Path
) -> None:
    whole = small_dump()[0].to_json(projects_first=True)
    expected = r"at byte [\d,]+ (a quoted name and a colon were expected|a name is no JSON text)"
    for content in (b"{" + name + b": 1, " + whole[1:], whole[:-1] + b", " + name + b": 1}"):
        with pytest.raises(DumpError, match=expected):
            load_dump(sqlite_database, write_dump(content, tmp_path / "other"), LOAD_DAY)


def test_a_folder_or_a_missing_file_fails_with_a_clear_message(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with pytest.raises(DumpError, match="is a folder"):
        load_dump(sqlite_database, tmp_path, LOAD_DAY)
    with pytest.raises(DumpError, match="There is no file"):
        load_dump(sqlite_database, tmp_path / "none", LOAD_DAY)


def test_a_file_that_is_no_dump_leaves_the_load_before(
    database: Database, before: dict[str, Any], tmp_path: Path
) -> None:
    for _, content, message in NO_DUMPS + BAD_GZIPS:
        with pytest.raises(DumpError, match=message):
            load_dump(database, write_dump(content, tmp_path / "other"), LOAD_DAY)
        assert_untouched(database, before)
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(DumpError, match=r"is a folder|There is no file"):
            load_dump(database, path, LOAD_DAY)
    assert_untouched(database, before)


def test_a_glance_tells_a_dump_from_what_is_none(tmp_path: Path) -> None:
    dump = small_dump()[0]
    for sound in (dump.to_json(), dump.to_json(projects_first=True) + b"\n", dump.to_gzip()):
        check_dump(write_dump(sound, tmp_path / "sound"))
    tasks_last = dump.to_json(projects_first=True)
    for cut, message in (
        (dump.to_json()[:-3], r"cut off after [\d,]+ bytes \(the project section does not end"),
        (
            tasks_last[:-9],
            rf"cut is cut off after {len(tasks_last) - 9:,} bytes: .* Fetch it again",
        ),
        (b"<html>", "no Phabricator dump: at byte 0"),
        (b"", "is empty"),
    ):
        with pytest.raises(DumpError, match=message):
            check_dump(write_dump(cut, tmp_path / "cut"))


def test_a_dump_cut_off_anywhere_fails_and_leaves_the_load_before(
    database: Database, before: dict[str, Any], tmp_path: Path
) -> None:
    for projects_first in (False, True):
        whole = other_dump().to_json(projects_first=projects_first)
        for end in random.Random(1).sample(range(len(whole)), 12):
            path = write_dump(whole[:end], tmp_path / "cut")
            with pytest.raises(DumpError, match=CUT):
                load_dump(database, path, LOAD_DAY)
    assert_untouched(database, before)


@pytest.mark.parametrize("projects_first", [False, True])
@pytest.mark.parametrize("block", [50, 10**6])
def test_a_dump_cut_off_at_any_byte_is_told_to_be_cut(*, projects_first: bool, block: int) -> None:
    dump = small_dump()[0]
    dump.task(2, '\u00e9\U0001f600 \\ "false"')
    whole = dump.to_json(projects_first=projects_first)
    for end in range(1, len(whole)):
        with pytest.raises(DumpError, match=CUT):
            in_pieces(whole[:end], block)


def test_a_gzipped_dump_is_read_as_the_plain_one(reading: Read) -> None:
    dump = small_dump()[0]
    plain, packed = reading(dump.to_json()), reading(dump.to_gzip())
    assert what_is_read(packed) == what_is_read(plain)
    assert packed.load.bytes == plain.load.bytes


def test_a_load_that_is_stopped_half_way_changes_nothing(
    database: Database,
    before: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loading, "BATCH", 2)

    def stop(progress: Progress) -> None:
        if progress.tasks > 3:
            raise KeyboardInterrupt

    path = write_dump(other_dump(), tmp_path / "other")
    with pytest.raises(KeyboardInterrupt):
        load_dump(database, path, LOAD_DAY, report=stop)
    assert_untouched(database, before)


def test_what_a_killed_load_leaves_behind_is_unseen_and_cleared_by_the_next(
    database: Database, before: dict[str, Any], tmp_path: Path
) -> None:
    killed = LoadWriter(database)
    killed.__enter__()
    killed.insert({"maniphest_blocked": [(1, 2)]})
    assert loaded_tables(database) == before
    load_dump(database, write_dump(small_dump()[0], tmp_path / "again"), LOAD_DAY)
    assert_untouched(database, before)


def test_the_first_load_that_fails_leaves_no_load(database: Database, tmp_path: Path) -> None:
    with pytest.raises(DumpError, match="no Phabricator dump: at byte 0"):
        load_dump(database, write_dump(b"<html>", tmp_path / "page"), LOAD_DAY)
    with database.read() as connection:
        assert current_load(connection) is None


def test_progress_is_told_in_bytes_and_tasks(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH", 1)
    told: list[Progress] = []
    path = write_dump(other_dump(), tmp_path / "other")
    load = load_dump(sqlite_database, path, LOAD_DAY, report=told.append)
    assert [progress.tasks for progress in told] == [1, 2, 3, 4, 5, 6, 7, 7]
    assert sorted(progress.bytes for progress in told) == [progress.bytes for progress in told]
    assert told[-1].bytes == load.bytes <= path.stat().st_size
