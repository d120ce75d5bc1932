"""Reports to look at, and what a browser would find in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from support.figures import ROOT, lively_figures
from support.flowing import with_lively_flow

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.pages import ReportContext, render_report
from phlogiston_assets.domain.scopes import Display, Rule, RuleKind

TEMPLATES = ROOT / "site_templates"
DAY = date(2024, 5, 15)
HOSTILE = "<img src=x onerror=alert(1)> & \"'</script>"


@dataclass
class Page(HTMLParser):
    """A parsed page: its elements as (tag, attributes), and its text."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    @classmethod
    def of(cls, content: bytes) -> Page:
        page = cls()
        page.feed(content.decode())
        page.close()
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(re.split(r"[ \t\n]+", " ".join(self.texts).strip(" \t\n")))

    def all(self, tag: str) -> Iterator[dict[str, str]]:
        return (attributes for name, attributes in self.elements if name == tag)

    @property
    def ids(self) -> list[str]:
        return [one["id"] for _, one in self.elements if "id" in one]

    @property
    def links(self) -> list[str]:
        named = (one.get(name) for _, one in self.elements for name in ("href", "src"))
        return [link for link in named if link is not None]


def a_context(**known: Any) -> ReportContext:
    """A context of the day after DAY."""
    usual = {
        "generated_at": datetime(2024, 5, 16, 4, 20, tzinfo=UTC),
        "load_day": DAY,
        "made_of": DAY,
        "newest_change": datetime(2024, 5, 15, 23, 51, tzinfo=UTC),
        "phabricator_url": "https://phabricator.example.org",
        "task_titles": {7: HOSTILE, 8: "=cmd()", 9: "Plain"},
    }
    return ReportContext(**(usual | known))


def hostile_figures(**known: Any) -> Figures:
    """Figures in which all that strangers write is hostile."""
    rules = (
        Rule(RuleKind.PROJECT_COLUMN, HOSTILE, Display.SHOW, (4,), HOSTILE, line=2),
        Rule(RuleKind.PROJECT_BY_ID, "Hidden", Display.HIDE, (5,), line=3),
        Rule(RuleKind.PROJECT_BY_ID, "Gone", Display.OMIT, (6,), line=4),
    )
    figures = lively_figures(
        [HOSTILE, Category("Hidden", Display.HIDE)],
        title=HOSTILE,
        group=HOSTILE,
        warnings=(f"t_scope.py, line 1: {HOSTILE}",),
        rules=rules,
        projects={4: HOSTILE, 5: "Five"},
        status_report_project=4,
        closed_tasks=[(DAY, 7, HOSTILE, 2.0), (DAY, 8, "Hidden", 1.5)],
        status=[
            ("current", 7, HOSTILE, "In-Scope", "Open"),
            ("current", 8, "Hidden", "Screep", "Done"),
            ("lastq", 9, HOSTILE, "Elaborated", "Cut"),
        ],
        **known,
    )
    return with_lively_flow(figures, [HOSTILE])


@pytest.fixture(scope="session")
def context() -> ReportContext:
    return a_context()


@pytest.fixture(scope="session")
def make_report() -> Callable[..., dict[str, bytes]]:
    """Render figures with the usual context."""

    def render(figures: Figures, **known: Any) -> dict[str, bytes]:
        return render_report(figures, a_context(**known), TEMPLATES)

    return render


@pytest.fixture(scope="session")
def hostile(make_report: Callable[..., dict[str, bytes]]) -> dict[str, bytes]:
    """The report in which all that strangers write is hostile."""
    return make_report(hostile_figures())


@pytest.fixture(scope="session")
def parse() -> Callable[[bytes], Page]:
    return Page.of


@pytest.fixture(scope="session")
def evil() -> str:
    return HOSTILE
