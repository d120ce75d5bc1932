"""How wide text is, about, and names shortened to fit.

The reader's browser chooses the font, so widths can only be estimated; the estimate is that of a
rather wide sans serif, and errs on the safe side for most.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

_NARROW = frozenset("fijlrtI.,;:'|!()[]{}-/\\` ")
_WIDE = frozenset("mwMW@%&_\N{MINUS SIGN}+\N{PLUS-MINUS SIGN}<>")
_ELLIPSIS = "…"
_BOLDER = 1.14


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide *text* is in a font of *size*, in the same unit."""
    return size * (_BOLDER if bold else 1) * sum(_letter_width(letter) for letter in text)


def shortened(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """*text*, or as much of its beginning as fits into *room*, with an ellipsis."""
    if not text or text_width(text, size, bold=bold) <= room:
        return text
    size *= _BOLDER if bold else 1
    left = room - text_width(_ELLIPSIS, size)
    kept = 0
    for letter in text:
        left -= text_width(letter, size)
        if left < 0:
            break
        kept += 1
    return _without_half_letters(text[:kept]) + _ELLIPSIS


def told_apart(
    names: Iterable[str], size: float, room: float, *, bold: bool = False
) -> dict[str, str]:
    """Each of *names* shortened to *room*, so that no two look alike if it can be helped.

    Long names that begin alike lose their common beginning instead of their ends:
    "extension-maps" and "extension-search" become "...maps" and "...search".
    """
    found = {name: shortened(name, size, room, bold=bold) for name in dict.fromkeys(names)}
    alike: dict[str, list[str]] = defaultdict(list)
    for name, short in found.items():
        if name != short:
            alike[shortened(name, size, room / 2, bold=bold)].append(name)
    for group in alike.values():
        start = _common_words(group) if len(group) > 1 else 0
        for name in group if start else ():
            ending = f"{_ELLIPSIS}{name[start:]}"
            found[name] = shortened(ending, size, room, bold=bold)
    return found


def _common_words(names: list[str]) -> int:
    """The length of what all names begin with, up to the end of a word."""
    common = 0
    for place, letters in enumerate(zip(*names, strict=False)):
        if len(set(letters)) > 1:
            break
        if not letters[0].isalnum():
            common = place + 1
    return common if all(len(name) > common for name in names) else 0


def _letter_width(letter: str) -> float:
    if unicodedata.combining(letter) or unicodedata.category(letter) in {"Cf", "Mn", "Me"}:
        return 0.0
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return 1.0
    if letter in _NARROW:
        return 0.36
    if letter in _WIDE:
        return 0.92
    return 0.7 if letter.isupper() else 0.61


def _without_half_letters(text: str) -> str:
    """Without blanks and joiners at the end, which would hang in the air."""
    while text and (text[-1].isspace() or unicodedata.category(text[-1]) == "Cf"):
        text = text[:-1]
    return text
