"""What a settings file says, and what it is refused for."""

from datetime import date

import pytest
from support.settings_files import refusal, refused, settings, warnings

from phlogiston_assets.domain.scopes import (
    ForecastDate,
    LeadingForecast,
    QuarterStart,
    ScopeSettings,
    SnapshotWindow,
)

DAY = date(2018, 8, 10)
CURRENT = QuarterStart.CURRENT


class TestDefaults:
    def test_a_title_is_enough_and_the_rest_has_defaults(self) -> None:
        assert settings() == ScopeSettings(
            prefix="ve",
            title="VE",
            group="",
            start_date=None,
            default_points=None,
            show_points=True,
            show_count=True,
            retroactive_categories=False,
            retroactive_points=False,
            backlog_resolved_cutoff=None,
            status_report_project=None,
            status_report_start=CURRENT,
            status_report_end=None,
            forecast_dates=(),
            leading_forecast=LeadingForecast.PROBABILITIES,
            working_columns=(),
            working_statuses=(),
            ignored=(),
        )
        assert warnings() == ()

    def test_the_defaults_of_the_class_are_those_of_the_file(self) -> None:
        assert settings() == ScopeSettings(prefix="ve", title="VE")

    @pytest.mark.parametrize("value", ["", "none", "None", '""'])
    @pytest.mark.parametrize(
        "name",
        [
            "start_date",
            "default_points",
            "show_points",
            "show_count",
            "retroactive_categories",
            "retroactive_points",
            "backlog_resolved_cutoff",
            "status_report_project",
            "status_report_start",
            "status_report_end",
            "forecast_dates",
            "leading_forecast",
            "working_columns",
            "working_statuses",
        ],
    )
    def test_an_empty_setting_or_none_counts_as_not_given(self, name: str, value: str) -> None:
        assert settings(f"{name} = {value}") == settings()


class TestForecastDates:
    def test_dates_are_told_with_or_without_a_name_and_read_in_order_of_time(self) -> None:
        told = settings("forecast_dates = 2018-12-31, 2018-10-01  Beta 2 ,2018-10-01")
        assert told.forecast_dates == (
            ForecastDate(date(2018, 10, 1)),
            ForecastDate(date(2018, 10, 1), "Beta 2"),
            ForecastDate(date(2018, 12, 31)),
        )

    @pytest.mark.parametrize("part", ["soon", "2018-02-30", "", "2018-13-01 Beta"])
    def test_whatever_does_not_begin_with_a_date_is_refused(self, part: str) -> None:
        error = refused(f"forecast_dates = 2018-12-31, {part}")
        assert error.line == 3
        assert f"holds {part!r}, which does not begin with a date" in str(error)
        assert "2026-03-31 Beta" in str(error)


class TestWork:
    @pytest.mark.parametrize("name", ["working_columns", "working_statuses"])
    def test_names_are_told_with_commas_and_each_counts_once(self, name: str) -> None:
        told = settings(f"{name} = In progress,Review , In progress")
        assert getattr(told, name) == ("In progress", "Review")

    @pytest.mark.parametrize("text", ["Doing,", ",Doing", "Doing,,Review", ","])
    def test_a_comma_with_nothing_beside_it_is_refused(self, text: str) -> None:
        error = refused(f"working_columns = {text}")
        assert (error.line, error.fault) == (
            3,
            f"working_columns = '{text}' has nothing before or after a comma",
        )
        assert error.remedy == "Write names separated by commas, as Doing, Review."


class TestLeadingForecast:
    @pytest.mark.parametrize("word", ["classic", "Classic", '"classic"'])
    def test_either_forecast_may_lead(self, word: str) -> None:
        assert settings(f"leading_forecast = {word}").leading_forecast is LeadingForecast.CLASSIC

    def test_another_word_is_refused_with_the_two_that_are_right(self) -> None:
        error = refused("leading_forecast = both")
        assert error.line == 3
        assert "Write probabilities or classic." in str(error)


