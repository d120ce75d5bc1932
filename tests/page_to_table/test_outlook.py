"""Every figure of the forecast with probabilities is that of the database's tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from support.accounting import account, has_figures

from phlogiston_assets.domain.charts.wording import NONE, day_text, number

NAMES = ("p50", "p85", "p95", "frozen_p85")
UNITS = {"points": "points", "count": "tasks"}


def forecast_rows(published: Any, scope: str) -> dict[tuple[str, str], dict[str, Any]]:
    """The table `forecast` of a scope by measure and category."""
    known = published.recount(scope)
    return {
        (row["measure"], row["category"]): row for row in known.table("forecast").to_dict("records")
    }


def held_rows(published: Any, scope: str) -> dict[tuple[str, str], str]:
    """How many past dates of 85 % held, as a cell says it."""
    known = published.recount(scope)
    query = "SELECT * FROM forecast_held WHERE scope = :scope AND about = 'done' AND percent = 85"
    return {
        (row["measure"], row["category"]): f"{row['held']} of {row['due']}" if row["due"] else NONE
        for row in known.query(query).to_dict("records")
    }


def test_each_row_of_the_outlook_is_one_of_the_forecast_table(published: Any, scope: str) -> None:
    rows, held = forecast_rows(published, scope), held_rows(published, scope)
    assert rows
    for measure, table in zip(UNITS, published.tables("index.html", scope), strict=True):
        assert table
        for name, amount, *dates, kept in table:
            category = next(
                (one for unit, one in rows if unit == measure and one and name.startswith(one)), ""
            )
            row = rows[measure, category]
            assert category or name.startswith("All shown categories together")
            assert amount == number(row["open"])
            assert dates == [_date(row, one) for one in NAMES]
            assert kept == held.get((measure, category), NONE)


def _date(row: dict[str, Any], name: str) -> str:
    if row["state"] != "forecast":
        return NONE
    return str(row[name]) if row[name] else "not within two years"


def test_what_the_report_says_first_is_the_forecast_of_all_together(
    published: Any, scope: str
) -> None:
    rows = forecast_rows(published, scope)
    page = published.blocks(f"{scope}/latest/index.html")
    first = [one.text for one in page if one.inside("div", "leading")]
    assert len(first) == len(UNITS)
    for (measure, unit), text in zip(UNITS.items(), first, strict=True):
        row = rows[measure, ""]
        assert text.startswith(f"In {unit}: ")
        if row["state"] != "forecast":
            account(text, row["reason"][1:])
        elif row["p85"]:
            day = day_text(date.fromisoformat(str(row["p85"])))
            account(text, f"last {row['weeks']} weeks", f"by {day}", "85\N{NO-BREAK SPACE}%")
        else:
            account(text, f"last {row['weeks']} weeks", "85\N{NO-BREAK SPACE}%")


def test_a_sentence_of_the_record_says_how_many_dates_held(published: Any, scope: str) -> None:
    held = {one for one in held_rows(published, scope).values() if one != NONE}
    said = [
        one.text
        for one in published.blocks(f"{scope}/latest/forecast-record.html")
        if one.inside("ul", "sentences") and "date" in one.text and has_figures(one.text)
    ]
    assert said
    for text in said:
        if ", " in text and " held." in text:
            due, kept = text.rsplit("Of ", 1)[1].split(" past", 1)[0], text.rsplit(", ", 1)[1]
            assert f"{kept.split()[0]} of {due}" in held
