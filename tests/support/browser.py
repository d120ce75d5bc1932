"""A real browser for tests: Debian's Chromium, driven by Playwright, and a server on loopback."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]
_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""
_LATE_PICTURES = """
() => [...document.images].filter((picture) => {
  picture.loading = "eager";
  return !picture.complete;
}).map((picture) => picture.currentSrc || picture.src)
"""
_LEFT = "net::ERR_ABORTED"
"""What a request fails with that was under way when the page was left."""
_PATIENCE = 60.0


def find_chromium() -> str | None:
    """The installed browser's path; PHLOGISTON_CHROMIUM names another one."""
    named = os.environ.get("PHLOGISTON_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


def missing() -> str:
    """What a browser test lacks here; "" if nothing."""
    if find_spec("playwright") is None:
        return "NO PLAYWRIGHT HERE: install the development requirements"
    if find_spec("axe_playwright_python") is None:
        return "NO AXE HERE: install the development requirements"
    if find_chromium() is None:
        return "NO CHROMIUM HERE: install Debian's `chromium` to test pages in a browser"
    return ""


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A browser without a window; nothing of it outlives the block."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - may not be installed

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A page, and all that it did that a reader would not want."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    @property
    def violations(self) -> list[str]:
        """What the Content-Security-Policy refused since the page was opened."""
        return list(self.page.evaluate("window.violations"))

    def open(self, address: str) -> Page:
        """Go there, and wait until all of it is loaded, pictures below the fold too.

        Asked again and again from here, since a page without script is told of no event.
        """
        self.page.goto(address, wait_until="load")
        limit = time.monotonic() + _PATIENCE
        while late := self.page.evaluate(_LATE_PICTURES):
            assert time.monotonic() < limit, f"never loaded: {late}"
            self.page.wait_for_timeout(20)
        return self.page

    def failed(self, request: Request) -> None:
        """Note a request that failed, but for one that only the leaving of its page broke off."""
        if request.failure != _LEFT:
            self.errors.append(f"failed: {request.url} ({request.failure})")


@contextmanager
def watched_page(browser: Browser, **options: Any) -> Iterator[Watched]:
    """A page in a context of its own; `options` are those of a browser context."""
    usual = {"viewport": {"width": 1280, "height": 900}, "timezone_id": "UTC", "locale": "en-GB"}
    context = browser.new_context(**(usual | options))
    context.set_default_timeout(1000 * _PATIENCE)
    page = context.new_page()
    watched = Watched(page)

    def dismissed(dialog: Any) -> None:
        watched.dialogs.append(dialog.message)
        dialog.dismiss()

    def told(message: Any) -> None:
        if message.type in {"error", "warning"}:
            watched.errors.append(message.text)

    page.add_init_script(_VIOLATIONS)
    page.on("console", told)
    page.on("pageerror", lambda error: watched.errors.append(str(error)))
    page.on("request", lambda request: watched.requests.append(request.url))
    page.on("requestfailed", watched.failed)
    page.on("dialog", dismissed)
    try:
        yield watched
    finally:
        context.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address on loopback at which the folder is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