class TestTitles:
    @pytest.mark.parametrize(
        ("written", "title"),
        [
            ("VisualEditor", "VisualEditor"),
            ("'Discovery Maps'", "Discovery Maps"),
            ('"VisualEditor"', "VisualEditor"),
            ("' padded '", "padded"),
            ("\"mixed'", "\"mixed'"),
            ('"Old" and "new"', '"Old" and "new"'),
            ("Joel's", "Joel's"),
            ("'tis", "'tis"),
            ('"', '"'),
            ("'It is \"so\"'", 'It is "so"'),
            ("100% of %(start_date)s ${x}", "100% of %(start_date)s ${x}"),
            ("Équipe 発布", "Équipe 発布"),
            ("a = b: c", "a = b: c"),
            ("a ; b # c", "a ; b # c"),
            ("none", "none"),
        ],
    )
    def test_only_a_matching_pair_of_outer_quotes_is_dropped(
        self, written: str, title: str
    ) -> None:
        assert settings(title=f"scope_title = {written}").title == title

    def test_a_missing_title_is_refused_at_the_section(self) -> None:
        error = refusal("# VE\n[vars]\nstart_date = 2018-01-01\n")
        assert (error.line, error.fault) == (2, "scope_title is missing")
        assert "scope_title =" in error.remedy

    @pytest.mark.parametrize("value", ["", "''"])
    def test_an_empty_title_is_refused_at_its_line(self, value: str) -> None:
        error = refusal(f"[vars]\n\nscope_title = {value}\n")
        assert (error.line, error.fault) == (3, "scope_title is missing")

    def test_a_group_is_read_and_loses_its_quotes(self) -> None:
        assert settings("group = 'Readers: Web'").group == "Readers: Web"


class TestBooleans:
    NAMES = ("show_points", "show_count", "retroactive_categories", "retroactive_points")

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("word", ["true", "True", "TRUE", "yes", "on", "1", "t", "T", "'yes'"])
    def test_yes_in_any_of_its_words(self, name: str, word: str) -> None:
        assert getattr(settings(f"{name} = {word}"), name) is True

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("word", ["false", "False", "no", "NO", "off", "0", "f"])
    def test_no_in_any_of_its_words(self, name: str, word: str) -> None:
        assert getattr(settings(f"{name} = {word}"), name) is False

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("word", ["maybe", "2", "y", "default"])
    def test_other_words_are_refused(self, name: str, word: str) -> None:
        error = refused(f"{name} = {word}")
        assert str(error) == (
            f"scopes/ve_scope.py, line 3: {name} = '{word}' is neither true nor false."
            " Write true or false."
        )

    def test_showing_neither_half_is_warned_of(self) -> None:
        assert warnings("show_points = no") == ()
        assert warnings("show_count = no") == ()
        (warning,) = warnings("show_points = no", "show_count = no")
        assert warning.startswith("scopes/ve_scope.py, line 4: the report shows neither")


class TestPoints:
    @pytest.mark.parametrize(
        ("word", "points"), [("5", 5.0), ("0", 0.0), ("2.5", 2.5), (".5", 0.5), ("3.", 3.0)]
    )
    def test_default_points_are_a_number(self, word: str, points: float) -> None:
        assert settings(f"default_points = {word}").default_points == points

    @pytest.mark.parametrize(
        "word", ["five", "-1", "nan", "inf", "1_0", "2,5", "5 pts", "٣", "9" * 400]
    )
    def test_what_is_no_finite_number_from_0_up_is_refused(self, word: str) -> None:
        error = refused(f"default_points = {word}")
        assert error.line == 3
        assert error.fault.endswith("is no number of points")
        assert "0.5" in error.remedy


class TestDates:
    @pytest.mark.parametrize("name", ["start_date", "status_report_end"])
    def test_a_date_is_read(self, name: str) -> None:
        assert getattr(settings(f"{name} = 2016-02-29"), name) == date(2016, 2, 29)

    @pytest.mark.parametrize(
        "name",
        ["start_date", "status_report_end", "status_report_start", "backlog_resolved_cutoff"],
    )
    @pytest.mark.parametrize(
        ("word", "fault"),
        [
            ("2018-1-1", "is no date"),
            ("2018/01/01", "is no date"),
            ("20180101", "is no date"),
            ("2018-W01-1", "is no date"),
            ("2018-01-01 00:00", "is no date"),
            ("yesterday", "is no date"),
            ("-7", "is no date"),
            ("2018-02-30", "is no day of the calendar"),
            ("0217-01-01", "is no plausible date"),
            ("1989-12-31", "is no plausible date"),
            ("2200-01-01", "is no plausible date"),
            ("9999-12-31", "is no plausible date"),
        ],
    )
    def test_what_is_no_date_is_refused(self, name: str, word: str, fault: str) -> None:
        error = refused("", f"{name} = {word}")
        assert (error.line, error.fault) == (4, f"{name} = '{word}' {fault}")
        assert "2024-01-31" in error.remedy or "1990-01-01" in error.remedy

    @pytest.mark.parametrize("day", [date(1990, 1, 1), date(2199, 12, 31)])
    def test_the_first_and_last_plausible_dates_are_read(self, day: date) -> None:
        assert settings(f"start_date = {day}").start_date == day

    def test_the_remedy_for_a_bad_start_date_offers_a_date_only(self) -> None:
        assert refused("start_date = default").remedy == "Write a date as 2024-01-31."

    def test_the_reconstruction_begins_at_start_date_or_one_quarter_back(self) -> None:
        assert settings("start_date = 2015-07-04").first_day(DAY) == date(2015, 7, 4)
        assert settings().first_day(DAY) == date(2018, 4, 1)


