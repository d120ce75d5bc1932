"""The tests' browser waits for all pictures, and leaving a page is no failure of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.browser import served, watched_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'
_HEAD = '<!doctype html><title>Late</title><link rel="icon" href="data:,">'
_PICTURES = """<p style="height: 9000px">
<img src="below.svg" loading="lazy" alt="">
<picture><source media="(max-width: 9999px)" srcset="chosen.svg">
<img src="passed-over.svg" loading="lazy" alt=""></picture>
<div hidden><img src="hidden.svg" loading="lazy" alt=""></div>
<details><summary>More</summary><img src="folded.svg" loading="lazy" alt=""></details>
"""
_SHOWN = ("below", "chosen", "hidden", "folded")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text(_HEAD + _PICTURES)
    for name in (*_SHOWN, "passed-over"):
        (tmp_path / f"{name}.svg").write_text(_DOT)
    return tmp_path


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
@pytest.mark.parametrize("served_from", ["disk", "server"])
def test_no_picture_is_under_way_any_more(
    browser: Browser, folder: Path, served_from: str, script: bool
) -> None:
    """Below the fold, in a choice, hidden and folded away: as soon as the page is open."""
    with (
        served(folder) as address,
        watched_page(browser, java_script_enabled=script) as watched,
    ):
        base = folder.as_uri() if served_from == "disk" else address
        page = watched.open(f"{base}/page.html")
        sizes = page.evaluate("[...document.images].map(e => [e.currentSrc, e.naturalWidth])")
        assert sizes == [[f"{base}/{name}.svg", 1] for name in _SHOWN]
        assert watched.errors == []


@contextmanager
def slow_server(release: threading.Event) -> Iterator[str]:
    """A server whose picture comes only when it is released."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            """Say nothing."""

        def do_GET(self) -> None:
            picture = self.path.endswith(".svg")
            if picture:
                release.wait(60)
            body = (
                _DOT
                if picture
                else '<!doctype html><title>Slow</title><link rel="icon" href="data:,">'
            )
            self.send_response(200)
            self.send_header("Content-Type", "image/svg+xml" if picture else "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        release.set()
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_request_that_leaving_breaks_off_is_no_error(browser: Browser) -> None:
    with slow_server(threading.Event()) as address, watched_page(browser) as watched:
        page = watched.open(f"{address}/one.html")
        with page.expect_event("requestfailed") as broken_off:
            with page.expect_request("**/slow.svg"):
                page.evaluate("new Image().src = 'slow.svg'; undefined")
            page.goto(f"{address}/two.html")
        assert broken_off.value.url == f"{address}/slow.svg"
        assert watched.errors == []


def test_a_request_that_fails_is_one(browser: Browser, folder: Path) -> None:
    (folder / "below.svg").unlink()
    with watched_page(browser) as watched:
        watched.open(f"{folder.as_uri()}/page.html")
        assert any(f"failed: {folder.as_uri()}/below.svg" in error for error in watched.errors)
