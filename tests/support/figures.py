"""Figures for tests: made by hand in a few words, or from the tables of a shared case.

What the production code computes from a dump is not computed here again: the tables of the cases
are taken as they are.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import Category, StatusSets, categorise
from phlogiston_assets.domain.counting.change_lists import ARRIVALS, DEPARTURES
from phlogiston_assets.domain.counting.kind_of_work import maintenance_share
from phlogiston_assets.domain.counting.net_changes import net_changes
from phlogiston_assets.domain.days import day_number
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.flow.flow_figures import BY_CATEGORY_COLUMNS
from phlogiston_assets.domain.forecasts.forecast_moves import MOVE_COLUMNS
from phlogiston_assets.domain.forecasts.forecast_tables import (
    BY_DATE_COLUMNS,
    BY_WEEK_COLUMNS,
    DATE_COLUMNS,
)
from phlogiston_assets.domain.forecasts.record_tables import (
    HELD_COLUMNS,
    PAST_COLUMNS,
    SCORE_COLUMNS,
)
from phlogiston_assets.domain.history.periods import Periods
from phlogiston_assets.domain.history.scope_checks import BALANCE
from phlogiston_assets.domain.scopes import (
    Display,
    Rule,
    Scope,
    ScopeSettings,
    read_scope,
    resolve_rules,
)
from phlogiston_assets.domain.verdicts import Verdict

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("PHLOGISTON_SHARED", ROOT.parent / "shared"))

Run = tuple[str, str, int, float | None, date, date]
"""Category, status, count, points, first day, last day (inclusive)."""

RUN_COLUMNS = [
    "range", "category", "status", "maint_type", "count", "points", "first_day", "end_day",
]  # fmt: skip
PERIOD_COLUMNS = ["id", "category", "status", "points", "maint_type", "first_day", "end_day"]
CLOSED_COLUMNS = ["scope", "date", "category", "count", "points"]
CLOSED_TASK_COLUMNS = ["scope", "date", "id", "category", "points"]
STATUS_COLUMNS = ["scope", "report", "id", "category", "task_scope", "status"]
KIND_COLUMNS = ["date", "maint_type", "count", "points"]
OPEN_COLUMNS = ["id", "category", "priority", "points", "first_seen", "last_change"]
COMBINATION_COLUMNS = ["category_title", "project", "projectcolumn", "tasks"]
HISTOGRAM_COLUMNS = ["priority", "points", "count"]
UNITS, OUTLOOKS = ("points", "count"), ("pes", "nom", "opt")
_SPEEDS = (("pes", 0.0), ("nom", 1.0), ("opt", 2.5))
VELOCITY_COLUMNS = [
    "scope", "category", "date", "points_total", "count_total", "points_resolved", "count_resolved",
    *(
        f"{outlook}_{unit}_{what}"
        for unit in UNITS
        for what in ("vel", "total_growrate", "fore")
        for outlook in OUTLOOKS
    ),
]  # fmt: skip


def shared_cases() -> list[tuple[str, str]]:
    """(case, scope) of all shared cases; none where the shared folder is not at hand."""
    found = sorted((SHARED / "cases").glob("*/expected/*/velocity.csv.gz"))
    return [(path.parents[2].name, path.parent.name) for path in found]


@cache
def figures_of_case(case: str, prefix: str) -> Figures:
    """The figures of one scope of a shared case, from its tables.

    `recently_closed_task` is made up to fit `recently_closed`, as the cases do not give it; frames
    that no table of the cases tells are empty.
    """
    folder = SHARED / "cases" / case
    told = json.loads((folder / "expected" / "case.json").read_text())
    first, day = date.fromisoformat(told["from"]), date.fromisoformat(told["day"])
    own = folder / "scopes"
    scope = read_scope(own if own.is_dir() else SHARED / "scopes", prefix)
    projects, _ = _dumped(case)
    rules = resolve_rules(scope, projects)
    table = {
        name: _table(folder / "expected" / prefix / f"{name}.csv.gz")
        for name in ("task_on_date_agg", "velocity", "recently_closed", "status_report")
    }
    tasks = _table(folder / "expected" / prefix / "task_on_date_recategorized.csv.gz")
    return Figures(
        scope=scope,
        rules=rules,
        projects=projects,
        categories=categories_of(rules),
        first_day=first,
        day=day,
        category_periods=pd.DataFrame(columns=PERIOD_COLUMNS),
        runs=_runs(table["task_on_date_agg"]),
        velocity=table["velocity"],
        recently_closed=table["recently_closed"],
        recently_closed_task=_closed_tasks(table["recently_closed"], tasks, day),
        status_report=table["status_report"],
        **_untold(first, day),
    )


def _untold(first_day: date, day: date) -> dict[str, Any]:
    """What neither the tables of a case nor a few words give: frames of the right columns."""
    kinds = _frame([], KIND_COLUMNS)
    return {
        "maintenance_week": kinds,
        "maintenance_delta": kinds,
        "maintenance_share": maintenance_share(kinds),
        **_no_changes(first_day, day),
        "open_tasks": _frame([], OPEN_COLUMNS),
        "unpointed_tasks": _frame([], [name for name in OPEN_COLUMNS if name != "points"]),
        "points_histogram": _frame([], HISTOGRAM_COLUMNS),
        "combinations": _frame([], COMBINATION_COLUMNS),
        **no_forecasts(),
        **no_flow(),
        "warnings": (),
    }


def _no_changes(first_day: date, day: date) -> dict[str, Any]:
    """Nothing is or was open."""
    nothing, days = Periods.of_rows([], {}), (day_number(first_day), day_number(day))
    categorised = categorise(nothing, (), ScopeSettings(prefix="t", title="Team"), days[1])
    found = net_changes(categorised, nothing, days, {}, StatusSets())
    for frame in (found.tasks, found.sums):
        frame.insert(0, "scope", "t")
    return {"changed_task": found.tasks, "change_of_open": found.sums}


def no_forecasts() -> dict[str, Any]:
    """Neither a forecast nor a record."""
    columns = {
        "forecast": DATE_COLUMNS,
        "forecast_by_date": BY_DATE_COLUMNS,
        "forecast_by_week": BY_WEEK_COLUMNS,
        "forecast_move": MOVE_COLUMNS,
        "forecast_score": SCORE_COLUMNS,
        "forecast_held": HELD_COLUMNS,
        "forecast_past": PAST_COLUMNS,
    }
    days = {"by", "made_on", "done_on", "p50", "p85", "p95", *DATE_COLUMNS[-3:], "compared_with"}
    balanced = Verdict(BALANCE, passed=True, sentence="Nothing is open.")
    frames: dict[str, Any] = {"balance": balanced}
    for name, of in columns.items():
        frame = _frame([], ["scope", *of])
        frames[name] = frame.astype(dict.fromkeys(days & set(of), "datetime64[s]"))
    return frames


def no_flow() -> dict[str, Any]:
    """No task at any time."""
    columns = {
        "status_runs": ["status", "count", "first_day", "end_day"],
        "flow_week": ["date", *ARRIVALS, *DEPARTURES, "open"],
        "cycle_time": ["id", "category", "started_on", "resolved_on", "days", "at_least"],
        "cycle_time_by_category": BY_CATEGORY_COLUMNS,
        "task_age": ["id", "category", "started_on", "days", "at_least", "passed"],
    }
    return {name: _frame([], ["scope", *of]) for name, of in columns.items()}


def titles_of_case(case: str) -> Mapping[int, str]:
    """Task titles of a shared case by id."""
    return _dumped(case)[1]


def categories_of(rules: Sequence[Rule]) -> tuple[Category, ...]:
    """The categories of resolved rules in order, each with its first rule's display."""
    first = {}
    for rule in rules:
        first.setdefault(rule.title, rule.display)
    shown = ((title, display) for title, display in first.items() if display is not Display.OMIT)
    return tuple(Category(title, display) for title, display in shown)


