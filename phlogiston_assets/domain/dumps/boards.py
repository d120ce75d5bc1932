"""The projects of a dump and the columns of their boards (domain.md, sections 1 and 2).

What does not belong here: finding them in the file (see `dump`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from phlogiston_assets.domain.days import SECONDS_A_DAY
from phlogiston_assets.domain.dumps import values
from phlogiston_assets.domain.dumps.dump import ProjectSection
from phlogiston_assets.domain.dumps.task_form import LARGEST_ID

PROJECT_TWICE: Final = "project given twice"
COLUMN_TWICE: Final = "column given twice"


@dataclass(slots=True)
class Boards:
    """Ids of a dump's projects and columns by phid, their rows, and what could not be read."""

    projects: dict[str, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    project_rows: list[tuple[object, ...]] = field(default_factory=list)
    column_rows: list[tuple[object, ...]] = field(default_factory=list)
    unreadable: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def read_boards(section: ProjectSection) -> Boards:
    """Projects and columns with the broken and the unknown ones counted and left out."""
    boards = Boards()
    ids: set[int] = set()
    for row in section.projects:
        if not _has(row, 3, (int, object, str)):
            boards.unreadable["project"] += 1
            continue
        if row[0] in ids or row[2] in boards.projects:
            boards.unreadable[PROJECT_TWICE] += 1
            continue
        ids.add(row[0])
        boards.projects[row[2]] = row[0]
        boards.project_rows.append((row[0], row[1] if isinstance(row[1], str) else "", row[2]))
    for row in section.columns:
        _read_column(boards, row)
    return boards


def _read_column(boards: Boards, row: Any) -> None:
    if not _has(row, 6, (int, str)):
        boards.unreadable["column"] += 1
        return
    if row[1] in boards.columns:
        boards.unreadable[COLUMN_TWICE] += 1
        return
    number, phid, name, _, _, project_phid = row[:6]
    project = boards.projects.get(project_phid) if isinstance(project_phid, str) else None
    if project is None:
        boards.unreadable["column of an unknown project"] += 1
        return
    boards.columns[phid] = number
    created = row[6] if len(row) > 6 and type(row[6]) is int else 0
    default = len(row) > 8 and _is_default(row[8])
    shown = name if isinstance(name, str) else ""
    day = min(max(created, 0) // SECONDS_A_DAY, LARGEST_ID)
    boards.column_rows.append((number, phid, shown, project_phid, project, int(default), day))


def _has(row: Any, length: int, kinds: tuple[type, ...]) -> bool:
    """Whether a row is a list of that length at least, beginning with such values."""
    if not isinstance(row, list) or len(row) < length or isinstance(row[0], bool):
        return False
    if not all(isinstance(cell, kind) for cell, kind in zip(row, kinds, strict=False)):
        return False
    return bool(0 <= row[0] <= LARGEST_ID)


def _is_default(properties: Any) -> bool:
    try:
        parsed = values.parse(properties, "column")
    except values.UnreadableError:
        return False
    return isinstance(parsed, dict) and parsed.get("isDefault") is True
