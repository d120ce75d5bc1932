"""All figures of one scope's report of one day, as frames (domain.md, sections 5 to 8).

This module only says what they are; `report_figures` computes them, charts and pages show them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.scopes import Display, Rule, Scope
from phlogiston_assets.domain.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Figures:
    """What a report shows. Days are `datetime64[s]`, points `float64` with NaN for none.

    Attributes:
        scope: the scope's settings and its rules as written.
        rules: the rules after names and wildcards became ids.
        projects: names of the dump's projects by id.
        categories: shown and hidden categories in order of priority; omitted ones are left out.
        first_day: first reconstructed day.
        day: the report's day.
        category_periods: id, category, status ("open" or "resolved"), points, maint_type,
            first_day, end_day (exclusive): `task_on_date_recategorized` without repeating days.
        runs: range ("normal", "cutoff", "lastq"), category, status, maint_type, count, points,
            first_day, end_day (exclusive): `task_on_date_agg` without repeating days.
        velocity: as the table `velocity`.
        recently_closed: as the table `recently_closed`.
        recently_closed_task: as the table `recently_closed_task`.
        status_report: as the table `status_report`; `report` is "current" or "lastq".
        maintenance_week, maintenance_delta, maintenance_share: see `kind_of_work`.
        forecast, forecast_by_date, forecast_by_week: the frames of `Forecasts`, see
            `forecast_tables`.
        forecast_move: what moved the 85 % dates since last week, see `forecast_moves`.
        forecast_score, forecast_held, forecast_past: the frames of `RecordTables`, see
            `record_tables`; empty where the figures were made without their record.
        balance: whether what is open follows from its flows, see `figure_checks`.
        status_runs, flow_week, cycle_time, cycle_time_by_category, task_age: the frames of
            `FlowFigures`, see `flow_figures`.
        changed_task, change_of_open: the frames of `NetChanges`, see `net_changes`.
        open_tasks, unpointed_tasks, points_histogram, combinations: see `task_lists`.
        warnings: sentences about the scope's files and unknown statuses.
    """

    scope: Scope
    rules: tuple[Rule, ...]
    projects: Mapping[int, str]
    categories: tuple[Category, ...]
    first_day: date
    day: date
    category_periods: pd.DataFrame
    runs: pd.DataFrame
    velocity: pd.DataFrame
    recently_closed: pd.DataFrame
    recently_closed_task: pd.DataFrame
    status_report: pd.DataFrame
    maintenance_week: pd.DataFrame
    maintenance_delta: pd.DataFrame
    maintenance_share: pd.DataFrame
    changed_task: pd.DataFrame
    change_of_open: pd.DataFrame
    open_tasks: pd.DataFrame
    unpointed_tasks: pd.DataFrame
    points_histogram: pd.DataFrame
    combinations: pd.DataFrame
    forecast: pd.DataFrame
    forecast_by_date: pd.DataFrame
    forecast_by_week: pd.DataFrame
    forecast_move: pd.DataFrame
    forecast_score: pd.DataFrame
    forecast_held: pd.DataFrame
    forecast_past: pd.DataFrame
    status_runs: pd.DataFrame
    flow_week: pd.DataFrame
    cycle_time: pd.DataFrame
    cycle_time_by_category: pd.DataFrame
    task_age: pd.DataFrame
    balance: Verdict
    warnings: tuple[str, ...]

    def shown(self, *, hidden: bool = False) -> tuple[Category, ...]:
        """The shown categories in order of priority; those that are hidden too if wanted."""
        return tuple(one for one in self.categories if hidden or one.display is Display.SHOW)
