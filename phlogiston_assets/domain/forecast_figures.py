"""The forecast of a scope's day and its record, from periods (forecast.md).

Retroactive settings are off in both: the record has to know on each day only what was known then,
and the forecast shown has to be the one that has the record. Today's rules hold on all days.

What does not belong here: the other figures of a report (see `report_figures`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from phlogiston_assets.domain.aggregation import daily_runs
from phlogiston_assets.domain.baselines import classic_baseline, mean_baseline
from phlogiston_assets.domain.categorisation import CategoryPeriods, StatusSets, categorise
from phlogiston_assets.domain.changes import changes_of
from phlogiston_assets.domain.figure_checks import check_balance
from phlogiston_assets.domain.flows import Flows, flows_of
from phlogiston_assets.domain.forecast_tables import Forecasts, forecasts
from phlogiston_assets.domain.periods import Periods
from phlogiston_assets.domain.record import Origin, keep_record
from phlogiston_assets.domain.record_tables import RecordTables, record_tables
from phlogiston_assets.domain.scopes import Rule, ScopeSettings
from phlogiston_assets.domain.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class ForecastInput:
    """What a forecast and its record are made from.

    `rules` are resolved; `periods` are those from the first to the last of `days`; `created` gives
    the day on which each task was made; `kept` are origins that were forecast before, by day.
    """

    settings: ScopeSettings
    rules: tuple[Rule, ...]
    periods: Periods
    days: tuple[int, int]
    created: Mapping[int, int]
    statuses: StatusSets
    kept: Mapping[int, Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ForecastFigures:
    """The tables of the forecast and of its record, and the origins to keep.

    `balance` says whether what went in adds up.
    """

    forecasts: Forecasts
    record: RecordTables
    origins: tuple[Origin, ...]
    balance: Verdict


def forecast_figures(given: ForecastInput) -> ForecastFigures:
    """Forecast the last of the days, and bring the record up to it."""
    settings = replace(given.settings, retroactive_categories=False, retroactive_points=False)
    day = given.days[1]
    categorised = categorise(given.periods, given.rules, settings, day, given.statuses)
    changes = changes_of(categorised, given.periods, given.days, given.created, given.statuses)
    flows = flows_of(changes, categorised, given.days)
    origins = keep_record(settings.prefix, flows, given.kept)
    return ForecastFigures(
        forecasts(settings.prefix, flows.weeks(day), settings.forecast_dates),
        _record(origins, flows, categorised),
        tuple(origins),
        check_balance(flows, daily_runs(categorised)),
    )


def _record(origins: list[Origin], flows: Flows, categorised: CategoryPeriods) -> RecordTables:
    days = [one.day for one in origins]
    classic = classic_baseline(categorised, flows, days)
    return record_tables(origins, flows, classic, mean_baseline(flows, days))
