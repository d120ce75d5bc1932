"""What the site's pages call groups, and where each group's dashboard lies."""

from __future__ import annotations

import hashlib
import re

UNGROUPED = "Other scopes"
_PLAIN = re.compile(r"[a-z0-9]+( [a-z0-9]+)*")
_LONGEST = 40


def group_key(group: str) -> str:
    """What tells groups apart: neither case nor blanks at the ends and between words."""
    return " ".join(group.casefold().split())


def group_file(group: str) -> str:
    """The file of a group's dashboard: the same every day, and no other group's.

    A name that is not made of plain short words gets a digest. No name can be a scope's folder:
    all have a dot.
    """
    key = group_key(group)
    if not key:
        return "group.html"
    if _PLAIN.fullmatch(key) and len(key) <= _LONGEST:
        return f"group-{key.replace(' ', '-')}.html"
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    words = re.sub("[^a-z0-9]+", "-", key)[:_LONGEST].strip("-")
    return "-".join(filter(None, ["group", words, f"{digest}.html"]))
