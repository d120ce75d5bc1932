"""The published site: folders of static files, each whole or not at all at every instant.

    <site>/<scope>/2024-03-31  ->  .2024-03-31.5f1c...           a report of one day
    <site>/<scope>/latest      ->  2024-03-31                    the newest of them
    <site>/index.html          ->  .index/current/index.html     and the index' other files
    <site>/.index/current      ->  9ab0...

A folder that is not empty cannot be replaced by a rename, a symbolic link can: a report is written
and synced into a folder of its own, then the day's link is renamed over the old one, which no
reader and no crash can see half done. Links are relative, so that a site can be moved; tools that
copy it must keep links or follow them (`rsync -a`, `cp -r --dereference`), and a web server must
follow them. A copy in which folders stand in place of links is taken over by the next publication.

What does not belong here: what a report holds (see `phlogiston_assets.domain.pages`), and how
folders and links are written (see `folders`).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path, PurePosixPath
from typing import Final

from phlogiston_assets.domain.scopes import is_prefix, quarter_start
from resources.folders import (
    ASIDE,
    LOCK,
    NEW_LINK,
    discard,
    locked,
    point,
    remove_others,
    write_folder,
)

LATEST: Final = "latest"
_INDEX: Final = ".index"
_CURRENT: Final = "current"
_OURS: Final = re.compile(r"\.(new-|aside-|[0-9]{4}-[0-9]{2}-[0-9]{2}\.)")
"""Hidden names in a scope's folder that this module makes; others, as .htaccess, are left alone."""

Files = Mapping[str, bytes | str]


class SiteError(RuntimeError):
    """The site cannot be written; the message says why and what to do."""


class Site:
    """A folder of reports and an index (reports.md, "Publishing")."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when something is published."""
        self.folder = folder

    def publish(self, prefix: str, day: date, files: Files) -> None:
        """Put a report in place of the day's earlier one, if any, and move `latest` if it is newer.

        `files` are contents by names relative to the report's folder, `/` between folders. The
        replaced report stays on disk until the scope's next publication, for readers who have it
        open; leftovers of killed publications go then too.

        Raises:
            ValueError: a prefix or name that cannot stand in the site.
            SiteError: it cannot be written; the earlier report stands.
        """
        home = self._home(prefix)
        _check(files)
        with self._writing(home):
            self._sweep(home)
            version = f".{day.isoformat()}.{secrets.token_hex(8)}"
            write_folder(home / version, files)
            point(home / day.isoformat(), version)
            self._move_latest(home)

    def publish_index(self, files: Files) -> None:
        """Put the files of the site's root in place of all earlier ones, all at once.

        Raises:
            ValueError: a name that cannot stand there, among them what could be a scope's folder.
            SiteError: it cannot be written; the earlier index stands.
        """
        _check(files)
        tops = {PurePosixPath(name).parts[0] for name in files}
        for top in sorted(tops):
            if is_prefix(top):
                raise ValueError(f"{top!r} could be a scope's folder, so no file of the index.")
        home = self.folder / _INDEX
        with self._writing(home):
            current = home / _CURRENT
            kept = {current.readlink().name} if current.is_symlink() else set()
            remove_others(home, kept | {_CURRENT, LOCK})
            version = secrets.token_hex(8)
            write_folder(home / version, files)
            for top in sorted(tops):
                point(self.folder / top, f"{_INDEX}/{_CURRENT}/{top}")
            point(current, version)
            self._drop_links(tops)

    def prune(self, prefix: str, keep_days: int) -> tuple[date, ...]:
        """Remove reports older than `keep_days` before the newest; return their days.

        The last one of each quarter is always kept, the newest among them.
        """
        home = self._home(prefix)
        if not home.is_dir():
            return ()
        with self._writing(home):
            days = self.days(prefix)
            last = {quarter_start(day): day for day in days}
            oldest = max(days, default=date.max) - timedelta(days=keep_days)
            gone = tuple(day for day in days if day < oldest and day not in last.values())
            for day in gone:
                discard(home / day.isoformat())
            self._move_latest(home)
            self._sweep(home)
            return gone

    def days(self, prefix: str) -> tuple[date, ...]:
        """The days of which there is a report, ascending."""
        home = self._home(prefix)
        found = (_day(path.name) for path in home.iterdir()) if home.is_dir() else ()
        return tuple(sorted(day for day in found if day is not None))

    def latest_files(self, name: str) -> dict[str, bytes]:
        """The file `name` of the newest report of each scope, by prefix, where there is one."""
        found = {}
        for home in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if is_prefix(home.name):
                with suppress(FileNotFoundError, NotADirectoryError):
                    found[home.name] = (home / LATEST / name).read_bytes()
        return found

    @contextmanager
    def _writing(self, home: Path) -> Iterator[None]:
        """Hold a folder for oneself, and say in a sentence why it cannot be written."""
        try:
            with locked(home):
                yield
        except OSError as error:
            raise SiteError(
                f"The site in {self.folder} cannot be written: {error.strerror or error}. Make "
                "room there, or let this user write it, and give the same command again; what was "
                "published before stands."
            ) from error

    def _home(self, prefix: str) -> Path:
        if not is_prefix(prefix):
            raise ValueError(f"{prefix!r} cannot name a scope.")
        return self.folder / prefix

    def _move_latest(self, home: Path) -> None:
        days = self.days(home.name)
        if days:
            point(home / LATEST, days[-1].isoformat())

    def _sweep(self, home: Path) -> None:
        """Remove versions that no day points to: replaced ones, and leftovers of killed runs."""
        days = (home / day.isoformat() for day in self.days(home.name))
        used = {day.readlink().name for day in days if day.is_symlink()}
        for path in list(home.iterdir()):
            if _OURS.match(path.name) and path.name not in used:
                discard(path)

    def _drop_links(self, tops: set[str]) -> None:
        """Remove links to files that the index no longer has, and leftovers."""
        for path in list(self.folder.iterdir()):
            ours = path.is_symlink() and path.readlink().parts[0] == _INDEX
            if path.name.startswith((NEW_LINK, ASIDE)) or (ours and path.name not in tops):
                discard(path)


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(name)
    except ValueError:
        return None
    return found if found.isoformat() == name else None


def _check(files: Files) -> None:
    """Refuse names that would leave the folder or be hidden in it."""
    for name in files:
        parts = PurePosixPath(name).parts
        strange = not parts or any(part.startswith((".", "/")) for part in parts)
        if strange or name != "/".join(parts) or "\\" in name or "\0" in name:
            raise ValueError(f"{name!r} is no name for a file of the site.")
