"""What pages say of the forecast with probabilities and of its record."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.figures import made_figures
from support.weeks import weekly_flows

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.charts.chart import Width
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.charts.reliability import reliability_chart
from phlogiston_assets.domain.days import day_of
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.forecasts.baselines import Baseline, mean_baseline
from phlogiston_assets.domain.forecasts.forecast_tables import forecasts
from phlogiston_assets.domain.forecasts.record import keep_record, origin_days
from phlogiston_assets.domain.forecasts.record_tables import record_tables
from phlogiston_assets.domain.pages.outlook_page import (
    by_date_table,
    outlook_table,
    record_outlook,
    report_outlook,
)
from phlogiston_assets.domain.pages.outlook_words import (
    category_sentences,
    chance,
    held_sentence,
    outlook_sentence,
    pace_words,
    together_sentences,
    verdicts,
)
from phlogiston_assets.domain.pages.past_forecasts_page import held_table, score_table
from phlogiston_assets.domain.scopes import Display, ForecastDate, LeadingForecast

Make = Callable[..., dict[str, bytes]]
Parse = Callable[[bytes], Any]
NB = "\N{NO-BREAK SPACE}"
BUSY = {"stock": 80, "completed": [2, 3, 1, 2] * 7, "came_in": [1, 0, 1, 0] * 7}
SMALL = {"stock": 5, "completed": [1, 0, 1, 1] * 7, "came_in": [1, 0, 1, 1] * 7}
QUIET = {"stock": 5, "completed": [0] * 28}


def forecast_figures(*, classic: float = 2.0, **told: Any) -> Figures:
    """Figures with a forecast and a record out of weekly flows; the classic names that pace."""
    displays = {"Small": Display.HIDE}
    flows = weekly_flows(displays=displays, **told)
    days = origin_days(flows)
    shape = (len(days), len(flows.categories), 2)
    plain = Baseline(*(np.full(shape, one) for one in (classic, 9.0, np.nan)))
    tables = record_tables(keep_record("t", flows, {}), flows, plain, mean_baseline(flows, days))
    ahead = forecasts("t", flows.weeks(flows.last_day), [ForecastDate(date(2024, 12, 1), "Beta")])
    frames = {
        "forecast": ahead.dates,
        "forecast_by_date": ahead.by_date,
        "forecast_score": tables.scores,
        "forecast_held": tables.held,
        "forecast_past": tables.past,
    }
    for frame in frames.values():
        frame.insert(0, "scope", "t")
    names = [Category(one.title, one.display) for one in flows.categories]
    return replace(made_figures(names, day=day_of(flows.last_day)), **frames)


@pytest.fixture(scope="module")
def figures() -> Figures:
    return forecast_figures(Busy=BUSY, Small=SMALL, Quiet=QUIET)


def texts(row: Any) -> list[str]:
    return [f"{cell.text} {cell.aside}".strip() for cell in row]


# Words --------------------------------------------------------------------------------------------


def test_nothing_is_ever_said_to_be_certain() -> None:
    shares = (0.0, 0.0099, 0.01, 0.5, 0.99, 0.9901, 1.0)
    told = [chance(share) for share in shares]
    assert told == [f"{one}{NB}%" for one in ("< 1", "< 1", "1", "50", "99", "> 99", "> 99")]


def row(**known: Any) -> dict[str, Any]:
    usual = {"category": "Editor", "state": "forecast", "reason": "", "weeks": 26}
    dates = {"p50": pd.Timestamp(2027, 1, 3), "p85": pd.Timestamp(2027, 3, 14)}
    return usual | dates | known


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            row(),
            (
                "At the pace of the last 26 weeks, "
                "Editor is done by 14 March 2027 with 85 % confidence."
            ),
        ),
        (
            row(category="", weeks=9),
            (
                "At the pace of the last 9 weeks, "
                "all shown categories together are done by 14 March 2027 with 85 % confidence."
            ),
        ),
        (
            row(p50=pd.Timestamp(2027, 5, 2), p85=pd.NaT),
            (
                "At the pace of the last 26 weeks, "
                "Editor is done by 2 May 2027 with 50 % confidence, "
                "but not within two years with 85 %."
            ),
        ),
        (
            row(category="", p50=pd.NaT, p85=pd.NaT),
            (
                "At the pace of the last 26 weeks, all shown categories together "
                "are less than 50 % likely to be done in two years."
            ),
        ),
        (
            row(state="none", reason="Only 7 whole weeks are known; a forecast needs 8."),
            "There is no forecast for Editor: only 7 whole weeks are known; a forecast needs 8.",
        ),
        (row(state="done", reason="Nothing is open."), "Editor: nothing is open."),
    ],
)
def test_a_forecast_is_one_sentence(told: dict[str, Any], sentence: str) -> None:
    assert (pace_words(told) + outlook_sentence(told)).replace(NB, " ") == sentence


@pytest.mark.parametrize(
    ("held", "sentence"),
    [
        ({"due": 61, "held": 50}, f"Of 61 past 85{NB}% dates, 50 held."),
        ({"due": 1, "held": 0}, f"Of 1 past 85{NB}% date, 0 held."),
        ({"due": 0, "held": 0}, f"No past 85{NB}% date has come due yet."),
        (None, ""),
    ],
)
def test_how_past_dates_did_is_one_sentence(held: dict[str, int] | None, sentence: str) -> None:
    assert held_sentence(held) == sentence


def test_beside_each_forecast_stands_how_past_ones_of_the_category_did(figures: Figures) -> None:
    told = category_sentences(figures, Measure.COUNT)
    held = figures.forecast_held
    chosen = held[
        (held["about"] == "done") & (held["percent"] == 85) & (held["measure"] == "count")
    ]
    (one,) = chosen[chosen["category"] == "Busy"].to_dict("records")
    assert [sentence.split(" by ")[0][:34] for sentence in told] == [
        "Busy is done",
        f"Small is less than 50{NB}% likely to ",
        "There is no forecast for Quiet: so",
    ]
    assert told[0].endswith(held_sentence(one))


def test_the_weeks_that_forecasts_are_drawn_from_are_told_once_above_them(figures: Figures) -> None:
    for view in record_outlook(figures):
        assert view.lead[-1] == "At the pace of the last 26 weeks, each category by itself:"
        assert "At the pace" not in " ".join(view.sentences)
    quiet = record_outlook(forecast_figures(Quiet=QUIET))
    assert all(len(view.lead) == 1 for view in quiet)


NO_FORECAST = "There is no forecast for all shown categories together: it would need one for "
SLOW = {"stock": 300, "completed": [1, 1, 0, 1] * 6}


def together(**told: Any) -> str:
    (sentence,) = together_sentences(forecast_figures(**told), Measure.COUNT)
    assert sentence.startswith(NO_FORECAST)
    return sentence.removeprefix(NO_FORECAST).replace(NB, " ")


def test_all_together_are_refused_by_name_and_what_has_a_forecast_is_told() -> None:
    assert together(Quiet=QUIET) == "Quiet."
    assert re.fullmatch(
        r"Quiet\. At the pace of the last 26 weeks, Busy is done by [^.]* with 85 % confidence\.",
        together(Busy=BUSY, Small=SMALL, Quiet=QUIET),
    )
    silent = {f"Q{number}": QUIET for number in range(5)}
    assert together(**silent) == "Q0, Q1, Q2 and 2 more."


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        (
            {"Busy": BUSY, "Lazy": dict(BUSY, stock=70)},
            (
                "2 categories that have one, all are done within two years with 85 % confidence, "
                "the last of them Busy by DAY."
            ),
        ),
        (
            {"Busy": BUSY, "Slow": SLOW},
            (
                "2 categories that have one, 1 is done within two years with 85 % confidence, "
                "Busy by DAY."
            ),
        ),
        (
            {"Slow": SLOW, "Slower": SLOW},
            "2 categories that have one, each is less than 50 % likely to be done in two years.",
        ),
        (
            {"Even": dict(SLOW, stock=77), "Slow": SLOW},
            (
                "2 categories that have one, 1 is done within two years with 50 % confidence, "
                "Even by DAY; none with 85 %."
            ),
        ),
    ],
)
def test_where_some_have_no_forecast_it_is_told_how_far_the_others_come(
    others: dict[str, Any], sentence: str
) -> None:
    told = together(**others, Quiet=QUIET)
    assert re.sub(r"by \d+ \w+ \d{4}", "by DAY", told) == f"Quiet. Of the {sentence}"


def verdicts_beside(times: float) -> list[str]:
    """The verdicts if the classic forecast's errors were so many times those of the new one."""
    figures = forecast_figures(A=dict(BUSY, stock=40))
    scores = figures.forecast_score
    scores = scores.assign(classic_score=scores["score"] * times)
    return verdicts(replace(figures, forecast_score=scores), Measure.COUNT)


