"""The burnup says and shows what the frame holds."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from support.figures import Run, figures_of_case, lively_figures, made_figures, shared_cases

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.charts import wording
from phlogiston_assets.domain.charts.burnup import (
    QUARTER_BEFORE,
    QUARTER_BEFORE_ALL,
    THIS_QUARTER,
    WHOLE_HISTORY,
    BurnupVariant,
    burnup_chart,
    burnup_sums,
)
from phlogiston_assets.domain.charts.chart import Width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.wording import number
from phlogiston_assets.domain.scopes import Display, QuarterStart

DAY = date(2024, 5, 15)
WIDTHS = [Width.NARROW, Width.HALF, Width.FULL]
RUNS = [
    ("A", "open", 5, 7.5, date(2024, 1, 1), date(2024, 3, 31)),
    ("A", "open", 3, 4.0, date(2024, 4, 1), DAY),
    ("A", "resolved", 2, 3.5, date(2024, 4, 1), DAY),
    ("B", "open", 1, None, date(2024, 4, 20), DAY),
    ("H", "open", 9, 9.0, date(2024, 1, 1), DAY),
]
CATEGORIES = ["A", "B", Category("H", Display.HIDE)]


def test_the_finding_gives_the_figures_of_the_last_day() -> None:
    chart = burnup_chart(made_figures(CATEGORIES, RUNS), Measure.COUNT, THIS_QUARTER, [])
    assert chart.finding == (
        "On 15 May 2024, 4 tasks were open and 2 resolved. Since the quarter began on"
        " 1 April 2024: +2 resolved, \N{MINUS SIGN}1 open. Open in A (3) and B (1)."
    )


def test_hidden_categories_are_in_the_whole_history_only() -> None:
    figures = made_figures(CATEGORIES, RUNS)
    main, whole = (
        burnup_chart(figures, Measure.POINTS, variant, [])
        for variant in (THIS_QUARTER, WHOLE_HISTORY)
    )
    assert set(main.data["category"]) == {"A"}
    assert set(whole.data["category"]) == {"A", "H"}
    assert "13 points were open" in whole.finding


def test_the_main_burnup_begins_a_month_before_the_quarter() -> None:
    sums = burnup_sums(made_figures(CATEGORIES, RUNS), Measure.COUNT, THIS_QUARTER)
    first, last = np.array([sums.days[0], sums.days[-1]]).astype("datetime64[D]").astype(date)
    assert (first, last) == (date(2024, 2, 29), DAY)


def test_last_quarters_burnup_ends_with_that_quarter() -> None:
    figures = made_figures(CATEGORIES, RUNS)
    chart = burnup_chart(figures, Measure.COUNT, QUARTER_BEFORE, WIDTHS)
    assert chart.finding == ("On 31 March 2024, 5 tasks were open and 0 resolved. Open in A (5).")
    assert "31 Mar 2024" in chart.drawings[Width.NARROW]
    assert chart.data["date"].max() == np.datetime64("2024-03-31")
    stretch = QUARTER_BEFORE.stretch(figures)
    assert (stretch.first, stretch.end) == (date(2023, 12, 1), date(2024, 4, 1))


def test_last_quarter_has_its_own_range_and_cutoff() -> None:
    figures = made_figures(CATEGORIES, RUNS, backlog_resolved_cutoff=QuarterStart.CURRENT)
    runs = figures.runs.assign(count=np.where(figures.runs["range"] == "lastq", 7, 1))
    figures = replace(figures, runs=runs)
    chart = burnup_chart(figures, Measure.COUNT, QUARTER_BEFORE_ALL, [])
    assert chart.finding.startswith("On 31 March 2024, 14 tasks were open")
    assert chart.finding.endswith("What was resolved before 1 January 2024 is left out.")


SPANS = {
    THIS_QUARTER: ("2024-03-01", "2024-05-15", "2024-07-01"),
    WHOLE_HISTORY: ("2023-06-02", "2024-05-15", "2024-07-01"),
    QUARTER_BEFORE: ("2023-12-01", "2024-03-31", "2024-04-01"),
    QUARTER_BEFORE_ALL: ("2023-12-01", "2024-03-31", "2024-04-01"),
}
"""Of a history since 1 June 2023: the instant at which the areas begin, the last day whose end they
show, and the end of the axis (reports.md: from one month before this quarter to its end; from
start_date; the same for last quarter)."""


@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("variant", SPANS, ids=lambda variant: variant.slug)
@pytest.mark.parametrize("width", WIDTHS)
def test_each_variant_is_drawn_over_its_own_time(
    variant: BurnupVariant, measure: Measure, width: Width
) -> None:
    start = date(2023, 6, 1)
    runs = [(one, "open", 4, 6.0, start, DAY) for one in ("A", "H")]
    figures = made_figures(CATEGORIES, runs, first_day=start)
    chart = burnup_chart(figures, measure, variant, [width])
    first, last, end = (np.datetime64(text).astype(int) for text in SPANS[variant])
    days = chart.data["date"].to_numpy().astype("datetime64[D]").astype(int)
    assert (days.min() + 1, days.max()) == (first, last)
    assert set(chart.data["category"]) == ({"A", "H"} if variant.hidden else {"A"})
    svg = chart.drawings[width]
    scale = time_scale(svg)
    areas = [float(x) for path in AREA.findall(svg) for x in re.findall(r"([\d.]+) [\d.]+", path)]
    grid = max(float(x) for x in GRID_END.findall(svg))
    pixel = scale(1) - scale(0)
    drawn = [scale(x) for x in (min(areas), max(areas), grid)]
    assert drawn == pytest.approx([first, last + 1, end], abs=0.2 * pixel)


AREA = re.compile(r'<path d="([^"]+)" fill="#(?!f2f4f7)[0-9a-f]{6}" stroke="#ffffff"')
GRID_END = re.compile(
    r'<path d="M (?!0 )[\d.]+ [\d.]+ ([\d.]+) [\d.]+" fill="none" stroke="#e2e5ea"'
)


def time_scale(svg: str) -> Callable[[float], float]:
    """From a place on a drawing to a day number, by the labels of its time axis."""
    labels = re.findall(r'<text x="([\d.]+)"[^>]*>((?:[A-Z][a-z]{2}(?: \d{4})?)|\d{4})</text>', svg)
    year = int(next(label[-4:] for _, label in labels if label[-4:].isdigit()))
    ticks: list[tuple[float, float]] = []
    for x, label in labels:
        month = MONTHS.index(label[:3]) + 1 if label[:3] in MONTHS else 1
        day = date(int(label[-4:]) if label[-4:].isdigit() else year, month, 1)
        year = day.year
        ticks.append((float(x), day.toordinal() - date(1970, 1, 1).toordinal()))
    (x0, day0), (x1, day1) = ticks[0], ticks[-1]
    return lambda x: day0 + (x - x0) * (day1 - day0) / (x1 - x0)


MONTHS = [name[:3] for name in wording.MONTHS]


def test_a_history_younger_than_the_quarter_says_so() -> None:
    figures = made_figures(["A"], [("A", "open", 1, 1.0, DAY, DAY)], first_day=DAY)
    chart = burnup_chart(figures, Measure.COUNT, QUARTER_BEFORE, WIDTHS)
    assert chart.finding == "The history begins on 15 May 2024, after last quarter."
    assert all("nothing to show" in svg for svg in chart.drawings.values())


def test_a_young_history_begins_where_it_begins() -> None:
    figures = made_figures(CATEGORIES, RUNS, first_day=date(2024, 5, 1))
    sums = burnup_sums(figures, Measure.COUNT, THIS_QUARTER)
    assert len(sums.days) == 15
    assert "Since the quarter" not in burnup_chart(figures, Measure.COUNT, THIS_QUARTER, []).finding


def test_a_cutoff_is_told() -> None:
    figures = made_figures(CATEGORIES, RUNS, backlog_resolved_cutoff=QuarterStart.CURRENT)
    finding = burnup_chart(figures, Measure.COUNT, THIS_QUARTER, []).finding
    assert finding.endswith("What was resolved before 1 April 2024 is left out.")


@pytest.mark.parametrize(
    ("measure", "again"), [(Measure.COUNT, "3 tasks"), (Measure.POINTS, "4.5 points")]
)
def test_what_is_left_out_and_open_again_is_told_since_forecasts_count_it(
    measure: Measure, again: str
) -> None:
    figures = made_figures(CATEGORIES, RUNS, backlog_resolved_cutoff=QuarterStart.CURRENT)
    (again_open,) = figures.runs[:1].to_dict("records")
    again_open |= {"range": "normal", "category": "A", "status": "open", "count": 3, "points": 4.5}
    again_open["end_day"] = pd.Timestamp(DAY) + pd.Timedelta(days=1)
    runs = pd.concat([figures.runs, pd.DataFrame([again_open])], ignore_index=True)
    finding = burnup_chart(replace(figures, runs=runs), measure, THIS_QUARTER, []).finding
    assert finding.endswith(
        f"before 1 April 2024 is left out, among it {again} open again, which forecasts count."
    )


@pytest.mark.parametrize(("case", "prefix"), shared_cases())
def test_captions_figures_are_the_frames(case: str, prefix: str) -> None:
    """The finding's open and resolved equal the sums of range `cutoff` on the last day."""
    figures = figures_of_case(case, prefix)
    shown = {one.title for one in figures.categories if one.display is Display.SHOW}
    runs = figures.runs
    today = runs[(runs["range"] == "cutoff") & runs["category"].isin(shown)]
    today = today[today["end_day"] > np.datetime64(figures.day)]
    for measure in Measure:
        chart = burnup_chart(figures, measure, THIS_QUARTER, [])
        resolved = today["status"] == "resolved"
        still_open, done = (float(today[picked][measure].sum()) for picked in (~resolved, resolved))
        told = re.match(r"On [^,]*, ([\d.,]+) \w+ \w+ open and ([\d.,]+) resolved\.", chart.finding)
        assert told is not None
        assert told.groups() == (number(still_open), number(done))


