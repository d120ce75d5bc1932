"""A small installation that is made to suffer, and all that its readers can see of it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa
from support.command_line import CommandLine, Hardship, Outcome
from support.postgres import Server

from phlogiston_assets.domain.sample import SampleSize, write_sample
from resources.warehouse import schema
from resources.warehouse.database import Database

DAY, NEXT = date(2024, 11, 20), date(2024, 11, 21)
SCOPE = "edit"
_MADE = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.+]{5,}|[0-9]{2}:[0-9]{2}(:[0-9]{2})? UTC")
"""Instants in pages: they tell when a page was made, which no two runs have in common."""
_INSTANT = re.compile(r"\b1[67]\d{8}\b")
"""In dumps."""
LOADED_TABLES = (
    "phabricator_project",
    "phabricator_column",
    "maniphest_task",
    "maniphest_transaction",
    "maniphest_edge_transaction",
    "maniphest_blocked",
    "task_history",
    "task_reading",
    "project_task",
)
"""The tables that a load puts in place."""


@dataclass(frozen=True)
class Dumps:
    """Dumps of two mornings, and the day that each closes: no table is the same after both.

    About half of the tasks are, and a load of one over the other writes only the rest.
    """

    old: Path
    new: Path

    @classmethod
    def written_in(cls, folder: Path, tasks: int = 60) -> Dumps:
        """Write both; their time stamps are those of the mornings after."""
        dumps = cls(folder / "old.dump", folder / "new.dump")
        out = io.BytesIO()
        write_sample(out, SampleSize.ending(DAY, tasks=tasks, days=45))
        sample = json.loads(out.getvalue())
        old = {n: task for n, task in sample["task"].items() if n[-1] not in "35"}
        _write(dumps.old, DAY, sample, old)
        new = {n: task for n, task in sample["task"].items() if n[-1] != "0"}
        new |= {n: _a_day_later(task) for n, task in new.items() if int(n) % 3 == 0}
        sample["project"]["projects"][0][1] = sample["project"]["columns"][0][2] = "Renamed"
        _write(dumps.new, NEXT, sample, new)
        return dumps


def _write(path: Path, day: date, sample: Mapping[str, object], tasks: object) -> None:
    path.write_text(json.dumps({**sample, "task": tasks}))
    stamp(path, day)


def _a_day_later(task: object) -> object:
    """The task with all its instants a day later."""
    moved = _INSTANT.sub(lambda found: str(int(found[0]) + 86_400), json.dumps(task))
    return json.loads(moved)


def stamp(path: Path, day: date) -> None:
    """Give a dump the time stamp of the morning after the day that it closes."""
    made = datetime(day.year, day.month, day.day, 4, 15, tzinfo=UTC) + timedelta(days=1)
    os.utime(path, (made.timestamp(), made.timestamp()))


def write_scopes(folder: Path, prefixes: Sequence[str] = (SCOPE,)) -> Path:
    """The files of scopes of one category each, whose reports are soon drawn."""
    folder.mkdir()
    for prefix in prefixes:
        (folder / f"{prefix}_scope.py").write_text(
            f"[vars]\nscope_title = {prefix.title()}\nstart_date = 2024-11-11\n"
        )
        rules = "rule,title,display,id,matchstring\nProjectByID,Everything,show,110,\n"
        (folder / f"{prefix}_recategorization.csv").write_text(rules)
    return folder


@dataclass(frozen=True)
class Seen:
    """What readers see: digests by table and, without instants, by page."""

    tables: dict[str, str]
    pages: dict[str, str] = field(default_factory=dict)

    def of_report(self) -> dict[str, str]:
        """The pages of scopes."""
        return {name: seen for name, seen in self.pages.items() if "/" in name}

    def of_index(self) -> dict[str, str]:
        """The pages of the site's root."""
        return {name: seen for name, seen in self.pages.items() if "/" not in name}

    def of_day(self, day: date) -> dict[str, str]:
        """The pages of the scopes' reports of a day."""
        return {name: seen for name, seen in self.pages.items() if f"/{day}/" in name}

    def but_for_day(self, day: date) -> dict[str, str]:
        """All pages but those."""
        return {name: seen for name, seen in self.pages.items() if f"/{day}/" not in name}


