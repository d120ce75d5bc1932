"""What a rules file says, and what it is refused for."""

import pytest
from support.rules_files import HEADER, refused, rules, warnings

from phlogiston_assets.domain.scopes import Display, Rule, RuleKind

FORCED = f"{HEADER},force_status"


class TestRules:
    @pytest.mark.parametrize(
        ("row", "rule"),
        [
            (
                "ProjectByID,Other,show,483,",
                Rule(RuleKind.PROJECT_BY_ID, "Other", Display.SHOW, (483,), "", None, 2),
            ),
            (
                "ProjectByName,Other,hide,,Phlogiston",
                Rule(RuleKind.PROJECT_BY_NAME, "Other", Display.HIDE, (), "Phlogiston", None, 2),
            ),
            (
                "ProjectsByWildcard,,omit,,iOS-app",
                Rule(RuleKind.PROJECTS_BY_WILDCARD, "", Display.OMIT, (), "iOS-app", None, 2),
            ),
            (
                "Intersection,Both,show,3624 2660,",
                Rule(RuleKind.INTERSECTION, "Both", Display.SHOW, (3624, 2660), "", None, 2),
            ),
            (
                "ProjectColumn,Now,show,483,Doing",
                Rule(RuleKind.PROJECT_COLUMN, "Now", Display.SHOW, (483,), "Doing", None, 2),
            ),
            (
                "ParentTask,Below,show,483,Make it so",
                Rule(RuleKind.PARENT_TASK, "Below", Display.SHOW, (483,), "Make it so", None, 2),
            ),
        ],
    )
    def test_each_kind_of_rule_is_read(self, row: str, rule: Rule) -> None:
        assert rules(row) == (rule,)
        assert warnings(row) == ()

    def test_rules_keep_the_order_of_the_file(self) -> None:
        read = rules("ProjectByID,B,show,2,", "ProjectByID,A,show,1,")
        assert [rule.title for rule in read] == ["B", "A"]

    @pytest.mark.parametrize("word", ["ProjectById", "projectbyid", "", "Project"])
    def test_an_unknown_rule_is_refused_and_all_rules_are_named(self, word: str) -> None:
        error = refused("ProjectByID,A,show,1,", f"{word},B,show,2,")
        assert (error.line, error.fault) == (3, f"unknown rule '{word}'")
        assert error.remedy.endswith(
            "Write one of ProjectByID, ProjectByName, ProjectsByWildcard, Intersection,"
            " ProjectColumn, ParentTask."
        )

    @pytest.mark.parametrize("word", ["ProjectById", "projectbyid", "PROJECTBYID", "ProjectID"])
    def test_the_closest_rule_is_guessed_whatever_its_case(self, word: str) -> None:
        error = refused(f"{word},B,show,2,")
        assert error.remedy.startswith("Did you mean 'ProjectByID'? ")

    def test_outer_blanks_count_in_the_matchstring_only(self) -> None:
        row = " ProjectColumn , Now  or never , show , 483 , Doing , resolved "
        assert rules(row, header=FORCED) == (
            Rule(
                RuleKind.PROJECT_COLUMN,
                "Now  or never",
                Display.SHOW,
                (483,),
                " Doing ",
                "resolved",
                2,
            ),
        )

    def test_blanks_around_a_matchstring_are_warned_of(self) -> None:
        (warning,) = warnings("ProjectColumn,Now,show,483,Doing ")
        assert warning == (
            "scopes/ve_recategorization.csv, line 2: the matchstring begins or ends in blanks,"
            " which count in matching."
        )

    def test_a_line_break_in_a_title_becomes_one_blank(self) -> None:
        assert rules('ProjectByID,"Now \n or\r\nnever",show,1,')[0].title == "Now or never"

    @pytest.mark.parametrize("kind", ["ProjectByID", "ProjectByName", "ProjectColumn"])
    def test_a_visible_rule_without_a_title_is_refused(self, kind: str) -> None:
        ids = "" if kind == "ProjectByName" else "1"
        error = refused(f"{kind}, ,hide,{ids},x")
        assert (error.line, error.fault) == (2, "the rule has no title")
        assert rules(f"{kind},,omit,{ids},x")[0].title == ""

    def test_quotes_percent_signs_and_letters_of_any_script_are_kept(self) -> None:
        rule = rules('ProjectColumn,"Manage ""Q2"", 100%",show,1,"Montréal – 日本語, \'x\'"')[0]
        assert rule.title == 'Manage "Q2", 100%'
        assert rule.matchstring == "Montréal – 日本語, 'x'"

    def test_a_rule_that_stood_before_is_kept_as_written_and_warned_of(self) -> None:
        rows = ("ProjectByID,A,show,1,", "ProjectColumn,A,show,1,x", "ProjectByID,B,hide,1,")
        assert len(rules(*rows)) == 3
        assert warnings(*rows) == (
            (
                "scopes/ve_recategorization.csv, line 4: the rule of line 2 again, which is"
                " skipped. Remove one of them."
            ),
        )


