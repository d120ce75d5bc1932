"""From a small dump to what a scope shows, by the real load, reconstruction and report.

    read = reading(dump)                                    # the fixture of tests/domain
    scope = read.scope(483, 22, default_points=2)
    scope.on("2024-01-05")[1]["status"]                     # a row of task_on_date
    scope.values("status", "2024-01-04", "2024-01-05")      # of task 1, day after day
    report = read.report("ProjectByID,All,show,483,", "retroactive_points = true")
    report.categories("2024-01-05")                         # category by task id
    report.figures.velocity

The days from FIRST to LAST are reconstructed in one run unless others are wanted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from support.histories import DumpBuilder
from support.written_rows import Project

from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.history import packed
from phlogiston_assets.domain.scopes import Scope, parse_rules, parse_settings
from resources.figuring import read_figures, store_figures, store_record
from resources.loading import load_dump
from resources.reconstructing import reconstruct_days
from resources.settings import Settings
from resources.warehouse import schema
from resources.warehouse.database import Database
from resources.warehouse.load_store import LoadSummary

FIRST, LAST = "2024-01-01", "2024-01-31"
LOAD_DAY = date(2024, 12, 31)
HEADER = "rule,title,display,id,matchstring,force_status"

Row = dict[str, Any]
Days = tuple[str, str]
Dump = DumpBuilder | Mapping[str, Any] | bytes


def scope_of(rules: str, settings: str = "", prefix: str = "s") -> Scope:
    """A scope from the rows of its rules and from its settings, `scope_title` apart."""
    told = f"[vars]\nscope_title = Team\n{settings}\n"
    parsed, doubts = parse_settings(told, prefix, Path(f"{prefix}_scope.py"))
    rows, more = parse_rules(f"{HEADER}\n{rules}\n", Path(f"{prefix}_recategorization.csv"))
    return Scope(parsed, rows, doubts + more)


def select(database: Database, query: str, *values: object) -> list[Row]:
    """The rows of a query as a reader gets them; a value stands for each `?`, in order."""
    if not database.is_sqlite:
        query = query.replace("?", "%s")
    with database.read() as connection:
        return [dict(row) for row in connection.exec_driver_sql(query, values).mappings()]


def table(database: Database, name: str, columns: str = "*") -> list[Row]:
    """All rows of a table in the order of their columns."""
    rows = select(database, f"SELECT {columns} FROM {name}")
    return sorted(rows, key=lambda row: [(cell is not None, cell) for cell in row.values()])


def write_dump(dump: Dump, path: Path) -> Path:
    """Write a dump, made or already written, into a file."""
    made = dump.to_dict() if isinstance(dump, DumpBuilder) else dump
    path.write_bytes(made if isinstance(made, bytes) else json.dumps(made).encode())
    return path


@dataclass
class Reading:
    """A dump that was loaded; `settings` are those of the program."""

    database: Database
    load: LoadSummary
    settings: Settings = field(default_factory=Settings)

    def scope(
        self,
        *projects: Project | int,
        default_points: float | None = None,
        days: Days = (FIRST, LAST),
        **settings: Any,
    ) -> ScopeReading:
        """Reconstruct a scope over projects; further words are settings of the program."""
        ids = (one.id if isinstance(one, Project) else one for one in projects)
        rules = "\n".join(f"ProjectByID,C{number},show,{number}," for number in ids)
        points = "" if default_points is None else f"default_points = {default_points}"
        if settings:
            self.settings = Settings(**settings)
        return self.scope_of_rules(rules, points, days=days)

    def scope_of_rules(
        self, rules: str, settings: str = "", *, days: Days = (FIRST, LAST)
    ) -> ScopeReading:
        """Reconstruct a scope told by its files."""
        scope = scope_of(rules, settings)
        reconstruct_days(self.database, self.settings, scope, days_of(*days), anew=True)
        return ScopeReading(self.database, scope)

    def report(
        self,
        rules: str,
        settings: str = "",
        *,
        days: Days = (FIRST, LAST),
        anew: bool = True,
    ) -> Report:
        """Reconstruct the days unless `anew` is false, and report the last of them."""
        if anew:
            self.scope_of_rules(rules, settings, days=days)
        scope, day = scope_of(rules, settings), date.fromisoformat(days[1])
        store_figures(self.database, self.settings, scope, day)
        store_record(self.database, self.settings, scope, day)
        return Report(self.database, self.settings, scope, day)


def loaded(database: Database, dump: Dump, folder: Path) -> Reading:
    """Load a dump into a database."""
    path = write_dump(dump, folder / "dump.json")
    return Reading(database, load_dump(database, path, LOAD_DAY))


def made_anew_of(dump: Dump, before: Reading, rules: str, folder: Path) -> Report:
    """The report after a further dump was loaded, of which the same days are worked out again."""
    read = loaded(before.database, dump, folder)
    reconstruct_days(read.database, read.settings, scope_of(rules), days_of(FIRST, LAST))
    return read.report(rules, anew=False)


Read = Callable[[Dump], Reading]
"""The fixture `reading`: loads a dump into a fresh embedded database."""


def fail_at(database: Database, beginning: str) -> None:
    """Have each statement that begins like this fail from now on, as on a full disk."""

    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(beginning):
            raise RuntimeError("the disk is full")

    sa.event.listen(database.engine, "before_cursor_execute", fail)


def loaded_tables(database: Database) -> dict[str, list[Row]]:
    """All that a load has written, apart from when and from where.

    Histories are told with their texts, so that no code of a text is compared, and none unused.
    """
    tables = {name: table(database, name) for name in schema.loaded.tables}
    texts = {row["code"]: row["text"] for row in tables["history_text"]}
    for row in tables["task_history"]:
        row["steps"] = _told(row["steps"], texts)
    used = {step[3] for row in tables["task_history"] for step in row["steps"]}
    tables["history_text"] = [{"text": text} for text in sorted(used & {*texts.values()})]
    for row in tables["dump_load"]:
        row.update(loaded_at="", source="", bytes=0, day=str(row["day"]))
    return tables


def _told(steps: bytes, texts: dict[int, str]) -> list[tuple[int, int, int, int | str]]:
    """A task's steps as field, key, day and value, texts written out."""
    told = memoryview(steps).cast("i").tolist()
    rows = zip(told[::4], told[1::4], told[2::4], told[3::4], strict=True)
    return [
        (field, key, day, texts.get(value, value) if field <= packed.POINTS else value)
        for field, key, day, value in rows
    ]


