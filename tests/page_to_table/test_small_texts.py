"""Every figure within a drawing is the database's: labels, keys, and the notes of its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Any

import pandas as pd
import pytest
from support.accounting import account_all, has_figures
from support.drawn import drawings
from support.recount import OUTLOOKS, Balance, Recount, burnup_of, completed_on, due, state

from phlogiston_assets.domain.charts.histogram import PRIORITIES
from phlogiston_assets.domain.charts.wording import (
    MONTHS,
    day_text,
    number,
    percent,
    short_day,
    short_number,
    tight_day,
)

UNITS = ("points", "count")
WEEK = timedelta(days=7)
WIDE, NARROW = 640, 340
SHORT = {"opt": "opt.", "nom": "nom.", "pes": "pess."}


@pytest.fixture(params=UNITS)
def unit(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("slug", ["burnup", "burnup-all", "burnup-lastq", "burnup-lastq-all"])
def test_labels_and_notes_of_burnups(published: Any, scope: str, unit: str, slug: str) -> None:
    known = published.recount(scope)
    drawn = drawings(published, scope, f"{slug}-{unit}")
    if slug == "burnup-lastq-all" and "hide" not in known.displays.values():
        assert not drawn
        return
    burnup = burnup_of(known, slug)
    titles = known.titles(hidden=burnup.hidden)
    balance = known.balance(unit, burnup.day, titles, burnup.cutoff)
    sides = (balance.resolved, balance.open)
    edge = [short_number(one) for side in sides for one in side.values() if one]
    edge += [short_number(one) for one in balance.totals]
    day = short_day(burnup.day)
    last = known.fan(unit) if slug == "burnup" else None
    ahead = {
        f"{percent}\N{NO-BREAK SPACE}%": short_number(balance.totals[1] + last[f"done_{percent}"])
        for percent in ((50, 85, 95) if last else ())
    }
    edge += ahead.values()
    account_all(drawn[WIDE].labels, [*edge, day, *(f"{one} sure" for one in ahead)])
    key = key_of(balance)
    account_all(drawn[NARROW].labels, [*edge, day, *ahead, *key])
    assert drawn[NARROW].labels[-len(key) :] == key
    told = {
        f"{name}: {number(balance.open[name])} open, {number(balance.resolved[name])} resolved"
        for name in titles
    }
    now = {one for one in told if not one.endswith(": 0 open, 0 resolved")}
    for one in drawn.values():
        assert now <= set(one.notes) <= told


def key_of(balance: Balance) -> list[str]:
    """The rows of the key below a narrow burnup: resolved and open of each category, and of all."""
    rows = [
        (balance.resolved[name], balance.open[name])
        for name in balance.open
        if balance.resolved[name] or balance.open[name]
    ]
    return [short_number(one) for row in (*rows, balance.totals[::-1]) for one in row]


def by_period(known: Recount, unit: str, periods: Iterable[tuple[str, date, date]]) -> pd.DataFrame:
    """What was resolved: a row a period, a column a category."""
    titles = known.titles(hidden=False)
    rows = {name: known.closed(unit, titles, after, until) for name, after, until in periods}
    return pd.DataFrame(list(rows.values()), columns=titles, index=list(rows))


def weekly(known: Recount, unit: str) -> pd.DataFrame:
    ends = known.velocity_weeks()
    return by_period(known, unit, ((f"week to {short_day(end)}", end - WEEK, end) for end in ends))


def monthly(known: Recount, unit: str) -> pd.DataFrame:
    return by_period(known, unit, known.periods(1))


def quarterly(known: Recount, unit: str) -> pd.DataFrame:
    return by_period(known, unit, known.periods(3))


def kinds(known: Recount, unit: str) -> pd.DataFrame:
    table = known.kinds(unit)
    return table.set_axis([f"week to {short_day(end)}" for end in table.index]).rename(
        columns=str.capitalize
    )


COLUMNS: dict[str, Callable[[Recount, str], pd.DataFrame]] = {
    "velocity": weekly,
    "velocity-month": monthly,
    "velocity-quarter": quarterly,
    "kind-of-work": kinds,
}


def top_of(row: pd.Series[float]) -> str:
    """The sum of a period, with its sign where its column goes both ways."""
    total = round(float(row.sum()), 6)
    both = row.min() < 0 < row.max()
    return f"{'+' if both and total > 0 else ''}{short_number(total)}"


@pytest.mark.parametrize("slug", COLUMNS)
def test_labels_and_notes_of_columns(published: Any, scope: str, unit: str, slug: str) -> None:
    table = COLUMNS[slug](published.recount(scope), unit)
    sums = table.sum().round(6)
    edge = [short_number(one) for one in (*sums[sums != 0], round(sums.sum(), 6))]
    tops = [top_of(row) for _, row in table.iterrows()]
    notes = [
        f"{name}: {number(amount)}, {period}"
        for period, row in table.iterrows()
        for name, amount in row.items()
        if amount
    ]
    share = []
    if slug == "kind-of-work" and min(sums[:2]) >= 0 and sums[:2].sum():
        share = [f"maintenance {percent(sums.iloc[0], sums[:2].sum())}"]
    for drawn in drawings(published, scope, f"{slug}-{unit}").values():
        account_all(drawn.notes, notes)
        account_all(drawn.labels, [*(edge if sums.any() else []), *share], tops)


def due_words(row: dict[str, Any], outlook: str, unit: str, day: date) -> str:
    """When it is done, as short as it is written on a drawing."""
    end = due(row, outlook, unit, day)
    if end is None:
        return "never"
    if end == day:
        return "< 1 week"
    if end.year > day.year + 100:
        return f"after {day.year + 100}"
    if end.year > day.year + 2:
        return f"{MONTHS[end.month - 1][:3]} {end.year}"
    return tight_day(end, day)


def forecast_texts(known: Recount, title: str, unit: str) -> tuple[list[str], list[str], list[str]]:
    """Of one category: what is written on a wide and on a narrow drawing, and its note."""
    row, day = known.now(title), known.day
    if row is None:
        return [], [], []
    total = short_number(row[f"{unit}_total"])
    name = "points" if unit == "points" else "tasks"
    share = percent(row[f"{unit}_resolved"], row[f"{unit}_total"])
    if state(row, unit) == "completed":
        end = completed_on(known, title)
        words = f"completed {tight_day(end, day)}"
        return (
            [total, words],
            [f"{total} {name}", words],
            [f"{title}: completed on {day_text(end)}"],
        )
    wide, narrow = [total, share], [f"{total} {name}", share]
    if state(row, unit) != "under way":
        return wide, narrow, []
    dates = {outlook: due_words(row, outlook, unit, day) for outlook in OUTLOOKS}
    words = "nominal {nom} (optimistic {opt}, pessimistic {pes})".format(**dates)
    note = [f"{title}: {words}"] if dates["opt"] != "never" else []
    return [*wide, *dates.values()], [*narrow, words], note


@pytest.mark.parametrize("hidden", [False, True])
def test_labels_and_notes_of_forecasts(published: Any, scope: str, unit: str, hidden: bool) -> None:
    known = published.recount(scope)
    slug, page = ("forecast-all", "forecast.html") if hidden else ("forecast", "index.html")
    drawn = drawings(published, scope, f"{slug}-{unit}", page)
    texts = [forecast_texts(known, title, unit) for title in known.titles(hidden=hidden)]
    wide, narrow, notes = (
        list(filter(has_figures, chain.from_iterable(part))) for part in zip(*texts, strict=True)
    )
    account_all(drawn[WIDE].labels, [short_day(known.day), *wide])
    account_all(drawn[NARROW].labels, [short_day(known.day), *narrow])
    for one in drawn.values():
        account_all(one.notes, notes)


STEPS = (0, 1, 2, 3, 5, 8, 13, 20, 40, 100)


def bin_of(points: float, *, each: bool) -> str:
    """The column of the histogram in which a task of so many points stands."""
    if pd.isna(points):
        return "no points"
    if each:
        return f"{number(points)} points"
    step = next((step for step in STEPS if points <= step), None)
    return f"{'≤ ' if step else ''}{step} points" if step is not None else "> 100 points"


def test_labels_and_notes_of_histograms(published: Any, scope: str, unit: str) -> None:
    tasks = published.recount(scope).histogram()
    tasks["amount"] = 1.0 if unit == "count" else tasks["points"].fillna(0.0)
    totals = tasks.groupby("priority")["amount"].sum().round(6)
    tasks = tasks[tasks["amount"] != 0]
    each = tasks["points"].nunique() <= 11
    tasks["bin"] = [bin_of(points, each=each) for points in tasks["points"]]
    bars = tasks.groupby(["priority", "bin"])["amount"].sum().round(6)
    word = "point" if unit == "points" else "task"
    notes = [
        f"{PRIORITIES[priority]} ({priority}), {name}:"
        f" {number(amount)} {word}{'' if amount == 1 else 's'}"
        for (priority, name), amount in bars.items()
    ]
    names = [f"{PRIORITIES[priority]} ({priority})" for priority in totals.index]
    for drawn in drawings(published, scope, f"histogram-{unit}").values():
        account_all(drawn.notes, notes)
        account_all(drawn.labels, [*names, *map(short_number, totals)], map(short_number, bars))


def slugs(published: Any, scope: str, unit: str) -> dict[str, dict[str, str]]:
    """The small charts: by category, the ids of its three."""
    found: dict[str, dict[str, str]] = {}
    for block in published.blocks(f"{scope}/latest/index.html"):
        if block.tag == "h3" and block.inside("div", "category"):
            title = block.text
        kind = re.search(rf"--(\w+)-{unit}$", block.figure)
        if kind:
            found.setdefault(title, {})[kind[1]] = block.figure
    return found


def test_labels_and_notes_of_each_category(published: Any, scope: str, unit: str) -> None:
    known = published.recount(scope)
    for title, ids in slugs(published, scope, unit).items():
        row = known.now(title)
        assert row is not None
        ((burnup,), (change,), (weeks,)) = (
            drawings(published, scope, ids[kind]).values() for kind in ("burnup", "change", "weeks")
        )
        ends, discs = ahead(row, unit, known.day)
        account_all(burnup.labels, filter(has_figures, ends))
        account_all(burnup.notes, [f"total {number(row[f'{unit}_total'])}"], discs)
        speeds = (f"{SHORT[one]} {short_number(row[f'{one}_{unit}_vel'])}" for one in OUTLOOKS)
        account_all(change.labels, speeds)
        assert_changes(known, title, unit, change.notes)
        account_all(weeks.labels, filter(has_figures, waits(row, unit, known.day)))
        assert not weeks.notes


def ahead(row: dict[str, Any], unit: str, day: date) -> tuple[list[str], list[str]]:
    """Where the lines ahead end, and where discs say that all is resolved."""
    total, resolved = row[f"{unit}_total"], row[f"{unit}_resolved"]
    if state(row, unit) not in {"under way", "not started"}:
        return [], []
    ends, discs = [], []
    for outlook, word in OUTLOOKS.items():
        velocity, growth = (row[f"{outlook}_{unit}_{what}"] for what in ("vel", "total_growrate"))
        if velocity > growth and (total - resolved) / (velocity - growth) <= 13:
            ends.append(f"{SHORT[outlook]} all")
            done = day + timedelta(days=round(7 * (total - resolved) / (velocity - growth)))
            discs.append(f"{word}: all resolved about {short_day(done)}")
        else:
            ends.append(f"{SHORT[outlook]} {short_number(resolved + 13 * velocity)}")
    return ends, discs


def test_drawings_of_a_category_are_called_by_it(published: Any, scope: str, unit: str) -> None:
    for title, ids in slugs(published, scope, unit).items():
        for slug in ids.values():
            page = published.blocks(f"{scope}/latest/index.html")
            mine = [one for one in page if one.figure == slug]
            (heading,) = (str(one.text) for one in mine if one.tag == "h4")
            called = [one.text for one in mine if one.tag == "title" and one.attributes.get("id")]
            assert called == [f"{title}: {heading}"]


def assert_changes(known: Recount, title: str, unit: str, notes: Sequence[str]) -> None:
    """A bar a week of the last year, but for the oldest, which may begin before the chart does."""
    rows = known.velocity[known.velocity["category"] == title].sort_values("date")
    changes = rows[f"{unit}_resolved"].astype(float).diff().round(6)
    told = {
        day: f"{number(change)}, week to {short_day(day)}"
        for day, change in zip(rows["date"], changes, strict=True)
        if change and pd.notna(change) and day > known.day - 52 * WEEK
    }
    year = [text for day, text in told.items() if day > known.day - 51 * WEEK]
    account_all(notes, year, told.values())


def waits(row: dict[str, Any], unit: str, day: date) -> list[str]:
    """How many weeks the three forecasts say that the rest takes."""
    if state(row, unit) != "under way":
        return []
    found = []
    for outlook in OUTLOOKS:
        end = due(row, outlook, unit, day)
        weeks = "never" if end is None else "< 1" if end == day else f"{(end - day).days // 7:,}"
        found.append(f"{SHORT[outlook]} {weeks}")
    return found