class TestDisplay:
    @pytest.mark.parametrize(
        ("word", "display"),
        [
            ("show", Display.SHOW),
            ("SHOW", Display.SHOW),
            ("Hide", Display.HIDE),
            ("OMIT", Display.OMIT),
            ("", Display.SHOW),
            (" ", Display.SHOW),
        ],
    )
    def test_display_may_be_in_any_case_and_defaults_to_show(
        self, word: str, display: Display
    ) -> None:
        assert rules(f"ProjectByID,A,{word},1,")[0].display is display

    def test_an_unknown_display_is_refused(self) -> None:
        assert str(refused("ProjectByID,A,hidden,1,")) == (
            "scopes/ve_recategorization.csv, line 2: unknown display 'hidden'."
            " Write one of show, hide, omit, or nothing for show."
        )


class TestIds:
    @pytest.mark.parametrize("kind", ["ProjectByID", "ProjectColumn", "ParentTask"])
    def test_two_ids_where_one_belongs_are_refused(self, kind: str) -> None:
        error = refused(f"{kind},A,show,1 2,x")
        assert (error.line, error.fault) == (2, "2 project ids where one belongs")
        assert "Intersection" in error.remedy

    def test_three_ids_are_refused(self) -> None:
        error = refused("Intersection,A,show,1 2 3,")
        assert (error.line, error.fault) == (2, "3 project ids where at most two belong")

    @pytest.mark.parametrize(
        "word", ["VisualEditor", "-1", "0", "1.0", "1,2", "#12", "٣", "2147483648", "9" * 5000]
    )
    @pytest.mark.parametrize("kind", ["ProjectByID", "Intersection", "ProjectByName"])
    def test_an_id_that_is_no_number_is_refused(self, kind: str, word: str) -> None:
        error = refused(f'{kind},A,show,"{word}",x')
        assert error.line == 2
        assert error.fault.startswith("id ")
        assert error.fault.endswith("is no project id")
        assert "483" in error.remedy

    @pytest.mark.parametrize("kind", ["ProjectByID", "ProjectColumn", "ParentTask", "Intersection"])
    def test_a_rule_without_an_id_never_matches_and_is_warned_of(self, kind: str) -> None:
        row = f"{kind},A,show,,x"
        assert rules(row)[0].ids == ()
        assert rules(row)[0].never_matches
        assert warnings(row) == (
            (
                "scopes/ve_recategorization.csv, line 2: the rule names no project, so no task"
                " matches it. Write an id."
            ),
        )

    @pytest.mark.parametrize("cell", ["1212", " 1212 "])
    def test_an_id_in_the_wrong_cell_is_recognised(self, cell: str) -> None:
        (warning,) = warnings(f"ProjectByID,Other,show,,{cell}")
        assert warning.endswith("Move 1212 from matchstring to id.")

    def test_a_bad_id_is_quoted_without_the_blanks_around_it(self) -> None:
        assert refused("Intersection,A,show, 12 x ,").fault == "id '12 x' is no project id"

    def test_an_intersection_with_one_id_never_matches_and_is_warned_of(self) -> None:
        row = "Intersection,A,show,1903,"
        assert rules(row)[0].ids == (1903,)
        assert rules(row)[0].never_matches
        (warning,) = warnings(row)
        assert "line 2: an Intersection with one project, 1903," in warning

    @pytest.mark.parametrize(
        "row",
        [
            "ProjectByID,A,show,1,",
            "Intersection,A,show,1 2,",
            "ProjectColumn,A,show,1,x",
            "ParentTask,A,show,1,x",
            "ProjectByName,A,show,,x",
            "ProjectsByWildcard,A,show,,x",
        ],
    )
    def test_a_rule_with_the_ids_that_it_needs_can_match(self, row: str) -> None:
        assert not rules(row)[0].never_matches

    @pytest.mark.parametrize("kind", ["ProjectByName", "ProjectsByWildcard"])
    def test_an_id_beside_a_name_has_no_effect_and_is_warned_of(self, kind: str) -> None:
        row = f"{kind},A,show,7,Phlogiston"
        assert rules(row)[0].ids == ()
        (warning,) = warnings(row)
        assert f"line 2: the id 7 has no effect on a {kind} rule." in warning

    @pytest.mark.parametrize("kind", ["ProjectByName", "ProjectsByWildcard"])
    def test_two_ids_beside_a_name_are_refused(self, kind: str) -> None:
        assert refused(f"{kind},A,show,7 8,x").fault == "2 project ids where one belongs"


