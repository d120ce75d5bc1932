"""The dump files kept in the home folder, one a day that a dump closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from phlogiston_assets.domain.dump import DumpError
from resources.dump_source import DumpSource, refuse_credentials
from resources.loading import check_dump
from resources.settings import Settings


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
        target = self.path(day)
        if target.exists() and not source:
            return target
        place = DumpSource(source or self.settings.dump_url)
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

    def prune(self) -> None:
        """Remove all but the newest dump files."""
        files = sorted(self.settings.dumps.glob("phabricator_public-*.dump"))
        for path in files[: -self.settings.dumps_kept]:
            path.unlink(missing_ok=True)
