"""Every figure of what moved the forecast is that of the database's tables."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from support.accounting import account, has_figures

from phlogiston_assets.domain.charts.wording import NONE, counted, day_text, signed

UNITS = {"points": "points", "count": "tasks"}
CAUSES = ("by_configuration", "by_chance", "by_pace", "by_scope")
NEVER = "not within two years"
SURE = "85\N{NO-BREAK SPACE}%"


@pytest.fixture(params=UNITS)
def unit(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def rows_of(known: Any, unit: str) -> list[dict[str, Any]]:
    """The rows of `forecast_move`, all together first, then in order of priority."""
    table = known.table("forecast_move")
    if table.empty:
        return []
    order = ["", *known.displays]
    rows = table[table["measure"] == unit].to_dict("records")
    return sorted(rows, key=lambda row: order.index(row["category"]))


def test_each_row_is_one_of_the_table(report: Any, unit: str) -> None:
    known = report.known
    assert report.table("changes.html", f"moves-{unit}") == [
        [
            _name(known, row["category"]),
            f"{_date(row['p85_by_rules'])} by today’s rules",
            *(NONE if pd.isna(row[cause]) else signed(row[cause]) for cause in CAUSES),
            _date(row["p85_now"]),
        ]
        for row in rows_of(known, unit)
    ]


def _name(known: Any, category: str) -> str:
    hidden = " hidden" if known.displays.get(category) == "hide" else ""
    return f"{category}{hidden}" if category else "All shown categories together"


def _date(day: Any) -> str:
    return NEVER if pd.isna(day) else str(day)


def test_today_s_dates_are_those_of_the_forecast_and_weeks_those_between_dates(
    report: Any, unit: str
) -> None:
    known = report.known
    forecast = known.table("forecast")
    said = forecast[(forecast["measure"] == unit) & (forecast["state"] == "forecast")]
    dates = dict(zip(said["category"], said["p85"], strict=True))
    for row in rows_of(known, unit):
        assert _date(row["p85_now"]) == _date(dates[row["category"]])
        assert str(row["compared_with"]) == str(known.day - timedelta(days=7))
        assert not row["kept"]
        path = [row[f"p85_{step}"] for step in ("by_rules", "redrawn", "at_pace", "now")]
        for cause, (before, after) in zip(CAUSES[1:], pairwise(path), strict=True):
            known_both = not (pd.isna(before) or pd.isna(after))
            weeks = (pd.Timestamp(after) - pd.Timestamp(before)).days / 7 if known_both else None
            assert row[cause] == weeks or (pd.isna(row[cause]) and weeks is None)


def test_what_is_said_of_all_together_is_their_row(report: Any, unit: str) -> None:
    known = report.known
    told = [
        one.text
        for one in report.blocks("changes.html")
        if one.tag == "p"
        and (section := one.nearest("section"))
        and section.attributes.get("id") == "forecast"
        and one.text.startswith(("All shown", "There are no two"))
    ]
    said = dict(zip(UNITS, told, strict=True))[unit]
    rows = [row for row in rows_of(known, unit) if not row["category"]]
    if not rows:
        assert not has_figures(said)
        return
    (row,) = rows
    before, now = row["p85_by_rules"], row["p85_now"]
    then = day_text(known.day - timedelta(days=7))
    days = [day_text(pd.Timestamp(one).date()) for one in (now, before) if not pd.isna(one)]
    if len(days) < 2:
        parts = [SURE, *days] if pd.isna(now) else [*days, SURE]
        account(said, *parts, then)
        return
    weeks = (pd.Timestamp(now) - pd.Timestamp(before)).days // 7
    moved = [counted(abs(weeks), "week")] if weeks else []
    causes = [signed(row[cause]) for cause in CAUSES[1:] if row[cause]]
    account(said, days[0], SURE, *moved, then, *causes)


def test_captions_say_of_which_dates_they_are(report: Any) -> None:
    for one in report.blocks("changes.html"):
        section = one.nearest("section")
        if one.tag == "caption" and section and section.attributes.get("id") == "forecast":
            account(one.text, SURE)
