"""domain.md, section 2: a transaction reads as it was dumped, however shortly it is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.histories import DumpBuilder
from support.scopes import LOAD_DAY, loaded, select, write_dump

from phlogiston_assets.domain.dumps.packed_transactions import OWN_PHID, PHRASES
from phlogiston_assets.domain.dumps.task_form import PLACES
from resources.loading import load_dump
from resources.warehouse import transaction_view
from resources.warehouse.database import Database

PLAIN_PHID = "PHID-TASK-00000000000000000001"
COLUMNS = (
    "id, phid, task_id, object_phid, transaction_type, old_value, new_value, "
    "date_modified, metadata"
)
_SPOKEN = sorted({phrase.decode() for phrases in PHRASES.values() for phrase, _ in phrases})
pieces = st.sampled_from(
    [
        *_SPOKEN,
        *(phrase.replace("\\", "").replace("\x01", PLAIN_PHID) for phrase in _SPOKEN),
        *(chr(code) for code in range(1, 32)),
        *(
            '"',
            "\\",
            "'",
            "''",
            "%s",
            "?",
            "$1",
            "{}",
            "é",
            "\u2028",
            "😀",
            PLAIN_PHID,
            "PHID-",
            "x",
        ),
    ]
)
texts = st.lists(pieces, max_size=6).map("".join)
cells = st.none() | texts
phids = st.sampled_from([PLAIN_PHID, ",", '"', "[", "1", "\x01", "\x02PHID-", "'", "é"]) | texts
rows = st.tuples(cells, st.none() | phids, cells, cells, cells)


def dumped(phid: str, told: list[tuple[Any, ...]]) -> tuple[DumpBuilder, set[tuple[Any, ...]]]:
    """A dump in which a task has these cells in rows of each type, and the rows that must be read.

    Every other row is about the task itself, as nearly all are.
    """
    dump = DumpBuilder()
    task = dump.task(1, phid=phid)
    wanted = set()
    for number, (row_phid, other, old, new, metadata) in enumerate(told):
        about = phid if number % 2 else other
        for kind in PHRASES:
            row = [
                number,
                row_phid,
                None,
                about,
                None,
                0,
                kind,
                old,
                new,
                metadata,
                0,
                1_700_000_000,
            ]
            task.raw_row(kind, row)
            wanted.add((number, row_phid, 1, about, kind, old, new, 1_700_000_000, metadata))
    return dump, wanted


@given(phid=phids.filter(bool), told=st.lists(rows, max_size=8))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_is_written_out_as_it_was_dumped(
    phid: str, told: list[tuple[Any, ...]], database: Database, tmp_path: Path
) -> None:
    dump, wanted = dumped(phid, told)
    load_dump(database, write_dump(dump, tmp_path / "dump"), LOAD_DAY)
    found = select(database, f"SELECT {COLUMNS} FROM maniphest_transaction")
    assert {tuple(row.values()) for row in found} == wanted
    assert len(found) == len(wanted)


def test_a_transaction_of_a_task_without_info_has_its_own_object(
    database: Database, tmp_path: Path
) -> None:
    dump = DumpBuilder()
    task = dump.task(1, info=None)
    task.row("status", '"open"', '"resolved"')
    loaded(database, dump, tmp_path)
    (row,) = select(database, "SELECT object_phid FROM maniphest_transaction")
    assert row["object_phid"] == task.phid


def test_no_phrase_is_shortened_by_a_sign_that_stands_for_another() -> None:
    for phrases in PHRASES.values():
        signs = [OWN_PHID, *(sign for _, sign in phrases)]
        assert len(set(signs)) == len(signs)
        for place, (phrase, sign) in enumerate(phrases):
            assert len(sign) == 1
            assert b"\x00" < sign < b" "
            later = [other for _, other in phrases[place:]]
            assert not any(other in phrase for other in later)


def test_a_table_that_an_older_version_left_makes_room_for_the_view(
    database: Database, tmp_path: Path
) -> None:
    database.prepare()
    with database.write() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {transaction_view.NAME} (id bigint)")
    dump = DumpBuilder()
    dump.task(1).resolved(on="2024-01-05")
    for _ in range(2):
        loaded(database, dump, tmp_path)
        (row,) = select(database, "SELECT new_value FROM maniphest_transaction")
        assert row["new_value"] == '"resolved"'


@pytest.mark.parametrize("column", ["task_id = 2", "transaction_type = 'points'"])
def test_some_of_the_transactions_are_found_by_a_condition(
    column: str, database: Database, tmp_path: Path
) -> None:
    dump = DumpBuilder()
    dump.task(1).resolved(on="2024-01-05")
    dump.task(2).points(3, on="2024-01-05")
    loaded(database, dump, tmp_path)
    (row,) = select(database, f"SELECT * FROM maniphest_transaction WHERE {column}")
    assert (row["task_id"], row["new_value"]) == (2, "3")


def test_every_type_that_is_kept_has_its_place() -> None:
    assert sorted(PLACES) == sorted(PHRASES)


def test_a_new_embedded_database_has_pages_that_hold_several_tasks(
    sqlite_database: Database,
) -> None:
    sqlite_database.prepare()
    with sqlite_database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA page_size").scalar() == 16_384