def test_the_forecast_is_held_to_the_classic_one_in_words() -> None:
    told = verdicts_beside(2.0)
    assert len(told) == 3
    assert re.fullmatch(
        f"The forecast of what is completed had an error 50{NB}% smaller than that of the classic "
        r"nominal one, over \d+ forecasts\.",
        told[0],
    )


def test_where_the_classic_forecast_did_better_the_page_says_so() -> None:
    told = verdicts_beside(0.5)
    assert all(f"an error 100{NB}% larger" in one for one in told)
    assert all(one.endswith("Here the classic forecast did better.") for one in told)


def test_without_a_past_nothing_is_claimed() -> None:
    young = forecast_figures(A={"stock": 9, "completed": [1] * 8})
    assert verdicts(young, Measure.COUNT) == ["No forecast of the past can be scored yet."]


# Tables -------------------------------------------------------------------------------------------


def test_the_table_of_dates_has_the_shown_categories_and_all_together(figures: Figures) -> None:
    table = outlook_table(figures, Measure.COUNT, hidden=False)
    names = [cells[0].text for cells in table.rows]
    assert names == ["Busy", "Quiet", "All shown categories together"]
    whole = outlook_table(figures, Measure.COUNT, hidden=True)
    assert [texts(cells)[0] for cells in whole.rows][1] == "Small hidden"
    frame = figures.forecast
    (busy,) = frame[(frame["category"] == "Busy") & (frame["measure"] == "count")].to_dict(
        "records"
    )
    found = texts(table.rows[0])
    assert found[1] == f"{busy['open']:.0f}"
    assert found[2:6] == [str(busy[name].date()) for name in ("p50", "p85", "p95", "frozen_p85")]
    assert re.fullmatch(r"\d+ of \d+|\N{EN DASH}", found[6])
    assert texts(table.rows[1])[0].startswith("Quiet something was completed in none of")


