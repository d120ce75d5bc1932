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
import pytest

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

    def __init__(self, binaries: Path, folder: Path, identity: dict[str, object]) -> None:
        """`folder` holds the cluster, `identity` says as whom the server runs."""
        self.folder = folder
        self.port = _free_port()
        self.count = 0
        self._identity = identity
        options = ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1"]
        data = folder / "data"
        self._command = [binaries / "postgres", "-D", data, "-p", str(self.port), "-k", folder]
        self._command += options
        self.start()

    def url(self, **options: object) -> str:
        """Make a database; `options` are those of CREATE DATABASE."""
        self.count += 1
        name = f"test_{self.count}"
        said = " ".join(f"{option} {value}" for option, value in options.items())
        self.execute(f"CREATE DATABASE {name} {said}")
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{name}"

    def copy(self, url: str) -> str:
        """A database like another one, to which nobody is connected."""
        return self.url(TEMPLATE=url.rpartition("/")[2])

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def restore(self, url: str, like: str) -> None:
        """Make a database anew like another one, to which nobody is connected."""
        self.drop(url)
        self.execute(f"CREATE DATABASE {url.rpartition('/')[2]} TEMPLATE {like.rpartition('/')[2]}")

    def execute(self, statement: str) -> None:
        """Run a statement outside of any transaction."""
        address = f"host=127.0.0.1 port={self.port} user={USER} dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # type: ignore[call-overload]
                self._command, stdout=log, stderr=log, cwd=self.folder, **self._identity
            )
        _wait_until_ready(self.port, self._process, self.folder / "log")

    def stop(self) -> None:
        """Break off all connections and stop the server."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server in a folder of its own and stop it at the end; skip where none is installed.

    Raises:
        AssertionError: none is installed, and this is continuous integration.
    """
    binaries = find_binaries()
    if binaries is None:
        assert not os.environ.get("CI"), "CI must have PostgreSQL's server binaries installed"
        pytest.skip("NO POSTGRESQL HERE: install Debian's `postgresql` to test on it as well")
    folder = Path(tempfile.mkdtemp(prefix="phlogiston-pg-"))
    identity = _identity()
    if identity:
        os.chown(folder, int(str(identity["user"])), int(str(identity["group"])))
    data = folder / "data"
    make = [binaries / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(make, check=True, capture_output=True, cwd=folder, **identity)  # type: ignore[call-overload]
    server = Server(binaries, folder, identity)
    try:
        yield server
    finally:
        server.stop()
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
