"""What is due: a new dump to load, and the days and reports of scopes that are not up to date.

Whatever was missed or failed is found again by looking at what is there, not at what happened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from phlogiston_assets.domain.dumps.dump import DumpError
from phlogiston_assets.domain.scopes import Scope
from resources.asking import Patience
from resources.dump_source import DumpInfo, DumpSource
from resources.listing import listing
from resources.reconstructing import due_days
from resources.settings import Settings
from resources.warehouse import figure_store, publication_store
from resources.warehouse.database import Database
from resources.warehouse.load_store import current_load

_OF_A_TICK: Final = Patience(answer=20.0)
"""Dagster gives up a tick after 60 s; it may have to ask twice, and to wait for a database."""


@dataclass(frozen=True, slots=True)
class ScopeWork:
    """What is due of a scope.

    `days` are to be reconstructed, `anew` if all other days are to be forgotten; without days, the
    report of the load's day is to be made. `key` is the same as long as the work is.
    """

    days: tuple[date, ...]
    anew: bool
    report_day: date
    key: str


def new_dump(database: Database, settings: Settings) -> DumpInfo | None:
    """The dump at the source, if it closes a later day than the load in place.

    It is asked for in a tick of the schedule or the sensor, so once and with little patience.

    Raises:
        DumpError: the source cannot be reached, or the dump's time stamp cannot be right.
    """
    with database.read() as connection:
        load = current_load(connection)
    newest = DumpSource(settings.dump_url, tries=1, patience=_OF_A_TICK).look()
    if load is not None and newest.day <= load.day:
        return None
    refuse_wrong_day(newest.day, settings)
    return newest


def refuse_wrong_day(day: date, settings: Settings) -> None:
    """Refuse a day that no dump can close and that is no partition, mostly of a wrong clock.

    Raises:
        DumpError: the day is not over yet, or before the first.
    """
    if day >= datetime.now(UTC).date():
        raise DumpError(
            f"The dump closes {day}, a day that is not over yet. Give the day that it closes "
            "by --day: the last that was over when it was made."
        )
    if day < settings.start_date:
        raise DumpError(
            f"The dump closes {day}, but days begin on {settings.start_date}. Give the "
            "day that it closes by --day, or set PHLOGISTON_START_DATE."
        )


def reported_days(database: Database, prefixes: Sequence[str]) -> dict[str, date]:
    """The day of the newest published report of each scope that has one."""
    with database.read() as connection:
        found = {prefix: publication_store.published(connection, prefix) for prefix in prefixes}
    return {prefix: one.day for prefix, one in found.items() if one is not None}


def scope_work(database: Database, settings: Settings, scope: Scope) -> ScopeWork | None:
    """What is due of a scope after the load in place; None if nothing is.

    Raises:
        ScopeFileError: the rules name a project that the load does not have.
    """
    with database.read() as connection:
        load = current_load(connection)
        if load is None:
            return None
        due = due_days(connection, settings, scope, load.day)
        wanted = figure_store.made_from(connection, settings, scope, load.day)
        reported = figure_store.reported(connection, scope.prefix) == wanted
        published = publication_store.published(connection, scope.prefix) == wanted
    begins_later = due.anew and not due.days
    if begins_later or (not due.days and reported and published):
        return None
    parts = (wanted.load_at, wanted.files, due.anew, *due.days[:1], load.day)
    return ScopeWork(due.days, due.anew, load.day, "|".join(map(str, parts)))


def index_work(database: Database, settings: Settings) -> str | None:
    """A text for the index of all scopes, if it is due: one that is the same as long as that is.

    It is due when a scope came or went, has another report, or its files became wrong or right.

    Raises:
        ScopeFileError: the folder of scopes cannot be listed.
    """
    with database.read() as connection:
        told = listing(connection, settings)
        if current_load(connection) is None or publication_store.listed(connection) == told:
            return None
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