def test_a_date_beyond_two_years_is_said_to_be_and_sorts_last() -> None:
    figures = forecast_figures(A={"stock": 300, "completed": [1, 1, 0, 1] * 6})
    cells = outlook_table(figures, Measure.COUNT, hidden=False).rows[0]
    assert cells[2].text == "not within two years"
    assert cells[2].sort == "9999-12-31"


def test_the_table_by_date_tells_chances_and_amounts(figures: Figures) -> None:
    rows = [texts(cells) for cells in by_date_table(figures, Measure.COUNT).rows]
    assert [cells[:2] for cells in rows] == [
        ["Busy", "2024-09-30 end of the quarter"],
        ["Small hidden", "2024-09-30 end of the quarter"],
        ["Busy", "2024-12-01 Beta"],
        ["Small hidden", "2024-12-01 Beta"],
    ]
    assert all(re.fullmatch(f"(> |< )?\\d\\d?{NB}%", cells[2]) for cells in rows)


def test_the_table_of_dates_that_held_gives_counts_and_intervals(figures: Figures) -> None:
    rows = [texts(cells) for cells in held_table(figures, Measure.COUNT).rows]
    small = next(
        one for one in rows if one[:2] == ["Small hidden", "when as much as was open is completed"]
    )
    assert re.fullmatch(rf"\d+ of \d+ \d+\N{{EN DASH}}\d+{NB}%, \d+ apart", small[3])


