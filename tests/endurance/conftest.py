"""What the tests of endurance share: a small installation on each database, and how many rounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import CommandLine
from support.endurance import SCOPE, Dumps, Installation, Seen, write_scopes
from support.postgres import Server


@pytest.fixture(scope="session")
def endurance(request: pytest.FixtureRequest) -> bool:
    """Whether all rounds are asked for."""
    return bool(request.config.getoption("--endurance"))


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
