"""Reads a scope's settings from the text of ``<prefix>_scope.py``, an INI file despite its name.

The text is data: nothing in it is ever executed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from phlogiston_assets.domain.scopes.errors import (
    Faults,
    ScopeFileError,
    did_you_mean,
    place,
    shown,
)
from phlogiston_assets.domain.scopes.ini import Entry, Section, read_section
from phlogiston_assets.domain.scopes.settings import (
    ForecastDate,
    LeadingForecast,
    QuarterStart,
    ScopeSettings,
)
from phlogiston_assets.domain.scopes.values import (
    UnreadableError,
    as_boolean,
    as_cutoff,
    as_date,
    as_forecast_dates,
    as_leading_forecast,
    as_names,
    as_points,
    as_project_id,
    as_status_report_start,
    unquoted,
)

SECTION = "vars"
KNOWN = (
    "scope_title",
    "group",
    "start_date",
    "default_points",
    "show_points",
    "show_count",
    "retroactive_categories",
    "retroactive_points",
    "backlog_resolved_cutoff",
    "status_report_project",
    "status_report_start",
    "status_report_end",
    "forecast_dates",
    "leading_forecast",
    "working_columns",
    "working_statuses",
)
IGNORED = ("project_list", "status_report_range")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Given:
    """What the file gives, with the means to convert it and to blame the right line."""

    path: Path
    section: Section
    faults: Faults

    def text(self, name: str) -> str:
        entry = self.section.entries.get(name)
        return unquoted(entry.value) if entry else ""

    def read(self, name: str, convert: Callable[[str], _T], default: _T) -> _T:
        text = self.text(name)
        if text.lower() in {"", "none"} or self._is_continued(name):
            return default
        try:
            return convert(text)
        except UnreadableError as error:
            fault = f"{name} = {shown(text)} {error.fault}"
            self.faults.add(ScopeFileError(self.path, self.line(name), fault, error.remedy))
            return default

    def _is_continued(self, name: str) -> bool:
        """Whether the value runs on where it must not, which is a fault by itself."""
        entry = self.section.entries.get(name)
        return entry is not None and entry.continued is not None

    def line(self, name: str) -> int:
        entry = self.section.entries.get(name)
        return entry.line if entry else self.section.line


def parse_settings(text: str, prefix: str, path: Path) -> tuple[ScopeSettings, tuple[str, ...]]:
    """Return the settings that *text* holds, and warnings that begin with file and line.

    *prefix* and *path* (of the file that *text* was read from) are taken as they are. A setting
    that is empty or ``none`` counts as not given; matching quotes around a value are dropped.
    Raises ScopeFileError for whatever cannot be read, with all faults. Serves domain.md, section 4.
    """
    faults = Faults()
    given = _Given(path, read_section(text, path, SECTION, faults), faults)
    for name, entry in given.section.entries.items():
        faults.attempt(_check_entry, name, entry, path)
    settings = _settings(given, prefix)
    faults.attempt(_check_window, settings, given)
    if faults:
        raise faults.error()
    return settings, tuple(_warnings(settings, given))


def _check_entry(name: str, entry: Entry, path: Path) -> None:
    if name in IGNORED:
        return
    if name not in KNOWN:
        remedy = f"{did_you_mean(name, KNOWN)}The settings are {', '.join(KNOWN)}."
        raise ScopeFileError(path, entry.line, f"unknown setting {shown(name)}", remedy)
    if entry.continued is not None:
        fault = f"an indented line, which continues the value of {name}"
        remedy = "Begin each setting at the start of a line, and keep its value on that line."
        raise ScopeFileError(path, entry.continued, fault, remedy)


def _settings(given: _Given, prefix: str) -> ScopeSettings:
    no_date: date | None = None
    no_cutoff: date | QuarterStart | None = None
    quarter: date | int | QuarterStart = QuarterStart.CURRENT
    no_forecast_dates: tuple[ForecastDate, ...] = ()
    no_names: tuple[str, ...] = ()
    return ScopeSettings(
        prefix=prefix,
        title=_title(given),
        group=given.text("group"),
        start_date=given.read("start_date", as_date, no_date),
        default_points=given.read("default_points", as_points, None),
        show_points=given.read("show_points", as_boolean, default=True),
        show_count=given.read("show_count", as_boolean, default=True),
        retroactive_categories=given.read("retroactive_categories", as_boolean, default=False),
        retroactive_points=given.read("retroactive_points", as_boolean, default=False),
        backlog_resolved_cutoff=given.read("backlog_resolved_cutoff", as_cutoff, no_cutoff),
        status_report_project=given.read("status_report_project", as_project_id, None),
        status_report_start=given.read("status_report_start", as_status_report_start, quarter),
        status_report_end=given.read("status_report_end", as_date, no_date),
        forecast_dates=given.read("forecast_dates", as_forecast_dates, no_forecast_dates),
        leading_forecast=given.read(
            "leading_forecast", as_leading_forecast, LeadingForecast.PROBABILITIES
        ),
        working_columns=given.read("working_columns", as_names, no_names),
        working_statuses=given.read("working_statuses", as_names, no_names),
        ignored=tuple(name for name in given.section.entries if name in IGNORED),
    )


def _title(given: _Given) -> str:
    title = given.text("scope_title")
    if not title:
        remedy = f"Write scope_title = the team's name below [{SECTION}]."
        line = given.line("scope_title")
        given.faults.add(ScopeFileError(given.path, line, "scope_title is missing", remedy))
    return title


def _check_window(settings: ScopeSettings, given: _Given) -> None:
    start, end = settings.status_report_start, settings.status_report_end
    if isinstance(start, date) and end is not None and end < start:
        fault = f"status_report_end = {end} lies before status_report_start = {start}"
        line = given.line("status_report_end")
        raise ScopeFileError(given.path, line, fault, "Write the later date as the end.")


def _warnings(settings: ScopeSettings, given: _Given) -> list[str]:
    warnings = [
        f"{place(given.path, given.line(name))}: {name} is a setting of old versions and is"
        " ignored. Remove the line."
        for name in settings.ignored
    ]
    if not (settings.show_points or settings.show_count):
        warnings.append(
            f"{place(given.path, given.line('show_count'))}: the report shows neither points nor"
            " count, so nothing. Set show_points or show_count to true."
        )
    return warnings
