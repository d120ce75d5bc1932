"""The addresses of the historic program's pages lead to those that took their place."""

from __future__ import annotations

import re

import pytest
from support.documents import guide

from phlogiston_assets.domain.pages.contents import PAGES

PREFIXES = ("ana", "rel_2")


def addresses() -> dict[str, str]:
    """New files by old ones, as the guide's table of pages tells them."""
    cells = guide("migrating").rows(guide("migrating").section("Pages"))
    pairs = ((old.strip("`"), new.split("`")[1]) for old, new in cells if "`" in new)
    return {old: new for old, new in pairs if "\u2026" not in old}


def rewritten(address: str) -> str:
    """Where nginx sends a reader, by the first of the guide's lines that matches."""
    (lines,) = guide("migrating").blocks(guide("migrating").section("Pages"), language="nginx")
    for pattern, target in re.findall(r"^rewrite (\S+) (\S+) permanent;$", lines, re.MULTILINE):
        found = re.search(pattern, address)
        if found:
            return str(target).replace("$1", found[1])
    return address


@pytest.mark.parametrize("prefix", PREFIXES)
def test_an_old_address_leads_to_the_page_that_took_its_place(prefix: str) -> None:
    for old, new in addresses().items():
        assert rewritten("/" + old.replace("<prefix>", prefix)) == f"/{prefix}/latest/{new}"
    assert {"index.html", "rules.html", "combinations.html"} < set(addresses().values())
    assert set(addresses().values()) <= set(PAGES)
