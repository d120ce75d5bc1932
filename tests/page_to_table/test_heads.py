"""Every figure outside of charts and tables is the database's: heads, index, dashboards."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from support.accounting import account, has_figures, walked
from support.figures import ROOT
from support.recount import Recount

from phlogiston_assets.domain.charts.wording import (
    counted,
    day_text,
    instant_text,
    number,
    percent,
)

PAGE = "latest/index.html"
UNITS = ("count", "points")
SCOPES = ("ra", "rb", "rc")
WEEK = timedelta(days=7)
MADE = re.compile(r"(Report|List|Page) made: (\d+ \w+ \d{4}, \d\d:\d\d UTC)\.")


def totals(known: Recount) -> dict[str, tuple[float, float]]:
    """Tasks and points, of hidden categories too: open, resolved, resolved in the last week."""
    titles = known.titles(hidden=True)
    balances = [known.balance(unit, known.day, titles).totals for unit in UNITS]
    lately = [known.closed(unit, titles, known.day - WEEK, known.day) for unit in UNITS]
    return {
        "open": (balances[0][0], balances[1][0]),
        "resolved": (balances[0][1], balances[1][1]),
        "resolved in the last 7 days": tuple(round(sum(one.values()), 6) for one in lately),
    }


def amounts(tasks: float, points: float) -> str:
    plural = "" if points == 1 else "s"
    return f"{counted(int(tasks), 'task')} {number(points)} point{plural}"


def test_the_key_figures(published: Any, scope: str) -> None:
    said = [
        one.text for one in published.blocks(f"{scope}/{PAGE}") if one.inside("dl", "key-figures")
    ]
    known = totals(published.recount(scope))
    assert said == [text for label, both in known.items() for text in (label, amounts(*both))]


def test_the_settings_in_words(published: Any, scope: str) -> None:
    known = published.recount(scope)
    default = re.search(
        r"default_points = (\d+)", (known.scopes_dir / f"{scope}_scope.py").read_text()
    )
    hidden = list(known.displays.values()).count("hide")
    are = "is" if hidden == 1 else "are"
    expected = {
        f"The history begins on {day_text(known.first)}.": True,
        f"Burnups leave out what was resolved before {known.cutoff and day_text(known.cutoff)}.": (
            known.cutoff
        ),
        f"Tasks without points count {default and default[1]} each.": default,
        f"{counted(hidden, 'category', 'categories')} {are} hidden from the main charts.": hidden,
    }
    said = [one.text for one in published.blocks(f"{scope}/{PAGE}") if one.inside("div", "terms")]
    assert sorted(filter(has_figures, said)) == sorted(
        sentence for sentence, holds in expected.items() if holds
    )


def newest_change(known: Recount) -> str:
    change = int(known.query("SELECT newest_change FROM dump_load")["newest_change"].iloc[0])
    return instant_text(datetime.fromtimestamp(change, UTC))


def assert_just_made(text: str) -> str:
    """The instant at which a page says that it was made, which is some minutes ago at most."""
    made = MADE.search(text)
    assert made
    told = datetime.strptime(made[2], "%d %B %Y, %H:%M UTC").replace(tzinfo=UTC)
    assert timedelta(0) <= datetime.now(UTC) - told < timedelta(hours=6)
    return made[0]


def test_the_head_of_every_page(published: Any, scope: str) -> None:
    """Of when its data are, and when it was made."""
    known = published.recount(scope)
    day, newest = day_text(known.day), newest_change(known)
    pages = [one for one in published.pages if one.startswith(f"{scope}/") and one.endswith("html")]
    assert pages
    for page in pages:
        (title,) = (one for one in published.blocks(page) if one.tag == "title" and one.drawing < 0)
        assert title.text in [f"{name}{known.title}, {day}" for name in names(published, page)]
        (line,) = (
            one.text for one in published.blocks(page) if "dateline" in one.attributes.values()
        )
        account(line, f"end of {day}", f"Newest data: {newest}", assert_just_made(line))


def names(published: Any, page: str) -> list[str]:
    """What the title may call a page: as one of the links does; the report itself has no name."""
    if page.endswith("/index.html"):
        return [""]
    return [f"{one.text}: " for one in published.blocks(page) if one.inside("nav", "pages")]


def test_what_the_report_says_between_its_charts(published: Any, scope: str) -> None:
    """What does not depend on the scope, and what is said of categories without tasks."""
    known = published.recount(scope)
    page = published.blocks(f"{scope}/{PAGE}")
    (ahead,) = (one.text for one in page if "both would be in" in one.text)
    account(ahead, "both would be in 13 weeks")  # domain.md, section 6
    for one in page:
        if one.text.startswith("Nothing in this category"):
            account(one.text, f"Nothing in this category on {day_text(known.day)}.")
        if one.tag in {"h3", "li"} and one.text in known.displays:
            assert known.displays[one.text] == "show"


def test_the_help_says_what_its_template_does(published: Any, scope: str) -> None:
    """Nothing in it is of a scope, a day or a load."""
    template = (ROOT / "site_templates" / "help.html").read_text()
    words = " ".join(unescape(re.sub(r"<[^>]*>", "", template)).split(" "))
    told = [
        one.text
        for one in published.blocks(f"{scope}/latest/help.html")
        if one.inside("main") and has_figures(one.text)
    ]
    assert told
    for text in told:
        assert str(text) in words
        walked(text)


def test_what_the_report_warns_of(published: Any, scope: str) -> None:
    """An intersection of one project is the only fault of the scopes' files."""
    page = published.blocks(f"{scope}/{PAGE}")
    told = [one.text for one in page if one.inside("details", "warnings")]
    file = f"{scope}_recategorization.csv"
    lines = (published.of(scope).scopes_dir / file).read_text().splitlines()
    faults = [
        f"{file}, line {place}: an Intersection with one project, {line.split(',')[3]},"
        " which no task matches. Write two ids separated by a blank, or ProjectByID."
        for place, line in enumerate(lines, start=1)
        if line.startswith("Intersection") and " " not in line.split(",")[3]
    ]
    assert told == ([counted(len(faults), "warning"), *faults] if faults else [])


