"""The forty scopes of a benchmark: pairs of files like those of teams, of very different sizes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

FIRST_PROJECT: Final = 10_000
PROJECTS_A_SCOPE: Final = 8
COUNT: Final = 40
_GOALS: Final = 3
_COLUMNS: Final = ("Doing", "Interrupt", "External")


def write_scopes(folder: Path, first_day: date, count: int = COUNT) -> tuple[str, ...]:
    """Write pairs of files for `count` scopes that are reconstructed since `first_day`.

    Every scope has twelve categories besides what it omits. Returns their prefixes, in order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    prefixes = tuple(f"b{number:03d}" for number in range(count))
    for number, prefix in enumerate(prefixes):
        settings = _settings(number, first_day)
        (folder / f"{prefix}_scope.py").write_text(settings, "utf-8")
        rows = "".join(f"{row}\n" for row in _rules(number))
        (folder / f"{prefix}_recategorization.csv").write_text(rows, "utf-8")
    return prefixes


def goal_of(number: int, goal: int) -> str:
    """The title of a scope's category task."""
    return f"Goal {goal + 1} of team {number}"


def _settings(number: int, first_day: date) -> str:
    return (
        "[vars]\n"
        f'scope_title = "Team {number}"\n'
        f"start_date = {first_day}\n"
        f"default_points = {number % 5 + 1}\n"
        f"retroactive_categories = {number % 2 == 0}\n"
        "backlog_resolved_cutoff = default\n"
        f"status_report_project = {_project(number, 0)}\n"
        "status_report_start = default\n"
    )


def _project(number: int, place: int) -> int:
    return FIRST_PROJECT + number * PROJECTS_A_SCOPE + place


def _rules(number: int) -> Iterator[str]:
    """Rules of every kind that matches by id, the team's own project last."""
    own = _project(number, 0)
    yield "rule,title,display,id,matchstring"
    yield f"Intersection,Goals themselves,omit,{own} 1656,"
    for goal in range(_GOALS):
        yield f"ParentTask,Goal {goal + 1},show,{own},{goal_of(number, goal)}"
    for column in _COLUMNS:
        yield f"ProjectColumn,{column},{'hide' if column == 'External' else 'show'},{own},{column}"
    yield f"Intersection,Both,show,{own} {_project(number, 1)},"
    for place in range(2, 6):
        yield f"ProjectByID,Part {place},show,{_project(number, place)},"
    yield f"ProjectByID,Everything else,show,{own},"
