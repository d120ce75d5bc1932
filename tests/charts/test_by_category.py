"""The small charts of a category show and say what the table `velocity` holds."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.figures import figures_of_case, lively_figures, made_figures, shared_cases, week

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.charts.by_category import anchors, by_category, by_category_data
from phlogiston_assets.domain.charts.category_weeks import WEEKS_AHEAD, category_weeks
from phlogiston_assets.domain.charts.forecast_rows import Outlook
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.scopes import Display

DAY = date(2024, 5, 15)
SPEED = {
    "opt_count_vel": 4.0, "nom_count_vel": 2.0, "pes_count_vel": 0.0,
    "opt_count_total_growrate": 0.0, "nom_count_total_growrate": 1.0,
    "pes_count_total_growrate": 1.5,
}  # fmt: skip


def weeks_of(*rows: tuple[int, int], title: str = "A", **known: float) -> list[dict[str, Any]]:
    """Rows of `velocity` (total, resolved), the last of them on DAY."""
    return [
        week(title, total, resolved, **SPEED, **known)
        | {"date": pd.Timestamp(DAY - timedelta(weeks=len(rows) - 1 - place))}
        for place, (total, resolved) in enumerate(rows)
    ]


def findings(figures: Figures, measure: Measure = Measure.COUNT) -> list[str]:
    (category,) = by_category(figures, [measure])
    (row,) = category.rows
    return [chart.heading.finding for chart in row]


def test_the_findings_give_the_figures_of_the_last_day() -> None:
    weeks = weeks_of((18, 5), (20, 8), opt_count_fore=3.0, nom_count_fore=12.0)
    burnup, change, remaining = findings(made_figures(["A"], weeks=weeks))
    assert burnup == (
        "On 15 May 2024, 8 of 20 tasks were resolved (40\N{NO-BREAK SPACE}%). In 13 weeks:"
        " optimistic all, nominal all, pessimistic 8 of 39.5."
    )
    assert change == (
        "In the week to 15 May 2024: +3 tasks resolved. Velocity a week: optimistic 4, nominal 2,"
        " pessimistic 0."
    )
    assert remaining == "On 15 May 2024: optimistic 3 weeks, nominal 12 weeks, pessimistic never."


def test_the_change_after_a_gap_is_that_since_the_step_before_however_old() -> None:
    """domain.md, section 6: the change since the category's previous step."""
    weeks = [weeks_of((3, 2), *[(0, 0)] * 60, (1, 0), (1, 0))[place] for place in (0, -2, -1)]
    one = category_weeks(made_figures(["A"], weeks=weeks).velocity, Measure.COUNT, DAY)["A"]
    assert one.change.tolist() == [-2, 0]


def test_what_is_done_or_not_begun_is_said_without_forecasts() -> None:
    done = findings(made_figures(["A"], weeks=weeks_of((5, 4), (5, 5))))
    assert done[0] == "On 15 May 2024, 5 of 5 tasks were resolved (100\N{NO-BREAK SPACE}%)."
    assert done[2] == "On 15 May 2024: completed."
    assert findings(made_figures(["A"], weeks=weeks_of((5, 0))))[2] == (
        "On 15 May 2024: not enough data."
    )


@pytest.mark.parametrize("weeks", [2.2e16, 9e5, float("inf")])
def test_a_forecast_of_absurd_length_is_never(weeks: float) -> None:
    """Velocity and growth that differ by a rounding error give a forecast of 10^16 weeks."""
    figures = made_figures(["A"], weeks=weeks_of((18, 5), (20, 8), nom_count_fore=weeks))
    assert "nominal never" in findings(figures)[2]
    (category,) = by_category(figures, [Measure.COUNT])
    assert "nom. never" in category.rows[0][2].drawing
    *_, remaining = by_category_data(figures, Measure.COUNT)
    assert remaining.data["nominal"].isna().all()


