"""Figures in sentences: each must be accounted for, and all accounts must be there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from support.page_text import Said

_FIGURE = re.compile(r"\d")


def has_figures(text: str) -> bool:
    """Whether a text says any figure."""
    return bool(_FIGURE.search(text))


def account(text: str, *fragments: str) -> None:
    """All *fragments* stand in the text in this order, and outside of them it says no figure.

    A fragment is a figure with the words that give it its meaning; a digit or sign that would go
    on with it must not stand beside it.
    """
    rest, at = [], 0
    for fragment in fragments:
        found = re.compile(rf"(?<![\d.,\u2212+±-]){re.escape(fragment)}(?![\d%]|[.,]\d| %)")
        place = found.search(text, at)
        assert place, f"{fragment!r} is not said, or not in its place: {text!r}"
        rest.append(text[at : place.start()])
        at = place.end()
    unaccounted = [part for part in (*rest, text[at:]) if has_figures(part)]
    assert not unaccounted, f"nobody accounts for {unaccounted} in {text!r}"
    walked(text)


def account_all(said: Iterable[str], needed: Iterable[str], possible: Iterable[str] = ()) -> None:
    """What is *said* holds all that is *needed*, and else only what is *possible*."""
    told = list(said)
    seen, must = Counter(map(str, told)), Counter(needed)
    assert not must - seen, f"not said: {must - seen}"
    more = seen - must - Counter(possible)
    assert not more, f"nobody accounts for {more}"
    for text in told:
        walked(text)


def walked(text: str) -> None:
    """Note that all that a text says was walked back, if it is one of a page."""
    if isinstance(text, Said):
        text.block.found()
