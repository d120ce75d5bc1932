"""A sheet to draw a chart on, laid out in CSS pixels from the top left corner.

Words never pass through matplotlib: it would take `$` for mathematics in places, measure them in
fonts that lack their letters, at a cost, and write control characters that no XML allows. `svg`
puts them on top of the drawing instead; matplotlib's own texts are the labels of ticks. Lines and
shapes laid out in pixels, of which there are many, go the same way; axes are matplotlib's.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from phlogiston_assets.domain.charts.chart import Heading
from phlogiston_assets.domain.charts.palette import INK, MUTED
from phlogiston_assets.domain.charts.svg import (
    Inscription,
    Layers,
    Mark,
    finished,
    path,
    recoloured,
    tenth,
)

SMALL = 11.0
TEXT = 12.0
THIN = 3.0
"""Areas of so many pixels or less have no edge of paper around them: it would cover them."""
_STYLE = Path(__file__).with_name("phlogiston.mplstyle")
_PIXELS_AN_INCH = 72
# From the middle of a line of text down to its baseline, as a part of the size.
_MIDDLE = 0.36
_ANCHORS = {"left": "", "center": "middle", "right": "end"}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Letter:
    """How text is set; *anchor* says which end of it a place is: left, center or right."""

    size: float = TEXT
    anchor: Literal["left", "center", "right"] = "left"
    colour: str = INK
    bold: bool = False

    def set_at(self, at: Point) -> dict[str, str]:
        """SVG attributes of text whose line has its middle at *at*."""
        found = {
            "x": tenth(at[0]),
            "y": tenth(at[1] + _MIDDLE * self.size),
            "font-size": tenth(self.size),
            "font-weight": "700" if self.bold else "",
            "text-anchor": _ANCHORS[self.anchor],
            "fill": self.colour,
        }
        return _needed(found)


PLAIN = Letter()
HINT = Letter(size=SMALL, colour=MUTED)


class Sheet:
    """A drawing in the making; made by `draw`, under the project's style."""

    def __init__(self, width: int, height: int) -> None:
        """An empty sheet of *width* by *height* pixels."""
        self.width = width
        self.height = height
        self.layers = Layers()
        size = (width / _PIXELS_AN_INCH, height / _PIXELS_AN_INCH)
        self.figure = Figure(figsize=size, dpi=_PIXELS_AN_INCH)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes on that rectangle."""
        bottom = self.height - top - height
        across, down = self.width, self.height
        return self.figure.add_axes((left / across, bottom / down, width / across, height / down))

    def words(
        self,
        at: Point,
        text: str,
        letter: Letter = PLAIN,
        *,
        whole: str | None = None,
        target: str | None = None,
    ) -> None:
        """Write *text* with the middle of the line at *at*.

        *whole* is what it is short for, shown where the reader points; *target* is the address
        that it leads to.
        """
        short = None if whole == text else whole
        self.layers.inscriptions.append(Inscription(text, letter.set_at(at), short, target))

    def line(
        self,
        points: Sequence[Point],
        colour: str,
        width: float = 1,
        dashes: tuple[float, float] | None = None,
    ) -> None:
        """Draw a line through *points*; *dashes* are the lengths of a dash and of what follows."""
        attributes = {
            "d": path(points),
            "fill": "none",
            "stroke": colour,
            "stroke-width": "" if width == 1 else f"{width:g}",
            "stroke-dasharray": " ".join(f"{length:g}" for length in dashes or ()),
        }
        self.layers.lines.append(Mark(_needed(attributes)))

    def shape(
        self,
        points: Sequence[Point],
        colour: str,
        edge: str | None = None,
        *,
        opacity: float | None = None,
    ) -> Mark:
        """Fill the polygon through *points*; *opacity* from 0 to 1."""
        attributes = {
            "d": f"{path(points)} z",
            "fill": colour,
            "stroke": edge or "",
            "opacity": "" if opacity is None else f"{opacity:g}",
        }
        mark = Mark(_needed(attributes))
        self.layers.shapes.append(mark)
        return mark

    def dots(self, points: Sequence[Point], colour: str, size: float, tail: str = "h0") -> None:
        """Draw a dot of that diameter at each of *points*, all as one path: there may be thousands.

        *tail* is a path command for what goes on from each, as "v-6" for a stroke upwards.
        """
        places = dict.fromkeys(f"M {tenth(x)} {tenth(y)} {tail}" for x, y in points)
        attributes = {
            "d": " ".join(places),
            "fill": "none",
            "stroke": colour,
            "stroke-width": f"{size:g}",
            "stroke-linecap": "round",
            "stroke-opacity": "0.7",
        }
        if places:
            self.layers.shapes.append(Mark(_needed(attributes)))

    def note(self, part: Artist | Mark, text: str) -> None:
        """Show *text* where the reader points at *part*."""
        if isinstance(part, Mark):
            part.note = text
            return
        name = f"note-{len(self.layers.notes)}"
        part.set_gid(name)
        self.layers.notes[name] = text


def _needed(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes that say something, with ink as the page's colour."""
    return {name: value for name, value in recoloured(dict(attributes)).items() if value}


def draw(paint: Callable[[Sheet], None], size: tuple[int, int], heading: Heading) -> str:
    """The SVG that *paint* makes of an empty sheet: equal bytes for equal drawings.

    *heading* becomes the drawing's title and description (reports.md, "The report page": alt
    text); its slug is unique on a page.
    """
    with style():
        sheet = Sheet(*size)
        paint(sheet)
        raw = io.BytesIO()
        canvas = FigureCanvasSVG(sheet.figure)
        canvas.print_figure(raw, format="svg", metadata={"Date": None})
    return finished(raw.getvalue(), sheet.layers, heading)


@contextmanager
def style() -> Iterator[None]:
    """Draw in the project's style; to settle it once for all drawings of a report saves time."""
    if _Styled.now:
        yield
        return
    with mpl.rc_context(_settings()):
        _Styled.now = True
        try:
            yield
        finally:
            _Styled.now = False


class _Styled:
    """Whether the style is settled already; matplotlib has one for the whole process too."""

    now: ClassVar[bool] = False


@cache
def _settings() -> mpl.RcParams:
    return mpl.rc_params_from_file(_STYLE, use_default_template=True)
