"""Where what came lay in past forecasts is counted again from the table of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.accounting import account, account_all
from support.drawn import caption, drawings

from phlogiston_assets.domain.charts.wording import number

PAGE = "latest/forecast-record.html"
PERCENT = "\N{NO-BREAK SPACE}%"


@pytest.fixture(params=["points", "count"])
def unit(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def places_of(known: Any, unit: str) -> dict[int, Any]:
    """Where what came lay, by the weeks of the horizon."""
    table = known.table("forecast_past")
    if table.empty:
        return {}
    rows = table[table["measure"] == unit]
    found = {weeks: rows[f"pit_{weeks}"].dropna().astype(float) for weeks in (2, 4, 8, 13)}
    return {weeks: places for weeks, places in found.items() if len(places)}


def test_what_is_said_of_the_middle_half(published: Any, scope: str, unit: str) -> None:
    found = places_of(published.recount(scope), unit)
    said = caption(published, scope, f"pit-{unit}", PAGE)
    if not found:
        account(said)
        return
    weeks = 4 if 4 in found else min(found)
    places = found[weeks]
    below, above = int((places < 0.25).sum()), int((places >= 0.75).sum())
    account(
        said,
        f"{weeks} weeks after {len(places):,} past forecasts",
        f"{len(places) - below - above:,} lay",
        f"{number(len(places) / 2)} should",
        f"{below:,}",
        f"{above:,} more",
    )


def test_columns_and_totals(published: Any, scope: str, unit: str) -> None:
    found = places_of(published.recount(scope), unit)
    notes, labels = [], []
    for weeks, places in found.items():
        name, every = f"{weeks} weeks ahead", f"{len(places):,}"
        labels += [name, every]
        for tenth, count in enumerate(np.histogram(places, np.linspace(0, 1, 11))[0]):
            ends = f"{10 * tenth}\N{EN DASH}{10 * (tenth + 1)}{PERCENT}"
            notes += [f"{name}, {ends}: {count:,} of {every}"] if count else []
    labels += [f"{one}{PERCENT}" for one in (0, 50, 100)] if found else []
    for drawn in drawings(published, scope, f"pit-{unit}", PAGE.removeprefix("latest/")).values():
        account_all(drawn.labels, labels)
        account_all(drawn.notes, notes)
