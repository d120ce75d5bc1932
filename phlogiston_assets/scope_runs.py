"""What `phlogiston run` does of one scope: the runs that reconstruct and report it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from phlogiston_assets.defs.failures import EXPECTED
from phlogiston_assets.defs.scope_assets import FIGURES, RECONSTRUCT_ANEW
from phlogiston_assets.domain.scopes import Scope, read_scope
from phlogiston_assets.runs import RunFailedError, Runs
from resources.reconstructing import DueDays, due_days
from resources.settings import Settings
from resources.warehouse import day_store, period_store
from resources.warehouse.database import Database, WarehouseError
from resources.warehouse.load_store import LoadSummary


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


@dataclass(frozen=True, slots=True)
class ScopeOutcome:
    """A sentence on what was done of a scope or, if that failed, on why."""

    said: str
    failed: bool = False


class ScopeRuns:
    """Reconstructs and reports scopes, one after the other, from one load."""

    def __init__(
        self, settings: Settings, request: Request, load: LoadSummary, runs: Runs | None = None
    ) -> None:
        """`runs` are those of this process, made with the first scope if none are given."""
        self.settings = settings
        self.request = request
        self.load = load
        self.database = Database(settings.database)
        self._runs = runs

    def __call__(self, prefix: str) -> ScopeOutcome:
        """Reconstruct and report one scope."""
        try:
            scope = read_scope(self.settings.scopes_dir, prefix)
            runs = self._runs = self._runs or Runs(self.settings)
            runs.register([prefix])
            due = self._due(scope)
            last = due.days[-1] if due.days else self._last_day(prefix)
            _launch(runs, prefix, due, last)
        except (*EXPECTED, RunFailedError) as error:
            return ScopeOutcome(str(error), failed=True)
        return ScopeOutcome(f"{_told(due)}, report of {last}")

    def _due(self, scope: Scope) -> DueDays:
        """The days to reconstruct; all of them where an edit since the last run needs that."""
        last = self.request.last or self.load.day
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

    def _last_day(self, prefix: str) -> date:
        """The day to report where none is reconstructed: the one asked for, or the newest."""
        with self.database.read() as connection:
            newest = day_store.newest_day(connection, prefix)
        return self.request.last or newest or self.load.day


def largest_first(database: Database, prefixes: Sequence[str]) -> list[str]:
    """The scopes in an order in which no large one is left alone at the end.

    Those of which no day is known come first: all of theirs are to be made.
    """
    with database.read() as connection:
        sizes = period_store.count_periods(connection)
    return sorted(prefixes, key=lambda prefix: (prefix in sizes, -sizes.get(prefix, 0)))


def _launch(runs: Runs, prefix: str, due: DueDays, last: date) -> None:
    tags = {RECONSTRUCT_ANEW: "true"} if due.anew else {}
    rest = [*FIGURES, "report"]
    if due.days == (last,):
        runs.of_scope(["task_on_date", *rest], prefix, due.days, tags)
        return
    if due.days:
        runs.of_scope(["task_on_date"], prefix, due.days, tags)
    runs.of_scope(rest, prefix, [last], {})


def _told(due: DueDays) -> str:
    if not due.days:
        return "nothing to reconstruct"
    span = f"reconstructed {due.days[0]}"
    if len(due.days) > 1:
        span = f"reconstructed {len(due.days):,} days from {due.days[0]} to {due.days[-1]}"
    return f"{span}, since {' and '.join(due.reasons)}" if due.reasons else span
