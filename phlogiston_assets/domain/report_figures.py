"""Computing all figures of one scope's report of one day (domain.md, sections 5 to 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from phlogiston_assets.domain.categories.categorisation import (
    CategoryPeriods,
    StatusSets,
    categorise,
    settled,
    unknown_statuses,
)
from phlogiston_assets.domain.counting import aggregation, closing, task_lists
from phlogiston_assets.domain.counting import status_report as status
from phlogiston_assets.domain.counting.forecasting import velocity_frame
from phlogiston_assets.domain.counting.kind_of_work import (
    maintenance_delta,
    maintenance_share,
    maintenance_week,
)
from phlogiston_assets.domain.counting.net_changes import net_changes
from phlogiston_assets.domain.counting.ranges import left_out, ranges_frame
from phlogiston_assets.domain.days import day_number, day_of
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.flow.flow_figures import FlowFigures, FlowInput, flow_figures
from phlogiston_assets.domain.forecasts.forecast_figures import ForecastInput, Outlook, Record
from phlogiston_assets.domain.forecasts.forecast_moves import Told
from phlogiston_assets.domain.forecasts.record import Origin
from phlogiston_assets.domain.forecasts.record_tables import RecordTables, no_record
from phlogiston_assets.domain.history.periods import Ints, Periods
from phlogiston_assets.domain.scopes import (
    Display,
    Rule,
    Scope,
    SnapshotWindow,
    last_quarter_window,
    scope_projects,
)


@dataclass(frozen=True, slots=True)
class ReportInput:
    """What the figures of a scope's report are computed from.

    `rules` are resolved; `periods` are those of all reconstructed days; `first_day` is the first of
    these and `day` the report's; `parents` are the tasks blocked by each, `unpointed` those without
    points and `created` the days on which tasks were made, as of the load; `kept` are the origins
    of forecasts of the past, by day; `said` is what was forecast a week before the day,
    None if that is not known.
    """

    scope: Scope
    rules: tuple[Rule, ...]
    projects: Mapping[int, str]
    periods: Periods
    first_day: int
    day: int
    parents: Mapping[int, Iterable[int]]
    statuses: StatusSets
    unpointed: frozenset[int] = frozenset()
    created: Mapping[int, int] = field(default_factory=dict)
    kept: Mapping[int, Origin] = field(default_factory=dict)
    said: Told | None = None


def report_figures(given: ReportInput, *, record: bool = True) -> Figures:
    """Every figure of the report; those of the record of forecasts only if `record` is wanted."""
    settings = given.scope.settings
    periods = given.periods.clip(given.first_day, given.day + 1)
    as_it_was = _as_it_was(given, periods)
    categorised = settled(as_it_was, settings, given.day)
    titles = [category.title for category in categorised.categories]
    closed = closing.closings(categorised, given.first_day)
    normal = aggregation.daily_runs(categorised)
    prefix = settings.prefix
    weekly = maintenance_week(normal, given.first_day, given.day)
    delta = maintenance_delta(weekly)
    outlook = _outlook(given, periods, as_it_was)
    ahead = outlook.forecasts()
    told = outlook.record().tables if record else no_record()
    gone = left_out(settings, periods, given.day, given.statuses)
    flow = _flow(given, periods, categorised, gone[aggregation.CUTOFF])
    changed = net_changes(
        categorised, periods, (given.first_day, given.day), given.created, given.statuses
    )
    open_now = task_lists.open_tasks(periods, categorised, given.day)
    return Figures(
        scope=given.scope,
        rules=given.rules,
        projects=given.projects,
        categories=tuple(one for one in categorised.categories if one.display is not Display.OMIT),
        first_day=day_of(given.first_day),
        day=day_of(given.day),
        category_periods=_of(prefix, aggregation.periods_frame(categorised)),
        runs=_of(prefix, ranges_frame(categorised, normal, gone)),
        velocity=_of(prefix, velocity_frame(normal, titles)),
        recently_closed=_of(prefix, closing.recently_closed(closed)),
        recently_closed_task=_of(prefix, closing.recently_closed_task(closed, given.day)),
        status_report=_of(prefix, _status_reports(given, periods, categorised)),
        maintenance_week=weekly,
        maintenance_delta=delta,
        maintenance_share=maintenance_share(delta),
        forecast=_of(prefix, ahead.dates),
        forecast_by_date=_of(prefix, ahead.by_date),
        forecast_by_week=_of(prefix, ahead.by_week),
        forecast_move=_of(prefix, outlook.moves(ahead, given.said)),
        forecast_score=_of(prefix, told.scores),
        forecast_held=_of(prefix, told.held),
        forecast_past=_of(prefix, told.past),
        status_runs=_of(prefix, flow.runs),
        flow_week=_of(prefix, flow.week),
        cycle_time=_of(prefix, flow.cycle_time),
        cycle_time_by_category=_of(prefix, flow.by_category),
        task_age=_of(prefix, flow.age),
        balance=outlook.balance(),
        changed_task=_of(prefix, changed.tasks),
        change_of_open=_of(prefix, changed.sums),
        open_tasks=open_now,
        unpointed_tasks=task_lists.unpointed_tasks(open_now, given.unpointed),
        points_histogram=task_lists.points_histogram(periods, categorised, given.day),
        combinations=task_lists.combinations(
            periods, given.projects, scope_projects(given.rules), given.day
        ),
        warnings=(*_warnings(given, periods), *flow.warnings),
    )


def record_figures(given: ReportInput) -> Record:
    """The record of a scope's forecasts alone: its tables, as those of a report, and the origins.

    Serves forecast.md, "The record".
    """
    periods = given.periods.clip(given.first_day, given.day + 1)
    record = _outlook(given, periods, _as_it_was(given, periods)).record()
    prefix, told = given.scope.settings.prefix, record.tables
    scores, held, past = (_of(prefix, one) for one in (told.scores, told.held, told.past))
    return Record(RecordTables(scores, held, past), record.origins)


def _as_it_was(given: ReportInput, periods: Periods) -> CategoryPeriods:
    """The categories by today's rules, without retroactive settings."""
    settings = given.scope.settings
    plain = replace(settings, retroactive_categories=False, retroactive_points=False)
    return categorise(periods, given.rules, plain, given.day, given.statuses)


