"""The benchmark measures what it says, in processes of their own; nothing here looks at seconds."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from benchmarks import (
    commands,
    growth,
    load,
    partitions,
    printing,
    reports,
    running,
    scopes,
    sizes,
    suite,
    sums,
)
from benchmarks.dump import DumpSize
from benchmarks.ground import TRIED, Ground
from benchmarks.making import make_ground, make_ground_of_two_days
from benchmarks.measuring import Figures, MeasurementError, measure, metered
from benchmarks.suite import CPU, EACH, LINES, WALL, Line, Result, result_of
from benchmarks.sums import PERIODS_AND_SUMS
from phlogiston_assets.domain.scopes import read_scope
from resources.warehouse import run_store
from resources.warehouse.database import Database

SIZE = DumpSize(date(2025, 1, 1), date(2025, 3, 1), tasks=300, projects=20)
DAYS = 59


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A loaded ground with two reconstructed scopes."""
    ground = make_ground(tmp_path_factory.mktemp("ground"), SIZE, scopes=2)
    figures = load.whole_dump(ground)
    assert figures.counts["tasks"] == SIZE.tasks
    assert figures.parts["unreadable"] == 0
    done = scopes.all_scopes(ground)
    assert done.counts["scopes"] == 2
    assert done.counts["days"] == DAYS
    return ground


def test_a_ground_is_told_to_other_processes_whole(ground: Ground) -> None:
    """Every measurement is of the dump that was written."""
    assert Ground.of_text(ground.text()) == ground
    assert ground.settings.scopes_dir == Path(ground.scopes)
    assert ground.settings.start_date == SIZE.first_day


def test_one_scope_a_new_day_an_edit_and_a_report_are_measured_in_turn(ground: Ground) -> None:
    """Each line works on what the one before it left."""
    whole = scopes.one_scope(ground)
    assert whole.counts["days"] == DAYS
    assert whole.counts["tasks"] > 20
    day = scopes.one_new_day(ground)
    assert day.counts["days"] == 1
    for figures in (whole, day):
        parts = figures.parts
        assert 0 < parts["of it periods"] < parts[PERIODS_AND_SUMS] < figures.cpu
    assert 20 < day.counts["periods"] <= day.counts["tasks"]
    edited = scopes.edited_rules(ground)
    assert edited.counts["categories"] == 12
    assert reports.one_report(ground).counts["files"] > 40


def test_a_part_of_what_is_measured_has_a_line_of_its_own() -> None:
    figures = Figures(cpu=3.0, parts={"periods": 1.0})
    part = Line("periods", "scopes.one_scope", CPU, 1, part="periods")
    assert result_of(part, "SQLite", figures, 1).value == 1.0
    assert result_of(replace(part, part=""), "SQLite", figures, 1).value == 3.0


