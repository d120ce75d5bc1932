"""A webhook and a mail server on this machine that keep what they are sent."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Webhook:
    """What was posted to `url`; it answers with `status`."""

    url: str
    status: int = 200
    posted: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class MailServer:
    """The commands that were given at `port`, and the letters that were sent."""

    port: int
    commands: list[str] = field(default_factory=list)
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


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    """Start a mail server on a free port that takes every letter, stopped at the end."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 ready")
            while line := self.rfile.readline().decode().strip():
                mail.commands.append(line)
                if line.upper() == "DATA":
                    self._say("354 go on")
                    mail.letters.append(self._letter())
                    self._say("250 taken")
                elif line.upper().startswith("EHLO"):
                    self._say("250-here\r\n250 AUTH PLAIN LOGIN")
                elif line.upper().startswith("AUTH"):
                    self._say("235 welcome")
                elif line.upper() == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 fine")

        def _letter(self) -> str:
            lines = []
            while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                lines.append(line)
            return "\n".join(lines)

        def _say(self, answer: str) -> None:
            self.wfile.write(f"{answer}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        mail = MailServer(server.server_address[1])
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield mail
        server.shutdown()
