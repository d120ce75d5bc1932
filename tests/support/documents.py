"""The documents of the house, cut into what tests look at: code, links, places, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_INLINE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Document:
    """A Markdown file of the project."""

    path: Path

    @property
    def name(self) -> str:
        """Its path in the project."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text("utf-8")

    @property
    def prose(self) -> str:
        """What is not in code blocks."""
        return _FENCE.sub("", self.text)

    def section(self, heading: str) -> str:
        """What stands between a heading of the second level and the next."""
        _, found, rest = self.text.partition(f"\n## {heading}\n")
        assert found, f"{self.name} has no section {heading!r}"
        return rest.partition("\n## ")[0]

    def blocks(self, text: str | None = None, *, language: str = "") -> Iterator[str]:
        """Code blocks of it or of a part of it; without a language: what a reader types."""
        found = _FENCE.findall(self.text if text is None else text)
        return (code for named, code in found if named == language)

    def commands(self) -> Iterator[str]:
        """What its code tells a reader to type: lines of blocks, and code within sentences."""
        for block in self.blocks():
            for line in block.replace("\\\n", " ").splitlines():
                yield line.removeprefix("$ ")
        yield from self.inline()

    def inline(self) -> Iterator[str]:
        """Code within sentences and tables."""
        return (" ".join(code.split()) for code in _INLINE.findall(self.prose))

    def links(self) -> Iterator[str]:
        """Where its links and pictures lead."""
        return iter(_LINK.findall(self.prose))

    @cached_property
    def places(self) -> set[str]:
        """The anchors of its headings, as GitHub makes them."""
        return {
            re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in _HEADING.findall(self.prose)
        }

    def rows(self, text: str | None = None) -> Iterator[list[str]]:
        """The rows of its tables, or of a part of it, cell by cell; heads and rules left out."""
        lines = [line for line in (text or self.text).splitlines() if line.startswith("|")]
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            if not (line.startswith("| ---") or following.startswith("| ---")):
                yield [cell.strip() for cell in line.strip("|").split("|")]


def documents() -> list[Document]:
    """The README, the changelog and all guides."""
    found = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [Document(path) for path in found]


def guide(name: str) -> Document:
    """A guide of the folder docs."""
    return Document(ROOT / "docs" / f"{name}.md")
