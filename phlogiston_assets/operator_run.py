"""What `phlogiston run` does, run by run: load, then each scope, then the site's index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import click

from phlogiston_assets.defs.failures import EXPECTED
from phlogiston_assets.defs.load_assets import TABLES
from phlogiston_assets.defs.scope_assets import FIGURES, RECONSTRUCT_ANEW
from phlogiston_assets.domain.dumps.dump import DumpError
from phlogiston_assets.domain.scopes import Scope, find_prefixes, read_scope
from phlogiston_assets.runs import RunFailedError, Runs
from phlogiston_assets.terminal import Terminal
from resources.dump_source import DumpSource
from resources.reconstructing import DueDays, due_days
from resources.settings import Settings
from resources.warehouse import period_store
from resources.warehouse.database import Database, WarehouseError
from resources.warehouse.load_store import LoadSummary, current_load


@dataclass(frozen=True, slots=True)
class Request:
    """The options of the command; None and empty mean that nothing was said."""

    mode: str = "incremental"
    load: bool | None = None
    scopes: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    dump: str | None = None
    day: date | None = None
    replace_newer: bool = False
    accept_loss: bool = False


class OperatorRun:
    """One call of the command."""

    def __init__(self, settings: Settings, request: Request, terminal: Terminal) -> None:
        self.settings = settings
        self.request = request
        self.terminal = terminal
        self.database = Database(settings.database)
        self.runs = Runs(settings, terminal)

    def go(self) -> bool:
        """Do it all; False if anything failed, after doing what could be done."""
        prefixes = self.request.scopes or find_prefixes(self.settings.scopes_dir)
        if not prefixes:
            raise click.UsageError(f"There are no scope files in {self.settings.scopes_dir}.")
        try:
            self.database.prepare()
            load = self._load()
        except (*EXPECTED, RunFailedError) as error:
            self.terminal.failed("load", str(error))
            return False
        succeeded = [self._scope(prefix, load) for prefix in self.terminal.each_scope(prefixes)]
        return all([*succeeded, self._index()])

    def _load(self) -> LoadSummary:
        """Load what is asked for or new; the load that is then in place."""
        before = self._current()
        if self._wants_load(before):
            source = self.request.dump or ""
            day = self.request.day
            if day is None:
                day = DumpSource(source or self.settings.dump_url).look().day
            if before is None or before.day < day or source or self.request.load:
                self._run_load(source, day)
        load = self._current()
        if load is None:
            raise DumpError("Nothing is loaded yet; run with --load, or name a dump by --dump.")
        self.terminal.say(f"Load: {load.tasks:,} tasks, whole days up to {load.day}")
        return load

    def _current(self) -> LoadSummary | None:
        with self.database.read() as connection:
            return current_load(connection)

    def _wants_load(self, before: LoadSummary | None) -> bool:
        if self.request.load is not None:
            return self.request.load
        if self.request.dump:
            return True
        return self.request.mode == "incremental" or before is None

    def _run_load(self, source: str, day: date) -> None:
        if not self.settings.start_date <= day < datetime.now(UTC).date():
            raise DumpError(
                f"The dump closes {day}, but days run from {self.settings.start_date} to "
                "yesterday. Give the day that it closes by --day, or set PHLOGISTON_START_DATE."
            )
        trusted = self.request.day is not None
        config = {
            "phabricator_dump": {"config": {"source": source, "closes_this_day": trusted}},
            "loaded_tables": {
                "config": {
                    "replace_newer": self.request.replace_newer,
                    "accept_loss": self.request.accept_loss,
                }
            },
        }
        self.runs.of_day(["phabricator_dump", *TABLES], day, config)

    def _scope(self, prefix: str, load: LoadSummary) -> bool:
        """Reconstruct and report one scope; False if that failed."""
        try:
            scope = read_scope(self.settings.scopes_dir, prefix)
            self.runs.register([prefix])
            due = self._due(scope, load)
            last = due.days[-1] if due.days else self._last_day(prefix, load)
            self._run_scope(prefix, due, last)
        except (*EXPECTED, RunFailedError) as error:
            self.terminal.failed(prefix, str(error))
            return False
        self.terminal.say(f"{prefix}: {_told(due)}, report of {last}")
        return True

    def _due(self, scope: Scope, load: LoadSummary) -> DueDays:
        """The days to reconstruct; all of them where an edit since the last run needs that."""
        last = self.request.last or load.day
        if self.request.mode == "reports":
            return DueDays((), anew=False)
        anew = self.request.mode == "rerecon"
        if not anew and self.request.first is None:
            with self.database.read() as connection:
                return due_days(connection, self.settings, scope, last)
        earliest = self.settings.start_date
        first = max(self.request.first or scope.settings.first_day(last), earliest)
        if first > last:
            raise WarehouseError(f"There is no day to reconstruct from {first} to {last}.")
        days = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
        return DueDays(days, anew)

    def _last_day(self, prefix: str, load: LoadSummary) -> date:
        """The day to report where none is reconstructed: the one asked for, or the newest."""
        with self.database.read() as connection:
            newest = period_store.newest_day(connection, prefix)
        return self.request.last or newest or load.day

    def _run_scope(self, prefix: str, due: DueDays, last: date) -> None:
        tags = {RECONSTRUCT_ANEW: "true"} if due.anew else {}
        rest = [*FIGURES, "report"]
        if due.days == (last,):
            self.runs.of_scope(["task_on_date", *rest], prefix, due.days, tags)
            return
        if due.days:
            self.runs.of_scope(["task_on_date"], prefix, due.days, tags)
        self.runs.of_scope(rest, prefix, [last], {})

    def _index(self) -> bool:
        try:
            self.runs.of_site()
        except (*EXPECTED, RunFailedError) as error:
            self.terminal.failed("site index", str(error))
            return False
        self.terminal.say(f"Report: {self.settings.site.absolute() / 'index.html'}")
        return True


def _told(due: DueDays) -> str:
    if not due.days:
        return "nothing to reconstruct"
    span = f"reconstructed {due.days[0]}"
    if len(due.days) > 1:
        span = f"reconstructed {len(due.days):,} days from {due.days[0]} to {due.days[-1]}"
    return f"{span}, since {' and '.join(due.reasons)}" if due.reasons else span