def days_of(first: str, last: str) -> list[date]:
    """All days from the first to the last."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


@dataclass
class ScopeReading:
    """The view `task_on_date` of a scope."""

    database: Database
    scope: Scope

    def on(self, day: str) -> dict[int, Row]:
        """The rows of a day by task id."""
        query = "SELECT * FROM task_on_date WHERE scope = ? AND date = ? ORDER BY id"
        return {row["id"]: row for row in select(self.database, query, self.scope.prefix, day)}

    def count(self) -> int:
        """How many rows the scope has on all days."""
        query = "SELECT count(*) AS rows FROM task_on_date WHERE scope = ?"
        (row,) = select(self.database, query, self.scope.prefix)
        return int(row["rows"])

    def days_of_task(self, task: int) -> set[str]:
        """The days on which a task is in scope."""
        query = "SELECT date FROM task_on_date WHERE scope = ? AND id = ?"
        return {str(row["date"]) for row in select(self.database, query, self.scope.prefix, task)}

    def values(self, name: str, *days: str, task: int = 1) -> list[Any]:
        """One column of a task on some days; None too where the task is not in scope."""
        return [self.on(day).get(task, {}).get(name) for day in days]


@dataclass
class Report:
    """The figures of a scope's report, as frames and as the tables that others read."""

    database: Database
    settings: Settings
    scope: Scope
    day: date

    @cached_property
    def figures(self) -> Figures:
        """The frames, of this day even where the tables hold a newer one's."""
        with self.database.read() as connection:
            return read_figures(connection, self.settings, self.scope, self.day)

    def recategorized(self, day: str) -> dict[int, Row]:
        """The rows of `task_on_date_recategorized` of a day by task id."""
        return {row.pop("id"): row for row in self.table("task_on_date_recategorized", day)}

    def categories(self, day: str) -> dict[int, str]:
        """The category of each task on a day."""
        return {task: row["category"] for task, row in self.recategorized(day).items()}

    def statuses(self, day: str) -> dict[int, str]:
        """The folded status of each task on a day."""
        return {task: row["status"] for task, row in self.recategorized(day).items()}

    def aggregate(
        self, day: str, scope_range: str = "normal"
    ) -> dict[tuple[str, str, str], tuple[int, float | None]]:
        """(count, points) by (category, status, maint_type) on a day."""
        return {
            (row["category"], row["status"], row["maint_type"]): (row["count"], row["points"])
            for row in self.table("task_on_date_agg", day)
            if row["range"] == scope_range
        }

    def table(self, name: str, day: str | None = None) -> list[Row]:
        """The scope's rows of a table, of one day if wanted."""
        prefix = self.scope.prefix
        if day is None:
            return select(self.database, f"SELECT * FROM {name} WHERE scope = ?", prefix)
        query = f"SELECT * FROM {name} WHERE scope = ? AND date = ?"
        return select(self.database, query, prefix, day)
