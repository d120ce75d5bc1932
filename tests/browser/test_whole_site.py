"""The site as a whole: links lead somewhere, nothing is asked of others, nothing goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag, urlsplit

from support.browser import watched_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_LINKS = """
() => [...document.querySelectorAll("[href], [src], [srcset]")].flatMap((one) =>
  ["href", "src", "srcset"].filter((name) => one.hasAttribute(name))
    .map((name) => new URL(one.getAttribute(name), document.baseURI).href))
"""


def test_every_link_of_the_site_resolves_inside_it(browser: Browser, built: Any) -> None:
    """From the index by links alone, every page is reached."""
    waiting, seen, ids, links = [f"{built.address}/index.html"], set(), {}, set()
    with watched_page(browser) as watched:
        while waiting:
            address = waiting.pop()
            if address in seen:
                continue
            seen.add(address)
            page = watched.open(address)
            ids[address] = set(
                page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
            )
            for link in page.evaluate(_LINKS):
                links.add((address, link))
                target = urldefrag(link).url
                if target.startswith(built.address) and target.endswith(".html"):
                    waiting.append(target)
    broken = [pair for pair in links if not _resolves(built, ids, pair[1])]
    assert broken == []
    assert {urlsplit(address).path.lstrip("/") for address in seen} == set(built.pages)


def _resolves(built: Any, ids: dict[str, set[str]], link: str) -> bool:
    target, fragment = urldefrag(link)
    if target.startswith((f"{built.phabricator}/", "data:image/svg+xml,")):
        return True
    if not target.startswith(f"{built.address}/"):
        return False
    path = built.folder / unquote(urlsplit(target).path).lstrip("/")
    return path.is_file() and (not fragment or fragment in ids.get(target, ()))


def test_no_page_complains_or_asks_for_anything_outside(
    browser: Browser, built: Any, way: str
) -> None:
    base = getattr(built, way)
    found = []
    with watched_page(browser) as watched:
        for name in built.pages:
            watched.open(f"{base}/{name}")
            found += [f"{name}: {violation}" for violation in watched.violations]
    outside = [url for url in watched.requests if not url.startswith((f"{base}/", "data:"))]
    assert (found, watched.errors, outside, watched.dialogs) == ([], [], [], [])


def test_the_policy_refuses_what_a_title_might_smuggle_in(browser: Browser, built: Any) -> None:
    with watched_page(browser) as watched:
        page = watched.open(f"{built.address}/evil/latest/open-tasks.html")
        refused = page.evaluate(
            """async () => {
              const inline = document.createElement("script");
              inline.textContent = "window.smuggled = 1";
              const image = new Image();
              image.src = "http://127.0.0.1:9/x.png";
              document.body.append(inline, image);
              document.body.setAttribute("onclick", "window.smuggled = 2");
              document.body.click();
              return fetch("report.js").then(() => false, () => true);
            }"""
        )
        assert refused
        assert page.evaluate("window.smuggled") is None
        kinds = {violation.split()[0] for violation in watched.violations}
        assert kinds == {"script-src-elem", "script-src-attr", "img-src", "connect-src"}
