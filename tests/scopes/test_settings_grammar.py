"""The names and the grammar of a settings file, and the way there and back."""

import configparser
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.settings_files import PATH, refusal, refused, settings, warnings

from phlogiston_assets.domain.scopes import (
    ForecastDate,
    LeadingForecast,
    QuarterStart,
    ScopeSettings,
    parse_settings,
)

CURRENT = QuarterStart.CURRENT


class TestNames:
    def test_names_may_be_written_in_any_case(self) -> None:
        assert settings("Start_Date = 2018-01-01").start_date == date(2018, 1, 1)

    def test_a_typo_is_refused_with_the_closest_name_and_all_names(self) -> None:
        error = refused("show_point = no")
        assert (error.line, error.fault) == (3, "unknown setting 'show_point'")
        assert error.remedy.startswith("Did you mean 'show_points'? The settings are scope_title,")
        assert "retroactive_categories" in error.remedy

    def test_a_name_that_resembles_nothing_is_refused_without_a_guess(self) -> None:
        assert refused("qqqq = 1").remedy.startswith("The settings are ")

    def test_settings_of_old_versions_are_ignored_and_said_once(self) -> None:
        lines = ("project_list = A,\n  B", "status_report_range = default")
        assert settings(*lines) == replace(
            settings(), ignored=("project_list", "status_report_range")
        )
        assert warnings(*lines) == (
            (
                "scopes/ve_scope.py, line 3: project_list is a setting of old versions and is"
                " ignored. Remove the line."
            ),
            (
                "scopes/ve_scope.py, line 5: status_report_range is a setting of old versions and"
                " is ignored. Remove the line."
            ),
        )


class TestGrammar:
    @pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
    def test_lines_are_counted_as_an_editor_does(self, newline: str) -> None:
        text = newline.join(("# no \u2028 line", "[vars]", "scope_title = VE", "x = 1"))
        assert refusal(text).line == 4

    def test_comments_blank_lines_and_colons_are_as_configparser_has_them(self) -> None:
        text = "; VE\n\n[vars]\n# title\nscope_title: VE\n  \n   # note\ngroup=Editing\n"
        read, _ = parse_settings(text, "ve", PATH)
        assert (read.title, read.group) == ("VE", "Editing")

    def test_settings_may_all_be_indented(self) -> None:
        read, _ = parse_settings("[vars]\n  scope_title = VE\n  group = G\n", "ve", PATH)
        assert (read.title, read.group) == ("VE", "G")

    def test_a_value_over_several_lines_is_refused_at_its_second_line(self) -> None:
        error = refused("group = a", "", "  start_date = 2018-01-01", "  b")
        assert (error.line, error.fault) == (
            5,
            "an indented line, which continues the value of group",
        )

    @pytest.mark.parametrize("text", ["", "# nothing\n\n"])
    def test_a_file_without_a_section_is_refused(self, text: str) -> None:
        error = refusal(text)
        assert str(error) == (
            "scopes/ve_scope.py: there is no section [vars]."
            " Write [vars] on a line of its own above the settings."
        )

    def test_a_setting_before_the_section_is_refused(self) -> None:
        error = refusal("\nscope_title = VE\n[vars]\n")
        assert (error.line, error.fault) == (2, "'scope_title = VE' stands before any section")

    @pytest.mark.parametrize("header", ["[var]", "[VARS]", "[DEFAULT]"])
    def test_another_section_is_refused(self, header: str) -> None:
        error = refused(header)
        assert (error.line, error.fault) == (3, f"unknown section {header}")
        assert "[vars]" in error.remedy

    def test_a_second_section_is_refused(self) -> None:
        error = refused("[vars]")
        assert (error.line, error.fault) == (
            3,
            "a second [vars] section, after the one of line 1",
        )

    def test_a_setting_given_twice_is_refused(self) -> None:
        error = refused("group = a", "Group = b")
        assert (error.line, error.fault) == (4, "group is set a second time, after line 3")

    @pytest.mark.parametrize("line", ["show_points", "import os", "= 5", "[vars"])
    def test_a_line_that_is_no_setting_is_refused(self, line: str) -> None:
        error = refused(line)
        assert (error.line, error.fault) == (3, f"'{line}' is no setting")
        assert error.remedy == "Write it as name = value."

    def test_nothing_in_the_file_is_executed(self) -> None:
        title = "__import__('os').abort()"
        assert settings(title=f"scope_title = {title}").title == title

    def test_a_message_quotes_no_more_than_a_line(self) -> None:
        assert len(str(refused(f"start_date = {'x' * 10_000}"))) < 300