class TestCutoff:
    NAME = "backlog_resolved_cutoff"

    @pytest.mark.parametrize("word", ["default", "Default", "true", "True", "t", "yes", "1", "on"])
    def test_yes_means_the_start_of_the_quarter(self, word: str) -> None:
        read = settings(f"{self.NAME} = {word}")
        assert read.backlog_resolved_cutoff is CURRENT
        assert read.cutoff_date(DAY) == date(2018, 7, 1)

    @pytest.mark.parametrize("word", ["none", "None", "false", "no", "0", "f", "off"])
    def test_no_means_no_cutoff(self, word: str) -> None:
        read = settings(f"{self.NAME} = {word}")
        assert read.backlog_resolved_cutoff is None
        assert read.cutoff_date(DAY) is None

    def test_a_date_stays_where_it_is(self) -> None:
        read = settings(f"{self.NAME} = 2017-01-01")
        assert read.backlog_resolved_cutoff == date(2017, 1, 1)
        assert read.cutoff_date(DAY) == date(2017, 1, 1)

    def test_the_remedy_names_all_that_can_stand_there(self) -> None:
        assert refused(f"{self.NAME} = soon").remedy == (
            "Write a date as 2024-01-31, default (the start of the quarter) or none."
        )


class TestStatusReport:
    PROJECT = "status_report_project = 483"

    @pytest.mark.parametrize("word", ["483", "0483", "2147483647"])
    def test_its_project_is_an_id(self, word: str) -> None:
        assert settings(f"status_report_project = {word}").status_report_project == int(word)

    @pytest.mark.parametrize("word", ["0", "-1", "1.5", "VisualEditor", "1 2", "2147483648"])
    def test_what_is_no_project_id_is_refused(self, word: str) -> None:
        error = refused(f"status_report_project = {word}")
        assert error.line == 3
        assert error.fault == f"status_report_project = '{word}' is no project id"

    def test_without_a_project_there_is_no_window(self) -> None:
        assert settings("status_report_start = 7").status_report_window(DAY) is None

    @pytest.mark.parametrize("lines", [(), ("status_report_start = default",)])
    def test_it_starts_with_the_quarter_and_ends_on_the_reports_day(
        self, lines: tuple[str, ...]
    ) -> None:
        assert settings(self.PROJECT, *lines).status_report_window(DAY) == SnapshotWindow(
            initial=date(2018, 6, 30), final=DAY
        )

    @pytest.mark.parametrize("word", ["true", "True", "t", "yes", "on"])
    def test_true_means_the_start_of_the_quarter(self, word: str) -> None:
        assert settings(f"status_report_start = {word}").status_report_start is CURRENT

    @pytest.mark.parametrize(
        ("word", "initial"),
        [("7", date(2018, 8, 2)), ("1", date(2018, 8, 8)), ("0", date(2018, 8, 9))],
    )
    def test_a_number_counts_days_back_to_the_start(self, word: str, initial: date) -> None:
        window = settings(self.PROJECT, f"status_report_start = {word}").status_report_window(DAY)
        assert window == SnapshotWindow(initial=initial, final=DAY)

    def test_dates_mean_the_state_at_their_start(self) -> None:
        read = settings(
            self.PROJECT, "status_report_start = 2018-01-24", "status_report_end = 2018-02-07"
        )
        assert read.status_report_window(DAY) == SnapshotWindow(
            initial=date(2018, 1, 23), final=date(2018, 2, 6)
        )

    @pytest.mark.parametrize("word", ["false", "100000"])
    def test_other_starts_are_refused(self, word: str) -> None:
        assert refused(f"status_report_start = {word}").remedy == (
            "Write a date as 2024-01-31, a number of days back or default (the start of the"
            " quarter)."
        )

    def test_an_end_before_the_start_is_refused(self) -> None:
        start = "status_report_start = 2018-02-07"
        assert settings(start, "status_report_end = 2018-02-07")
        error = refused(start, "status_report_end = 2018-02-06")
        assert error.line == 4
        assert "2018-02-06 lies before status_report_start = 2018-02-07" in error.fault
