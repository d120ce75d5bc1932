"""Weekly velocity is what `recently_closed` holds, seven days at a time."""

from datetime import date, timedelta

import pandas as pd
import pytest
from support.figures import figures_of_case, lively_figures, made_figures, shared_cases

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.charts.chart import Width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.velocity import velocity_chart, week_ends, weekly_sums
from phlogiston_assets.domain.days import day_of
from phlogiston_assets.domain.scopes import Display

DAY = date(2024, 5, 15)


def test_weeks_are_counted_back_from_the_day_over_three_months() -> None:
    ends = [day_of(end) for end in week_ends(date(2024, 1, 1), DAY)]
    assert ends[-1] == DAY
    assert ends[0] == date(2024, 2, 21)
    assert len(ends) == 13


def test_a_young_history_has_fewer_weeks_but_one_at_least() -> None:
    assert len(week_ends(date(2024, 5, 1), DAY)) == 2
    assert len(week_ends(DAY, DAY)) == 1


@pytest.mark.parametrize(("case", "prefix"), shared_cases())
def test_sums_are_those_of_the_table(case: str, prefix: str) -> None:
    figures = figures_of_case(case, prefix)
    titles = [one.title for one in figures.categories]
    closed = figures.recently_closed
    for measure in Measure:
        sums = weekly_sums(closed, titles, measure, figures.first_day, figures.day)
        for column, end in enumerate(sums.ends):
            last = pd.Timestamp(day_of(end))
            week = closed[(closed["date"] <= last) & (closed["date"] > last - pd.Timedelta(days=7))]
            wanted = week.groupby("category")[measure].sum().reindex(titles).fillna(0)
            assert sums.amounts[:, column].tolist() == pytest.approx(wanted.tolist())


def test_the_finding_gives_sum_mean_and_last_week() -> None:
    closed = [
        (DAY, "A", 2, 4.0),
        (DAY - timedelta(days=6), "B", 1, 2.5),
        (DAY - timedelta(days=7), "A", 10, 20.0),
        (DAY - timedelta(days=200), "A", 99, 99.0),
        (DAY, "H", 50, 50.0),
    ]
    figures = made_figures(["A", "B", Category("H", Display.HIDE)], closed=closed)
    chart = velocity_chart(figures, Measure.COUNT, [])
    assert chart.finding == (
        "In the 13 weeks to 15 May 2024, 13 tasks were resolved, 1 a week; in the last of them, 3."
        " Resolved in A (12) and B (1)."
    )
    assert chart.data["resolved"].tolist() == [10, 2, 1]


@pytest.mark.parametrize("count", [0, 1, 12, 60])
def test_it_is_drawn_for_any_number_of_categories(count: int) -> None:
    figures = lively_figures([f"Category {place}" for place in range(count)])
    for measure in Measure:
        chart = velocity_chart(figures, measure, list(Width))
        assert set(chart.drawings) == set(Width)


def test_nothing_resolved_is_said_and_drawn() -> None:
    for first_day in (date(2024, 1, 1), DAY):
        chart = velocity_chart(
            made_figures(["A"], first_day=first_day), Measure.POINTS, list(Width)
        )
        assert chart.finding.startswith("Nothing was resolved in the ")
        assert all("nothing resolved" in svg for svg in chart.drawings.values())