def test_long_waits_stand_at_the_level_of_more() -> None:
    figures = made_figures(["A"], weeks=weeks_of((18, 5), (20, 8), nom_count_fore=5000.0))
    (category,) = by_category(figures, [Measure.COUNT])
    assert ">more<" in category.rows[0][2].drawing
    assert "nom. 5,000" in category.rows[0][2].drawing


def test_lines_ahead_are_those_of_the_specification() -> None:
    """domain.md, section 6: resolved + velocity × weeks, and total + growth × weeks."""
    burnup, *_ = by_category_data(
        made_figures(["A"], weeks=weeks_of((18, 5), (20, 8))), Measure.COUNT
    )
    data = burnup.data
    assert data[data["outlook"] == ""]["resolved"].tolist() == [5, 8]
    nominal = data[data["outlook"] == "nominal"]
    assert nominal["resolved"].tolist() == [8 + 2 * ahead for ahead in range(1, 14)]
    assert nominal["total"].tolist() == [20 + ahead for ahead in range(1, 14)]
    assert nominal["date"].iloc[-1] == pd.Timestamp(DAY + timedelta(weeks=13))


@pytest.mark.parametrize(("case", "prefix"), shared_cases())
def test_series_are_those_of_the_table(case: str, prefix: str) -> None:
    figures = figures_of_case(case, prefix)
    for measure in Measure:
        for title, one in category_weeks(figures.velocity, measure, figures.day).items():
            rows = figures.velocity[figures.velocity["category"] == title].tail(len(one.days))
            assert one.resolved.tolist() == rows[f"{measure}_resolved"].tolist()
            wanted = rows[f"{measure}_resolved"].diff().to_numpy()[1:]
            assert one.change[1:] == pytest.approx(wanted)
            for outlook in Outlook:
                total, resolved = one.ahead(outlook, WEEKS_AHEAD)
                last = rows.iloc[-1]
                speed = np.nan_to_num(last[f"{outlook}_{measure}_vel"])
                assert resolved == pytest.approx(last[f"{measure}_resolved"] + 13 * speed)
                assert total >= last[f"{measure}_total"] - 1e-9
        assert by_category(figures, [measure])


@pytest.mark.parametrize("count", [0, 1, 12, 60])
def test_they_are_drawn_for_any_number_of_categories(count: int) -> None:
    figures = lively_figures([f"Category {place}" for place in range(count)])
    found = by_category(figures, list(Measure))
    assert [len(one.rows) for one in found] == [2] * count
    assert [len(row) for one in found for row in one.rows] == [3] * 2 * count


def test_hidden_and_empty_categories_have_no_charts() -> None:
    figures = made_figures(
        ["A", "B", Category("H", Display.HIDE)],
        weeks=[*weeks_of((5, 2)), *weeks_of((5, 2), title="H")],
    )
    assert [(one.title, len(one.rows)) for one in by_category(figures, list(Measure))] == [
        ("A", 2),
        ("B", 0),
    ]


@pytest.mark.parametrize("first_day", [date(2020, 1, 1), date(2024, 5, 1), DAY])
@pytest.mark.parametrize("rows", [[(3, 0)], [(3, 3)], [(9, 4), (2, 1)], [(3, 0)] * 60])
def test_little_data_and_much_is_drawn(rows: list[tuple[int, int]], first_day: date) -> None:
    figures = made_figures(["A"], weeks=weeks_of(*rows), first_day=first_day)
    for category in by_category(figures, list(Measure)):
        assert len(category.rows) == 2
        assert not any("nan" in chart.drawing for row in category.rows for chart in row)


def test_anchors_are_unique_and_read_like_their_titles() -> None:
    titles = ["Technical debt", "technical DEBT!", "日本語", "عربي", "$ _ <", "", "x" * 90]
    found = anchors(titles)
    assert found["Technical debt"] == "category-technical-debt"
    assert len(set(found.values())) == len(titles)
    assert all(len(one) < 55 and one.isascii() for one in found.values())
    assert anchors(titles) == found
