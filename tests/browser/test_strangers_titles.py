"""What strangers write is text on every page, and nothing but text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.browser import watched_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PLACES = (
    "index.html",
    "recently-closed.html",
    "status-report.html",
    "status-report-lastq.html",
    "open-tasks.html",
    "unpointed-tasks.html",
    "combinations.html",
    "rules.html",
    "forecast.html",
    "changes.html",
)


@pytest.mark.parametrize("name", PLACES)
def test_hostile_titles_are_shown_as_text(
    browser: Browser, built: Any, way: str, name: str
) -> None:
    with watched_page(browser) as watched:
        page = watched.open(f"{getattr(built, way)}/evil/latest/{name}")
        page.mouse.move(400, 400)
        text = " ".join(page.locator("body").text_content().split())
        assert [title for title in built.hostile if title not in text] == []
        assert page.locator("img[src='x'], main script, [onerror], [onmouseover]").count() == 0
        assert page.evaluate("document.scripts.length") == 1
        assert watched.dialogs == watched.errors == watched.violations == []


def test_hostile_names_of_scopes_and_groups_are_text_too(browser: Browser, built: Any) -> None:
    with watched_page(browser) as watched:
        for name in (name for name in built.pages if "/" not in name):
            page = watched.open(f"{built.disk}/{name}")
            assert page.locator("img[src='x'], main script").count() == 0
            assert watched.dialogs == watched.violations == []
        page = watched.open(f"{built.disk}/index.html")
        text = page.locator("body").inner_text()
        assert [title for title in built.hostile[:4] if title not in text] == []


def test_no_title_makes_a_page_wider_than_a_telephone(browser: Browser, built: Any) -> None:
    """Tables scroll within themselves; the page never does sideways."""
    with watched_page(browser, viewport={"width": 360, "height": 740}) as watched:
        wide = {}
        for name in built.each_kind:
            page = watched.open(f"{built.disk}/{name}")
            extra = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if extra > 0:
                wide[name] = extra
    assert wide == {}


@pytest.mark.parametrize("width", [360, 1280])
def test_no_title_sticks_out_of_its_chart(browser: Browser, built: Any, width: int) -> None:
    """Nor makes it wider than its column."""
    with watched_page(browser, viewport={"width": width, "height": 740}) as watched:
        page = watched.open(f"{built.disk}/evil/latest/index.html")
        wide = page.evaluate(
            "[...document.querySelectorAll('figure')]"
            ".filter(one => one.scrollWidth > one.clientWidth"
            "    || one.clientWidth > one.parentElement.clientWidth)"
            ".map(one => one.id)"
        )
        assert wide == []


def test_a_colour_stands_on_the_line_of_its_name(browser: Browser, built: Any) -> None:
    """Also on a telephone, where every name is short and the column narrow."""
    with watched_page(browser, viewport={"width": 360, "height": 740}) as watched:
        page = watched.open(f"{built.disk}/evil/latest/open-tasks.html")
        together = page.evaluate(
            """name => {
              const colours = [...document.querySelectorAll("td > .swatch")];
              colours.forEach(one => { one.nextSibling.textContent = name; });
              return colours.map(one => {
                const text = document.createRange();
                text.selectNodeContents(one.nextSibling);
                return one.getBoundingClientRect().bottom > text.getBoundingClientRect().top;
              });
            }""",
            "Interrupts",
        )
        assert together
        assert all(together)
