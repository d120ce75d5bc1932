"""The checks of a scope: each fails for its own reason, and all pass on the cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from support.cases import CASES, Case
from support.histories import DumpBuilder
from support.scopes import LAST, Read, days_of, scope_of
from support.stories import scope_of_stories, story

from phlogiston_assets.domain.categories.categorisation import StatusSets
from phlogiston_assets.domain.counting.aggregation import daily_runs
from phlogiston_assets.domain.counting.changes import Changes
from phlogiston_assets.domain.counting.figure_checks import (
    check_aggregates,
    check_balance,
    check_categories,
)
from phlogiston_assets.domain.counting.flows import flows_of
from phlogiston_assets.domain.forecasts import forecast_figures
from phlogiston_assets.domain.history.periods import Periods, State
from phlogiston_assets.domain.history.scope_checks import DAY_CHECKS, FIGURE_CHECKS, check_periods
from phlogiston_assets.domain.scopes import read_scope
from phlogiston_assets.domain.verdicts import RefusedError, Verdict
from resources.figuring import store_figures
from resources.loading import load_dump
from resources.reconstructing import reconstruct_days
from resources.settings import Settings
from resources.warehouse import day_store, period_store, schema
from resources.warehouse.database import Database

RULES = "ProjectByID,Editor,show,483,\nProjectByID,Flow,show,22,"
Row = tuple[int, int, int, int]


def failed(verdicts: Sequence[Verdict]) -> dict[str, str]:
    """The sentences of the checks that failed, by name."""
    return {one.check.name: one.sentence for one in verdicts if not one.passed}


def small_dump() -> DumpBuilder:
    """Tasks that join, leave and change between two projects."""
    dump = DumpBuilder()
    editor, flow = dump.project(483, "Editor"), dump.project(22, "Flow")
    dump.task(1, created="2024-01-02").in_project(editor).resolved(on="2024-01-09")
    task = dump.task(2, created="2024-01-03").in_project(editor).in_project(flow, on="2024-01-05")
    task.left_project(editor, on="2024-01-07").left_project(flow, on="2024-01-12")
    task.in_project(editor, on="2024-01-20")
    return dump


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_scopes_of_the_cases_pass_all_checks(case: Case, sqlite_database: Database) -> None:
    settings, told = Settings(scopes_dir=case.scopes_dir), list[Verdict]()
    load_dump(sqlite_database, case.dump, case.day)
    days = [case.first + timedelta(days=n) for n in range((case.day - case.first).days + 1)]
    scope = read_scope(case.scopes_dir, case.scopes[0])
    for some in (days[::7], days):
        reconstruct_days(sqlite_database, settings, scope, some, tell=told.extend)
    store_figures(sqlite_database, settings, scope, case.day, tell=told.extend)
    assert failed(told) == {}
    assert {one.check for one in told} == {*DAY_CHECKS, *FIGURE_CHECKS}


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([(1, 0, 6, 0), (1, 5, 10, 0)], "one_row_a_day"),
        ([(1, 0, 4, 0), (1, 5, 10, 0)], "no_day_missing"),
        ([(1, 0, 10, 0), (2, 3, 4, 0)], "no_day_missing"),
        ([], "no_day_missing"),
    ],
)
def test_an_overlap_and_a_hole_are_found(rows: list[Row], name: str) -> None:
    assert failed(check_periods(Periods.of_rows([(1, 0, 10, 0)]), {1: 6}, [(0, 5), (9, 30)])) == {}
    assert name in failed(check_periods(Periods.of_rows(rows), {1: 10}, [(0, 30)]))


def test_days_that_lost_a_task_are_refused_and_the_days_before_stand(
    reading: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reading(small_dump())
    scope = scope_of(RULES)
    reconstruct_days(read.database, read.settings, scope, days_of("2024-01-01", "2024-01-10"))
    whole = period_store._write_periods

    def lossy(connection: sa.Connection, name: str, before: set[Row], after: set[Row]) -> int:
        written = whole(connection, name, before, after)
        period = schema.scope_period
        connection.execute(sa.delete(period).where(period.c.task == 2, period.c.first_day > 19740))
        return written

    monkeypatch.setattr(period_store, "_write_periods", lossy)
    with pytest.raises(RefusedError, match=r"12 rows .*T2 differ\. Nothing was written") as refusal:
        reconstruct_days(read.database, read.settings, scope, days_of("2024-01-20", LAST))
    assert list(failed(refusal.value.verdicts)) == ["no_day_missing"]
    with read.database.read() as connection:
        assert len(day_store.read_days(connection, "s")) == 10


def test_counts_that_do_not_add_up_are_found_with_their_day(reading: Read) -> None:
    figures = reading(small_dump()).report(RULES).figures
    normal = figures.runs[figures.runs["range"] == "normal"].reset_index(drop=True)
    assert check_aggregates(figures.category_periods, normal).passed
    more, later = normal.copy(), normal.copy()
    more.loc[0, "count"] += 1
    assert "first on 2024-01-0" in check_aggregates(figures.category_periods, more).sentence
    later.loc[0, "first_day"] += np.timedelta64(1, "D")
    assert not check_aggregates(figures.category_periods, later).passed
    assert not check_aggregates(figures.category_periods, normal[1:]).passed
    nothing = pd.concat([normal, normal[:1].assign(count=0)], ignore_index=True)
    found = check_aggregates(figures.category_periods, nothing)
    assert (found.passed, found.sentence) == (False, "1 counts are not above zero.")


CATEGORISING = (
    "ProjectColumn,Ideas,omit,483,Idea\nParentTask,Fast,show,483,in a second\n"
    "Intersection,Both,show,483 22,\nProjectByID,Editor,show,483,\nProjectByID,Flow,show,22,"
)
FAST = "Open it in a second"
STATES = {
    1: State("open", "50", None, "", "", ((483, "Ideas"),)),
    2: State("open", "50", None, "", FAST, ((483, "Doing"),)),
    3: State("open", "50", None, "", "", ((22, ""), (483, "Doing"))),
    4: State("resolved", "50", None, "", "", ((483, ""),)),
    5: State("open", "50", None, "", FAST, ((22, "Ideas"),)),
    6: State("declined", "50", None, "", "", ((22, ""),)),
    7: State("open", "50", None, "", "", ((7, ""),)),
}
CATEGORIES = {2: "Fast", 3: "Both", 4: "Editor", 5: "Flow"}


def of_categories(found: dict[int, str]) -> Verdict:
    """What the check says of categories found for `STATES`."""
    return check_categories(scope_of(CATEGORISING).rules, StatusSets(), STATES, found)


def test_each_task_is_to_have_the_category_of_the_first_rule_that_it_matches() -> None:
    verdict = of_categories(CATEGORIES)
    assert verdict.passed
    assert verdict.sentence == "4 of 7 tasks in scope have a category, as the rules say."


@pytest.mark.parametrize(
    ("task", "category", "sentence"),
    [
        (1, "Ideas", "T1 is in 'Ideas' instead of no category."),
        (2, "Editor", "T2 is in 'Editor' instead of 'Fast'."),
        (3, "Flow", "T3 is in 'Flow' instead of 'Both'."),
        (4, None, "T4 is in no category instead of 'Editor'."),
        (6, "Flow", "T6 is in 'Flow' instead of no category."),
        (7, "Other", "T7 is in 'Other' instead of no category."),
        (8, "Flow", "T8 is in 'Flow' instead of no category."),
    ],
)
def test_a_task_in_another_category_than_the_rules_give_is_named(
    task: int, category: str | None, sentence: str
) -> None:
    others = {key: one for key, one in CATEGORIES.items() if key != task}
    verdict = of_categories(others if category is None else {**others, task: category})
    assert not verdict.passed
    assert verdict.sentence == f"T{task}: not in the category that the rules give; {sentence}"


def test_an_amount_that_its_flows_do_not_make_is_found_with_its_category_and_day() -> None:
    told = scope_of_stories(
        story(1).on(0, "A", points=3).on(7, "A", "resolved", points=3),
        story(2, made=8).on(8, "A", points=0.5).on(14, "B", points=2),
        story(3).on(0, "B").on(20, None),
    )
    flows, runs = flows_of(told.columns, told.categorised, (0, 30)), daily_runs(told.categorised)
    passed = check_balance(flows, runs)
    assert passed.passed
    assert passed.sentence == "186 amounts of 31 days are what their flows make."
    for measure, name in enumerate(("count", "points")):
        broken = replace(flows, open=flows.open.copy())
        broken.open[9, 1, measure] += 1
        found = check_balance(broken, runs)
        assert not found.passed
        assert f"'B' ({name}) on 1970-01-10 is not" in found.sentence
        assert found.sentence.endswith("; 1 amount differs.")
        broken.open[20, 0, measure] -= 1
        assert check_balance(broken, runs).sentence.endswith("; 2 amounts differ.")


def test_a_day_on_which_a_task_is_counted_twice_breaks_the_balance() -> None:
    told = scope_of_stories(story(1).on(0, "A").on(5, "A", "resolved"))
    flows, runs = flows_of(told.columns, told.categorised, (0, 30)), daily_runs(told.categorised)
    later = replace(runs, end=np.where(runs.end == 5, 6, runs.end))
    assert "'A' (count) on 1970-01-06" in check_balance(flows, later).sentence


def test_figures_whose_flows_do_not_balance_are_refused(
    reading: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reading(small_dump())
    scope = scope_of(RULES)
    days = days_of("2024-01-01", LAST)
    reconstruct_days(read.database, read.settings, scope, days)
    whole = forecast_figures.changes_of

    def lossy(*given: Any) -> Changes:
        found = whole(*given)
        return replace(found, count=np.where(found.task == 2, 0, found.count))

    monkeypatch.setattr(forecast_figures, "changes_of", lossy)
    with pytest.raises(RefusedError, match="is not what came in") as refusal:
        store_figures(read.database, read.settings, scope, days[-1])
    assert list(failed(refusal.value.verdicts)) == ["balance"]
    with read.database.read() as connection:
        assert connection.execute(sa.select(schema.scope_report)).first() is None
