"""The days with which a report's day is compared, and the lists of what may have become of a task.

What does not belong here: which task stands in which list (see `net_changes`).
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from phlogiston_assets.domain.scopes import quarter_start


class Since(StrEnum):
    """The days with which a report's day is compared."""

    YESTERDAY = "yesterday"
    WEEK = "week"
    QUARTER = "quarter"

    def then(self, day: date) -> date:
        """The day at whose end the comparison begins; that before the quarter for QUARTER."""
        if self is Since.QUARTER:
            return quarter_start(day) - timedelta(days=1)
        return day - timedelta(days=1 if self is Since.YESTERDAY else 7)


NEW, MOVED_IN, REOPENED = "new", "moved_in", "reopened"
RESOLVED, DECLINED, MOVED_OUT = "resolved", "declined", "moved_out"
RECATEGORISED, RE_ESTIMATED, DONE_WITHIN = "recategorised", "re_estimated", "done_within"

LISTS: Final = (
    *(NEW, MOVED_IN, REOPENED, RESOLVED, DECLINED, MOVED_OUT),
    *(RECATEGORISED, RE_ESTIMATED, DONE_WITHIN),
)
"""What may have become of a task. `done_within` was neither open nor resolved then and is resolved
now: it came in and was completed, and changes nothing of what is open."""

ARRIVALS: Final = (NEW, MOVED_IN, REOPENED)
DEPARTURES: Final = (RESOLVED, DECLINED, MOVED_OUT)
IN, OUT = f"{RECATEGORISED}_in", f"{RECATEGORISED}_out"
GAINS: Final = (*ARRIVALS, IN, RE_ESTIMATED)
LOSSES: Final = (*DEPARTURES, OUT)

ALL: Final = ""
"""The category of a row about all categories, shown and hidden; none has an empty title."""
