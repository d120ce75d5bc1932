"""Reading a dump: each gets a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.scopes import Dump, Read, Reading, loaded

from resources.warehouse.database import Database


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a prepared database, to be copied."""
    path = tmp_path_factory.mktemp("prepared") / "prepared.sqlite"
    database = Database(f"sqlite:///{path}")
    database.prepare()
    database.close()
    return path


@pytest.fixture
def reading(tmp_path: Path, prepared: Path) -> Iterator[Read]:
    """Load a dump into a fresh embedded database."""
    opened: list[Database] = []

    def read(dump: Dump) -> Reading:
        path = shutil.copy(prepared, tmp_path / f"reading{len(opened)}.sqlite")
        opened.append(Database(f"sqlite:///{path}"))
        return loaded(opened[-1], dump, tmp_path)

    yield read
    for database in opened:
        database.close()
