"""All that is wrong in a scope's two files is told at once, each fault with its file and line."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from support.rules_files import HEADER
from support.rules_files import refusal as rules_refusal
from support.rules_files import refused as rules_refused
from support.settings_files import refusal, refused

from phlogiston_assets.domain.scopes import (
    Rule,
    RuleKind,
    Scope,
    ScopeFileError,
    ScopeSettings,
    read_scope,
    resolve_rules,
)

Told = list[tuple[int | None, str]]


def told(error: ScopeFileError) -> Told:
    return [(fault.line, fault.fault) for fault in error.faults]


def test_faults_of_both_files_are_told_file_by_file(write_scope: Callable[..., Path]) -> None:
    folder = write_scope(
        settings="[vars]\nscope_title = VE\nshow_points = maybe\nnonsense = 1\n",
        rules=f"{HEADER}\nProjectByID,A,shw,483,\nProjectByID,B,show,x,\n",
    )
    with pytest.raises(ScopeFileError) as caught:
        read_scope(folder, "ve")
    assert [(fault.path.name, fault.line) for fault in caught.value.faults] == [
        ("ve_scope.py", 3),
        ("ve_scope.py", 4),
        ("ve_recategorization.csv", 2),
        ("ve_recategorization.csv", 3),
    ]


@pytest.mark.parametrize("half", ["settings", "rules"])
def test_faults_of_one_file_are_told_beside_the_other_that_is_missing(
    half: str, write_scope: Callable[..., Path]
) -> None:
    texts = {"settings": "[vars]\n", "rules": f"{HEADER}\nNo,A,show,483,\n", half: None}
    with pytest.raises(ScopeFileError) as caught:
        read_scope(write_scope(**texts), "ve")
    assert {fault.path.name for fault in caught.value.faults} == {
        "ve_scope.py",
        "ve_recategorization.csv",
    }


class TestSettings:
    def test_each_wrong_line_is_told_in_order(self) -> None:
        error = refused(
            "show_count = perhaps",
            "import os",
            "start_date = 2018-02-30",
            "start_date = 2018-01-01",
            "group = a",
            "  b",
            "default_points = many",
        )
        assert told(error) == [
            (3, "show_count = 'perhaps' is neither true nor false"),
            (4, "'import os' is no setting"),
            (5, "start_date = '2018-02-30' is no day of the calendar"),
            (6, "start_date is set a second time, after line 5"),
            (8, "an indented line, which continues the value of group"),
            (9, "default_points = 'many' is no number of points"),
        ]

    def test_a_value_that_runs_on_is_told_once(self) -> None:
        assert told(refused("default_points = 1", "  2")) == [
            (4, "an indented line, which continues the value of default_points")
        ]

    def test_a_header_that_is_missing_or_wrong_is_told_once_and_the_rest_is_read(self) -> None:
        headless = "scope_title = VE\nshow_count = perhaps\n"
        assert told(refusal(headless)) == [
            (1, "'scope_title = VE' stands before any section"),
            (2, "show_count = 'perhaps' is neither true nor false"),
        ]
        assert told(refusal(f"[var]\n{headless}")) == [
            (1, "unknown section [var]"),
            (3, "show_count = 'perhaps' is neither true nor false"),
        ]
        assert told(refusal(f"group = G\n[vars]\n{headless}")) == [
            (1, "'group = G' stands before any section"),
            (4, "show_count = 'perhaps' is neither true nor false"),
        ]

    def test_a_second_section_is_read_too(self) -> None:
        assert told(refused("[vars]", "group = a", "nonsense = 1")) == [
            (3, "a second [vars] section, after the one of line 1"),
            (5, "unknown setting 'nonsense'"),
        ]

    def test_an_indented_line_after_a_second_header_is_no_part_of_what_is_above_it(self) -> None:
        assert told(refused("group = a", "[vars]", "  nonsense = 1")) == [
            (4, "a second [vars] section, after the one of line 1"),
            (5, "unknown setting 'nonsense'"),
        ]

    def test_an_indented_line_after_a_wrong_one_is_no_part_of_the_line_before_it(self) -> None:
        assert told(refused("group = a", "import os", "  b")) == [
            (4, "'import os' is no setting"),
            (5, "'b' is no setting"),
        ]

    def test_the_report_window_is_not_judged_by_a_date_that_is_wrong(self) -> None:
        error = refused("status_report_start = 2024-02-30", "status_report_end = 2024-01-01")
        assert [fault.line for fault in error.faults] == [3]


class TestRules:
    def test_each_wrong_cell_of_each_row_is_told(self) -> None:
        error = rules_refused(
            "ProjectByMagic,A,shw,483,",
            "ProjectByID,,show,x,",
            "ProjectByID,A,show,483,",
            "ProjectByName,A,show,,",
            "ProjectByID,A,show",
        )
        assert told(error) == [
            (2, "unknown rule 'ProjectByMagic'"),
            (2, "unknown display 'shw'"),
            (3, "id 'x' is no project id"),
            (3, "the rule has no title"),
            (5, "a ProjectByName rule without matchstring"),
            (6, "too few cells: nothing for id, matchstring"),
        ]

    def test_force_status_is_judged_whatever_else_is_wrong(self) -> None:
        error = rules_refused("No,A,show,1,,open", header=f"{HEADER},force_status")
        assert told(error) == [(2, "unknown rule 'No'"), (2, "unknown force_status 'open'")]

    def test_no_title_is_not_missed_where_the_display_may_have_meant_to_omit(self) -> None:
        assert told(rules_refused("ProjectByID,,omti,483,")) == [(2, "unknown display 'omti'")]

    def test_rows_before_a_forgotten_quote_are_read(self) -> None:
        error = rules_refused("No,A,show,1,", 'ProjectByID,"B,show,2,', "Neither,C,show,3,")
        assert [fault.line for fault in error.faults] == [2, 3]
        assert error.faults[1].fault.startswith("the row that begins here is no CSV")

    def test_a_forgotten_quote_in_the_header_is_told_alone(self) -> None:
        error = rules_refusal('rule,"title,display\nProjectByID,A,show,1,\n')
        (only,) = error.faults
        assert (only.line, only.fault.startswith("the row that begins here")) == (1, True)

    def test_all_wrong_columns_are_told_and_no_row_is_read(self) -> None:
        error = rules_refusal("rule,titel,display,id,id,matchstring\nNo,A,show,1,1,\n")
        assert told(error) == [
            (1, "unknown column 'titel'"),
            (1, "the column 'id' stands twice"),
        ]


def test_all_names_that_the_load_does_not_have_are_told() -> None:
    rules = tuple(
        Rule(RuleKind.PROJECT_BY_NAME, name, matchstring=name, line=line)
        for line, name in enumerate(("Nothing", "Tools", "Nobody"), start=2)
    )
    with pytest.raises(ScopeFileError) as caught:
        resolve_rules(Scope(ScopeSettings("ve", "VE"), rules), {7: "Tools"})
    assert told(caught.value) == [
        (2, "no project is named 'Nothing'"),
        (4, "no project is named 'Nobody'"),
    ]


def test_one_sentence_tells_the_first_fault_and_how_many_there_are() -> None:
    assert str(refused("a = 1")).endswith("working_columns, working_statuses.")
    assert str(refused("import os", "a = 1")) == (
        "scopes/ve_scope.py, line 3: 'import os' is no setting. Write it as name = value."
        " `phlogiston check` tells of 1 more fault."
    )
    assert str(refused("import os", "a = 1", "b = 1")).endswith("tells of 2 more faults.")


def test_several_faults_survive_the_way_to_another_process() -> None:
    error = refused("import os", "a = 1")
    copy = pickle.loads(pickle.dumps(error))
    assert list(map(str, copy.faults)) == list(map(str, error.faults))
    assert len(copy.faults) == 2
