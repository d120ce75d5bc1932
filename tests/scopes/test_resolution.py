"""Rules that name projects by text become rules by id, for the projects of a load."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phlogiston_assets.domain.scopes import (
    Display,
    Rule,
    RuleKind,
    Scope,
    ScopeFileError,
    ScopeSettings,
    load_warnings,
    resolve_rules,
    scope_projects,
)

PROJECTS = {
    11: "Phlogiston",
    5: "Phlogiston-Reports",
    7: "phlogiston-infra",
    483: "VisualEditor",
    9: "100%_done",
    12: "Twin",
    3: "Twin",
}
BY_ID = RuleKind.PROJECT_BY_ID
BY_NAME = RuleKind.PROJECT_BY_NAME
WILDCARD = RuleKind.PROJECTS_BY_WILDCARD


def scope_of(*rules: Rule, status_report_project: int | None = None) -> Scope:
    return Scope(
        ScopeSettings("ve", "VE", status_report_project=status_report_project),
        rules,
        settings_path=Path("scopes/ve_scope.py"),
        rules_path=Path("scopes/ve_recategorization.csv"),
    )


def resolved(*rules: Rule) -> tuple[Rule, ...]:
    return resolve_rules(scope_of(*rules), PROJECTS)


def test_a_rule_by_name_becomes_a_rule_by_id_and_keeps_the_rest() -> None:
    rule = Rule(BY_NAME, "Other", Display.HIDE, (), "Phlogiston", "resolved", 7)
    assert resolved(rule) == (Rule(BY_ID, "Other", Display.HIDE, (11,), "", "resolved", 7),)


def test_the_oldest_of_several_projects_of_one_name_is_taken() -> None:
    assert resolved(Rule(BY_NAME, "Twins", matchstring="Twin"))[0].ids == (3,)


@pytest.mark.parametrize("name", ["phlogiston", "Phlogist", "Phlogiston ", "Phlogiston%"])
def test_a_name_must_be_exact_and_the_closest_are_offered(name: str) -> None:
    with pytest.raises(ScopeFileError) as caught:
        resolved(Rule(BY_ID, "A", ids=(1,), line=2), Rule(BY_NAME, "B", matchstring=name, line=3))
    error = caught.value
    assert (error.path, error.line) == (Path("scopes/ve_recategorization.csv"), 3)
    assert error.fault == f"no project is named {name!r}"
    assert error.remedy.startswith("The closest names are 'Phlogiston', ")
    assert error.remedy.endswith("or use ProjectByID.")


def test_a_name_of_several_projects_is_offered_once() -> None:
    with pytest.raises(ScopeFileError) as caught:
        resolved(Rule(BY_NAME, "B", matchstring="Twins", line=3))
    assert caught.value.remedy.startswith("The closest names are 'Twin'. Write")


def test_a_name_that_resembles_none_is_refused_without_a_guess() -> None:
    with pytest.raises(ScopeFileError) as caught:
        resolved(Rule(BY_NAME, "B", matchstring="qqq", line=3))
    assert caught.value.remedy.startswith("Write a project's name exactly")


def test_a_wildcard_becomes_one_rule_a_project_in_id_order_titled_by_name() -> None:
    rule = Rule(WILDCARD, "ignored", Display.HIDE, (), "Phlogiston", "resolved", 4)
    assert resolved(rule) == (
        Rule(BY_ID, "Phlogiston-Reports", Display.HIDE, (5,), "", "resolved", 4),
        Rule(BY_ID, "Phlogiston", Display.HIDE, (11,), "", "resolved", 4),
    )


@pytest.mark.parametrize(
    ("part", "ids"), [("%", (9,)), ("0%_d", (9,)), ("_", (9,)), ("iston-infra", (7,)), ("*", ())]
)
def test_a_wildcard_is_a_plain_substring(part: str, ids: tuple[int, ...]) -> None:
    assert scope_projects(resolved(Rule(WILDCARD, "", matchstring=part))) == ids


def test_other_rules_stay_as_they_are() -> None:
    rules = (
        Rule(RuleKind.INTERSECTION, "A", ids=(483, 11)),
        Rule(RuleKind.PROJECT_COLUMN, "B", ids=(483,), matchstring="Doing"),
        Rule(RuleKind.PARENT_TASK, "C", ids=(483,), matchstring="Make"),
        Rule(BY_ID, "D", ids=(999,), matchstring="kept"),
    )
    assert resolved(*rules) == rules


def test_a_rule_that_stood_before_is_skipped() -> None:
    first = Rule(BY_ID, "First", Display.SHOW, (11,), line=2)
    assert resolved(
        first,
        Rule(BY_ID, "Again", Display.HIDE, (11,), "", "resolved", 3),
        Rule(BY_NAME, "By name", matchstring="Phlogiston", line=4),
        Rule(WILDCARD, "", matchstring="Phlogiston", line=5),
        Rule(WILDCARD, "", matchstring="Phlogiston-", line=6),
    ) == (first, Rule(BY_ID, "Phlogiston-Reports", ids=(5,), line=5))


def test_rules_that_differ_in_kind_ids_or_matchstring_are_all_kept() -> None:
    rules = (
        Rule(RuleKind.PROJECT_COLUMN, "A", ids=(1,), matchstring="x"),
        Rule(RuleKind.PROJECT_COLUMN, "A", ids=(2,), matchstring="x"),
        Rule(RuleKind.PROJECT_COLUMN, "A", ids=(1,), matchstring="y"),
        Rule(RuleKind.PARENT_TASK, "A", ids=(1,), matchstring="x"),
        Rule(RuleKind.INTERSECTION, "A", ids=(1, 2)),
        Rule(RuleKind.INTERSECTION, "A", ids=(2, 1)),
    )
    assert resolved(*rules) == rules


def test_rules_that_share_a_title_are_displayed_as_the_first_of_them() -> None:
    found = resolved(
        Rule(BY_ID, "Ideas", Display.OMIT, (483,)),
        Rule(WILDCARD, "", Display.HIDE, matchstring="Phlogiston"),
        Rule(RuleKind.PROJECT_COLUMN, "Phlogiston", ids=(11,), matchstring="Doing"),
        Rule(RuleKind.INTERSECTION, "Ideas", ids=(483, 11)),
    )
    assert [(rule.title, rule.display) for rule in found] == [
        ("Ideas", Display.OMIT),
        ("Phlogiston-Reports", Display.HIDE),
        ("Phlogiston", Display.HIDE),
        ("Phlogiston", Display.HIDE),
        ("Ideas", Display.OMIT),
    ]


def test_the_scopes_projects_are_all_ids_in_order_of_first_appearance() -> None:
    rules = (
        Rule(RuleKind.INTERSECTION, "A", ids=(2828, 2721)),
        Rule(RuleKind.INTERSECTION, "B", ids=(2828, 2201)),
        Rule(RuleKind.INTERSECTION, "one id", ids=(1903,)),
        Rule(BY_ID, "no id"),
        Rule(BY_ID, "C", Display.OMIT, (2721,)),
        Rule(BY_ID, "D", ids=(65,)),
    )
    assert scope_projects(rules) == (2828, 2721, 2201, 1903, 65)


def test_what_fits_the_load_badly_is_told_with_file_and_line() -> None:
    scope = scope_of(
        Rule(BY_ID, "A", ids=(483,), line=2),
        Rule(BY_ID, "A", ids=(999,), line=3),
        Rule(BY_NAME, "A", matchstring="Twin", line=4),
        Rule(BY_NAME, "A", matchstring="VisualEditor", line=5),
        Rule(WILDCARD, "", matchstring="iOS", line=6),
        Rule(WILDCARD, "", matchstring="Twin", line=7),
        Rule(RuleKind.PROJECT_COLUMN, "A", ids=(483,), matchstring="Twin", line=8),
        Rule(RuleKind.PROJECT_COLUMN, "A", ids=(483,), matchstring="Doing", line=9),
        status_report_project=1000,
    )
    rules = "scopes/ve_recategorization.csv"
    assert load_warnings(scope, PROJECTS) == (
        f"{rules}, line 3: 999 is no project of this load.",
        f"{rules}, line 4: projects 3, 12 are all named 'Twin'; the rule takes 3.",
        f"{rules}, line 6: no project's name contains 'iOS'.",
        "scopes/ve_scope.py: status_report_project 1000 is no project of this load.",
    )


def test_nothing_is_told_of_a_status_report_project_that_the_load_has() -> None:
    scope = scope_of(Rule(BY_ID, "A", ids=(483,)), status_report_project=483)
    assert load_warnings(scope, PROJECTS) == ()


def test_scopes_are_values_that_can_be_keys_and_cannot_be_changed() -> None:
    scope = scope_of(Rule(BY_ID, "A", ids=(483,)))
    same = scope_of(Rule(BY_ID, "A", ids=(483,)))
    assert len({scope, same}) == 1
    with pytest.raises(FrozenInstanceError):
        scope.rules[0].title = "B"  # type: ignore[misc]


NAMES = st.text("ab-", min_size=1, max_size=4)
LOADS = st.dictionaries(st.integers(1, 20), NAMES, min_size=1)
RULES = st.lists(
    st.builds(Rule, st.just(WILDCARD), st.just(""), matchstring=NAMES)
    | st.builds(Rule, st.just(BY_ID), NAMES, ids=st.tuples(st.integers(1, 20)))
)


@given(RULES, LOADS)
def test_resolved_rules_name_no_project_by_text_and_are_distinct(
    rules: list[Rule], projects: dict[int, str]
) -> None:
    result = resolve_rules(scope_of(*rules), projects)
    assert all(rule.kind is BY_ID for rule in result)
    assert len({rule.key for rule in result}) == len(result)
    assert set(scope_projects(result)) == {
        project
        for rule in rules
        for project in {*rule.ids, *projects}
        if project in rule.ids or (rule.kind is WILDCARD and rule.matchstring in projects[project])
    }


@given(RULES, LOADS)
def test_resolving_resolved_rules_changes_nothing(
    rules: list[Rule], projects: dict[int, str]
) -> None:
    once = resolve_rules(scope_of(*rules), projects)
    assert resolve_rules(scope_of(*once), projects) == once
