"""domain.md, 4 and 5: which edits need a new reconstruction, and which a new report only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from support.histories import DumpBuilder
from support.scopes import FIRST, LAST, Read, ScopeReading, days_of, scope_of, select, table

from phlogiston_assets.domain.history.reconstruction import Keywords, Recipe
from phlogiston_assets.domain.history.rework import Basis, Beginning, reasons
from resources.figuring import store_figures
from resources.reconstructing import due_days, reconstruct_days

RECIPE = Recipe((483, 22), 2.0, Keywords(), (7,))
MADE = Basis(RECIPE, date(2024, 1, 1))
NAMES = {483: "VisualEditor", 22: "Flow", 7: "Quarter", 5: "More"}
JANUARY = Beginning(date(2024, 1, 1), date(2024, 1, 1))


def test_a_basis_is_the_same_after_it_was_kept() -> None:
    assert Basis.of_text(MADE.text) == MADE
    assert Basis.of_text(Basis(Recipe((1,))).text) == Basis(Recipe((1,)))


@pytest.mark.parametrize(
    ("recipe", "why"),
    [
        (
            replace(RECIPE, projects=(483, 5, 22)),
            "the rules name more projects: 5 (More)",
        ),
        (
            replace(RECIPE, projects=(483, 22, 6)),
            "the rules name more projects: 6 (not in the load)",
        ),
        (replace(RECIPE, projects=(22,)), "the rules no longer name projects: 483 (VisualEditor)"),
        (replace(RECIPE, default_points=None), "default_points is none instead of 2"),
        (replace(RECIPE, watched=(5,)), "the status report asks for another project: 5 (More)"),
        (
            replace(RECIPE, keywords=Keywords(goal=3)),
            "the settings name other keyword projects",
        ),
    ],
    ids=["project", "unknown project", "fewer projects", "points", "status report", "keywords"],
)
def test_what_days_are_made_of_needs_a_new_reconstruction(recipe: Recipe, why: str) -> None:
    assert reasons(MADE, replace(MADE, recipe=recipe), JANUARY, NAMES) == (why,)


@pytest.mark.parametrize(
    "recipe",
    [
        replace(RECIPE, projects=(22, 483)),
        replace(RECIPE, watched=()),
        replace(RECIPE, watched=(483,)),
        replace(RECIPE, keywords=Keywords(epic=3)),
    ],
    ids=["order", "no status report", "status report of a project in scope", "epics"],
)
def test_what_the_days_hold_already_needs_none(recipe: Recipe) -> None:
    assert reasons(MADE, replace(MADE, recipe=recipe), JANUARY, NAMES) == ()


def test_another_start_needs_one_unless_the_days_begin_there_already() -> None:
    moved = replace(MADE, start_date=date(2024, 2, 1))
    february = Beginning(date(2024, 1, 1), date(2024, 2, 1))
    assert reasons(MADE, moved, february, NAMES) == (
        "start_date makes the days begin on 2024-02-01, not 2024-01-01",
    )
    assert reasons(replace(MADE, start_date=None), MADE, JANUARY, NAMES) == ()
    # A quarter later, the default start is another one; the days that are there stay.
    default = replace(MADE, start_date=None)
    assert reasons(default, default, february, NAMES) == ()


# Rules that change places -------------------------------------------------------------------------

ONE, OTHER = "ProjectByID,A,show,483,", "ProjectByID,B,show,22,"


def two_boards() -> DumpBuilder:
    """A task on two boards, and one that leaves the second."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", ["Inbox", "Doing"], default=0)
    flow = dump.project(22, "Flow", ["To Do", "Next"], default=0)
    dump.task(1, created="2023-01-01").in_project(editor, flow).moved(flow, "Next")
    left = dump.task(2, created="2023-01-01").in_project(editor, flow)
    left.moved(editor, "Doing", on="2024-01-10").left_project(flow, on="2024-01-20")
    return dump


def rows(scope: ScopeReading) -> list[tuple[object, ...]]:
    query = "SELECT * FROM task_on_date WHERE scope = ? ORDER BY date, id"
    return [tuple(row.values()) for row in select(scope.database, query, "s")]


