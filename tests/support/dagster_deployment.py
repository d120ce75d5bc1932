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
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
import yaml
from support.dagster_dev import PATIENT, DagsterDev, must_be_gone
from support.deployment import DEPLOY, read_yaml
from support.postgres import Server

_SERVICES = ("code", "daemon", "webserver")
_ENDS_WITHIN = 60.0
_HASTE = {
    "poll_interval_seconds: 60\n": "poll_interval_seconds: 2\n",
    "failure_retry_delay: 30\n": "failure_retry_delay: 2\n",
    "start_timeout_seconds: 300\n": "start_timeout_seconds: 3600\n",
    "run_queue:\n": "run_queue:\n  dequeue_interval_seconds: 1\n",
}
"""What is too slow in dagster.yaml for a test, and what is too soon for a slow machine."""


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

    def kill_and_start_again(self, service: str) -> None:
        """What a crash of its container does to a service and its children."""
        end(self.processes[service])
        self.processes[service] = self.place.start(service)

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
    scopes_dir: Path
    settings: Mapping[str, str]
    """What stands in `.env` for the code server, by variable."""

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

    def _found_by(self, service: str) -> dict[str, str]:
        """What tells which processes are left: the tests look for a home folder."""
        return {} if service == "code" else {"PHLOGISTON_HOME": str(self.home)}

    @property
    def log(self) -> Path:
        """What all processes say."""
        return self.home / "log"

    def start(self, service: str) -> subprocess.Popen[bytes]:
        """Start a service in a process group of its own; the code server until it listens."""
        with self.log.open("ab") as out:
            process = subprocess.Popen(
                self.command(read_yaml("compose", "compose.yaml"), service),
                env=self.environment(service),
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if service == "code":
            try:
                _wait_for_port(self.ports["code"], process, self.log)
            except AssertionError:
                end(process)
                raise
        return process

    def environment(self, service: str) -> dict[str, str]:
        """The image's and the service's variables, each with the value that it has here."""
        told = read_yaml("compose", "compose.yaml")["services"][service]["environment"]
        ours = {
            "PHLOGISTON_DATABASE_URL": self.data_url,
            "PHLOGISTON_HOME": str(self.home),
            "PHLOGISTON_SITE_DIR": str(self.home / "site"),
            "PHLOGISTON_SCOPES_DIR": str(self.scopes_dir),
            **self.storage,
        }
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PHLOGISTON_", "DAGSTER_"))
        }
        of_image = {
            **PATIENT,
            "DAGSTER_HOME": str(self.home / "dagster"),
            "DAGSTER_EVENT_BATCH_SIZE": "500",
            "TMPDIR": str(self.home / "tmp"),
        }
        of_file = self.settings if service == "code" else {}
        given = {name: ours[name] for name in told}
        return inherited | of_image | of_file | given | self._found_by(service)


@contextmanager
def running_deployment(
    server: Server, scopes_dir: Path, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Deployment]:
    """Start code server, daemon and web server; at the end nothing of them is left."""
    home = Path(tempfile.mkdtemp(prefix="phlogiston-deployed-"))
    try:
        place = _make_place(home, server, scopes_dir, settings)
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


def _make_place(
    home: Path, server: Server, scopes_dir: Path, settings: Mapping[str, str]
) -> _Place:
    for folder in ("dagster", "tmp"):
        (home / folder).mkdir()
    instance = (DEPLOY / "dagster.yaml").read_text("utf-8")
    for patient, soon in _HASTE.items():
        assert patient in instance
        instance = instance.replace(patient, soon)
    (home / "dagster" / "dagster.yaml").write_text(instance, "utf-8")
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
    return _Place(home, ports, server.url(), storage, scopes_dir, settings)


def _start(place: _Place, stack: ExitStack) -> Deployment:
    processes: dict[str, subprocess.Popen[bytes]] = {}
    stack.callback(lambda: [end(process) for process in processes.values()])
    for service in _SERVICES:
        processes[service] = place.start(service)
    url = sa.make_url(place.data_url).set(database=place.storage["DAGSTER_POSTGRES_DB"])
    pages = DagsterDev(processes["webserver"], place.ports["webserver"], place.home, place.log)
    return Deployment(processes, pages, url, place.data_url, place)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with its children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for the code server, as compose does by its health check, at less cost."""
    end = time.monotonic() + 600
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
