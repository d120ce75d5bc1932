"""The forecast of a scope's day and its record, from periods (forecast.md).

Retroactive settings are off in both: the record has to know on each day only what was known then,
and the forecast shown has to be the one that has the record. Today's rules hold on all days.

What does not belong here: the other figures of a report (see `report_figures`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from phlogiston_assets.domain.categories.categorisation import CategoryPeriods, StatusSets
from phlogiston_assets.domain.counting.aggregation import daily_runs
from phlogiston_assets.domain.counting.changes import changes_of
from phlogiston_assets.domain.counting.figure_checks import check_balance
from phlogiston_assets.domain.counting.flows import flows_of
from phlogiston_assets.domain.forecasts.baselines import classic_baseline, mean_baseline
from phlogiston_assets.domain.forecasts.forecast_moves import Told, forecast_moves
from phlogiston_assets.domain.forecasts.forecast_tables import Forecasts, forecasts
from phlogiston_assets.domain.forecasts.record import Origin, keep_record
from phlogiston_assets.domain.forecasts.record_tables import RecordTables, record_tables
from phlogiston_assets.domain.history.periods import Periods
from phlogiston_assets.domain.scopes import ScopeSettings
from phlogiston_assets.domain.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class ForecastInput:
    """What a forecast and its record are made from.

    `periods` are those from the first to the last of `days`; `created` gives
    the day on which each task was made; `kept` are origins that were forecast before, by day.
    """

    settings: ScopeSettings
    periods: Periods
    days: tuple[int, int]
    created: Mapping[int, int]
    statuses: StatusSets
    kept: Mapping[int, Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """The tables of a scope's record, and the origins to keep."""

    tables: RecordTables
    origins: tuple[Origin, ...]


class Outlook:
    """The flows of a scope up to its last day, and the forecast and the record made from them."""

    def __init__(self, given: ForecastInput, categorised: CategoryPeriods) -> None:
        """Work out the flows; what is made from them is made when it is asked for.

        `categorised` are made of the same periods without retroactive settings.
        """
        self._given, self._categorised = given, categorised
        periods, days, statuses = given.periods, given.days, given.statuses
        changes = changes_of(categorised, periods, days, given.created, statuses)
        self._flows = flows_of(changes, categorised, days)

    def forecasts(self) -> Forecasts:
        """The forecasts of the last day."""
        settings = self._given.settings
        weeks = self._flows.weeks(self._given.days[1])
        return forecasts(settings.prefix, weeks, settings.forecast_dates)

    def moves(self, now: Forecasts, said: Told | None) -> pd.DataFrame:
        """What moved the forecasts of the last day since a week before; `said` is what was said."""
        return forecast_moves(self._given.settings.prefix, self._flows, now, said)

    def balance(self) -> Verdict:
        """Whether what went in adds up."""
        return check_balance(self._flows, daily_runs(self._categorised))

    def record(self) -> Record:
        """The record up to the last day; only what is not kept is forecast anew."""
        origins = keep_record(self._given.settings.prefix, self._flows, self._given.kept)
        days = [one.day for one in origins]
        classic = classic_baseline(self._categorised, self._flows, days)
        plain = mean_baseline(self._flows, days)
        return Record(record_tables(origins, self._flows, classic, plain), tuple(origins))
