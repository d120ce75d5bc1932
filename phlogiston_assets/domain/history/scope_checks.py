"""Checks of a scope's days and figures, made before they are written (operations.md, end).

Those of days count a second time, in another way, what was worked out; those of figures are in
`figure_checks`. What does not belong here: reading and writing (see `resources.reconstructing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from phlogiston_assets.domain.history import packed
from phlogiston_assets.domain.history.packed import Histories
from phlogiston_assets.domain.history.periods import Ints, Periods
from phlogiston_assets.domain.verdicts import Check, Verdict

_ANEW: Final = (
    "Nothing was written. Rebuild the scope by `phlogiston run --mode rerecon --scope NAME`; if "
    "that is refused too, the program is at fault: tell its maintainers the sentence."
)
ONE_ROW_A_DAY: Final = Check(
    "task_on_date",
    "one_row_a_day",
    "No task has two rows on a day.",
    _ANEW,
    blocking=True,
)
NO_DAY_MISSING: Final = Check(
    "task_on_date",
    "no_day_missing",
    "Each task has a row on exactly the days on which it has one of the scope's projects.",
    _ANEW,
    blocking=True,
)
ADDS_UP: Final = Check(
    "task_on_date_agg",
    "adds_up",
    "From each day to the next, counts change by the tasks that come and go; none is negative.",
    _ANEW,
    blocking=True,
)
CATEGORIES_OF_RULES: Final = Check(
    "task_on_date_recategorized",
    "categories_of_rules",
    "Every task in scope on that day has the category of the first rule that it matches, and none "
    "where no rule matches, the rule omits it or its status takes it out.",
    _ANEW,
    blocking=True,
)
BALANCE: Final = Check(
    "forecast",
    "balance",
    "In every category and measure, what is open changes each day by what came in, less what went "
    "out and what was completed.",
    _ANEW,
    blocking=True,
)
EQUAL_TABLES: Final = Check(
    "report",
    "equal_tables",
    "The figures in the report's files are those of the tables.",
    "Nothing was published. Make figures and report anew by `phlogiston run --mode reports --scope "
    "NAME`: settings or the program have changed since the figures were made.",
    blocking=True,
)
DAY_CHECKS: Final = (ONE_ROW_A_DAY, NO_DAY_MISSING)
FIGURE_CHECKS: Final = (ADDS_UP, CATEGORIES_OF_RULES, BALANCE)
REPORT_CHECKS: Final = (EQUAL_TABLES,)
SCOPE_CHECKS: Final = (*DAY_CHECKS, *FIGURE_CHECKS, *REPORT_CHECKS)
_EXAMPLES: Final = 5


def days_in_scope(
    histories: Histories, projects: Sequence[int], spans: Sequence[tuple[int, int]]
) -> dict[int, int]:
    """On how many days of the half-open spans each task has any of the projects, by task id.

    Joining a project adds one from its day on and leaving it takes one away; a task is in scope
    while its sum is above zero.
    """
    chosen = (histories.field == packed.PROJECT) & np.isin(histories.key, list(projects))
    task, key = histories.task[chosen], histories.key[chosen]
    day, value = histories.day[chosen], histories.value[chosen].astype(np.int64)
    order = np.lexsort((day, key, task))
    same = np.zeros(len(order), dtype=np.bool_)
    task, key, day, value = task[order], key[order], day[order], value[order]
    same[1:] = (task[1:] == task[:-1]) & (key[1:] == key[:-1])
    change = value - np.where(same, np.roll(value, 1), 0)
    order = np.lexsort((day, task))
    task, day, held = task[order], day[order], np.cumsum(change[order])
    before = np.concatenate([[0], held])[np.searchsorted(task, task)]
    inside = held - before > 0
    last = np.ones(len(task), dtype=np.bool_)
    last[:-1] = task[1:] != task[:-1]
    end = np.where(last, np.iinfo(np.int64).max, np.roll(day, -1))
    total = np.zeros(len(histories.task_ids), dtype=np.int64)
    for first, stop in spans:
        length = np.minimum(end, stop) - np.maximum(day, first)
        np.add.at(total, task, np.where(inside, np.maximum(length, 0), 0))
    return _counted(histories.task_ids, total)


def check_periods(
    periods: Periods, wanted: dict[int, int], spans: Sequence[tuple[int, int]]
) -> list[Verdict]:
    """What is found of the periods of a scope that hold on the half-open spans of days.

    `wanted` is on how many of these days each task is in scope (see `days_in_scope`).
    """
    order = np.lexsort((periods.first, periods.task))
    task, first, end = periods.task[order], periods.first[order], periods.end[order]
    twice = (task[1:] == task[:-1]) & (first[1:] < end[:-1])
    broken = np.unique(np.concatenate([task[1:][twice], task[end <= first]])).tolist()
    days = np.zeros(len(task), dtype=np.int64)
    for start, stop in spans:
        days += np.maximum(np.minimum(end, stop) - np.maximum(first, start), 0)
    ids, place = np.unique(task, return_inverse=True)
    found = _counted(ids, np.bincount(place, weights=days, minlength=len(ids)).astype(np.int64))
    other = sorted(one for one in wanted.keys() | found if wanted.get(one) != found.get(one))
    count, expected = sum(found.values()), sum(wanted.values())
    return [
        Verdict(
            ONE_ROW_A_DAY,
            not broken,
            f"{some_tasks(broken)} overlap in time."
            if broken
            else "No task has two rows on a day.",
            {"periods": len(task)},
        ),
        Verdict(
            NO_DAY_MISSING,
            not other,
            f"{count:,} rows are there, {expected:,} by the tasks' projects"
            + (f"; {some_tasks(other)} differ." if other else "."),
            {"rows": count},
        ),
    ]


def _counted(ids: Ints, total: Ints) -> dict[int, int]:
    kept = total > 0
    return dict(zip(ids[kept].tolist(), total[kept].tolist(), strict=True))


def some_tasks(tasks: Sequence[int]) -> str:
    """The first few of them, and how many more there are."""
    shown = ", ".join(f"T{task}" for task in tasks[:_EXAMPLES])
    return shown + (f" and {len(tasks) - _EXAMPLES:,} more" if len(tasks) > _EXAMPLES else "")