NAMES = st.sampled_from(["group", "scope_title", "project_list", "status_report_range"])
VALUES = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=20)
LINES = st.one_of(
    st.builds("{}{}{}".format, NAMES, st.sampled_from([" = ", "=", ":", " : "]), VALUES),
    st.builds("{}{}".format, st.sampled_from(["#", "; ", "  # "]), VALUES),
    st.sampled_from(["", "   "]),
)


@given(st.lists(LINES, max_size=6))
def test_what_configparser_reads_is_read_alike(lines: list[str]) -> None:
    text = "\n".join(("[vars]", *lines))
    ini = configparser.ConfigParser(interpolation=None)
    try:
        ini.read_string(text)
        written = dict(ini["vars"])
    except configparser.Error:
        refusal(text)
        return
    title = written.get("scope_title", "")
    if title.strip("'\" ") == "":
        return
    read, _ = parse_settings(text, "ve", PATH)
    assert read.title in title
    assert read.title.strip("'\"") == title.strip("'\" ") or read.title == title
    assert read.group in written.get("group", "")
    assert set(read.ignored) == set(written) - {"scope_title", "group"}


WORDS = st.sampled_from(("Doing", "In progress: 1", "«é» 100 %", "progress"))
SETTINGS = st.builds(
    ScopeSettings,
    prefix=st.just("ve"),
    title=st.from_regex(r"[A-Za-zé%$\[(][\w .:=;#%'\-]{0,20}[\w%]", fullmatch=True),
    group=st.from_regex(r"([A-Za-z][\w %]{0,8}\w)?", fullmatch=True),
    start_date=st.none() | st.dates(date(1990, 1, 1), date(2199, 12, 31)),
    default_points=st.none() | st.integers(0, 800).map(lambda eighths: eighths / 8),
    show_points=st.booleans(),
    show_count=st.booleans(),
    retroactive_categories=st.booleans(),
    retroactive_points=st.booleans(),
    backlog_resolved_cutoff=st.none()
    | st.just(CURRENT)
    | st.dates(date(1990, 1, 1)).filter(lambda day: day.year < 2200),
    status_report_project=st.none() | st.integers(1, 2**31 - 1),
    status_report_start=st.just(CURRENT) | st.integers(0, 99_999),
    status_report_end=st.none() | st.dates(date(1990, 1, 1), date(2199, 12, 31)),
    forecast_dates=st.sets(
        st.builds(
            ForecastDate,
            st.dates(date(1990, 1, 1), date(2199, 12, 31)),
            st.sampled_from(("", "Beta", "1.0 % of it")),
        ),
        max_size=3,
    ).map(lambda dates: tuple(sorted(dates))),
    leading_forecast=st.sampled_from(LeadingForecast),
    working_columns=st.lists(WORDS, max_size=3, unique=True).map(tuple),
    working_statuses=st.lists(WORDS, max_size=3, unique=True).map(tuple),
)


def as_written(value: object) -> object:
    if isinstance(value, tuple):
        return ", ".join(
            f"{one.day} {one.name}" if isinstance(one, ForecastDate) else one for one in value
        )
    return "default" if value is CURRENT else value


@given(SETTINGS)
def test_settings_written_and_read_again_are_the_same(written: ScopeSettings) -> None:
    names = [name for name in ScopeSettings.__slots__ if name not in {"prefix", "title", "ignored"}]
    lines = [
        f"{name} = {as_written(value)}"
        for name in names
        if (value := getattr(written, name)) is not None
    ]
    assert settings(*lines, title=f"scope_title = {written.title}") == written
