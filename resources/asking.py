"""Asking a server for something over http or https, with a limit to how long it may take.

A limit on each read alone would let a server that sends a byte a second go on for ever.
"""

from __future__ import annotations

import logging
import re
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from phlogiston_assets.domain.dumps.dump import DumpError
from resources.addresses import shown, split_credentials

if TYPE_CHECKING:
    import httpx

# It logs each request with its whole address, query and all.
logging.getLogger("httpx").setLevel(logging.WARNING)

_CONNECT: Final = 20.0
"""Seconds in which a server must be there."""
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class PassingError(Exception):
    """A failure that may not last; `after` is for how many seconds the server asks to wait."""

    def __init__(self, sentence: str, after: float = 0.0) -> None:
        super().__init__(sentence)
        self.after = after


class NotAnsweredError(DumpError):
    """The server refuses the request; `status` is its answer."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class OtherFileError(Exception):
    """What comes is not the rest of what is there."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server may take: `answer` are the seconds in which it must begin to answer,
    `silence` those over which bytes must then come at the pace of `slowest` a second."""

    answer: float = 60.0
    silence: float = 60.0
    slowest: int = 50_000

    @property
    def least(self) -> float:
        """The bytes that must come within the seconds of silence."""
        return self.silence * self.slowest


class Watch:
    """Cuts off a server that takes longer than one has patience; used as a context manager.

    It looks at what has come since its last look from a thread of its own, since whoever waits for
    a byte can do nothing else.
    """

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self.reason = ""
        """Why the connection was cut; "" if it was not."""
        self._came = 0
        self._counts = False
        self._connections: list[socket.socket] = []
        self._begun, self._over = threading.Event(), threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._begun.set()

    def notice(self, step: str, told: Mapping[str, Any]) -> None:
        """Learn from httpx over which connections it speaks; redirects lead to several."""
        if step.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._connections.append(told["return_value"].get_extra_info("socket"))
            if self.reason:
                self._cut(self.reason)

    def begin(self) -> None:
        """The answer has begun: from now on count its bytes."""
        self._begun.set()

    def over(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The blocks of the answer, to the last of them.

        Raises:
            PassingError: the connection was cut, which may look as if all had come.
        """
        for block in blocks:
            self._came += len(block)
            yield block
        self._over.set()
        if self.reason:
            raise PassingError(self.reason)

    def look(self) -> None:
        """Cut the connection if too little has come since the last look."""
        if self._counts and self._came < self.patience.least:
            self._cut(f"only {self._came:,} bytes came within {self.patience.silence:g} s")
        self._counts, self._came = True, 0

    def _watch(self) -> None:
        if not self._begun.wait(self.patience.answer):
            self._cut(f"no answer came within {self.patience.answer:g} s")
        while not self.reason and not self._over.wait(self.patience.silence):
            self.look()

    def _cut(self, reason: str) -> None:
        self.reason = reason
        for connection in self._connections:
            with suppress(OSError):  # it has ended by itself
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


@contextmanager
def requested(
    source: str, method: str, watch: Watch, headers: Mapping[str, str] | None = None
) -> Iterator[httpx.Response]:
    """Ask a server for something; the answer, if it is a good one and begins in time.

    Raises:
        PassingError: it may be worth trying again.
        DumpError: it is not.
    """
    import httpx  # noqa: PLC0415 - every start would wait for what a dump in a file never needs

    try:
        address, credentials = split_credentials(source)
    except ValueError:
        raise unreadable(source) from None
    # Ranges are counted in the bytes that come over the line: so they must be the file's own.
    asked = {"Accept-Encoding": "identity", **(headers or {})}
    longest = max(watch.patience.answer, watch.patience.silence)
    # Only for what the watch should miss: it is to be first, and says what was amiss.
    timeout = httpx.Timeout(10 * longest, connect=_CONNECT)
    noticed = {"trace": watch.notice}
    try:
        with (
            httpx.Client(follow_redirects=True, timeout=timeout) as client,
            client.stream(
                method, address, auth=credentials, headers=asked, extensions=noticed
            ) as response,
        ):
            watch.begin()
            _judge(source, response)
            yield response
    except httpx.InvalidURL:
        raise unreadable(source) from None
    except (httpx.UnsupportedProtocol, httpx.TooManyRedirects) as error:
        reason = str(error).rstrip(".")
        raise DumpError(
            f"{shown(source)} cannot be fetched: {reason}. Check the address."
        ) from error
    except httpx.HTTPError as error:
        raise PassingError(watch.reason or str(error) or type(error).__name__) from error


def _judge(source: str, response: httpx.Response) -> None:
    status = response.status_code
    if status in _PASSING:
        after = _asked_pause(response.headers.get("retry-after", ""))
        wish = f" and asks to wait for {after:,.0f} s" if after else ""
        raise PassingError(f"the server answered {status}{wish}", after)
    ranged = "range" in response.request.headers
    if status == HTTPStatus.OK or (status == HTTPStatus.PARTIAL_CONTENT and ranged):
        return
    if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and ranged:
        raise OtherFileError
    raise NotAnsweredError(
        f"{shown(source)} could not be fetched: the server answered "
        f"{status} {response.reason_phrase}. Check the address.",
        status,
    )


def _asked_pause(told: str) -> float:
    """The seconds that a Retry-After header names, by their number or by a date; 0 if none."""
    if re.fullmatch(r"[0-9]{1,9}", told.strip()):
        return float(told)
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def unreadable(source: str) -> DumpError:
    """Without the reason that the library gives: it quotes what may be a password."""
    return DumpError(
        f"{shown(source)} is no address that can be read. Check the address; in a user or a "
        "password, write signs such as @ : / ? # in their encoded form, as %40."
    )
