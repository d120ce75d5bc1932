"""Every figure of the page of flow is the database's, counted again."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from math import ceil, log1p
from typing import Any

import pandas as pd
import pytest
from support.accounting import account, account_all, has_figures
from support.drawn import caption, drawings
from support.recount import Recount

from phlogiston_assets.domain.charts.wording import (
    NONE,
    counted,
    day_text,
    number,
    short_day,
    short_number,
    signed,
)

PAGE = "flow.html"
PERCENT = "\N{NO-BREAK SPACE}%"
LINES = (50, 85, 95)
WIDE, NARROW = 960, 340
ALL = "All shown categories together"
CAME, WENT = ("new", "moved_in", "reopened"), ("resolved", "declined", "moved_out")


def said(published: Any, scope: str, slug: str) -> str:
    return caption(published, scope, slug, f"latest/{PAGE}")


def shown_now(known: Recount) -> pd.DataFrame:
    """The shown tasks of the day: id, category, what they count as, and their recorded status."""
    rows = known.query(
        "SELECT r.id, r.category, r.status, t.status AS recorded FROM task_on_date_recategorized r"
        " JOIN task_on_date t ON t.scope = r.scope AND t.id = r.id AND t.date = r.date"
        " WHERE r.scope = :scope AND r.date = :day"
    )
    return rows[rows["category"].isin(known.titles(hidden=False))]


def statuses(known: Recount) -> dict[str, int]:
    """How many tasks have each status, as the burnup counts them, resolved ones first."""
    rows = shown_now(known)
    if known.cutoff:
        query = (
            "SELECT id FROM task_on_date"
            " WHERE scope = :scope AND date = :then AND status = 'resolved'"
        )
        then = (known.cutoff - timedelta(days=1)).isoformat()
        gone = known.query(query, then=then)
        rows = rows[~rows["id"].isin(gone["id"] if len(gone) else [])]
    done = rows["status"] == "resolved"
    counts = Counter(rows.loc[~done, "recorded"])
    middle = sorted(set(counts) - {"open"})
    ordered = {name: counts[name] for name in (*middle, "open") if counts[name]}
    return {**({"resolved": int(done.sum())} if done.any() else {}), **ordered}


def test_what_is_said_of_the_cumulative_flow(published: Any, scope: str) -> None:
    known = published.recount(scope)
    now = statuses(known)
    done, still_open = now.pop("resolved", 0), sum(now.values())
    parts = [f"{number(now[name])} {name}" for name in reversed(now)]
    account(
        said(published, scope, "cumulative-flow"),
        day_text(known.day),
        counted(still_open, "task"),
        *(parts if set(now) - {"open"} else []),
        f"{number(done)} resolved",
        *left_out(known, still_open),
    )


def left_out(known: Recount, still_open: int) -> list[str]:
    """What is left out by the cutoff, and how much of it is open again."""
    if known.cutoff is None:
        return []
    again = int((shown_now(known)["status"] != "resolved").sum()) - still_open
    return [
        f"resolved before {day_text(known.cutoff)} is left out",
        *([f"among it {counted(again, 'task')} open again"] if again else []),
    ]


def test_labels_and_notes_of_the_cumulative_flow(published: Any, scope: str) -> None:
    now = statuses(published.recount(scope))
    for drawn in drawings(published, scope, "cumulative-flow", PAGE).values():
        account_all(drawn.labels, map(short_number, now.values()))
        past = [note for note in drawn.notes if note.endswith(": 0")]
        account_all(drawn.notes, [f"{name}: {number(one)}" for name, one in now.items()], past)


def weeks(known: Recount) -> pd.DataFrame:
    """The last half year of the table, which what is open at both ends agrees with."""
    rows = known.table("flow_week").sort_values("date").tail(26)
    titles = known.titles(hidden=False)
    ends = known.day - timedelta(days=7 * len(rows)), known.day
    before, after = (sum(known.balance("count", day, titles).open.values()) for day in ends)
    net = rows[list(CAME)].sum().sum() - rows[list(WENT)].sum().sum()
    assert net == after - before
    assert rows["open"].iloc[-1] == after
    return rows


def test_what_is_said_of_arrivals_and_departures(published: Any, scope: str) -> None:
    known = published.recount(scope)
    rows = weeks(known)
    sums = rows[[*CAME, *WENT]].sum()
    fragments = [counted(len(rows), "week"), day_text(known.day)]
    for kinds in (CAME, WENT):
        if sums[list(kinds)].sum():
            fragments.append(counted(int(sums[list(kinds)].sum()), "task"))
            fragments += [f"{sums[one]:,} {one.replace('_', ' ')}" for one in kinds if sums[one]]
    net = int(sums[list(CAME)].sum() - sums[list(WENT)].sum())
    more = [f"{abs(net):,} {'more' if net > 0 else 'fewer'}"] if net else []
    account(said(published, scope, "arrivals-departures"), *fragments, *more)


def test_labels_and_notes_of_arrivals_and_departures(published: Any, scope: str) -> None:
    rows = weeks(published.recount(scope))
    signs = dict.fromkeys(CAME, 1) | dict.fromkeys(WENT, -1)
    notes, nets = [], []
    for row in rows.to_dict("records"):
        amounts = {kind: row[kind] * sign for kind, sign in signs.items() if row[kind]}
        period = f"week to {short_day(row['date'])}"
        notes += [f"{kind.replace('_', ' ')}: {number(amount)}, {period}"
                  for kind, amount in amounts.items()]  # fmt: skip
        net = sum(amounts.values())
        both = min(amounts.values(), default=0) < 0 < net
        nets.append(f"{'+' if both else ''}{number(net)}")
    sums = [int(rows[kind].sum()) * sign for kind, sign in signs.items()]
    edge = [short_number(one) for one in sums if one] + [short_number(sum(sums))]
    for drawn in drawings(published, scope, "arrivals-departures", PAGE).values():
        account_all(drawn.notes, notes)
        account_all(drawn.labels, [*edge, f"{signed(sum(sums))} open"], nets)


def lines(known: Recount, category: str | None = None) -> dict[int, int]:
    """The order statistics ⌈p·n⌉ of the cycle times."""
    rows = known.table("cycle_time")
    days = sorted(
        rows["days"] if category is None else rows.loc[rows["category"] == category, "days"]
    )
    return {percent: days[ceil(percent * len(days) / 100) - 1] for percent in LINES if days}


def days(count: int) -> str:
    return counted(count, "day")


def test_what_is_said_of_cycle_times(published: Any, scope: str) -> None:
    known = published.recount(scope)
    times, resolved = known.table("cycle_time"), (shown_now(known)["status"] == "resolved").sum()
    at, early = lines(known), int(times["at_least"].sum())
    fragments = [f"Of {counted(len(times), 'task')}", days(at[50])]
    fragments += [f"{one}{PERCENT} took {days(at[one])} at most" for one in (85, 95)]
    fragments += [f"{early:,} w"] if early else []
    rest = resolved - len(times)
    fragments += [counted(rest, "other resolved task")] if rest else []
    account(said(published, scope, "cycle-times"), *fragments)


def test_each_cycle_time_is_from_its_first_day_in_the_scope_to_its_last_resolution(
    report: Any,
) -> None:
    """The scopes name no columns, so that work begins with the scope."""
    spans = report.known.query(
        "SELECT id, min(date) AS begun FROM task_on_date WHERE scope = :scope GROUP BY id"
    ).set_index("id")["begun"]
    rows = report.known.tasks.sort_values("date")
    was = rows.groupby("id")["status"].shift() == "resolved"
    resolved = rows[(rows["status"] == "resolved") & ~was].groupby("id")["date"].last()
    times = report.known.table("cycle_time")
    assert len(times)
    for row in times.to_dict("records"):
        told = (str(row["started_on"]), str(row["resolved_on"]))
        assert told == (str(spans[row["id"]]), str(resolved[row["id"]]))
        assert row["days"] == (date.fromisoformat(told[1]) - date.fromisoformat(told[0])).days


def test_labels_of_cycle_times(published: Any, scope: str) -> None:
    at = lines(published.recount(scope))
    for drawn in drawings(published, scope, "cycle-times", PAGE).values():
        account_all(drawn.labels, [f"{one}{PERCENT}: {days(at[one])}" for one in LINES])


def test_each_dot_of_the_cycle_times_is_as_high_as_a_task_took(report: Any) -> None:
    """Dots in one place are one; the axis is that of logarithms, a week at least."""
    page = (report.site.folder / report.scope / "latest" / PAGE).read_text()
    (wide,) = (one for one in page.split("<svg") if f"cycle-times-{WIDE}-title" in one)
    heights = set(re.findall(r"M [\d.]+ ([\d.]+) h0", wide))
    times = report.known.table("cycle_time")["days"]
    top, high, end = 30, 324, log1p(max(times.max(), 8)) * 1.04
    wanted = {top + high * (1 - log1p(one) / end) for one in times}
    assert heights == {f"{one:.1f}".removesuffix(".0") for one in wanted}


def row_of(known: Recount, category: str | None) -> list[str]:
    """A row of the table of cycle times by category."""
    now, times, ages = shown_now(known), known.table("cycle_time"), known.table("task_age")
    if category is not None:
        now, times, ages = (one[one["category"] == category] for one in (now, times, ages))
    at = lines(known, category)
    return [
        category or ALL,
        number((now["status"] == "resolved").sum()),
        number(len(times)),
        *(number(at[one]) if at else NONE for one in LINES),
        number((now["status"] == "open").sum()),
        number(len(ages)),
    ]


def test_each_row_of_cycle_times_is_counted_of_its_category(report: Any) -> None:
    titles = report.known.titles(hidden=False)
    assert report.table(PAGE, "lines") == [row_of(report.known, one) for one in (None, *titles)]
    heads = [f"{one}{PERCENT} within" for one in LINES]
    assert report.table(PAGE, "lines", "thead")[0][3:6] == heads


def open_ages(known: Recount) -> list[dict[str, Any]]:
    """The shown open tasks with their first day in the scope, oldest first."""
    rows = known.query(
        "SELECT r.id, m.title, r.category, m.date_created,"
        " (SELECT min(t.date) FROM task_on_date t WHERE t.scope = r.scope AND t.id = r.id) AS seen"
        " FROM task_on_date_recategorized r JOIN maniphest_task m ON m.id = r.id"
        " WHERE r.scope = :scope AND r.date = :day AND r.status = 'open'"
    )
    shown = rows[rows["category"].isin(known.titles(hidden=False))]
    return shown.sort_values(["seen", "id"]).to_dict("records")


def test_each_open_task_is_one_of_the_ages(report: Any) -> None:
    known, at = report.known, lines(report.known)
    expected = []
    for row in open_ages(known):
        age = (known.day - row["seen"]).days
        made = datetime.fromtimestamp(row["date_created"], UTC).date()
        early = row["seen"] == known.first and made < known.first
        beyond = [one for one in LINES if at and age > at[one]]
        expected.append(
            [
                f"T{row['id']}",
                " ".join(row["title"].split()),
                row["category"],
                str(row["seen"]),
                f"{age:,}{' or more' if early else ''}",
                f"{beyond[-1]}{PERCENT}" if beyond else NONE,
            ]
        )
    assert expected
    assert report.table(PAGE, "task-ages") == expected


def test_what_is_said_of_ages(published: Any, scope: str) -> None:
    known = published.recount(scope)
    at = lines(known)
    ages = [(known.day - row["seen"]).days for row in open_ages(known)]
    beyond = [
        f"{sum(age > at[one] for age in ages):,} for longer than the {one}{PERCENT} line"
        f" ({days(at[one])})"
        for one in LINES
    ]
    account(
        said(published, scope, "ages"),
        counted(len(ages), "open task"),
        f"oldest for {days(max(ages))}",
        *beyond,
    )


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_labels_of_ages(published: Any, scope: str, width: int) -> None:
    known = published.recount(scope)
    at = lines(known)
    by_category: dict[str, list[int]] = {}
    for row in open_ages(known):
        by_category.setdefault(row["category"], []).append((known.day - row["seen"]).days)
    counts = [
        f"{sum(age > at[85] for age in ages):,} of {len(ages):,}" for ages in by_category.values()
    ]
    drawn = drawings(published, scope, "ages", PAGE)[width]
    heads = [f"{one}{PERCENT}" for one in LINES]
    account_all(drawn.labels, [*counts, *heads, f"beyond 85{PERCENT}"])


def test_what_the_page_says_of_all_scopes(published: Any, scope: str) -> None:
    """How to read it names the three lines, as forecast.md does."""
    for one in published.blocks(f"{scope}/latest/{PAGE}"):
        if one.inside("div", "section-head") and has_figures(one.text):
            account(one.text, "50, 85 and 95 of 100 tasks")
