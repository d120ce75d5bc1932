"""Days as numbers: whole days in UTC since 1970-01-01, and the instants that belong to them.

What does not belong here: quarters and other calendar rules of a report (see `scopes`).
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

SECONDS_A_DAY = 86_400
FOREVER = 2**31 - 1
"""The end of a period that nothing has ended yet; later than any day."""

LAST_INSTANT = 253_402_300_799
"""9999-12-31 23:59:59; a time stamp beyond it is taken for a broken one."""

_EPOCH = date(1970, 1, 1)

Days = npt.NDArray[np.int64]
"""Day numbers."""


def day_number(day: date) -> int:
    """The number of a day; 1970-01-01 is 0."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """The day with that number (inverse of `day_number`)."""
    return _EPOCH + timedelta(days=int(number))


def to_dates(numbers: npt.NDArray[np.integer]) -> npt.NDArray[np.datetime64]:
    """Day numbers as `datetime64[s]`, the unit that pandas keeps for days."""
    return numbers.astype("datetime64[D]").astype("datetime64[s]")
