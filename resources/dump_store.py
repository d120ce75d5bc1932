"""The dump files kept in the home folder, one a day that a dump closes."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Final

from phlogiston_assets.domain.dumps.dump import DumpError
from resources.dump_file import check_dump
from resources.dump_source import DumpSource, refuse_credentials
from resources.settings import Settings

_PAUSE: Final = 0.2


class DumpStore:
    """The folder of dump files; the newest few are kept."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def path(self, day: date) -> Path:
        """Where the dump that closes a day is kept."""
        return self.settings.dumps / f"phabricator_public-{day}.dump"

    def kept(self, day: date) -> Path:
        """The dump file of a day.

        Raises:
            DumpError: it is not on disk.
        """
        path = self.path(day)
        if not path.exists():
            raise DumpError(
                f"The dump that closes {day} is not on disk ({path}), and only the newest one can "
                f"be fetched. To work out {day} again no old dump is needed: every dump holds all "
                "history. Load the newest one and materialise `task_on_date` for that day."
            )
        return path

    def obtain(
        self,
        day: date,
        source: str,
        *,
        trust: bool,
        report: Callable[[int], None] = lambda _: None,
    ) -> Path:
        """The dump that closes a day: from disk or, if it is the newest, fetched.

        `source` stands in for the setting, and is fetched even if a dump of that day is on disk;
        `trust` takes it for that day's whatever its time stamp says.

        Raises:
            DumpError: it is neither on disk nor the newest, or cannot be fetched, or `source` may
                hold a secret.
        """
        refuse_credentials(source)
        with self._alone():
            return self._obtained(day, source, trust=trust, report=report)

    def _obtained(
        self, day: date, source: str, *, trust: bool, report: Callable[[int], None]
    ) -> Path:
        target = self.path(day)
        if target.exists() and not source:
            return target
        place = DumpSource.of(self.settings, source)
        if not trust:
            newest = place.look()
            if newest.day != day:
                raise DumpError(
                    f"The dump at {newest.source} closes {newest.day}, not {day}; older ones "
                    f"cannot be fetched. Materialise the partition {newest.day} instead: its dump "
                    f"holds all history, so {day} can then be reconstructed from it."
                )
        place.fetch(target, report, check_dump)
        return target

    def reject(self, day: date) -> None:
        """Remove the dump file of a day that could not be loaded, so that it is fetched again."""
        self.path(day).unlink(missing_ok=True)

    def prune(self, in_use: date | None = None) -> None:
        """Remove all but the newest dump files, and but that of the load in use.

        What is left of downloads up to that day that were given up goes too.
        """
        files = sorted(self.settings.dumps.glob("phabricator_public-*.dump"))
        for path in files[: -self.settings.dumps_kept]:
            if in_use is None or path != self.path(in_use):
                path.unlink(missing_ok=True)
        if in_use is not None:
            self._drop_parts(self.path(in_use).name)

    def _drop_parts(self, newest: str) -> None:
        """Remove what is left of downloads up to the file `newest`, unless one is under way."""
        with suppress(DumpError), self._alone(wait=0):
            for path in self.settings.dumps.glob("phabricator_public-*.dump.part*"):
                if path.name.partition(".part")[0] <= newest:
                    path.unlink(missing_ok=True)

    @contextmanager
    def _alone(self, wait: float | None = None) -> Iterator[None]:
        """Nobody else fetches meanwhile; the system lets go with the process, however it ends.

        Raises:
            DumpError: somebody else went on fetching for longer than the time to wait.
        """
        limit = self.settings.lock_wait if wait is None else wait
        deadline = time.monotonic() + limit
        folder = self._folder()
        try:
            while not _locked(folder):
                if time.monotonic() >= deadline:
                    raise DumpError(
                        f"Another run is fetching a dump into {self.settings.dumps}; gave up after "
                        f"{limit:g} s. Wait for it to end and start again, or raise "
                        "PHLOGISTON_LOCK_WAIT."
                    )
                time.sleep(_PAUSE)
            yield
        finally:
            os.close(folder)

    def _folder(self) -> int:
        """The folder of dumps, made if it is missing and opened."""
        try:
            self.settings.dumps.mkdir(parents=True, exist_ok=True)
            return os.open(self.settings.dumps, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise DumpError(
                f"The dump cannot be kept in {self.settings.dumps}: {error.strerror}. Let "
                "this user write there, or set PHLOGISTON_HOME to another folder."
            ) from error


def _locked(folder: int) -> bool:
    """Take the folder's lock, if it is free."""
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
