"""The page of what changed: sentences, sums and lists of tasks."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
from support.figures import made_figures
from support.stories import Story, Told, scope_of_stories, story

from phlogiston_assets.domain.categories.categorisation import StatusSets
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.counting.change_lists import Since
from phlogiston_assets.domain.counting.net_changes import net_changes
from phlogiston_assets.domain.days import day_of
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.pages import ReportContext
from phlogiston_assets.domain.pages.change_words import change_sentence, report_sentence
from phlogiston_assets.domain.pages.changes_page import ChangeView, change_views

Make = Callable[..., dict[str, bytes]]
Parse = Callable[[bytes], Any]
LAST = 30
WEEK_AGO = "the end of 24 January 1970"


def figures_of(*stories: Story, last: int = LAST, **settings: Any) -> Figures:
    """Figures of a scope whose tasks' stories are told; its first day is 1 January 1970."""
    told: Told = scope_of_stories(*stories, last=last)
    found = net_changes(told.categorised, told.periods, (0, last), told.created, StatusSets())
    figures = made_figures(
        told.categorised.categories, day=day_of(last), first_day=date(1970, 1, 1), **settings
    )
    return replace(
        figures,
        changed_task=found.tasks.assign(scope="t"),
        change_of_open=found.sums.assign(scope="t"),
    )


def busy(**settings: Any) -> Figures:
    """One task for each list, since last week."""
    return figures_of(
        story(1, made=25).on(25, "A", points=1),
        story(2).on(25, "B", points=2),
        story(3).on(0, "A", "resolved").on(25, "A", points=3),
        story(4).on(0, "A", points=4).on(25, "A", "resolved", points=4),
        story(5).on(0, "B", points=0.5).on(25, "B", "declined"),
        story(6).on(0, "A", points=6).on(25, None),
        story(7).on(0, "A", points=7).on(25, "B", points=8),
        story(8).on(0, "B").on(25, "B", points=9),
        story(9, made=25).on(25, "A", "resolved"),
        story(10).on(0, "A", points=10).on(25, "B", points=10),
        story(11).on(0, "B", points=10).on(25, "A", points=10),
        **settings,
    )


def view_of(figures: Figures, context: ReportContext, since: Since) -> ChangeView:
    return change_views(figures, context)[list(Since).index(since)]


def texts(rows: Any) -> list[list[str]]:
    return [[f"{cell.text} {cell.aside}".strip() for cell in row] for row in rows]


def test_each_list_is_said_with_its_sign_and_all_make_the_change(context: ReportContext) -> None:
    view = view_of(busy(), context, Since.WEEK)
    assert view.title == "Since last week"
    assert view.sentences == [
        (
            f"From 37.5 to 43 points open since {WEEK_AGO}: +1 new, +2 moved in, +3 reopened,"
            " −4 resolved, −0.5 declined, −6 moved out, +1 re-categorised and +9 re-estimated."
        ),
        (
            f"Still 7 tasks open since {WEEK_AGO}: +1 new, +1 moved in, +1 reopened, −1 resolved,"
            " −1 declined and −1 moved out."
        ),
        (
            "Besides, 1 task came in and got resolved meanwhile,"
            " which changes nothing of what is open."
        ),
    ]


def test_sums_have_the_lists_and_categories_in_which_anything_changed(
    context: ReportContext,
) -> None:
    points, count, _ = view_of(busy(), context, Since.WEEK).tables
    assert [one.label for one in count.columns] == [
        "Category", "Then", "New", "Moved in", "Reopened", "Resolved", "Declined", "Moved out",
        "Re-categorised", "Now",
    ]  # fmt: skip
    dash = "\N{EN DASH}"
    assert texts(count.rows) == [
        ["All", "7", "+1", "+1", "+1", "−1", "−1", "−1", dash, "7"],
        ["A", "4", "+1", dash, "+1", "−1", dash, "−1", "−1 1 in, 2 out", "3"],
        ["B", "3", dash, "+1", dash, dash, "−1", dash, "+1 2 in, 1 out", "4"],
    ]
    assert "Re-estimated" in [one.label for one in points.columns]
    few = figures_of(story(1).on(0, "A"), story(2, made=28).on(28, "A"))
    _, count, _ = view_of(few, context, Since.WEEK).tables
    assert [one.label for one in count.columns] == ["Category", "Then", "New", "Now"]
    assert count.csv == "tables/change_of_open.csv"


