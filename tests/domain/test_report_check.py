"""A report's files are held against the tables, number by number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from phlogiston_assets.domain.pages.csv_files import csv_bytes
from phlogiston_assets.domain.report_check import check_report

FRAME = pd.DataFrame(
    {
        "date": ["2024-01-01", "2024-01-02"],
        "count": [3, 4],
        "points": [0.1 + 0.2, np.nan],
        "at_least": [True, False],
    }
)
FILES = {"tables/velocity.csv": csv_bytes(FRAME), "index.html": b"<html>"}
TABLE = FRAME[["count", "points", "at_least"]].astype({"at_least": int})


def test_the_same_numbers_pass_in_whatever_order_of_rows() -> None:
    verdict = check_report(FILES, {"velocity": TABLE.iloc[::-1]})
    assert verdict.passed
    assert verdict.sentence == "6 numbers of 1 tables are those of the report."


@pytest.mark.parametrize(
    ("column", "value"), [("count", 5), ("points", 0.3), ("points", np.nan), ("at_least", 0)]
)
def test_a_number_that_differs_is_told_by_its_place(column: str, value: float) -> None:
    other = TABLE.copy()
    other[column] = [value, other[column].iloc[1]]
    verdict = check_report(FILES, {"velocity": other})
    assert not verdict.passed
    assert (
        verdict.sentence == f"The report's figures are not those of the table: velocity.{column}."
    )


def test_a_row_that_only_the_table_or_only_the_report_has_is_told() -> None:
    assert not check_report(FILES, {"velocity": TABLE.iloc[:1]}).passed
    assert not check_report(FILES, {"velocity": pd.concat([TABLE, TABLE.iloc[:1]])}).passed


def test_a_table_without_rows_is_that_of_a_file_without_rows() -> None:
    files = {"tables/velocity.csv": csv_bytes(FRAME.iloc[:0])}
    assert check_report(files, {"velocity": pd.DataFrame({"count": [], "points": []})}).passed


def test_tables_of_something_else_are_not_compared() -> None:
    verdict = check_report(FILES, None)
    assert verdict.passed
    assert verdict.sentence.startswith("Not compared")
