"""A site published from a real case's database, for three scopes; and the database itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.cases import SHARED, Case
from support.figures import ROOT
from support.page_text import Block, blocks_of
from support.recount import Recount

from phlogiston_assets.domain.scopes import read_scope
from resources.figuring import store_figures, store_record
from resources.loading import load_dump
from resources.publishing import publish_index, publish_report
from resources.reconstructing import reconstruct_days
from resources.settings import Settings
from resources.warehouse.database import Database

CASE = Case("real")
CUTOFFS = {"ra": date(2026, 10, 1), "rb": date(2026, 9, 1), "rc": date(2026, 9, 1)}
"""The cutoff dates that the scopes' settings name; "ra" says: the start of the quarter."""


@dataclass(frozen=True)
class Published:
    """A published site and the database that it was made from."""

    database: Database
    site: Path

    def blocks(self, page: str) -> list[Block]:
        """All that a page of the site says."""
        return _blocks(self.site / page)

    def tables(self, page: str, scope: str = "ra") -> list[list[list[str]]]:
        """The bodies of all tables of a report's page, cell by cell, as text."""
        found: list[list[list[str]]] = []
        body = row = None
        for block in self.blocks(f"{scope}/latest/{page}"):
            if block.tag not in {"td", "th"} or not block.inside("tbody"):
                continue
            if block.nearest("tbody") is not body:
                body = block.nearest("tbody")
                found.append([])
            if block.nearest("tr") is not row:
                row = block.nearest("tr")
                found[-1].append([])
            found[-1][-1].append(block.text)
        return found

    def rows(self, query: str, **known: Any) -> list[dict[str, Any]]:
        """What the database says, for the scope "ra" and the report's day."""
        values = {"scope": "ra", "day": CASE.day.isoformat(), **known}
        with self.database.read() as connection:
            found = connection.exec_driver_sql(query, values)
            return [dict(row._mapping) for row in found]

    def recount(self, scope: str) -> Recount:
        """The scope's figures, counted again."""
        return _recount(self.database, scope)


@cache
def _blocks(path: Path) -> list[Block]:
    return blocks_of(path.read_text())


@cache
def _recount(database: Database, scope: str) -> Recount:
    return Recount(database, CASE.scopes_dir, scope, CASE.day, CUTOFFS[scope])


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    if not (SHARED / "cases").is_dir():
        pytest.skip("the shared cases are not at hand")
    settings = Settings(home=tmp_path_factory.mktemp("home"), scopes_dir=CASE.scopes_dir)
    database = Database(settings.database)
    database.prepare()
    load_dump(database, CASE.dump, CASE.day)
    days = [CASE.first + timedelta(days=n) for n in range((CASE.day - CASE.first).days + 1)]
    for prefix in CUTOFFS:
        scope = read_scope(CASE.scopes_dir, prefix)
        reconstruct_days(database, settings, scope, days)
        store_figures(database, settings, scope, CASE.day)
        store_record(database, settings, scope, CASE.day)
        publish_report(database, settings, scope, CASE.day, ROOT / "site_templates")
    publish_index(database, settings, ROOT / "site_templates")
    yield Published(database, settings.site)
    database.close()
    _blocks.cache_clear()
    _recount.cache_clear()


@pytest.fixture(params=list(CUTOFFS))
def scope(request: pytest.FixtureRequest) -> str:
    """Each scope of the case."""
    return str(request.param)
