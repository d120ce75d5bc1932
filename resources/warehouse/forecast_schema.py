"""Tables of the forecast and of its record (forecast.md)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Date, Float, Integer, LargeBinary, Table, Text

from resources.warehouse.metadata import kept, table_of_scopes

forecast = table_of_scopes(
    "forecast",
    Column("category", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("open", Float, nullable=False),
    Column("weeks", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    *(
        Column(f"{variant}{name}", Date)
        for variant in ("", "frozen_")
        for name in ("p50", "p85", "p95")
    ),
)
forecast_by_date = table_of_scopes(
    "forecast_by_date",
    Column("category", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("by", Date, nullable=False),
    Column("name", Text, nullable=False),
    Column("probability", Float, nullable=False),
    Column("frozen_probability", Float, nullable=False),
    *(Column(f"done_{percent}", Float, nullable=False) for percent in (50, 85, 95)),
)
forecast_by_week = table_of_scopes(
    "forecast_by_week",
    Column("measure", Text, nullable=False),
    Column("by", Date, nullable=False),
    *(Column(f"done_{percent}", Float, nullable=False) for percent in (95, 85, 50, 15, 5)),
)
forecast_move = table_of_scopes(
    "forecast_move",
    Column("category", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("compared_with", Date, nullable=False),
    Column("kept", Integer, nullable=False),
    *(Column(f"p85_{name}", Date) for name in ("then", "by_rules", "redrawn", "at_pace", "now")),
    *(Column(name, Float) for name in ("by_configuration", "by_chance", "by_pace", "by_scope")),
)
forecast_said = table_of_scopes(
    "forecast_said",
    Column("made_on", Date, nullable=False),
    Column("category", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("p85", Date),
)
forecast_score = table_of_scopes(
    "forecast_score",
    Column("category", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("weeks", Integer, nullable=False),
    Column("origins", Integer, nullable=False),
    *(
        Column(name, Float)
        for name in ("score", "classic_score", "mean_score", "classic_skill", "mean_skill")
    ),
)
forecast_held = table_of_scopes(
    "forecast_held",
    Column("category", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("about", Text, nullable=False),
    *(
        Column(name, Integer, nullable=False)
        for name in ("percent", "promised", "due", "held", "apart", "apart_held")
    ),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
)
forecast_past = table_of_scopes(
    "forecast_past",
    Column("category", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("open", Float, nullable=False),
    *(Column(name, Date) for name in ("p50", "p85", "p95", "done_on")),
    *(Column(f"pit_{weeks}", Float) for weeks in (2, 4, 8, 13)),
)
forecast_origin = Table(
    "forecast_origin",
    kept,
    Column("scope", Text, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

FORECAST_TABLES: Final = {
    "forecast": forecast,
    "forecast_by_date": forecast_by_date,
    "forecast_by_week": forecast_by_week,
    "forecast_move": forecast_move,
}
"""The tables of a scope's forecast, by the name that their frame has in `Figures`."""

RECORD_TABLES: Final = {
    "scores": forecast_score,
    "held": forecast_held,
    "past": forecast_past,
}
"""The tables of the record of forecasts, by the name that their frame has in `RecordTables`."""
