"""Every figure of what changed is counted again from the days of tasks themselves."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

import pandas as pd
import pytest
from support.accounting import account, has_figures
from support.recount import Recount

from phlogiston_assets.domain.charts.wording import NONE, counted, day_text, number, signed

PAGE = "changes.html"
UNITS = {"points": "points", "count": "tasks"}
OUT = ("declined", "duplicate", "invalid", "spite", "wontfix")
NAMES = ("new", "moved in", "reopened", "resolved", "declined", "moved out", "re-categorised",
         "re-estimated", "came in, resolved")  # fmt: skip
LEFT, STAYED, WITHIN = NAMES[3:6], NAMES[6:8], NAMES[8]


class Changed(NamedTuple):
    """What became of a task; category and points of before only where it is open at both ends."""

    task: int
    name: str
    category: str
    points: float
    category_before: str
    points_before: float


@pytest.fixture(params=["yesterday", "week", "quarter"])
def since(request: pytest.FixtureRequest) -> str:
    """Each of the days that the report is compared with."""
    return str(request.param)


def then_of(known: Recount, since: str) -> date:
    """The day at whose end a comparison begins."""
    if since == "quarter":
        return known.quarter - timedelta(days=1)
    return known.day - timedelta(days=1 if since == "yesterday" else 7)


@cache
def standing(known: Recount, day: date) -> dict[int, Any]:
    """The categorised tasks of a day by id: category, status, points."""
    rows = known.tasks[known.tasks["date"] == day]
    return {row.id: row for row in rows.itertuples()}


@cache
def expected(known: Recount, since: str) -> list[Changed]:
    """What became of each task, in order of lists, categories and ids."""
    then = then_of(known, since)
    raw = known.query("SELECT id, status FROM task_on_date WHERE scope = :scope AND date = :day")
    gone = set(raw[raw["status"].isin(OUT)]["id"])
    before, now = standing(known, then), standing(known, known.day)
    made = known.query("SELECT id, date_created FROM maniphest_task").set_index("id")
    young = set(made[pd.to_datetime(made["date_created"], unit="s").dt.date > then].index)
    tasks = known.tasks
    some = (tasks["status"] == "open") & (tasks["date"] > then) & (tasks["date"] <= known.day)
    came = young | set(tasks[some]["id"])
    found = []
    for task in {*before, *now}:
        old, new = before.get(task), now.get(task)
        was, is_open = (one is not None and one.status == "open" for one in (old, new))
        if was and is_open:
            if old.category != new.category or _points(old) != _points(new):
                name = STAYED[old.category == new.category]
                told = (new.category, new.points, old.category, old.points)
                found.append(Changed(task, name, *told))
        elif is_open:
            name = "reopened" if old else "new" if task in young else "moved in"
            found.append(Changed(task, name, new.category, new.points, "", 0.0))
        elif was:
            name = "resolved" if new else "declined" if task in gone else "moved out"
            found.append(Changed(task, name, old.category, old.points, "", 0.0))
        elif new and not old and task in came:
            found.append(Changed(task, WITHIN, new.category, new.points, "", 0.0))
    places = [*NAMES, *known.displays]
    return sorted(
        found, key=lambda one: (places.index(one.name), places.index(one.category), one.task)
    )


def _points(row: Any) -> float:
    return 0.0 if pd.isna(row.points) else row.points


def net(known: Recount, since: str, unit: str, title: str | None = None) -> dict[str, float]:
    """By how much each list changes what is open in a category, or in all."""
    total = dict.fromkeys(NAMES, 0.0)
    for one in expected(known, since):
        now, before = (
            1.0 if unit == "count" else 0.0 if pd.isna(points) else points
            for points in (one.points, one.points_before)
        )
        if title in {None, one.category} and one.name != WITHIN:
            total[one.name] += -now if one.name in LEFT else now
        if one.category_before and title in {None, one.category_before}:
            total[one.name] -= before
    return {name: round(one, 6) for name, one in total.items() if round(one, 6)}


def both_ways(known: Recount, since: str, unit: str, title: str) -> str:
    """What came from other categories and went to others, where there is both."""
    moved = [one for one in expected(known, since) if one.name == "re-categorised"]
    amounts = []
    for place, points in (("category", "points"), ("category_before", "points_before")):
        mine = [getattr(one, points) for one in moved if getattr(one, place) == title]
        amounts.append(len(mine) if unit == "count" else float(pd.Series(mine).sum()))
    return f" {number(amounts[0])} in, {number(amounts[1])} out" if all(amounts) else ""


def still_open(known: Recount, day: date, unit: str, title: str | None = None) -> float:
    """What is open at the end of a day, in a category or in all."""
    rows = standing(known, day).values()
    mine = [one for one in rows if one.status == "open" and title in {None, one.category}]
    return float(len(mine)) if unit == "count" else round(sum(map(_points, mine)), 6)


@pytest.mark.parametrize("unit", UNITS)
def test_sums_are_those_of_the_days_of_tasks(report: Any, since: str, unit: str) -> None:
    known, slug = report.known, f"sums-{since}-{unit}"
    moved = [
        title
        for title in known.displays
        if net(known, since, unit, title) or both_ways(known, since, unit, title)
    ]
    heads = [
        name
        for name in NAMES[:8]
        if any(name in net(known, since, unit, title) for title in (None, *moved))
        or (name == "re-categorised" and any(both_ways(known, since, unit, one) for one in moved))
    ]
    (told,) = report.table(PAGE, slug, "thead")
    assert told == ["Category", "Then", *map(str.capitalize, heads), "Now"]
    rows = []
    for title in (None, *moved):
        change = net(known, since, unit, title)
        asides = {"re-categorised": both_ways(known, since, unit, title) if title else ""}
        then, now = (
            number(still_open(known, day, unit, title))
            for day in (then_of(known, since), known.day)
        )
        cells = [
            signed(change.get(name, 0.0)) + asides.get(name, "")
            if change.get(name) or asides.get(name)
            else NONE
            for name in heads
        ]
        rows.append([title or "All", then, *cells, now])
    assert report.table(PAGE, slug) == rows


def test_each_task_is_listed_by_what_it_was_and_is(report: Any, since: str) -> None:
    known = report.known
    titles = known.query("SELECT id, title FROM maniphest_task").set_index("id")["title"]
    assert report.table(PAGE, f"changes-{since}") == [
        [f"T{one.task}", _plain(titles[one.task]), one.name, _place(one), _amount(one)]
        for one in expected(known, since)
    ]


def _plain(title: str) -> str:
    return " ".join(re.split(r"[ \t\n]+", title.strip(" \t\n")))


def _place(one: Changed) -> str:
    moved = one.name == "re-categorised"
    return f"{one.category} from {one.category_before}" if moved else one.category


def _amount(one: Changed) -> str:
    now, before = (None if pd.isna(each) else each for each in (one.points, one.points_before))
    text = NONE if now is None else number(now)
    if one.name not in STAYED or now == before:
        return text
    return f"{text} from {'none' if before is None else number(before)}"


def test_what_sentences_say_is_what_the_lists_make(report: Any, since: str) -> None:
    known, then = report.known, then_of(report.known, since)
    said = [
        one
        for one in report.blocks(PAGE)
        if (section := one.nearest("section"))
        and section.attributes.get("id") == since
        and has_figures(one.text)
    ]
    for caption in (one.text for one in said if one.tag == "caption"):
        ends = [day_text(then), day_text(known.day)]
        account(caption, *ends[: 1 if caption.startswith("Tasks") else 2])
    sentences = [one.text for one in said if one.tag == "p"]
    for unit, text in zip(UNITS, sentences, strict=False):
        assert_balance(known, since, unit, text)
    within = sum(one.name == WITHIN for one in expected(known, since))
    wanted = [counted(within, "task")] if within else []
    assert len(sentences) == len(UNITS) + len(wanted)
    for text in sentences[len(UNITS) :]:
        account(text, *wanted)


def assert_balance(known: Recount, since: str, unit: str, text: str) -> None:
    """A sentence says from how much to how much, and by which lists."""
    then = then_of(known, since)
    before, after = (still_open(known, day, unit) for day in (then, known.day))
    terms = [f"{signed(amount)} {name}" for name, amount in net(known, since, unit).items()]
    amounts = [f"From {number(before)}"] if before != after else []
    account(text, *amounts, number(after), f"the end of {day_text(then)}", *terms)


def test_the_report_says_what_changed_since_last_week(report: Any) -> None:
    (said,) = (one.text for one in report.blocks("index.html") if one.inside("div", "changed"))
    assert_balance(report.known, "week", "count", said)
