"""The site's own pages: all scopes with marks, a dashboard a group, and maintenance."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from os.path import normpath
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.figures import ROOT, lively_figures

from phlogiston_assets.domain.pages import (
    IndexContext,
    ReportContext,
    ScopeSummary,
    render_index,
)
from phlogiston_assets.domain.pages.group_page import group_file, group_key
from phlogiston_assets.domain.pages.main_burnup import main_burnup
from phlogiston_assets.domain.pages.summary import KindsOfWork
from resources.site import Site

Parse = Callable[[bytes], Any]
TEMPLATES = ROOT / "site_templates"
DAY = date(2024, 5, 15)
SUMMARY = ScopeSummary(
    prefix="ve",
    title="VisualEditor",
    group="Editing",
    day=DAY,
    generated_at=datetime(2024, 5, 16, 4, 20, tzinfo=UTC),
    newest_change=datetime(2024, 5, 15, 23, 51, tzinfo=UTC),
    open=1234,
    resolved=56,
    open_points=10.5,
    resolved_points=3.0,
    warnings=2,
)


def index_of(summaries: list[ScopeSummary], **failures: str) -> dict[str, bytes]:
    context = IndexContext(datetime(2024, 5, 16, 5, 0, tzinfo=UTC), DAY, failures)
    return render_index(summaries, context, TEMPLATES)


@pytest.mark.parametrize("newest", [None, datetime(2024, 5, 15, 1, 2, 3, tzinfo=UTC)])
def test_a_summary_survives_its_file(newest: datetime | None) -> None:
    summary = replace(SUMMARY, newest_change=newest, title='日本 "quoted" <b>')
    assert ScopeSummary.from_json(summary.to_json()) == summary


def test_a_summary_counts_shown_and_hidden_categories(context: ReportContext) -> None:
    figures = lively_figures(["A", "B"])
    summary = ScopeSummary.of(figures, context)
    runs = figures.runs[figures.runs["range"] == "normal"]
    last = runs[runs["end_day"] == runs["end_day"].max()]
    assert summary.open == last.loc[last["status"] == "open", "count"].sum()
    assert summary.resolved == last.loc[last["status"] == "resolved", "count"].sum()


def test_scopes_are_listed_by_group_and_title(parse: Parse) -> None:
    summaries = [
        replace(SUMMARY, prefix="z", title="Zebra", group=""),
        replace(SUMMARY, prefix="b", title="beta"),
        replace(SUMMARY, prefix="a", title="Alpha"),
        replace(SUMMARY, prefix="r", title="Reading", group="Apps"),
    ]
    page = parse(index_of(summaries)["index.html"])
    _, _, listed = page.text.partition("Maintenance")
    words = ("Apps", "Reading", "Editing", "Alpha", "beta", "Other scopes", "Zebra")
    places = [listed.index(word) for word in words]
    assert places == sorted(places)


def test_each_scope_shows_its_figures_and_times(parse: Parse) -> None:
    page = parse(index_of([SUMMARY])["index.html"])
    for text in (
        "1,234",
        "56",
        "2024-05-15",
        "newest 2024-05-15 23:51 UTC",
        "2024-05-16 04:20 UTC",
    ):
        assert text in page.text
    assert "2 warnings" in page.text
    assert "ve/latest/index.html" in page.links
    assert "ve/latest/burnup-small.svg" in page.links


def test_stale_and_failed_scopes_are_marked(parse: Parse) -> None:
    stale = replace(SUMMARY, prefix="old", title="Old", day=date(2024, 5, 14))
    failed = replace(SUMMARY, prefix="bad", title="Bad")
    page = parse(
        index_of([SUMMARY, stale, failed], bad="<Disk> full.", new="No file.")["index.html"]
    )
    assert sum("marked" in one.get("class", "") for one in page.all("tr")) == 3
    assert "stale The report of 15 May 2024 is missing." in page.text
    assert "failed <Disk> full." in page.text
    assert "failed No file." in page.text
    assert "3 need a look." in page.text
    assert "new/latest/index.html" not in page.links


def test_titles_are_escaped(parse: Parse) -> None:
    evil = "<img src=x onerror=alert(1)>"
    content = index_of([replace(SUMMARY, title=evil, group=evil)])["index.html"]
    assert evil in parse(content).text
    assert evil.encode() not in content


def test_an_empty_site_says_so(parse: Parse) -> None:
    assert "No scope has a report yet." in parse(index_of([])["index.html"]).text


def test_a_published_site_has_every_file_that_its_index_links_to(
    tmp_path: Path, parse: Parse, make_report: Callable[..., dict[str, bytes]]
) -> None:
    """Index and reports together: from summaries on disk to links that work on disk."""
    site = Site(tmp_path)
    for prefix in ("ve", "col"):
        figures = lively_figures(["A"], prefix=prefix, title=prefix.upper(), group="Team")
        site.publish(prefix, DAY, make_report(figures))
    found = site.latest_files("summary.json")
    assert set(found) == {"ve", "col"}
    files = index_of([ScopeSummary.from_json(text) for text in found.values()])
    site.publish_index(files)
    for link in parse((tmp_path / "index.html").read_bytes()).links:
        if not link.startswith(("#", "data:")):
            assert (tmp_path / link).is_file(), link
    for link in parse((tmp_path / "ve" / "latest" / "index.html").read_bytes()).links:
        if link.startswith("../"):
            for folder in (tmp_path / "ve" / "latest", (tmp_path / "ve" / "latest").resolve()):
                assert normpath(folder / link) == str(tmp_path / "index.html")


KINDS = KindsOfWork(maintenance_count=6, new_count=18, maintenance_points=7.5, new_points=2.5)


def test_a_summary_tells_the_kinds_of_work(context: ReportContext) -> None:
    delta = pd.DataFrame(
        [("Maintenance", 2, 1.5), ("New Functionality", 3, 4.0), ("Maintenance", 1, 0.5)],
        columns=["maint_type", "count", "points"],
    )
    figures = replace(lively_figures(["A"]), maintenance_delta=delta)
    summary = ScopeSummary.of(figures, context)
    assert summary.kinds == KindsOfWork(3.0, 3.0, 2.0, 4.0)
    assert ScopeSummary.from_json(summary.to_json()) == summary
    nothing = ScopeSummary.of(lively_figures(["A"]), context)
    assert nothing.kinds == KindsOfWork(0.0, 0.0, 0.0, 0.0)


def test_summaries_of_earlier_versions_still_load() -> None:
    told = json.loads(SUMMARY.to_json())
    del told["kinds"], told["burnup"]
    assert ScopeSummary.from_json(json.dumps(told)) == SUMMARY


def test_one_page_shows_all_maintenance_proportions(parse: Parse) -> None:
    odd = KindsOfWork(maintenance_count=-1, new_count=3, maintenance_points=0, new_points=0)
    files = index_of(
        [
            replace(SUMMARY, kinds=KINDS),
            replace(SUMMARY, prefix="old", title="Old"),
            replace(SUMMARY, prefix="odd", title="Odd", kinds=odd),
        ]
    )
    text = parse(files["maintenance.html"]).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "VisualEditor ve Editing 25 % 6 of 24 75 % 7.5 of 10" in text
    assert "Of 24 tasks marked as maintenance or new functionality, 25 % were" in text
    data = pd.read_csv(io.BytesIO(files["maintenance.csv"])).set_index("scope")
    assert data.loc["ve", ["share_count", "share_points"]].tolist() == [0.25, 0.75]
    assert data.loc[["old", "odd"], ["share_count", "share_points"]].isna().all(axis=None)
    assert {"maintenance.html", "scopes.csv"} <= set(parse(files["index.html"]).links)


def test_each_group_has_a_dashboard_of_its_burnups(parse: Parse) -> None:
    shown = replace(SUMMARY, burnup="5 tasks were open.")
    files = index_of(
        [shown, replace(shown, prefix="b", title="Beta", burnup="", group=" editing")],
        b="Disk full.",
    )
    page = parse(files["group-editing.html"])
    assert "group-editing.html" in parse(files["index.html"]).links
    assert [one["src"] for one in page.all("img")] == [
        "b/latest/burnup-small.svg",
        "ve/latest/burnup-main.svg",
    ]
    assert "ve/latest/burnup-main-narrow.svg" in [one["srcset"] for one in page.all("source")]
    assert "5 tasks were open." in page.text
    assert "failed Disk full." in page.text
    assert [name for name in files if name.startswith("group")] == ["group-editing.html"]


@pytest.mark.parametrize(
    "group",
    [
        "",
        "Editing",
        "a b",
        "a-b",
        "a  b c",
        "日本",
        "عربي",
        "../x",
        "<b>",
        "CON",
        "x" * 300,
        "é",
        "e",
    ],
)
def test_no_group_can_take_the_place_of_a_scope_or_of_another_page(
    tmp_path: Path, group: str
) -> None:
    name = group_file(group)
    assert re.fullmatch(r"group(-[a-z0-9]+)*\.html", name)
    assert len(name) < 70
    Site(tmp_path).publish_index(index_of([replace(SUMMARY, group=group)]))
    assert (tmp_path / name).is_file()


@given(st.text(), st.text())
def test_groups_share_a_dashboard_only_if_they_are_spelt_alike(one: str, other: str) -> None:
    assert (group_file(one) == group_file(other)) == (group_key(one) == group_key(other))


def test_dashboards_of_groups_that_are_gone_go_too(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.publish_index(index_of([SUMMARY]))
    site.publish_index(index_of([replace(SUMMARY, group="Other")]))
    assert not (tmp_path / "group-editing.html").exists()
    assert (tmp_path / "group-other.html").is_file()


def test_the_index_has_its_figures_as_data() -> None:
    data = pd.read_csv(io.BytesIO(index_of([SUMMARY], new="No file.")["scopes.csv"]))
    rows = data.set_index("scope")
    assert rows.loc["ve", ["title", "open", "resolved"]].tolist() == ["VisualEditor", 1234, 56]
    assert rows.loc["new", "reason"] == "No file."


def test_times_carry_the_instant_for_the_readers_zone(parse: Parse) -> None:
    page = parse(index_of([SUMMARY])["index.html"])
    stamps = {one["datetime"] for one in page.all("time")}
    assert {"2024-05-16T05:00:00Z", "2024-05-16T04:20:00Z", "2024-05-15T23:51:00Z"} <= stamps


@pytest.mark.parametrize("shown", [{}, {"show_count": False}, {"show_points": False}])
def test_the_main_burnup_is_a_drawing_that_stands_alone(shown: dict[str, bool]) -> None:
    files = main_burnup(lively_figures(["<A>", "B"], **shown))
    assert set(files) == {"burnup-main.svg", "burnup-main-narrow.svg"}
    for content in files.values():
        assert ET.fromstring(content).tag == "{http://www.w3.org/2000/svg}svg"
        assert b"prefers-color-scheme: dark" in content


def test_where_both_halves_are_off_there_is_no_main_burnup(context: ReportContext) -> None:
    figures = lively_figures(["A"], show_points=False, show_count=False)
    assert main_burnup(figures) == {}
    assert ScopeSummary.of(figures, context).burnup == ""