def _outlook(given: ReportInput, periods: Periods, as_it_was: CategoryPeriods) -> Outlook:
    return Outlook(
        ForecastInput(
            settings=given.scope.settings,
            periods=periods,
            days=(given.first_day, given.day),
            created=given.created,
            statuses=given.statuses,
            kept=given.kept,
        ),
        as_it_was,
    )


def _flow(
    given: ReportInput, periods: Periods, categorised: CategoryPeriods, left_out: Ints
) -> FlowFigures:
    return flow_figures(
        FlowInput(
            settings=given.scope.settings,
            periods=periods,
            categorised=categorised,
            days=(given.first_day, given.day),
            created=given.created,
            statuses=given.statuses,
            left_out=left_out,
        )
    )


def _of(prefix: str, frame: pd.DataFrame) -> pd.DataFrame:
    frame.insert(0, "scope", prefix)
    return frame


def status_windows(given: ReportInput) -> dict[str, SnapshotWindow]:
    """The two status reports' days, moved into the reconstructed ones; none without a project."""
    day = day_of(given.day)
    current = given.scope.settings.status_report_window(day)
    if current is None:
        return {}
    first = day_of(given.first_day)
    windows = {"current": current, "lastq": last_quarter_window(day)}
    return {name: window.within(first, day) for name, window in windows.items()}


def _status_reports(
    given: ReportInput, periods: Periods, categorised: CategoryPeriods
) -> pd.DataFrame:
    frames = [pd.DataFrame(columns=["report", *status.COLUMNS])]
    project = given.scope.settings.status_report_project
    for name, window in status_windows(given).items():
        initial, final = (
            status.take_snapshot(
                periods, categorised, project or 0, day_number(day), given.statuses
            )
            for day in (window.initial, window.final)
        )
        frame = status.status_report(initial, final, given.parents)
        frame.insert(0, "report", name)
        frames.append(frame)
    return pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)


def _warnings(given: ReportInput, periods: Periods) -> tuple[str, ...]:
    unknown = unknown_statuses(periods, given.statuses)
    found = tuple(
        f"The status {name!r} is in none of the three sets of statuses; it counts as open."
        for name in unknown
    )
    return given.scope.warnings + found
