"""domain.md, section 5: categories, folded statuses, and counts and sums of points by day."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.histories import DumpBuilder
from support.scopes import FIRST, LAST, Read, Reading, made_anew_of
from support.stories import scope_of_stories, story
from support.written_rows import Project

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.counting.aggregation import ExactPoints
from phlogiston_assets.domain.scopes import Display
from resources.settings import Settings

ALL = "ProjectByID,All,show,483,"
DAYS = ("2024-01-04", "2024-01-05", "2024-01-10")


def one_project() -> tuple[DumpBuilder, Project]:
    """A project with a board and no tasks."""
    dump = DumpBuilder()
    return dump, dump.project(483, "VisualEditor", ["Inbox", "Doing", "Done"], default=0)


# Status -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        *((raw, "open") for raw in ("open", "stalled", "progress")),
        ("resolved", "resolved"),
        *((raw, None) for raw in ("duplicate", "invalid", "declined", "spite", "wontfix")),
        ("needsreview", "open"),
        ("Resolved", "open"),
    ],
)
def test_statuses_fold(raw: str, folded: str | None, reading: Read) -> None:
    dump, editor = one_project()
    dump.task(1).in_project(editor).status(raw)
    report = reading(dump).report(ALL)
    assert report.statuses(LAST).get(1) == folded
    assert bool(report.figures.warnings) == (raw in {"needsreview", "Resolved"})


def test_what_comes_back_to_what_it_was_was_something_else_between(reading: Read) -> None:
    dump, editor = one_project()
    task = dump.task(1, created="2023-01-01").in_project(editor).points(1, on="2023-01-01")
    task.resolved(on="2024-01-05").status("open", on="2024-01-10")
    other = dump.task(2, created="2023-01-01").in_project(editor).points(1, on="2023-01-01")
    other.moved(editor, "Doing", on="2024-01-05").moved(editor, "Inbox", on="2024-01-10")
    third = dump.task(3, created="2023-01-01").in_project(editor).points(1, on="2023-01-01")
    third.points(2, on="2024-01-05").points(1, on="2024-01-10")
    report = reading(dump).report(f"ProjectColumn,Under way,show,483,Doing\n{ALL}")
    rows = [report.recategorized(day) for day in DAYS]
    assert [row[1]["status"] for row in rows] == ["open", "resolved", "open"]
    assert [row[2]["category"] for row in rows] == ["All", "Under way", "All"]
    assert [row[3]["points"] for row in rows] == [1, 2, 1]


def test_a_task_is_out_only_while_its_status_takes_it_out(reading: Read) -> None:
    dump, editor = one_project()
    task = dump.task(1, created="2023-01-01").in_project(editor)
    task.status("declined", on="2024-01-05").status("open", on="2024-01-10")
    report = reading(dump).report(ALL)
    assert [report.statuses(day).get(1) for day in DAYS] == ["open", None, "open"]


def test_a_status_in_none_of_the_sets_is_named_in_a_warning(reading: Read) -> None:
    dump, editor = one_project()
    task = dump.task(1, created="2023-01-01").in_project(editor)
    task.status("needsreview", on="2024-01-05").resolved(on="2024-01-10")
    dump.task(2).in_project(editor).status("declined")
    dump.task(3, info=None).in_project(editor)
    warnings = reading(dump).report(ALL).figures.warnings
    assert len(warnings) == 1
    assert "'needsreview'" in warnings[0]
    assert "counts as open" in warnings[0]


def test_a_status_that_no_day_has_any_more_is_not_warned_of(reading: Read, tmp_path: Path) -> None:
    dump, editor = one_project()
    dump.task(1).in_project(editor).status("needsreview")
    read = reading(dump)
    assert read.report(ALL).figures.warnings
    other, editor = one_project()
    other.task(1).in_project(editor)
    assert not made_anew_of(other, read, ALL, tmp_path).figures.warnings


def test_a_status_that_nothing_tells_stays_empty(reading: Read) -> None:
    dump, editor = one_project()
    dump.task(1, info=None).in_project(editor)
    report = reading(dump).report(ALL)
    assert report.statuses(LAST) == {1: ""}
    assert report.aggregate(LAST) == {("All", "", ""): (1, None)}


def test_the_three_sets_of_statuses_are_settings(reading: Read) -> None:
    dump, editor = one_project()
    for number, status in enumerate(("open", "resolved", "stalled", "wontfix", "done", "deployed")):
        dump.task(number).in_project(editor).status(status)
    read = reading(dump)
    read.settings = Settings(
        statuses_open="open,wontfix", statuses_resolved="done,deployed", statuses_out="stalled"
    )
    report = read.report(ALL)
    told = {0: "open", 1: "open", 3: "open", 4: "resolved", 5: "resolved"}
    assert report.statuses(LAST) == told
    assert len(report.figures.warnings) == 1
    assert "'resolved'" in report.figures.warnings[0]


# Category -----------------------------------------------------------------------------------------


def test_the_first_matching_rule_gives_the_category(reading: Read) -> None:
    dump, editor = one_project()
    dump.task(1).in_project(editor).moved(editor, "Doing")
    dump.task(2).in_project(editor).moved(editor, "Done")
    rules = ["ProjectColumn,D,show,483,Do", "ProjectColumn,Doing,show,483,Doing", ALL]
    read = reading(dump)
    assert read.report("\n".join(rules)).categories(LAST) == {1: "D", 2: "D"}
    assert read.report("\n".join(rules[1:])).categories(LAST) == {1: "Doing", 2: "All"}
    assert read.report("\n".join(rules[::-1])).categories(LAST) == {1: "All", 2: "All"}


def test_tasks_without_a_category_are_out(reading: Read) -> None:
    dump, editor = one_project()
    task = dump.task(1, created="2023-01-01").in_project(editor)
    task.moved(editor, "Doing", on="2024-01-05").moved(editor, "Done", on="2024-01-10")
    report = reading(dump).report("ProjectColumn,Doing,show,483,Doing")
    assert [report.categories(day) for day in DAYS] == [{}, {1: "Doing"}, {}]
    assert [report.aggregate(day) for day in DAYS] == [{}, {("Doing", "open", ""): (1, None)}, {}]


def test_tasks_of_an_omitted_category_are_out_altogether(reading: Read) -> None:
    dump, editor = one_project()
    dump.task(1).in_project(editor).moved(editor, "Doing")
    dump.task(2).in_project(editor)
    report = reading(dump).report(f"ProjectColumn,Doing,OMIT,483,Doing\n{ALL}")
    assert report.categories(LAST) == {2: "All"}
    assert report.aggregate(LAST) == {("All", "open", ""): (1, None)}
    assert [one.title for one in report.figures.categories] == ["All"]


def test_hidden_categories_are_in_every_table(reading: Read) -> None:
    dump, editor = one_project()
    dump.task(1).in_project(editor)
    report = reading(dump).report("ProjectByID,All,Hide,483,")
    assert report.categories(LAST) == {1: "All"}
    assert report.aggregate(LAST) == {("All", "open", ""): (1, None)}
    assert {row["category"] for row in report.table("velocity")} == {"All"}
    assert report.figures.categories == (Category("All", Display.HIDE),)


@pytest.mark.parametrize(
    ("raw", "folded"),
    [("open", "resolved"), ("stalled", "resolved"), ("resolved", "resolved"), ("declined", None)],
)
def test_a_forced_status_takes_the_place_of_the_folded_one(
    raw: str, folded: str | None, reading: Read
) -> None:
    dump, editor = one_project()
    dump.task(1).in_project(editor).moved(editor, "Done").status(raw)
    dump.task(2).in_project(editor)
    report = reading(dump).report(f"ProjectColumn,Done,show,483,Done,resolved\n{ALL}")
    assert report.statuses(LAST).get(1) == folded
    assert report.statuses(LAST)[2] == "open"


def test_a_category_is_a_title_and_stands_where_its_first_rule_does(reading: Read) -> None:
    dump, editor = one_project()
    dump.task(1).in_project(editor).moved(editor, "Doing")
    dump.task(2).in_project(editor).moved(editor, "Done")
    report = reading(dump).report(
        "ProjectColumn,Now,hide,483,Doing\nProjectColumn,Later,show,483,Inbox\n"
        "ProjectColumn,Now,show,483,Done"
    )
    assert report.categories(LAST) == {1: "Now", 2: "Now"}
    assert report.aggregate(LAST) == {("Now", "open", ""): (2, None)}
    told = [(one.title, one.display.value) for one in report.figures.categories]
    assert told == [("Now", "hide"), ("Later", "show")]


def test_recategorising_needs_no_reconstruction(reading: Read) -> None:
    dump, editor = one_project()
    goal = dump.task(9, "Goal").in_project(editor, dump.project(1656, "Category"))
    dump.task(1, created="2023-01-01").in_project(editor).moved(editor, "Doing", on="2024-01-05")
    dump.task(2).in_project(editor).child_of(goal)
    new = "ParentTask,Below,show,483,Goal\nProjectColumn,D,hide,483,Do\nProjectByID,B,omit,483,"
    read = reading(dump)
    read.report(ALL)
    kept = read.report(new, anew=False)
    assert [kept.categories(day) for day in DAYS[:2]] == [
        {2: "Below", 9: "Below"},
        {1: "D", 2: "Below", 9: "Below"},
    ]
    told = kept.figures
    anew = read.report(new).figures
    assert told.categories == anew.categories
    for name in ("category_periods", "runs", "velocity", "recently_closed"):
        assert getattr(told, name).equals(getattr(anew, name))


def test_a_period_is_of_one_task_and_lasts_while_all_that_a_report_tells_of_it_stays() -> None:
    told = scope_of_stories(
        story(1).on(0, "A").on(3, "A", "stalled").on(5, None).on(9, "A"),
        story(2).on(9, "A").on(12, "A", points=1),
        last=20,
    ).categorised
    spans = zip(*(one.tolist() for one in (told.task, told.first, told.end)), strict=True)
    assert list(spans) == [(1, 0, 5), (1, 9, 21), (2, 9, 12), (2, 12, 21)]
    after = scope_of_stories(story(1).on(0, "A").on(5, None), story(2).on(5, "A"), last=20)
    assert after.categorised.first.tolist() == [0, 5]


# Retroactive settings -----------------------------------------------------------------------------


def moving() -> tuple[DumpBuilder, Project]:
    """Task 1 changes category and points; task 2 does too and then leaves."""
    dump, editor = one_project()
    for number in (1, 2):
        task = dump.task(number, created="2023-01-01").in_project(editor)
        task.moved(editor, "Doing", on="2024-01-05").points(1, on="2023-01-01")
        task.moved(editor, "Done", on="2024-01-10").points(5, on="2024-01-10")
    dump.tasks[1].left_project(editor, on="2024-01-20")
    return dump, editor


BY_COLUMN = "\n".join(
    f"ProjectColumn,{name},show,483,{name}" for name in ("Inbox", "Doing", "Done")
)


def category_and_points(read: Reading, settings: str, task: int) -> list[tuple[str, float]]:
    """What a task has on three days."""
    report = read.report(BY_COLUMN, settings)
    rows = [report.recategorized(day)[task] for day in DAYS]
    return [(row["category"], row["points"]) for row in rows]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("", [("Inbox", 1.0), ("Doing", 1.0), ("Done", 5.0)]),
        ("retroactive_categories = true", [("Done", 1.0), ("Done", 1.0), ("Done", 5.0)]),
        ("retroactive_points = true", [("Inbox", 5.0), ("Doing", 5.0), ("Done", 5.0)]),
        (
            "retroactive_points = true\nretroactive_categories = true",
            [("Done", 5.0), ("Done", 5.0), ("Done", 5.0)],
        ),
    ],
)
def test_a_task_of_the_last_day_gives_all_earlier_days_its_last_category_or_points(
    settings: str, told: list[tuple[str, float]], reading: Read
) -> None:
    read = reading(moving()[0])
    assert category_and_points(read, settings, task=1) == told
    assert category_and_points(read, settings, task=2) == [
        ("Inbox", 1.0),
        ("Doing", 1.0),
        ("Done", 5.0),
    ]


def test_statuses_are_never_retroactive(reading: Read) -> None:
    dump, editor = one_project()
    dump.task(1, created="2023-01-01").in_project(editor).resolved(on="2024-01-10")
    report = reading(dump).report(ALL, "retroactive_points = true\nretroactive_categories = true")
    assert [report.statuses(day)[1] for day in DAYS] == ["open", "open", "resolved"]


def test_points_that_are_none_on_the_last_day_are_none_on_all(reading: Read) -> None:
    dump, editor = one_project()
    task = dump.task(1, created="2023-01-01").in_project(editor).points(3)
    task.points(None, on="2024-01-10")
    read = reading(dump)
    told = read.report(ALL, "retroactive_points = true")
    assert [told.recategorized(day)[1]["points"] for day in DAYS] == [None, None, None]
    told = read.report(ALL, "retroactive_points = true\ndefault_points = 2")
    assert [told.recategorized(day)[1]["points"] for day in DAYS] == [2.0, 2.0, 2.0]


def test_the_last_day_is_that_of_the_report(reading: Read) -> None:
    read = reading(moving()[0])
    settings = "retroactive_categories = true"
    read.scope_of_rules(BY_COLUMN, settings)
    report = read.report(BY_COLUMN, settings, days=(FIRST, "2024-01-05"), anew=False)
    assert report.categories("2024-01-04") == {1: "Doing", 2: "Doing"}


# Aggregates ---------------------------------------------------------------------------------------


def test_tasks_are_counted_and_points_summed_by_category_status_and_kind_of_work(
    reading: Read,
) -> None:
    dump, editor = one_project()
    maintenance = dump.project(1454, "Maintenance")
    dump.task(1).in_project(editor).points(0.1)
    dump.task(2).in_project(editor).points(0.2)
    dump.task(3).in_project(editor)
    dump.task(4).in_project(editor, maintenance)
    dump.task(5, created="2023-01-01").in_project(editor).points(2).resolved(on="2024-01-05")
    dump.task(6).in_project(editor).moved(editor, "Doing").points(0)
    report = reading(dump).report(f"ProjectColumn,Doing,show,483,Doing\n{ALL}")
    assert report.aggregate("2024-01-04") == {
        ("All", "open", ""): (4, pytest.approx(2.3)),
        ("All", "open", "Maintenance"): (1, None),
        ("Doing", "open", ""): (1, 0.0),
    }
    assert report.aggregate("2024-01-05") == {
        ("All", "open", ""): (3, pytest.approx(0.3)),
        ("All", "open", "Maintenance"): (1, None),
        ("All", "resolved", ""): (1, 2.0),
        ("Doing", "open", ""): (1, 0.0),
    }


def test_many_large_points_are_summed_without_loss() -> None:
    """Each fits into 64 bits and is exact as a float; all together fit into neither."""
    large, many = float(2**48), 5000
    exact = ExactPoints.of(np.full(many, large))
    assert exact.units.sum() == many * 2**48 * exact.scale


DAY = "2024-05-15"


def resolved_here_and_there() -> DumpBuilder:
    """Tasks 1 to 5 around the start of the quarter of DAY and 91 days before; 6 is open."""
    dump, editor = one_project()
    ends = ("2023-12-31", "2024-01-01", "2024-03-31 23:59:59", "2024-04-01", "2024-05-01")
    for number, end in enumerate(ends, start=1):
        dump.task(number, created="2023-10-01").in_project(editor).resolved(on=end)
    dump.task(6, created="2023-10-01").in_project(editor)
    return dump


def counts(read: Reading, settings: str, rules: str = ALL, day: str = DAY) -> dict[str, int]:
    """How many tasks each range has on a day."""
    report = read.report(rules, settings, days=("2023-11-01", DAY))
    ranges = ("normal", "cutoff", "lastq")
    told = {one: report.aggregate(day, one) for one in ranges}
    return {one: sum(count for count, _ in told[one].values()) for one in ranges}


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        pytest.param("", (6, 6, 6), id="no cutoff"),
        pytest.param("backlog_resolved_cutoff = true", (6, 3, 5), id="start of this quarter"),
        pytest.param("backlog_resolved_cutoff = 2024-04-02", (6, 2, 4), id="a day later"),
        pytest.param("backlog_resolved_cutoff = 2024-04-01", (6, 3, 5), id="a date"),
        pytest.param("backlog_resolved_cutoff = 2024-05-01", (6, 2, 4), id="another date"),
    ],
)
def test_a_cutoff_leaves_out_what_was_resolved_at_its_start(
    settings: str, left: tuple[int, int, int], reading: Read
) -> None:
    told = counts(reading(resolved_here_and_there()), settings)
    assert tuple(told.values()) == left


def test_without_a_cutoff_all_ranges_are_equal(reading: Read) -> None:
    runs = reading(resolved_here_and_there()).report(ALL, days=("2023-11-01", DAY)).figures.runs
    normal, *others = (
        runs[runs["range"] == one].drop(columns="range").reset_index(drop=True)
        for one in ("normal", "cutoff", "lastq")
    )
    assert len(normal) > 5
    assert all(normal.equals(other) for other in others)


def test_a_task_that_is_left_out_is_left_out_on_every_day(reading: Read) -> None:
    dump, editor = one_project()
    task = dump.task(1, created="2023-10-01").in_project(editor)
    task.resolved(on="2024-03-01").status("open", on="2024-04-10")
    read = reading(dump)
    settings = "backlog_resolved_cutoff = 2024-04-01"
    for day in ("2024-02-01", DAY):
        assert counts(read, settings, day=day) == {"normal": 1, "cutoff": 0, "lastq": 1}


def test_the_raw_status_decides_what_is_left_out(reading: Read) -> None:
    dump, editor = one_project()
    dump.task(1, created="2023-10-01").in_project(editor).moved(editor, "Done")
    dump.task(2, created="2023-10-01").in_project(editor).status("stalled")
    told = counts(
        reading(dump),
        "backlog_resolved_cutoff = 2024-04-01",
        rules=f"ProjectColumn,Done,show,483,Done,resolved\n{ALL}",
    )
    assert told == {"normal": 2, "cutoff": 2, "lastq": 2}


def test_the_raw_status_is_compared_with_the_setting_for_resolved(reading: Read) -> None:
    dump, editor = one_project()
    for number, status in enumerate(("done", "resolved", "resolved")):
        dump.task(number, created="2023-10-01").in_project(editor).status(status)
    read = reading(dump)
    read.settings = Settings(statuses_resolved="done")
    assert counts(read, "backlog_resolved_cutoff = 2024-04-01")["cutoff"] == 2


def test_tasks_of_a_later_rule_are_out_if_the_first_of_its_title_omits_them(reading: Read) -> None:
    dump, editor = one_project()
    dump.task(1).in_project(editor).moved(editor, "Doing")
    dump.task(2).in_project(editor)
    report = reading(dump).report("ProjectColumn,Ideas,omit,483,Doing\nProjectByID,Ideas,show,483,")
    assert report.categories(LAST) == {}
    assert report.aggregate(LAST) == {}
    assert report.figures.categories == ()


def test_tasks_of_a_later_rule_stay_if_the_first_of_its_title_shows_them(reading: Read) -> None:
    dump, editor = one_project()
    dump.task(1).in_project(editor).moved(editor, "Doing")
    dump.task(2).in_project(editor)
    report = reading(dump).report("ProjectColumn,Ideas,show,483,Doing\nProjectByID,Ideas,omit,483,")
    assert report.categories(LAST) == {1: "Ideas", 2: "Ideas"}
    assert report.figures.categories == (Category("Ideas", Display.SHOW),)
