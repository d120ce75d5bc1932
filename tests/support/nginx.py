"""nginx with one of the deployment's server files, on free ports."""

from __future__ import annotations

import getpass
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from support.deployment import need

_FRAME = """
daemon off;
user {user};
pid {folder}/pid;
error_log stderr warn;
events {{ worker_connections 32; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/server.conf;
}}
"""


@contextmanager
def running_nginx(server: Path, places: Mapping[str, str], folder: Path) -> Iterator[int]:
    """Serve with a server file in which some places are replaced; the port that it listens on.

    The file must pass nginx's own test, and is otherwise used as it is.
    """
    nginx, port = need("nginx"), _free_port()
    text = server.read_text("utf-8")
    for there, here in {**places, **_port_of(text, port)}.items():
        assert there in text, f"{server.name} does not have {there}"
        text = text.replace(there, here)
    (folder / "server.conf").write_text(text, "utf-8")
    frame = _FRAME.format(user=getpass.getuser(), folder=folder)
    (folder / "nginx.conf").write_text(frame, "utf-8")
    command = [nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", "stderr"]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr, tested.stderr
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait_for_port(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _port_of(text: str, port: int) -> dict[str, str]:
    found = re.search(r"listen \d+( ssl)?;", text)
    assert found is not None
    return {found[0]: f"listen 127.0.0.1:{port}{found[1] or ''};"}


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, "nginx ended by itself"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
