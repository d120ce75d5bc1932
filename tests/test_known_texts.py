"""performance.md: a text that was read before is not read again, and nothing of it goes stale.

Each test has a load over another, and tells it from the same load into an empty database by all
that it leaves and by all that its checks are told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.broken_dumps import mangled
from support.histories import DumpBuilder
from support.scopes import LOAD_DAY, loaded_tables, select, table, write_dump
from support.strategies import dumps

from phlogiston_assets.domain.dumps import task_form, values
from phlogiston_assets.domain.dumps.load_checks import LoadFacts
from resources import loading
from resources.loading import load_dump
from resources.program import FOLDERS, PROGRAM, digest_of
from resources.warehouse.database import Database

TASKS = 6
Told = tuple[dict[str, Any], list[Any], dict[str, Any]]
Change = Callable[[DumpBuilder], object]


def some() -> DumpBuilder:
    """Tasks on a board, of which the first is blocked by the third."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", ["", "Doing"], default=0)
    dump.project(22, "Unused")
    for number in range(1, TASKS + 1):
        task = dump.task(number, f"Task {number}", created="2024-01-02").in_project(editor)
        task.moved(editor, "Doing", on="2024-01-05").points(number, on="2024-01-06")
    dump.tasks[2].child_of(dump.tasks[0])
    return dump


def load(database: Database, dump: DumpBuilder | Mapping[str, Any], folder: Path) -> Told:
    """Load a dump; what it leaves, and what its checks are told but for the load before."""
    return load_of_day(database, dump, folder, LOAD_DAY)


def load_of_day(
    database: Database, dump: DumpBuilder | Mapping[str, Any], folder: Path, day: date
) -> Told:
    facts: list[LoadFacts] = []
    path = write_dump(dump, folder / "some.dump")
    load_dump(database, path, day, inspect=facts.append)
    return loaded_tables(database), table(database, "maniphest_transaction"), told(facts[0])


def told(facts: LoadFacts) -> dict[str, Any]:
    agreement = facts.agreement
    found = (agreement.compared, agreement.differing, agreement.examples)
    return {**asdict(facts), "rows_before": {}, "agreement": found}


