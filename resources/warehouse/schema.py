"""Tables and views of the warehouse (domain.md, sections 2 and 8).

Loaded tables are replaced as a whole by each load. Days are stored as day numbers and shown as SQL
dates; tables of days are views over periods, joined with the days that were reconstructed. The
view `maniphest_transaction` belongs to a load (see `transaction_view`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Date, Float, Integer, LargeBinary, Table, Text

from phlogiston_assets.domain.dumps.task_form import PLACES
from resources.warehouse import metadata
from resources.warehouse.change_schema import CHANGE_TABLES
from resources.warehouse.figure_schema import REPORTED_TABLES
from resources.warehouse.flow_schema import FLOW_TABLES
from resources.warehouse.forecast_schema import FORECAST_TABLES

VERSION: Final = 12
"""Raised whenever a table or view changes its shape; see `resources.warehouse.versions`."""

loaded: Final = metadata.loaded
kept: Final = metadata.kept

phabricator_project = Table(
    "phabricator_project",
    loaded,
    Column("id", BigInteger),
    Column("name", Text),
    Column("phid", Text),
)
phabricator_column = Table(
    "phabricator_column",
    loaded,
    Column("id", BigInteger),
    Column("phid", Text),
    Column("name", Text),
    Column("project_phid", Text),
    Column("project_id", BigInteger),
    Column("is_default", Integer),
    Column("created_day", Integer),
)
maniphest_task = Table(
    "maniphest_task",
    loaded,
    Column("id", BigInteger),
    Column("phid", Text),
    Column("title", Text),
    Column("story_points", Text),
    Column("status_at_load", Text),
    Column("priority_at_load", Text),
    Column("date_created", BigInteger),
    Column("date_modified", BigInteger),
)
task_transactions = Table(
    "task_transactions",
    loaded,
    Column("task_id", BigInteger),
    *(Column(name, Text) for name in PLACES.values()),
)
maniphest_edge_transaction = Table(
    "maniphest_edge_transaction",
    loaded,
    Column("task_id", BigInteger),
    Column("transaction_id", BigInteger),
    Column("date_modified", BigInteger),
    Column("edges", Text),
)
maniphest_blocked = Table(
    "maniphest_blocked",
    loaded,
    Column("parent_id", BigInteger),
    Column("child_id", BigInteger),
)
task_history = Table(
    "task_history",
    loaded,
    Column("task_id", BigInteger),
    Column("steps", LargeBinary),
)
task_reading = Table(
    "task_reading",
    loaded,
    Column("task_id", BigInteger),
    Column("digest", LargeBinary),
    Column("newest_change", BigInteger),
    Column("compared", Integer),
    Column("edge_rows", Integer),
    Column("blocked_by", Text),
    Column("transaction_ids", LargeBinary),
)
project_task = Table(
    "project_task",
    loaded,
    Column("project_id", BigInteger),
    Column("task_ids", LargeBinary),
)
history_text = Table(
    "history_text",
    loaded,
    Column("code", Integer),
    Column("text", Text),
)
dump_load = Table(
    "dump_load",
    loaded,
    Column("day", Date),
    Column("source", Text),
    Column("loaded_at", Text),
    Column("bytes", BigInteger),
    Column("tasks", BigInteger),
    Column("transactions", BigInteger),
    Column("newest_change", BigInteger),
    Column("unreadable", Text),
    Column("program", Text),
)

INDEXES: Final = {
    "phabricator_project": ("id",),
    "phabricator_column": ("project_id",),
    "maniphest_task": ("id",),
    "task_transactions": ("task_id",),
    "maniphest_edge_transaction": ("task_id",),
    "maniphest_blocked": ("parent_id", "child_id"),
    "task_history": ("task_id",),
    "task_reading": ("task_id",),
    "project_task": ("project_id",),
}
"""The indexed columns of the loaded tables, one index each."""

OF_TASKS: Final = {
    "maniphest_task": "id",
    "task_transactions": "task_id",
    "maniphest_edge_transaction": "task_id",
    "task_history": "task_id",
    "task_reading": "task_id",
}
"""The loaded tables whose rows belong to one task each, by their first column, which tells it."""

warehouse_version = Table(
    "warehouse_version", kept, Column("version", Integer, primary_key=True, autoincrement=False)
)
reconstructed_day = Table(
    "reconstructed_day",
    kept,
    Column("scope", Text, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("date", Date, nullable=False),
    Column("load_day", Date, nullable=False),
)
scope_project = Table(
    "scope_project",
    kept,
    Column("scope", Text, primary_key=True),
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
)
scope_state = Table(
    "scope_state",
    kept,
    Column("scope", Text, primary_key=True),
    Column("state", BigInteger, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("points", Float),
    Column("maint_type", Text, nullable=False),
    Column("category_title", Text, nullable=False),
    Column("project_id", BigInteger, nullable=False),
    Column("projectcolumn", Text, nullable=False),
    Column("boards", Text, nullable=False),
    Column("watched", Text, nullable=False),
)
scope_period = Table(
    "scope_period",
    kept,
    Column("scope", Text, primary_key=True),
    Column("task", BigInteger, primary_key=True, autoincrement=False),
    Column("first_day", Integer, primary_key=True, autoincrement=False),
    Column("end_day", Integer, nullable=False),
    Column("state", BigInteger, nullable=False),
)
scope_recipe = Table(
    "scope_recipe",
    kept,
    Column("scope", Text, primary_key=True),
    Column("recipe", Text, nullable=False),
)
scope_report = Table(
    "scope_report",
    kept,
    Column("scope", Text, primary_key=True),
    Column("date", Date, nullable=False),
    Column("files", Text, nullable=False),
    Column("load_at", Text, nullable=False),
)
published_report = Table(
    "published_report",
    kept,
    Column("scope", Text, primary_key=True),
    Column("date", Date, nullable=False),
    Column("files", Text, nullable=False),
    Column("load_at", Text, nullable=False),
    Column("published_at", Text, nullable=False),
)
published_index = Table("published_index", kept, Column("listing", Text, nullable=False))
FIGURE_TABLES: Final = {
    **REPORTED_TABLES,
    **CHANGE_TABLES,
    **FORECAST_TABLES,
    **FLOW_TABLES,
}
"""The tables of a scope's newest figures but those of the record of its forecasts, by the name that
their frame has in `Figures`."""

RUN_TABLES: Final = {name: one for name, one in FIGURE_TABLES.items() if "digest" in one.columns}
WHOLE_TABLES: Final = {name: one for name, one in FIGURE_TABLES.items() if name not in RUN_TABLES}
"""Those of runs of days, of which only rows that differ are written, and the others."""

_EACH_DAY: Final = """
JOIN reconstructed_day AS d
  ON d.scope = p.scope AND d.day >= p.first_day AND d.day < p.end_day
