"""Hypothesis strategies: random small dumps, and scopes over them.

`dumps()` draws dumps which say all that domain.md, section 1 allows, in every form of row, but
nothing that it leaves open: what they mean is fixed by sections 3 and 4. For broken ones, see
`broken_dumps`.

Everything is drawn by fixed strategies as few whole numbers, each of which stands for several
choices (`Choices`), the plainest first, and only then written as rows. That is quick, and it
shrinks to few short rows near the first day.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any, NamedTuple, TypeVar

from hypothesis import strategies as st
from support.oracle import Dump, OracleScope

T = TypeVar("T")

FIRST_DAY = date(2024, 1, 1)
DAYS = 30
LAST_DAY = FIRST_DAY + timedelta(days=DAYS - 1)
START = int(datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC).timestamp())
DAY = 86_400
SECONDS = (0, 43_200, DAY - 1)  # of a day: few, so that rows tie, and both ends of it

ORDINARY_PROJECTS = (483, 22, 2828, 942)
KEYWORD_PROJECTS = (1656, 2169, 1453, 1454)
HIDDEN_PROJECT = "PHID-PROJ-hidden"
HIDDEN_COLUMN, UNKNOWN_COLUMN = "PHID-PCOL-hidden", "PHID-PCOL-unknown"
UNKNOWN_TASK = "PHID-TASK-unknown"
COLUMN_NAMES = ("Doing", "", "", "Done", "To Do «é»")
STATUSES = ("open", "resolved", "stalled", "duplicate", "invalid", "progress")
TITLES = ("Toolbar", "Goal", "goal: b", "Épopée <b>", "")
TYPES = ("status", "priority", "points", "core:columns", "core:edge", "reassign", "title")

# Old and new values as the database has them; only points have a null or no number as new value.
STATUS_NEW = tuple(json.dumps(status) for status in STATUSES)
STATUS_OLD = (*STATUS_NEW[:3], "null", None, "", '""')
PRIORITY_NEW = ('"90"', '"50"', "25", "100", '"80"')
PRIORITY_OLD = (*PRIORITY_NEW[:3], "null", None, "", '""')
POINTS_NEW = ("3", '"3"', "2.5", "0", "null", '"13"', '"0.5"', '""', '"many"', None, "-1", '"NaN"')
POINTS_OLD = ("3", "null", '"5"', "0", None, '"few"')
POINTS_AT_LOAD = (None, 3, "", "5", 2.5, 0, "many", 8.0)


# What is drawn ------------------------------------------------------------------------------------


class Choices:
    """A number that stands for several choices, one taken after the other; 0 is all the first."""

    def __init__(self, number: int) -> None:
        """Keep the number."""
        self.number = number

    def take(self, options: Sequence[T]) -> T:
        """Take the next choice."""
        self.number, place = divmod(self.number, len(options))
        return options[place]


class DrawnProject(NamedTuple):
    """A project, the names of its columns, the place of the default and when they were made."""

    id: int
    columns: list[str]
    default: int
    created: int


class DrawnRow(NamedTuple):
    """A transaction: its time and the rank of its id, its kind, and what that kind needs."""

    when: int
    kind: str
    what: int


class DrawnTask(NamedTuple):
    """A task: `info`, gap (see `with_gap`), tasks that block it, first projects, transactions."""

    info: int
    gap: int
    blocked_by: list[int]
    first_projects: int
    rows: list[DrawnRow]


BUSY_SECONDS = (START + 5 * DAY + 43_200, START + 10 * DAY - 1, START + 10 * DAY)
TIMES = (
    *(START + day * DAY + second for day in range(DAYS) for second in SECONDS),
    *(BUSY_SECONDS * 25),
)
RANKS = range(4)
SETS_OF_PROJECTS = tuple(places for size in range(4) for places in combinations(range(9), size))
EDGE_FORMS = ("today", "middle", "oldest", "today as text", "today doubled", "oldest mixed")
TASK_EDGE_TYPES = (63, 63, 63, 3, 4, 21, 51, 52, 62)
OTHER_ROWS = (
    ("reassign", "null", '"PHID-USER-1"', "[]"),
    ("title", '"a"', '"b"', "[]"),
    ("core:edge", "[]", "[]", ""),
    ("core:edge", '["PHID-USER-1"]', "[]", '{"edge:type":21}'),
    ("core:edge", "[]", '["PHID-PROJ-483"]', '{"edge:type":4}'),
)
KINDS = ("projects", "core:columns", "status", "points", "priority", "projects", "task", "other")

numbers = st.integers(0, 2**22)  # enough for all that one row chooses

drawn_projects = st.builds(
    DrawnProject,
    st.sampled_from(ORDINARY_PROJECTS + KEYWORD_PROJECTS),
    st.lists(st.sampled_from(COLUMN_NAMES), max_size=4),
    st.sampled_from((0, 0, 1, 2, 9)),
    st.sampled_from((0, 0, 0, 10 * DAY, 10 * DAY - 1, 20 * DAY)).map(lambda after: START + after),
)
drawn_rows = st.builds(
    DrawnRow,
    st.integers(0, len(TIMES) * len(RANKS) - 1),
    st.sampled_from(KINDS),
    numbers,
)


def drawn_tasks(max_rows: int) -> st.SearchStrategy[DrawnTask]:
    """Draw a task with up to so many transactions after its first project row."""
    return st.builds(
        DrawnTask,
        numbers,
        st.integers(0, 15),
        st.lists(st.integers(0, 12), max_size=3),
        numbers,
        st.lists(drawn_rows, max_size=max_rows),
    )


# Random dumps -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Names:
    """The phids that the rows of one dump speak of, unknown ones among them."""

    projects: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]  # board and column
    tasks: tuple[str, ...]


def dumps(max_tasks: int = 12, max_rows: int = 12) -> st.SearchStrategy[Dump]:
    """Draw a dump of two to eight projects and up to so many tasks with so many transactions."""
    return st.builds(
        written_dump,
        st.lists(drawn_projects, min_size=2, max_size=8, unique_by=lambda project: project.id),
        st.lists(drawn_tasks(max_rows - 1), min_size=1, max_size=max_tasks),
    )


def written_dump(projects: list[DrawnProject], tasks: list[DrawnTask]) -> Dump:
    """Write what was drawn in the layout of section 1."""
    columns = [row for project in projects for row in column_rows(project)]
    boards = (*(project_phid(project.id) for project in projects), HIDDEN_PROJECT)
    known = [(row[5], row[1]) for row in columns]
    columns.append([1, HIDDEN_COLUMN, "Hidden", 0, 0, HIDDEN_PROJECT, START, START, "[]"])
    unknown = [(boards[0], UNKNOWN_COLUMN), (boards[0], HIDDEN_COLUMN)]
    names = Names(
        boards,
        (*known, *unknown, (HIDDEN_PROJECT, HIDDEN_COLUMN)),
        (*(task_phid(id_) for id_ in range(1, len(tasks) + 1)), UNKNOWN_TASK),
    )
    rows = [[id_, f"Project {id_}", project_phid(id_), START, START] for id_, *_ in projects]
    return {
        "task": {str(id_): written_task(id_, task, names) for id_, task in enumerate(tasks, 1)},
        "project": {"projects": rows, "columns": columns},
    }


def project_phid(id_: int) -> str:
    """Give the phid of a project by its id."""
    return f"PHID-PROJ-{id_}"


def task_phid(id_: int) -> str:
    """Give the phid of a task by its id."""
    return f"PHID-TASK-{id_}"


def column_rows(project: DrawnProject) -> Iterator[list[Any]]:
    """Write the columns of a project's board, at most one of them the default."""
    board, created = project_phid(project.id), project.created
    for place, name in enumerate(project.columns):
        phid = f"PHID-PCOL-{project.id}-{place}"
        properties = '{"isDefault":true}' if place == project.default else "[]"
        id_ = project.id * 10 + place
        hidden = int(place == 1)
        yield [id_, phid, name, hidden, place, board, created, created + 3 * DAY, properties]


