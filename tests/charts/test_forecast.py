"""The classic forecast in words, dates and marks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import pytest
from support.figures import Run, figures_of_case, lively_figures, made_figures, shared_cases, week

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.charts.chart import Width
from phlogiston_assets.domain.charts.forecast import forecast_chart
from phlogiston_assets.domain.charts.forecast_rows import ForecastRow, Outlook, State, forecast_rows
from phlogiston_assets.domain.charts.forecast_words import in_words
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.scopes import Display

DAY = date(2024, 5, 15)
FORECAST = {"opt_count_fore": 2.0, "nom_count_fore": 10.0}


def only_row(
    *weeks: dict[str, Any], runs: Sequence[Run] = (), measure: Measure = Measure.COUNT
) -> ForecastRow:
    (row,) = forecast_rows(made_figures(["A"], runs, weeks), measure)
    return row


def test_weeks_become_dates_and_none_becomes_never() -> None:
    row = only_row(week("A", 10, 4, **FORECAST))
    assert row.state is State.UNDER_WAY
    assert row.due(Outlook.OPTIMISTIC) == date(2024, 5, 29)
    assert row.due(Outlook.NOMINAL) == date(2024, 7, 24)
    assert row.never(Outlook.PESSIMISTIC)
    assert in_words(row, DAY) == "nominal 24 Jul (optimistic 29 May, pessimistic never)"


def test_without_anything_resolved_there_is_not_enough_data() -> None:
    row = only_row(week("A", 10, 0))
    assert in_words(row, DAY) == "not enough data"
    assert not row.weeks


def test_without_tasks_there_is_nothing_to_forecast() -> None:
    assert in_words(only_row(), DAY) == "no tasks"
    assert in_words(only_row(week("A", 0, 0)), DAY) == "no tasks"


def test_a_category_is_completed_on_the_day_after_its_last_open_one() -> None:
    runs = (
        ("A", "open", 1, 1.0, date(2024, 1, 1), date(2024, 1, 9)),
        ("A", "open", 1, 1.0, date(2024, 2, 1), date(2024, 2, 9)),
        ("A", "resolved", 3, 3.0, date(2024, 1, 1), DAY),
    )
    row = only_row(week("A", 3, 3), runs=runs)
    assert row.state is State.COMPLETED
    assert row.completed == date(2024, 2, 10)
    assert in_words(row, DAY) == "completed 10 Feb"


def test_open_tasks_without_points_are_not_completed() -> None:
    row = only_row(week("A", 3, 2) | {"points_total": 5.0, "points_resolved": 5.0})
    assert row.state is State.UNDER_WAY
    row = only_row(
        week("A", 3, 2) | {"points_total": 5.0, "points_resolved": 5.0}, measure=Measure.POINTS
    )
    assert in_words(row, DAY) == "no points open"


def test_resolved_tasks_without_points_are_a_start() -> None:
    """domain.md, section 6: not enough data only while nothing at all is resolved."""
    some = week("A", 7, 6, nom_points_fore=13.0) | {"points_total": 13.0, "points_resolved": 0.0}
    assert only_row(some, measure=Measure.POINTS).due(Outlook.NOMINAL) == date(2024, 8, 14)


def test_less_than_half_a_week_is_no_never() -> None:
    """The table rounds it to no weeks, hence none; a reader must not be told the opposite."""
    speed = {"opt_count_vel": 4.0, "opt_count_total_growrate": 0.0}
    row = only_row(week("A", 10, 9, nom_count_fore=1.0, **speed))
    assert not row.never(Outlook.OPTIMISTIC)
    assert in_words(row, DAY) == "nominal 22 May (optimistic < 1 week, pessimistic never)"


@pytest.mark.parametrize(
    ("weeks", "text"),
    [
        (30, "11 Dec"),
        (40, "19 Feb \N{RIGHT SINGLE QUOTATION MARK}25"),
        (300, "Feb 2030"),
        (10_000, "after 2124"),
        (400_000, "after 2124"),
        (900_000, "never"),
        (2.2e16, "never"),
        (float("inf"), "never"),
    ],
)
def test_far_dates_are_told_more_coarsely(weeks: float, text: str) -> None:
    row = only_row(week("A", 10, 4, nom_count_fore=float(weeks)))
    assert in_words(row, DAY).startswith(f"nominal {text} (")


def test_the_finding_counts_what_becomes_of_the_categories() -> None:
    weeks = [
        week("A", 5, 5),
        week("B", 10, 4, nom_count_fore=2.0),
        week("C", 10, 4, nom_count_fore=50.0),
        week("D", 10, 4),
        week("E", 10, 0),
    ]
    chart = forecast_chart(made_figures(list("ABCDEF"), weeks=weeks), Measure.COUNT, [])
    assert chart.finding == (
        "Of 6 categories, 1 is completed, 3 are under way, 1 has nothing resolved yet and 1 has no"
        " tasks. At the nominal pace 1 is done by the end of this quarter (30 June 2024), 1 later"
        " and 1 never."
    )


def test_hidden_categories_are_left_out_unless_asked_for() -> None:
    figures = lively_figures(["A", Category("H", Display.HIDE), "B"])
    assert [row.title for row in forecast_rows(figures, Measure.COUNT)] == ["A", "B"]
    rows = forecast_rows(figures, Measure.COUNT, hidden=True)
    assert [(row.title, row.hidden) for row in rows] == [("A", False), ("H", True), ("B", False)]


@pytest.mark.parametrize(("case", "prefix"), shared_cases())
def test_rows_are_those_of_the_newest_week(case: str, prefix: str) -> None:
    figures = figures_of_case(case, prefix)
    table = figures.velocity[figures.velocity["date"] == pd.Timestamp(figures.day)]
    for measure in Measure:
        rows = {row.title: row for row in forecast_rows(figures, measure, hidden=True)}
        for wanted in table.to_dict("records"):
            row = rows[wanted["category"]]
            if row.state is State.EMPTY:
                continue
            assert row.total == pytest.approx(wanted[f"{measure}_total"])
            assert row.resolved == pytest.approx(wanted[f"{measure}_resolved"])
            for outlook in Outlook:
                fore = wanted[f"{outlook}_{measure}_fore"]
                assert row.weeks.get(outlook) == (None if pd.isna(fore) else fore)


@pytest.mark.parametrize("count", [0, 1, 12, 60])
def test_it_is_drawn_for_any_number_of_categories(count: int) -> None:
    figures = lively_figures([f"Category {place}" for place in range(count)])
    chart = forecast_chart(figures, Measure.POINTS, list(Width))
    assert set(chart.drawings) == set(Width)
    assert len(chart.data) == count


def test_an_absurd_length_is_never_even_if_work_shrinks() -> None:
    """Velocity and growth that differ by a rounding error give a forecast of 10^16 weeks."""
    speed = {"nom_count_vel": 1.0, "nom_count_total_growrate": 1.0 - 1e-16}
    figures = made_figures(["A"], weeks=[week("A", 10, 4, nom_count_fore=2.2e16, **speed)])
    chart = forecast_chart(figures, Measure.COUNT, list(Width))
    assert chart.finding.endswith(
        "At the nominal pace none is done by the end of this quarter (30 June 2024) and 1 never."
    )
    assert chart.data["nominal_weeks"].isna().all()
    assert all("never" in svg for svg in chart.drawings.values())


def test_every_kind_of_row_is_drawn() -> None:
    weeks = [
        week("done", 5, 5),
        week("long ago", 5, 5),
        week("soon", 10, 9, opt_count_vel=4.0, opt_count_total_growrate=0.0, nom_count_fore=1.0),
        week("far", 10, 4, opt_count_fore=900.0, nom_count_fore=9e5),
        week("never", 10, 4),
        week("fresh", 10, 0),
    ]
    runs = [
        ("done", "open", 1, 1.0, date(2024, 1, 1), date(2024, 5, 1)),
        ("long ago", "resolved", 5, 5.0, date(2020, 1, 1), DAY),
    ]
    names = [str(one["category"]) for one in weeks]
    chart = forecast_chart(made_figures([*names, "empty"], runs, weeks), Measure.COUNT, list(Width))
    for svg in chart.drawings.values():
        words = (
            "completed 2 May",
            "&lt; 1 week",
            "never",
            "not enough data",
            "no tasks",
            "40\N{NO-BREAK SPACE}%",
        )
        assert all(text in svg for text in words)
