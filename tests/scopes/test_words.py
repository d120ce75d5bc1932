"""Each rule reads as one plain sentence."""

import pytest

from phlogiston_assets.domain.scopes import Display, Rule, RuleKind, in_words, included_in_words

PROJECTS = {483: "VisualEditor", 2660: "Anti-Harassment <b>"}


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            Rule(RuleKind.PROJECT_BY_ID, "A", ids=(483,), matchstring="without effect"),
            "Tasks with project VisualEditor (483)",
        ),
        (
            Rule(RuleKind.PROJECT_BY_ID, "A", ids=(999,)),
            "Tasks with project 999 (unknown to this load)",
        ),
        (
            Rule(RuleKind.PROJECT_BY_NAME, "A", matchstring="VisualEditor"),
            "Tasks with the project named “VisualEditor”",
        ),
        (
            Rule(RuleKind.PROJECTS_BY_WILDCARD, "", matchstring="iOS"),
            "Tasks with a project whose name contains “iOS”, one category for each",
        ),
        (
            Rule(RuleKind.INTERSECTION, "A", ids=(483, 2660)),
            "Tasks with both project VisualEditor (483) and project Anti-Harassment <b> (2660)",
        ),
        (
            Rule(RuleKind.INTERSECTION, "A", ids=(483,)),
            "No task: an intersection needs two projects, and there is only VisualEditor (483)",
        ),
        (
            Rule(RuleKind.PROJECT_COLUMN, "A", ids=(483,), matchstring="Doing"),
            "Tasks with project VisualEditor (483) whose column on its board contains “Doing”",
        ),
        (
            Rule(RuleKind.PROJECT_COLUMN, "A", ids=(483,)),
            "Tasks with project VisualEditor (483) in any column of its board",
        ),
        (
            Rule(RuleKind.PARENT_TASK, "A", ids=(483,), matchstring="Make it so"),
            "Tasks with project VisualEditor (483) whose category title contains “Make it so”",
        ),
        (
            Rule(RuleKind.PARENT_TASK, "A", ids=(483,)),
            "Tasks with project VisualEditor (483) with any category title or none",
        ),
        (
            Rule(RuleKind.PROJECT_BY_ID, "A", Display.OMIT, matchstring="1212"),
            "No task: the rule names no project",
        ),
    ],
)
def test_a_rule_says_which_tasks_it_matches(rule: Rule, sentence: str) -> None:
    assert in_words(rule, PROJECTS) == sentence


@pytest.mark.parametrize(
    ("display", "force", "end"),
    [
        (Display.SHOW, None, ""),
        (Display.SHOW, "resolved", "; counted as resolved"),
        (Display.HIDE, None, "; hidden from the main charts"),
        (Display.HIDE, "resolved", "; counted as resolved; hidden from the main charts"),
        (Display.OMIT, None, "; taken out of the report altogether"),
    ],
)
def test_a_rule_says_what_it_forces_hides_or_takes_out(
    display: Display, force: str | None, end: str
) -> None:
    rule = Rule(RuleKind.PROJECT_BY_ID, "A", display, (483,), force_status=force)  # type: ignore[arg-type]
    assert in_words(rule, PROJECTS) == f"Tasks with project VisualEditor (483){end}"


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [
        ((), "No task: the rules name no project"),
        ((483,), "Tasks with project VisualEditor (483)"),
        (
            (2660, 483),
            (
                "Tasks with at least one of the projects Anti-Harassment <b> (2660),"
                " VisualEditor (483)"
            ),
        ),
    ],
)
def test_the_projects_of_a_scope_are_told_in_their_order(
    ids: tuple[int, ...], sentence: str
) -> None:
    rules = [Rule(RuleKind.PROJECT_BY_ID, "A", ids=(project,)) for project in ids]
    assert included_in_words(rules, PROJECTS) == sentence
