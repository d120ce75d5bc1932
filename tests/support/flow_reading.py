"""A second reading of a scope's flow: one task after the other, one day after the other.

Nothing of the production code's way from periods to figures of flow is used here. What a task was
on a day is looked up anew each day; nothing is summed up in arrays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

from support.stories import Told

from phlogiston_assets.domain.history.periods import State

OUT = {"duplicate", "invalid", "declined", "spite", "wontfix"}

AtWork = Callable[[State], bool]


class Seen(NamedTuple):
    """What a task was on a day: its state, and its category and folded status if it is shown."""

    state: State | None
    category: str | None
    status: str | None


NOTHING = Seen(None, None, None)


@dataclass
class Read:
    """What was read: rows as the tables have them."""

    by_status: dict[int, Counter[str]] = field(default_factory=dict)
    events: list[tuple[int, str]] = field(default_factory=list)
    open: Counter[int] = field(default_factory=Counter)
    cycle_times: list[tuple[int, int, str, int, int, bool]] = field(default_factory=list)
    ages: list[tuple[int, str, int, bool]] = field(default_factory=list)

    def weeks(self, last: int) -> list[dict[str, int]]:
        """Completed weeks that end on the weekday of the last day."""
        found = []
        for end in range(last % 7, last + 1, 7):
            if end >= 7:
                causes = Counter(cause for day, cause in self.events if end - 7 < day <= end)
                found.append({**causes, "open": self.open[end], "date": end})
        return found


def read_flow(told: Told, at_work: AtWork) -> Read:
    """Read the flow of all tasks of a scope."""
    read = Read({day: Counter() for day in range(told.last + 1)})
    history = days_of(told)
    for task in sorted({task for task, _ in history}):
        _follow(task, history, told, at_work, read)
    read.cycle_times.sort()
    read.ages.sort(key=lambda row: (-row[2], row[0]))
    return read


def days_of(told: Told) -> dict[tuple[int, int], Seen]:
    """What each task was on each day on which it was in the scope."""
    found: dict[tuple[int, int], Seen] = {}
    shown = {one.title for one in told.categorised.categories if one.display == "show"}
    titles = [one.title for one in told.categorised.categories]
    for day in range(told.last + 1):
        then, counted = told.periods.on(day), told.categorised.on(day)
        placed = {
            task: (titles[category], ("", "open", "resolved")[status])
            for task, category, status in zip(
                counted.task.tolist(),
                counted.category.tolist(),
                counted.status.tolist(),
                strict=True,
            )
        }
        for task, state in zip(then.task.tolist(), then.state.tolist(), strict=True):
            category, status = placed.get(task, (None, None))
            there = category in shown and status != ""
            seen = (category, status) if there else (None, None)
            found[task, day] = Seen(told.periods.states[state], *seen)
    return found


def _follow(
    task: int, history: dict[tuple[int, int], Seen], told: Told, at_work: AtWork, read: Read
) -> None:
    """Walk through the days of a task."""
    begun = done = None
    made = told.created[task]
    before, now = NOTHING, NOTHING
    for day in range(told.last + 1):
        before, now = now, history.get((task, day), NOTHING)
        if begun is None and now.state is not None and at_work(now.state):
            begun = day
        if now.status:
            raw = now.state.status if now.state else ""
            read.by_status[day]["resolved" if now.status == "resolved" else raw] += 1
        read.open[day] += now.status == "open"
        causes = what_happened(before, now, made_then=made >= day) if day else []
        read.events += [(day, cause) for cause in causes]
        if now.status == "open":
            done = None
        elif "resolved" in causes:
            done = day
    if begun is None or now.category is None:
        return
    early = begun == 0 and made < 0
    if now.status == "open":
        read.ages.append((task, now.category, told.last - begun, early))
    elif done is not None and begun <= done:
        read.cycle_times.append((done, task, now.category, begun, done - begun, early))


def what_happened(before: Seen, now: Seen, *, made_then: bool) -> list[str]:
    """The arrivals and departures of a task from one day to the next."""
    came = "new" if made_then else "moved_in"
    match before.status, now.status:
        case None, "open":
            return [came]
        case None, "resolved":
            known = before.state is not None and before.state.status not in {"", "resolved"}
            return [came, "resolved"] if made_then or known else []
        case "resolved", "open":
            return ["reopened"]
        case "open", "resolved":
            return ["resolved"]
        case "open", None:
            out = now.state is not None and now.state.status in OUT
            return ["declined" if out else "moved_out"]
        case _:
            return []


def line(days: list[int], percent: int) -> int:
    """The order statistic ⌈p·n⌉."""
    return sorted(days)[ceil(percent * len(days) / 100) - 1]
