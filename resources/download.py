"""Fetching one file over http or https, in pieces if the connection breaks.

A file is gone on with only where the server says that it is the same one still: by an ETag that is
not weak, or by a time of its last change that lay well before the answer. Else it is begun anew, so
that two dumps are never mixed.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from phlogiston_assets.domain.dumps.dump import DumpError
from resources.addresses import shown, split_credentials

if TYPE_CHECKING:
    import httpx

# It logs each request with its whole address, query and all.
logging.getLogger("httpx").setLevel(logging.WARNING)

_TIMEOUT: Final = (20.0, 60.0, 60.0, 60.0)
"""Seconds to connect, to read, to write, and to wait for a connection."""
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_WELL_BEFORE: Final = timedelta(seconds=60)
_SPARE: Final = 2**24
"""Bytes that must stay free on the disk while a file of unknown size comes."""
_BLOCKS_BETWEEN_LOOKS: Final = 256


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


@dataclass(frozen=True, slots=True)
class Begun:
    """What a file that has come in part is: its `validator` for If-Range, and its whole size."""

    validator: str
    size: int


@contextmanager
def requested(
    source: str, method: str, headers: Mapping[str, str] | None = None
) -> Iterator[httpx.Response]:
    """Ask a server for something; the answer, if it is a good one.

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
    try:
        with httpx.stream(
            method,
            address,
            auth=credentials,
            headers=asked,
            follow_redirects=True,
            timeout=_TIMEOUT,
        ) as response:
            _judge(source, response)
            yield response
    except httpx.InvalidURL:
        raise unreadable(source) from None
    except (httpx.UnsupportedProtocol, httpx.TooManyRedirects) as error:
        raise DumpError(
            f"{shown(source)} cannot be fetched: {error}. Check the address."
        ) from error
    except httpx.HTTPError as error:
        raise PassingError(str(error) or type(error).__name__) from error


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
        raise _OtherFileError
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


class _OtherFileError(Exception):
    """What comes is not the rest of what is there."""


def unreadable(source: str) -> DumpError:
    """Without the reason that the library gives: it quotes what may be a password."""
    return DumpError(
        f"{shown(source)} is no address that can be read. Check the address; in a user or a "
        "password, write signs such as @ : / ? # in their encoded form, as %40."
    )


class Download:
    """One file on its way to `part`; what is there of it from before is gone on with."""

    def __init__(self, source: str, part: Path, report: Callable[[int], None]) -> None:
        self.source = source
        self.part = part
        self.report = report
        self.begun = _read_note(part)

    @property
    def came(self) -> int:
        """How many bytes are there that can be gone on with."""
        with suppress(FileNotFoundError):
            return self.part.stat().st_size if self.begun else 0
        return 0

    def go_on(self) -> None:
        """Fetch what is missing.

        Raises:
            PassingError: it may be worth trying again.
            DumpError: it is not.
        """
        try:
            self._attempt()
        except _OtherFileError:
            self.forget()
            self._attempt()

    def forget(self) -> None:
        """Remove what has come."""
        self.begun = None
        for path in (self.part, note_of(self.part)):
            path.unlink(missing_ok=True)

    def _attempt(self) -> None:
        came, begun = self.came, self.begun
        headers = {}
        if came and begun:
            headers = {"Range": f"bytes={came}-", "If-Range": begun.validator}
        with requested(self.source, "GET", headers) as response:
            if response.status_code == HTTPStatus.PARTIAL_CONTENT:
                size: int | None = _checked_size(response, came, begun)
            else:
                came, size = 0, self._begin(response)
            self._take(response, came, size)

    def _begin(self, response: httpx.Response) -> int | None:
        """Note what begins to come; its size, if that is told."""
        told = response.headers.get("content-length")
        plain = not response.headers.get("content-encoding")
        size = int(told) if told and plain else None
        validator = _validator(response)
        self.forget()
        if size is not None and validator is not None:
            self.begun = Begun(validator, size)
            note_of(self.part).write_text(json.dumps(asdict(self.begun)), "utf-8")
        return size

    def _take(self, response: httpx.Response, came: int, size: int | None) -> None:
        check_room(self.part, (size or 0) - came)
        with self.part.open("r+b" if came else "wb") as file:
            file.seek(came)
            for number, block in enumerate(response.iter_bytes()):
                file.write(block)
                self.report(file.tell())
                if number % _BLOCKS_BETWEEN_LOOKS == 0:
                    check_room(self.part, _SPARE if size is None else size - file.tell())
            file.flush()
            os.fsync(file.fileno())
            if size is not None and file.tell() != size:
                raise PassingError(f"the connection ended after {file.tell():,} of {size:,} bytes")


def _checked_size(response: httpx.Response, came: int, begun: Begun | None) -> int:
    """The size of the whole file, if what comes is the rest of the same one.

    The server's word is not enough: some go on without looking at If-Range.
    """
    found = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", response.headers.get("content-range", ""))
    if begun is None or found is None or int(found[1]) != came or int(found[2]) != begun.size:
        raise _OtherFileError
    names = ("etag", "last-modified")
    if begun.validator not in [response.headers.get(name) for name in names]:
        raise _OtherFileError
    return begun.size


def _validator(response: httpx.Response) -> str | None:
    """What tells this file from any other at the same address; None if nothing does for sure."""
    etag: str | None = response.headers.get("etag")
    if etag:
        return None if etag.startswith("W/") else etag
    changed: str | None = response.headers.get("last-modified")
    try:
        told = parsedate_to_datetime(response.headers.get("date", ""))
        settled = told - parsedate_to_datetime(changed or "") >= _WELL_BEFORE
    except (ValueError, TypeError):
        return None
    return changed if settled else None


def note_of(part: Path) -> Path:
    """The file beside a part that tells of what it is one."""
    return part.with_name(part.name + ".json")


def _read_note(part: Path) -> Begun | None:
    try:
        return Begun(**json.loads(note_of(part).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def check_room(part: Path, wanted: int) -> None:
    """See that the disk has room for so many more bytes.

    Raises:
        DumpError: it has not.
    """
    free = shutil.disk_usage(part.parent).free
    if wanted > free:
        raise DumpError(
            f"The dump needs {wanted:,} bytes more, but only {free:,} are free in {part.parent}. "
            "Make room, or set PHLOGISTON_HOME to a larger disk."
        )