class TestMatchstrings:
    @pytest.mark.parametrize("kind", ["ProjectByName", "ProjectsByWildcard"])
    @pytest.mark.parametrize("name", ["", "  "])
    def test_a_rule_by_name_needs_the_name(self, kind: str, name: str) -> None:
        error = refused(f"{kind},A,show,,{name}")
        assert (error.line, error.fault) == (2, f"a {kind} rule without matchstring")

    @pytest.mark.parametrize("kind", ["ProjectColumn", "ParentTask"])
    def test_an_empty_matchstring_matches_all_and_is_warned_of(self, kind: str) -> None:
        row = f"{kind},A,show,1,"
        assert rules(row)[0].matchstring == ""
        (warning,) = warnings(row)
        assert f"line 2: a {kind} rule without matchstring, which matches whatever" in warning

    @pytest.mark.parametrize("row", ["ProjectByID,A,show,1,x ", "Intersection,A,show,1 2,x "])
    def test_a_matchstring_without_effect_is_kept_and_warned_of(self, row: str) -> None:
        assert rules(row)[0].matchstring == "x "
        (warning,) = warnings(row)
        assert "line 2: the matchstring has no effect on a" in warning


class TestForceStatus:
    @pytest.mark.parametrize("word", ["resolved", "Resolved"])
    def test_a_rule_may_force_resolved(self, word: str) -> None:
        assert rules(f"ProjectByID,A,show,1,,{word}", header=FORCED)[0].force_status == "resolved"

    @pytest.mark.parametrize("row", ["ProjectByID,A,show,1,,", "ProjectByID,A,show,1,"])
    def test_an_empty_or_absent_cell_forces_nothing(self, row: str) -> None:
        assert rules(row, header=FORCED)[0].force_status is None

    @pytest.mark.parametrize("word", ["open", "true", "declined"])
    def test_other_statuses_are_refused(self, word: str) -> None:
        error = refused(f"ProjectByID,A,show,1,,{word}", header=FORCED)
        assert (error.line, error.fault) == (2, f"unknown force_status '{word}'")
        assert error.remedy == "Write resolved, or nothing."
