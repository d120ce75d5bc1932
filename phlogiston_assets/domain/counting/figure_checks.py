"""Checks of a scope's figures, made before they are written (operations.md, end).

What does not belong here: what each holds (see `scope_checks`, which needs no frames).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from phlogiston_assets.domain.categories.categorisation import OPEN, StatusSets
from phlogiston_assets.domain.counting.aggregation import Runs
from phlogiston_assets.domain.counting.flows import COUNT, MEASURES, POINTS, Flows
from phlogiston_assets.domain.days import day_of, to_dates
from phlogiston_assets.domain.history.packed import combine, split
from phlogiston_assets.domain.history.periods import Ints, State
from phlogiston_assets.domain.history.scope_checks import (
    ADDS_UP,
    BALANCE,
    CATEGORIES_OF_RULES,
    some_tasks,
)
from phlogiston_assets.domain.scopes import Display, Rule, RuleKind
from phlogiston_assets.domain.verdicts import Verdict

_GROUP: Final = ("category", "status", "maint_type")
_ENDS: Final = ("first_day", "end_day")


def check_aggregates(tasks: pd.DataFrame, runs: pd.DataFrame) -> Verdict:
    """Whether daily counts change by the tasks that come and go.

    `tasks` are category periods (category, status, maint_type, first_day, end_day), `runs` the runs
    of days made of them (the same, and count); both are half-open.
    """
    group = np.zeros(len(tasks) + len(runs), dtype=np.int64)
    for name in _GROUP:
        codes, distinct = pd.factorize(np.concatenate([tasks[name], runs[name]]))
        group = group * len(distinct) + codes
    day = np.concatenate([_days(one, end) for end in _ENDS for one in (tasks, runs)])
    change = np.concatenate([np.ones(len(tasks), dtype=np.int64), -runs["count"].to_numpy()])
    at, place = np.unique(combine(np.tile(group, 2), day), return_inverse=True)
    left = np.bincount(place, weights=np.concatenate([change, -change]), minlength=len(at))
    wrong = [str(one)[:10] for one in to_dates(np.unique(split(at[left != 0])[1]))]
    negative = int((runs["count"] <= 0).sum())
    said = f"{len(runs):,} runs of days add up."
    if wrong:
        said = f"Counts do not change by the tasks that come and go on {len(wrong):,} days, "
        said += f"first on {wrong[0]}."
    elif negative:
        said = f"{negative:,} counts are not above zero."
    return Verdict(ADDS_UP, not wrong and not negative, said, {"runs": len(runs)})


def _days(frame: pd.DataFrame, end: str) -> Ints:
    return frame[end].to_numpy().astype("datetime64[D]").astype(np.int64)


def check_categories(
    rules: Sequence[Rule],
    statuses: StatusSets,
    states: Mapping[int, State],
    found: Mapping[int, str],
) -> Verdict:
    """Whether each task in scope has the category that the rules give it, and no other task any.

    `states` are those of the tasks in scope on the day of the figures and `found` the categories
    there, both by task id. The rules take their tasks one after the other, where `categorise` asks
    each state for its first rule.
    """
    wanted = _taken(
        rules, {task: one for task, one in states.items() if one.status not in statuses.out}
    )
    wrong = sorted(task for task in wanted.keys() | found if wanted.get(task) != found.get(task))
    said = f"{len(wanted):,} of {len(states):,} tasks in scope have a category, as the rules say."
    if wrong:
        first = wrong[0]
        said = (
            f"{some_tasks(wrong)}: not in the category that the rules give; T{first} is in "
            f"{_named(found.get(first))} instead of {_named(wanted.get(first))}."
        )
    return Verdict(CATEGORIES_OF_RULES, not wrong, said, {"tasks": len(wanted)})


def _taken(rules: Sequence[Rule], states: Mapping[int, State]) -> dict[int, str]:
    """The categories of tasks: each rule takes those that it matches and that none before took."""
    members: dict[int, dict[int, str]] = defaultdict(dict)
    for task, state in states.items():
        for project, column in state.boards:
            members[project][task] = column
    taken: dict[int, str] = {}
    omitted: set[int] = set()
    for rule in (rule for rule in rules if not rule.never_matches):
        chosen = (
            set(states)
            if not rule.ids
            else set.intersection(*(set(members[one]) for one in rule.ids))
        )
        if rule.kind is RuleKind.PROJECT_COLUMN:
            columns = members[rule.ids[0]]
            chosen = {task for task in chosen if rule.matchstring in columns[task]}
        elif rule.kind is RuleKind.PARENT_TASK:
            chosen = {task for task in chosen if rule.matchstring in states[task].category_title}
        free = chosen - taken.keys() - omitted
        if rule.display is Display.OMIT:
            omitted |= free
        else:
            taken |= dict.fromkeys(free, rule.title)
    return taken


def _named(category: str | None) -> str:
    return "no category" if category is None else repr(category)


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
