"""What a report must say, counted again from the database by plain SQL and pandas.

Nothing of the production code's way from tables to charts is used here; the wording of numbers and
days is (tests/charts/test_wording.py holds it).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from resources.warehouse.database import Database

OUTLOOKS = {"opt": "optimistic", "nom": "nominal", "pes": "pessimistic"}
KINDS = {"Maintenance": "maintenance", "New Functionality": "new functionality", "": "neither"}
QUARTER_DAYS = 91

Totals = dict[str, float]
"""Amounts by category."""


@dataclass(frozen=True)
class Balance:
    """Open and resolved amounts by category at the end of a day."""

    open: Totals
    resolved: Totals

    @property
    def totals(self) -> tuple[float, float]:
        return _exact(sum(self.open.values())), _exact(sum(self.resolved.values()))


@dataclass(frozen=True)
class Recount:
    """One scope of a database: its tables of the newest report, and figures made of them."""

    database: Database
    scopes_dir: Path
    scope: str
    day: date
    cutoff: date | None

    def table(self, name: str) -> pd.DataFrame:
        """A table or view as it is, its days as dates."""
        return self.query(f"SELECT * FROM {name} WHERE scope = :scope")

    def query(self, query: str, **known: Any) -> pd.DataFrame:
        """The rows of a query; `:scope` and `:day` are known."""
        values = {"scope": self.scope, "day": self.day.isoformat(), **known}
        with self.database.read() as connection:
            rows = [dict(row._mapping) for row in connection.exec_driver_sql(query, values)]
        frame = pd.DataFrame(rows)
        for name in frame.columns.intersection(["date", "seen"]):
            frame[name] = pd.to_datetime(frame[name]).dt.date
        return frame

    @property
    def title(self) -> str:
        """The scope's title, from its settings' file."""
        settings = (self.scopes_dir / f"{self.scope}_scope.py").read_text()
        (found,) = re.findall(r"^scope_title = (.+)$", settings, re.MULTILINE)
        return str(found)

    # Categories, from the rules' file

    @cached_property
    def displays(self) -> dict[str, str]:
        """Shown and hidden categories in order of priority."""
        found: dict[str, str] = {}
        path = self.scopes_dir / f"{self.scope}_recategorization.csv"
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                for title in self._titles(row):
                    found.setdefault(title, row["display"].lower())
        return {title: display for title, display in found.items() if display != "omit"}

    def _titles(self, row: dict[str, str]) -> list[str]:
        if row["rule"] != "ProjectsByWildcard":
            return [row["title"]]
        query = "SELECT id, name FROM phabricator_project ORDER BY id"
        names = self.query(query)["name"]
        return [name for name in names if row["matchstring"] in name]

    def titles(self, *, hidden: bool) -> list[str]:
        """Titles of the categories that are shown, or of all."""
        return [title for title, display in self.displays.items() if hidden or display == "show"]

    # Days

    @cached_property
    def first(self) -> date:
        """The first reconstructed day."""
        return self.table("reconstructed_day")["date"].min()

    @property
    def quarter(self) -> date:
        """The first day of this quarter."""
        return self.day.replace(month=self.day.month - (self.day.month - 1) % 3, day=1)

    @property
    def quarter_before(self) -> date:
        """The first day of last quarter."""
        last = self.quarter - timedelta(days=1)
        return last.replace(month=last.month - 2, day=1)

    @property
    def quarter_end(self) -> date:
        """The last day of this quarter."""
        return (pd.Timestamp(self.quarter) + pd.DateOffset(months=3)).date() - timedelta(days=1)

    def steps(self, first: date) -> list[date]:
        """Weekly steps back from the day, within the last three months and not before *first*."""
        start = max((pd.Timestamp(self.day) - pd.DateOffset(months=3)).date(), first)
        count = (self.day - start).days // 7 + 1
        return [self.day - timedelta(days=7 * back) for back in range(count - 1, -1, -1)]

    def velocity_weeks(self) -> list[date]:
        """The last days of the weeks of the last three months that began after the first day."""
        start = (pd.Timestamp(self.day) - pd.DateOffset(months=3)).date()
        ends = pd.date_range(end=self.day, periods=14, freq="7D").date
        return [end for end in ends if end > max(start, self.first)]

    def periods(self, months: int) -> list[tuple[str, date, date]]:
        """Calendar months or quarters since the first day: name, day before it, last day."""
        found = []
        for one in pd.period_range(self.first, self.day, freq="M" if months == 1 else "Q"):
            start, end = one.start_time.date(), one.end_time.date()
            name = f"{start:%B} {start.year}" if months == 1 else f"Q{one.quarter} {start.year}"
            found.append((name, start - timedelta(days=1), end))
        return found

    # Amounts

    @cached_property
    def tasks(self) -> pd.DataFrame:
        """`task_on_date_recategorized`."""
        return self.table("task_on_date_recategorized")

    def balance(
        self, unit: str, day: date, titles: list[str], cutoff: date | None = None
    ) -> Balance:
        """Amounts at the end of *day*, without what was resolved at the start of *cutoff*."""
        there = self.tasks[(self.tasks["date"] == day) & self.tasks["category"].isin(titles)]
        if cutoff is not None:
            there = there[~there["id"].isin(self._resolved_on(cutoff - timedelta(days=1)))]
        return Balance(
            self._by_category(there[there["status"] != "resolved"], unit, titles),
            self._by_category(there[there["status"] == "resolved"], unit, titles),
        )

    def _resolved_on(self, day: date) -> set[int]:
        query = (
            "SELECT DISTINCT id FROM task_on_date"
            " WHERE scope = :scope AND date = :then AND status = 'resolved'"
        )
        found = self.query(query, then=day.isoformat())
        return set(found["id"]) if len(found) else set()

    @staticmethod
    def _by_category(rows: pd.DataFrame, unit: str, titles: list[str]) -> Totals:
        amounts = rows.groupby("category")["points"]
        found = amounts.sum() if unit == "points" else amounts.size()
        return {title: _exact(found.get(title, 0)) for title in titles}

    def fan(self, unit: str) -> dict[str, Any] | None:
        """The row of `forecast_by_week` of the last week that ends in this quarter, if any."""
        rows = self.table("forecast_by_week")
        if rows.empty:
            return None
        rows = rows.assign(by=pd.to_datetime(rows["by"]).dt.date)
        rows = rows[(rows["measure"] == unit) & (rows["by"] <= self.quarter_end)]
        return rows.sort_values("by").iloc[-1].to_dict() if len(rows) else None

    def closed(self, unit: str, titles: list[str], after: date, until: date) -> Totals:
        """What was resolved in the days (after, until], by category, of `recently_closed`."""
        query = (
            f"SELECT category, sum({unit}) AS amount FROM recently_closed"
            " WHERE scope = :scope AND date > :after AND date <= :until GROUP BY category"
        )
        rows = self.query(query, after=after.isoformat(), until=until.isoformat())
        found = dict(zip(rows["category"], rows["amount"], strict=True)) if len(rows) else {}
        return {title: _exact(found.get(title) or 0) for title in titles}

    @cached_property
    def velocity(self) -> pd.DataFrame:
        """The table `velocity`, None for no forecast."""
        return self.table("velocity")

    def now(self, title: str) -> dict[str, Any] | None:
        """A category's row of `velocity` on the day; None if it has no tasks."""
        rows = self.velocity
        found = rows[(rows["category"] == title) & (rows["date"] == self.day)]
        row = found.iloc[0].to_dict() if len(found) else {"count_total": 0}
        return row if row["count_total"] else None

    def kinds(self, unit: str) -> pd.DataFrame:
        """Changes of resolved work at weekly steps: a row a step, a column a kind of work."""
        resolved = self.tasks[self.tasks["status"] == "resolved"]
        rows = []
        for step in self.steps(self.first):
            there = resolved[resolved["date"] == step].groupby("maint_type")["points"]
            found = there.sum() if unit == "points" else there.size()
            rows.append([_exact(found.get(kind, 0)) for kind in KINDS])
        frame = pd.DataFrame(rows, columns=list(KINDS.values()), index=self.steps(self.first))
        return frame.diff().iloc[1:].round(6)

    def histogram(self) -> pd.DataFrame:
        """Resolved tasks on the day, hidden categories too: priority and points."""
        return self.query(
            "SELECT r.id, r.points, t.priority FROM task_on_date_recategorized r"
            " JOIN task_on_date t ON t.scope = r.scope AND t.id = r.id AND t.date = r.date"
            " WHERE r.scope = :scope AND r.date = :day AND r.status = 'resolved'"
        )


