"""What a report consists of: its pages, the sections of its help page, the tables beside it.

How they are made does not belong here: see `report`.
"""

from __future__ import annotations

from typing import Final

from phlogiston_assets.domain.pages.section_words import WORDS

PAGES = {
    "index.html": "Report",
    "forecast.html": "Forecast table",
    "forecast-record.html": "Forecast record",
    "changes.html": "What changed",
    "flow.html": "Flow",
    "open-tasks.html": "Open tasks",
    "unpointed-tasks.html": "Without points",
    "recently-closed.html": "Recently closed",
    "status-report.html": "Status report",
    "status-report-lastq.html": "Last quarter\N{RIGHT SINGLE QUOTATION MARK}s status",
    "rules.html": "Rules",
    "combinations.html": "Possible categories",
    "help.html": "Help",
}
"""The pages of a report by file name, in the order of its links."""

HELP = {
    "terms": "Terms",
    **{slug: title for slug, (title, _) in WORDS.items()},
    "outlook": "Forecast with probabilities",
    "record": "Forecast record",
    "forecast-table": "Forecast table",
    "changes": "What changed",
    "moves": "What moved the forecast",
    "flow-cumulative-flow": "Cumulative flow",
    "flow-arrivals-departures": "Arrivals and departures",
    "flow-cycle-times": "Cycle time",
    "flow-ages": "Age of open tasks",
    "open-tasks": "Open tasks",
    "unpointed-tasks": "Without points",
    "status-report": "Status reports",
    "recently-closed": "Recently closed",
    "rules": "Rules",
    "combinations": "Possible categories",
    "all-scopes": "All scopes",
    "data": "Data",
}
"""The sections of the help page by their places on it."""

TABLES = {
    "task_on_date_recategorized": "category_periods",
    "task_on_date_agg": "runs",
    "velocity": "velocity",
    "recently_closed": "recently_closed",
    "recently_closed_task": "recently_closed_task",
    "status_report": "status_report",
    "changed_task": "changed_task",
    "change_of_open": "change_of_open",
    "forecast": "forecast",
    "forecast_by_date": "forecast_by_date",
    "forecast_by_week": "forecast_by_week",
    "forecast_move": "forecast_move",
    "forecast_score": "forecast_score",
    "forecast_held": "forecast_held",
    "forecast_past": "forecast_past",
    "cumulative_flow": "status_runs",
    "flow_week": "flow_week",
    "cycle_time": "cycle_time",
    "cycle_time_by_category": "cycle_time_by_category",
    "task_age": "task_age",
    "maintenance_week": "maintenance_week",
    "maintenance_delta": "maintenance_delta",
    "maintenance_share": "maintenance_share",
    "open_tasks": "open_tasks",
    "unpointed_tasks": "unpointed_tasks",
    "points_histogram": "points_histogram",
    "combinations": "combinations",
}
"""Tables of domain.md, sections 7 and 8, and of forecast.md, that lie beside the pages, with the
frames they show."""

_RUNS: Final = "runs of equal days"
_FORMS: Final = {
    "task_on_date_recategorized": "periods",
    "task_on_date_agg": _RUNS,
    "cumulative_flow": _RUNS,
}
"""Tables that have one row for as many days as nothing changed."""


def note_of(table: str) -> str:
    """What is said of a table beside its name; "" for most."""
    form = _FORMS.get(table)
    holds = "a row holds from first_day up to the day before end_day"
    return f", as {form}: {holds}" if form else ""
