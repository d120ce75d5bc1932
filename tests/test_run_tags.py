"""Which scopes and days a run is for is read from its tags, whoever started it."""

from __future__ import annotations

import pytest

from phlogiston_assets.defs.run_tags import (
    DAY_OF_PARTITION,
    PARTITION,
    RANGE_END,
    RANGE_START,
    SCOPE,
    SCOPE_OF_PARTITION,
    days_of_run,
    is_for,
    scope_of_run,
)

DAY = "2026-03-20"
BY_HAND = {
    PARTITION: f"{DAY}|edit",
    DAY_OF_PARTITION: DAY,
    SCOPE_OF_PARTITION: "edit",
}


def days(first: str, last: str) -> dict[str, str]:
    return {RANGE_START: f"2026-03-01|{first}", RANGE_END: f"{DAY}|{last}"}


@pytest.mark.parametrize(
    ("tags", "scope", "told"),
    [
        pytest.param({}, "", "", id="none"),
        pytest.param({PARTITION: DAY}, "", DAY, id="a load"),
        pytest.param({SCOPE: "edit"}, "edit", "", id="by itself"),
        pytest.param(BY_HAND, "edit", DAY, id="a day by hand"),
        pytest.param(
            days("edit", "edit"), "edit", "2026-03-01 to 2026-03-20", id="days of a scope by hand"
        ),
        pytest.param(
            {SCOPE: "edit", **days("edit", "edit")}, "edit", "2026-03-01 to 2026-03-20", id="days"
        ),
        pytest.param(days("apps", "infra"), "", "2026-03-01 to 2026-03-20", id="several scopes"),
        pytest.param({RANGE_START: DAY, RANGE_END: DAY}, "", DAY, id="a range of one day"),
    ],
)
def test_scope_and_days_of_a_run_are_told(tags: dict[str, str], scope: str, told: str) -> None:
    assert scope_of_run(tags) == scope
    assert days_of_run(tags) == told


@pytest.mark.parametrize(
    ("tags", "scopes"),
    [
        pytest.param({}, "", id="none"),
        pytest.param({PARTITION: DAY}, "", id="a load"),
        pytest.param({SCOPE: "edit"}, "edit", id="by itself"),
        pytest.param(BY_HAND, "edit", id="a day by hand"),
        pytest.param(days("apps", "edit"), "apps edit", id="several scopes"),
        pytest.param(days("edit", "apps"), "apps edit", id="from the last to the first"),
        pytest.param({RANGE_START: f"{DAY}|edit"}, "", id="half a range"),
        pytest.param({RANGE_START: DAY, RANGE_END: DAY}, "", id="days of a load"),
    ],
)
def test_a_run_is_for_the_scopes_from_the_first_to_the_last(
    tags: dict[str, str], scopes: str
) -> None:
    every = ("apps", "edit", "infra")
    assert [one for one in every if is_for(tags, one)] == scopes.split()