@cache
def _dumped(case: str) -> tuple[dict[int, str], dict[int, str]]:
    with gzip.open(SHARED / "cases" / case / "phabricator_public.dump.gz") as file:
        dump = json.load(file)
    projects = {int(row[0]): row[1] for row in dump["project"]["projects"]}
    tasks = {int(key): _title(task) for key, task in dump["task"].items()}
    return projects, tasks


def _title(task: Any) -> str:
    info = task.get("info") or []
    row = info[0] if info and isinstance(info[0], list) else info
    return str(row[6]) if len(row) > 6 else ""


def _table(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path, keep_default_na=False, na_values={"points": [""], **_EMPTY_FORE})
    if "date" in frame:
        frame["date"] = frame["date"].astype("datetime64[s]")
    return frame


_EMPTY_FORE = {f"{outlook}_{unit}_fore": [""] for outlook in OUTLOOKS for unit in UNITS}


def _runs(daily: pd.DataFrame) -> pd.DataFrame:
    """Consecutive equal days of `task_on_date_agg` joined."""
    keys = ["range", "category", "status", "maint_type"]
    daily = daily.sort_values([*keys, "date"], ignore_index=True)
    points = daily["points"].fillna(-1.0)
    same = (daily[keys] == daily[keys].shift()).all(axis=1)
    same &= (daily["count"] == daily["count"].shift()) & (points == points.shift())
    same &= daily["date"] == daily["date"].shift() + pd.Timedelta(days=1)
    runs = daily.groupby((~same).cumsum()).agg(
        **{name: (name, "first") for name in [*keys, "count", "points"]},
        first_day=("date", "first"),
        end_day=("date", "last"),
    )
    runs["points"] = runs["points"].astype(float)
    runs["end_day"] = (runs["end_day"] + pd.Timedelta(days=1)).astype("datetime64[s]")
    return runs.reset_index(drop=True)


