"""No figure stands on any page that no other test of this folder has walked back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.accounting import has_figures
from support.scales import is_scale


def test_no_figure_is_left_that_nothing_has_walked_back(
    published: Any, request: pytest.FixtureRequest
) -> None:
    here = {path.name for path in Path(__file__).parent.glob("test_*.py")}
    if not here <= {item.path.name for item in request.session.items}:
        pytest.skip("only where all walks of this folder are run before")
    left = [
        f"{page}: <{block.tag}> {block.figure} {str(block.text)!r}"
        for page in published.pages
        for block in published.blocks(page)
        if has_figures(block.text) and not block.walked and not is_scale(block)
    ]
    assert not left, "\n".join(left)
