"""The desk at which a scope's files, the warehouse and the site come together."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from phlogiston_assets.domain.alarms import Alarm, stale_alarm
from phlogiston_assets.domain.scopes import Scope, find_prefixes, read_scope
from phlogiston_assets.domain.verdicts import Tell
from resources import agenda
from resources.agenda import ScopeWork
from resources.dump_source import DumpInfo
from resources.reconstructing import reconstruct_days
from resources.settings import Settings
from resources.warehouse.database import Database
from resources.warehouse.load_store import current_load


class ScopeDesk:
    """Does the work of one scope at a time; every step is whole or not at all.

    What works on frames or draws charts is imported when it is needed, so that definitions load at
    once.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings

    @property
    def templates(self) -> Path:
        """The folder of page templates."""
        return Path(__file__).resolve().parent.parent / "site_templates"

    def prefixes(self) -> tuple[str, ...]:
        """The scopes that have files."""
        return find_prefixes(self.settings.scopes_dir)

    def new_dump(self) -> DumpInfo | None:
        """The dump at the source, if it is newer than the load."""
        self.database.prepare()
        return agenda.new_dump(self.database, self.settings)

    def work(self, prefix: str) -> ScopeWork | None:
        """What is due of a scope; None if nothing is."""
        self.database.prepare()
        return agenda.scope_work(self.database, self.settings, self.scope(prefix))

    def index_work(self) -> str | None:
        """A text that stands for the index that is due; None if it is up to date."""
        self.database.prepare()
        return agenda.index_work(self.database, self.settings)

    def stale_alarm(self, now: datetime, where: str) -> Alarm | None:
        """The alarm on a load or reports that are overdue; None if none is, or nothing loaded."""
        self.database.prepare()
        with self.database.read() as connection:
            load = current_load(connection)
        if load is None:
            return None
        days = agenda.reported_days(self.database, self.prefixes())
        return stale_alarm(load.day, days, now, self.settings.alarm_after_days, where)

    def scope(self, prefix: str) -> Scope:
        """Read a scope's files.

        Raises:
            ScopeFileError: they are wrong, or missing.
        """
        return read_scope(self.settings.scopes_dir, prefix)

    def reconstruct(
        self, prefix: str, days: Sequence[date], *, anew: bool, tell: Tell = lambda _: None
    ) -> dict[str, Any]:
        """Reconstruct days of a scope; what a person would ask first of it."""
        self.database.prepare()
        scope = self.scope(prefix)
        done = reconstruct_days(self.database, self.settings, scope, days, anew=anew, tell=tell)
        return {
            "days": done.days,
            "tasks_in_scope": done.tasks,
            "periods": done.periods,
            "load": done.load_day.isoformat(),
            "newest_change": datetime.fromtimestamp(done.newest_change, UTC).isoformat(),
        }

    def store_figures(
        self, prefix: str, day: date, *, tell: Tell = lambda _: None
    ) -> dict[str, Any]:
        """Compute a scope's figures and keep them in the tables if they are the newest."""
        self.database.prepare()
        from resources.figuring import store_figures  # noqa: PLC0415 - see the class

        done = store_figures(self.database, self.settings, self.scope(prefix), day, tell=tell)
        return {
            "open": done.open,
            "resolved": done.resolved,
            "categories": done.categories,
            "in_tables": done.stored,
            "rows": done.rows,
        }

    def store_record(self, prefix: str, day: date) -> dict[str, Any]:
        """Bring the record of a scope's forecasts up to a day and keep it beside its figures."""
        self.database.prepare()
        from resources.figuring import store_record  # noqa: PLC0415 - see the class

        done = store_record(self.database, self.settings, self.scope(prefix), day)
        return {"sundays": done.sundays, "written": done.written, "in_tables": done.stored}

    def publish(self, prefix: str, day: date, *, tell: Tell = lambda _: None) -> dict[str, Any]:
        """Publish a scope's report of a day."""
        self.database.prepare()
        from resources.publishing import publish_report  # noqa: PLC0415 - see the class

        scope = self.scope(prefix)
        done = publish_report(self.database, self.settings, scope, day, self.templates, tell=tell)
        page = self.settings.site / prefix / day.isoformat() / "index.html"
        return {
            "files": done.files,
            "bytes": done.size,
            "open": done.open,
            "resolved": done.resolved,
            "page": str(page.absolute()),
            "address": self._address(prefix, day),
            "burnup": b64encode(done.burnup).decode(),
        }

    def _address(self, prefix: str, day: date) -> str:
        """Where visitors find a report; "" where the site's address is not told."""
        site = self.settings.site_url.rstrip("/")
        return f"{site}/{prefix}/{day.isoformat()}/" if site else ""

    def publish_index(self) -> dict[str, Any]:
        """Publish the page of all scopes."""
        self.database.prepare()
        from resources.publishing import publish_index  # noqa: PLC0415 - see the class

        counts = publish_index(self.database, self.settings, self.templates)
        return {**counts, "page": str((self.settings.site / "index.html").absolute())}
