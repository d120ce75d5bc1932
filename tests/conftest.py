"""What all tests share: databases to run on, and Hypothesis without time limits."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from support.postgres import Server, running_server

from resources.warehouse.database import Database

hypothesis.settings.register_profile("phlogiston", deadline=None, print_blob=True)
hypothesis.settings.load_profile("phlogiston")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that makes the tests of endurance as long as `make endurance` has them."""
    said = "have tests/endurance run all of its rounds, for hours"
    parser.addoption("--endurance", action="store_true", help=said)
    said = "of those rounds only the first, second, ... of several shares: 1/4"
    parser.addoption("--share", default="1/1", help=said)


def pytest_configure() -> None:
    """Let commands that tests start hear Ctrl-C, also where the tests run in the background.

    A shell has what it starts there ignore it, and so do the processes that those start.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server that lives as long as the test run."""
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh, prepared database of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'test.sqlite'}"
    else:
        url = request.getfixturevalue("postgres_server").url()
    database = Database(url)
    database.prepare()
    yield database
    database.close()


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """A fresh, prepared embedded database."""
    database = Database(f"sqlite:///{tmp_path / 'test.sqlite'}")
    database.prepare()
    yield database
    database.close()
