"""Tables of a scope's report: categories and sums by day, velocity, what was closed, status report.

They serve domain.md, sections 5 to 8. Those of days are stored as runs and read as views.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Date, Float, Integer, Text

from resources.warehouse.metadata import table_of_scopes

category_period = table_of_scopes(
    "category_period",
    Column("id", BigInteger, nullable=False),
    Column("category", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("points", Float),
    Column("maint_type", Text, nullable=False),
    Column("first_day", Integer, nullable=False),
    Column("end_day", Integer, nullable=False),
    compared=True,
)
aggregate_run = table_of_scopes(
    "aggregate_run",
    Column("range", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("maint_type", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("points", Float),
    Column("first_day", Integer, nullable=False),
    Column("end_day", Integer, nullable=False),
    compared=True,
)


def _forecast_columns() -> list[Column[object]]:
    names = [
        f"{outlook}_{unit}_{figure}"
        for unit in ("points", "count")
        for figure in ("vel", "total_growrate", "fore")
        for outlook in ("pes", "nom", "opt")
    ]
    return [Column(name, Float) for name in names]


velocity = table_of_scopes(
    "velocity",
    Column("category", Text, nullable=False),
    Column("date", Date, nullable=False),
    Column("points_total", Float, nullable=False),
    Column("count_total", BigInteger, nullable=False),
    Column("points_resolved", Float, nullable=False),
    Column("count_resolved", BigInteger, nullable=False),
    *_forecast_columns(),
)
recently_closed = table_of_scopes(
    "recently_closed",
    Column("date", Date, nullable=False),
    Column("category", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("points", Float),
)
recently_closed_task = table_of_scopes(
    "recently_closed_task",
    Column("date", Date, nullable=False),
    Column("id", BigInteger, nullable=False),
    Column("category", Text, nullable=False),
    Column("points", Float),
)
status_report = table_of_scopes(
    "status_report",
    Column("report", Text, nullable=False),
    Column("id", BigInteger, nullable=False),
    Column("category", Text, nullable=False),
    Column("task_scope", Text, nullable=False),
    Column("status", Text, nullable=False),
)
REPORTED_TABLES: Final = {
    "category_periods": category_period,
    "runs": aggregate_run,
    "velocity": velocity,
    "recently_closed": recently_closed,
    "recently_closed_task": recently_closed_task,
    "status_report": status_report,
}
"""These tables, by the name that their frame has in `Figures`."""
