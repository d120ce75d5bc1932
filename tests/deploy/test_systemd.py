"""The units are ones that systemd takes, with few rights, and agree with settings and workspace."""

from __future__ import annotations

import configparser
import getpass
import subprocess
import sys
from pathlib import Path

import pytest
from support.deployment import (
    DEPLOY,
    STORAGE,
    is_known,
    need,
    read_environment_file,
    read_yaml,
)

FOLDER = DEPLOY / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
PROGRAMS = "/opt/phlogiston/.venv/bin"
MOST_EXPOSED = 25
"""Tenths of systemd's level of exposure, which goes from 0 to 10."""


def service(unit: Path) -> dict[str, str]:
    """The settings of a unit's section on the service."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(unit, "utf-8")
    return dict(parser["Service"])


@pytest.fixture(params=UNITS, ids=[unit.stem for unit in UNITS])
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A unit as it would be here: with this machine's programs and user."""
    original: Path = request.param
    text = original.read_text("utf-8").replace(PROGRAMS, str(Path(sys.executable).parent))
    text = text.replace("User=phlogiston", f"User={getpass.getuser()}")
    for other in UNITS:
        (tmp_path / other.name).write_text(text if other == original else other.read_text("utf-8"))
    return tmp_path / original.name


def test_there_is_a_unit_for_each_process() -> None:
    assert [unit.stem for unit in UNITS] == [
        "phlogiston-code",
        "phlogiston-daemon",
        "phlogiston-webserver",
    ]


def test_systemd_takes_the_unit(unit: Path) -> None:
    verify = [need("systemd-analyze"), "verify", "--recursive-errors=no", "--man=no", unit]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_finds_the_unit_little_exposed(unit: Path) -> None:
    options = ["--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager"]
    look = [need("systemd-analyze"), "security", *options, unit]
    done = subprocess.run(look, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_nothing_listens_beyond_this_machine() -> None:
    commands = {unit.stem: service(unit)["ExecStart"].split() for unit in UNITS}
    for name in ("phlogiston-code", "phlogiston-webserver"):
        command = commands[name]
        assert command[command.index("-h") + 1] == "127.0.0.1"


def test_the_processes_find_the_code_location() -> None:
    (location,) = read_yaml("systemd", "workspace.yaml")["load_from"]
    server = location["grpc_server"]
    command = service(FOLDER / "phlogiston-code.service")["ExecStart"].split()
    assert command[command.index("-h") + 1] == server["host"]
    assert command[command.index("-p") + 1] == str(server["port"])
    assert command[command.index("-m") + 1] == "phlogiston_assets.definitions"


def test_the_environment_is_one_that_is_read_and_complete() -> None:
    variables = read_environment_file(FOLDER / "phlogiston.env")
    assert [name for name in variables if not is_known(name)] == []
    assert set(variables) >= STORAGE | {"DAGSTER_HOME", "PHLOGISTON_DATABASE_URL"}
    assert variables["DAGSTER_POSTGRES_PASSWORD"] == ""
    assert {service(unit)["EnvironmentFile"] for unit in UNITS} == {
        "/etc/phlogiston/phlogiston.env"
    }


@pytest.mark.parametrize("unit_file", UNITS, ids=[unit.stem for unit in UNITS])
def test_what_is_written_lies_where_the_unit_may_write(unit_file: Path) -> None:
    told = service(unit_file)
    variables = read_environment_file(FOLDER / "phlogiston.env")
    assert told["ProtectSystem"] == "strict"
    states = [f"/var/lib/{name}" for name in told["StateDirectory"].split()]
    assert variables["DAGSTER_HOME"] in states
    assert variables["PHLOGISTON_HOME"] in states
    assert variables["PHLOGISTON_SITE_DIR"].startswith(variables["PHLOGISTON_HOME"])
    assert variables["MPLCONFIGDIR"] == f"/var/cache/{told['CacheDirectory']}"