@pytest.fixture
def fresh() -> Iterator[Database]:
    database = Database("sqlite://")
    yield database
    database.close()


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The texts of tasks that are decoded; that of the last task of a dump never is."""
    texts: list[bytes] = []

    def decode(text: bytes) -> Any:
        texts.append(text)
        return task_form.decode_task(text)

    monkeypatch.setattr(loading, "decode_task", decode)
    return texts


def test_only_the_texts_that_changed_are_read(
    database: Database, tmp_path: Path, decoded: list[bytes]
) -> None:
    dump = some()
    load(database, dump, tmp_path)
    assert len(decoded) == TASKS - 1
    decoded.clear()
    dump.tasks[1].resolved(on="2024-01-20")
    load(database, dump, tmp_path)
    assert [b"Task 2" in text for text in decoded] == [True]


def test_what_cannot_be_read_is_read_each_time_and_nothing_else_is(
    database: Database, fresh: Database, tmp_path: Path, decoded: list[bytes]
) -> None:
    dump = some()
    dump.tasks[1].edge(41, "PHID-PROJ-unknown").row("points", "null", "[", at="2024-01-07")
    told = dump.to_dict()
    told["task"] = {"9" * 12 if key == "3" else key: task for key, task in told["task"].items()}
    load(database, told, tmp_path)
    decoded.clear()
    found = load(database, told, tmp_path)
    assert [text[text.index(b"Task") :][:6] for text in decoded] == [b"Task 2", b"Task 3"]
    assert found == load(fresh, told, tmp_path)


def test_another_program_reads_all_texts(
    database: Database, tmp_path: Path, decoded: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    load(database, some(), tmp_path)
    decoded.clear()
    monkeypatch.setattr(loading, "PROGRAM", "another")
    monkeypatch.setattr(values, "priority", lambda _: None)
    load(database, some(), tmp_path)
    assert len(decoded) == TASKS - 1
    decoded.clear()
    load(database, some(), tmp_path)
    assert decoded == []


def test_a_program_is_another_if_a_word_of_it_is_or_what_decodes_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (folder / "one.py").write_text("a = 1\n")
    before = digest_of([tmp_path], "0.20")
    assert digest_of([tmp_path], "0.20") == before
    assert digest_of([tmp_path], "0.21") != before
    (folder / "one.py").write_text("a = 2\n")
    after = digest_of([tmp_path], "0.20")
    (folder / "one.py").rename(folder / "two.py")
    assert len({before, after, digest_of([tmp_path], "0.20")}) == 3


def test_the_program_is_told_by_all_that_it_is_made_of() -> None:
    assert digest_of(FOLDERS, msgspec.__version__) == PROGRAM
    modules = [Path(module.__file__ or "") for module in (loading, values, task_form)]
    assert all(any(folder in module.parents for folder in FOLDERS) for module in modules)


def forget_a_project(dump: DumpBuilder) -> None:
    """No task changes by a byte, but the project that they name is not known any more."""
    del dump.projects[0]


def forget_an_unused_project(dump: DumpBuilder) -> None:
    del dump.projects[1]


def renumber_a_project(dump: DumpBuilder) -> None:
    dump.projects[0].id = 484


def lose_a_child(dump: DumpBuilder) -> None:
    del dump.tasks[2]


def turn_around(dump: DumpBuilder) -> None:
    dump.tasks.reverse()


def add_a_project(dump: DumpBuilder) -> None:
    dump.project(23, "New", ["Doing"])


def lose_most(dump: DumpBuilder) -> None:
    del dump.tasks[1:-1]


CHANGES = [
    forget_a_project,
    forget_an_unused_project,
    renumber_a_project,
    lose_a_child,
    turn_around,
    add_a_project,
    lose_most,
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("back", [False, True], ids=["there", "and back"])
def test_what_lies_around_a_text_may_change(
    change: Change, back: bool, database: Database, fresh: Database, tmp_path: Path
) -> None:
    changed = some()
    change(changed)
    first, second = (changed, some()) if back else (some(), changed)
    load(database, first, tmp_path)
    assert load(database, second, tmp_path) == load(fresh, second, tmp_path)


def test_a_time_that_could_be_may_be_too_late_for_an_older_dump(
    database: Database, fresh: Database, tmp_path: Path
) -> None:
    load(database, some(), tmp_path)
    day = date(2024, 1, 3)
    found = load_of_day(database, some(), tmp_path, day)
    assert found == load_of_day(fresh, some(), tmp_path, day)
    assert found[2]["strange_times"] == TASKS * 2


def test_a_time_that_cannot_be_is_counted_each_time(
    database: Database, fresh: Database, tmp_path: Path
) -> None:
    dump = some()
    dump.tasks[1].row("points", "null", "3", at="1999-12-31")
    load(database, dump, tmp_path)
    found = load(database, dump, tmp_path)
    assert found == load(fresh, dump, tmp_path)
    assert found[2]["strange_times"] == 1


def test_ids_that_stand_twice_are_counted_though_their_tasks_are_not_read(
    database: Database, fresh: Database, tmp_path: Path
) -> None:
    dump = some().to_dict()
    rows = {key: task["transactions"]["points"][0] for key, task in dump["task"].items()}
    rows["2"][0] = rows["3"][0] = rows["1"][0]
    load(database, dump, tmp_path)
    found = load(database, dump, tmp_path)
    assert found == load(fresh, dump, tmp_path)
    assert found[2]["repeated"]["maniphest_transaction"] == 2


def test_a_task_that_stands_twice_counts_once_though_it_is_not_read(
    database: Database, fresh: Database, tmp_path: Path
) -> None:
    text = json.dumps(some().to_dict()).replace('"2": {"info"', '"1": {"info"', 1)
    twice = text.encode()
    for target in (database, fresh):
        load_dump(target, write_dump(twice, tmp_path / "twice.dump"), LOAD_DAY)
    facts: list[LoadFacts] = []
    load_dump(database, tmp_path / "twice.dump", LOAD_DAY, inspect=facts.append)
    assert facts[0].repeated["maniphest_task"] == 1
    assert loaded_tables(database) == loaded_tables(fresh)


def test_a_transaction_whose_number_is_beyond_all_others_is_read_each_time(
    database: Database, fresh: Database, tmp_path: Path
) -> None:
    dump = some().to_dict()
    dump["task"]["2"]["transactions"]["points"][0][0] = 2**40
    load(database, dump, tmp_path)
    assert load(database, dump, tmp_path) == load(fresh, dump, tmp_path)
    query = "SELECT task_id FROM task_reading WHERE digest IS NULL ORDER BY task_id"
    assert [row["task_id"] for row in select(database, query)] == [2, TASKS]


@given(data=st.data())
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_load_over_any_other_leaves_and_tells_what_the_first_load_does(
    data: st.DataObject, sqlite_database: Database, tmp_path: Path
) -> None:
    """Three dumps of tasks and projects of two, with what is broken in them."""
    one, two = (data.draw(mangled(data.draw(dumps(5, 4)), max_breaks=1)) for _ in range(2))
    for _ in range(3):
        dump = {
            "task": data.draw(mixed(one["task"], two["task"])),
            "project": data.draw(st.sampled_from([one["project"], two["project"]])),
        }
        fresh = Database("sqlite://")
        assert load(sqlite_database, dump, tmp_path) == load(fresh, dump, tmp_path)
        fresh.close()


@st.composite
def mixed(draw: st.DrawFn, one: dict[str, Any], two: dict[str, Any]) -> dict[str, Any]:
    """Tasks of either dump, in some order; at least one."""
    keys = draw(st.permutations(sorted({*one, *two})))
    chosen = {key: draw(st.sampled_from([one, one, two])).get(key) for key in keys}
    return {key: task for key, task in chosen.items() if task is not None} or dict(one)
