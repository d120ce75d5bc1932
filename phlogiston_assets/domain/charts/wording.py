"""Numbers, days and lists as English text, the same in every locale.

Sentences about a chart do not belong here: they stand beside the chart.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NONE = "\N{EN DASH}"
"""What stands for no value."""
TO = "\N{EN DASH}"
"""What stands between the ends of a span of figures."""
_MINUS = "\N{MINUS SIGN}"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
PERCENT = "\N{NO-BREAK SPACE}%"
_FEW = 1000


def number(value: float) -> str:
    """A number exact to two decimals: "1,234", "2.5", "0.25"; a dash for none."""
    if math.isnan(value):
        return NONE
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", _MINUS)


def short_number(value: float) -> str:
    """A number for a tight place: one decimal below 1,000, none above; halves go up.

    What a sum of floats is off by is taken away first: 48.45 is "48.5" however it came about.
    """
    if math.isnan(value):
        return NONE
    exact = Decimal(repr(round(float(value), 6)))
    step = Decimal("0.1") if abs(exact) < _FEW else Decimal(1)
    return number(float(exact.quantize(step, ROUND_HALF_UP)))


def signed(value: float) -> str:
    """A change with its sign, "±0" for none."""
    return f"{'+' if value > 0 else ''}{number(value)}" if value else "±0"


def percent(part: float, whole: float) -> str:
    """A share in whole per cent; 0 % and 100 % only where they are exact; a dash of nothing."""
    if not whole > 0 or math.isnan(part):
        return NONE
    share = 100 * part / whole
    if 0 < share < 1:
        return f"< 1{PERCENT}"
    if 99 < share < 100:  # rounding would claim completion
        return f"> 99{PERCENT}"
    return f"{share:.0f}{PERCENT}"


def day_text(day: date) -> str:
    """A day in full: "10 August 2018"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day(day: date, beside: date | None = None) -> str:
    """A day in a tight place: "10 Aug 2018", or "10 Aug" in the year of *beside*."""
    month = MONTHS[day.month - 1][:3]
    if beside is not None and beside.year == day.year:
        return f"{day.day} {month}"
    return f"{day.day} {month} {day.year}"


def tight_day(day: date, beside: date) -> str:
    """A day in the tightest place: "10 Aug" in the year of *beside*, else with its last digits."""
    text = short_day(day, beside)
    return text if day.year == beside.year else f"{text[:-4]}{APOSTROPHE}{text[-2:]}"


def instant_text(instant: datetime) -> str:
    """An instant (UTC): "10 August 2018, 04:15 UTC"."""
    return f"{day_text(instant.date())}, {instant:%H:%M} UTC"


def listing(parts: Sequence[str]) -> str:
    """Parts as "a", "a and b", "a, b and c"; "" for none."""
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def named(title: str) -> str:
    """A stranger's title for use within a sentence.

    A title that runs from right to left is isolated, or it would draw the figures beside it along.
    """
    turning = any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in title)
    return f"\N{FIRST STRONG ISOLATE}{title}\N{POP DIRECTIONAL ISOLATE}" if turning else title


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """A count with its noun: "1 category", "3 categories"."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
