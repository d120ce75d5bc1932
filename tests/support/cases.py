"""The cases of the specification: dumps with the tables that they must give."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from resources.warehouse.database import Database

SHARED = Path(os.environ.get("PHLOGISTON_SHARED", Path(__file__).resolve().parents[3] / "shared"))
TABLES = (
    "task_on_date",
    "task_on_date_recategorized",
    "task_on_date_agg",
    "velocity",
    "recently_closed",
    "status_report",
)

TABLES_OF_TASKS = ("task_on_date", "task_on_date_recategorized")
KEYS = {
    "task_on_date": ["date", "id"],
    "task_on_date_recategorized": ["date", "id"],
    "task_on_date_agg": ["range", "date", "category", "status", "maint_type"],
    "velocity": ["category", "date"],
    "recently_closed": ["date", "category"],
    "status_report": ["report", "id"],
}
TEXTS = {"scope", "report", "range", "date", "category", "status", "maint_type", "task_scope"} | {
    "project",
    "projectcolumn",
    "priority",
    "category_title",
}


@dataclass(frozen=True)
class Case:
    """One case: its dump, its scopes' files and its expected tables."""

    name: str

    @property
    def folder(self) -> Path:
        return SHARED / "cases" / self.name

    @property
    def dump(self) -> Path:
        return self.folder / "phabricator_public.dump.gz"

    @property
    def about(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "expected" / "case.json").read_text()))

    @property
    def scopes(self) -> list[str]:
        return list(self.about["scopes"])

    @property
    def first(self) -> date:
        return date.fromisoformat(self.about["from"])

    @property
    def day(self) -> date:
        return date.fromisoformat(self.about["day"])

    @property
    def days(self) -> list[str]:
        """The days for which the two tables of tasks are given."""
        return list(self.about["days_of_the_daily_tables"])

    @property
    def scopes_dir(self) -> Path:
        own = self.folder / "scopes"
        return own if own.exists() else SHARED / "scopes"

    def expected(self, scope: str, table: str) -> pd.DataFrame:
        """An expected table, every cell as text."""
        path = self.folder / "expected" / scope / f"{table}.csv.gz"
        return pd.read_csv(path, dtype=str, keep_default_na=False)


CASES = [Case("real"), Case("modern"), Case("classic")]


def actual(
    database: Database, scope: str, table: str, columns: list[str], days: list[str]
) -> pd.DataFrame:
    """A table of a scope as readers get it, every cell as text."""
    names = ", ".join(f'"{column}"' for column in columns)
    query = f"SELECT {names} FROM {table} WHERE scope = '{scope}'"
    if days:
        query += " AND date IN ({})".format(", ".join(f"'{day}'" for day in days))
    with database.read() as connection:
        rows = connection.exec_driver_sql(query).fetchall()
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    return pd.DataFrame(cells, columns=columns, dtype=str)


def differences(table: str, expected: pd.DataFrame, actual: pd.DataFrame) -> list[str]:
    """The columns in which the tables differ, with the first differing cells."""
    if len(expected) != len(actual):
        return [f"{len(expected)} rows wanted, {len(actual)} found"]
    expected, actual = (
        frame.sort_values(KEYS[table], ignore_index=True) for frame in (expected, actual)
    )
    found = []
    for column in expected.columns:
        left, right = expected[column], actual[column]
        if column in TEXTS:
            same = (left == right).to_numpy()
        else:
            wanted, got = (
                side.replace("", None).astype(float).to_numpy(float) for side in (left, right)
            )
            same = np.isclose(wanted, got, rtol=1e-9, atol=1e-9, equal_nan=True)
        if not same.all():
            place = int(np.argmin(same))
            found.append(f"{column}, {(~same).sum()} cells: {left[place]!r} is {right[place]!r}")
    return found
