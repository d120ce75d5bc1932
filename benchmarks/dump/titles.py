"""Titles of tasks, as JSON texts; one in fifty with whatever keyboards can do."""

from __future__ import annotations

import json
from typing import Final

_VERBS: Final = ("Fix", "Add", "Investigate", "Document", "Remove", "Improve", "Replace", "Test")
_SUBJECTS: Final = (
    *("the search box", "login on small screens", "the nightly job", "the upload form"),
    *("a broken link", "the message cache", "import of old pages", "the beta feature"),
    *("slow queries", "the list of changes", "the mail queue", "thumbnails of scans"),
    *("the map's markers", "the style of tables", "the reply button", "the page history"),
)
_CIRCUMSTANCES: Final = (
    *("", " before the next release", " for the pilot wikis", " under load", " in old browsers"),
    *(" when two people save at once", " without a restart", " for logged-out users"),
)
_CURIOSITIES: Final = (
    *("日本語の変換中に文字が消える", "naïve façade — São Tomé, Łódź", '<b>bold</b> & "quoted"'),
    *("at 100 % zoom 🚀", "in C:\\temp\\new", "for $wgServer = $1"),
)


def title_of(task: int, stream: int) -> str:
    """The title of a task, in its quotes."""
    if task % 50 == 7:
        return json.dumps(_CURIOSITIES[task // 50 % len(_CURIOSITIES)])
    verb = _VERBS[task % len(_VERBS)]
    subject = _SUBJECTS[(task // 8 + stream) % len(_SUBJECTS)]
    return f'"{verb} {subject}{_CIRCUMSTANCES[task // 128 % len(_CIRCUMSTANCES)]} ({task})"'
