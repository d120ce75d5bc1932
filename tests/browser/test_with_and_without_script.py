"""Script is a comfort: without it pages are complete, with it times are the reader's own too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.browser import watched_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_ROWS = "main tbody tr"


def _seen(page: Page) -> tuple[list[str], int, int]:
    """The rows of all tables as text, and how many drawings and images are shown."""
    rows = [" ".join(text.split()) for text in page.locator(_ROWS).all_inner_texts()]
    drawings = page.locator("svg.chart:visible").count()
    return rows, drawings, page.locator("main img:visible").count()


def test_pages_are_complete_without_script(browser: Browser, built: Any) -> None:
    names = [name for name in built.pages if name.startswith("evil/")]
    with (
        watched_page(browser) as helped,
        watched_page(browser, java_script_enabled=False) as plain,
    ):
        for name in names:
            address = f"{built.disk}/{name}"
            with_script, without = helped.open(address), plain.open(address)
            assert _seen(without) == _seen(with_script), name
            assert without.locator("th button, .filter").count() == 0
            assert without.locator("[hidden]").count() == 0


def test_the_index_is_complete_without_script(browser: Browser, built: Any) -> None:
    with watched_page(browser, java_script_enabled=False) as watched:
        page = watched.open(f"{built.disk}/index.html")
        assert page.locator("tbody tr").count() == 3
        assert page.get_by_text("failed").is_visible()
        assert page.locator("tbody img").count() == 2


def test_times_are_told_in_the_readers_zone_too(browser: Browser, built: Any) -> None:
    with watched_page(browser, timezone_id="Asia/Kolkata") as watched:
        page = watched.open(f"{built.disk}/evil/latest/index.html")
        made = page.locator("time[datetime='2024-05-16T04:20:00Z']").last
        assert made.inner_text() == "16 May 2024, 04:20 UTC"
        assert "16 May 2024" in made.get_attribute("title")
        assert "09:50" in made.get_attribute("title")
        assert "09:50" in page.locator(".dateline .local").last.inner_text()
        day = page.locator("time[datetime='2024-05-15']").first
        assert day.get_attribute("title") is None
        page = watched.open(f"{built.disk}/index.html")
        times = page.locator("td time[datetime$='Z']")
        assert times.count() == 4
        assert all("09:50" in one.get_attribute("title") for one in times.all())


def test_in_utc_nothing_is_told_twice(browser: Browser, built: Any) -> None:
    with watched_page(browser, timezone_id="UTC") as watched:
        page = watched.open(f"{built.disk}/evil/latest/index.html")
        assert page.locator(".local").count() == 0


def test_an_old_list_of_scopes_does_not_look_fresh(browser: Browser, built: Any) -> None:
    """If nothing runs any more, nobody writes the marks: the reader's clock does."""
    with watched_page(browser) as watched:
        dashboard = next(name for name in built.pages if name.startswith("group-img"))
        for name in ("index.html", dashboard):
            page = watched.open(f"{built.disk}/{name}")
            assert page.get_by_text("No new data for").first.is_visible()
