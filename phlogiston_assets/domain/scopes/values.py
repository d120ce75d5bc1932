"""Turns the text of one setting into a value: booleans, dates, numbers, project ids.

Each function raises UnreadableError, which knows neither file nor line; the readers of the files
add these.
"""

import math
import re
from datetime import date

from phlogiston_assets.domain.scopes.settings import ForecastDate, LeadingForecast, QuarterStart

# The words that ConfigParser knows, and the t and f of older scopes.
_YES = frozenset({"true", "yes", "on", "1", "t"})
_NO = frozenset({"false", "no", "off", "0", "f"})
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")
_PROJECT_ID = re.compile(r"0*[1-9][0-9]{0,9}")
# What an integer column holds in every database.
_GREATEST_ID = 2**31 - 1
_DAYS = re.compile(r"[0-9]{1,5}")
# A slip such as 0217-01-01 would ask for a reconstruction of eighteen centuries.
_EARLIEST = date(1990, 1, 1)
_LATEST = date(2199, 12, 31)

# Fault and remedy.
_NO_BOOLEAN = ("is neither true nor false", "Write true or false.")
_NO_DATE = ("is no date", "Write a date as 2024-01-31.")
_NO_SUCH_DAY = ("is no day of the calendar", "Write a date as 2024-01-31.")
_IMPLAUSIBLE = ("is no plausible date", f"Write a date between {_EARLIEST} and {_LATEST}.")
_NO_POINTS = ("is no number of points", "Write a number as 2 or 0.5, or none.")
_NO_PROJECT_ID = (
    "is no project id",
    "Write the number that Phabricator shows in the project's address, as 483.",
)
_NO_NAMES = (
    "has nothing before or after a comma",
    "Write names separated by commas, as Doing, Review.",
)


class UnreadableError(ValueError):
    """A text is no value of the kind wanted: *fault* completes "x ...", *remedy* is a sentence."""

    def __init__(self, fault: str, remedy: str) -> None:
        """Keep both parts."""
        super().__init__(fault, remedy)
        self.fault = fault
        self.remedy = remedy


def unquoted(text: str) -> str:
    """Drop a pair of matching quotes around *text*, unless it holds that quote elsewhere too."""
    quote = text[:1]
    inner = text[1:-1]
    if quote in {"'", '"'} and len(text) > 1 and text.endswith(quote) and quote not in inner:
        return inner.strip()
    return text


def as_boolean(text: str) -> bool:
    """Read true, yes, on, 1, t or false, no, off, 0, f, in any case."""
    word = text.lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise UnreadableError(*_NO_BOOLEAN)


def as_date(text: str) -> date:
    """Read a date as 2024-01-31, from 1990 to 2199."""
    if not _ISO_DATE.fullmatch(text):
        raise UnreadableError(*_NO_DATE)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UnreadableError(*_NO_SUCH_DAY) from None
    if not _EARLIEST <= day <= _LATEST:
        raise UnreadableError(*_IMPLAUSIBLE)
    return day


def as_points(text: str) -> float:
    """Read a number of points: 0 or more, digits with a decimal point at most."""
    points = float(text) if _NUMBER.fullmatch(text) else math.inf
    if not math.isfinite(points):
        raise UnreadableError(*_NO_POINTS)
    return points


def as_project_id(text: str) -> int:
    """Read the id of one project."""
    if not _PROJECT_ID.fullmatch(text) or int(text) > _GREATEST_ID:
        raise UnreadableError(*_NO_PROJECT_ID)
    return int(text)


def as_cutoff(text: str) -> date | QuarterStart | None:
    """Read a date, or yes (``default`` too: start of the current quarter), or no (no cutoff)."""
    word = text.lower()
    if word == "default" or word in _YES:
        return QuarterStart.CURRENT
    if word in _NO:
        return None
    return _date_or(text, "default (the start of the quarter) or none")


def as_status_report_start(text: str) -> date | int | QuarterStart:
    """Read a date, a number of days back, or ``default`` or true (start of the quarter).

    A digit is always a number of days here: ``1`` is yesterday, not true.
    """
    if _DAYS.fullmatch(text):
        return int(text)
    word = text.lower()
    if word == "default" or word in _YES:
        return QuarterStart.CURRENT
    return _date_or(text, "a number of days back or default (the start of the quarter)")


def as_forecast_dates(text: str) -> tuple[ForecastDate, ...]:
    """Read dates separated by commas, each followed by its name or by nothing, in order of time."""
    found = []
    for part in text.split(","):
        day, _, name = part.strip().partition(" ")
        try:
            found.append(ForecastDate(as_date(day), name.strip()))
        except UnreadableError as error:
            fault = f"holds {part.strip()!r}, which does not begin with a date"
            remedy = "Write dates separated by commas, as 2026-03-31 Beta, 2026-06-30."
            raise UnreadableError(fault, remedy) from error
    return tuple(sorted(set(found)))


def as_names(text: str) -> tuple[str, ...]:
    """Read names separated by commas, each once, in the order in which they stand."""
    names = [part.strip() for part in text.split(",")]
    if not all(names):
        raise UnreadableError(*_NO_NAMES)
    return tuple(dict.fromkeys(names))


def as_leading_forecast(text: str) -> LeadingForecast:
    """Read ``probabilities`` or ``classic``, in any case."""
    try:
        return LeadingForecast(text.lower())
    except ValueError:
        remedy = f"Write {' or '.join(LeadingForecast)}."
        raise UnreadableError("is none of the forecasts", remedy) from None


def _date_or(text: str, others: str) -> date:
    try:
        return as_date(text)
    except UnreadableError as error:
        remedy = f"{error.remedy.rstrip('.')}, {others}."
        raise UnreadableError(error.fault, remedy) from None
