"""What `phlogiston check` shows beforehand is what the materialisation then does."""

from __future__ import annotations

import math
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.histories import DumpBuilder
from support.postgres import Server
from support.samples import sample_dump
from support.scopes import loaded, scope_of, select

from phlogiston_assets.domain.categories.categorisation import categorise
from phlogiston_assets.domain.categories.idle_rules import IdleRule
from phlogiston_assets.domain.categories.preview import (
    NO_CATEGORY,
    NOT_IN_SCOPE,
    Movement,
    Placed,
    Tally,
    category_counts,
    movements,
)
from phlogiston_assets.domain.days import day_number
from phlogiston_assets.domain.scopes import Scope, resolve_rules
from resources.agenda import scope_work
from resources.figuring import store_figures
from resources.loading import load_dump
from resources.previewing import Need, Preview, preview_scope
from resources.reconstructing import reconstruct_days
from resources.settings import Settings
from resources.warehouse import extract_store, period_store
from resources.warehouse.database import Database

LAST_DAY = date(2026, 3, 20)
SETTINGS = Settings()
RULES = """Intersection,Goals themselves,omit,110 1656,,
ProjectColumn,Ideas,omit,110,Ideas,
ProjectColumn,Interrupts,show,110,Interrupt,
ParentTask,Fast start,show,110,Open the editor in under a second,
Intersection,Citation tools,show,110 112,,
ProjectColumn,Waiting for others,hide,110,External,
ProjectByName,Visual editor,show,,Visual-Editor,
ProjectByID,Everything else,show,110,,
ProjectByID,Citation tools elsewhere,hide,112,,"""
ADDED = [
    "ProjectByID,More,show,140,,",
    "ProjectsByWildcard,,show,,Infra-Cycle-1,",
    "ProjectByID,Design,hide,122,,resolved",
    "ProjectColumn,Doing,show,110,ing,",
    "ProjectColumn,All of it,show,110,,",
    "ParentTask,Typing,show,110,while people type,",
]


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a sample loaded, and a scope reconstructed and reported."""
    folder = tmp_path_factory.mktemp("reported")
    dump = sample_dump(folder, LAST_DAY, tasks=150, days=120)
    database = Database(f"sqlite:///{folder / 'reported.sqlite'}")
    database.prepare()
    load_dump(database, dump, LAST_DAY)
    bring_up_to_date(database, scope_of(RULES, "default_points = 2"))
    database.close()
    return folder / "reported.sqlite"


@contextmanager
def copied(reported: Path) -> Iterator[Database]:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{shutil.copy(reported, folder)}")
        yield database
        database.close()


@pytest.fixture
def database(reported: Path) -> Iterator[Database]:
    with copied(reported) as database:
        yield database


def bring_up_to_date(database: Database, scope: Scope) -> bool:
    """Do what the sensor asks for; whether it was a new reconstruction."""
    work = scope_work(database, SETTINGS, scope)
    if work is None:
        return False
    if work.days:
        reconstruct_days(database, SETTINGS, scope, work.days, anew=work.anew)
    store_figures(database, SETTINGS, scope, work.report_day)
    return work.anew


def preview(database: Database, scope: Scope) -> Preview:
    found = preview_scope(database, SETTINGS, scope)
    assert found is not None
    return found


Stand = dict[int, tuple[str, str, float | None]]


def standing(database: Database) -> Stand:
    """(category, status, points) by task on the last day, from the tables that others read."""
    day = LAST_DAY.isoformat()
    scope = select(database, "SELECT id, points FROM task_on_date WHERE date = ?", day)
    shown = select(database, "SELECT * FROM task_on_date_recategorized WHERE date = ?", day)
    found = {row["id"]: (NO_CATEGORY, "", row["points"]) for row in scope}
    return found | {row["id"]: (row["category"], row["status"], row["points"]) for row in shown}


def tally(points: list[float | None]) -> tuple[int, float | None]:
    known = [one for one in points if one is not None]
    return len(points), math.fsum(known) if known else None


def moves(before: Stand, after: Stand) -> dict[tuple[str, str], tuple[int, float | None]]:
    moved: dict[tuple[str, str], list[float | None]] = defaultdict(list)
    nowhere = (NOT_IN_SCOPE, "", None)
    for task in before.keys() | after.keys():
        way = before.get(task, nowhere)[0], after.get(task, nowhere)[0]
        if way[0] != way[1]:
            moved[way].append((after if task in after else before)[task][2])
    return {way: tally(points) for way, points in moved.items()}


def told_moves(found: Preview) -> dict[tuple[str, str], tuple[int, float | None]]:
    return {
        (one.source, one.target): (one.tally.tasks, one.tally.points) for one in found.movements
    }


def categories(stand: Stand) -> dict[str, tuple[int, float | None, int]]:
    grouped: dict[str, list[tuple[str, str, float | None]]] = defaultdict(list)
    for one in stand.values():
        if one[0] != NO_CATEGORY:
            grouped[one[0]].append(one)
    return {
        title: (*tally([one[2] for one in rows]), sum(one[1] == "resolved" for one in rows))
        for title, rows in grouped.items()
    }


rows_of_rules = st.lists(
    st.sampled_from(RULES.splitlines()), min_size=4, max_size=9, unique=True
).flatmap(st.permutations)
words = st.sampled_from(["", "Interrupt", "Backlog", "e", "External", "no such thing"])


@st.composite
def edited(draw: Callable[[Any], Any]) -> Scope:
    """The scope after some edits: rows dropped, moved, added, and their cells changed."""
    rows = [row.split(",") for row in draw(rows_of_rules)]
    rows += [row.split(",") for row in draw(st.lists(st.sampled_from(ADDED), max_size=2))]
    rows = draw(st.permutations(rows))
    for row in rows:
        change = draw(st.sampled_from(["none", "title", "display", "text", "force"]))
        if change == "title" and row[0] != "ProjectsByWildcard":
            row[1] = draw(st.sampled_from(["Renamed", "Everything else", "Ideas"]))
        elif change == "display" and row[1]:
            row[2] = draw(st.sampled_from(["show", "hide", "omit"]))
        elif change == "text" and row[0] in ("ProjectColumn", "ParentTask"):
            row[4] = draw(words)
        elif change == "force":
            row[5] = draw(st.sampled_from(["", "resolved"]))
    points = draw(st.sampled_from(["default_points = 2", "default_points = 3", ""]))
    more = draw(st.sampled_from(["", "retroactive_points = true", "retroactive_categories = true"]))
    return scope_of("\n".join(",".join(row) for row in rows), f"{points}\n{more}")


@given(scope=edited())
@settings(max_examples=30)
def test_what_is_shown_beforehand_is_what_the_materialisation_does(
    reported: Path, scope: Scope
) -> None:
    with copied(reported) as database:
        found = preview(database, scope)
        before = standing(database)
        anew = bring_up_to_date(database, scope)
        after = standing(database)
        assert told_moves(found) == moves(before, after)
        assert (found.need is Need.RECONSTRUCTION) == anew
        told = {
            one.category: (one.after.tasks, one.after.points, one.resolved_after)
            for one in found.categories
            if one.after.tasks
        }
        assert told == categories(after)
        earlier = {
            one.category: (one.before.tasks, one.before.points, one.resolved_before)
            for one in found.categories
            if one.before and one.before.tasks
        }
        assert earlier == categories(before)
        assert preview(database, scope).need is Need.NOTHING
        assert preview(database, scope).movements == ()


@given(scope=edited())
@settings(max_examples=30)
def test_without_its_idle_rules_a_scope_has_the_same_categories(
    reported: Path, scope: Scope
) -> None:
    with copied(reported) as database:
        found = preview(database, scope)
        bring_up_to_date(database, scope)
        with database.read() as connection:
            periods = period_store.read_periods(connection, "s")
            projects = extract_store.read_projects(connection)
    idle = {one.line for one in found.idle}
    busy = replace(scope, rules=tuple(one for one in scope.rules if one.line not in idle))
    day = day_number(LAST_DAY)
    with_all, without = (
        categorise(periods.on(day), resolve_rules(one, projects), one.settings, day)
        for one in (scope, busy)
    )
    assert [with_all.categories[one].title for one in with_all.category] == [
        without.categories[one].title for one in without.category
    ]
    assert with_all.task.tolist() == without.task.tolist()


@pytest.fixture
def boards(sqlite_database: Database, tmp_path: Path) -> Callable[[str], dict[int, IdleRule]]:
    """The idle rules by line, over two boards with three tasks, of which one has left "Ideas"."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor", ["Inbox", "Ideas", "Bygone"], default=0)
    flow = dump.project(22, "Flow", ["To Do"], default=0)
    dump.task(1, created="2024-01-01").in_project(editor).moved(editor, "Ideas").points(3)
    left = dump.task(2, created="2024-01-01").in_project(editor)
    left.moved(editor, "Bygone", on="2024-03-01").moved(editor, "Ideas", on="2024-04-01")
    dump.task(3, created="2024-01-01").in_project(editor, flow).points(2)
    loaded(sqlite_database, dump, tmp_path)

    def idle(rules: str) -> dict[int, IdleRule]:
        scope = scope_of(rules, "start_date = 2024-01-01")
        bring_up_to_date(sqlite_database, scope)
        return {one.line: one for one in preview(sqlite_database, scope).idle}

    return idle


