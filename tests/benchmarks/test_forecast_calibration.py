"""Dates forecast with 85 % confidence hold about as often as that (forecast.md, "Simulation")."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from benchmarks.forecast_calibration import HEAD, main, row_of
from benchmarks.known_histories import KINDS

HISTORIES = 300
KIND = {kind.name: kind for kind in KINDS}


def test_each_kind_of_history_has_a_row() -> None:
    run = CliRunner().invoke(main, ["--histories", "20"], catch_exceptions=False)
    lines = run.output.splitlines()
    rows = {line[:32].strip(): line[32:].split() for line in lines[1:]}
    assert lines[0].startswith(HEAD[0])
    assert list(rows) == [kind.name for kind in KINDS]
    assert rows["finished"][0] == rows["empty"][0] == "20"
    assert rows["steady"][0] == "0"
    held = [float(rows["steady"][place]) for place in (1, 3, 5)]
    assert held == sorted(held)
    assert held[-1] >= 50


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("growing by 0 of completions", "P85 held"),
        ("growing by 0.5 of completions", "P85 held"),
        ("growing by 0.9, fifty a week", "P85 held"),
        ("growing by 0.9 of completions", "P85 unbroken"),
    ],
)
def test_dates_hold_about_as_often_as_stated_whatever_comes_in(name: str, column: str) -> None:
    row = dict(zip(HEAD, row_of(KIND[name], 1, HISTORIES), strict=True))
    assert 80 <= float(row[column].split()[0]) <= 90
    assert int(row["P85 dates"]) > HISTORIES / 3
