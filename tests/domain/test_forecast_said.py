"""forecast.md, "Flow": what a forecast said is kept, to hold a later one against it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from support.histories import DumpBuilder
from support.scopes import Read, Reading, Row, loaded, scope_of, select

from resources.figuring import store_figures
from resources.warehouse import said_store
from resources.warehouse.database import Database

START = date(2024, 1, 1)
THEN, NOW = "2024-06-23", "2024-06-30"
ALL = "ProjectByID,All,show,483,"
FEWER = f"ProjectByID,Other,omit,22,\n{ALL}"
MORE = f"ProjectByID,All,show,22,\n{ALL}"


def busy_half_year() -> DumpBuilder:
    """Two tasks are resolved a week and one is made; of those that wait, some are another's too."""
    dump = DumpBuilder()
    editor, other = dump.project(483, "VisualEditor"), dump.project(22, "Flow")
    for number in range(70):
        made = date(2023, 12, 1) if number < 45 else START + timedelta(days=7 * (number - 45))
        task = dump.task(number + 1, created=made.isoformat()).in_project(editor)
        if number < 52:
            task.resolved(on=(START + timedelta(days=3 + 7 * number // 2)).isoformat())
        elif number % 2:
            task.in_project(other)
    return dump


def report(read: Reading, rules: str, day: str) -> list[Row]:
    """Report a day, and give what moved the forecast by count, of all together."""
    read.report(rules, days=("2024-01-01", day))
    query = "SELECT * FROM forecast_move WHERE category = ? AND measure = 'count'"
    return select(read.database, query, "")


def test_an_edit_of_rules_is_told_from_pace_and_scope(database: Database, tmp_path: Path) -> None:
    read = loaded(database, busy_half_year(), tmp_path)
    (first,) = report(read, FEWER, THEN)
    assert (first["kept"], first["p85_then"]) == (False, None)
    (told,) = report(read, MORE, NOW)
    said = select(database, "SELECT p85 FROM forecast_said WHERE made_on = ? AND category = ''"
                            " AND measure = 'count'", THEN)  # fmt: skip
    assert told["kept"]
    assert str(told["p85_then"]) == str(said[0]["p85"]) == str(first["p85_now"])
    assert told["by_configuration"] > 0
    assert str(told["compared_with"]) == THEN


def test_the_same_rules_and_load_say_the_same_of_a_week_ago(reading: Read) -> None:
    read = reading(busy_half_year())
    report(read, MORE, THEN)
    (told,) = report(read, MORE, NOW)
    assert told["kept"]
    assert told["by_configuration"] == 0
    (forecast,) = select(
        read.database, "SELECT p85 FROM forecast WHERE category = '' AND measure = 'count'"
    )
    assert told["p85_now"] == forecast["p85"]


def test_what_was_said_on_another_day_is_not_taken_for_it(reading: Read) -> None:
    read = reading(busy_half_year())
    report(read, MORE, "2024-06-22")
    (told,) = report(read, MORE, NOW)
    assert not told["kept"]
    assert told["by_configuration"] is None


def said_on(read: Reading) -> dict[str, set[str]]:
    """The categories of which something was said, by day."""
    found: dict[str, set[str]] = {}
    for row in select(read.database, "SELECT made_on, category FROM forecast_said"):
        found.setdefault(str(row["made_on"]), set()).add(row["category"])
    return found


def test_the_last_word_of_a_day_is_kept_for_five_weeks(reading: Read) -> None:
    read = reading(busy_half_year())
    read.report(ALL, days=("2024-01-01", "2024-05-20"))
    assert said_on(read) == {"2024-05-20": {"", "All"}}
    read.report("ProjectByID,Renamed,show,483,", days=("2024-01-01", "2024-05-20"))
    assert said_on(read) == {"2024-05-20": {"", "Renamed"}}
    read.report(ALL, days=("2024-01-01", "2024-06-24"))
    assert said_on(read) == {"2024-05-20": {"", "Renamed"}, "2024-06-24": {"", "All"}}
    read.report(ALL, days=("2024-01-01", "2024-06-25"))
    assert set(said_on(read)) == {"2024-06-24", "2024-06-25"}


def test_a_report_of_an_older_day_changes_nothing_of_what_was_said(reading: Read) -> None:
    read = reading(busy_half_year())
    read.report(ALL, days=("2024-01-01", NOW))
    before = said_on(read)
    store_figures(read.database, read.settings, scope_of(ALL), date(2024, 6, 20))
    assert said_on(read) == before
    with read.database.read() as connection:
        assert said_store.read_said(connection, "s", date(2024, 6, 20)) is None
        told = said_store.read_said(connection, "s", date.fromisoformat(NOW))
    assert told is not None
    assert {category for category, _ in told} == {"", "All"}