def written_task(id_: int, task: DrawnTask, names: Names) -> dict[str, Any]:
    """Write a task object; ids of transactions do not always rise with the order of the rows."""
    transactions: dict[str, list[Any]] = {type_: [] for type_ in TYPES}
    rows = [DrawnRow(0, "first projects", task.first_projects), *task.rows]
    for place, row in enumerate(rows):
        when, values = Choices(row.when), WRITERS[row.kind](names, Choices(row.what))
        row_id, at = id_ * 1000 + when.take(RANKS) * 100 + place, when.take(TIMES)
        entry = [row_id, f"PHID-XACT-{row_id}", "PHID-USER-1", task_phid(id_), None, 0]
        transactions[values[0]].append([*entry, *values, START, at])
    blocked_by = [names.tasks[place % len(names.tasks)] for place in task.blocked_by]
    edges = [[task_phid(id_), 3, phid, START, 0, None] for phid in blocked_by]
    edges.append([task_phid(id_), 41, names.projects[0], START, 0, None])
    info = info_row(id_, Choices(task.info))
    whole = {"info": info, "storypoints": "", "transactions": transactions, "edge": edges}
    return with_gap(whole, task.gap)


def info_row(id_: int, choices: Choices) -> list[Any]:
    """Write a task's `info`."""
    title, status = choices.take(TITLES), choices.take(STATUSES)
    priority, points = choices.take((90, 50, "25", 100)), choices.take(POINTS_AT_LOAD)
    made = [START + 5 * DAY, START + 9 * DAY, 0.0]
    return [id_, task_phid(id_), "PHID-USER-1", None, status, priority, title, *made, points]


