"""A second reading of domain.md, sections 3 and 4: slow, obvious, one day at a time.

Holds the daily table straight from the transactions of a parsed dump, and the little of the scope
files that it needs. Nothing of the production code belongs in here and nothing is kept from one
day to the next: it is the other side of a comparison, so plain is better than fast.

Readings of values that the specification leaves open stand beside the function that takes them.
"""

import configparser
import csv
import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

Dump = dict[str, Any]

PROJECT_EDGE, BLOCKED_EDGE, MERGE_EDGE = 41, 3, 63
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
INTEGER = re.compile(r"-?[0-9]{1,19}")
NO_NUMBER = "no number"


class UnreadableError(Exception):
    """A value that cannot be read; section 1: only that value is lost."""


@dataclass(frozen=True)
class OracleScope:
    """What the daily table needs to know of a scope (section 4): its projects in their order."""

    prefix: str
    project_ids: tuple[int, ...]
    default_points: float | None = None
    new_functionality_id: int = 1453
    maintenance_id: int = 1454
    category_id: int = 1656
    goal_id: int = 2169


class TaskOnDate(NamedTuple):
    """One row of `task_on_date`, with the columns of section 8 in their order."""

    scope: str
    date: date
    id: int
    status: str
    project_id: int
    project: str
    projectcolumn: str
    points: float | None
    maint_type: str
    priority: str
    category_title: str


class Change(NamedTuple):
    """One change of a status, points or priority: `None` is null, "" is empty."""

    at: int
    id: int
    old: str | None
    new: str | None


class Column(NamedTuple):
    """A column of a board (section 1, list `columns`)."""

    board: str
    name: str
    is_default: bool
    created: int | None


def task_on_date(dump: Dump, scope: OracleScope, day: date) -> list[tuple[Any, ...]]:
    """Give the rows of `task_on_date` for one scope and day, by id (section 4, last paragraphs).

    The rows are `TaskOnDate`, which is a plain tuple of the eleven columns of section 8.
    """
    end = end_of_day(day)
    projects = projects_by_phid(dump)
    columns = columns_by_phid(dump, projects)
    tasks = tasks_by_id(dump)
    held = {id_: project_ids_of(task, projects, end) for id_, task in tasks.items()}
    in_scope = [id_ for id_ in sorted(tasks) if held[id_] & set(scope.project_ids)]
    titles = category_titles(tasks, held, in_scope, scope)
    rows: list[tuple[Any, ...]] = []
    for id_ in in_scope:
        task = tasks[id_]
        project_id = next(p for p in scope.project_ids if p in held[id_])
        phid, name = next((ph, n) for ph, (i, n) in projects.items() if i == project_id)
        points = points_on(task, end)
        rows.append(
            TaskOnDate(
                scope=scope.prefix,
                date=day,
                id=id_,
                status=status_on(task, end),
                project_id=project_id,
                project=name,
                projectcolumn=column_on(task, phid, columns, end),
                points=scope.default_points if points is None else points,
                maint_type=maint_type(held[id_], scope),
                priority=priority_on(task, end),
                category_title=titles[id_],
            )
        )
    return rows


def end_of_day(day: date) -> int:
    """Give the first epoch second that no longer belongs to the day (head of domain.md)."""
    following = day + timedelta(days=1)
    return int(datetime(following.year, following.month, following.day, tzinfo=UTC).timestamp())


# Reading values (section 1) ----------------------------------------------------------------------


def field(row: Any, index: int) -> Any:
    """Give a field of a row, `None` where the row is too short or no list."""
    return row[index] if isinstance(row, list) and len(row) > index else None


def as_list(value: Any) -> list[Any]:
    """Give a list as it is, and nothing for a null or for what should have been a list."""
    return value if isinstance(value, list) else []


