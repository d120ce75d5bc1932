"""What the single pages of a report say."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.figures import lively_figures, made_figures, week

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.pages import ReportContext
from phlogiston_assets.domain.pages.closed_page import closed_finding, closed_frame, closed_table
from phlogiston_assets.domain.pages.csv_files import csv_bytes
from phlogiston_assets.domain.pages.forecast_page import forecast_table
from phlogiston_assets.domain.pages.rules_page import rules_page
from phlogiston_assets.domain.pages.settings_words import (
    settings_in_words,
    warnings_in_words,
)
from phlogiston_assets.domain.pages.status_page import status_page
from phlogiston_assets.domain.scopes import Display, QuarterStart, Rule, RuleKind

Make = Callable[..., dict[str, bytes]]
Parse = Callable[[bytes], Any]
DAY = date(2024, 5, 15)


def texts(row: Any) -> list[str]:
    return [f"{cell.text} {cell.aside}".strip() for cell in row]


def test_the_forecast_table_gives_weeks_and_dates_or_why_there_are_none() -> None:
    weeks = [
        week("under way", 10, 4, opt_count_fore=1.0, nom_count_fore=10.0),
        week("done", 5, 5),
        week("fresh", 5, 0),
        week("far", 10, 4, nom_count_fore=9e5),
    ]
    runs = [("done", "open", 1, 1.0, date(2024, 1, 1), date(2024, 2, 9))]
    names = [Category(str(one["category"]), Display.SHOW) for one in weeks]
    figures = made_figures([*names, Category("empty", Display.HIDE)], runs, weeks)
    table = forecast_table(figures, Measure.COUNT, "f.csv")
    assert [texts(row) for row in table.rows] == [
        [
            "under way",
            "10",
            "4",
            "40\N{NO-BREAK SPACE}%",
            "2024-05-22 1 week",
            "2024-07-24 10 weeks",
            "never",
        ],
        ["done", "5", "5", "100\N{NO-BREAK SPACE}%", "", "2024-02-10 completed", ""],
        ["fresh", "5", "0", "0\N{NO-BREAK SPACE}%", "", "not enough data", ""],
        ["far", "10", "4", "40\N{NO-BREAK SPACE}%", "never", "never", "never"],
        ["empty hidden", "0", "0", "\N{EN DASH}", "", "no tasks", ""],
    ]


def test_forecasts_sort_from_completed_to_never() -> None:
    weeks = [
        week("never", 10, 4),
        week("done", 5, 5),
        week("late", 10, 4, nom_count_fore=400_000.0),
        week("soon", 10, 4, nom_count_fore=2.0),
        week("fresh", 5, 0),
    ]
    figures = made_figures([str(one["category"]) for one in weeks], weeks=weeks)
    rows = forecast_table(figures, Measure.COUNT, "f.csv").rows
    nominal = {row[0].text: float(row[5].sort) for row in rows}
    assert sorted(nominal, key=lambda name: nominal[name]) == [
        "done",
        "soon",
        "late",
        "never",
        "fresh",
    ]


def test_each_shown_category_of_the_forecast_leads_to_its_charts(make_report: Make) -> None:
    """From table and chart alike; a hidden category has no charts to lead to."""
    names = ["A b", "\N{HIRAGANA LETTER A}", "A-b", Category("H", Display.HIDE)]
    report = make_report(lively_figures(names))
    page, charts = (report[name].decode() for name in ("forecast.html", "index.html"))
    places = dict(re.findall(r'<a href="index.html#(category[^"]+)">([^<]+)</a></th>', page))
    headings = re.findall(r'<div class="category" id="([^"]+)">\s*<h3>.*?</i>([^<]+)</h3>', charts)
    assert list(places.items()) == headings
    assert list(places.values()) == names[:3]
    for place in places:
        assert page.count(f'<a href="index.html#{place}"><text') == 4


def test_data_that_are_periods_say_so(make_report: Make, parse: Parse) -> None:
    text = parse(make_report(made_figures([]))["index.html"]).text
    for table, form in (
        ("task_on_date_recategorized", "periods"),
        ("task_on_date_agg", "runs of equal days"),
    ):
        assert f"The table {table}, as {form}: a row holds from first_day up to the day" in text
    assert text.count("a row holds") == 3


def test_recently_closed_lists_tasks_newest_first(context: ReportContext) -> None:
    figures = made_figures(
        ["A"], closed_tasks=[(date(2024, 5, 3), 9, "A", 1.0), (DAY, 8, "A", 2.5)]
    )
    frame = closed_frame(figures, context)
    assert frame["id"].tolist() == [8, 9]
    assert closed_finding(figures, frame) == (
        "2 tasks, worth 3.5 points, were resolved in the 14 days to 15 May 2024, in 1 category."
    )
    first = closed_table(figures, context).rows[0]
    assert texts(first) == ["T8", "=cmd()", "A", "2.5", "2024-05-15"]
    assert first[0].href == "https://phabricator.example.org/T8"


def test_points_are_not_told_where_they_are_not_shown(context: ReportContext) -> None:
    figures = made_figures(["A"], closed_tasks=[(DAY, 8, "A", 2.5)], show_points=False)
    finding = closed_finding(figures, closed_frame(figures, context))
    assert finding == "1 task was resolved in the 14 days to 15 May 2024, in 1 category."


def test_an_unknown_title_is_left_blank(context: ReportContext) -> None:
    figures = made_figures(["A"], closed_tasks=[(DAY, 12345, "A", 1.0)])
    assert texts(closed_table(figures, context).rows[0])[:2] == ["T12345", ""]


STATUS = [
    ("current", 7, "A", "In-Scope", "Done"),
    ("current", 8, "A", "Screep", "Open"),
    ("current", 9, "B", "Elaborated", "Cut"),
    ("lastq", 7, "A", "In-Scope", "Reopened"),
]


def test_the_status_report_counts_scope_and_status(context: ReportContext) -> None:
    figures = made_figures(["A", "B"], status=STATUS, status_report_project=4, projects={4: "P"})
    page = status_page(figures, context, "current", "s.csv")
    assert page is not None
    assert (
        page.finding == "3 tasks: 1 done, 1 open and 1 cut. 1 task came in later, as scope creep."
    )
    assert page.matrix == [
        ("In scope", [1, 0, 0, 0], 1),
        ("Elaborated", [0, 0, 0, 1], 1),
        ("Scope creep", [0, 1, 0, 0], 1),
        ("All", [1, 1, 0, 1], 3),
    ]
    assert page.notes == [
        "Tasks of P, between the end of 31 March 2024 and the end of 15 May 2024."
    ]


def test_the_status_report_says_where_its_window_was_moved(context: ReportContext) -> None:
    figures = made_figures(
        ["A"],
        status=STATUS,
        status_report_project=4,
        status_report_start=date(2023, 7, 1),
        status_report_end=date(2024, 9, 1),
    )
    page = status_page(figures, context, "current", "s.csv")
    assert page is not None
    assert page.notes == [
        "Tasks of project 4, between the end of 1 January 2024 and the end of 15 May 2024.",
        "The report should start on 1 July 2023, but the history begins on 1 January 2024.",
        "It should end at the start of 1 September 2024, but the report’s day is 15 May 2024.",
    ]


def test_last_quarters_report_is_of_last_quarter(context: ReportContext) -> None:
    figures = made_figures(
        ["A"], status=STATUS, status_report_project=4, first_day=date(2023, 1, 1)
    )
    page = status_page(figures, context, "lastq", "s.csv")
    assert page is not None
    assert page.notes == [
        "Tasks of project 4, between the end of 31 December 2023 and the end of 31 March 2024."
    ]
    assert len(page.table.rows) == 1


def test_a_scope_without_status_report_says_so(make_report: Make, parse: Parse) -> None:
    report = make_report(made_figures(["A"]))
    for name in ("status-report.html", "status-report-lastq.html"):
        assert "This scope has no status report" in parse(report[name]).text


def test_rules_are_told_in_order_with_what_they_do(context: ReportContext) -> None:
    rules = [
        Rule(RuleKind.PROJECT_COLUMN, "Done", Display.SHOW, (4,), "Done", "resolved"),
        Rule(RuleKind.INTERSECTION, "Gone", Display.OMIT, (4, 5)),
        Rule(RuleKind.PROJECT_BY_ID, "Rest", Display.HIDE, (5,)),
    ]
    page = rules_page(made_figures(["Done"], rules=rules, projects={4: "P", 5: "Q"}), context)
    assert page.included == "Tasks with at least one of the projects P (4), Q (5)."
    assert [(row.place, row.category, row.display) for row in page.rows] == [
        (1, "Done", "shown"),
        (2, "Gone", "omitted"),
        (3, "Rest", "hidden"),
    ]
    assert "counted as resolved" in page.rows[0].words
    assert page.rows[1].boards == [
        ("P", "https://phabricator.example.org/project/view/4/"),
        ("Q", "https://phabricator.example.org/project/view/5/"),
    ]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"retroactive_categories": True},
            "Each task counts on all days in its category of today.",
        ),
        ({"retroactive_points": True}, "Each task counts on all days with its points of today."),
        ({"default_points": 5.0}, "Tasks without points count 5 each."),
        ({"default_points": None}, "Tasks without points have none."),
        (
            {"backlog_resolved_cutoff": QuarterStart.CURRENT},
            "Burnups leave out what was resolved before 1 April 2024.",
        ),
        ({}, "Burnups show all that was ever resolved."),
        ({}, "Work on a task begins when it first comes to this scope."),
        (
            {"working_columns": ("Doing", "Review"), "working_statuses": ("progress",)},
            (
                "Work on a task begins when it first comes to a column with “Doing” or “Review” in"
                " its name or the status “progress”."
            ),
        ),
        ({"show_count": False}, "Shown by points only."),
        ({"show_points": False}, "Shown by count of tasks only."),
        ({}, "1 category is hidden from the main charts."),
    ],
)
def test_the_settings_in_force_are_told_in_words(settings: dict[str, Any], sentence: str) -> None:
    figures = lively_figures(["A", Category("H", Display.HIDE)], **settings)
    assert sentence in settings_in_words(figures)


def test_warnings_do_not_tell_where_the_server_keeps_its_files() -> None:
    figures = made_figures(["A"], warnings=("/srv/secret/scopes/t_scope.py, line 3: doubtful.",))
    scope = replace(figures.scope, settings_path=Path("/srv/secret/scopes/t_scope.py"))
    told = warnings_in_words(replace(figures, scope=scope))
    assert told == ("t_scope.py, line 3: doubtful.",)
    assert warnings_in_words(figures) == figures.warnings


def test_csv_files_hold_the_frame_and_no_formula() -> None:
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-05-15"] * 4).astype("datetime64[s]"),
            "title": ["=1+1", "-x", 'a,"b"\nc', "日本\ud83d"],
            "points": [-1.5, float("nan"), 0.1, 3.0],
        }
    )
    text = csv_bytes(frame).decode()
    assert text.splitlines()[0] == "date,title,points"
    back = pd.read_csv(io.StringIO(text))
    assert back["title"].tolist() == ["'=1+1", "'-x", 'a,"b"\nc', "日本?"]
    assert back["points"].isna().tolist() == [False, True, False, False]
    assert back["date"].tolist() == ["2024-05-15"] * 4
    assert frame["title"].tolist()[0] == "=1+1"


def test_a_frame_without_rows_still_has_its_columns() -> None:
    assert csv_bytes(pd.DataFrame(columns=["a", "b"])) == b"a,b\n"
