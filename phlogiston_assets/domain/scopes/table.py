"""Reads a CSV file into rows of named cells and remembers on which line each row begins.

What the cells mean does not belong here.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from phlogiston_assets.domain.scopes.errors import Faults, ScopeFileError, did_you_mean, shown

REQUIRED = ("rule", "title", "display", "id", "matchstring")
OPTIONAL = ("force_status", "include_in_status")

_COLUMNS = ",".join(REQUIRED)


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header: its cells by column name, verbatim, and its first line."""

    line: int
    cells: dict[str, str]


def read_rows(text: str, path: Path, faults: Faults) -> tuple[Row, ...]:
    """Return the rows of the rules file, without blank ones, in their order.

    The first row that is not blank is the header: the columns of REQUIRED and, if wanted,
    OPTIONAL, in any order and case. A cell of an optional column is "" where the row ends before
    it. *faults* is told, naming *path*, of quotes that do not match, which end the reading, and of
    rows with too few or too many cells. Raises ScopeFileError for an unknown, missing or repeated
    column, without which no row can be read.
    """
    numbered = _numbered_rows(text, path, faults)
    header_line, header = next(numbered, (1, []))
    if faults:
        return ()
    columns = [name.strip().lower() for name in header]
    _check_header(columns, header_line, path)
    read = (faults.attempt(_row, columns, line, cells, path) for line, cells in numbered)
    return tuple(row for row in read if row)


def _numbered_rows(text: str, path: Path, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    # Not strict, csv would read from a forgotten quote to the end of the file as one cell.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = f"the row that begins here is no CSV ({error})"
            remedy = 'Close each quoted cell, and double the quotes inside it: "a ""b"" c".'
            faults.add(ScopeFileError(path, line, fault, remedy))
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _check_header(columns: Sequence[str], line: int, path: Path) -> None:
    """See that the columns are those of the file; what is unknown may be what seems missing."""
    faults = Faults()
    remedy = f"The first row names the columns, separated by commas: {_COLUMNS}."
    for name in dict.fromkeys(filter(None, columns)):
        if name not in REQUIRED + OPTIONAL:
            guess = did_you_mean(name, REQUIRED + OPTIONAL)
            more = f"{guess}{remedy[:-1]}, and if wanted {' and '.join(OPTIONAL)}."
            faults.add(ScopeFileError(path, line, f"unknown column {shown(name)}", more))
        elif columns.count(name) > 1:
            fault = f"the column {shown(name)} stands twice"
            faults.add(ScopeFileError(path, line, fault, remedy))
    missing = [name for name in REQUIRED if name not in columns]
    if missing and not faults:
        fault = f"missing column {', '.join(map(repr, missing))}"
        faults.add(ScopeFileError(path, line, fault, remedy))
    if faults:
        raise faults.error()


def _row(columns: Sequence[str], line: int, cells: list[str], path: Path) -> Row:
    named = dict.fromkeys(OPTIONAL, "") | dict(zip(columns, cells, strict=False))
    nameless = [
        cell
        for position, cell in enumerate(cells)
        if (position >= len(columns) or not columns[position]) and cell.strip()
    ]
    if nameless:
        fault = f"{shown(nameless[0])} stands in a cell without a column ({len(cells)} cells)"
        remedy = "Put quotes around a cell that holds a comma."
        raise ScopeFileError(path, line, fault, remedy)
    missing = [name for name in REQUIRED if name not in named]
    if missing:
        fault = f"too few cells: nothing for {', '.join(missing)}"
        remedy = f"Write a comma for each cell that stays empty: {','.join(filter(None, columns))}."
        raise ScopeFileError(path, line, fault, remedy)
    return Row(line, named)