def as_dict(value: Any) -> dict[str, Any]:
    """Give an object as it is, and an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_int(value: Any) -> int | None:
    """Give a whole number of 64 bits, which may come as text or as `3.0`; `None` for the rest."""
    if isinstance(value, str) and INTEGER.fullmatch(value):
        value = int(value)
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -(2**63) <= value < 2**63 else None


def decoded(raw: Any) -> Any:
    """Decode the JSON text of a database value; blank text is empty text.

    A value that is not inside a string ("usually", section 1) stands for itself.
    """
    if not isinstance(raw, str):
        return raw
    if not raw.strip():
        return ""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(raw[:40]) from error


def scalar(value: Any, type_: str) -> str | None:
    """Give a decoded status, priority or points as text, `None` for null.

    Numbers become text without a needless `.0`. What is neither text nor a finite number is
    points of none (section 3, first rule), and cannot be read as a status or priority.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not is_finite(value):
        if type_ == "points":
            return NO_NUMBER
        raise UnreadableError(repr(value)[:40])
    return str(value)


def is_finite(value: float) -> bool:
    """Tell whether a number fits a float, which whole numbers of JSON need not."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def as_points(text: str | None) -> float | None:
    """Give points as a finite number; anything else is none (section 3, first rule)."""
    if text is None or not NUMBER.fullmatch(text.strip()):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def phids(value: Any) -> list[str]:
    """List the phids of one side of an edge row: a list, an object keyed by phid, or `[]`."""
    if value is None or value == "":
        return []
    if not isinstance(value, list | dict):
        raise UnreadableError(repr(value)[:40])
    return [phid for phid in value if isinstance(phid, str)]


# The dump's objects (section 1) ------------------------------------------------------------------


def projects_by_phid(dump: Dump) -> dict[str, tuple[int, str]]:
    """Give id and name of every readable project, by phid."""
    found = {}
    for row in as_list(as_dict(dump.get("project")).get("projects")):
        id_, name, phid = as_int(field(row, 0)), field(row, 1), field(row, 2)
        if id_ is not None and isinstance(name, str) and isinstance(phid, str):
            found[phid] = (id_, name)
    return found


def columns_by_phid(dump: Dump, projects: dict[str, tuple[int, str]]) -> dict[str, Column]:
    """Give every column by phid, without those of unknown projects (section 2)."""
    found = {}
    for row in as_list(as_dict(dump.get("project")).get("columns")):
        phid, name, board = field(row, 1), field(row, 2), field(row, 5)
        if isinstance(phid, str) and isinstance(board, str) and board in projects:
            name = name if isinstance(name, str) else ""
            found[phid] = Column(board, name, is_default(field(row, 8)), as_int(field(row, 6)))
    return found


def is_default(properties: Any) -> bool:
    """Tell whether a column's properties have `"isDefault": true`."""
    try:
        return as_dict(decoded(properties)).get("isDefault") is True
    except UnreadableError:
        return False


def tasks_by_id(dump: Dump) -> dict[int, dict[str, Any]]:
    """Give the task objects by id, which is their key: `info` may be null."""
    tasks = {as_int(key): task for key, task in as_dict(dump.get("task")).items()}
    return {id_: as_dict(task) for id_, task in tasks.items() if id_ is not None}


def load_value(task: dict[str, Any], type_: str) -> str | None:
    """Give the status, priority or points that `info` says as text, `None` if it says none."""
    index = {"status": 4, "priority": 5, "points": 10}[type_]
    try:
        return scalar(field(task.get("info"), index), type_)
    except UnreadableError:
        return None


def rows_of(task: dict[str, Any], type_: str) -> Iterator[tuple[int, int, list[Any]]]:
    """Give (time, id, row) of a task's transactions of one type, first to last.

    A row without a readable time or id has no place in this order and is left out.
    """
    placed = []
    for row in as_list(as_dict(task.get("transactions")).get(type_)):
        at, id_ = as_int(field(row, 11)), as_int(field(row, 0))
        if at is not None and id_ is not None:
            placed.append((at, id_, row))
    return iter(sorted(placed, key=lambda place: place[:2]))


# Status, points, priority (section 3, first and second rule) -------------------------------------


def changes_of(task: dict[str, Any], type_: str) -> list[Change]:
    """List the changes of one type; a row whose new value cannot be read is no change."""
    changes = []
    for at, id_, row in rows_of(task, type_):
        try:
            new = scalar(decoded(field(row, 8)), type_)
        except UnreadableError:
            continue
        try:
            old = scalar(decoded(field(row, 7)), type_)
        except UnreadableError:
            old = None
        changes.append(Change(at, id_, old, new))
    return changes


