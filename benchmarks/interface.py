"""How long the web interface takes to open its graph."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from benchmarks.ground import Ground
from benchmarks.measuring import ROOT, Figures
from phlogiston_assets.runs import dagster_home

_PATIENCE: Final = 300.0
_GRAPH: Final = """
query { assetNodes { id groupName opNames isPartitioned jobNames kinds description
  assetKey { path } dependencyKeys { path } dependedByKeys { path }
  partitionDefinition { name } } }
"""


def graph(ground: Ground) -> Figures:
    """From the start of the web server to its first answer of the graph; then a second one."""
    dagster_home(ground.settings)
    figures = Figures(peak=0)
    start = time.perf_counter()
    with web_server(ground) as client:
        nodes = _first_answer(client)
        figures.wall = time.perf_counter() - start
        again = time.perf_counter()
        client.post("/graphql", json={"query": _GRAPH}).raise_for_status()
        figures.parts["asked again, wall"] = time.perf_counter() - again
    spent = os.times()
    figures.cpu = spent.children_user + spent.children_system
    figures.counts = {"assets": nodes}
    return figures


@contextmanager
def web_server(ground: Ground) -> Iterator[httpx.Client]:
    """A running web server on the ground's instance, and a client of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = str(Path(ground.folder) / "dagster")
    environment = {**ground.environment, "PYTHONPATH": str(ROOT), "DAGSTER_HOME": home}
    server = [sys.executable, "-m", "dagster_webserver", "-h", "127.0.0.1", "-p", str(port)]
    definitions = ["-m", "phlogiston_assets.definitions"]
    with (Path(ground.folder) / "webserver.log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603 - Dagster's web server on our own definitions
            [*server, *definitions],
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE) as client:
                yield client
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait()


def _first_answer(client: httpx.Client) -> int:
    """Ask for the graph until it is there; the count of its assets."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            answer = client.post("/graphql", json={"query": _GRAPH}).json()
        except httpx.TransportError:
            time.sleep(0.05)
            continue
        nodes = (answer.get("data") or {}).get("assetNodes")
        if nodes:
            return len(nodes)
        time.sleep(0.05)
    raise RuntimeError(f"the web server did not show the graph within {_PATIENCE:.0f} s")
