"""What `phlogiston run` does, run by run: load, then all scopes, then the site's index."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from datetime import date
from functools import partial

import click

from phlogiston_assets.defs.failures import EXPECTED
from phlogiston_assets.defs.load_assets import LOAD
from phlogiston_assets.domain.dumps.dump import DumpError
from phlogiston_assets.domain.scopes import find_prefixes
from phlogiston_assets.runs import RunFailedError, Runs
from phlogiston_assets.scope_runs import Request, ScopeOutcome, ScopeRuns, largest_first
from phlogiston_assets.side_by_side import Lost, each_done, processors
from phlogiston_assets.terminal import Terminal
from resources.agenda import refuse_wrong_day
from resources.dump_source import DumpSource
from resources.settings import Settings
from resources.warehouse.database import Database
from resources.warehouse.load_store import LoadSummary, current_load

Outcomes = Generator[tuple[str, ScopeOutcome | Lost]]


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
        return all([self._scopes(prefixes, load), self._index()])

    def _load(self) -> LoadSummary:
        """Load what is asked for or new; the load that is then in place."""
        before = self._current()
        if self._wants_load(before):
            source = self.request.dump or ""
            day = self.request.day
            if day is None:
                day = DumpSource.of(self.settings, source).look().day
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
        refuse_wrong_day(day, self.settings)
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
        for doubt in self.runs.of_day(LOAD, day, config):
            self.terminal.warned("load", doubt)

    def _scopes(self, prefixes: Sequence[str], load: LoadSummary) -> bool:
        """Reconstruct and report all scopes; False if any of them failed."""
        succeeded = True
        shown = self.terminal.of_many("Scopes", len(prefixes))
        with closing(self._outcomes(prefixes, load, shown.begun)) as outcomes:
            for prefix, outcome in outcomes:
                shown.done(prefix)
                if outcome.failed:
                    succeeded = False
                    self.terminal.failed(prefix, outcome.said)
                else:
                    self.terminal.say(f"{prefix}: {outcome.said}")
        return succeeded

    def _outcomes(
        self, prefixes: Sequence[str], load: LoadSummary, begun: Callable[[str], None]
    ) -> Outcomes:
        """What becomes of each scope, as soon as it is done: side by side, or in turn."""
        at_once = min(self.settings.scopes_at_once or processors(), len(prefixes))
        if at_once > 1:
            make = partial(ScopeRuns, self.settings, self.request, load)
            yield from each_done(make, largest_first(self.database, prefixes), at_once, begun)
            return
        work = ScopeRuns(self.settings, self.request, load, self.runs)
        for prefix in prefixes:
            begun(prefix)
            yield prefix, work(prefix)

    def _index(self) -> bool:
        try:
            self.runs.of_site()
        except (*EXPECTED, RunFailedError) as error:
            self.terminal.failed("site index", str(error))
            return False
        self.terminal.say(f"Report: {self.settings.site.absolute() / 'index.html'}")
        return True
