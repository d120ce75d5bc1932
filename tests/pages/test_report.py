"""The report as a whole: complete, safe, and the same every time."""

import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import pytest
from support.figures import (
    figures_of_case,
    lively_figures,
    made_figures,
    shared_cases,
    titles_of_case,
    week,
)

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.pages.contents import HELP, PAGES
from phlogiston_assets.domain.scopes import Display

Report = dict[str, bytes]
Make = Callable[..., Report]
Parse = Callable[[bytes], Any]
DAY = date(2024, 5, 15)
OUTSIDE = "../../index.html"
"""The site's index is the only file beyond the report's folder that a page links to."""


def pages_of(report: Report) -> dict[str, bytes]:
    return {name: content for name, content in report.items() if name.endswith(".html")}


def test_all_pages_and_files_are_there(hostile: Report) -> None:
    assert set(PAGES) <= set(hostile)
    assert {"style.css", "report.js", "summary.json", "burnup-small.svg"} <= set(hostile)
    assert {"tables/velocity.csv", "tables/task_on_date_agg.csv"} <= set(hostile)


def test_every_link_leads_somewhere(hostile: Report, parse: Parse) -> None:
    pages = {name: parse(content) for name, content in pages_of(hostile).items()}
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme == "data":
                continue
            if parts.scheme:
                assert link.startswith("https://phabricator.example.org/"), link
                continue
            if link == OUTSIDE:
                continue
            target = parts.path or name
            assert target in hostile, f"{name} links to {link}"
            if parts.fragment:
                assert parts.fragment in pages[target].ids, f"{name} links to {link}"


def test_every_csv_file_is_linked_from_a_page(hostile: Report, parse: Parse) -> None:
    linked = {link for page in pages_of(hostile).values() for link in parse(page).links}
    assert {name for name in hostile if name.endswith(".csv")} <= linked


def test_the_policy_is_strict_and_no_page_needs_more(hostile: Report, parse: Parse) -> None:
    for content in pages_of(hostile).values():
        page = parse(content)
        (policy,) = [one["content"] for one in page.all("meta") if "http-equiv" in one]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not any("style" in one for _, one in page.elements)
        assert not any(name.startswith("on") for _, one in page.elements for name in one)
        assert list(page.all("script")) == [{"src": "report.js", "defer": ""}]
        assert not list(page.all("iframe")) + list(page.all("style"))


def test_what_strangers_write_is_escaped_everywhere(
    hostile: Report, parse: Parse, evil: str
) -> None:
    for name, content in hostile.items():
        if not name.endswith((".html", ".svg")):
            continue
        assert b"<img src=x" not in content, name
        assert not list(parse(content).all("img"))
    shown = [name for name, content in pages_of(hostile).items() if evil in parse(content).text]
    assert set(shown) == set(PAGES)


def test_ids_are_unique_on_each_page(hostile: Report, parse: Parse) -> None:
    for content in pages_of(hostile).values():
        ids = parse(content).ids
        assert len(ids) == len(set(ids))


def test_equal_figures_give_equal_bytes(make_report: Make) -> None:
    assert make_report(lively_figures(["A", "B"])) == make_report(lively_figures(["A", "B"]))


def test_tasks_and_projects_link_to_phabricator(hostile: Report, parse: Parse) -> None:
    links = {link for page in pages_of(hostile).values() for link in parse(page).links}
    assert "https://phabricator.example.org/T7" in links
    assert "https://phabricator.example.org/project/view/4/" in links


def test_the_head_says_of_when_the_report_is(hostile: Report, parse: Parse) -> None:
    for name in PAGES:
        page = parse(hostile[name])
        assert "As of the end of 15 May 2024 (UTC)" in page.text
        assert "Newest data: 15 May 2024, 23:51 UTC" in page.text
        assert "Report made: 16 May 2024, 04:20 UTC" in page.text
        assert "2024-05-16T04:20:00Z" in [one.get("datetime") for one in page.all("time")]


def test_without_a_newest_change_the_load_is_named(make_report: Make, parse: Parse) -> None:
    page = parse(make_report(made_figures([]), newest_change=None)["index.html"])
    assert "Newest data: load of 2024-05-15" in page.text


def test_help_explains_every_chart_and_every_page(hostile: Report, parse: Parse) -> None:
    """reports.md: one page that explains each chart, table and the forecasting model."""
    explained = parse(hostile["help.html"]).ids
    sections = [one["id"] for one in parse(hostile["index.html"]).all("section") if "id" in one]
    assert set(sections) <= set(explained)
    for name in set(PAGES) - {"index.html", "help.html"}:
        leads = [link for link in parse(hostile[name]).links if link.startswith("help.html#")]
        assert leads, name
        assert {link.partition("#")[2] for link in leads} <= set(explained)
    help_page = hostile["help.html"].decode()
    assert list(HELP) == re.findall(r'<section class="prose" id="([\w-]+)">', help_page)
    assert all(f'<a href="#{place}">{name}</a>' in help_page for place, name in HELP.items())


