"""Whether a report says what the tables say (operations.md, "Checks that travel with the assets").

What does not belong here: reading the tables (see `resources.warehouse.figure_store`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Final

import numpy as np
import pandas as pd

from phlogiston_assets.domain.history.scope_checks import EQUAL_TABLES
from phlogiston_assets.domain.verdicts import Verdict

_TRUTHS: Final = {"True": 1.0, "False": 0.0, "": np.nan}


def check_report(files: Mapping[str, bytes], tables: Mapping[str, pd.DataFrame] | None) -> Verdict:
    """Whether the figures in a report's files are those of the tables, number by number.

    `files` are those of the report by name, of which `tables/<name>.csv` are compared with the
    frames of these names: the numbers of each column, whatever the order of rows. The tables are
    None where they hold the figures of another day, or of other files or another load.
    """
    if tables is None:
        said = "Not compared: the tables hold figures of another day, or of what was before."
        return Verdict(EQUAL_TABLES, passed=True, sentence=said, figures={"numbers": 0})
    wrong = [place for name in tables for place in _differing(files, name, tables[name])]
    count = sum(frame.size for frame in tables.values())
    said = f"{count:,} numbers of {len(tables)} tables are those of the report."
    if wrong:
        said = f"The report's figures are not those of the table: {', '.join(wrong)}."
    return Verdict(EQUAL_TABLES, not wrong, said, {"numbers": count})


def _differing(files: Mapping[str, bytes], name: str, table: pd.DataFrame) -> Iterator[str]:
    """The columns of a table that hold other numbers than the report's file."""
    file = BytesIO(files[f"tables/{name}.csv"])
    told = pd.read_csv(file, usecols=list(table.columns), dtype=str, keep_default_na=False)
    for column in table.columns:
        of_report = np.sort([_number(cell) for cell in told[column].tolist()])
        of_table = np.sort(table[column].to_numpy(dtype=np.float64))
        if not np.array_equal(of_report, of_table, equal_nan=True):
            yield f"{name}.{column}"


def _number(cell: str) -> float:
    """A cell's number to its last bit; NaN for none."""
    return _TRUTHS[cell] if cell in _TRUTHS else float(cell)
