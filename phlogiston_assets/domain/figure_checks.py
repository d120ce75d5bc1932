"""Checks of a scope's figures, made before they are written (operations.md, end).

What does not belong here: what each holds (see `scope_checks`, which needs no frames).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from phlogiston_assets.domain.aggregation import Runs
from phlogiston_assets.domain.categorisation import OPEN
from phlogiston_assets.domain.days import day_of
from phlogiston_assets.domain.flows import COUNT, MEASURES, POINTS, Flows
from phlogiston_assets.domain.periods import Ints
from phlogiston_assets.domain.scope_checks import (
    ADDS_UP,
    BALANCE,
    CATEGORIES_OF_RULES,
    some_tasks,
)
from phlogiston_assets.domain.verdicts import Verdict

_GROUP: Final = ["category", "status", "maint_type"]


def check_aggregates(tasks: pd.DataFrame, runs: pd.DataFrame) -> Verdict:
    """Whether daily counts change by the tasks that come and go.

    `tasks` are category periods (category, status, maint_type, first_day, end_day), `runs` the runs
    of days made of them (the same, and count); both are half-open.
    """
    ends = [
        tasks[_GROUP].assign(day=tasks[day], change=sign)
        for day, sign in (("first_day", 1), ("end_day", -1))
    ]
    ends += [
        runs[_GROUP].assign(day=runs[day], change=sign * runs["count"])
        for day, sign in (("first_day", -1), ("end_day", 1))
    ]
    left = pd.concat(ends).groupby([*_GROUP, "day"], sort=False)["change"].sum()
    days = left.index.get_level_values("day")[left.to_numpy() != 0]
    wrong = sorted({str(day)[:10] for day in days})
    negative = int((runs["count"] <= 0).sum())
    said = f"{len(runs):,} runs of days add up."
    if wrong:
        said = f"Counts do not change by the tasks that come and go on {len(wrong):,} days, "
        said += f"first on {wrong[0]}."
    elif negative:
        said = f"{negative:,} counts are not above zero."
    return Verdict(ADDS_UP, not wrong and not negative, said, {"runs": len(runs)})


def check_categories(
    categories: set[str], titles: set[str], tasks: Ints, in_scope: Ints
) -> Verdict:
    """Whether categories are among the rules' titles, and categorised tasks among those in scope.

    `tasks` and `in_scope` are ids on the day of the figures.
    """
    strange = sorted(categories - titles)
    outside = np.setdiff1d(tasks, in_scope).tolist()
    said = f"{len(tasks):,} of {len(in_scope):,} tasks in scope have a category, of {len(titles)}."
    if strange:
        said = f"No rule gives the category {strange[0]!r}."
    elif outside:
        said = f"{some_tasks(outside)} have a category, but are not in scope."
    return Verdict(CATEGORIES_OF_RULES, not strange and not outside, said, {"tasks": len(tasks)})


def check_balance(flows: Flows, runs: Runs) -> Verdict:
    """Whether what is open follows, day by day, from what came in, went out and was completed.

    `runs` are of the same categorised periods as the flows: open(t) = open(t−1) + a − r − c for
    every category, day and measure (forecast.md, "What goes in").
    """
    wrong = np.argwhere(flows.open != _open_by_day(flows, runs))
    said = f"{flows.open.size:,} amounts of {len(flows.open):,} days are what their flows make."
    if len(wrong):
        day, category, measure = wrong[0].tolist()
        said = (
            f"What is open in {flows.categories[category].title!r} ({MEASURES[measure]}) on "
            f"{day_of(flows.first_day + day)} is not what came in, went out and was completed; "
            f"{'1 amount differs' if len(wrong) == 1 else f'{len(wrong):,} amounts differ'}."
        )
    return Verdict(BALANCE, not len(wrong), said, {"amounts": flows.open.size})


def _open_by_day(flows: Flows, runs: Runs) -> npt.NDArray[np.object_] | Ints:
    """What the daily counts say is open, in the shape of the flows."""
    still = runs.status == OPEN
    days, categories, measures = flows.open.shape
    change = np.zeros((days + 1, categories, measures), dtype=flows.open.dtype)
    for bound, sign in ((runs.first, 1), (runs.end, -1)):
        place = np.clip(bound[still] - flows.first_day, 0, days)
        for measure, amounts in ((COUNT, runs.count), (POINTS, runs.units)):
            np.add.at(change[..., measure], (place, runs.category[still]), sign * amounts[still])
    found: npt.NDArray[np.object_] | Ints = change.cumsum(axis=0)[:days]
    return found
