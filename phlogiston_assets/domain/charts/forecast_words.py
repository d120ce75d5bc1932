"""What a row of the classic forecast says, in words short enough for a chart."""

from __future__ import annotations

from datetime import date

from phlogiston_assets.domain.charts.forecast_rows import ForecastRow, Outlook, State
from phlogiston_assets.domain.charts.wording import MONTHS, tight_day

_EXACT_YEARS, _NAMED_YEARS = 2, 100


def due_text(row: ForecastRow, outlook: Outlook, beside: date) -> str:
    """When it is done, for a tight place: "12 Oct", "Mar 2031", "after 2118", "never"."""
    if row.never(outlook):
        return "never"
    if outlook in row.imminent:
        return "< 1 week"
    due = row.due(outlook)
    if due is None or due.year > beside.year + _NAMED_YEARS:
        return f"after {beside.year + _NAMED_YEARS}"
    if due.year > beside.year + _EXACT_YEARS:
        return f"{MONTHS[due.month - 1][:3]} {due.year}"
    return tight_day(due, beside)


def in_words(row: ForecastRow, beside: date) -> str:
    """All that a row says about its end, in one line."""
    if row.state is State.COMPLETED and row.completed is not None:
        return f"completed {tight_day(row.completed, beside)}"
    if row.state is not State.UNDER_WAY:
        return str(row.state.value)
    best, nominal, worst = (due_text(row, outlook, beside) for outlook in Outlook)
    return f"nominal {nominal} (optimistic {best}, pessimistic {worst})"
