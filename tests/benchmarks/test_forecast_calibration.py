"""The benchmark of calibration runs whole and tells a row for each kind of history."""

from __future__ import annotations

from click.testing import CliRunner

from benchmarks.forecast_calibration import HEAD, KINDS, main


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