def test_categories_that_changed_places_of_tasks_are_shown(context: ReportContext) -> None:
    figures = figures_of(
        story(1).on(0, "A", points=1).on(28, "B", points=1),
        story(2).on(0, "B", points=1).on(28, "A", points=1),
    )
    _, count, _ = view_of(figures, context, Since.WEEK).tables
    assert texts(count.rows) == [
        ["All", "2", "\N{EN DASH}", "2"],
        ["A", "1", "±0 1 in, 1 out", "1"],
        ["B", "1", "±0 1 in, 1 out", "1"],
    ]


def test_tasks_stand_list_by_list_with_what_they_were_before(context: ReportContext) -> None:
    table = view_of(busy(), context, Since.WEEK).tables[-1]
    assert [row[:1] + row[2:] for row in texts(table.rows)] == [
        ["T1", "new", "A", "1"],
        ["T2", "moved in", "B", "2"],
        ["T3", "reopened", "A", "3"],
        ["T4", "resolved", "A", "4"],
        ["T5", "declined", "B", "0.5"],
        ["T6", "moved out", "A", "6"],
        ["T11", "re-categorised", "A from B", "10"],
        ["T7", "re-categorised", "B from A", "8 from 7"],
        ["T10", "re-categorised", "B from A", "10"],
        ["T8", "re-estimated", "B", "9 from none"],
        ["T9", "came in, resolved", "A", "\N{EN DASH}"],
    ]
    assert table.rows[6][1].text == context.task_titles.get(11, "")
    assert table.rows[0][0].href == "https://phabricator.example.org/T1"
    order = [int(row[2].sort) for row in table.rows]
    assert order == sorted(order)


def test_without_points_estimates_are_no_change(context: ReportContext) -> None:
    view = view_of(busy(show_points=False), context, Since.WEEK)
    assert len(view.sentences) == 2
    *sums, tasks = view.tables
    assert len(sums) == 1
    assert "Points" not in [one.label for one in tasks.columns]
    assert "T8" not in [row[0].text for row in tasks.rows]


def test_a_day_before_the_history_is_said_to_be_so(context: ReportContext) -> None:
    views = change_views(figures_of(story(1, made=2).on(2, "A"), last=3), context)
    assert [len(view.tables) for view in views] == [3, 0, 0]
    assert views[1].sentences == ["The history begins on 1 January 1970, after 28 December 1969."]


def test_where_nothing_changed_that_is_said(context: ReportContext) -> None:
    figures = figures_of(story(1).on(0, "A"))
    assert change_sentence(figures, Since.WEEK, Measure.COUNT) == f"1 task open, as at {WEEK_AGO}."
    table = view_of(figures, context, Since.WEEK).tables[-1]
    assert (list(table.rows), table.empty) == ([], "No task stands otherwise than then.")


def test_the_report_compares_with_last_week_or_in_a_young_history_with_yesterday() -> None:
    one = story(1, made=3).on(3, "A")
    assert f"From 0 to 1 task open since {WEEK_AGO}: +1 new." == report_sentence(
        figures_of(story(1, made=25).on(25, "A"))
    )
    young = report_sentence(figures_of(one, last=3))
    assert young == "From 0 to 1 task open since the end of 3 January 1970: +1 new."
    assert report_sentence(figures_of(story(1).on(0, "A"), last=0)) == ""
    assert report_sentence(busy(show_points=False, show_count=False)) == ""


def test_the_page_and_its_data_hold_the_same(make_report: Make, parse: Parse) -> None:
    report = make_report(busy())
    page, front = (parse(report[name]) for name in ("changes.html", "index.html"))
    for since in Since:
        data = pd.read_csv(io.BytesIO(report[f"changes-{since}.csv"]))
        assert len(data) == (11 if since is Since.WEEK else 0)
        assert f"changes-{since}.csv" in page.links or since is Since.QUARTER
    assert "help.html#changes" in page.links
    assert "changes.html" in front.links
    assert "Still 7 tasks open since" in front.text
    assert "tables/changed_task.csv" in front.links
