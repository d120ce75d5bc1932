"""The table of rules: its columns, rows and quotes, and the way there and back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.rules_files import HEADER, PATH, refusal, refused, rules, warnings

from phlogiston_assets.domain.scopes import Display, Rule, RuleKind, parse_rules

FORCED = f"{HEADER},force_status"


class TestTable:
    def test_columns_may_stand_in_any_order_and_case(self) -> None:
        header = "Force_Status, MATCHSTRING ,id,display,title,rule"
        assert rules("resolved,Doing,483,hide,Now,ProjectColumn", header=header) == (
            Rule(RuleKind.PROJECT_COLUMN, "Now", Display.HIDE, (483,), "Doing", "resolved", 2),
        )

    def test_the_header_may_be_quoted(self) -> None:
        header = '"rule","title","display","id","matchstring"'
        assert rules('"ProjectByID","A","show",1,', header=header) == rules("ProjectByID,A,show,1,")

    def test_include_in_status_is_accepted_without_effect(self) -> None:
        header = f"{HEADER},include_in_status"
        plain = rules("ProjectByID,A,show,1,")
        assert rules("ProjectByID,A,show,1,,", header=header) == plain
        assert warnings("ProjectByID,A,show,1,, ", header=header) == ()
        assert rules("ProjectByID,A,show,1,,false", header=header) == plain
        assert warnings("ProjectByID,A,show,1,,false", header=header) == (
            "scopes/ve_recategorization.csv: the column include_in_status has no effect.",
        )

    @pytest.mark.parametrize("name", HEADER.split(","))
    def test_a_missing_column_is_refused(self, name: str) -> None:
        header = ",".join(column for column in HEADER.split(",") if column != name)
        error = refusal(f"\n{header}\n")
        assert (error.line, error.fault) == (2, f"missing column '{name}'")
        assert HEADER in error.remedy

    def test_an_empty_file_lacks_all_columns(self) -> None:
        error = refusal("")
        assert error.line == 1
        assert error.fault == ("missing column 'rule', 'title', 'display', 'id', 'matchstring'")

    def test_an_unknown_column_is_refused_with_the_closest_name(self) -> None:
        error = refusal(f"{HEADER},force_staus\n")
        assert (error.line, error.fault) == (1, "unknown column 'force_staus'")
        assert error.remedy == (
            "Did you mean 'force_status'? The first row names the columns, separated by commas:"
            " rule,title,display,id,matchstring, and if wanted force_status and"
            " include_in_status."
        )

    def test_semicolons_for_commas_are_refused_with_the_right_header(self) -> None:
        error = refusal("rule;title;display;id;matchstring\n")
        assert error.line == 1
        assert f"separated by commas: {HEADER}" in error.remedy

    def test_a_repeated_column_is_refused(self) -> None:
        error = refusal(f"{HEADER},Title\n")
        assert (error.line, error.fault) == (1, "the column 'title' stands twice")

    @pytest.mark.parametrize("text", [HEADER, f"{HEADER}\n\n,,,,\n"])
    def test_a_file_without_rules_is_refused(self, text: str) -> None:
        error = refusal(text)
        assert (error.line, error.fault) == (None, "there are no rules")

    def test_blank_rows_are_skipped_and_counted(self) -> None:
        read = parse_rules(f"\n{HEADER}\n\n,,,,\n  \nProjectByID,A,show,1,\n\n", PATH)[0]
        assert [rule.line for rule in read] == [6]

    def test_a_row_over_several_lines_has_the_number_of_its_first(self) -> None:
        text = f'{HEADER}\r\nProjectByID,"A\r\nB",show,1,\r\nProjectByID,C,show,2,\r\n'
        assert [rule.line for rule in parse_rules(text, PATH)[0]] == [2, 4]

    def test_empty_cells_beyond_the_header_are_tolerated(self) -> None:
        plain = rules("ProjectByID,A,show,1,")
        assert rules("ProjectByID,A,show,1,,, ") == plain
        assert rules("ProjectByID,A,show,1,,", header=f"{HEADER},,") == plain

    @pytest.mark.parametrize("header", [HEADER, f"{HEADER},"])
    def test_a_comma_without_quotes_is_refused(self, header: str) -> None:
        error = refused("ProjectColumn,A,show,1,one, two", header=header)
        assert (error.line, error.fault) == (
            2,
            "' two' stands in a cell without a column (6 cells)",
        )
        assert "quotes" in error.remedy

    def test_a_row_with_too_few_cells_is_refused(self) -> None:
        error = refused("", "ProjectByID,A,show")
        assert (error.line, error.fault) == (3, "too few cells: nothing for id, matchstring")
        assert HEADER in error.remedy

    def test_a_forgotten_quote_is_refused_where_its_row_begins(self) -> None:
        error = refused("ProjectByID,A,show,1,", 'ProjectByID,"B,show,2,', "ProjectByID,C,show,3,")
        assert error.line == 3
        assert error.fault.startswith("the row that begins here is no CSV")
        assert "Close each quoted cell" in error.remedy

    def test_text_after_a_closing_quote_is_refused(self) -> None:
        assert refused('ProjectByID,"A" or B,show,1,').line == 2

    def test_a_cell_of_any_size_is_read_or_refused(self) -> None:
        assert refused(f"ProjectByID,{'x' * 200_000},show,1,").line == 2


KINDS = st.sampled_from(RuleKind)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
TITLES = TEXTS.map(lambda text: " ".join(text.split()) or "title")
IDS = st.integers(1, 2**31 - 1)


@st.composite
def written_rules(draw: st.DrawFn) -> Rule:
    kind = draw(KINDS)
    matchstring = draw(TEXTS)
    if kind.names_by_text and not matchstring.strip():
        matchstring = "name"
    return Rule(
        kind=kind,
        title=draw(TITLES),
        display=draw(st.sampled_from(Display)),
        ids=tuple(draw(st.lists(IDS, min_size=kind.ids_wanted, max_size=kind.ids_wanted))),
        matchstring=matchstring,
        force_status=draw(st.none() | st.just("resolved")),
    )


@given(st.lists(written_rules(), min_size=1, max_size=5), st.permutations(FORCED.split(",")))
def test_rules_written_and_read_again_are_the_same(written: list[Rule], columns: list[str]) -> None:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns)
    writer.writeheader()
    for rule in written:
        writer.writerow(
            {
                "rule": rule.kind,
                "title": rule.title,
                "display": rule.display,
                "id": " ".join(map(str, rule.ids)),
                "matchstring": rule.matchstring,
                "force_status": rule.force_status,
            }
        )
    read, _ = parse_rules(file.getvalue(), PATH)
    assert [(rule.key, rule.title, rule.display, rule.force_status) for rule in read] == [
        (rule.key, rule.title, rule.display, rule.force_status) for rule in written
    ]
    lines = io.StringIO(file.getvalue(), newline="").readlines()
    for rule in read:
        start = "".join(lines[rule.line - 1 :])
        assert parse_rules(lines[0] + start, PATH)[0][0].key == rule.key
