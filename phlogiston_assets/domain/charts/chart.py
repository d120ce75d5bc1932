"""What a chart is to a page: drawings for wide and narrow screens, a finding in words, its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import pandas as pd


class Width(IntEnum):
    """Widths for which charts are drawn, in CSS pixels; letters have the same size in all.

    NARROW is for telephones, HALF for two charts side by side, FULL for a chart alone.
    """

    NARROW = 340
    HALF = 640
    FULL = 960


@dataclass(frozen=True, slots=True)
class Heading:
    """What a chart is called.

    Attributes:
        slug: its name in addresses, file names and ids.
        title: what it shows, with the unit.
        finding: what it says, in words with the figures of the last day; also its alternative
            text (reports.md, "The report page").
    """

    slug: str
    title: str
    finding: str

    def at(self, width: Width) -> Heading:
        """The heading of the drawing of that width."""
        return Heading(f"{self.slug}-{width.value}", self.title, self.finding)


@dataclass(frozen=True, slots=True)
class Chart(Heading):
    """A chart: its heading, SVG by width, and what is drawn, one row a mark, for its CSV file."""

    drawings: Mapping[Width, str]
    data: pd.DataFrame

    @classmethod
    def of(cls, heading: Heading, drawings: Mapping[Width, str], data: pd.DataFrame) -> Chart:
        """A chart of that heading."""
        return cls(heading.slug, heading.title, heading.finding, drawings, data)
