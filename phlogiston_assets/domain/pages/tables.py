"""Tables as a page shows them: cells with what to show, to sort by and to link to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from phlogiston_assets.domain.charts.wording import NONE, number, signed


@dataclass(frozen=True)
class Column:
    """A column; *numeric* ones sort by number and align to the right, *wide* ones hold prose.

    Days are *tight*: they stay on one line, as numbers do.
    """

    label: str
    numeric: bool = False
    wide: bool = False
    tight: bool = False

    @cached_property
    def classes(self) -> str:
        """The classes of its cells, for the stylesheet."""
        flags = {"number": self.numeric, "wide": self.wide, "tight": self.tight}
        return " ".join(name for name, given in flags.items() if given)


TASK: Final = Column("Task", numeric=True)
TITLE: Final = Column("Title", wide=True)
CATEGORY: Final = Column("Category")
POINTS: Final = Column("Points", numeric=True)
"""The columns of all lists of tasks."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: *sort* is what it sorts by where that is not its text; *aside* is set small."""

    text: str
    sort: str = ""
    href: str = ""
    aside: str = ""
    quiet: bool = False
    colour: str = ""

    def classes(self, column: Column) -> str:
        """Its classes, for the stylesheet."""
        return f"{column.classes} quiet".strip() if self.quiet else column.classes


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        slug: its name among ids of the page.
        caption: what its rows are.
        columns, rows: the first cell of a row is its heading.
        csv: the file that holds the same as data.
        empty: the sentence that stands for it if there are no rows.
    """

    slug: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    csv: str
    empty: str


def task_cell(task: int, address: str) -> Cell:
    """A task by its number, which leads to the task."""
    return Cell(f"T{task}", sort=str(task), href=address)


def category_cell(title: str, palette: Mapping[str, str], aside: str = "") -> Cell:
    """A category with its colour; none for a title that the palette does not know."""
    return Cell(title, aside=aside, colour=palette.get(title, ""))


def amount_cell(value: float) -> Cell:
    """A number, or a dash for none."""
    text = number(value)
    return Cell(text, sort="" if text == NONE else repr(float(value)), quiet=text == NONE)


def change_cell(value: float, aside: str = "") -> Cell:
    """A change with its sign, or a dash for none."""
    if not value and not aside:
        return Cell(NONE, sort="0", quiet=True)
    return Cell(signed(value), sort=repr(float(value)), aside=aside)


def day_cell(day: date) -> Cell:
    """A day in the one form that sorts and is read the same everywhere."""
    return Cell(day.isoformat())