Idle = Callable[[str], dict[int, IdleRule]]


def test_a_rule_that_matches_nothing_is_idle(boards: Idle) -> None:
    found = boards("ProjectColumn,Nothing,show,483,no such\nProjectByID,All,show,483,")
    assert found == {2: IdleRule(2, "ProjectColumn 'Nothing'", (), Tally())}


def test_a_rule_that_took_tasks_on_an_earlier_day_only_is_not_idle(boards: Idle) -> None:
    assert boards("ProjectColumn,Old,show,483,Bygone\nProjectByID,All,show,483,") == {}


def test_a_rule_whose_tasks_are_all_taken_before_is_idle_and_says_by_which(boards: Idle) -> None:
    found = boards(
        """ProjectColumn,Ideas,show,483,Ideas
ProjectByID,Flow,show,22,
ProjectByID,Rest,show,483,
ProjectColumn,Late,show,483,Idea
Intersection,Both,omit,483 22,
ProjectsByWildcard,,show,,Flo"""
    )
    assert found == {
        5: IdleRule(5, "ProjectColumn 'Late'", (2,), Tally(2, 3.0)),
        6: IdleRule(6, "Intersection 'Both'", (3,), Tally(1, 2.0)),
        7: IdleRule(7, "ProjectsByWildcard 'Flo'", (3,), Tally(), repeats=True),
    }