def value_on(changes: list[Change], at_load: str | None, end: int) -> str | None:
    """Give the value that the one rule for status, points and priority finds before `end`."""
    past = [change for change in changes if change.at < end]
    if past:
        return past[-1].new
    return (changes[0].old if changes else None) or at_load


def priority_on(task: dict[str, Any], end: int) -> str:
    """Give the priority before `end`, "" where there is none."""
    return value_on(changes_of(task, "priority"), load_value(task, "priority"), end) or ""


def points_on(task: dict[str, Any], end: int) -> float | None:
    """Give the points before `end`: as above, but null in the first old value means none."""
    changes = changes_of(task, "points")
    if changes and changes[0].old is None and changes[0].at >= end:
        return None
    return as_points(value_on(changes, load_value(task, "points"), end))


def merges_of(task: dict[str, Any]) -> list[Change]:
    """List the changes to `duplicate` whose trace is an edge row of type 63 that adds something."""
    merges = []
    for at, id_, type_, old, new in edge_rows(task):
        if type_ == MERGE_EDGE and set(phids(new)) - set(phids(old)):
            merges.append(Change(at, id_, "open", "duplicate"))
    return merges


def status_on(task: dict[str, Any], end: int) -> str:
    """Give the status before `end`, with merges and the one repair (section 3, second rule)."""
    changes = sorted(changes_of(task, "status") + merges_of(task), key=lambda c: (c.at, c.id))
    at_load = load_value(task, "status")
    if len(changes) == 1 and at_load and changes[0].new != at_load:
        return at_load
    return value_on(changes, at_load, end) or ""


# Projects (section 3, third rule) ----------------------------------------------------------------


def edge_rows(task: dict[str, Any]) -> Iterator[tuple[int, int, int | None, Any, Any]]:
    """Give (time, id, edge type, old, new) of the readable `core:edge` rows, first to last.

    The type is `None` for blank metadata, the oldest form. An unreadable old value is empty; a
    row with unreadable metadata or new value is left out, and so is one without a type.
    """
    for at, id_, row in rows_of(task, "core:edge"):
        try:
            metadata, new = decoded(field(row, 9)), decoded(field(row, 8))
            phids(new)
        except UnreadableError:
            continue
        try:
            old = decoded(field(row, 7))
            phids(old)
        except UnreadableError:
            old = None
        type_ = as_int(as_dict(metadata).get("edge:type"))
        if type_ is not None or is_blank(metadata):
            yield at, id_, type_, old, new


def is_blank(metadata: Any) -> bool:
    """Tell whether decoded metadata says nothing: null, empty, or PHP's empty list or object."""
    return metadata is None or metadata in ("", [], {})


def project_ids_of(
    task: dict[str, Any], projects: dict[str, tuple[int, str]], end: int
) -> set[int]:
    """Give the ids of the known projects that a task has before `end`."""
    held: set[str] = set()
    for at, _, type_, old, new in edge_rows(task):
        if at >= end:
            break
        if type_ == PROJECT_EDGE:
            held = (held - set(phids(old))) | set(phids(new))
        elif type_ is None and (project_keys(old) or project_keys(new)):
            held = project_keys(new)
    return {projects[phid][0] for phid in held if phid in projects}


def project_keys(side: Any) -> set[str]:
    """Give the keys of an oldest-form side whose entries carry type 41."""
    entries = as_dict(side).items()
    return {phid for phid, e in entries if as_int(as_dict(e).get("type")) == PROJECT_EDGE}


# Columns (section 3, fourth rule) ----------------------------------------------------------------


def column_on(task: dict[str, Any], board: str, columns: dict[str, Column], end: int) -> str:
    """Name the column of a task on a board before `end`, "" where there is none to name."""
    chosen = None
    for at, _, row in rows_of(task, "core:columns"):
        for element in column_elements(row) if at < end else []:
            if element.get("boardPHID") == board:
                chosen = element["columnPHID"]
    if chosen is None:
        return default_column_name(board, columns, end)
    if chosen not in columns:
        return ""
    column = columns[chosen]
    if column.name:
        return column.name
    return "Backlog" if column.is_default else default_column_name(board, columns, end)