NAMES = {
    "none": [],
    "one": ["Only"],
    "twelve": [f"Category {place}" for place in range(12)],
    "sixty": [f"Category {place} of a large team" for place in range(60)],
    "long": ["An eighty-character name that goes on and on until it is exactly eighty letters!"]
    * 1,
    "foreign": ["日本語のとても長いカテゴリー名", "التصنيف العربي", "$ _ < & \\ %"],
}


@pytest.mark.parametrize("variant", [THIS_QUARTER, QUARTER_BEFORE_ALL, WHOLE_HISTORY])
@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_it_is_drawn_for_any_categories(names: list[str], variant: BurnupVariant) -> None:
    chart = burnup_chart(lively_figures(names), Measure.POINTS, variant, WIDTHS)
    assert set(chart.drawings) == set(WIDTHS)


@pytest.mark.parametrize(
    "runs",
    [
        [],
        [("A", "open", 3, 1.0, DAY, DAY)],
        [("A", "resolved", 3, None, DAY, DAY)],
        [("A", "open", 3, 1.0, date(2024, 1, 1), DAY)],
        [("A", "open", 3, 1.0, date(2024, 1, 1), date(2024, 4, 1))],
    ],
    ids=["no data", "one day", "one day resolved", "nothing resolved", "all gone"],
)
@pytest.mark.parametrize("first_day", [date(2024, 1, 1), DAY])
def test_it_is_drawn_for_little_data(runs: list[Run], first_day: date) -> None:
    figures = made_figures(["A"], runs, first_day=first_day)
    for measure in Measure:
        for variant in (THIS_QUARTER, QUARTER_BEFORE, WHOLE_HISTORY):
            chart = burnup_chart(figures, measure, variant, WIDTHS)
            assert chart.finding.endswith(".")


def test_nothing_to_show_is_said() -> None:
    chart = burnup_chart(made_figures(["A"]), Measure.COUNT, THIS_QUARTER, [Width.HALF])
    assert chart.finding == "No tasks in the categories shown up to 15 May 2024."
    assert "nothing to show" in chart.drawings[Width.HALF]
    assert chart.data.empty


def test_figures_on_a_narrow_sheet_are_never_cut() -> None:
    """The names stand in the key below, so that nothing at the edge needs an ellipsis."""
    runs = [("A", "open", 123_456, 1.0, date(2024, 1, 1), DAY)]
    chart = burnup_chart(made_figures(["A"], runs), Measure.COUNT, THIS_QUARTER, [Width.NARROW])
    assert "…" not in chart.drawings[Width.NARROW]
    assert chart.drawings[Width.NARROW].count(">123,456<") == 4


def test_names_without_room_are_counted() -> None:
    figures = lively_figures([f"Category {place}" for place in range(60)])
    chart = burnup_chart(figures, Measure.COUNT, THIS_QUARTER, [Width.HALF, Width.NARROW])
    for svg in chart.drawings.values():
        assert re.search(r"\d+ more categories", svg)