"""
_EACH_DAY_REPORTED: Final = f"""{_EACH_DAY}
JOIN scope_report AS r ON r.scope = p.scope AND d.date <= r.date
"""

VIEWS: Final = {
    "task_on_date": f"""
SELECT p.scope, d.date, p.task AS id, s.status, s.project_id, n.name AS project, s.projectcolumn,
       s.points, s.maint_type, s.priority, s.category_title
FROM scope_period AS p {_EACH_DAY}
JOIN scope_state AS s ON s.scope = p.scope AND s.state = p.state
JOIN scope_project AS n ON n.scope = s.scope AND n.project_id = s.project_id
""",
    "task_on_date_recategorized": f"""
SELECT p.scope, d.date, p.id, p.category, p.status, p.points, p.maint_type
FROM category_period AS p {_EACH_DAY_REPORTED}
""",
    "task_on_date_agg": f"""
SELECT p.scope, p."range", d.date, p.category, p.status, p.maint_type, p.count, p.points
FROM aggregate_run AS p {_EACH_DAY_REPORTED}
""",
    "cumulative_flow": f"""
SELECT p.scope, d.date, p.status, p.count
FROM status_run AS p {_EACH_DAY_REPORTED}
""",
}
"""Tables of days that others may read, worked out from periods on reading."""
