"""What a report must say of the forecast with probabilities and of its record, counted again.

Dates of being done and what became of them are counted from `forecast_past`, one by one; what is
stored as a sum only is taken from its table. Nothing of the production code's way is used.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import pandas as pd
from support.recount import Recount

from phlogiston_assets.domain.charts.wording import counted, day_text, named

PERCENTS = (50, 85, 95)
PERCENT = "\N{NO-BREAK SPACE}%"
UNITS = {"points": "points", "count": "tasks"}
TOGETHER = ""
WEEK = timedelta(days=7)
LONGEST = 104 * WEEK
"""No forecast looks further ahead (forecast.md, "Simulation")."""


@dataclass(frozen=True)
class Held:
    """Dates that came due and those that held; then those of them that do not overlap in time."""

    due: int
    held: int
    apart: int
    apart_held: int

    def __add__(self, other: Held) -> Held:
        return Held(
            self.due + other.due,
            self.held + other.held,
            self.apart + other.apart,
            self.apart_held + other.apart_held,
        )

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval: the shares p with |x/n - p| <= z * sqrt(p(1-p)/n)."""
        if not self.apart:
            return 0.0, 1.0
        z, n, share = 1.959963984540054, self.apart, self.apart_held / self.apart
        a, b, c = 1 + z * z / n, -(2 * share + z * z / n), share * share
        root = math.sqrt(max(b * b - 4 * a * c, 0.0))
        return max((-b - root) / (2 * a), 0.0), min((-b + root) / (2 * a), 1.0)


@dataclass(frozen=True)
class RecordRecount:
    """The forecast and its record of one scope in one measure, out of the database's tables."""

    known: Recount
    measure: str

    def rows(self, table: str, *, hidden: bool = True) -> list[dict[str, Any]]:
        """The rows of a table, of all categories or of those shown, in order of priority."""
        found = self.known.query(
            f"SELECT * FROM {table} WHERE scope = :scope AND measure = :measure",
            measure=self.measure,
        ).to_dict("records")
        order = [*self.known.titles(hidden=hidden), TOGETHER]
        chosen = [row for row in found if row["category"] in order]
        return sorted(chosen, key=lambda row: order.index(row["category"]))

    def open(self, category: str) -> float:
        """What is open: of a category, or of all that are shown."""
        known = self.known
        titles = [category] if category else known.titles(hidden=False)
        return known.balance(self.measure, known.day, titles).totals[0]

    def is_hidden(self, category: str) -> bool:
        """Whether a category is hidden from the main charts."""
        return self.known.displays.get(category) == "hide"

    @cached_property
    def held(self) -> dict[tuple[str, str, int], Held]:
        """By category, what was forecast and how sure it was."""
        found = {
            (row["category"], row["about"], row["percent"]): Held(
                row["due"], row["held"], row["apart"], row["apart_held"]
            )
            for row in self.rows("forecast_held")
            if row["about"] == "matched"
        }
        past = pd.DataFrame(self.rows("forecast_past"))
        for category, of in past.groupby("category") if len(past) else ():
            for percent in PERCENTS:
                found[str(category), "done", percent] = self._judged(of, percent)
        return found

    def _judged(self, past: pd.DataFrame, percent: int) -> Held:
        """Past dates one by one: has it come, did it hold, and did it begin after the last did."""
        kept, apart = [], []
        free = date.min
        for row in past.sort_values("made_on").to_dict("records"):
            made_on, named = _day(row["made_on"]), _day(row[f"p{percent}"])
            assert made_on is not None
            whole_weeks = (self.known.day - made_on) // WEEK * WEEK
            if named is None or named > made_on + min(whole_weeks, LONGEST):
                continue
            done_on = _day(row["done_on"])
            kept.append(done_on is not None and done_on <= named)
            if made_on >= free:
                apart.append(kept[-1])
                free = named
        return Held(len(kept), sum(kept), len(apart), sum(apart))

    def added_up(self) -> Iterator[tuple[str, int, Held]]:
        """Dates of all categories added up, by what they are about and how sure they were."""
        for about in ("matched", "done"):
            for percent in PERCENTS:
                held = _sum(one for key, one in self.held.items() if key[1:] == (about, percent))
                if held.due:
                    yield about, percent, held


def _sum(parts: Iterable[Held]) -> Held:
    return sum(parts, Held(0, 0, 0, 0))


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else date.fromisoformat(str(value)[:10])


def how_sure(row: dict[str, Any]) -> list[str]:
    """A date with the highest confidence that has one, and which has none."""
    dates = {one: row[f"p{one}"] for one in (85, 50) if pd.notna(row[f"p{one}"])}
    if not dates:
        return [f"less than 50{PERCENT} likely to be done in two years"]
    sure, day = next(iter(dates.items()))
    found = [f"by {day_text(pd.Timestamp(day).date())} with {sure}{PERCENT} confidence"]
    if sure == 85:
        return found
    return [*found, f"but not within two years with 85{PERCENT}"]


def told_apart(rows: list[dict[str, Any]]) -> list[str]:
    """How far the categories come that have a forecast, where all together have none."""
    ahead = [row for row in rows if row["category"] and row["state"] == "forecast"]
    if len(ahead) == 1:
        weeks = counted(int(ahead[0]["weeks"]), "week")
        return [f"last {weeks}, {named(ahead[0]['category'])}", *how_sure(ahead[0])]
    if not ahead:
        return []
    of = f"Of the {len(ahead)} categories that have one"
    for sure in (85, 50):
        dated = [(pd.Timestamp(row[f"p{sure}"]), row["category"]) for row in ahead]
        dated = [one for one in dated if pd.notna(one[0])]
        if dated:
            day = max(one for one, _ in dated)
            name = next(title for one, title in dated if one == day)
            share = "all" if len(dated) == len(ahead) else str(len(dated))
            return [
                f"{of}, {share} {'is' if share == '1' else 'are'} done within two years",
                f"with {sure}{PERCENT} confidence",
                f"{named(name)} by {day_text(day.date())}",
                *([f"none with 85{PERCENT}"] if sure == 50 else []),
            ]
    return [of, f"each is less than 50{PERCENT} likely to be done in two years"]
