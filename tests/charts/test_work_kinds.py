"""Kind of work is what `maintenance_delta` and `maintenance_share` hold."""

from datetime import date, timedelta

from support.figures import lively_kinds, made_figures

from phlogiston_assets.domain.charts.chart import Width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.work_kinds import work_kinds_chart

DAY = date(2024, 5, 15)
BEFORE = DAY - timedelta(weeks=1)
KINDS = [
    (BEFORE, "Maintenance", 1, 1.0),
    (BEFORE, "New Functionality", -2, -4.0),
    (DAY, "Maintenance", 2, 3.0),
    (DAY, "New Functionality", 3, 8.0),
    (DAY, "", 7, 9.5),
]


def test_the_finding_and_the_drawing_give_the_overall_share() -> None:
    chart = work_kinds_chart(made_figures(["A"], kinds=KINDS), Measure.COUNT, list(Width))
    assert chart.finding == (
        "In the 2 weeks to 15 May 2024, resolved tasks: +3 maintenance, +1 new functionality and"
        " +7 neither. Maintenance is 75\N{NO-BREAK SPACE}% of what is marked as one or the other."
        " In the last week +12."
    )
    assert all("maintenance 75\N{NO-BREAK SPACE}%" in svg for svg in chart.drawings.values())
    assert chart.data["resolved"].tolist() == [1, -2, 2, 3, 7]


def test_the_figure_above_a_column_that_goes_both_ways_has_its_sign() -> None:
    kinds = [(DAY, "Maintenance", -13, -13.0), (DAY, "", 15, 15.0), (BEFORE, "", 4, 4.0)]
    svg = work_kinds_chart(made_figures(["A"], kinds=kinds), Measure.COUNT, [Width.HALF]).drawings
    assert ">+2</text>" in svg[Width.HALF]
    assert ">+4</text>" not in svg[Width.HALF]


def test_what_is_not_marked_has_no_share() -> None:
    figures = made_figures(["A"], kinds=[(DAY, "", 2, 3.0)])
    chart = work_kinds_chart(figures, Measure.POINTS, list(Width))
    assert "None of it is marked as maintenance or new functionality." in chart.finding


def test_no_share_is_told_of_kinds_that_went_back() -> None:
    """-1 of -1 + 0 would be "100\N{NO-BREAK SPACE}%", and -1 of -1 + 3 a share below nothing."""
    for new in (0, 3):
        kinds = [(DAY, "Maintenance", -1, -1.0), (DAY, "New Functionality", new, 1.0 * new)]
        chart = work_kinds_chart(made_figures(["A"], kinds=kinds), Measure.COUNT, list(Width))
        assert "There is no maintenance share" in chart.finding
        assert not any("%" in text for text in (chart.finding, *chart.drawings.values()))


def test_nothing_resolved_is_said_and_drawn() -> None:
    for kinds in ([], [(DAY, "Maintenance", 0, 0.0)]):
        chart = work_kinds_chart(made_figures([], kinds=kinds), Measure.COUNT, list(Width))
        assert chart.finding == "In the week to 15 May 2024 nothing was resolved."
        assert all("nothing resolved" in svg for svg in chart.drawings.values())


def test_weeks_below_zero_are_drawn() -> None:
    figures = made_figures([], kinds=lively_kinds())
    for measure in Measure:
        assert set(work_kinds_chart(figures, measure, list(Width)).drawings) == set(Width)
    figures = made_figures(["A"], kinds=[(DAY, "", -3, -2.0)])
    assert work_kinds_chart(figures, Measure.COUNT, list(Width)).data["resolved"].tolist() == [-3]