def test_rules_in_another_order_need_a_report_only_and_their_order_shows_at_once(
    reading: Read,
) -> None:
    read = reading(two_boards())
    before = read.scope_of_rules(f"{ONE}\n{OTHER}")
    assert before.values("project", LAST) == ["VisualEditor"]
    turned = scope_of(f"{OTHER}\n{ONE}")
    with read.database.read() as connection:
        assert not due_days(connection, read.settings, turned, date(2024, 1, 31)).days
    periods = table(read.database, "scope_period")
    store_figures(read.database, read.settings, turned, date(2024, 1, 31))
    assert table(read.database, "scope_period") == periods
    shown = rows(before)
    assert shown == rows(read.scope_of_rules(f"{OTHER}\n{ONE}"))
    assert before.values("projectcolumn", LAST) == ["Next"]


def test_days_added_after_rules_changed_places_fit_the_days_before(reading: Read) -> None:
    read = reading(two_boards())
    read.scope_of_rules(f"{ONE}\n{OTHER}", days=(FIRST, "2024-01-15"))
    turned = scope_of(f"{OTHER}\n{ONE}")
    reconstruct_days(read.database, read.settings, turned, days_of("2024-01-16", LAST))
    found = rows(ScopeReading(read.database, turned)), table(read.database, "scope_period")
    whole = rows(read.scope_of_rules(f"{OTHER}\n{ONE}"))
    assert found == (whole, table(read.database, "scope_period"))


def test_days_added_after_a_status_report_was_given_up_fit_the_days_before(reading: Read) -> None:
    dump = DumpBuilder()
    editor, quarter = dump.project(483, "VisualEditor"), dump.project(7, "Quarter")
    dump.task(1, created="2023-01-01").in_project(editor, quarter)
    read = reading(dump)
    read.scope_of_rules(ONE, "status_report_project = 7", days=(FIRST, "2024-01-15"))
    reconstruct_days(read.database, read.settings, scope_of(ONE), days_of("2024-01-16", LAST))
    periods = table(read.database, "scope_period")
    read.scope_of_rules(ONE, "status_report_project = 7")
    assert table(read.database, "scope_period") == periods


@pytest.mark.parametrize(("start", "first"), [("", "2023-08-05"), ("2024-01-01", "2024-01-01")])
def test_days_made_anew_begin_where_they_did_unless_it_is_the_start_that_was_edited(
    reading: Read, start: str, first: str
) -> None:
    read = reading(two_boards())
    read.scope_of_rules(ONE, days=("2023-08-05", LAST))
    settings = f"start_date = {start}" if start else ""
    edited = scope_of(f"{ONE}\n{OTHER}", settings)
    with read.database.read() as connection:
        due = due_days(connection, read.settings, edited, date(2024, 1, 31))
    assert (due.anew, str(due.days[0]), str(due.days[-1])) == (True, first, LAST)


def test_days_made_anew_reach_as_far_as_they_did(reading: Read) -> None:
    read = reading(two_boards())
    read.scope_of_rules(ONE)
    with read.database.read() as connection:
        due = due_days(connection, read.settings, scope_of(OTHER), date(2024, 1, 10))
    assert str(due.days[-1]) == LAST


def test_days_that_another_run_added_meanwhile_are_made_anew_with_those_asked_for(
    reading: Read,
) -> None:
    """Or else a rebuild asked for before a load would forget the day that came with the load."""
    read = reading(two_boards())
    read.scope_of_rules(ONE)
    rebuilt = scope_of(f"{ONE}\n{OTHER}")
    asked = days_of(FIRST, "2024-01-30")
    done = reconstruct_days(read.database, read.settings, rebuilt, asked, anew=True)
    assert done.days == len(asked) + 1
    found = rows(ScopeReading(read.database, rebuilt)), table(read.database, "scope_period")
    whole = rows(read.scope_of_rules(f"{ONE}\n{OTHER}"))
    assert found == (whole, table(read.database, "scope_period"))
