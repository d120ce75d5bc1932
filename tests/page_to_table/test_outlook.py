"""What the report says first is what the table of forecasts says of all categories together."""

from __future__ import annotations

from typing import Any

import pandas as pd
from support.accounting import account
from support.record_recount import TOGETHER, UNITS, RecordRecount

from phlogiston_assets.domain.charts.wording import counted, day_text


def test_what_the_report_says_first_is_the_forecast_of_all_together(report: Any) -> None:
    first = [one.text for one in report.blocks("index.html") if one.inside("div", "leading")]
    assert len(first) == len(UNITS)
    for (measure, unit), text in zip(UNITS.items(), first, strict=True):
        *_, row = RecordRecount(report.known, measure).rows("forecast")
        assert row["category"] == TOGETHER
        assert text.startswith(f"In {unit}: ")
        if row["state"] != "forecast":
            account(text, row["reason"][1:])
            continue
        dated = pd.notna(row["p85"])
        when = [f"by {day_text(pd.Timestamp(row['p85']).date())}"] if dated else []
        account(text, f"last {counted(row['weeks'], 'week')}", *when, "85\N{NO-BREAK SPACE}%")
