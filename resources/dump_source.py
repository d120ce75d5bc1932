"""Where dumps come from: fetching the newest one into the home folder (operations.md)."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit
from urllib.request import url2pathname

from phlogiston_assets.domain.dump import DumpError
from resources.addresses import shown, split_credentials

if TYPE_CHECKING:
    import httpx

_Result = TypeVar("_Result")

# It logs each request with its whole address, query and all.
logging.getLogger("httpx").setLevel(logging.WARNING)

_TRIES: Final = 4
_TIMEOUT: Final = (20.0, 60.0, 60.0, 60.0)
"""Seconds to connect, to read, to write, and to wait for a connection."""
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class DumpInfo:
    """What is known of the newest dump without fetching it.

    `source` is its address as it may be shown, `day` the last day that it covers whole.
    """

    source: str
    day: date
    size: int | None
    made_at: datetime


class DumpSource:
    """The place that a dump is fetched from: an http or https address, or a file."""

    def __init__(
        self,
        source: str,
        *,
        tries: int = _TRIES,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.source = source
        self.shown = shown(source)
        self.tries = tries
        self.pause = pause

    @property
    def is_remote(self) -> bool:
        """Whether the dump comes over the network.

        Raises:
            DumpError: an address that is neither http, https nor a file.
        """
        try:
            scheme = urlsplit(self.source).scheme
        except ValueError:
            raise self._unreadable() from None
        if scheme in ("http", "https"):
            return True
        if scheme in ("", "file") or len(scheme) == 1:
            return False
        raise DumpError(
            f"{self.shown} cannot be fetched: give an http or https address, or a file."
        )

    @property
    def path(self) -> Path:
        """The file, where the source is one."""
        if self.source.startswith("file:"):
            return Path(url2pathname(urlsplit(self.source).path))
        return Path(self.source)

    def look(self) -> DumpInfo:
        """Find out how new the dump is.

        Raises:
            DumpError: it cannot be reached, or is no file.
        """
        if self.is_remote:
            return self._retry(self._head)
        path = _existing(self.path)
        made_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return DumpInfo(str(path), closed_day(made_at), path.stat().st_size, made_at)

    def fetch(
        self,
        target: Path,
        report: Callable[[int], None] = lambda _: None,
        check: Callable[[Path], None] = lambda _: None,
    ) -> None:
        """Bring the dump to `target`, which appears whole or not at all.

        `report` is called with the count of bytes that have come, `check` with the file before it
        takes its place.

        Raises:
            DumpError: it cannot be reached, came in part only, or cannot be kept.
        """
        part = target.with_name(target.name + ".part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._bring(part, report)
            check(part)
            part.replace(target)
        except OSError as error:
            raise DumpError(
                f"The dump cannot be kept in {target.parent}: {error.strerror}. Make room there, "
                "or set PHLOGISTON_HOME to another folder."
            ) from error
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _bring(self, part: Path, report: Callable[[int], None]) -> None:
        if self.is_remote:
            self._retry(lambda: self._download(part, report))
        else:
            _copy(_existing(self.path), part)

    def _retry(self, attempt: Callable[[], _Result]) -> _Result:
        """Try again, ever more slowly, where a failure may pass."""
        for number in range(1, self.tries + 1):
            try:
                return attempt()
            except _PassingError as error:
                if number == self.tries:
                    raise DumpError(
                        f"{self.shown} could not be fetched in {self.tries} tries: {error}. "
                        "Try again later; the previous load stays in place."
                    ) from error
                self.pause(2.0**number)
        raise AssertionError

    def _head(self) -> DumpInfo:
        with self._request("HEAD") as response:
            made_at = _instant(response.headers.get("last-modified"))
            size = response.headers.get("content-length")
            return DumpInfo(self.shown, closed_day(made_at), int(size) if size else None, made_at)

    @contextmanager
    def _request(self, method: str) -> Iterator[httpx.Response]:
        import httpx  # noqa: PLC0415 - every start would wait for what a dump in a file never needs

        try:
            address, credentials = split_credentials(self.source)
        except ValueError:
            raise self._unreadable() from None
        try:
            with httpx.stream(
                method, address, auth=credentials, follow_redirects=True, timeout=_TIMEOUT
            ) as response:
                if response.status_code in _PASSING:
                    raise _PassingError(f"the server answered {response.status_code}")
                if response.status_code != HTTPStatus.OK:
                    raise DumpError(
                        f"{self.shown} could not be fetched: the server answered "
                        f"{response.status_code} {response.reason_phrase}. Check the address."
                    )
                yield response
        except httpx.InvalidURL:
            raise self._unreadable() from None
        except (httpx.UnsupportedProtocol, httpx.TooManyRedirects) as error:
            raise DumpError(
                f"{self.shown} cannot be fetched: {error}. Check the address."
            ) from error
        except httpx.HTTPError as error:
            raise _PassingError(str(error) or type(error).__name__) from error

    def _unreadable(self) -> DumpError:
        """Without the reason that the library gives: it quotes what may be a password."""
        return DumpError(
            f"{self.shown} is no address that can be read. Check the address; in a user or a "
            "password, write signs such as @ : / ? # in their encoded form, as %40."
        )

    def _download(self, part: Path, report: Callable[[int], None]) -> None:
        with self._request("GET") as response, part.open("wb") as file:
            size = int(response.headers.get("content-length", 0))
            _check_room(part, size)
            for block in response.iter_bytes(2**20):
                file.write(block)
                report(file.tell())
            file.flush()
            os.fsync(file.fileno())
            encoded = response.headers.get("content-encoding")
            if size and not encoded and file.tell() != size:
                raise _PassingError(f"the connection ended after {file.tell():,} of {size:,} bytes")


class _PassingError(Exception):
    """A failure that may not last."""


def refuse_credentials(source: str) -> None:
    """See that what is asked of one run holds no secret: Dagster keeps and shows it.

    Raises:
        DumpError: the address has a user, a password or a query.
    """
    if shown(source) != source:
        raise DumpError(
            f"The address {shown(source)} may hold a secret in its user, password or query, and "
            "would be kept with the run for all to see. Give it by PHLOGISTON_DUMP_URL instead."
        )


def _instant(stamp: str | None) -> datetime:
    """The instant in a Last-Modified header; now, where it tells none."""
    try:
        found = parsedate_to_datetime(stamp or "")
    except ValueError:
        return datetime.now(UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def closed_day(made_at: datetime) -> date:
    """The last day that a dump made at an instant covers whole: the day before it, in UTC."""
    return made_at.astimezone(UTC).date() - timedelta(days=1)


def _existing(path: Path) -> Path:
    if path.is_dir():
        raise DumpError(f"{path} is a folder, not a dump file. Give the file inside it.")
    if not path.exists():
        raise DumpError(f"There is no file {path}. Check the path given for the dump.")
    return path


def _check_room(part: Path, size: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if size > free:
        raise DumpError(
            f"The dump has {size:,} bytes, but only {free:,} are free in {part.parent}. "
            "Make room, or set PHLOGISTON_HOME to a larger disk."
        )


def _copy(source: Path, part: Path) -> None:
    """Keep the file's bytes: a link would change with a source that is overwritten in place."""
    _check_room(part, source.stat().st_size)
    shutil.copyfile(source, part)
