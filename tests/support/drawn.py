"""What a figure of a page says: the sentence above it, and the words within its drawings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from support.accounting import has_figures
from support.scales import is_scale


def caption(published: Any, scope: str, slug: str, page: str = "latest/index.html") -> str:
    """The sentence above a chart; all drawings of the chart say the same to those who hear it."""
    said: str
    blocks = [one for one in published.blocks(f"{scope}/{page}") if one.figure == slug]
    (said,) = (one.text for one in blocks if one.tag == "p" and one.inside("figcaption"))
    alternatives = [one.text for one in blocks if one.tag == "desc"]
    assert alternatives
    assert set(alternatives) == {said}
    return said


@dataclass(frozen=True)
class Drawn:
    """A drawing: the figures written on it, and the notes of its parts."""

    labels: Sequence[str]
    notes: Sequence[str]


def drawings(published: Any, scope: str, slug: str, page: str = "index.html") -> dict[int, Drawn]:
    """The drawings of a figure by width; names and scales are left out of their labels."""
    blocks = [one for one in published.blocks(f"{scope}/latest/{page}") if one.figure == slug]
    titles = published.recount(scope).titles(hidden=True)
    found: dict[int, tuple[list[str], list[str]]] = {}
    for place, block in enumerate(blocks):
        if block.drawing < 0 or block.tag == "desc" or block.attributes.get("id"):
            continue
        labels, notes = found.setdefault(width_of(block), ([], []))
        if block.tag == "title":
            if not block.inside("text"):
                notes.append(block.text)
        elif has_figures(block.text) and not is_scale(block) and block.text not in titles:
            whole = blocks[place + 1] if place + 1 < len(blocks) else None
            if not (whole and whole.inside("text") and whole.text in titles):
                labels.append(block.text)
    return {width: Drawn(*both) for width, both in found.items()}


def width_of(block: Any) -> int:
    return int(block.nearest("svg").attributes["width"])
