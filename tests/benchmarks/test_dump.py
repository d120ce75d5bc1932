"""Dumps for measuring are the same for the same seed, load without a doubt, and fit any scopes."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.cases import SHARED

from benchmarks.dump import DumpSize, Written, write_dump, write_scopes
from phlogiston_assets.domain.days import day_number
from phlogiston_assets.domain.scopes import Scope, find_prefixes, read_scope, resolve_rules
from resources.figuring import read_figures
from resources.loading import load_dump
from resources.reconstructing import reconstruct_days
from resources.settings import Settings
from resources.warehouse import extract_store
from resources.warehouse.database import Database

SIZE = DumpSize(date(2024, 1, 1), date(2025, 6, 30), tasks=1_200, projects=30)


@pytest.fixture(scope="module")
def scopes(tmp_path_factory: pytest.TempPathFactory) -> list[Scope]:
    """Three scopes of a benchmark."""
    folder = tmp_path_factory.mktemp("scopes")
    return [read_scope(folder, prefix) for prefix in write_scopes(folder, SIZE.first_day, 3)]


def written(size: DumpSize, scopes: list[Scope]) -> tuple[bytes, Written]:
    """Write a dump to memory."""
    out = io.BytesIO()
    summary = write_dump(out, size, scopes)
    return out.getvalue(), summary


def loaded(tmp_path: Path, size: DumpSize, scopes: list[Scope]) -> Database:
    """A database with the dump in it, of which every value could be read."""
    content, summary = written(size, scopes)
    file = tmp_path / "bench.dump"
    file.write_bytes(content)
    database = Database(f"sqlite:///{tmp_path / 'test.sqlite'}")
    database.prepare()
    load = load_dump(database, file, size.closes)
    assert load.unreadable == {}
    assert (load.tasks, load.transactions) == (summary.tasks, summary.transactions)
    return database


def test_the_same_size_gives_the_same_bytes_and_another_seed_gives_others(
    scopes: list[Scope],
) -> None:
    """Figures of two machines are of the same dump."""
    small = replace(SIZE, tasks=200)
    assert written(small, scopes) == written(small, scopes)
    assert written(small, scopes) != written(replace(small, seed=2), scopes)


def test_it_has_the_proportions_of_the_specification(scopes: list[Scope]) -> None:
    """About twelve transactions and five kilobytes a task, and rows of all three eras."""
    content, summary = written(SIZE, scopes)
    assert summary.bytes == len(content)
    assert summary.tasks == SIZE.tasks
    assert 11 < summary.transactions / summary.tasks < 15
    assert 4_500 < summary.bytes / summary.tasks < 6_000
    rows = [row for task in json.loads(content)["task"].values() for row in _rows(task)]
    metadata = [row[9] for row in rows if row[6] == "core:edge"]
    forms = {"" if not said else "groupID" in said for said in metadata}
    assert forms == {"", False, True}


def _rows(task: dict[str, Any]) -> list[Any]:
    return [row for rows in task["transactions"].values() for row in rows or []]


def test_an_earlier_dump_is_the_same_history_cut_off(scopes: list[Scope]) -> None:
    """What an earlier dump tells is told by a later one in the same words."""
    later = json.loads(written(SIZE, scopes)[0])["task"]
    early = json.loads(written(replace(SIZE, until=date(2025, 3, 31)), scopes)[0])["task"]
    stop = (day_number(date(2025, 3, 31)) + 1) * 86_400
    assert 0 < len(early) < len(later)
    for key, task in early.items():
        assert _rows(task) == [row for row in _rows(later[key]) if row[11] < stop]


def test_every_category_of_its_scopes_has_tasks(tmp_path: Path, scopes: list[Scope]) -> None:
    """A report of such a scope is as full as the table of performance.md supposes."""
    database = loaded(tmp_path, SIZE, scopes)
    days = [SIZE.last_day]
    reconstruct_days(database, Settings(), scopes[0], days)
    with database.read() as connection:
        figures = read_figures(connection, Settings(), scopes[0], SIZE.last_day)
    assert len(figures.categories) == 12
    assert len(set(figures.runs["category"])) == 12
    database.close()


def test_real_scopes_find_tasks_by_id_and_by_name(tmp_path: Path) -> None:
    """A dump can be made for any folder of scopes, so that its daily run can be measured."""
    real = [read_scope(SHARED / "scopes", prefix) for prefix in find_prefixes(SHARED / "scopes")]
    database = loaded(tmp_path, SIZE, real)
    with database.read() as connection:
        projects = extract_store.read_projects(connection)
        members = extract_store._members(connection, projects)
    assert len(real) == 36
    for scope in real:
        ids = {project for rule in resolve_rules(scope, projects) for project in rule.ids}
        assert ids <= set(projects)
    wanted = sum(len(np.unique(list(tasks))) for tasks in members.values())
    assert wanted > SIZE.tasks
    database.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"tasks": 0},
        {"projects": 0},
        {"seed": -1},
        {"last_day": date(2023, 1, 1)},
        {"until": date(2026, 1, 1)},
    ],
)
def test_a_size_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    """Nobody measures a dump of nothing."""
    with pytest.raises(ValueError, match=r"dump|day"):
        replace(SIZE, **wrong)