def test_of_several_lines_that_take_all_the_one_that_takes_the_most_comes_first(
    boards: Idle,
) -> None:
    found = boards(
        """ProjectByID,Flow,show,22,
ProjectByID,Rest,show,483,
ProjectColumn,Late,show,483,"""
    )
    assert found == {4: IdleRule(4, "ProjectColumn 'Late'", (3, 2), Tally(3, 5.0))}


def test_a_rule_that_lends_its_display_to_those_of_its_title_is_not_idle(boards: Idle) -> None:
    found = boards(
        """ProjectColumn,Ideas,omit,483,no such
ProjectColumn,Ideas,omit,483,nor such
ProjectByID,Ideas,show,483,"""
    )
    assert found == {2: IdleRule(2, "ProjectColumn 'Ideas'", (), Tally())}


def test_what_reading_the_file_has_warned_of_is_not_said_again(boards: Idle) -> None:
    assert boards("ProjectByID,A,show,483,\nProjectByID,B,show,483,\nIntersection,C,show,22,") == {}


def test_categories_stand_in_the_order_of_the_rules_and_those_that_are_gone_after_them() -> None:
    before = {
        1: Placed("Old", "open", 2.0),
        2: Placed("B", "open", None),
        3: Placed("Gone", "resolved", None),
        4: Placed(NO_CATEGORY, "", 1.0),
        5: Placed("Same", "open", 1.0),
    }
    after = before | {1: Placed("A", "open", 2.0), 2: Placed("B", "resolved", None)}
    after[3] = Placed(NO_CATEGORY, "", None)
    found = category_counts(before, after, ["B", "Unused", "Same", "A"])
    assert [one.category for one in found] == ["B", "Same", "A", "Gone", "Old"]
    assert [one.category for one in found if one.changes] == ["B", "A", "Gone", "Old"]


