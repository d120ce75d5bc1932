"""Matplotlib's SVG made fit for our pages.

- No `style` attribute and no `<style>`: a strict Content-Security-Policy would block them inside a
  page. What they say becomes presentation attributes, which a stylesheet may override.
- Ink becomes `currentColor`, so that text and axes follow the page.
- Lines, shapes and words are put on top, notes become `<title>` (a tooltip without script).
- No ids but those of title and description, so that many drawings fit on one page.
- Numbers are rounded to a tenth of a pixel; empty groups vanish. Both halve the size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree import ElementTree as ET

from phlogiston_assets.domain.charts.chart import Heading
from phlogiston_assets.domain.charts.palette import INK

FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"
_NAMESPACE = "http://www.w3.org/2000/svg"
_NUMBER = re.compile(r"-?\d+\.\d+")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNROTATED = re.compile(r"rotate\(-?0 .*\)")
_CURVES = frozenset("CQS")
_MEASURED = ("d", "x", "y", "transform")
_DROPPED = ("id", "clip-path", "font-family", "stroke-linejoin")


class Inscription(NamedTuple):
    """Words in one place; *whole* is the text where *shown* is only part of it.

    *attributes* say where and how the words are set, *target* where they lead, if anywhere.
    """

    shown: str
    attributes: Mapping[str, str]
    whole: str | None = None
    target: str | None = None


@dataclass(slots=True)
class Mark:
    """A line or shape by its SVG attributes; *note* is the text where the reader points at it."""

    attributes: Mapping[str, str]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Layers:
    """What is put on top of matplotlib's drawing, from the bottom up, and notes on its parts."""

    shapes: list[Mark] = field(default_factory=list)
    lines: list[Mark] = field(default_factory=list)
    inscriptions: list[Inscription] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)


def path(points: Iterable[tuple[float, float]]) -> str:
    """The data of a path through *points*."""
    return "M " + " ".join(f"{tenth(x)} {tenth(y)}" for x, y in points)


def printable(text: str) -> str:
    """*text* without the characters that XML and HTML forbid."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def finished(raw: bytes, layers: Layers, heading: Heading) -> str:
    """Matplotlib's SVG *raw* as one element, ready for a page or a file of its own."""
    drawn = ET.fromstring(raw)  # noqa: S314 - matplotlib has just written it
    slug = heading.slug
    width, height = drawn.get("viewBox", "0 0 0 0").split()[2:]
    root = ET.Element(
        "svg",
        {
            "xmlns": _NAMESPACE,
            "class": "chart",
            "viewBox": f"0 0 {width} {height}",
            "width": width,
            "height": height,
            "role": "img",
            "aria-labelledby": f"{slug}-title {slug}-text",
            "font-family": FONTS,
            "fill": "currentColor",
            "stroke-linejoin": "round",
        },
    )
    _titled(root, "title", f"{slug}-title", heading.title)
    _titled(root, "desc", f"{slug}-text", heading.finding)
    for child in drawn:
        root.extend(_cleaned(child, layers.notes))
    for mark in (*layers.shapes, *layers.lines):
        _put(root, mark)
    for inscription in layers.inscriptions:
        _inscribe(root, inscription)
    if root.find(".//a") is not None:
        root.set("role", "group")  # what can be followed must not hide within a picture
    return ET.tostring(root, encoding="unicode", short_empty_elements=True)


def _titled(parent: ET.Element, tag: str, name: str | None, text: str) -> None:
    child = ET.SubElement(parent, tag, {"id": name} if name else {})
    child.text = printable(text)


def _cleaned(element: ET.Element, notes: Mapping[str, str]) -> list[ET.Element]:
    """What is left of an element: nothing, itself, or what it held."""
    tag = element.tag.removeprefix(f"{{{_NAMESPACE}}}")
    if tag in {"metadata", "defs"}:
        return []
    note = notes.get(element.get("id", ""))
    kept = ET.Element(tag, _attributes(element))
    if tag == "text":
        kept.text = element.text
    if note is not None:
        _titled(kept, "title", None, note)
    for child in element:
        kept.extend(_cleaned(child, notes))
    if tag == "g" and not kept.attrib and note is None:
        return list(kept)
    return [kept]


def _put(root: ET.Element, mark: Mark) -> None:
    """Put a line or shape on top."""
    drawn = ET.SubElement(root, "path", dict(mark.attributes))
    if mark.note is not None:
        _titled(drawn, "title", None, mark.note)


def _inscribe(root: ET.Element, inscription: Inscription) -> None:
    """Put words on top; those that lead somewhere inside a link."""
    parent = root
    if inscription.target is not None:
        parent = ET.SubElement(root, "a", {"href": inscription.target})
    text = ET.SubElement(parent, "text", dict(inscription.attributes))
    text.text = printable(inscription.shown)
    if inscription.whole is not None:
        _titled(text, "title", None, inscription.whole)


def _attributes(element: ET.Element) -> dict[str, str]:
    """The element's attributes and style as attributes, short and without what goes unused."""
    found = {name: value for name, value in element.attrib.items() if name != "style"}
    for declaration in filter(None, element.get("style", "").split(";")):
        name, value = declaration.split(":", 1)
        found[name.strip()] = value.strip()
    if _UNROTATED.fullmatch(found.get("transform", "")):
        del found["transform"]
    for name in _DROPPED:
        found.pop(name, None)
    for name in _MEASURED:
        if name in found:
            found[name] = _rounded(found[name])
    if "font-size" in found:
        found["font-size"] = found["font-size"].removesuffix("px")
    return {name: value for name, value in recoloured(found).items() if value}


def recoloured(found: dict[str, str]) -> dict[str, str]:
    """Attributes with ink as `currentColor`, and without those that the root has."""
    if found.get("text-anchor") == "start":
        del found["text-anchor"]
    for name in ("fill", "stroke"):
        if found.get(name) == INK:
            found[name] = "currentColor"
    if found.get("fill") == "currentColor":
        del found["fill"]  # as the root has it
    return found


def tenth(value: float) -> str:
    """A number rounded to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def _rounded(text: str) -> str:
    """Numbers to a tenth, single blanks, and no L where a line follows a line by itself."""
    short = _NUMBER.sub(lambda match: tenth(float(match[0])), text)
    return " ".join(short.split() if _CURVES & set(short) else short.replace("L", "").split())
