"""All that a page says, block by block: sentences, cells, and the words within its drawings.

A block knows whether what it says was found to be what someone counted: see `Said`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple, Self

_SENTENCES = frozenset(
    ("p", "li", "h1", "h2", "h3", "h4", "dt", "dd", "td", "th", "caption", "summary", "text")
)
"""Blocks within which a link is a part of the sentence."""
_BLOCKS = _SENTENCES | {"a", "title", "desc"}
_VOID = frozenset({"meta", "link", "br", "img", "input", "source", "hr"})


class Element(NamedTuple):
    """An open element: its tag and attributes."""

    tag: str
    attributes: dict[str, str]


@dataclass
class Block:
    """A piece of text: its tag, its attributes, the elements around it, and what it says.

    *drawing* numbers the drawings of a page from 0; it is -1 outside of them.
    """

    tag: str
    attributes: dict[str, str]
    around: Sequence[Element]
    drawing: int
    parts: list[str] = field(default_factory=list)
    twins: list[Block] = field(default_factory=list)
    walked: bool = False

    @property
    def text(self) -> Said:
        return Said(self, " ".join(re.split(r"[ \t\n]+", "".join(self.parts).strip(" \t\n"))))

    def found(self) -> None:
        """What it says was walked back to the database, and so was what its twins say."""
        if not self.walked:
            self.walked = True
            for twin in self.twins:
                twin.found()

    def nearest(self, tag: str, kind: str = "") -> Element | None:
        """The nearest *tag* around it, of that class if one is given."""
        for element in reversed(self.around):
            if element.tag == tag and kind in f" {element.attributes.get('class', '')} ":
                return element
        return None

    def inside(self, tag: str, kind: str = "") -> bool:
        """Whether it stands in such an element."""
        return self.nearest(tag, kind) is not None

    @property
    def figure(self) -> str:
        """The id of the figure around it; "" outside of figures."""
        found = self.nearest("figure")
        return found.attributes.get("id", "") if found else ""


class Said(str):
    """What a block says. Whoever finds it equal to a text of his own has walked the block back.

    Blocks of pages that say the same are twins: to walk one of them back is enough. So no test
    has to declare what it holds; what no comparison has ever met is left over, and
    tests/page_to_table/test_every_figure.py finds it.
    """

    __slots__ = ("block",)
    block: Block

    def __new__(cls, block: Block, text: str) -> Self:
        said = super().__new__(cls, text)
        said.block = block
        return said

    def __eq__(self, other: object) -> bool:
        if not super().__eq__(other):
            return False
        if not isinstance(other, Said):
            self.block.found()
        elif self.block is not other.block:
            self.block.twins.append(other.block)
            other.block.twins.append(self.block)
            if self.block.walked or other.block.walked:
                self.block.found()
                other.block.found()
        return True

    __hash__ = str.__hash__


@dataclass
class _Reader(HTMLParser):
    blocks: list[Block] = field(default_factory=list)
    stack: list[tuple[Element, Block | None]] = field(default_factory=list)
    drawings: int = -1

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            return
        self.drawings += tag == "svg"
        drawing = self.drawings if self._within({"svg"}) else -1
        block = None
        if tag in _BLOCKS and not (tag == "a" and self._within(_SENTENCES)):
            around = tuple(one for one, _ in self.stack)
            block = Block(tag, element.attributes, around, drawing)
            self.blocks.append(block)
        self.stack.append((element, block))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Paths and the like of a drawing hold no text."""

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack[-1][0].tag != tag:
            self.stack.pop()
        if self.stack:
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        if self._within({"style"}):
            return
        blocks = (block for _, block in reversed(self.stack) if block is not None)
        block = next(blocks, None)
        if block is not None:
            block.parts.append(data)
        else:
            assert not data.strip(), f"text outside of all blocks: {data!r}"

    def _within(self, tags: Collection[str]) -> bool:
        return any(element.tag in tags for element, _ in self.stack)


def blocks_of(page: str) -> list[Block]:
    """The blocks of a page's HTML, in order."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.blocks
