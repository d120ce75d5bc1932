"""Daily series are what `task_on_date_agg` says, on the days asked for."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.figures import SHARED, figures_of_case, made_figures, shared_cases

from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.series import daily_sums, drawn_days
from phlogiston_assets.domain.days import day_number, day_of


@pytest.mark.parametrize(("case", "prefix"), shared_cases())
@pytest.mark.parametrize("scope_range", ["normal", "cutoff"])
def test_sums_are_those_of_the_table(case: str, prefix: str, scope_range: str) -> None:
    """Every amount of the expected table, and zeros wherever it has no row."""
    figures = figures_of_case(case, prefix)
    titles = [one.title for one in figures.categories]
    days = np.arange(day_number(figures.first_day), day_number(figures.day) + 1)
    path = SHARED / "cases" / case / "expected" / prefix / "task_on_date_agg.csv.gz"
    table = pd.read_csv(path, keep_default_na=False)
    table = table[table["range"] == scope_range]
    for measure in Measure:
        amounts = pd.to_numeric(table[measure]).fillna(0)
        status = table["status"].where(table["status"] == "resolved", "open")
        wanted = amounts.groupby([status, table["category"], table["date"]]).sum()
        sums = daily_sums(figures.runs, scope_range, titles, measure, days)
        found = {
            (status, titles[row], day_of(days[column]).isoformat()): values[row, column]
            for status, values in (("open", sums.open), ("resolved", sums.resolved))
            for row, column in zip(*np.nonzero(values), strict=True)
        }
        assert found == pytest.approx({key: value for key, value in wanted.items() if value})


def test_a_run_counts_from_its_first_day_to_the_day_before_its_end() -> None:
    run = ("A", "open", 2, None, date(2024, 1, 3), date(2024, 1, 5))
    days = np.arange(day_number(date(2024, 1, 1)), day_number(date(2024, 1, 8)))
    runs = made_figures(["A"], [run]).runs
    sums = daily_sums(runs, "normal", ["B", "A"], Measure.COUNT, days)
    assert sums.open.tolist() == [[0] * 7, [0, 0, 2, 2, 2, 0, 0]]
    assert not sums.resolved.any()
    assert daily_sums(runs, "normal", ["A"], Measure.POINTS, days).empty


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 9000))
def test_drawn_days_are_few_and_hold_both_ends(last: date, back: int) -> None:
    first = last - timedelta(days=back)
    days = drawn_days(first, last)
    assert (days[0], days[-1]) == (day_number(first), day_number(last))
    assert len(days) <= 202
    assert (np.diff(days) > 0).all()