def column_elements(row: list[Any]) -> list[dict[str, Any]]:
    """List the elements of a `core:columns` row that say a column, in their order."""
    try:
        elements = as_list(decoded(field(row, 8)))
    except UnreadableError:
        return []
    return [e for e in elements if isinstance(as_dict(e).get("columnPHID"), str)]


def default_column_name(board: str, columns: dict[str, Column], end: int) -> str:
    """Name the board's default column if it was created before `end`, else give empty text."""
    for column in columns.values():
        if column.board == board and column.is_default:
            created = column.created is not None and column.created < end
            return (column.name or "Backlog") if created else ""
    return ""


# Category titles (section 4, last paragraphs) ----------------------------------------------------


def maint_type(held: set[int], scope: OracleScope) -> str:
    """Name the kind of work by the keyword projects of the day."""
    if scope.new_functionality_id in held:
        return "New Functionality"
    return "Maintenance" if scope.maintenance_id in held else ""


def parents_of(tasks: dict[int, dict[str, Any]]) -> dict[int, set[int]]:
    """Give the parents of each task as of the load: the tasks that it blocks, both in the dump."""
    ids = {field(task.get("info"), 1): id_ for id_, task in tasks.items() if known_phid(task)}
    parents: dict[int, set[int]] = {id_: set() for id_ in tasks}
    for id_ in ids.values():
        for edge in as_list(tasks[id_].get("edge")):
            type_, child = as_int(field(edge, 1)), field(edge, 2)
            if type_ == BLOCKED_EDGE and isinstance(child, str) and child in ids:
                parents[ids[child]].add(id_)
    return parents


def known_phid(task: dict[str, Any]) -> bool:
    """Tell whether the dump says a task's phid, which only `info` does."""
    return isinstance(field(task.get("info"), 1), str)


def title_of(task: dict[str, Any]) -> str:
    """Give a task's title, "" where `info` has none."""
    title = field(task.get("info"), 6)
    return title if isinstance(title, str) else ""


def ancestors_of(id_: int, parents: dict[int, set[int]]) -> set[int]:
    """Give every task that a task descends from, through any depth and any cycle."""
    found: set[int] = set()
    ahead = list(parents[id_])
    while ahead:
        ancestor = ahead.pop()
        if ancestor not in found:
            found.add(ancestor)
            ahead.extend(parents[ancestor])
    return found


def category_titles(
    tasks: dict[int, dict[str, Any]],
    held: dict[int, set[int]],
    in_scope: Iterable[int],
    scope: OracleScope,
) -> dict[int, str]:
    """Give the category title of each task in scope."""
    keywords = {scope.category_id, scope.goal_id}
    category_tasks = {id_ for id_ in in_scope if held[id_] & keywords}
    parents = parents_of(tasks)
    titles = {}
    for id_ in in_scope:
        above = ancestors_of(id_, parents) & category_tasks
        distinct = {title_of(tasks[ancestor]) for ancestor in above}
        own = id_ in category_tasks
        titles[id_] = title_of(tasks[id_]) if own else " ".join(sorted(distinct))
    return titles


# The scope files, as far as the daily table needs them (section 4) --------------------------------


def scope_from_files(prefix: str, folder: Path, dump: Dump) -> OracleScope:
    """Read `<prefix>_scope.py` and `<prefix>_recategorization.csv` against a dump's projects."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read_string((folder / f"{prefix}_scope.py").read_text("utf-8"))
    points = settings["vars"].get("default_points", "").strip()
    text = (folder / f"{prefix}_recategorization.csv").read_text("utf-8")
    ids: dict[int, None] = {}
    for rule in csv.DictReader(text.splitlines()):
        ids.update(dict.fromkeys(rule_project_ids(rule, dump)))
    return OracleScope(prefix, tuple(ids), float(points) if points else None)


def rule_project_ids(rule: dict[str, str | None], dump: Dump) -> list[int]:
    """List the project ids of one rule in their order, names and wildcards looked up."""
    match = (rule["matchstring"] or "").strip()
    projects = projects_by_phid(dump).values()
    if rule["rule"] == "ProjectByName":
        return [id_ for id_, name in projects if name == match]
    if rule["rule"] == "ProjectsByWildcard":
        return sorted(id_ for id_, name in projects if match in name)
    return [int(id_) for id_ in (rule["id"] or "").split()]