def _closed_tasks(closed: pd.DataFrame, tasks: pd.DataFrame, day: date) -> pd.DataFrame:
    """As many resolved tasks of the right category as were closed on each of the last 14 days."""
    recent = closed[closed["date"] > pd.Timestamp(day) - pd.Timedelta(days=14)]
    last = tasks[(tasks["date"] == tasks["date"].max()) & (tasks["status"] == "resolved")]
    waiting = {
        category: list(zip(group["id"], group["points"], strict=True))
        for category, group in last.groupby("category")
    }
    rows = []
    for row in recent.itertuples():
        for _ in range(int(row.count)):
            if waiting.get(row.category):
                task, points = waiting[row.category].pop()
                rows.append((row.scope, row.date, task, row.category, points))
    return _frame(rows, CLOSED_TASK_COLUMNS)


def _frame(rows: Sequence[Any], columns: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns)
    for name in ("date", "first_day", "end_day", "started_on", "resolved_on"):
        if name in frame:
            frame[name] = frame[name].astype("datetime64[s]")
    if "points" in frame:
        frame["points"] = frame["points"].astype(float)
    return frame


def week(category: str, total: int, resolved: int, **known: float) -> dict[str, Any]:
    """A row of `velocity`, the same in points and count; `known` are further columns."""
    row = dict.fromkeys(VELOCITY_COLUMNS, np.nan) | {"scope": "t", "category": category}
    for unit in UNITS:
        row |= {f"{unit}_total": float(total), f"{unit}_resolved": float(resolved)}
    return row | known