def _exact(value: float) -> float:
    """Without what floating points add when tenths are summed."""
    return round(float(value), 6)


BURNUPS = {
    "burnup": (False, False),
    "burnup-all": (False, True),
    "burnup-lastq": (True, False),
    "burnup-lastq-all": (True, True),
}
"""By slug: whether it is last quarter's, and whether hidden categories are in it."""


@dataclass(frozen=True)
class Burnup:
    """What a burnup shows: its last day, the quarter that this is in, and what it leaves out."""

    day: date
    quarter: date
    hidden: bool
    cutoff: date | None


def burnup_of(known: Recount, slug: str) -> Burnup:
    """A burnup by its slug (reports.md, "The report page"; domain.md, section 5)."""
    last_quarter, hidden = BURNUPS[slug]
    if not last_quarter:
        return Burnup(known.day, known.quarter, hidden, known.cutoff)
    cutoff = known.cutoff and known.cutoff - timedelta(days=QUARTER_DAYS)
    return Burnup(known.quarter - timedelta(days=1), known.quarter_before, hidden, cutoff)


def state(row: dict[str, Any] | None, unit: str) -> str:
    """Where a category stands, of its row of `velocity`."""
    if row is None:
        return "empty"
    if row["count_total"] == row["count_resolved"]:
        return "completed"
    if not row["count_resolved"]:
        return "not started"
    left = row[f"{unit}_total"] - row[f"{unit}_resolved"]
    return "under way" if left > 1e-9 else "nothing open"


def due(row: dict[str, Any], outlook: str, unit: str, day: date) -> date | None:
    """When it is done: None for never, the day itself where less than half a week is left."""
    weeks = row[f"{outlook}_{unit}_fore"]
    if pd.notna(weeks):
        return day + timedelta(days=7 * int(weeks)) if weeks < 400_000 else None
    velocity, growth = (row[f"{outlook}_{unit}_{what}"] for what in ("vel", "total_growrate"))
    return day if velocity > growth else None


def completed_on(known: Recount, title: str) -> date:
    """The first day at whose end nothing was open in the category any more."""
    mine = known.tasks[known.tasks["category"] == title]
    still_open = mine[mine["status"] != "resolved"]["date"]
    return still_open.max() + timedelta(days=1) if len(still_open) else mine["date"].min()
