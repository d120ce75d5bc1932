"""Publishing the report of a scope's day, and the pages of all scopes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
from sqlalchemy.engine import Connection

from phlogiston_assets.domain.charts.picture import burnup_png
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.pages import (
    IndexContext,
    ReportContext,
    ScopeSummary,
    render_index,
    render_report,
)
from phlogiston_assets.domain.pages.contents import TABLES
from phlogiston_assets.domain.report_check import check_report
from phlogiston_assets.domain.scopes import Scope, find_prefixes
from phlogiston_assets.domain.verdicts import Tell, refuse_if_blocked
from resources.figuring import count_tasks, read_figures
from resources.garbage import only_new_garbage
from resources.listing import listing, wrong_scopes
from resources.settings import Settings
from resources.site import Site
from resources.warehouse import day_store, extract_store, figure_store, publication_store
from resources.warehouse.database import Database
from resources.warehouse.figure_store import Reported
from resources.warehouse.load_store import current_load


def _context(connection: Connection, settings: Settings, figures: Figures) -> ReportContext:
    """What a report says besides its figures.

    A day of an earlier load than the newest one has that load's figures: of its newest change
    nothing is known any more.
    """
    load = current_load(connection)
    made_of = day_store.load_of(connection, figures.scope.settings.prefix, figures.day)
    lists = (
        figures.recently_closed_task,
        figures.status_report,
        figures.open_tasks,
        figures.changed_task,
    )
    named = set().union(*(frame["id"] for frame in lists))
    return ReportContext(
        generated_at=datetime.now(UTC),
        load_day=load.day if load else figures.day,
        made_of=made_of or figures.day,
        newest_change=(
            datetime.fromtimestamp(load.newest_change, UTC)
            if load and load.day == made_of
            else None
        ),
        phabricator_url=settings.phabricator_url,
        task_titles=extract_store.read_titles(connection, sorted(map(int, named))),
    )


def _numbers(
    connection: Connection, scope: Scope, basis: Reported
) -> Mapping[str, pd.DataFrame] | None:
    """The numbers of a scope's tables by table; None where they are made of something else."""
    if figure_store.reported(connection, scope.prefix) != basis:
        return None
    found = figure_store.read_numbers(connection, scope.prefix)
    names = {frame: name for name, frame in TABLES.items()}
    return {names[frame]: pd.DataFrame(columns) for frame, columns in found.items()}


@dataclass(frozen=True, slots=True)
class Published:
    """A published report: the counts of its files and bytes, of open and resolved tasks, and its
    main burnup as a PNG.
    """

    files: int
    size: int
    open: int
    resolved: int
    burnup: bytes


@only_new_garbage()
def publish_report(  # noqa: PLR0913 - what a report is made of, and who is told
    database: Database,
    settings: Settings,
    scope: Scope,
    day: date,
    templates: Path,
    *,
    tell: Tell = lambda _: None,
) -> Published:
    """Render and publish the report of a scope's day; `tell` is told what checks found before.

    Raises:
        RefusedError: its figures are not those of the tables; nothing is published.
    """
    with database.read() as connection:
        figures = read_figures(connection, settings, scope, day)
        context = _context(connection, settings, figures)
        basis = figure_store.made_from(connection, settings, scope, day)
        tables = _numbers(connection, scope, basis)
    files = render_report(figures, context, templates)
    verdicts = [check_report(files, tables)]
    tell(verdicts)
    refuse_if_blocked(verdicts)
    site = Site(settings.site)
    site.publish(scope.prefix, day, files)
    site.prune(scope.prefix, settings.report_days_kept)
    with database.write() as connection:
        publication_store.note_report(connection, scope.prefix, basis, datetime.now(UTC))
    size, counts = sum(map(len, files.values())), count_tasks(figures)
    return Published(len(files), size, counts["open"], counts["resolved"], burnup_png(figures))


def publish_index(database: Database, settings: Settings, templates: Path) -> dict[str, int]:
    """Publish the pages of all scopes that have files; the counts of scopes and of those marked.

    A scope whose files are wrong is listed with its last good report and marked.
    """
    site = Site(settings.site)
    prefixes = find_prefixes(settings.scopes_dir)
    with database.read() as connection:
        load = current_load(connection)
        told = listing(connection, settings)
        failures = wrong_scopes(connection, settings, prefixes)
    texts = site.latest_files("summary.json")
    summaries = [ScopeSummary.from_json(texts[prefix]) for prefix in prefixes if prefix in texts]
    now = datetime.now(UTC)
    due = load.day if load else now.date()
    context = IndexContext(generated_at=now, due_day=due, failures=failures)
    site.publish_index(render_index(summaries, context, templates))
    with database.write() as connection:
        publication_store.note_index(connection, told)
    return {"scopes": len(prefixes), "reports": len(summaries), "wrong_files": len(failures)}
