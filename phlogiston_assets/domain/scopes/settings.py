"""What a scope's settings are, and what they mean on a report's day.

Reading them from a file belongs in settings_file.py.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, StrEnum
from typing import NamedTuple

from phlogiston_assets.domain.scopes.quarters import (
    ONE_DAY,
    SnapshotWindow,
    previous_quarter_start,
    quarter_start,
)


class QuarterStart(Enum):
    """A date that moves with the report: ``CURRENT`` is the start of the report's quarter."""

    CURRENT = "start of the current quarter"


class ForecastDate(NamedTuple):
    """A date for which the report tells how likely a scope is done by then, and its name if any."""

    day: date
    name: str = ""


class LeadingForecast(StrEnum):
    """Which forecast a report tells first; it always shows both."""

    PROBABILITIES = "probabilities"
    CLASSIC = "classic"


@dataclass(frozen=True, slots=True)
class ScopeSettings:
    """The settings of one scope (domain.md, section 4); the defaults are those of that table.

    *group* is the heading under which the site lists the scope, "" for none; *default_points*
    are points; *status_report_start* as an int is a number of days back from the report's day;
    a task is at work in a column whose name contains one of *working_columns* (case-sensitive, as
    in rules) or in one of *working_statuses*, and anywhere in the scope if both are empty;
    *ignored* names the settings of old versions that the file holds and nothing reads.
    """

    prefix: str
    title: str
    group: str = ""
    start_date: date | None = None
    default_points: float | None = None
    show_points: bool = True
    show_count: bool = True
    retroactive_categories: bool = False
    retroactive_points: bool = False
    backlog_resolved_cutoff: date | QuarterStart | None = None
    status_report_project: int | None = None
    status_report_start: date | int | QuarterStart = QuarterStart.CURRENT
    status_report_end: date | None = None
    forecast_dates: tuple[ForecastDate, ...] = ()
    leading_forecast: LeadingForecast = LeadingForecast.PROBABILITIES
    working_columns: tuple[str, ...] = ()
    working_statuses: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    def first_day(self, day: date) -> date:
        """Return the first day of the reconstruction for a report of *day*."""
        return self.start_date or previous_quarter_start(day)

    def cutoff_date(self, day: date) -> date | None:
        """Return the date before whose start resolved tasks are left out of burnups, or None."""
        if isinstance(self.backlog_resolved_cutoff, QuarterStart):
            return quarter_start(day)
        return self.backlog_resolved_cutoff

    def status_report_window(self, day: date) -> SnapshotWindow | None:
        """Return the two days that the status report of *day* compares, or None if there is none.

        Serves domain.md, section 7: I is the start of status_report_start, so the day before it;
        F is *day*, or the day before status_report_end. Neither is moved into the reconstructed
        days yet: see SnapshotWindow.within.
        """
        if self.status_report_project is None:
            return None
        final = day if self.status_report_end is None else self.status_report_end - ONE_DAY
        return SnapshotWindow(initial=self._status_report_from(day) - ONE_DAY, final=final)

    def _status_report_from(self, day: date) -> date:
        if isinstance(self.status_report_start, QuarterStart):
            return quarter_start(day)
        if isinstance(self.status_report_start, int):
            return day - timedelta(days=self.status_report_start)
        return self.status_report_start
