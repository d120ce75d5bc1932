"""Every figure of the forecast record's page is the database's, counted again."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from support.accounting import account, account_all, has_figures
from support.record_recount import (
    PERCENTS,
    TOGETHER,
    UNITS,
    Held,
    RecordRecount,
    how_sure,
    told_apart,
)

from phlogiston_assets.domain.charts.wording import NONE, counted, named, number, signed

PAGE = "forecast-record.html"
PERCENT = "\N{NO-BREAK SPACE}%"
ALL = "All shown categories together"
ABOUT = {
    "completed": "what is completed",
    "matched": "when as much as was open is completed",
    "done": "when nothing is open",
}
LANES = {"matched": "as much done as was open", "done": "nothing open"}
AIMS = {
    "matched": "as much would be done as was open",
    "done": "nothing would be open any more",
}


@pytest.fixture(params=list(UNITS))
def unit(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def record(report: Any, unit: str) -> RecordRecount:
    return RecordRecount(report.known, unit)


def lists(report: Any, unit: str) -> tuple[list[str], list[str]]:
    """The sentences of a unit: of the forecast, and of its record."""
    found: dict[int, list[str]] = {}
    titles: dict[int, str] = {}
    for block in report.blocks(PAGE):
        if block.tag in {"h2", "h3"}:
            heading = block.text
        around = block.nearest("ul", "sentences")
        if around and block.tag == "li":
            found.setdefault(id(around), []).append(block.text)
            titles[id(around)] = heading
    ahead, past = (told for key, told in found.items() if titles[key] == f"In {UNITS[unit]}")
    return ahead, past


def leads(report: Any, unit: str) -> list[str]:
    """What stands above the sentences on each forecast of a unit."""
    found: dict[str, list[str]] = {}
    for block in report.blocks(PAGE):
        if block.tag == "h2":
            heading = str(block.text)
        if block.attributes.get("class") == "lead":
            found.setdefault(heading, []).append(block.text)
    return found[f"In {UNITS[unit]}"]


def reason(row: dict[str, Any]) -> str:
    """Why there is no date, as it is said within a cell."""
    text = str(row["reason"]).rstrip(".")
    return text[:1].lower() + text[1:]


def name(record: RecordRecount, row: dict[str, Any], why: str = "") -> str:
    """How the first cell of a row names its category."""
    hidden = "hidden" if record.is_hidden(row["category"]) else ""
    aside = "; ".join(filter(None, (hidden, why)))
    return f"{row['category'] or ALL} {aside}".strip()


def date_of(row: dict[str, Any], column: str) -> str:
    if row["state"] != "forecast":
        return NONE
    return "not within two years" if pd.isna(row[column]) else str(row[column])[:10]


def share(held: Held | None) -> str:
    return f"{held.held} of {held.due}" if held and held.due else NONE


OUTLOOK_HEAD = [
    "Category",
    "Open",
    *(f"{percent}{PERCENT} sure" for percent in PERCENTS),
    f"85{PERCENT} sure if nothing came in",
    f"Past 85{PERCENT} dates that held",
]


@pytest.mark.parametrize(("page", "hidden"), [("index.html", False), (PAGE, True)])
def test_a_row_of_the_outlook_is_a_forecast_of_what_is_open(
    report: Any, record: RecordRecount, page: str, hidden: bool
) -> None:
    rows = record.rows("forecast", hidden=hidden)
    slug = f"outlook-{record.measure}"
    assert report.table(page, slug, "thead") == [OUTLOOK_HEAD]
    assert report.table(page, slug) == [
        [
            name(record, row, reason(row)),
            number(record.open(row["category"])),
            *(date_of(row, column) for column in ("p50", "p85", "p95", "frozen_p85")),
            share(record.held.get((row["category"], "done", 85))),
        ]
        for row in rows
    ]


def test_a_row_by_date_is_one_of_its_table(report: Any, record: RecordRecount) -> None:
    rows = sorted(record.rows("forecast_by_date"), key=lambda row: str(row["by"]))
    ends = {(str(report.known.quarter_end), "end of the quarter")}
    if report.scope == "soon":
        ends.add(("2027-01-31", "Launch"))
    assert {(str(row["by"])[:10], row["name"]) for row in rows} <= ends
    assert len(rows) % len(ends) == 0
    slug = f"by-date-{record.measure}"
    head = [cell for row in report.table(PAGE, slug, "thead") for cell in row if has_figures(cell)]
    degrees = [f"Completed, {percent}{PERCENT} sure" for percent in PERCENTS]
    assert head == (degrees if rows else [])
    assert report.table(PAGE, slug) == [
        [
            name(record, row),
            f"{str(row['by'])[:10]} {row['name']}",
            *(chance(row[column]) for column in ("probability", "frozen_probability")),
            *(number(row[f"done_{percent}"]) for percent in PERCENTS),
        ]
        for row in rows
    ]


def chance(probability: float) -> str:
    """Never 0 or 100 per cent (forecast.md, "Simulation")."""
    if probability < 0.01:
        return f"< 1{PERCENT}"
    return f"> 99{PERCENT}" if probability > 0.99 else f"{probability:.0%}".replace("%", PERCENT)


def test_what_is_said_of_each_forecast(report: Any, record: RecordRecount) -> None:
    rows = {row["category"]: row for row in record.rows("forecast")}
    order = [title for title in report.known.titles(hidden=True) if title in rows]
    said, _ = lists(report, record.measure)
    assert len(said) == len(order)
    for title, text in zip(order, said, strict=True):
        account(text, *forecast_fragments(rows[title]), *held_fragments(record, title))


def test_what_stands_above_what_is_said_of_each_forecast(
    report: Any, record: RecordRecount
) -> None:
    rows = record.rows("forecast", hidden=False)
    every = record.rows("forecast")
    together, *pace = leads(report, record.measure)
    account(together, *together_fragments(rows))
    paces = {row["weeks"] for row in every if row["state"] == "forecast"}
    assert pace == [
        f"At the pace of the last {counted(int(weeks), 'week')}, each category by itself:"
        for weeks in paces
    ]


def test_what_the_report_says_of_all_categories_together(report: Any) -> None:
    said = [
        one.text
        for one in report.blocks("index.html")
        if one.inside("section", "outlook") and one.tag == "p" and not one.attributes
        if not one.inside("div", "section-head")
    ]
    for unit, text in zip(UNITS, said, strict=True):
        rows = RecordRecount(report.known, unit).rows("forecast", hidden=False)
        account(text, *together_fragments(rows))


def together_fragments(rows: list[dict[str, Any]]) -> list[str]:
    """All shown categories together, or how far those come that have a forecast."""
    row = rows[-1]
    assert row["category"] == TOGETHER
    pace = f"last {counted(int(row['weeks']), 'week')}"
    return [
        *([pace] if row["state"] == "forecast" else []),
        *forecast_fragments(row),
        *(told_apart(rows) if row["state"] == "none" else []),
    ]


def forecast_fragments(row: dict[str, Any]) -> list[str]:
    title = named(row["category"]) if row["category"] else "all shown categories together"
    if row["state"] == "done":
        return [named(row["category"]) if row["category"] else ALL, reason(row)]
    if row["state"] == "none":
        return [title, reason(row)]
    return [title, *how_sure(row)]


def held_fragments(record: RecordRecount, title: str) -> list[str]:
    held = record.held.get((title, "done", 85))
    if held is None:
        return []
    if not held.due:
        return [f"No past 85{PERCENT} date has come due"]
    return [f"Of {counted(held.due, f'past 85{PERCENT} date')}, {held.held} held"]


def test_a_row_of_dates_that_held_is_counted_from_past_forecasts(
    report: Any, record: RecordRecount
) -> None:
    """A kind of date of which none has come due is left out."""
    rows = [
        row
        for row in record.rows("forecast_held")
        if row["percent"] == 50
        and any(record.held[row["category"], row["about"], one].due for one in PERCENTS)
    ]
    slug = f"held-{record.measure}"
    assert report.table(PAGE, slug) == [
        [
            name(record, row),
            ABOUT[row["about"]],
            *(
                share_and_interval(record.held[row["category"], row["about"], percent])
                for percent in PERCENTS
            ),
        ]
        for row in rows
    ]
    head = ["Category", "Forecast of", *(f"{percent}{PERCENT} dates" for percent in PERCENTS)]
    assert report.table(PAGE, slug, "thead") == ([head] if rows else [])


def share_and_interval(held: Held) -> str:
    if not held.due:
        return NONE
    low, high = (f"{100 * bound:.0f}" for bound in held.interval)
    return f"{share(held)} {low}\N{EN DASH}{high}{PERCENT}, {held.apart} apart"


def test_a_row_of_scores_is_one_of_its_table(report: Any, record: RecordRecount) -> None:
    rows = [row for row in record.rows("forecast_score") if row["origins"]]
    assert report.table(PAGE, f"scores-{record.measure}") == [
        [
            name(record, row),
            ABOUT[row["about"]] + (f" in {row['weeks']} weeks" if row["weeks"] else ""),
            number(row["origins"]),
            *(number(row[f"{one}score"]) for one in ("", "classic_", "mean_")),
            *(gain(row["score"], row[f"{one}_score"]) for one in ("classic", "mean")),
        ]
        for row in rows
    ]
    head = report.table(PAGE, f"scores-{record.measure}", "thead")
    assert [cell for row in head for cell in row if has_figures(cell)] == (
        ["Mean of 13 weeks"] if rows else []
    )


def gain(score: float, plain: float) -> str:
    """How much smaller the error is than a plainer forecast's; a dash where that made none."""
    return f"{signed(round(100 * (1 - score / plain)))}{PERCENT}" if plain else NONE


