"""Velocity by month and quarter is what `recently_closed` holds, period by period."""

from datetime import date

import pandas as pd
import pytest
from support.figures import figures_of_case, lively_figures, made_figures, shared_cases

from phlogiston_assets.domain.charts.chart import Width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.velocity_calendar import (
    MONTHLY,
    QUARTERLY,
    calendar_sums,
    monthly_velocity_chart,
    quarterly_velocity_chart,
)

DAY = date(2024, 5, 15)


def test_months_and_quarters_begin_with_the_history() -> None:
    assert [one.month for one in MONTHLY.starts(date(2024, 2, 10), DAY)] == [2, 3, 4, 5]
    assert [one.month for one in QUARTERLY.starts(date(2024, 2, 10), DAY)] == [1, 4]
    assert MONTHLY.starts(date(2024, 4, 30), DAY) == [date(2024, 5, 1)]
    assert MONTHLY.starts(DAY, DAY) == [date(2024, 5, 1)]
    assert len(MONTHLY.starts(date(2001, 1, 1), DAY)) == 24


@pytest.mark.parametrize(("case", "prefix"), shared_cases())
def test_sums_are_those_of_the_table(case: str, prefix: str) -> None:
    figures = figures_of_case(case, prefix)
    titles = [one.title for one in figures.categories]
    closed = figures.recently_closed
    for measure in Measure:
        for calendar, letter in ((MONTHLY, "M"), (QUARTERLY, "Q")):
            starts = calendar.starts(figures.first_day, figures.day)
            sums = calendar_sums(closed, titles, measure, starts)
            period = pd.DatetimeIndex(closed["date"]).to_period(letter)
            for column, start in enumerate(starts):
                mine = closed[period == pd.Period(start, letter)]
                wanted = mine.groupby("category")[measure].sum().reindex(titles).fillna(0)
                assert sums[:, column].tolist() == pytest.approx(wanted.tolist())


def test_the_finding_gives_the_newest_periods_and_what_is_not_whole() -> None:
    closed = [(date(2024, 3, 31), "A", 4, 4.0), (date(2024, 4, 1), "A", 1, 2.5), (DAY, "A", 2, 4.0)]
    figures = made_figures(["A"], closed=closed, first_day=date(2024, 3, 10))
    chart = monthly_velocity_chart(figures, Measure.COUNT, [])
    assert chart.finding == (
        "In May 2024 so far, 2 tasks were resolved; in April 2024 1; in March 2024 4."
        " March 2024 counts from 11 March 2024 only."
    )
    assert chart.data["resolved"].tolist() == [4, 1, 2]
    quarters = quarterly_velocity_chart(figures, Measure.POINTS, [])
    assert quarters.finding.startswith("In Q2 2024 so far, 6.5 points were resolved; in Q1 2024 4.")


def test_a_period_that_is_over_is_not_so_far() -> None:
    figures = made_figures(["A"], day=date(2024, 3, 31))
    assert quarterly_velocity_chart(figures, Measure.COUNT, []).finding == (
        "In Q1 2024, 0 tasks were resolved."
    )


@pytest.mark.parametrize("count", [0, 1, 12, 60])
def test_they_are_drawn_for_any_number_of_categories(count: int) -> None:
    figures = lively_figures([f"Category {place}" for place in range(count)])
    for chart in (monthly_velocity_chart, quarterly_velocity_chart):
        assert set(chart(figures, Measure.COUNT, list(Width)).drawings) == set(Width)
