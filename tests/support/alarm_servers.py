"""A webhook and a mail server on this machine that keep what they are sent."""

from __future__ import annotations

import json
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from support.deployment import need


@dataclass
class Webhook:
    """What was posted to `url`; it answers with `status`."""

    url: str
    status: int = 200
    posted: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class MailServer:
    """The commands that were given at `port`, and the letters that were sent.

    `clear` are the commands that came over the line as they are; `encrypts` is whether STARTTLS is
    offered.
    """

    port: int
    encrypts: bool = True
    commands: list[str] = field(default_factory=list)
    clear: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)


@contextmanager
def running_webhook() -> Iterator[Webhook]:
    """Start a webhook on a free port, stopped at the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            webhook.posted.append(json.loads(body))
            self.send_response(webhook.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing: the tests look at `Webhook.posted`."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        webhook = Webhook(f"http://127.0.0.1:{server.server_address[1]}/hook?key=s3cret")
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield webhook
        server.shutdown()


def make_certificate(folder: Path) -> Path:
    """A file with a certificate of this machine's address, and its key."""
    file = folder / "certificate.pem"
    make = [need("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    make += ["-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    make += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(file), "-out", "-"]
    told = subprocess.run(make, check=True, capture_output=True, text=True).stdout
    with file.open("a") as out:
        out.write(told)
    return file


class _MailHandler(socketserver.StreamRequestHandler):
    """One conversation with the mail server."""

    server: _MailServer

    def handle(self) -> None:
        mail = self.server.mail
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            mail.commands.append(line)
            if not self._is_encrypted:
                mail.clear.append(line)
            match line.split()[0].upper():
                case "DATA":
                    self._say("354 go on")
                    mail.letters.append(self._letter())
                    self._say("250 taken")
                case "EHLO":
                    offered = mail.encrypts and not self._is_encrypted
                    tls = "250-STARTTLS\r\n" if offered else ""
                    self._say(f"250-here\r\n{tls}250 AUTH PLAIN LOGIN")
                case "STARTTLS":
                    self._say("220 go on")
                    self.request = self.server.keys.wrap_socket(self.request, server_side=True)
                    self.setup()
                case "AUTH":
                    self._say("235 welcome")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 fine")

    @property
    def _is_encrypted(self) -> bool:
        return isinstance(self.request, ssl.SSLSocket)

    def _letter(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
            lines.append(line)
        return "\n".join(lines)

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


class _MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), _MailHandler)
        self.mail = MailServer(self.server_address[1])
        self.keys = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.keys.load_cert_chain(certificate)


@contextmanager
def running_mail_server(certificate: Path) -> Iterator[MailServer]:
    """Start a mail server on a free port that takes every letter, stopped at the end."""
    with _MailServer(certificate) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.mail
        server.shutdown()
