"""What moved the forecast: a sentence that says it, and a row a category."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
from support.figures import made_figures

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.charts.measure import Measure
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.forecasts.forecast_moves import MOVE_COLUMNS
from phlogiston_assets.domain.pages.moves import move_sentence, move_table, move_views
from phlogiston_assets.domain.scopes import Display

Make = Callable[..., dict[str, bytes]]
Parse = Callable[[bytes], Any]
THEN, SOON, LATE = "2024-09-22", "2024-10-06", "2024-10-13"
DASH, SURE = "\N{EN DASH}", "with 85\N{NO-BREAK SPACE}% confidence"
CAUSES = ("by_configuration", "by_chance", "by_pace", "by_scope")


def figures_of(*rows: dict[str, Any]) -> Figures:
    """Figures with rows of `forecast_move`, by count, of all together unless they say otherwise."""
    usual = dict.fromkeys(MOVE_COLUMNS) | {
        "category": "", "measure": "count", "compared_with": "2024-05-08", "kept": True,
        "p85_then": THEN, "p85_by_rules": THEN, "p85_now": THEN,
        **dict.fromkeys(CAUSES, 0.0),
    }  # fmt: skip
    frame = pd.DataFrame([usual | row for row in rows], columns=MOVE_COLUMNS)
    days = [name for name in MOVE_COLUMNS if name.startswith("p85")]
    frame = frame.astype(dict.fromkeys(("compared_with", *days), "datetime64[s]"))
    return replace(
        made_figures(["A", Category("B", Display.HIDE)]),
        forecast_move=frame.astype(dict.fromkeys(CAUSES, "float64")).assign(scope="t"),
    )


def sentence(**row: Any) -> str:
    return move_sentence(figures_of(row), Measure.COUNT)


def test_a_move_is_said_with_its_causes() -> None:
    assert sentence(p85_now=LATE, by_pace=5, by_scope=-2) == (
        f"All shown categories together are done by 13 October 2024 {SURE}, 3 weeks later than said"
        " on 8 May 2024 (+5 weeks by pace and −2 weeks by scope)."
    )
    assert "2 weeks earlier than said" in sentence(p85_then=SOON, by_chance=-1, by_configuration=-1)


def test_causes_that_make_up_for_each_other_are_said_too() -> None:
    assert sentence(by_pace=1, by_scope=-1) == (
        f"All shown categories together are done by 22 September 2024 {SURE}, as said on 8 May 2024"
        " (+1 week by pace and −1 week by scope)."
    )
    assert sentence().endswith(", as said on 8 May 2024.")


def test_what_is_not_known_of_then_is_told_by_the_rules_of_today() -> None:
    told = sentence(kept=False, p85_then=None, p85_now=SOON, by_configuration=None, by_pace=2)
    assert told.endswith(
        ", 2 weeks later than told of 8 May 2024 by today\N{RIGHT SINGLE QUOTATION MARK}s rules"
        " (+2 weeks by pace)."
    )


def test_dates_beyond_two_years_are_told_in_words() -> None:
    never = f"All shown categories together are not done within two years {SURE}"
    nothing = dict.fromkeys(CAUSES)
    assert sentence(p85_now=None, **nothing) == (
        f"{never}, while 22 September 2024 was said on 8 May 2024."
    )
    assert sentence(p85_now=None, p85_then=None, **nothing) == f"{never}, as said on 8 May 2024."
    assert sentence(p85_then=None, **nothing).endswith(
        "; no date within two years was said on 8 May 2024."
    )


def test_without_two_forecasts_that_is_said() -> None:
    figures = figures_of({"category": "A"})
    told = "There are no two forecasts of all shown categories together to compare."
    assert move_sentence(figures, Measure.COUNT) == told
    assert not move_table(figures, Measure.POINTS).rows


def test_each_category_has_a_row_after_all_together() -> None:
    figures = figures_of(
        {"category": "A", "p85_now": LATE, "by_scope": 3},
        {"category": "B", "kept": False, "p85_then": None, "by_configuration": None},
        {"p85_now": None, "by_scope": None, "by_pace": -1.0},
    )
    table = move_table(figures, Measure.COUNT)
    assert [one.label for one in table.columns] == [
        "Category", "A week ago", "Configuration", "Chance of the draw", "Pace", "Scope", "Now",
    ]  # fmt: skip
    assert [[f"{cell.text} {cell.aside}".strip() for cell in row] for row in table.rows] == [
        ["All shown categories together", THEN, "±0", "±0", "−1", DASH, "not within two years"],
        ["A", THEN, "±0", "±0", "±0", "+3", LATE],
        ["B hidden", f"{THEN} by today\N{RIGHT SINGLE QUOTATION MARK}s rules", DASH, "±0", "±0",
         "±0", THEN],
    ]  # fmt: skip


def test_the_page_shows_a_view_a_measure_and_others_lead_to_it(
    make_report: Make, parse: Parse
) -> None:
    figures = figures_of({"by_pace": 1, "by_scope": -1})
    assert [view.title for view in move_views(figures)] == ["In points", "In tasks"]
    report = make_report(figures)
    page = parse(report["changes.html"])
    assert "+1 week by pace" in page.text
    assert "tables/forecast_move.csv" in page.links
    assert "help.html#moves" in page.links
    for name in ("index.html", "forecast-record.html"):
        assert "changes.html#forecast" in parse(report[name]).links