def made_figures(
    categories: Sequence[str | Category],
    runs: Sequence[Run] = (),
    weeks: Sequence[Mapping[str, Any]] = (),
    *,
    day: date = date(2024, 5, 15),
    first_day: date = date(2024, 1, 1),
    closed: Sequence[tuple[date, str, int, float]] = (),
    closed_tasks: Sequence[tuple[date, int, str, float]] = (),
    status: Sequence[tuple[str, int, str, str, str]] = (),
    rules: Sequence[Rule] = (),
    projects: Mapping[int, str] | None = None,
    kinds: Sequence[tuple[date, str, int, float]] = (),
    resolved_points: Sequence[tuple[str, float | None, int]] = (),
    warnings: tuple[str, ...] = (),
    **settings: Any,
) -> Figures:
    """Figures of a scope "t" by hand; runs go into all three ranges, weeks are those of *day* if
    they do not say otherwise."""
    known = {"prefix": "t", "title": "Team"} | settings
    rows = [
        (name, category, state, "", count, points, start, last + timedelta(days=1))
        for name in ("normal", "cutoff", "lastq")
        for category, state, count, points, start, last in runs
    ]
    velocity = [
        {**one, "date": pd.Timestamp(day) if pd.isna(one["date"]) else one["date"]} for one in weeks
    ]
    delta = _frame(kinds, KIND_COLUMNS)
    return Figures(
        scope=Scope(ScopeSettings(**known), tuple(rules)),
        rules=tuple(rules),
        projects=projects or {},
        categories=tuple(
            one if isinstance(one, Category) else Category(one, Display.SHOW) for one in categories
        ),
        first_day=first_day,
        day=day,
        category_periods=pd.DataFrame(columns=PERIOD_COLUMNS),
        runs=_frame(rows, RUN_COLUMNS),
        velocity=_frame(velocity, VELOCITY_COLUMNS),
        recently_closed=_frame([("t", *one[:2], *one[2:]) for one in closed], CLOSED_COLUMNS),
        recently_closed_task=_frame([("t", *one) for one in closed_tasks], CLOSED_TASK_COLUMNS),
        status_report=_frame([("t", *one) for one in status], STATUS_COLUMNS),
        **_untold(first_day, day)
        | {
            "maintenance_delta": delta,
            "maintenance_share": maintenance_share(delta),
            "points_histogram": _frame(resolved_points, HISTOGRAM_COLUMNS),
            "warnings": warnings,
        },
    )


def lively_figures(titles: Sequence[str | Category], **known: Any) -> Figures:
    """Figures with something going on in every category, week by week since January."""
    day, first = known.get("day", date(2024, 5, 15)), known.get("first_day", date(2024, 1, 1))
    names = [one.title if isinstance(one, Category) else one for one in titles]
    runs: list[Run] = []
    weeks: list[dict[str, Any]] = []
    closed = []
    steps = (day - first).days // 7 + 1
    for place, name in enumerate(names):
        resolved = still_open = 0
        speed = {f"{one}_{unit}_vel": place % 4 + fast for unit in UNITS for one, fast in _SPEEDS}
        growth = {f"{one}_{unit}_total_growrate": 0.5 for one in OUTLOOKS for unit in UNITS}
        for step in range(steps):
            start = first + timedelta(days=7 * step)
            last = min(start + timedelta(days=6), day)
            done = (place * 5 + step * 3) % 4
            still_open = 3 + (place * 7 + step * 5) % 9
            resolved += done
            runs.append((name, "open", still_open, 1.5 * still_open, start, last))
            if resolved:
                runs.append((name, "resolved", resolved, 2.0 * resolved, start, last))
            if done:
                closed.append((start, name, done, 2.0 * done))
            rate = {f"{one}_{unit}_fore": float(place + 3) for one in OUTLOOKS for unit in UNITS}
            known_then = week(name, still_open + resolved, resolved, **rate, **speed, **growth)
            then = pd.Timestamp(day) - pd.Timedelta(weeks=steps - 1 - step)
            weeks.append(known_then | {"date": then})
    lively: dict[str, Any] = {"closed": closed}
    lively["resolved_points"] = [("90", 1.0, 3), ("50", 5.0, 7), ("50", None, 2), ("10", 0.5, 1)]
    return made_figures(titles, runs, weeks, **(lively | known))


def lively_kinds(day: date = date(2024, 5, 15)) -> list[tuple[date, str, int, float]]:
    """Thirteen weeks with some of each kind, now and then less than before."""
    return [
        (day - timedelta(weeks=step), kind, (step * 3 + place) % 5 - 1, 1.5 * (step % 4))
        for step in range(13)
        for place, kind in enumerate(("", "Maintenance", "New Functionality"))
    ]
