"""What a chart counts: story points or tasks.

How numbers are written does not belong here: that is wording.
"""

from __future__ import annotations

from enum import StrEnum

from phlogiston_assets.domain.charts.wording import number
from phlogiston_assets.domain.scopes import ScopeSettings


class Measure(StrEnum):
    """One half of a report; the value is the name of its column in the frames."""

    POINTS = "points"
    COUNT = "count"

    @property
    def unit(self) -> str:
        """The plural of what is counted."""
        return "points" if self is Measure.POINTS else "tasks"

    @property
    def whole(self) -> bool:
        """Whether only whole numbers occur."""
        return self is Measure.COUNT

    def amount(self, value: float) -> str:
        """A number with its unit, as "1 task" or "2.5 points"."""
        unit = self.unit.removesuffix("s") if value == 1 else self.unit
        return f"{number(value)} {unit}"


def shown_measures(settings: ScopeSettings) -> tuple[Measure, ...]:
    """The halves that the report shows, points first (domain.md, section 4: show_points)."""
    wanted = {Measure.POINTS: settings.show_points, Measure.COUNT: settings.show_count}
    return tuple(measure for measure, shown in wanted.items() if shown)
