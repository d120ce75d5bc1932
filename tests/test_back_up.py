"""What docs/operations.md says of back-up and restore is so."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.postgres import Server, find_binaries
from support.samples import sample_dump

from resources.loading import load_dump
from resources.reconstructing import reconstruct_days
from resources.scope_desk import ScopeDesk
from resources.settings import Settings
from resources.site import Site
from resources.warehouse.database import Database

DAY = date(2026, 3, 20)
ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "docs" / "operations.md").read_text("utf-8")
Address = Callable[[], str]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_dump(tmp_path_factory.mktemp("dump"), DAY, tasks=60, days=60)


def fill(database: Database, sample: Path) -> list[tuple[object, ...]]:
    """Load a dump and reconstruct a day; what is then in the table."""
    database.prepare()
    load_dump(database, sample, DAY)
    scope = ScopeDesk(database, Settings(scopes_dir=ROOT / "scopes")).scope("apps")
    reconstruct_days(database, Settings(), scope, [DAY], anew=False)
    return read(database)


def read(database: Database) -> list[tuple[object, ...]]:
    query = "SELECT * FROM task_on_date ORDER BY date, id"
    with database.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_postgresql_is_restored_as_it_was(
    postgres_server: Server, sample: Path, tmp_path: Path
) -> None:
    database, other = Database(postgres_server.url()), Database(postgres_server.url())
    before = fill(database, sample)
    binaries = find_binaries()
    assert binaries is not None
    file = tmp_path / "phlogiston.pgdump"
    call(binaries / "pg_dump", "--format=custom", f"--file={file}", "--dbname", plain(database.url))
    owner = ["--no-owner", f"--role={database.url.username}"]
    call(binaries / "pg_restore", *owner, f"--dbname={plain(other.url)}", file)
    other.prepare()
    assert before
    assert read(other) == before
    database.close()
    other.close()


def test_the_options_are_those_of_the_guide() -> None:
    assert re.search(r"^pg_dump --format=custom --file=\S+ phlogiston", GUIDE, re.MULTILINE)
    assert re.search(r"^pg_restore --no-owner --role=\S+ --dbname=\S+ \S+$", GUIDE, re.MULTILINE)


def test_a_copy_of_the_embedded_database_is_whole(sample: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    database = Database(Settings(home=home).database)
    before = fill(database, sample)
    database.close()
    shutil.copytree(home, tmp_path / "copy")
    copied = Database(Settings(home=tmp_path / "copy").database)
    copied.prepare()
    assert before
    assert read(copied) == before
    copied.close()


@pytest.mark.parametrize("links", [True, False], ids=["links", "folders"])
def test_a_copy_of_the_site_is_shown_and_goes_on(tmp_path: Path, links: bool) -> None:
    site = Site(tmp_path / "site")
    site.publish("ana", DAY, {"index.html": "first"})
    shutil.copytree(tmp_path / "site", tmp_path / "copy", symlinks=links)
    assert (tmp_path / "copy" / "ana" / "latest" / "index.html").read_text() == "first"
    Site(tmp_path / "copy").publish("ana", DAY, {"index.html": "second"})
    assert (tmp_path / "copy" / "ana" / "latest" / "index.html").read_text() == "second"


def call(*command: object) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def plain(url: sa.URL) -> str:
    """An address as PostgreSQL's own programs take it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
