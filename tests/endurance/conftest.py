"""What the tests of endurance share: a small installation on each database, and how many rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from support.command_line import CommandLine
from support.crowds import REPORT
from support.endurance import DAY, NEXT, SCOPE, Dumps, Installation, Seen, write_scopes
from support.postgres import Server

from resources.loading import load_dump


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> Callable[[int], list[int]]:
    """Which of so many rounds to go through: all or a share of them, or none if not asked for."""
    share, shares = map(int, request.config.getoption("--share").split("/"))
    asked = request.config.getoption("--endurance")
    return lambda number: list(range(share - 1, number, shares)) if asked else []


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where commands are given."""
    return tmp_path_factory.mktemp("endurance")


@pytest.fixture(scope="package")
def program(folder: Path) -> Iterator[CommandLine]:
    with CommandLine(folder) as program:
        yield program


@pytest.fixture(scope="package")
def dumps(folder: Path) -> Dumps:
    return Dumps.written_in(folder)


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def installation(
    request: pytest.FixtureRequest, folder: Path, program: CommandLine, dumps: Dumps
) -> Installation:
    """An installation that has reported the old dump; tests leave it as it is."""
    server: Server | None = None
    home = folder / request.param
    url = f"sqlite:///{home / 'data.sqlite'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = server.url()
    scopes = folder / "scopes"
    if not scopes.exists():
        write_scopes(scopes, (SCOPE, "other"))
    made = Installation(program, home, url, scopes, server)
    done = made.call("run", "--dump", dumps.old, "--scope", SCOPE)
    assert (done.code, done.err) == (0, "")
    return made


@pytest.fixture(scope="package")
def command(dumps: Dumps) -> list[object]:
    """What has to endure: everything is new after it, from the load to the last page."""
    return ["run", "--mode", "rerecon", "--dump", dumps.new, "--scope", SCOPE]


@pytest.fixture(scope="package")
def single(installation: Installation, folder: Path, command: list[object]) -> tuple[Seen, float]:
    """What readers see after the command alone and undisturbed, and its seconds of work."""
    with installation.copied(folder / f"single-{installation.home.name}") as copy:
        done = copy.call(*command)
        assert (done.code, done.err) == (0, "")
        return copy.seen(), done.work


@pytest.fixture(scope="package")
def day_reported_again(
    installation: Installation, folder: Path, dumps: Dumps, command: list[object]
) -> Callable[[], list[dict[str, str]]]:
    """The pages of the old dump's day as runs in turn leave them if it is reported again.

    It is so after the new load, either from days made of the old load or from days made anew.
    """

    @cache
    def states() -> list[dict[str, str]]:
        found = []
        with installation.copied(folder / f"turns-{installation.home.name}") as copy:
            with copy.database() as database:
                load_dump(database, dumps.new, NEXT)
            for calls in ([REPORT], [command, REPORT]):
                for call in calls:
                    done = copy.call(*call)
                    assert (done.code, done.err) == (0, "")
                found.append(copy.seen().of_day(DAY))
        return found

    return states