def test_the_sums_that_are_measured_are_written_and_taken_back(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line about all figures is measured after them, on the same tables."""
    scopes.one_scope(ground)
    database = Database(ground.settings.database)
    scope = read_scope(ground.settings.scopes_dir, TRIED)
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM aggregate_run")
    written: list[int] = []

    def write_runs(*given: Any) -> int:
        written.append(run_store.write_runs(*given))
        return written[-1]

    monkeypatch.setattr(sums, "run_store", SimpleNamespace(write_runs=write_runs))
    assert sums.seconds_of_sums(ground, database, scope, ground.last) > 0
    assert len(written) == 2
    assert written[1] > DAYS
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM aggregate_run").scalar() == 0
    database.close()


def test_a_range_is_measured_with_and_without_dagster(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Dagster adds is the difference of two ways to the same days."""
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    figures = partitions.range_of_days(ground)
    assert figures.counts == {"days": DAYS}
    assert set(figures.parts) == {"without Dagster", "Dagster, a day"}
    a_day = result_of(Line("Dagster, a day", "", EACH, None), "SQLite", figures, 1).value
    assert a_day == pytest.approx(1000 * (figures.cpu - figures.parts["without Dagster"]) / DAYS)


def test_the_plain_ways_do_the_same_work(ground: Ground) -> None:
    """A ratio compares like with like: as many days as there are, and all rows of the dump."""
    loaded = load.beside_plain(ground)
    assert loaded.ratio is not None
    scope = scopes.beside_plain(ground)
    assert scope.counts["days sampled for the plain way"] >= 12
    assert scope.plain_cpu


def test_a_measurement_has_a_process_of_its_own(ground: Ground) -> None:
    """Its peak memory is its own, not that of who asks for it."""
    figures = measure("load.whole_dump", ground)
    assert figures.counts["tasks"] == SIZE.tasks
    assert figures.peak is not None
    assert figures.peak > 20e6


def test_a_failed_measurement_says_what_it_wrote(ground: Ground) -> None:
    """Nobody takes a failure for a fast run."""
    with pytest.raises(MeasurementError, match="no_such_function"):
        measure("load.no_such_function", ground)
    elsewhere = replace(ground, scopes=str(Path(ground.folder) / "nowhere"))
    with pytest.raises(MeasurementError, match="nowhere"):
        commands.check(elsewhere)


def test_lines_that_grow_are_extrapolated_in_proportion_but_for_their_fixed_part() -> None:
    """What the table says of full size follows from what was measured, and is said to."""
    figures = Figures(cpu=3.0, wall=8.0)
    grows = Line("load", "load.whole_dump", CPU, 35, grows=True)
    assert result_of(grows, "SQLite", figures, 0.1).full == pytest.approx(30)
    assert result_of(grows, "SQLite", figures, 0.1).met is True
    assert result_of(replace(grows, aim=29), "SQLite", figures, 0.1).met is False
    daily = Line("daily run", "commands.daily_run", WALL, 300, grows=True)
    assert result_of(daily, "SQLite", figures, 0.1, fixed=5.0).full == pytest.approx(35)
    stays = Line("one day", "scopes.one_new_day", CPU, None)
    assert result_of(stays, "SQLite", figures, 0.1).full == 3.0
    assert result_of(stays, "SQLite", figures, 0.1).met is None


def test_every_line_is_a_measurement_that_exists() -> None:
    """No line of the table can fail for want of its function."""
    modules = {"load": load, "scopes": scopes, "reports": reports, "partitions": partitions}
    modules |= {"commands": commands, "sizes": sizes}
    for line in LINES:
        module, function = line.measurement.split(".")
        if module in modules:
            assert callable(getattr(modules[module], function))
    assert {line.aim for line in LINES if line.aim} == {35, 300, 30, 1, 0.3, 10, 1_500}


def test_loads_are_measured_over_none_and_over_another_day(tmp_path: Path) -> None:
    """Only what is loaded over another has texts that are known; afterwards the first is there."""
    ground = make_ground_of_two_days(tmp_path, SIZE, scopes=2)
    first = load.whole_dump(ground)
    over = load.over_another(ground)
    assert over.counts["transactions"] > first.counts["transactions"]
    assert loads(ground) == [str(ground.last)]
    assert load.anew(ground).counts == first.counts
    assert loads(ground) == [str(ground.last)]


def loads(ground: Ground) -> list[str]:
    with Database(ground.settings.database).read() as connection:
        return [str(row[0]) for row in connection.exec_driver_sql("SELECT day FROM dump_load")]


def test_growth_compares_seconds_of_doubled_tasks_days_and_scopes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice the cost for twice the size is an exponent of 1, the same cost one of 0."""
    asked: list[tuple[str, Ground]] = []

    def cost(name: str, ground: Ground) -> Figures:
        asked.append((name, ground))
        if name == "load.anew":
            return Figures(cpu=float(Path(ground.dump).stat().st_size))
        return Figures(cpu=float(len(ground.prefixes)))

    monkeypatch.setattr(growth, "measure", cost)
    found = growth.exponents(tmp_path, SIZE, repeats=2)
    assert found["tasks"]["load"] == pytest.approx(1, abs=0.15)
    assert found["days"]["load"] == pytest.approx(0, abs=0.3)
    assert found["scopes"] == {"reconstruction": pytest.approx(1)}
    assert len({ground.first_day for _, ground in asked}) == 3
    assert asked[: len(asked) // 2] == asked[len(asked) // 2 :]
    assert len(set(asked)) == len(asked) // 2


def test_one_slow_moment_does_not_decide_an_exponent() -> None:
    """Of each size the least of all repetitions counts, and all sizes have a say."""
    assert growth.slope([1, 2, 4]) == pytest.approx(1)
    assert growth.slope([1, 2.2, 4]) == pytest.approx(1)


def test_the_whole_benchmark_prints_its_table_and_returns_the_same_as_json(tmp_path: Path) -> None:
    """One command measures, prints and writes."""
    chosen = [
        line
        for line in LINES
        if line.measurement in {suite.LOAD, "commands.bare_python", "sizes.after_all"}
    ]
    chosen.append(Line("cannot be", "load.nothing_of_the_kind", CPU, None))
    out = io.StringIO()
    wanted = running.Wanted(
        tmp_path,
        fraction=0.0005,
        last_day=SIZE.last_day,
        days=60,
        scopes=2,
        repeats=0,
        lines=chosen,
    )
    text, whole = running.run(wanted, Console(file=out, width=printing.WIDTH))
    found = json.loads(text)
    assert not whole
    assert "error: SQLite: cannot be: load.nothing_of_the_kind" in out.getvalue()
    names = [line["name"] for line in found["lines"]]
    assert names == ["load", "load, peak memory", "python doing nothing", "database after all this"]
    counts = found["lines"][0]["figures"]["counts"]
    asked = {"fraction": 0.0005, "days": 60, "seed": 1, "scopes": 2, "last day": "2025-03-01"}
    assert found["dump"] == {**asked, **counts}
    assert 190 < counts["tasks"] <= 200
    assert len(found["missed"]) == sum(line["met"] is False for line in found["lines"])
    assert found["lines"][0]["full_size"] == pytest.approx(found["lines"][0]["value"] * 2000)
    assert found["lines"][-1]["value"] * 1e6 == sizes.database_size(
        make_ground(tmp_path / "sqlite", DumpSize.of_wikimedia(0.0005, SIZE.last_day, days=60))
    )
    assert set(found["plain"]) == {"load", "one scope"}
    assert found["machine"]["cores"] >= 1
    for words in (*names, "dumps of 200 tasks", "the plain way", "↑", "missed: "):
        assert words in out.getvalue()


def test_every_aim_that_is_missed_is_named() -> None:
    """The reader need not know the limits by heart, nor look for them."""
    line = Line("load", "load.whole_dump", CPU, 35)
    slow, quick = (Result(line, "SQLite", cpu, cpu, Figures(cpu=cpu)) for cpu in (48, 35))
    small = replace(slow, value=4.8)
    exponents = {"days": {"load": 1.2, "reconstruction": 0.1}}
    out = io.StringIO()
    printing.print_growth(Console(file=out), exponents)
    printing.print_missed(Console(file=out, width=200), [slow, quick, small], exponents)
    assert out.getvalue() == (
        "more days: exponents load 1.20, reconstruction 0.10\n"
        "missed: SQLite: load 48.00 CPU s, aim 35; "
        "SQLite: load 48.00 CPU s, aim 35 (extrapolated); "
        "growth of load with days 1.20, aim 1.1\n"
    )


def test_the_daily_run_loads_a_dump_of_a_day_later_than_all_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is measured whole, by the very command that an operator gives."""
    ground = make_ground_of_two_days(tmp_path, SIZE, scopes=2)
    assert ground.last == date(2025, 2, 28)
    assert Path(ground.next_dump).stat().st_size > Path(ground.dump).stat().st_size
    called: list[list[str]] = []

    def call(_: Ground, arguments: list[str]) -> Figures:
        called.append(arguments[-5:])
        return Figures()

    monkeypatch.setattr(commands, "command", call)
    assert commands.daily_run(ground).counts["scopes"] == 2
    commands.first_run(ground)
    assert called[0] == ["run", "--dump", ground.next_dump, "--day", "2025-03-01"]
    assert called[1][-2:] == ["run", "--no-load"]


def test_only_the_work_itself_is_metered() -> None:
    """Two pieces of work add up."""
    figures = Figures()
    for _ in range(2):
        with metered(figures):
            sum(range(1000))
    assert figures.cpu > 0
    assert figures.wall > 0
