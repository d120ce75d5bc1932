"""The report's main burnup as files of their own, for pages that show many scopes.

A page's stylesheet does not reach into an image: the drawing carries what it needs for dark pages.
"""

from __future__ import annotations

from markupsafe import escape

from phlogiston_assets.domain.charts.burnup import THIS_QUARTER, burnup_chart
from phlogiston_assets.domain.charts.chart import Chart, Width
from phlogiston_assets.domain.charts.measure import Measure, shown_measures
from phlogiston_assets.domain.charts.palette import INK, dark_partners
from phlogiston_assets.domain.figures import Figures

MAIN_BURNUP = "burnup-main.svg"
MAIN_BURNUP_NARROW = "burnup-main-narrow.svg"
_DARK_INK = "#e6e8eb"


def main_burnup(figures: Figures) -> dict[str, bytes]:
    """The burnup of this quarter for wide and narrow screens; nothing if both halves are off.

    By count, as scopes with and without estimates stand side by side; by points where only these
    are shown. Serves reports.md, "Publishing" (the dashboards).
    """
    chart = _chart(figures, (Width.HALF, Width.NARROW))
    if chart is None:
        return {}
    return {
        MAIN_BURNUP: _alone(chart.drawings[Width.HALF]),
        MAIN_BURNUP_NARROW: _alone(chart.drawings[Width.NARROW]),
    }


def main_finding(figures: Figures) -> str:
    """What the main burnup says, in words; "" where there is none."""
    chart = _chart(figures, ())
    return chart.finding if chart else ""


def _chart(figures: Figures, widths: tuple[Width, ...]) -> Chart | None:
    shown = shown_measures(figures.scope.settings)
    if not shown:
        return None
    measure = Measure.COUNT if Measure.COUNT in shown else shown[0]
    return burnup_chart(figures, measure, THIS_QUARTER, widths)


def _alone(drawing: str) -> bytes:
    """A drawing that follows light and dark by itself, on the page's own paper."""
    head, _, rest = drawing.partition(">")
    return f"{head}><style>{escape(_style())}</style>{rest}".encode()


def _style() -> str:
    rules = [f".chart {{ color: {_DARK_INK} }}"]
    for light, dark in dark_partners().items():
        rules.append(f'[fill="{light}"] {{ fill: {dark} }} [stroke="{light}"] {{ stroke: {dark} }}')
    night = "\n".join(rules)
    return f".chart {{ color: {INK} }}\n@media (prefers-color-scheme: dark) {{\n{night}\n}}"
