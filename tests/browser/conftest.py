"""A site full of what strangers may write, and a browser to look at it.

The browser lives as long as a test module: Playwright keeps an event loop running meanwhile, which
tests of other modules must not meet.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from support.browser import missing, running_browser, served
from support.figures import ROOT, lively_figures
from support.flowing import with_lively_flow

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.counting.change_lists import LISTS, Since
from phlogiston_assets.domain.counting.net_changes import TASK_COLUMNS
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.pages import (
    IndexContext,
    ReportContext,
    ScopeSummary,
    render_index,
    render_report,
)
from phlogiston_assets.domain.scopes import Display, Rule, RuleKind
from resources.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEMPLATES = ROOT / "site_templates"
PHABRICATOR = "https://phabricator.example.org"
DAY = date(2024, 5, 15)
MADE = datetime(2024, 5, 16, 4, 20, tzinfo=UTC)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "日本語の題名",
    "عنوان من اليمين إلى اليسار",
    "Eighty " + "characters" * 7 + " in one",
    "javascript:alert(1)//' onmouseover='alert(1)",
    "W" * 80,
)
MANY = 10_000


@dataclass(frozen=True)
class BuiltSite:
    """A published site, its addresses, and what must be seen in it."""

    folder: Path
    address: str
    hostile: Sequence[str] = HOSTILE
    phabricator: str = PHABRICATOR
    many: int = MANY

    @property
    def disk(self) -> str:
        """The site as a browser opens it from disk."""
        return self.folder.as_uri()

    @property
    def pages(self) -> list[str]:
        """All pages, those of each scope's newest report once."""
        reports = self.folder.glob("*/latest/*.html")
        found = [*self.folder.glob("*.html"), *reports]
        return sorted(str(path.relative_to(self.folder)) for path in found)

    @property
    def each_kind(self) -> list[str]:
        """One page of each kind: those of the site, and those of one scope."""
        return [name for name in self.pages if not name.startswith("many/")]


def _tasks(count: int, categories: Sequence[str]) -> pd.DataFrame:
    days = pd.to_datetime("2024-01-01") + pd.to_timedelta([n % 120 for n in range(count)], "D")
    return pd.DataFrame(
        {
            "id": range(1, count + 1),
            "category": [categories[n % len(categories)] for n in range(count)],
            "priority": [("50", "80", "100", "25")[n % 4] for n in range(count)],
            "points": [float(n * 7919 % 97) for n in range(count)],
            "first_seen": days.astype("datetime64[s]"),
            "last_change": days.astype("datetime64[s]"),
        }
    )


def _changes(tasks: pd.DataFrame, categories: Sequence[str]) -> pd.DataFrame:
    """Tasks in all lists of what changed, since each of the days."""
    rows = [
        ("t", str(since), pd.Timestamp(since.then(DAY)), task, change, category, 2.0, before, 1.0)
        for since in Since
        for task, change, category, before in zip(
            tasks["id"].tolist(),
            cycle(LISTS),
            cycle(categories),
            cycle(categories[1:]),
            strict=False,
        )
    ]
    return pd.DataFrame(rows, columns=["scope", *TASK_COLUMNS])


def _figures(prefix: str, title: str, group: str, count: int, **settings: bool) -> Figures:
    """A scope in which every name is a stranger's."""
    ids = range(1, len(HOSTILE) + 1)
    rules = [
        Rule(RuleKind.PROJECT_COLUMN, name, Display.SHOW, (place,), name, line=place)
        for place, name in zip(ids, HOSTILE, strict=True)
    ]
    states = ("Done", "Open", "Reopened", "Cut", "Open", "Done", "Cut")
    figures = lively_figures(
        [*HOSTILE, Category("Hidden", Display.HIDE)],
        prefix=prefix,
        title=title,
        group=group,
        **settings,
        warnings=tuple(HOSTILE),
        rules=rules,
        projects=dict(zip(ids, HOSTILE, strict=True)),
        status_report_project=1,
        closed_tasks=[(DAY, place, name, 1.5) for place, name in zip(ids, HOSTILE, strict=True)],
        status=[
            (report, place, name, "In-Scope", state)
            for report in ("current", "lastq")
            for place, name, state in zip(ids, HOSTILE, states, strict=True)
        ],
    )
    tasks = _tasks(count, HOSTILE)
    found = [(name, name, name, place) for place, name in enumerate(HOSTILE)]
    columns = ["category_title", "project", "projectcolumn", "tasks"]
    return replace(
        with_lively_flow(figures, HOSTILE, min(count, 300)),
        open_tasks=tasks,
        unpointed_tasks=tasks.iloc[:20].drop(columns="points"),
        changed_task=_changes(tasks.iloc[:200], HOSTILE),
        combinations=pd.DataFrame(found, columns=columns),
    )


@cache
def _titles() -> dict[int, str]:
    return {n: f"{HOSTILE[(n - 1) % len(HOSTILE)]} {n}" for n in range(1, MANY + 1)}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """Two scopes, one of them with MANY open tasks, and one that failed before its first report."""
    site = Site(tmp_path_factory.mktemp("site"))
    context = ReportContext(
        generated_at=MADE,
        load_day=DAY,
        made_of=DAY,
        newest_change=MADE,
        phabricator_url=PHABRICATOR,
        task_titles=_titles(),
    )
    for figures in (
        _figures("evil", HOSTILE[0], HOSTILE[1], 30),
        _figures("many", HOSTILE[3], HOSTILE[2], MANY, show_points=False),
    ):
        prefix = figures.scope.prefix
        site.publish(prefix, DAY, render_report(figures, context, TEMPLATES))
    texts = site.latest_files("summary.json").values()
    index = IndexContext(MADE, DAY, {"none": HOSTILE[1]})
    summaries = [ScopeSummary.from_json(text) for text in texts]
    site.publish_index(render_index(summaries, index, TEMPLATES))
    with served(site.folder) as address:
        yield BuiltSite(site.folder, address)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; without it these tests are skipped aloud, in continuous integration they fail."""
    lacking = missing()
    if lacking:
        assert not os.environ.get("CI"), lacking
        pytest.skip(lacking)
    with running_browser() as running:
        yield running


def pytest_generate_tests(metafunc: Any) -> None:
    """Tests that take `way` run from disk and from a server."""
    if "way" in metafunc.fixturenames:
        metafunc.parametrize("way", ["disk", "address"])