@dataclass(frozen=True)
class Installation:
    """A home folder and a database that the program is called on."""

    program: CommandLine
    home: Path
    url: str
    scopes: Path
    server: Server | None
    variables: Mapping[str, str] = field(default_factory=dict)
    """Of the environment of its calls, besides the program's settings."""

    def call(
        self, *arguments: object, under: Hardship | None = None, **settings: object
    ) -> Outcome:
        """Call the program."""
        (outcome,) = self.call_together([arguments], under=under, **settings)
        return outcome

    def call_together(
        self,
        calls: Sequence[Sequence[object]],
        under: Hardship | None = None,
        **settings: object,
    ) -> list[Outcome]:
        """Call the program several times at once."""
        ours = {"database_url": self.url, "scopes_dir": self.scopes, **settings}
        return self.program.call_together(
            self.home, calls, under=under, variables=self.variables, **ours
        )

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database, closed at the end."""
        database = Database(self.url)
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def copied(self, folder: Path) -> Iterator[Installation]:
        """An installation like this one, removed at the end."""
        home = Path(shutil.copytree(self.home, folder, symlinks=True))
        url = self.server.copy(self.url) if self.server else f"sqlite:///{home / 'data.sqlite'}"
        try:
            yield replace(self, home=home, url=url)
        finally:
            shutil.rmtree(home, ignore_errors=True)
            if self.server:
                self.server.drop(url)

    def become(self, other: Installation) -> None:
        """Have the data, dumps and site of another one, whose processes are all gone."""
        if self.server:
            self.server.restore(self.url, other.url)
        else:
            names = [sa.make_url(one.url).database for one in (other, self)]
            theirs, ours = (closing(sqlite3.connect(str(name))) for name in names)
            with theirs as source, ours as target:
                source.backup(target)
        for name in ("dumps", "site"):
            shutil.rmtree(self.home / name, ignore_errors=True)
            shutil.copytree(other.home / name, self.home / name, symlinks=True)

    def seen(self) -> Seen:
        """All that readers see."""
        return Seen(self._tables(), self._pages())

    def _tables(self) -> dict[str, str]:
        names = [*LOADED_TABLES, "reconstructed_day", *schema.FIGURE_TABLES.values()]
        found = {}
        with self.database() as database, database.read() as connection:
            existing = sa.inspect(connection)
            for name in map(str, [*names, *schema.VIEWS]):
                if existing.has_table(name):
                    rows = connection.exec_driver_sql(f"SELECT * FROM {name}").all()
                    lines = sorted("|".join(map(str, row)) for row in rows)
                    found[name] = f"{len(lines)}:{sha256('~'.join(lines).encode()).hexdigest()}"
        return found

    def _pages(self) -> dict[str, str]:
        """Pages by the path at which readers ask for them."""
        site, found = self.home / "site", {}
        for top in sorted(site.iterdir()) if site.is_dir() else ():
            if top.name.startswith("."):
                continue
            files = [top] if top.is_file() else sorted(top.glob("[!.]*/**/*"))
            for path in filter(Path.is_file, files):
                said = _MADE.sub(b"", path.read_bytes())
                found[str(path.relative_to(site))] = sha256(said).hexdigest()
        return found

    def leftovers(self) -> list[str]:
        """What only an unfinished command leaves behind."""
        parts = [*self.home.rglob("*.part"), *self.home.rglob(".new-*")]
        parts += self.home.rglob(".aside-*")
        with self.database() as database, database.read() as connection:
            tables = sa.inspect(connection).get_table_names()
        return [*map(str, parts), *(name for name in tables if name.startswith("staging_"))]
