"""Where dumps come from: fetching the newest one into the home folder (operations.md).

What does not belong here: how a server is asked for one (see `dump_server`).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from urllib.request import url2pathname

from phlogiston_assets.domain.dumps.dump import DumpError
from resources.addresses import shown
from resources.asking import Patience, unreadable
from resources.download import check_room, note_of
from resources.dump_file import existing_dump
from resources.dump_server import DumpServer
from resources.folders import sync_folder
from resources.settings import Settings


@dataclass(frozen=True, slots=True)
class DumpInfo:
    """What is known of the newest dump without fetching it.

    `source` is its address as it may be shown, `day` the last day that it covers whole. `version`
    is another text for another dump: the server's ETag, time of change and size, as far as it tells
    them; `dated` is false where `made_at` is now only because the server tells no time.
    """

    source: str
    day: date
    size: int | None
    made_at: datetime
    version: str = ""
    dated: bool = True


class DumpSource:
    """The place that a dump is fetched from: an http or https address, or a file."""

    def __init__(
        self,
        source: str,
        *,
        tries: int = 4,
        patience: Patience = Patience(),  # noqa: B008 - cannot be changed
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.source = source
        self.shown = shown(source)
        self.tries = tries
        self.patience = patience
        self.pause = pause

    @classmethod
    def of(cls, settings: Settings, source: str = "") -> Self:
        """The place that the settings name, or another one, with the patience that they have."""
        seconds = settings.dump_patience
        patience = Patience(seconds, seconds, settings.dump_slowest)
        return cls(source or settings.dump_url, tries=settings.dump_tries, patience=patience)

    @property
    def is_remote(self) -> bool:
        """Whether the dump comes over the network.

        Raises:
            DumpError: an address that is neither http, https nor a file.
        """
        try:
            scheme = urlsplit(self.source).scheme
        except ValueError:
            raise unreadable(self.source) from None
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
            return self._told(self._server().headers())
        path = existing_dump(self.path)
        made_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        size = path.stat().st_size
        version = f"{path.stat().st_mtime_ns} {size}"
        return DumpInfo(str(path), closed_day(made_at), size, made_at, version)

    def fetch(
        self,
        target: Path,
        report: Callable[[int], None] = lambda _: None,
        check: Callable[[Path], None] = lambda _: None,
    ) -> None:
        """Bring the dump to `target`, which appears whole or not at all.

        What came of a download that was given up or killed is kept beside it, to go on from there,
        if the server lets that be done safely (see `resources.download`).

        `report` is called with the count of bytes that have come, `check` with the file before it
        takes its place.

        Raises:
            DumpError: it cannot be reached, came in part only, or cannot be kept.
        """
        part = target.with_name(target.name + ".part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if self.is_remote:
                self._server().download(part, report)
            else:
                _copy(existing_dump(self.path), part)
            _put(part, target, check)
        except OSError as error:
            _remove(part)
            raise DumpError(
                f"The dump cannot be kept in {target.parent}: {error.strerror}. Make room there, "
                "let this user write there, or set PHLOGISTON_HOME to another folder."
            ) from error

    def _server(self) -> DumpServer:
        return DumpServer(self.source, self.tries, self.patience, self.pause)

    def _told(self, headers: Mapping[str, str]) -> DumpInfo:
        """What a server's headers tell of the dump."""
        told = _instant(headers.get("last-modified"))
        made_at = told or datetime.now(UTC)
        size = headers.get("content-length")
        names = ("etag", "last-modified", "content-length")
        return DumpInfo(
            source=self.shown,
            day=closed_day(made_at),
            size=int(size) if size else None,
            made_at=made_at,
            version=" ".join(filter(None, (headers.get(name) for name in names))),
            dated=told is not None,
        )


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


def _instant(stamp: str | None) -> datetime | None:
    """The instant in a Last-Modified header; None where it tells none."""
    try:
        found = parsedate_to_datetime(stamp or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def closed_day(made_at: datetime) -> date:
    """The last day that a dump made at an instant covers whole: the day before it, in UTC."""
    return made_at.astimezone(UTC).date() - timedelta(days=1)


def _copy(source: Path, part: Path) -> None:
    """Keep the file's bytes: a link would change with a source that is overwritten in place."""
    check_room(part, source.stat().st_size)
    try:
        shutil.copyfile(source, part)
    except BaseException:
        _remove(part)
        raise


def _put(part: Path, target: Path, check: Callable[[Path], None]) -> None:
    """Let a file that has come whole and proves good take its place, lastingly."""
    try:
        check(part)
        part.replace(target)
        sync_folder(target.parent)
    finally:
        _remove(part)


def _remove(part: Path) -> None:
    for path in (part, note_of(part)):
        with suppress(OSError):
            path.unlink(missing_ok=True)