def test_what_is_said_of_the_errors(report: Any, record: RecordRecount) -> None:
    """Over all categories, each forecast counting once."""
    _, said = lists(report, record.measure)
    expected = []
    for about, words in ABOUT.items():
        sums = record.known.query(
            "SELECT sum(origins) AS n, sum(origins * score) AS own, sum(origins * classic_score)"
            " AS classic FROM forecast_score"
            " WHERE scope = :scope AND measure = :measure AND about = :about AND origins > 0",
            measure=record.measure,
            about=about,
        ).iloc[0]
        if sums["n"] and sums["classic"]:
            expected.append((words, 1 - sums["own"] / sums["classic"], int(sums["n"])))
    if not expected:
        assert said == ["No forecast of the past can be scored yet."]
        return
    assert len(said) == len(expected)
    for text, (words, better, count) in zip(said, expected, strict=True):
        comparison = "smaller" if better >= 0 else "larger"
        error = f"{words} had an error {abs(better):.0%}".replace("%", f"{PERCENT} {comparison}")
        account(text, error, f"over {counted(count, 'forecast')}")
        assert ("Here the classic forecast did better." in text) == (better < 0)


def test_what_the_chart_of_past_dates_says(report: Any, record: RecordRecount) -> None:
    lanes = list(record.added_up())
    drawn = [one for one in report.blocks(PAGE) if one.figure == f"reliability-{record.measure}"]
    (caption,) = (one.text for one in drawn if one.tag == "p" and one.inside("figcaption"))
    assert {one.text for one in drawn if one.tag == "desc"} == {caption}
    about = lanes[-1][0] if lanes else ""
    parts = [
        f"{held.held:,} of {held.due:,} at {percent}{PERCENT}"
        for one, percent, held in lanes
        if one == about
    ]
    account(caption, *parts)
    if lanes:
        assert caption.startswith(f"Of the dates by which {AIMS[about]}, ")
    for number_of_drawing in {one.drawing for one in drawn if one.drawing >= 0}:
        blocks = [one for one in drawn if one.drawing == number_of_drawing]
        notes = [one.text for one in blocks if one.tag == "title" and has_figures(one.text)]
        labels = [one.text for one in blocks if one.tag == "text" and has_figures(one.text)]
        account_all(notes, [text for lane in lanes for text in notes_of(*lane)])
        scale = [f"{tick}{PERCENT}" for tick in (0, 25, 50, 75, 100)] if lanes else []
        account_all(labels, [*scale, *(text for lane in lanes for text in labels_of(*lane))])


def notes_of(about: str, percent: int, held: Held) -> list[str]:
    low, high = (f"{100 * bound:.0f}" for bound in held.interval)
    lane, counts = labels_of(about, percent, held)
    return [
        f"{lane}: {low} to {high}{PERCENT}, from {held.apart} that do not overlap",
        f"{lane}: {counts} held",
    ]


def labels_of(about: str, percent: int, held: Held) -> list[str]:
    return [f"{LANES[about]}, {percent}{PERCENT}", f"{held.held:,} of {held.due:,}"]
