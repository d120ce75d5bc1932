"""forecast.md, "Flow": the page, from what is told to what a reader finds on it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from typing import Any

import pytest
from support.flowing import figures_with_flow
from support.stories import LAST, story

from phlogiston_assets.domain.days import day_of
from phlogiston_assets.domain.pages.flow_page import AGES_CSV

Report = dict[str, bytes]
Make = Callable[..., Report]
SLUGS = ("cumulative-flow", "arrivals-departures", "cycle-times", "ages")


@pytest.fixture(scope="module")
def busy(make_report: Make) -> Report:
    """Three tasks at work, one resolved, one for which work has not begun."""
    figures = figures_with_flow(
        story(7).on(3, "B"),
        story(8, made=1).on(1, "B"),
        story(9).on(0, "B"),
        story(10).on(2, "A").on(4, "B").on(9, "B", "resolved"),
        story(11).on(2, "A"),
        settings="working_columns = B",
        working_columns=("B",),
    )
    return make_report(figures)


def cells(page: bytes, slug: str) -> list[list[str]]:
    """The rows of a table, as text."""
    (table,) = re.findall(
        rf'<div class="table" id="{slug}">(.*?)</table>', page.decode(), re.DOTALL
    )
    body = table.partition("<tbody>")[2]
    return [
        [
            " ".join(re.sub(r"<[^>]+>", "", cell).split())
            for cell in re.findall(r"<t[dh].*?</t[dh]>", row)
        ]
        for row in body.split("</tr>")[:-1]
    ]


def test_the_page_has_four_charts_each_with_its_data_and_its_place_in_the_help(
    busy: Report, parse: Any
) -> None:
    page = parse(busy["flow.html"])
    assert [one["id"] for one in page.all("figure")] == list(SLUGS)
    for slug in SLUGS:
        assert f"{slug}.csv" in page.links
        assert len(busy[f"{slug}.csv"].splitlines()) > 1
        assert f"help.html#flow-{slug}" in page.links
        assert f"flow-{slug}" in parse(busy["help.html"]).ids
    assert "flow.html" in parse(busy["index.html"]).links


def test_the_page_says_where_work_begins(busy: Report, make_report: Make, parse: Any) -> None:
    assert "to a column with “B” in its name." in parse(busy["flow.html"]).text
    plain = make_report(figures_with_flow(story(7).on(3, "B")))["flow.html"]
    assert "Work on a task begins when it first comes to this scope." in parse(plain).text


def test_open_tasks_at_work_are_listed_oldest_first_and_lead_to_phabricator(
    busy: Report, parse: Any
) -> None:
    told = cells(busy["flow.html"], "task-ages")
    assert [(row[0], *row[2:]) for row in told] == [
        ("T9", "B", day_of(0).isoformat(), f"{LAST} or more", "95 %"),
        ("T8", "B", day_of(1).isoformat(), f"{LAST - 1}", "95 %"),
        ("T7", "B", day_of(3).isoformat(), f"{LAST - 3}", "95 %"),
    ]
    assert "https://phabricator.example.org/T8" in parse(busy["flow.html"]).links
    assert '<th scope="col" class="number" data-numeric>Days</th>' in busy["flow.html"].decode()


def test_the_csv_of_the_ages_has_titles_and_no_formula(busy: Report) -> None:
    rows = list(csv.DictReader(busy[AGES_CSV].decode().splitlines()))
    assert [row["id"] for row in rows] == ["9", "8", "7"]
    assert rows[1]["title"] == "'=cmd()"
    assert rows[0] == {
        "id": "9", "title": "Plain", "category": "B", "started_on": "1970-01-01", "days": "40",
        "at_least": "1", "passed": "95",
    }  # fmt: skip


def test_each_category_has_its_cycle_times_below_those_of_all(busy: Report) -> None:
    assert cells(busy["flow.html"], "lines") == [
        ["All shown categories together", "1", "1", "5", "5", "5", "4", "3"],
        ["A", "0", "0", "–", "–", "–", "1", "0"],
        ["B", "1", "1", "5", "5", "5", "3", "3"],
        ["Done", "0", "0", "–", "–", "–", "0", "0"],
    ]


def test_the_tables_of_flow_lie_beside_the_page(busy: Report) -> None:
    heads = {
        "cumulative_flow": "scope,status,count,first_day,end_day",
        "flow_week": "scope,date,new,moved_in,reopened,resolved,declined,moved_out,open",
        "cycle_time": "scope,id,category,started_on,resolved_on,days,at_least",
        "cycle_time_by_category": "scope,category,resolved,timed,at_least,p50,p85,p95,open,at_work",
        "task_age": "scope,id,category,started_on,days,at_least,passed",
    }
    for name, head in heads.items():
        told = busy[f"tables/{name}.csv"].decode().splitlines()
        assert set(told[0].split(",")) == set(head.split(",")), name
        assert len(told) > 1, name


def test_a_scope_without_tasks_has_the_page_too(make_report: Make, parse: Any) -> None:
    report = make_report(figures_with_flow())
    text = parse(report["flow.html"]).text
    for said in ("No open task is at work.", "No task is resolved.", "No task is open."):
        assert said in text
    assert report[AGES_CSV].decode().startswith("id,title,category,started_on")


def test_what_strangers_write_is_text(hostile: Report, evil: str) -> None:
    page = hostile["flow.html"].decode()
    assert "<img" not in page
    assert evil not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