def test_the_table_of_scores_shows_losses_with_their_sign() -> None:
    figures = forecast_figures(A=BUSY)
    scores = figures.forecast_score.assign(classic_skill=-0.256, mean_skill=np.nan)
    rows = score_table(replace(figures, forecast_score=scores), Measure.COUNT).rows
    assert [texts(cells)[1] for cells in rows] == [
        *(f"what is completed in {weeks} weeks" for weeks in (2, 4, 8, 13)),
        "when as much as was open is completed",
        "when nothing is open",
    ]
    assert {texts(cells)[6] for cells in rows} == {f"\N{MINUS SIGN}26{NB}%"}
    assert {texts(cells)[7] for cells in rows} == {"\N{EN DASH}"}
    assert float(rows[0][6].sort) < 0


# Chart --------------------------------------------------------------------------------------------


def test_the_chart_of_reliability_adds_up_all_categories(figures: Figures) -> None:
    chart = reliability_chart(figures, Measure.COUNT, (Width.FULL, Width.NARROW))
    held = figures.forecast_held
    chosen = held[(held["measure"] == "count") & (held["about"] == "matched")]
    for lane in chart.data.to_dict("records"):
        if lane["about"] == "matched":
            rows = chosen[chosen["percent"] == lane["stated"]]
            assert lane["due"] == rows["due"].sum() > 0
            assert lane["held"] == rows["held"].sum()
            assert lane["low"] <= rows["apart_held"].sum() / rows["apart"].sum() <= lane["high"]
            assert f"{lane['held']} of {lane['due']}" in chart.drawings[Width.FULL]
    assert "matched" in set(chart.data["about"])
    assert "held" in chart.finding


def test_a_chart_without_dates_says_so() -> None:
    young = forecast_figures(A={"stock": 9, "completed": [1] * 8})
    chart = reliability_chart(young, Measure.COUNT, (Width.HALF,))
    assert chart.finding == "No date of a past forecast has come due yet."
    assert "no date has come due" in chart.drawings[Width.HALF]
    assert len(chart.data) == 0


# Pages --------------------------------------------------------------------------------------------


def test_pages_show_sentences_tables_and_the_record(
    figures: Figures, make_report: Make, parse: Parse
) -> None:
    report = make_report(figures)
    front, page = (parse(report[name]) for name in ("index.html", "forecast-record.html"))
    for view in report_outlook(figures):
        assert all(sentence in front.text for sentence in view.sentences)
    for view in record_outlook(figures):
        assert all(sentence in page.text for sentence in (*view.lead, *view.sentences))
    assert {"outlook", "outlook-count", "outlook-points"} <= set(front.ids)
    assert {"held-count", "scores-points", "by-date-count", "record"} <= set(page.ids)
    assert "forecast-record.html" in front.links


@pytest.mark.parametrize("leading", LeadingForecast)
def test_the_forecast_that_the_scope_chose_leads_and_both_are_shown(
    leading: LeadingForecast, figures: Figures, make_report: Make, parse: Parse
) -> None:
    settings = replace(figures.scope.settings, leading_forecast=leading)
    chosen = replace(figures, scope=replace(figures.scope, settings=settings))
    html = make_report(chosen)["index.html"]
    page = parse(html)
    first = [one for one in page.ids if one in {"outlook", "forecast"}]
    classic = leading is LeadingForecast.CLASSIC
    assert first == (["forecast", "outlook"] if classic else ["outlook", "forecast"])
    assert ("In tasks, by the classic forecast: " in page.text) == classic
    assert ("In tasks: there is no forecast for all shown" in page.text) != classic
    (contents,) = re.findall(rb'<nav class="contents".*?</nav>', html, re.DOTALL)
    listed = re.findall(rb'href="#([\w-]+)"', contents)
    assert listed == re.findall(rb'<section [^>]*\bid="([\w-]+)"', html)


def test_the_tables_lie_beside_the_pages_as_csv(figures: Figures, make_report: Make) -> None:
    report = make_report(figures)
    for name in (
        "forecast",
        "forecast_by_date",
        "forecast_score",
        "forecast_held",
        "forecast_past",
    ):
        frame = getattr(figures, name)
        told = pd.read_csv(io.BytesIO(report[f"tables/{name}.csv"]), keep_default_na=False)
        assert list(told.columns) == list(frame.columns)
        assert len(told) == len(frame) > 0
