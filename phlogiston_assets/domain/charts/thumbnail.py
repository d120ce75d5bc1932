"""A burnup the size of a stamp: shapes only, in colours that hold on light and dark pages."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Polygon

from phlogiston_assets.domain.charts.burnup import THIS_QUARTER, burnup_sums
from phlogiston_assets.domain.charts.chart import Heading
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.sheet import Sheet, draw
from phlogiston_assets.domain.charts.time_axis import mark_time
from phlogiston_assets.domain.charts.wording import counted, day_text
from phlogiston_assets.domain.figures import Figures

_WIDTH, _HEIGHT = 132, 52
_RESOLVED, _OPEN, _AXIS = "#3f8f5f", "#b98c3d", "#868e9a"


def small_burnup(figures: Figures) -> str:
    """Resolved tasks above the axis, open ones below it, of the main burnup by count.

    Serves reports.md, "Publishing" (the small burnup picture of the site's index).
    """
    sums = burnup_sums(figures, Measure.COUNT, THIS_QUARTER)
    resolved, still_open = sums.resolved.sum(axis=0), sums.open.sum(axis=0)

    def paint(sheet: Sheet) -> None:
        axes = sheet.axes(0, 1, _WIDTH, _HEIGHT - 2)
        mark_time(axes, THIS_QUARTER.stretch(figures), most=2)
        axes.set_axis_off()
        axes.set_ylim(-max(still_open.max(), 1), max(resolved.max(), 1))
        x = sums.days + 1.0
        for edge, colour in ((resolved, _RESOLVED), (-still_open, _OPEN)):
            outline = np.concatenate([[0.0], edge, [0.0]])
            along = np.concatenate([[x[0]], x, [x[-1]]])
            axes.add_artist(
                Polygon(list(zip(along, outline, strict=True)), facecolor=colour, clip_on=False)
            )
        axes.plot(THIS_QUARTER.stretch(figures).limits, (0, 0), color=_AXIS, linewidth=1)

    finding = (
        f"On {day_text(figures.day)}, {counted(int(still_open[-1]), 'task')} open,"
        f" {int(resolved[-1]):,} resolved."
    )
    return draw(paint, (_WIDTH, _HEIGHT), Heading("burnup-small", "Burnup", finding))
