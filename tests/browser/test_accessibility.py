"""Pages for all readers: axe-core finds nothing serious, in light and dark, wide and narrow."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from support.browser import watched_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GRAVE = {"serious", "critical"}


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_serious(browser: Browser, built: Any, scheme: str, width: int) -> None:
    wrong = []
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    with watched_page(browser, **options) as watched:
        for name in built.each_kind:
            page = watched.open(f"{built.disk}/{name}")
            page.evaluate(_axe())
            found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
            for one in found["violations"]:
                if one["impact"] in GRAVE:
                    places = [node["target"] for node in one["nodes"]][:3]
                    wrong.append(f"{name}: {one['id']}: {one['help']} {places}")
    assert wrong == []
