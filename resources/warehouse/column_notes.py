"""What each column of the tables that others may read holds, for Dagster's catalogue.

docs/tables.md says the same in short. What does not belong here: types of stored tables, which are
told by the schema itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from resources.warehouse import schema, transaction_view
from resources.warehouse.forecast_schema import RECORD_TABLES, forecast_said
from resources.warehouse.metadata import kept, loaded

_KINDS: Final = {
    "TEXT": "text",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "FLOAT": "number",
    "DATE": "date",
}

_VIEWS: Final = {
    "task_on_date": "scope:text date:date id:integer status:text project_id:integer project:text "
    "projectcolumn:text points:number maint_type:text priority:text category_title:text",
    "task_on_date_recategorized": "scope:text date:date id:integer category:text status:text "
    "points:number maint_type:text",
    "task_on_date_agg": "scope:text range:text date:date category:text status:text "
    "maint_type:text count:integer points:number",
    "cumulative_flow": "scope:text date:date status:text count:integer",
    transaction_view.NAME: "id:integer phid:text task_id:integer object_phid:text "
    "transaction_type:text old_value:text new_value:text date_modified:integer metadata:text",
}
"""Columns of the views with their types, which are those of what they select."""

_OUTLOOKS: Final = {"pes": "pessimistic", "nom": "nominal", "opt": "optimistic"}
_FIGURES: Final = {
    "vel": "{} velocity in {} a week",
    "total_growrate": "{} growth of the total in {} a week",
    "fore": "{} weeks until all is resolved, in {}",
}
_CLASSIC: Final = {
    f"{outlook}_{measure}_{figure}": f"{said.format(name, unit).capitalize()}."
    for outlook, name in _OUTLOOKS.items()
    for measure, unit in (("points", "points"), ("count", "tasks"))
    for figure, said in _FIGURES.items()
}
_SHARES: Final = {
    f"{frozen}p{percent}": f"Day on which all is done in {percent}% of the simulated futures{said}."
    for frozen, said in (("", ""), ("frozen_", ", if nothing came in any more"))
    for percent in (50, 85, 95)
}
_NOTES: Final = {
    **_CLASSIC,
    **_SHARES,
    **{
        f"done_{n}": f"Completed by then at least, in {n}% of the futures."
        for n in (5, 15, 50, 85, 95)
    },
    **{f"pit_{n}": f"Where completions of {n} weeks came to lie: 0 to 1." for n in (2, 4, 8, 13)},
    "about": "What was forecast: completed, matched or done.",
    "apart": "Of those that are due, how many do not overlap.",
    "apart_held": "Of those that do not overlap, how many held.",
    "at_least": "Work may have begun before the history did.",
    "at_work": "Of the open tasks, how many are in task_age.",
    "by": "The date that the forecast is about.",
    "bytes": "Size of the dump.",
    "by_chance": "Weeks by which other draws moved the date.",
    "by_configuration": "Weeks by which other rules moved the date.",
    "by_pace": "Weeks by which what was completed since moved the date.",
    "by_scope": "Weeks by which what came in and went out moved the date.",
    "category": "Title of the category; empty for all shown together.",
    "category_before": "Category before the change.",
    "category_title": "Titles of the category tasks above the task.",
    "change": "What became of the task.",
    "child_id": "The task that has to be done first.",
    "classic_score": "Score of the classic forecast.",
    "classic_skill": "Share by which the score is better than the classic forecast's.",
    "compared_with": "The day at whose end the comparison begins.",
    "count": "How many tasks.",
    "count_resolved": "Tasks resolved so far.",
    "count_total": "Tasks so far, open and resolved.",
    "created_day": "Day on which it was made, counted from 1970-01-01.",
    "date": "Day, in UTC.",
    "date_created": "Instant at which it was made, in seconds since 1970.",
    "date_modified": "Instant of the change, in seconds since 1970.",
    "day": "Last day that the dump covers whole.",
    "days": "Days that it took, or is open.",
    "declined": "Declined meanwhile.",
    "done_on": "Day on which all was done; null while it is not.",
    "due": "Dates that have come.",
    "edges": "Ids of the projects after the change, as a JSON list.",
    "frozen_probability": "The same if nothing came in any more.",
    "held": "Of the dates that have come, how many held.",
    "high": "Upper end of the likely share of dates that hold.",
    "id": "Id of the task.",
    "is_default": "1 for the column that new tasks come to.",
    "kept": "1 where what was said then is known.",
    "loaded_at": "Instant of the load.",
    "low": "Lower end of the likely share of dates that hold.",
    "made_on": "Day of the forecast.",
    "maint_type": "Kind of work: Maintenance, New Functionality or empty.",
    "mean_score": "Score of a flat mean of past weeks.",
    "mean_skill": "Share by which the score is better than the flat mean's.",
    "measure": "count or points.",
    "metadata": "Further values of the change, as JSON.",
    "moved_in": "Came into the scope or category from outside.",
    "moved_out": "Left the scope or category.",
    "name": "Its name.",
    "new": "Made meanwhile.",
    "new_value": "Value after the change, as JSON.",
    "newest_change": "Instant of the newest change, in seconds since 1970.",
    "object_phid": "Phabricator's identifier of what was changed.",
    "old_value": "Value before the change, as JSON.",
    "open": "What is open.",
    "open_after": "What is open at the end.",
    "open_before": "What was open at the beginning.",
    "origins": "Past forecasts that were scored.",
    "p85_at_pace": "The 85% date with what was completed since.",
    "p85_by_rules": "The 85% date of that day by today's rules.",
    "p85_now": "The 85% date of today.",
    "p85_redrawn": "The 85% date of that day by today's draws.",
    "p85_then": "The 85% date as it was said then.",
    "parent_id": "The task that waits.",
    "passed": "The highest of the lines 50, 85 and 95 that it is beyond; else 0.",
    "percent": "How often the date should hold, in per cent.",
    "phid": "Phabricator's identifier.",
    "points": "Story points; null for none.",
    "points_before": "Points before the change.",
    "points_resolved": "Points resolved so far.",
    "points_total": "Points so far, open and resolved.",
    "priority": "Priority as recorded.",
    "priority_at_load": "Priority as of the load.",
    "probability": "Share of the simulated futures in which all is done by then.",
    "program": "Which program read the dump: a digest of its text.",
    "project": "Name of the project.",
    "project_id": "Id of the project.",
    "project_phid": "Phabricator's identifier of the project.",
    "projectcolumn": "Name of the column on the project's board.",
    "promised": "Dates that were named.",
    "range": "normal, cutoff (without what was resolved long ago) or lastq (last quarter).",
    "re_estimated": "Balance of what was estimated anew.",
    "reason": "Why there is no forecast.",
    "recategorised_in": "Came from another category.",
    "recategorised_out": "Went to another category.",
    "reopened": "Was resolved and is open again.",
    "report": "current or lastq.",
    "resolved": "Resolved meanwhile.",
    "resolved_on": "Day on which it was resolved.",
    "scope": "Prefix of the scope.",
    "score": "Score of the forecasts with probabilities; less is better.",
    "since": "Since when: yesterday, week or quarter.",
    "source": "Where the dump came from.",
    "started_on": "Day on which work began.",
    "state": "forecast, done or none.",
    "status": "open or resolved.",
    "status_at_load": "Status as of the load.",
    "story_points": "Story points as the dump has them.",
    "task_id": "Id of the task.",
    "task_scope": "Whether the task was in scope at the beginning.",
    "tasks": "How many tasks.",
    "timed": "Of the resolved tasks, how many are in cycle_time.",
    "title": "Its title.",
    "transaction_id": "Id of the change.",
    "transaction_type": "Kind of change.",
    "transactions": "How many changes.",
    "unreadable": "Values that could not be read, by kind, as JSON.",
    "weeks": "Weeks that the figures are drawn from, or look ahead.",
}
_OF_TABLE: Final = {
    ("phabricator_project", "id"): "Id of the project.",
    ("phabricator_column", "id"): "Id of the column.",
    ("maniphest_transaction", "id"): "Id of the change.",
    ("maniphest_task", "date_modified"): "Instant of its newest change, in seconds since 1970.",
    ("task_on_date", "status"): "Status as recorded.",
    ("cumulative_flow", "status"): "Status as recorded, or resolved.",
    ("cycle_time_by_category", "resolved"): "How many resolved tasks.",
    ("cycle_time_by_category", "open"): "How many open tasks.",
    ("status_report", "status"): "What became of the task.",
    ("flow_week", "date"): "Last day of the week.",
    **{
        ("cycle_time_by_category", f"p{n}"): f"Days within which {n}% of the tasks were done."
        for n in (50, 85, 95)
    },
}


class PublicColumn(NamedTuple):
    """A column: its name, its type (text, integer, number or date) and what it holds."""

    name: str
    kind: str
    note: str


def public_tables() -> Iterator[str]:
    """The names of all tables and views that others may read (docs/tables.md)."""
    ours = ("category_period", "aggregate_run", "status_run")
    figures = (*schema.FIGURE_TABLES.values(), *RECORD_TABLES.values(), forecast_said)
    stored = ("task_transactions", "task_history", "task_reading", "project_task", "history_text")
    yield from _VIEWS
    yield from (table.name for table in figures if table.name not in ours)
    yield from (name for name in loaded.tables if name not in stored)


def public_columns(table: str) -> list[PublicColumn]:
    """The columns of a table or view that others may read, in order."""
    if table in _VIEWS:
        kinds = dict(column.split(":") for column in _VIEWS[table].split())
    else:
        found = loaded.tables[table] if table in loaded.tables else kept.tables[table]
        kinds = {column.name: _KINDS[str(column.type)] for column in found.columns}
    notes = {name: _OF_TABLE.get((table, name)) or _NOTES.get(name, "") for name in kinds}
    return [PublicColumn(name, kind, notes[name]) for name, kind in kinds.items()]
