"""The main burnup as a PNG, for places that no page reaches: Dagster's metadata, a mail."""

from __future__ import annotations

from io import BytesIO

from matplotlib.figure import Figure

from phlogiston_assets.domain.charts.burnup import THIS_QUARTER, burnup_sums
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.palette import MUTED, colours
from phlogiston_assets.domain.charts.time_axis import mark_time
from phlogiston_assets.domain.figures import Figures


def burnup_png(figures: Figures) -> bytes:
    """Tasks resolved above the axis and open below it, stacked by category; no words but dates.

    Serves reports.md, "In Dagster". Equal figures give equal bytes.
    """
    sums = burnup_sums(figures, Measure.COUNT, THIS_QUARTER)
    of_category = colours(figures.categories)
    palette = [of_category[one.title] for one in THIS_QUARTER.categories(figures)]
    figure = Figure(figsize=(5.6, 2.8), dpi=100, layout="constrained")
    axes = figure.add_subplot()
    if palette:
        axes.stackplot(sums.days, sums.resolved, colors=palette)
        axes.stackplot(sums.days, -sums.open, colors=palette)
    axes.axhline(0, color=MUTED, linewidth=1)
    axes.spines[["top", "right"]].set_visible(False)
    mark_time(axes, THIS_QUARTER.stretch(figures), most=5)
    file = BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()