@pytest.mark.parametrize("page", ["open-tasks", "unpointed-tasks", "recently-closed"])
def test_what_pages_of_tasks_say_above_them(published: Any, scope: str, page: str) -> None:
    known = published.recount(scope)
    day = day_text(known.day)
    sentences = [
        one
        for one in published.blocks(f"{scope}/latest/{page}.html")
        if has_figures(one.text) and one.tag in {"p", "caption"}
    ]
    _dateline, lede, *more, table = (one.text for one in sentences)
    assert not more
    account(table, *([f"14 days to {day}"] if page == "recently-closed" else [day]))
    account(lede, *TASK_LEDES[page](known, day))


def _open_lede(known: Recount, day: str) -> list[str]:
    rows = known.query(
        "SELECT category, points FROM task_on_date_recategorized"
        " WHERE scope = :scope AND date = :day AND status <> 'resolved'"
    )
    points = round(rows["points"].sum(), 6)
    return [
        counted(len(rows), "task"),
        *([f"{number(points)} points"] if points else []),
        day,
        counted(rows["category"].nunique(), "category", "categories"),
    ]


def _unpointed_lede(known: Recount, _: str) -> list[str]:
    rows = known.query(
        "SELECT r.id, m.story_points FROM task_on_date_recategorized r"
        " JOIN maniphest_task m ON m.id = r.id"
        " WHERE r.scope = :scope AND r.date = :day AND r.status <> 'resolved'"
    )
    without = int(rows["story_points"].fillna("").eq("").sum())
    return [f"{without:,} of {counted(len(rows), 'open task')}"]


def _closed_lede(known: Recount, day: str) -> list[str]:
    after = known.day - timedelta(days=14)
    rows = known.query(
        "SELECT category, count, points FROM recently_closed"
        " WHERE scope = :scope AND date > :after AND date <= :day",
        after=after.isoformat(),
    )
    if not len(rows):
        return [f"14 days to {day}"]
    points = round(float(rows["points"].sum()), 6)
    return [
        counted(int(rows["count"].sum()), "task"),
        *([f"{number(points)} points"] if points else []),
        f"14 days to {day}",
        counted(rows["category"].nunique(), "category", "categories"),
    ]


TASK_LEDES = {
    "open-tasks": _open_lede,
    "unpointed-tasks": _unpointed_lede,
    "recently-closed": _closed_lede,
}


