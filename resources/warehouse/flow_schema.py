"""Tables of a scope's flow (forecast.md, "Flow")."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Date, Float, Integer, Text

from resources.warehouse.metadata import table_of_scopes

status_run = table_of_scopes(
    "status_run",
    Column("status", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("first_day", Integer, nullable=False),
    Column("end_day", Integer, nullable=False),
    compared=True,
)
flow_week = table_of_scopes(
    "flow_week",
    Column("date", Date, nullable=False),
    *(
        Column(name, Integer, nullable=False)
        for name in ("new", "moved_in", "reopened", "resolved", "declined", "moved_out", "open")
    ),
)
cycle_time = table_of_scopes(
    "cycle_time",
    Column("id", BigInteger, nullable=False),
    Column("category", Text, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("resolved_on", Date, nullable=False),
    Column("days", Integer, nullable=False),
    Column("at_least", Integer, nullable=False),
)
cycle_time_by_category = table_of_scopes(
    "cycle_time_by_category",
    Column("category", Text, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("resolved", "timed", "at_least")),
    *(Column(name, Float) for name in ("p50", "p85", "p95")),
    *(Column(name, Integer, nullable=False) for name in ("open", "at_work")),
)
task_age = table_of_scopes(
    "task_age",
    Column("id", BigInteger, nullable=False),
    Column("category", Text, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("days", Integer, nullable=False),
    Column("at_least", Integer, nullable=False),
    Column("passed", Integer, nullable=False),
)

FLOW_TABLES: Final = {
    "status_runs": status_run,
    "flow_week": flow_week,
    "cycle_time": cycle_time,
    "cycle_time_by_category": cycle_time_by_category,
    "task_age": task_age,
}
"""The tables of a scope's newest report, by the name that their frame has in `Figures`."""
