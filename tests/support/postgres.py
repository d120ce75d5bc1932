"""A PostgreSQL server of the tests' own, from the binaries that are installed."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

USER = "phlogiston"


def find_binaries() -> Path | None:
    """The folder of `initdb` and `postgres`; None where there are none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _identity() -> dict[str, object]:
    """Whom to run the server as: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("there is no user to run PostgreSQL as")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A running server; `url` gives the SQLAlchemy URL of a fresh database."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.count = 0

    def url(self) -> str:
        """Make a database."""
        self.count += 1
        name = f"test_{self.count}"
        address = f"host=127.0.0.1 port={self.port} user={USER} dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{name}"


@contextmanager
def running_server(binaries: Path) -> Iterator[Server]:
    """Start a server in a folder of its own and stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="phlogiston-pg-"))
    identity = _identity()
    if identity:
        os.chown(folder, int(str(identity["user"])), int(str(identity["group"])))
    data = folder / "data"
    make = [binaries / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(make, check=True, capture_output=True, cwd=folder, **identity)  # type: ignore[call-overload]
    port = _free_port()
    options = ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1"]
    start = [binaries / "postgres", "-D", data, "-p", str(port), "-k", folder, *options]
    log = (folder / "log").open("wb")
    process = subprocess.Popen(start, stdout=log, stderr=log, cwd=folder, **identity)  # type: ignore[call-overload]
    try:
        _wait_until_ready(port, process, folder / "log")
        yield Server(port)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
        try:
            psycopg.connect(f"host=127.0.0.1 port={port} user={USER} dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("PostgreSQL did not become ready in 30 s")
