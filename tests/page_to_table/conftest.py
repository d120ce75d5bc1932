"""Published sites with their databases: of a real case, and of a sample whose forecasts have dates.

The last of all tests is the one that asks what no other has walked back.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from support.cases import SHARED, Case
from support.figures import ROOT
from support.page_text import Block, blocks_of
from support.recount import Recount
from support.samples import sample_dump

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
SOON = {
    "soon_scope.py": """[vars]
scope_title = Soon done
forecast_dates = 2027-01-31 Launch
status_report_project = 120
status_report_start = 2025-01-01
status_report_end = 2027-01-01
""",
    "soon_recategorization.csv": """rule,title,display,id,matchstring
ProjectsByWildcard,,show,,App-Release-7.4
ProjectsByWildcard,,hide,,App-Release-7.3
Intersection,Idle,hide,120,
""",
}
"""A scope of the sample whose forecasts have dates, and past ones that came due."""
LAST = "test_every_figure.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What no other test has walked back can only be asked after all of them."""
    items.sort(key=lambda item: item.path.name == LAST)


@dataclass(frozen=True)
class Site:
    """A published site, the database that it was made from, and the scopes with their cutoffs."""

    database: Database
    folder: Path
    scopes_dir: Path
    day: date
    cutoffs: Mapping[str, date | None]

    def recount(self, scope: str) -> Recount:
        """The scope's figures, counted again."""
        cutoff = self.cutoffs[scope]
        return _recount(self.database, self.scopes_dir, scope, self.day, cutoff)


@dataclass(frozen=True)
class Published:
    """The two sites, as if they were one; the pages above the reports are the real case's."""

    real: Site
    sample: Site

    def of(self, scope: str) -> Site:
        """The site that has a scope's report."""
        return self.sample if scope in self.sample.cutoffs else self.real

    def recount(self, scope: str) -> Recount:
        """The scope's figures, counted again."""
        return self.of(scope).recount(scope)

    def blocks(self, page: str) -> list[Block]:
        """All that a page says."""
        return _blocks(self.of(page.split("/", maxsplit=1)[0]).folder / page)

    @property
    def pages(self) -> list[str]:
        """All pages, and the pictures that stand alone."""
        found = [path.name for path in self.real.folder.glob("*.html")]
        for site in (self.real, self.sample):
            for scope in site.cutoffs:
                folder = site.folder / scope / "latest"
                both = (*folder.glob("*.html"), *folder.glob("*.svg"))
                found += [f"{scope}/latest/{path.name}" for path in both]
        return sorted(found)


@cache
def _blocks(path: Path) -> list[Block]:
    return blocks_of(path.read_text())


_recount = cache(Recount)


@contextmanager
def publish(
    dump: Path, settings: Settings, cutoffs: Mapping[str, date | None], first: date, day: date
) -> Iterator[Site]:
    """Load a dump, and publish a report of each scope."""
    database = Database(settings.database)
    database.prepare()
    load_dump(database, dump, day)
    days = [first + timedelta(days=n) for n in range((day - first).days + 1)]
    for prefix in cutoffs:
        scope = read_scope(settings.scopes_dir, prefix)
        reconstruct_days(database, settings, scope, days)
        store_figures(database, settings, scope, day)
        store_record(database, settings, scope, day)
        publish_report(database, settings, scope, day, ROOT / "site_templates")
    publish_index(database, settings, ROOT / "site_templates")
    yield Site(database, settings.site, settings.scopes_dir, day, cutoffs)
    database.close()


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of the real case."""
    if not (SHARED / "cases").is_dir():
        assert not os.environ.get("CI"), f"CI must have the specification's cases at {SHARED}"
        pytest.skip("the shared cases are not at hand")
    settings = Settings(home=tmp_path_factory.mktemp("home"), scopes_dir=CASE.scopes_dir)
    with publish(CASE.dump, settings, CUTOFFS, CASE.first, CASE.day) as site:
        yield site


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of the sample's scope "soon"."""
    home, day, days = tmp_path_factory.mktemp("home"), date(2026, 11, 24), 550
    scopes_dir = home / "scopes"
    scopes_dir.mkdir()
    for name, text in SOON.items():
        (scopes_dir / name).write_text(text)
    dump = sample_dump(home, day, tasks=1500, days=days)
    settings = Settings(home=home, scopes_dir=scopes_dir)
    with publish(dump, settings, {"soon": None}, day - timedelta(days=days - 1), day) as site:
        yield site


@pytest.fixture(scope="session")
def published(real: Site, sample: Site) -> Published:
    return Published(real, sample)


@pytest.fixture(params=[*CUTOFFS, "soon"])
def scope(request: pytest.FixtureRequest) -> str:
    """Each scope of both sites."""
    return str(request.param)


@dataclass(frozen=True)
class Report:
    """One scope's report, and its figures counted again."""

    published: Published
    scope: str

    @property
    def site(self) -> Site:
        return self.published.of(self.scope)

    @property
    def known(self) -> Recount:
        return self.published.recount(self.scope)

    def blocks(self, page: str) -> list[Block]:
        """All that a page of the report says."""
        return self.published.blocks(f"{self.scope}/latest/{page}")

    def table(self, page: str, slug: str, part: str = "tbody") -> list[list[str]]:
        """The rows of a table of a page, cell by cell; none if it has none."""
        rows: dict[int, list[str]] = {}
        for block in self.blocks(page):
            around = block.nearest("div", "table")
            if block.tag in {"td", "th"} and around and around.attributes.get("id") == slug:
                row = block.nearest("tr")
                if block.inside(part) and row:
                    rows.setdefault(id(row), []).append(block.text)
        return list(rows.values())

    def said(self, page: str, kind: str) -> str:
        """The one sentence of a class that stands on a page."""
        (text,) = (one.text for one in self.blocks(page) if one.attributes.get("class") == kind)
        return text


@pytest.fixture
def report(published: Published, scope: str) -> Report:
    """Each report of both sites."""
    return Report(published, scope)
