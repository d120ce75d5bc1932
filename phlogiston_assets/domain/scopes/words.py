"""Puts rules in words for the report's rules page: plain text, which the page must escape."""

from collections.abc import Mapping, Sequence

from phlogiston_assets.domain.scopes.resolution import scope_projects
from phlogiston_assets.domain.scopes.rules import Display, Rule, RuleKind

_CONSEQUENCES = {
    Display.SHOW: "",
    Display.HIDE: "; hidden from the main charts",
    Display.OMIT: "; taken out of the report altogether",
}


def in_words(rule: Rule, projects: Mapping[int, str]) -> str:
    """Return one sentence, without a full stop, that says which tasks *rule* matches.

    *projects* gives names by project id; an id without one is said to be unknown. Serves
    domain.md, section 7 ("the rules in words").
    """
    if rule.never_matches:
        return _unmatched(rule, projects)
    forced = "; counted as resolved" if rule.force_status == "resolved" else ""
    return f"{_matched(rule, projects)}{forced}{_CONSEQUENCES[rule.display]}"


def included_in_words(rules: Sequence[Rule], projects: Mapping[int, str]) -> str:
    """Return one sentence, without a full stop, on the projects whose tasks are in scope.

    *rules* are resolved. Serves domain.md, section 4 ("The scope's projects").
    """
    names = [_named(project, projects) for project in scope_projects(rules)]
    if not names:
        return "No task: the rules name no project"
    which = "with project" if len(names) == 1 else "with at least one of the projects"
    return f"Tasks {which} {', '.join(names)}"


def _matched(rule: Rule, projects: Mapping[int, str]) -> str:
    names = [_named(project, projects) for project in rule.ids]
    quoted = f"“{rule.matchstring}”"
    match rule.kind:
        case RuleKind.PROJECT_BY_ID:
            return f"Tasks with project {names[0]}"
        case RuleKind.PROJECT_BY_NAME:
            return f"Tasks with the project named {quoted}"
        case RuleKind.PROJECTS_BY_WILDCARD:
            return f"Tasks with a project whose name contains {quoted}, one category for each"
        case RuleKind.INTERSECTION:
            return f"Tasks with both project {names[0]} and project {names[1]}"
        case RuleKind.PROJECT_COLUMN:
            where = f"whose column on its board contains {quoted}" if rule.matchstring else ""
            return f"Tasks with project {names[0]} {where or 'in any column of its board'}"
        case RuleKind.PARENT_TASK:
            where = f"whose category title contains {quoted}" if rule.matchstring else ""
            return f"Tasks with project {names[0]} {where or 'with any category title or none'}"


def _unmatched(rule: Rule, projects: Mapping[int, str]) -> str:
    if rule.ids:
        name = _named(rule.ids[0], projects)
        return f"No task: an intersection needs two projects, and there is only {name}"
    return "No task: the rule names no project"


def _named(project: int, projects: Mapping[int, str]) -> str:
    name = projects.get(project)
    return f"{project} (unknown to this load)" if name is None else f"{name} ({project})"
