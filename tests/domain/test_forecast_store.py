"""The tables of the forecast and its record, in every database, and the origins that are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from support.histories import DumpBuilder
from support.scopes import Read, Reading, Report, Row, loaded, scope_of, select, table
from support.weeks import weekly_flows

from phlogiston_assets.domain.forecasts import forecast_figures, record
from phlogiston_assets.domain.forecasts.record import Origin, keep_record
from phlogiston_assets.domain.forecasts.simulation import HORIZON
from resources.figuring import store_figures, store_record
from resources.settings import Settings
from resources.warehouse import origin_store
from resources.warehouse.database import Database

START = date(2024, 1, 1)
DAYS = ("2024-01-01", "2024-06-30")
RULES = "ProjectByID,All,show,483,"
NAMED = "forecast_dates = 2024-09-01 Beta"
TABLES = ("forecast", "forecast_by_date", "forecast_score", "forecast_held", "forecast_past")


def busy_half_year() -> DumpBuilder:
    """Two tasks are resolved a week and one is made; thirty wait at first."""
    dump = DumpBuilder()
    editor = dump.project(483, "VisualEditor")
    for number in range(70):
        made = date(2023, 12, 1) if number < 45 else START + timedelta(days=7 * (number - 45))
        task = dump.task(number + 1, created=made.isoformat()).in_project(editor).points(0.5)
        if number < 52:
            task.resolved(on=(START + timedelta(days=3 + 7 * number // 2)).isoformat())
    return dump


def test_the_tables_say_the_same_in_every_database(
    database: Database, tmp_path: Path, reading: Read
) -> None:
    loaded(database, busy_half_year(), tmp_path).report(RULES, NAMED, days=DAYS)
    told = reading(busy_half_year())
    told.report(RULES, NAMED, days=DAYS)
    for name in TABLES:
        rows, others = table(database, name), table(told.database, name)
        assert rows, name
        assert [list(map(str, row.values())) for row in rows] == [
            list(map(str, row.values())) for row in others
        ], name


def test_the_forecast_is_of_the_report_s_day_and_dates_are_days(reading: Read) -> None:
    read = reading(busy_half_year())
    report = read.report(RULES, NAMED, days=DAYS)
    (row,) = select(
        read.database, "SELECT * FROM forecast WHERE category = 'All' AND measure = 'points'"
    )
    assert (row["open"], row["state"], row["weeks"]) == (9.0, "forecast", 25)
    assert "2024-07-07" <= row["frozen_p50"] <= row["p50"] <= row["p85"] <= row["p95"]
    assert row["p50"] > str(report.day)
    named = select(read.database, 'SELECT "by", name FROM forecast_by_date WHERE category = ?', "")
    assert {(one["by"], one["name"]) for one in named} == {("2024-09-01", "Beta")}


def origins_kept(read: Reading) -> dict[int, Origin]:
    with read.database.read() as connection:
        return origin_store.read_origins(connection, "s")


def test_origins_are_kept_and_only_new_ones_are_simulated(
    reading: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reading(busy_half_year())
    read.report(RULES, days=("2024-01-01", "2024-06-16"))
    before = origins_kept(read)
    made: list[int] = []
    simulate = record.simulate
    monkeypatch.setattr(
        record, "simulate", lambda *told: (made.append(told[1].day), simulate(*told))[1]
    )
    read.report(RULES, days=("2024-01-01", "2024-06-23"))
    after = origins_kept(read)
    assert len(after) == len(before) + 1
    newest = max(after)
    assert sorted(made) == [newest - 7 * weeks for weeks in (13, 8, 4, 2, 0)]
    made.clear()
    read.report(RULES, days=("2024-01-01", "2024-06-24"))
    assert made == []


def test_a_report_of_an_older_day_reads_the_record_of_then_and_leaves_it_as_it_is(
    reading: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reading(busy_half_year())
    then = read.report(RULES, days=("2024-01-01", "2024-06-02"))
    scores, past = then.figures.forecast_score, then.figures.forecast_past
    read.report(RULES, days=DAYS)
    kept, stored = origins_kept(read), table(read.database, "forecast_past")
    monkeypatch.setattr(record, "simulate", None)
    older = read.report(RULES, days=("2024-01-01", "2024-06-02"), anew=False)
    assert older.figures.forecast_score.equals(scores)
    assert older.figures.forecast_past.equals(past)
    assert origins_kept(read).keys() == kept.keys()
    assert table(read.database, "forecast_past") == stored


def test_new_rules_make_the_record_anew(reading: Read) -> None:
    read = reading(busy_half_year())
    read.report(RULES, days=DAYS)
    before = origins_kept(read)
    read.report("ProjectByID,Other,show,483,", days=DAYS)
    after = origins_kept(read)
    assert before.keys() == after.keys()
    assert all(before[day].digest != after[day].digest for day in before)
    assert {row["category"] for row in table(read.database, "forecast_past")} == {"Other"}


def in_tables(read: Reading) -> dict[str, list[Row]]:
    return {name: table(read.database, name) for name in TABLES}


def test_figures_wait_for_no_record_and_leave_none_beside_them_that_is_of_others(
    reading: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reading(busy_half_year())
    report = read.report(RULES, days=DAYS)
    before, kept = in_tables(read), origins_kept(read)
    monkeypatch.setattr(record, "keep_record", None)
    monkeypatch.setattr(forecast_figures, "keep_record", None)
    store_figures(read.database, read.settings, report.scope, report.day)
    assert in_tables(read) == before
    edited = scope_of("ProjectByID,Other,show,483,")
    store_figures(read.database, read.settings, edited, report.day)
    after = in_tables(read)
    assert {row["category"] for row in after["forecast"]} == {"Other", ""}
    assert after["forecast_score"] == after["forecast_held"] == after["forecast_past"] == []
    assert origins_kept(read).keys() == kept.keys()


def test_a_record_is_put_beside_the_figures_that_it_is_of_and_no_others(reading: Read) -> None:
    read = reading(busy_half_year())
    report = read.report(RULES, days=DAYS)
    before, kept = in_tables(read), origins_kept(read)
    edited = scope_of("ProjectByID,Other,show,483,")
    assert not store_record(read.database, read.settings, edited, report.day).stored
    older = store_record(read.database, read.settings, report.scope, date(2024, 6, 2))
    assert (older.stored, older.written, older.sundays) == (False, 0, 14)
    assert in_tables(read) == before
    assert {day: one.digest for day, one in origins_kept(read).items()} == {
        day: one.digest for day, one in kept.items()
    }
    store_figures(read.database, read.settings, edited, report.day)
    made = store_record(read.database, read.settings, edited, report.day)
    assert (made.stored, made.written, made.sundays) == (True, 18, 18)
    assert {row["category"] for row in in_tables(read)["forecast_past"]} == {"Other"}
    again = store_record(read.database, read.settings, edited, report.day)
    assert (again.stored, again.written) == (True, 0)


OTHER_STATUSES = Settings(statuses_out=frozenset({"declined"}))


@pytest.mark.parametrize("begin", ["2024-01-01", "2024-02-01"], ids=["statuses", "history"])
def test_a_record_of_another_history_or_of_other_statuses_is_not_left_beside_the_figures(
    reading: Read, begin: str
) -> None:
    read = reading(busy_half_year())
    report = read.report(RULES, days=DAYS)
    settings = OTHER_STATUSES if begin == DAYS[0] else read.settings
    read.scope_of_rules(RULES, days=(begin, DAYS[1]))
    before = in_tables(read)
    assert not store_record(read.database, settings, report.scope, report.day).stored
    assert in_tables(read) == before
    store_figures(read.database, settings, report.scope, report.day)
    after = in_tables(read)
    assert after["forecast_score"] == after["forecast_held"] == after["forecast_past"] == []
    assert store_record(read.database, settings, report.scope, report.day).stored


def test_a_report_is_whole_whether_its_record_was_made_before_or_not(reading: Read) -> None:
    read = reading(busy_half_year())
    with_record = read.report(RULES, NAMED, days=DAYS)
    other = reading(busy_half_year())
    without = Report(other.database, other.settings, with_record.scope, with_record.day)
    other.scope_of_rules(RULES, NAMED, days=DAYS)
    store_figures(other.database, other.settings, without.scope, without.day)
    assert not table(other.database, "forecast_past")
    for name in TABLES:
        one, two = (getattr(side.figures, name) for side in (with_record, without))
        assert len(one) > 0, name
        assert one.equals(two), name


def test_retroactive_settings_change_neither_forecast_nor_record(reading: Read) -> None:
    dump = busy_half_year()
    for task in dump.tasks[45:]:
        task.points(4, on="2024-06-20")
    read = reading(dump)
    plain = read.report(RULES, days=DAYS).figures
    other = read.report(RULES, "retroactive_points = true", days=DAYS).figures
    assert plain.forecast.equals(other.forecast)
    assert plain.forecast_past.equals(other.forecast_past)
    assert not plain.runs.equals(other.runs)


def stored(database: Database, origins: list[Origin]) -> int:
    with database.write() as connection:
        return origin_store.write_origins(connection, "s", origins)


def test_an_origin_is_read_as_it_was_written(database: Database) -> None:
    flows = weekly_flows(
        A={"stock": 50, "completed": [2, 0, 1] * 5},
        B={"stock": 9, "completed": [0] * 15},
        C={"stock": 9, "completed": [1] * 15, "came_in": [1] * 15},
    )
    origins = keep_record("s", flows, {})
    assert stored(database, origins) == len(origins) == 8
    with database.read() as connection:
        found = origin_store.read_origins(connection, "s")
        assert origin_store.read_origins(connection, "t") == {}
    for one in origins:
        other = found[one.day]
        assert (other.digest, other.done.shape) == (one.digest, (3, 2, HORIZON))
        for name in ("given", "done", "matched", "outcome", "crps", "pit"):
            sides = (getattr(side, name) for side in (one, other))
            assert np.array_equal(*sides, equal_nan=name in {"outcome", "crps", "pit"}), name
    again = keep_record("s", flows, found)
    assert all(one is found[one.day] for one in again)


def test_what_an_earlier_version_kept_holds_for_no_category(sqlite_database: Database) -> None:
    flows = weekly_flows(stock=50, completed=[2, 0, 1] * 5)
    origins = keep_record("s", flows, {})
    former = [replace(one, digests=()) for one in origins]
    stored(sqlite_database, former)
    with sqlite_database.read() as connection:
        found = origin_store.read_origins(connection, "s")
    again = keep_record("s", flows, found)
    assert [one.digests for one in again] == [one.digests for one in origins]
    assert stored(sqlite_database, again) == len(origins)


def test_only_what_changed_is_written_and_what_is_gone_is_removed(
    sqlite_database: Database,
) -> None:
    flows = weekly_flows(stock=50, completed=[2, 0, 1] * 5)
    origins = keep_record("s", flows, {})
    stored(sqlite_database, origins)
    assert stored(sqlite_database, origins) == 0
    assert stored(sqlite_database, origins[:-2]) == 0
    with sqlite_database.read() as connection:
        assert len(origin_store.read_origins(connection, "s")) == len(origins) - 2
    assert stored(sqlite_database, origins) == 2


def test_an_empty_scope_has_neither_forecast_nor_record(reading: Read) -> None:
    dump = DumpBuilder()
    dump.project(483, "VisualEditor")
    dump.task(1, created="2023-01-01")
    figures = reading(dump).report(RULES, days=DAYS).figures
    assert set(figures.forecast["state"]) == {"done"}
    assert len(figures.forecast_past) == len(figures.forecast_by_date) == 0
