"""What the site's index needs to know of a report: `summary.json` in each report's folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from phlogiston_assets.domain.charts.series import RESOLVED
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.history.reconstruction import MAINTENANCE, NEW_FUNCTIONALITY
from phlogiston_assets.domain.pages.context import ReportContext
from phlogiston_assets.domain.pages.main_burnup import main_finding

PICTURE = "burnup-small.svg"


@dataclass(frozen=True, slots=True)
class KindsOfWork:
    """Work resolved in the last three months: maintenance, and new functionality, in each unit."""

    maintenance_count: float
    new_count: float
    maintenance_points: float
    new_points: float

    @classmethod
    def of(cls, delta: pd.DataFrame) -> KindsOfWork:
        """The sums of `maintenance_delta` (domain.md, section 7)."""
        sums = delta.groupby("maint_type")[["count", "points"]].sum()
        sums = sums.reindex([MAINTENANCE, NEW_FUNCTIONALITY], fill_value=0)
        counts, points = sums["count"].astype(float), sums["points"].astype(float).round(6)
        return cls(
            maintenance_count=counts[MAINTENANCE],
            new_count=counts[NEW_FUNCTIONALITY],
            maintenance_points=points[MAINTENANCE],
            new_points=points[NEW_FUNCTIONALITY],
        )


@dataclass(frozen=True, slots=True)
class ScopeSummary:
    """One report in a few figures; all of shown and hidden categories, on the report's day.

    Attributes:
        prefix, title, group: the scope.
        day: the report's day.
        generated_at: when the report was made (UTC).
        newest_change: the newest change that its load holds (UTC), if known.
        open, resolved: tasks.
        open_points, resolved_points: their points.
        warnings: how many sentences of warning the report carries.
        burnup: what the main burnup says; "" where the report has none.
        kinds: resolved work by kind; None in summaries of versions that did not know it.
    """

    prefix: str
    title: str
    group: str
    day: date
    generated_at: datetime
    newest_change: datetime | None
    open: int
    resolved: int
    open_points: float
    resolved_points: float
    warnings: int = 0
    burnup: str = ""
    kinds: KindsOfWork | None = None

    @classmethod
    def of(cls, figures: Figures, context: ReportContext) -> ScopeSummary:
        """The summary of a report."""
        totals = last_day_totals(figures)
        settings = figures.scope.settings
        return cls(
            prefix=settings.prefix,
            title=settings.title,
            group=settings.group,
            day=figures.day,
            generated_at=context.generated_at,
            newest_change=context.newest_change,
            open=int(totals["open"][0]),
            resolved=int(totals["resolved"][0]),
            open_points=totals["open"][1],
            resolved_points=totals["resolved"][1],
            warnings=len(figures.warnings),
            burnup=main_finding(figures),
            kinds=KindsOfWork.of(figures.maintenance_delta),
        )

    def to_json(self) -> str:
        """The summary as the text of `summary.json`."""
        known = asdict(self) | {
            "day": self.day.isoformat(),
            "generated_at": self.generated_at.isoformat(),
            "newest_change": self.newest_change and self.newest_change.isoformat(),
        }
        return json.dumps(known, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> ScopeSummary:
        """Inverse of `to_json`; unknown keys, of later versions, are ignored.

        The keys `burnup` and `kinds` may be missing, as they are in earlier versions' files.

        Raises ValueError, KeyError or TypeError for anything else.
        """
        told = json.loads(text)
        newest = told["newest_change"]
        return cls(
            prefix=told["prefix"],
            title=told["title"],
            group=told["group"],
            day=date.fromisoformat(told["day"]),
            generated_at=datetime.fromisoformat(told["generated_at"]),
            newest_change=None if newest is None else datetime.fromisoformat(newest),
            open=int(told["open"]),
            resolved=int(told["resolved"]),
            open_points=float(told["open_points"]),
            resolved_points=float(told["resolved_points"]),
            warnings=int(told["warnings"]),
            burnup=str(told.get("burnup", "")),
            kinds=_kinds(told.get("kinds")),
        )


def _kinds(told: dict[str, Any] | None) -> KindsOfWork | None:
    if told is None:
        return None
    names = KindsOfWork.__dataclass_fields__
    return KindsOfWork(**{name: float(told[name]) for name in names})


def last_day_totals(figures: Figures) -> dict[str, tuple[float, float]]:
    """Count and points of "open" and "resolved" on the report's day, range `normal`."""
    runs = figures.runs
    day = pd.Timestamp(figures.day)
    titles = {category.title for category in figures.categories}
    today = runs[
        (runs["range"] == "normal")
        & (runs["first_day"] <= day)
        & (runs["end_day"] > day)
        & runs["category"].isin(titles)
    ]
    resolved = today["status"] == RESOLVED
    return {
        name: (float(rows["count"].sum()), round(float(rows["points"].sum()), 6))
        for name, rows in (("open", today[~resolved]), (RESOLVED, today[resolved]))
    }