def with_gap(task: dict[str, Any], gap: int) -> dict[str, Any]:
    """Take away what a task object may lack (section 1), for the greatest of sixteen numbers."""
    rows = task["transactions"]
    if gap == 15:
        return {**task, "info": None}
    if gap == 14:
        return {name: task[name] for name in ("info", "transactions")}
    if gap == 13:
        return {**task, "info": task["info"][:10]}
    if gap == 12:
        return {**task, "transactions": {type_: listed or None for type_, listed in rows.items()}}
    if gap == 11:
        return {**task, "transactions": {type_: rows[type_] for type_ in rows if rows[type_]}}
    return task


# Writing transactions, by kind --------------------------------------------------------------------


Values = tuple[Any, ...]  # type, old value, new value and metadata of a transaction row


def project_row(names: Names, choices: Choices) -> Values:
    """Write a project row in one of the forms; a phid may stand on both sides."""
    form, new = choices.take(EDGE_FORMS), choices.take(SETS_OF_PROJECTS)
    return project_values(names, form, choices.take(SETS_OF_PROJECTS), new)


def first_project_row(names: Names, choices: Choices) -> Values:
    """Write a project row which only adds, as when a task is made."""
    form, new = choices.take(EDGE_FORMS), choices.take(SETS_OF_PROJECTS)
    return project_values(names, form, (), new)


def project_values(names: Names, form: str, old: tuple[int, ...], new: tuple[int, ...]) -> Values:
    """Write both sides of a project row in a form."""
    sides = [[names.projects[p % len(names.projects)] for p in places] for places in (old, new)]
    if form.startswith("today"):
        text, times = form == "today as text", 2 if form == "today doubled" else 1
        metadata = '{"edge:type":"41"}' if text else '{"core.groupID":"4","edge:type":41}'
        return "core:edge", *(json.dumps(side * times) for side in sides), metadata
    entries: list[dict[str, Any]] = [{phid: {"type": 41} for phid in side} for side in sides]
    if form == "oldest mixed":
        other = {names.tasks[0]: {"type": 4}, names.projects[0]: {"type": 21}}
        entries[1] = {**other, **entries[1]}
    texts = [json.dumps(side or []) for side in entries]
    return "core:edge", *texts, '{"edge:type":41}' if form == "middle" else ""


def column_row(names: Names, choices: Choices) -> Values:
    """Write a `core:columns` row of one to four elements, also two for one board."""
    count = choices.take((1, 1, 2, 3, 4))
    chosen = (choices.take(names.columns) for _ in range(count))
    elements = [{"columnPHID": column, "boardPHID": board} for board, column in chosen]
    return "core:columns", "null", json.dumps(elements), "[]"


def task_edge_row(names: Names, choices: Choices) -> Values:
    """Write an edge row about another task: of type 63 it is a merge, if only new has the task."""
    type_, side = choices.take(TASK_EDGE_TYPES), choices.take(("new", "new", "both", "old"))
    phid = choices.take(names.tasks)
    old = json.dumps([] if side == "new" else [phid])
    new = json.dumps([] if side == "old" else [phid])
    return "core:edge", old, new, json.dumps({"edge:type": type_})


def value_row(
    type_: str, old: Sequence[str | None], new: Sequence[str | None]
) -> Callable[[Names, Choices], Values]:
    """Make the writer of a row of status, points or priority."""
    return lambda _names, choices: (type_, choices.take(old), choices.take(new), "[]")


WRITERS: dict[str, Callable[[Names, Choices], Values]] = {
    "first projects": first_project_row,
    "projects": project_row,
    "core:columns": column_row,
    "status": value_row("status", STATUS_OLD, STATUS_NEW),
    "points": value_row("points", POINTS_OLD, POINTS_NEW),
    "priority": value_row("priority", PRIORITY_OLD, PRIORITY_NEW),
    "task": task_edge_row,
    "other": lambda _names, choices: choices.take(OTHER_ROWS),
}


# Scopes and days ----------------------------------------------------------------------------------


days = st.integers(-1, DAYS).map(lambda offset: FIRST_DAY + timedelta(days=offset))
drawn_orders = st.lists(st.integers(0, 7), min_size=1, max_size=8, unique=True)
drawn_default_points = st.sampled_from((None, 0.0, 5.0, 2.5))


def random_scopes(dump: Dump) -> st.SearchStrategy[OracleScope]:
    """Draw a scope over some of the dump's projects, in any order."""
    ids = [row[0] for row in dump["project"]["projects"]]

    def scope(order: list[int], points: float | None) -> OracleScope:
        chosen = dict.fromkeys(ids[place % len(ids)] for place in order)
        return OracleScope("s", tuple(chosen), points)

    return st.builds(scope, drawn_orders, drawn_default_points)


@st.composite
def dumps_with_scopes(
    draw: st.DrawFn, max_tasks: int = 12, max_rows: int = 12
) -> tuple[Dump, OracleScope]:
    """Draw a dump and a scope over it."""
    dump = draw(dumps(max_tasks, max_rows))
    return dump, draw(random_scopes(dump))