def test_what_the_list_of_scopes_says(published: Any) -> None:
    page = published.blocks("index.html")
    day = published.recount("ra").day
    (head,) = (one.text for one in page if "dateline" in one.attributes.get("class", ""))
    account(head, "3 scopes", day_text(day), assert_just_made(head))
    cells: dict[str, list[Any]] = {}
    for one in page:
        if one.inside("tbody") and one.inside("table"):
            if one.tag == "th":
                scope = one.text.rsplit(" ", 1)[1]
            cells.setdefault(scope, []).append(one)
    assert tuple(cells) == SCOPES
    for scope, row in cells.items():
        known = published.recount(scope)
        told = {one.attributes.get("data-label", ""): one.text for one in row}
        (open_, _), (resolved, _), _ = totals(known).values()
        assert (told["open"], told["resolved"]) == (f"{int(open_):,}", f"{int(resolved):,}")
        newest = datetime.strptime(newest_change(known), "%d %B %Y, %H:%M UTC").replace(tzinfo=UTC)
        assert told["data of"] == f"{known.day} newest {newest:%Y-%m-%d %H:%M} UTC"
        made = datetime.strptime(told["made"], "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)
        assert timedelta(0) <= datetime.now(UTC) - made < timedelta(hours=6)
        walked(told["made"])
        others = [text for label, text in told.items() if not label]
        assert not any(map(has_figures, others))
    rest = [one.text for one in page if not one.inside("tbody") and one.text != head]
    assert not any(map(has_figures, rest))


def test_what_a_dashboard_says(published: Any) -> None:
    """The sentence beside a burnup is the caption of the same burnup on the scope's report."""
    page = published.blocks("group.html")
    day = published.recount("ra").day
    (head,) = (one.text for one in page if "dateline" in one.attributes.get("class", ""))
    account(head, "3 scopes", day_text(day), assert_just_made(head))
    captions = [
        one.text
        for scope in SCOPES
        for one in published.blocks(f"{scope}/{PAGE}")
        if one.figure == "burnup-count" and one.tag == "p" and one.inside("figcaption")
    ]
    told = [one.text for one in page if has_figures(one.text) and one.text != head]
    dated = [text for text in told if text.startswith("Data of")]
    assert [text for text in told if text not in dated] == captions
    for scope, text in zip(SCOPES, dated, strict=True):
        account(text, f"Data of {published.recount(scope).day}")


@pytest.mark.parametrize(("picture", "width"), [("burnup-main", 640), ("burnup-main-narrow", 340)])
def test_pictures_of_dashboards_say_what_the_report_does(
    published: Any, scope: str, picture: str, width: int
) -> None:
    def words(blocks: list[Any]) -> list[tuple[str, str]]:
        return [(one.tag, one.text) for one in blocks if one.drawing >= 0]

    drawn = [
        one
        for one in published.blocks(f"{scope}/{PAGE}")
        if one.figure == "burnup-count"
        and one.drawing >= 0
        and one.nearest("svg").attributes["width"] == str(width)
    ]
    told = words(published.blocks(f"{scope}/latest/{picture}.svg"))
    assert told == words(drawn)
    assert any(tag == "desc" and has_figures(text) for tag, text in told)


def test_the_small_picture_of_the_list_says_what_the_burnup_does(
    published: Any, scope: str
) -> None:
    known = published.recount(scope)
    balance = known.balance("count", known.day, known.titles(hidden=False), known.cutoff)
    (said,) = (
        one.text
        for one in published.blocks(f"{scope}/latest/burnup-small.svg")
        if has_figures(one.text)
    )
    still_open, resolved = map(int, balance.totals)
    account(said, day_text(known.day), counted(still_open, "task"), f"{resolved:,} resolved")


def kinds(known: Recount, unit: str) -> tuple[float, float]:
    """Maintenance, and all that is marked, of the last three months."""
    sums = known.kinds(unit).sum().round(6)
    return sums["maintenance"], sums["maintenance"] + sums["new functionality"]


def share(part: float, whole: float) -> tuple[str, str]:
    """A share with its amounts; dashes where more was reopened than resolved, or nothing done."""
    if whole <= 0 or part < 0 or whole - part < 0:
        return "\N{EN DASH}", ""
    return percent(part, whole), f"{number(part)} of {number(whole)}"


def test_what_the_maintenance_page_says(published: Any) -> None:
    page = published.blocks("maintenance.html")
    rows = [one.text for one in page if one.inside("tbody")]
    expected = []
    for scope in SCOPES:
        known = published.recount(scope)
        parts = [share(*kinds(known, unit)) for unit in UNITS]
        expected += [f"Team {scope} {scope}", "", *parts[0], *parts[1], known.day.isoformat()]
    assert rows == expected
    others = [one.text for one in page if not one.inside("tbody") and has_figures(one.text)]
    head, lede = others
    account(head, assert_just_made(head))
    counts = [kinds(published.recount(scope), "count") for scope in SCOPES]
    told = [(part, whole) for part, whole in counts if share(part, whole)[1]]
    part, whole = (sum(column) for column in zip(*told, strict=True))
    account(lede, counted(int(whole), "task"), percent(part, whole))
