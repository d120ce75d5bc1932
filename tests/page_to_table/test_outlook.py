"""What the report says first is what the table of forecasts says of all categories together."""

from __future__ import annotations

from typing import Any

from support.accounting import account
from support.record_recount import TOGETHER, UNITS, RecordRecount, how_sure, told_apart

from phlogiston_assets.domain.charts.wording import counted


def test_what_the_report_says_first_is_the_forecast_of_all_together(report: Any) -> None:
    first = [one.text for one in report.blocks("index.html") if one.inside("div", "leading")]
    assert len(first) == len(UNITS)
    for (measure, unit), text in zip(UNITS.items(), first, strict=True):
        rows = RecordRecount(report.known, measure).rows("forecast", hidden=False)
        row = rows[-1]
        assert row["category"] == TOGETHER
        assert text.startswith(f"In {unit}: ")
        if row["state"] != "forecast":
            account(text, row["reason"][1:], *told_apart(rows))
            continue
        account(text, f"last {counted(row['weeks'], 'week')}", *how_sure(row))
