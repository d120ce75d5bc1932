"""Calendar quarters, and the pairs of days that status reports compare.

What a scope's settings make of these belongs in settings.py.
"""

from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def quarter_start(day: date) -> date:
    """Return the first day of the calendar quarter that *day* lies in."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def previous_quarter_start(day: date) -> date:
    """Return the first day of the quarter before the one that *day* lies in."""
    return quarter_start(quarter_start(day) - ONE_DAY)


@dataclass(frozen=True, slots=True)
class SnapshotWindow:
    """The two days whose closing states a status report compares (domain.md, section 7).

    *initial* and *final* are days in the sense of "on D": the start of a date X is the state on
    X-1, so the window of a report that begins at the start of 1 April has *initial* 31 March.
    """

    initial: date
    final: date

    def within(self, first: date, last: date) -> "SnapshotWindow":
        """Move both days into *first* .. *last*; compare with the original to see which moved.

        *first* is the first reconstructed day, *last* the report's day.
        """
        return SnapshotWindow(
            initial=min(max(self.initial, first), last),
            final=min(max(self.final, first), last),
        )


def last_quarter_window(day: date) -> SnapshotWindow:
    """Return the window from the start of last quarter to the start of the quarter of *day*.

    Serves domain.md, section 7 (the second status report). Not yet moved into the reconstructed
    days: see SnapshotWindow.within.
    """
    return SnapshotWindow(
        initial=previous_quarter_start(day) - ONE_DAY,
        final=quarter_start(day) - ONE_DAY,
    )