def test_of_the_ways_that_tasks_go_the_one_of_the_most_stands_first() -> None:
    before = dict.fromkeys(range(4), Placed("A", "open", 1.0))
    after = {
        0: Placed("B", "open", 1.0),
        1: Placed("C", "open", 1.0),
        2: Placed("C", "open", 2.5),
        4: Placed("A", "open", None),
    }
    assert movements(before, after) == (
        Movement("A", "C", Tally(2, 3.5)),
        Movement(NOT_IN_SCOPE, "A", Tally(1, None)),
        Movement("A", NOT_IN_SCOPE, Tally(1, 1.0)),
        Movement("A", "B", Tally(1, 1.0)),
    )


def test_a_new_scope_is_counted_without_an_earlier_report(database: Database) -> None:
    scope = scope_of("ProjectByID,All,show,140,,", prefix="new")
    found = preview(database, scope)
    assert (found.need, found.reported, found.movements) == (Need.RECONSTRUCTION, None, ())
    assert found.reasons == ()
    (count,) = found.categories
    assert count.before is None
    bring_up_to_date(database, scope)
    rows = select(
        database,
        "SELECT * FROM task_on_date_recategorized WHERE scope = 'new' AND date = ?",
        str(LAST_DAY),
    )
    assert count.after.tasks == len(rows) > 0


def test_on_postgresql_the_same_is_shown(
    database: Database, reported: Path, postgres_server: Server
) -> None:
    other = Database(postgres_server.url())
    other.prepare()
    (dump,) = reported.parent.glob("*.dump")
    load_dump(other, dump, LAST_DAY)
    bring_up_to_date(other, scope_of(RULES, "default_points = 2"))
    edited = scope_of(f"{ADDED[0]}\n{ADDED[5]}\n{RULES}", "default_points = 2")
    found = preview(other, edited)
    assert found.movements
    assert found == preview(database, edited)
    other.close()


def test_without_a_load_nothing_is_previewed_and_no_database_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'home' / 'none.sqlite'}")
    assert preview_scope(database, SETTINGS, scope_of(RULES)) is None
    assert list(tmp_path.iterdir()) == []


def test_names_of_work_that_nothing_ever_had_are_warned_of(database: Database) -> None:
    words = "default_points = {}\nworking_columns = Interrupt, Nowhere\nworking_statuses = nothing"
    found = preview(database, scope_of(RULES, words.format(2)))
    assert found.need is Need.REPORT
    named = [one for one in found.warnings if one.startswith("working_")]
    assert [one.split(",")[0] for one in named] == [
        "working_columns has 'Nowhere'",
        "working_statuses has 'nothing'",
    ]
    anew = preview(database, scope_of(RULES, words.format(3)))
    assert anew.need is Need.RECONSTRUCTION
    assert not [one for one in anew.warnings if one.startswith("working_")]
