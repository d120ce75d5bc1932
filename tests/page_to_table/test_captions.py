"""Every figure in a sentence of the report page is the database's, counted again."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from support.accounting import account
from support.drawn import caption
from support.recount import (
    BURNUPS,
    KINDS,
    OUTLOOKS,
    Balance,
    Recount,
    Totals,
    burnup_of,
    due,
    state,
)

from phlogiston_assets.domain.charts.histogram import PRIORITIES
from phlogiston_assets.domain.charts.wording import (
    counted,
    day_text,
    number,
    percent,
    short_number,
    signed,
)

PAGE = "latest/index.html"
UNITS = ("points", "count")


@pytest.fixture(params=UNITS)
def unit(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def amount(value: float, unit: str) -> str:
    """A number with its unit."""
    word = "point" if unit == "points" else "task"
    return f"{number(value)} {word}{'' if value == 1 else 's'}"


def largest(amounts: Totals, begin: str) -> list[str]:
    """The three largest categories with their amounts, and how many more have any."""
    order = sorted((name for name in amounts if amounts[name] > 0), key=lambda name: -amounts[name])
    parts = [f"{name} ({number(amounts[name])})" for name in order[:3]]
    if parts:
        parts[0] = f"{begin} {parts[0]}"
    others = len(order) - 3
    return [
        *parts,
        *([counted(others, "other category", "other categories")] if others > 0 else []),
    ]


def burnup_fragments(known: Recount, unit: str, slug: str) -> list[str]:
    burnup = burnup_of(known, slug)
    titles = known.titles(hidden=burnup.hidden)
    now, before = (
        known.balance(unit, then, titles, burnup.cutoff)
        for then in (burnup.day, burnup.quarter - timedelta(days=1))
    )
    cutoff = burnup.cutoff
    return [
        day_text(burnup.day),
        amount(now.totals[0], unit),
        f"{number(now.totals[1])} resolved",
        *(since_quarter(burnup.quarter, now, before) if slug != "burnup-all" else []),
        *largest(now.open, "Open in"),
        *(fan_fragments(known, unit, now.totals[1]) if slug == "burnup" else []),
        *left_out(known, unit, burnup.day, titles, cutoff),
    ]


def left_out(
    known: Recount, unit: str, day: date, titles: list[str], cutoff: date | None
) -> list[str]:
    """What is left out by the cutoff, and how much of it is open again."""
    if cutoff is None:
        return []
    there, counted_in = (known.balance(unit, day, titles, one).totals[0] for one in (None, cutoff))
    again = amount(round(there - counted_in, 6), unit)
    return [
        f"resolved before {day_text(cutoff)} is left out",
        *([f"among it {again} open again"] if there != counted_in else []),
    ]


def fan_fragments(known: Recount, unit: str, resolved: float) -> list[str]:
    """What the fan says of its end: of the table of weeks, upon what is resolved now."""
    last = known.fan(unit)
    if last is None:
        return []
    amounts = {percent: number(resolved + last[f"done_{percent}"]) for percent in (50, 85, 95)}
    first, *others = amounts.items()
    sure = f"are resolved with {first[0]}\N{NO-BREAK SPACE}%"
    return [
        f"by {day_text(last['by'])}, at least {first[1]} {sure}",
        *(f"{amount} with {percent}\N{NO-BREAK SPACE}%" for percent, amount in others),
    ]


def since_quarter(start: date, now: Balance, before: Balance) -> list[str]:
    still_open, resolved = (
        round(one - other, 6) for one, other in zip(now.totals, before.totals, strict=True)
    )
    return [
        f"Since the quarter began on {day_text(start)}: {signed(resolved)} resolved",
        f"{signed(still_open)} open",
    ]


@pytest.mark.parametrize("slug", BURNUPS)
def test_what_is_said_of_burnups(published: Any, scope: str, unit: str, slug: str) -> None:
    known = published.recount(scope)
    figures = [one.figure for one in published.blocks(f"{scope}/{PAGE}")]
    if slug == "burnup-lastq-all" and "hide" not in known.displays.values():
        assert f"{slug}-{unit}" not in figures
        return
    account(caption(published, scope, f"{slug}-{unit}"), *burnup_fragments(known, unit, slug))


STATES = {
    "completed": ("is completed", "are completed"),
    "under way": ("is under way", "are under way"),
    "not started": ("has nothing resolved yet", "have nothing resolved yet"),
    "nothing open": ("has no open points", "have no open points"),
    "empty": ("has no tasks", "have no tasks"),
}


def forecast_fragments(known: Recount, unit: str, *, hidden: bool) -> list[str]:
    rows = [known.now(title) for title in known.titles(hidden=hidden)]
    states = [state(row, unit) for row in rows]
    kinds = [
        f"{states.count(name)} {words[states.count(name) != 1]}"
        for name, words in STATES.items()
        if name in states
    ]
    fragments = [counted(len(rows), "category", "categories"), *kinds]
    under_way = [row for row in rows if row and state(row, unit) == "under way"]
    if not under_way:
        return fragments
    ends = [due(row, "nom", unit, known.day) for row in under_way]
    quarter = known.quarter_end
    soon = sum(1 for end in ends if end and end <= quarter)
    later = sum(1 for end in ends if end and end > quarter)
    never = ends.count(None)
    end = f"by the end of this quarter ({day_text(quarter)})"
    fragments.append(f"{soon or 'none'} {'are' if soon > 1 else 'is'} done {end}")
    return [
        *fragments,
        *([f"{later} later"] if later else []),
        *([f"{never} never"] if never else []),
    ]


@pytest.mark.parametrize("hidden", [False, True])
def test_what_is_said_of_forecasts(published: Any, scope: str, unit: str, hidden: bool) -> None:
    slug, page = ("forecast-all", "latest/forecast.html") if hidden else ("forecast", PAGE)
    said = caption(published, scope, f"{slug}-{unit}", page)
    account(said, *forecast_fragments(published.recount(scope), unit, hidden=hidden))


def test_what_is_said_of_the_velocity_by_week(published: Any, scope: str, unit: str) -> None:
    known = published.recount(scope)
    titles = known.titles(hidden=False)
    ends = known.velocity_weeks()
    week = timedelta(days=7)
    sums = known.closed(unit, titles, ends[0] - week, known.day)
    total = round(sum(sums.values()), 6)
    last = sum(known.closed(unit, titles, known.day - week, known.day).values())
    said = caption(published, scope, f"velocity-{unit}")
    weeks = f"{len(ends)} weeks to {day_text(known.day)}"
    if not total:
        account(said, weeks)
        assert "Nothing was resolved" in said
        return
    account(
        said,
        weeks,
        amount(total, unit),
        f"{number(total / len(ends))} a week",
        f"in the last of them, {number(round(last, 6))}",
        *largest(sums, "Resolved in"),
    )


@pytest.mark.parametrize("months", [1, 3])
def test_what_is_said_of_the_velocity_by_month_and_quarter(
    published: Any, scope: str, unit: str, months: int
) -> None:
    known = published.recount(scope)
    word = "month" if months == 1 else "quarter"
    starts = known.periods(months)
    said = caption(published, scope, f"velocity-{word}-{unit}")
    (newest, resolved), *before = (
        (name, sum(known.closed(unit, known.titles(hidden=False), after, until).values()))
        for name, after, until in starts[:-4:-1]
    )
    earlier = [f"in {name} {number(round(value, 6))}" for name, value in before]
    fragments = [f"{newest} so far, {amount(round(resolved, 6), unit)}", *earlier]
    oldest, after, _ = starts[0]
    if known.first > after + timedelta(days=1):
        began = known.first + timedelta(days=1)
        fragments.append(f"{oldest} counts from {day_text(began)} only")
    account(said, *fragments)


def test_what_is_said_of_kinds_of_work(published: Any, scope: str, unit: str) -> None:
    known = published.recount(scope)
    changes = known.kinds(unit)
    said = caption(published, scope, f"kind-of-work-{unit}")
    weeks = f"{len(changes)} weeks to {day_text(known.day)}"
    if not changes.to_numpy().any():
        account(said, weeks)
        return
    sums = changes.sum().round(6)
    part, rest = sums["maintenance"], sums["new functionality"]
    share = [f"Maintenance is {percent(part, part + rest)} of"]
    if min(part, rest) < 0 or not part + rest:
        share = []
    account(
        said,
        weeks,
        *(f"{signed(sums[name])} {name}" for name in KINDS.values()),
        *share,
        f"In the last week {signed(round(changes.iloc[-1].sum(), 6))}",
    )


def test_what_is_said_of_the_histogram(published: Any, scope: str, unit: str) -> None:
    known = published.recount(scope)
    tasks = known.histogram()
    by_priority = tasks.groupby("priority")["points"]
    sums = by_priority.sum() if unit == "points" else by_priority.size()
    order = sorted(sums.index, key=int, reverse=True)
    parts = [
        f"{PRIORITIES[one]} ({one}) {number(round(sums[one], 6))}" for one in order if sums[one]
    ]
    without = int(tasks["points"].isna().sum())
    unpointed = [f"{counted(without, 'resolved task')} ha{'s' if without == 1 else 've'} no points"]
    account(
        caption(published, scope, f"histogram-{unit}"),
        day_text(known.day),
        amount(round(float(sums.sum()), 6), unit),
        *parts,
        *(unpointed if without else []),
    )


def categories_of(published: Any, scope: str, unit: str) -> dict[str, dict[str, str]]:
    """What is said in the section By category: by category, the captions of its three charts."""
    found: dict[str, dict[str, str]] = {}
    for block in published.blocks(f"{scope}/{PAGE}"):
        if block.tag == "h3" and block.inside("div", "category"):
            title = block.text
        kind = re.search(rf"--(\w+)-{unit}$", block.figure)
        if kind and block.tag == "h4":
            found.setdefault(title, {})[kind[1]] = caption(published, scope, block.figure)
    return found


def test_what_is_said_of_each_category(published: Any, scope: str, unit: str) -> None:
    known = published.recount(scope)
    said = categories_of(published, scope, unit)
    rows = {title: known.now(title) for title in known.titles(hidden=False)}
    there = {title: row for title, row in rows.items() if row and row[f"{unit}_total"]}
    assert list(said) == list(there)
    for title, row in there.items():
        account(said[title]["burnup"], *category_burnup(row, unit, known.day))
        account(said[title]["change"], *category_change(known, title, unit))
        account(said[title]["weeks"], *category_weeks(row, unit, known.day))


def category_burnup(row: dict[str, Any], unit: str, day: date) -> list[str]:
    total, resolved = row[f"{unit}_total"], row[f"{unit}_resolved"]
    fragments = [
        day_text(day),
        f"{number(resolved)} of {amount(total, unit)}",
        f"({percent(resolved, total)})",
    ]
    if state(row, unit) not in {"under way", "not started"}:
        return fragments
    fragments.append("In 13 weeks")
    for outlook, word in OUTLOOKS.items():
        velocity, growth = (row[f"{outlook}_{unit}_{what}"] for what in ("vel", "total_growrate"))
        then, reached = total + 13 * growth, resolved + 13 * velocity
        of = f"{short_number(reached)} of {short_number(then)}"
        fragments.append(f"{word} {'all' if reached >= then else of}")
    return fragments


def category_change(known: Recount, title: str, unit: str) -> list[str]:
    rows = known.velocity[known.velocity["category"] == title].sort_values("date")
    row = rows.iloc[-1]
    change = round(float(rows[f"{unit}_resolved"].diff().fillna(0).iloc[-1]), 6)
    word = "point" if unit == "points" else "task"
    plural = "" if abs(change) == 1 else "s"
    speeds = (f"{word} {number(row[f'{one}_{unit}_vel'])}" for one, word in OUTLOOKS.items())
    return [f"{day_text(known.day)}: {signed(change)} {word}{plural} resolved", *speeds]


def category_weeks(row: dict[str, Any], unit: str, day: date) -> list[str]:
    if state(row, unit) != "under way":
        return [day_text(day)]
    fragments = [day_text(day)]
    for outlook, word in OUTLOOKS.items():
        end, weeks = due(row, outlook, unit, day), row[f"{outlook}_{unit}_fore"]
        if end is None:
            fragments.append(f"{word} never")
        elif end == day:
            fragments.append(f"{word} less than 1 week")
        else:
            fragments.append(f"{word} {counted(int(weeks), 'week')}")
    return fragments
