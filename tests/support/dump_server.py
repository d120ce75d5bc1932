"""A web server on this machine that serves a dump well, badly or half."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_PIECES = 8


@dataclass(frozen=True)
class Answer:
    """One answer: a whole body, unless said otherwise.

    `sent` is how many bytes of the body go out before the connection is closed or, if it `hangs`,
    stays as it is; `pause` how many seconds pass between its pieces, which are single bytes if it
    `drips`, those of the headers too if `drips_at_once`; `mute` is whether there is no answer at
    all; `sized` whether Content-Length is told; `stamp` is the text of
    Last-Modified, `etag` that of ETag. A part that is asked for is sent if `ranges` is true,
    without a look at If-Range if `careless` is; `head` is the status with which HEAD is answered.
    """

    body: bytes = b""
    status: int = 200
    sent: int | None = None
    pause: float = 0.0
    hangs: bool = False
    drips: bool = False
    drips_at_once: bool = False
    mute: bool = False
    sized: bool = True
    stamp: str | None = None
    etag: str | None = None
    ranges: bool = True
    careless: bool = False
    head: int = 200
    location: str | None = None
    kind: str = "application/json"
    retry_after: str | None = None

    def first_byte(self, headers: Message) -> int:
        """The first byte that a request asks for, if that is to be one of this body."""
        asked = headers["Range"]
        same = headers["If-Range"] in (self.etag, self.stamp)
        if not asked or not self.ranges or not (same or self.careless):
            return 0
        return int(asked.removeprefix("bytes=").removesuffix("-"))

    def headers(self, first: int) -> dict[str, str]:
        """The headers of the answer that begins with a byte of the body."""
        size = len(self.body)
        told = {
            "Content-Type": self.kind,
            "Content-Range": f"bytes {first}-{size - 1}/{size}" if first else None,
            "Content-Length": str(size - first) if self.sized else None,
            "ETag": self.etag,
            "Last-Modified": self.stamp,
            "Location": self.location,
            "Retry-After": self.retry_after,
        }
        return {name: value for name, value in told.items() if value}


def whole(body: bytes, made_at: datetime | None = None) -> Answer:
    """Serve all of it, with the time at which it was made."""
    return Answer(body, stamp=None if made_at is None else format_datetime(made_at))


def cut(body: bytes) -> Answer:
    """Promise all of it, and close the connection half way."""
    return Answer(body, sent=len(body) // 2)


def slow(body: bytes, pause: float) -> Answer:
    """Serve it in pieces, with seconds between them."""
    return Answer(body, pause=pause)


def mute() -> Answer:
    """Take the request and say nothing."""
    return Answer(mute=True)


def hanging(body: bytes) -> Answer:
    """Promise all of it, and stop half way without closing the connection."""
    return Answer(body, sent=len(body) // 2, hangs=True)


def dripping(body: bytes, pause: float) -> Answer:
    """Serve it byte by byte, with seconds between them."""
    return Answer(body, pause=pause, drips=True)


def unsized(body: bytes) -> Answer:
    """Serve all of it without saying how much that is."""
    return Answer(body, sized=False)


def failing(status: int, retry_after: str | None = None) -> Answer:
    """Answer with an error, and say after which time to try again."""
    return Answer(b"an error", status=status, retry_after=retry_after)


def redirect(location: str) -> Answer:
    """Send the client elsewhere."""
    return Answer(status=302, location=location)


def html_page() -> Answer:
    """Say in a page of HTML, with 200, that something went wrong."""
    page = b"<!DOCTYPE html>\n<html><body><h1>Please sign in</h1></body></html>\n"
    return Answer(page, kind="text/html")


@dataclass
class DumpServer:
    """What the server will answer, in turn and the last for ever; and what it was asked."""

    address: str
    answers: list[Answer] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    log_ins: list[str | None] = field(default_factory=list)
    """The Authorization header of each request."""
    ranges: list[str | None] = field(default_factory=list)
    """The Range header of each GET."""
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the server is stopped, so that nothing hangs any longer."""

    @property
    def url(self) -> str:
        """Where the dump is."""
        return f"{self.address}/phabricator_public.dump"

    def will(self, *answers: Answer) -> str:
        """Answer the next requests with these; the dump's address."""
        self.answers[:] = answers
        self.requests.clear()
        self.log_ins.clear()
        self.ranges.clear()
        return self.url

    def take(self, request: str, log_in: str | None) -> Answer:
        """Note a request such as "GET /x" and give its answer."""
        self.requests.append(request)
        self.log_ins.append(log_in)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Handler(BaseHTTPRequestHandler):
    """One connection to the server."""

    server: _Server

    def do_HEAD(self) -> None:
        answer = self.server.served.take(f"HEAD {self.path}", self.headers.get("Authorization"))
        if self._speaks(answer):
            self._head(answer if answer.head == 200 else Answer(status=answer.head), 0)

    def do_GET(self) -> None:
        answer = self.server.served.take(f"GET {self.path}", self.headers.get("Authorization"))
        self.server.served.ranges.append(self.headers["Range"])
        if self._speaks(answer):
            self._serve(answer)

    def _speaks(self, answer: Answer) -> bool:
        if answer.mute:
            self._hang()
        return not answer.mute

    def _hang(self) -> None:
        self.server.served.over.wait()
        self.close_connection = True

    def _serve(self, answer: Answer) -> None:
        first = answer.first_byte(self.headers)
        if first and first >= len(answer.body):
            answer, first = failing(416), 0
        self._head(answer, first)
        body = answer.body[first : None if answer.sent is None else first + answer.sent]
        step = 1 if answer.drips else max(1, -(-len(body) // _PIECES))
        self._write(body, step, answer.pause)
        if answer.hangs:
            self._hang()

    def _write(self, what: bytes, step: int, pause: float) -> None:
        with suppress(ConnectionError):  # the client may have given up
            for start in range(0, len(what), step):
                self.wfile.write(what[start : start + step])
                if pause and self.server.served.over.wait(pause):
                    return

    def _head(self, answer: Answer, first: int) -> None:
        self.send_response(206 if first else answer.status)
        for name, value in answer.headers(first).items():
            self.send_header(name, value)
        if answer.drips_at_once:
            self.flush_headers()
            self._write(b"X-Long: " + b"x" * 9999 + b"\r\n", 1, answer.pause)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests ask `DumpServer.requests`."""


class _Server(ThreadingHTTPServer):
    """The server, and what it is to answer."""

    def __init__(self, certificate: Path | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        scheme = "http" if certificate is None else "https"
        self.served = DumpServer(f"{scheme}://127.0.0.1:{self.server_address[1]}")
        if certificate is not None:
            keys = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            keys.load_cert_chain(certificate)
            self.socket = keys.wrap_socket(self.socket, server_side=True)


@contextmanager
def running_dump_server(certificate: Path | None = None) -> Iterator[DumpServer]:
    """Start a server on a free port, with TLS if there is a certificate, stopped at the end."""
    with _Server(certificate) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server.served
        server.served.over.set()
        server.shutdown()