def test_warnings_are_shown(hostile: Report, parse: Parse, evil: str) -> None:
    page = parse(hostile["index.html"])
    assert "1 warning " in page.text
    assert f"t_scope.py, line 1: {evil}" in page.text


def test_captions_are_the_drawings_text_and_the_frames_figures(
    make_report: Make, parse: Parse
) -> None:
    figures = lively_figures(["A", "B"])
    report = make_report(figures)
    page = report["index.html"].decode()
    findings = re.findall(r"<figcaption>.*?<p>(.*?)</p>", page, re.DOTALL)
    text = parse(report["index.html"]).text
    small = re.findall(r'<figure class="multiple".*?</figure>', page, re.DOTALL)
    assert (len(findings), len(small)) == (30, 12)
    for finding in findings:
        # Caption, wide and narrow drawing; a small chart has one drawing. More than once where
        # charts say the same.
        alike = sum(f"<p>{finding}</p>" in one for one in small)
        assert text.count(unescape(finding)) == 3 * findings.count(finding) - alike
    data = pd.read_csv(io.BytesIO(report["burnup-count.csv"]))
    last = data[data["date"] == "2024-05-15"]
    told = f"{last['open'].sum():.0f} tasks were open and {last['resolved'].sum():.0f} resolved"
    assert told in text


@pytest.mark.parametrize("shown", [["points", "count"], ["count"], ["points"], []])
def test_only_the_halves_that_the_settings_show_are_there(
    make_report: Make, parse: Parse, shown: list[str]
) -> None:
    """All variants of the burnup, points left; no chart and no chart's data of the other half."""
    settings = {f"show_{unit}": unit in shown for unit in ("points", "count")}
    report = make_report(lively_figures(["A", Category("H", Display.HIDE)], **settings))
    figures = [one["id"] for one in parse(report["index.html"]).all("figure")]
    variants = ("burnup", "burnup-all", "burnup-lastq", "burnup-lastq-all")
    assert [name for name in figures if name.startswith("burnup")] == [
        f"{variant}-{unit}" for variant in variants for unit in shown
    ]
    files = [name.removesuffix(".csv") for name in report if name.endswith(".csv")]
    units = {
        name.rsplit("-", 1)[1] for name in (*figures, *files) if re.search("points$|count$", name)
    }
    assert units == set(shown)


def test_the_last_seven_days_are_seven(make_report: Make, parse: Parse) -> None:
    closed = [(DAY - timedelta(days=back), "A", 1, 2.0) for back in (0, 6, 7)]
    page = parse(make_report(made_figures(["A"], closed=closed))["index.html"])
    assert "resolved in the last 7 days 2 tasks 4 points" in page.text


LITTLE = {
    "no categories": made_figures([]),
    "no data": made_figures(["A"]),
    "one day": made_figures(
        ["A"], [("A", "open", 3, 4.0, DAY, DAY)], [week("A", 3, 0)], first_day=DAY
    ),
    "nothing resolved": made_figures(
        ["A"], [("A", "open", 3, None, date(2024, 1, 1), DAY)], [week("A", 3, 0)]
    ),
    "sixty categories": lively_figures([f"Category {place}" for place in range(60)]),
    "odd titles": lively_figures(
        ["$x$", "日本語", "عربي", "_", "<", "&", " ", "a\x07\ud83d", "x" * 80]
    ),
    "all hidden": lively_figures([Category("A", Display.HIDE)]),
}


@pytest.mark.parametrize("figures", LITTLE.values(), ids=LITTLE)
def test_any_figures_make_a_whole_report(make_report: Make, parse: Parse, figures: Any) -> None:
    report = make_report(figures)
    assert set(PAGES) <= set(report)
    for content in report.values():
        content.decode()
    assert "\x07" not in parse(report["index.html"]).text


@pytest.mark.parametrize(("case", "prefix"), shared_cases())
def test_the_shared_cases_make_whole_reports(
    make_report: Make, parse: Parse, case: str, prefix: str
) -> None:
    """Head, CSV and key figures of the shared cases equal their tables."""
    figures = figures_of_case(case, prefix)
    report = make_report(figures, task_titles=titles_of_case(case))
    velocity = pd.read_csv(io.BytesIO(report["tables/velocity.csv"]))
    assert len(velocity) == len(figures.velocity)
    summary = json.loads(report["summary.json"])
    last = figures.velocity[figures.velocity["date"] == pd.Timestamp(figures.day)]
    known = last[last["category"].isin({one.title for one in figures.categories})]
    assert summary["resolved"] == known["count_resolved"].sum()
    assert summary["open"] == known["count_total"].sum() - summary["resolved"]
    page = parse(report["index.html"])
    if figures.scope.settings.show_count:
        assert f"{summary['open']:,} task" in page.text


def test_a_report_is_no_heavier_than_a_photograph(make_report: Make) -> None:
    report = make_report(lively_figures([f"Category {place}" for place in range(12)]))
    assert len(report["index.html"]) < 1_200_000
    assert all(PurePosixPath(name).suffix for name in report)
