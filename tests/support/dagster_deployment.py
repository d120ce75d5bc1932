"""A deployment's processes, each started with the command and environment of `compose.yaml`."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from support.cases import Case
from support.dagster_dev import DagsterDev, must_be_gone
from support.deployment import DEPLOY, read_yaml
from support.postgres import Server

_SERVICES = ("code", "daemon", "webserver")
_ENDS_WITHIN = 60.0


@dataclass
class Deployment:
    """The running processes by service, the requests of the web pages, and both databases."""

    processes: dict[str, subprocess.Popen[bytes]]
    pages: DagsterDev
    dagster_url: sa.URL
    data_url: str
    place: _Place

    def is_healthy(self, service: str) -> bool:
        """What the service's health check says."""
        check = self.place.command(read_yaml("compose", "compose.yaml"), service, health=True)
        environment = self.place.environment(service)
        return not subprocess.run(
            check, env=environment, check=False, cwd=self.place.home
        ).returncode

    def stop(self) -> dict[str, int]:
        """Ask each process to end, the code server last; their exit codes."""
        codes = {}
        for service in reversed(_SERVICES):
            process = self.processes[service]
            process.send_signal(signal.SIGTERM)
            codes[service] = process.wait(_ENDS_WITHIN)
        return codes


@dataclass
class _Place:
    """Where the containers' folders, names and ports are on this machine."""

    home: Path
    ports: Mapping[str, int]
    data_url: str
    storage: Mapping[str, str]
    case: Case

    def command(self, compose: Any, service: str, *, health: bool = False) -> list[str]:
        """A service's command or health check, with this machine's programs, ports and folders."""
        told = compose["services"][service]
        words = told["healthcheck"]["test"][1:] if health else told["command"]
        program, *rest = [self._here(word) for word in words]
        return [str(Path(sys.executable).with_name(program)), *rest]

    def _here(self, word: str) -> str:
        for port, ours in (("4000", "code"), ("3000", "webserver")):
            word = re.sub(rf"\b{port}\b", str(self.ports[ours]), word)
        word = word.replace("0.0.0.0", "127.0.0.1")
        return word.replace("/etc/phlogiston", str(self.home))

    def environment(self, service: str) -> dict[str, str]:
        """The image's and the service's variables, each with the value that it has here."""
        told = read_yaml("compose", "compose.yaml")["services"][service]["environment"]
        ours = {
            "PHLOGISTON_DATABASE_URL": self.data_url,
            "PHLOGISTON_DUMP_URL": str(self.case.dump),
            "PHLOGISTON_PHABRICATOR_URL": "",
            "PHLOGISTON_START_DATE": "",
            **self.storage,
        }
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PHLOGISTON_", "DAGSTER_"))
        }
        of_image = {
            "DAGSTER_HOME": str(self.home / "dagster"),
            "DAGSTER_EVENT_BATCH_SIZE": "500",
            "PHLOGISTON_HOME": str(self.home),
            "PHLOGISTON_SITE_DIR": str(self.home / "site"),
            "PHLOGISTON_SCOPES_DIR": str(self.case.scopes_dir),
            "TMPDIR": str(self.home / "tmp"),
        }
        return inherited | of_image | {name: ours[name] for name in told}


@contextmanager
def running_deployment(server: Server, case: Case) -> Iterator[Deployment]:
    """Start code server, daemon and web server; at the end nothing of them is left."""
    home = Path(tempfile.mkdtemp(prefix="phlogiston-deployed-"))
    try:
        place = _make_place(home, server, case)
        with ExitStack() as stack:
            stack.callback(must_be_gone, str(home))
            deployment = _start(place, stack)
            try:
                deployment.pages.wait_until_ready()
            except AssertionError as error:
                raise AssertionError(f"{error}\n{deployment.pages.end_of_log()}") from error
            yield deployment
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _make_place(home: Path, server: Server, case: Case) -> _Place:
    for folder in ("dagster", "tmp"):
        (home / folder).mkdir()
    shutil.copy(DEPLOY / "dagster.yaml", home / "dagster")
    ports = {name: _free_port() for name in ("code", "webserver")}
    workspace = read_yaml("compose", "workspace.yaml")
    workspace["load_from"][0]["grpc_server"].update(host="127.0.0.1", port=ports["code"])
    (home / "workspace.yaml").write_text(yaml.safe_dump(workspace), "utf-8")
    url = sa.make_url(server.url())
    storage = {
        "DAGSTER_POSTGRES_HOST": str(url.host),
        "DAGSTER_POSTGRES_PORT": str(url.port),
        "DAGSTER_POSTGRES_USER": str(url.username),
        "DAGSTER_POSTGRES_PASSWORD": "not-asked-for",
        "DAGSTER_POSTGRES_DB": str(url.database),
    }
    return _Place(home, ports, server.url(), storage, case)


def _start(place: _Place, stack: ExitStack) -> Deployment:
    compose = read_yaml("compose", "compose.yaml")
    processes = {}
    url = sa.make_url(place.data_url).set(database=place.storage["DAGSTER_POSTGRES_DB"])
    log = place.home / "log"
    for service in _SERVICES:
        out = stack.enter_context(log.open("ab"))
        processes[service] = subprocess.Popen(
            place.command(compose, service),
            env=place.environment(service),
            cwd=place.home,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        stack.callback(_end, processes[service])
        if service == "code":
            _wait_for_port(place.ports["code"], processes[service], log)
    pages = DagsterDev(processes["webserver"], place.ports["webserver"], place.home, log)
    return Deployment(processes, pages, url, place.data_url, place)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for the code server, as compose does by its health check, at less cost."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text("utf-8", errors="replace")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"no answer on port {port}\n{log.read_text('utf-8', errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
