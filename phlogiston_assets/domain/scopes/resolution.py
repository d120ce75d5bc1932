"""Turns rules that name projects by text into rules by id, once a load's projects are known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from phlogiston_assets.domain.scopes.errors import Faults, ScopeFileError, place, shown
from phlogiston_assets.domain.scopes.rules import Display, Rule, RuleKind
from phlogiston_assets.domain.scopes.scope import Scope


def resolve_rules(scope: Scope, projects: Mapping[int, str]) -> tuple[Rule, ...]:
    """Return the scope's rules as they apply to a load, in order of priority.

    *projects* gives the name of each project of the load by its id. ProjectByName becomes
    ProjectByID (of the lowest id, should several projects have the name). ProjectsByWildcard
    becomes one ProjectByID for each project that it finds, in id order, titled by the project's
    name. Both lose their matchstring, which has done its work. A rule whose kind, ids and
    matchstring stood before is skipped; one that can never match is kept, since its id counts
    among the scope's projects. Rules that share a title are one category, whose display is that of
    the first of them (section 5); so all of them get it.

    Raises ScopeFileError, with all of them, if ProjectByName rules name no project. Serves
    domain.md, section 4.
    """
    by_key: dict[object, Rule] = {}
    faults = Faults()
    for rule in scope.rules:
        for resolved in faults.attempt(_resolved, rule, scope, projects) or ():
            by_key.setdefault(resolved.key, resolved)
    if faults:
        raise faults.error()
    displays: dict[str, Display] = {}
    for rule in by_key.values():
        displays.setdefault(rule.title, rule.display)
    return tuple(replace(rule, display=displays[rule.title]) for rule in by_key.values())


def scope_projects(rules: Sequence[Rule]) -> tuple[int, ...]:
    """Return all project ids of resolved *rules* in order of their first appearance.

    The order decides which of several is a task's project (domain.md, section 4).
    """
    return tuple(dict.fromkeys(project for rule in rules for project in rule.ids))


def load_warnings(scope: Scope, projects: Mapping[int, str]) -> tuple[str, ...]:
    """Return sentences, beginning with file and line, on what fits the load badly.

    *projects* is as in resolve_rules. Told are ids that the load does not have (private projects
    among them), names that several projects have, and wildcards that find nothing.
    """
    warnings = [
        f"{place(scope.rules_path, rule.line)}: {doubt}."
        for rule in scope.rules
        for doubt in _doubts(rule, projects)
    ]
    project = scope.settings.status_report_project
    if project is not None and project not in projects:
        path = place(scope.settings_path, None)
        warnings.append(f"{path}: status_report_project {project} is no project of this load.")
    return tuple(warnings)


def _resolved(rule: Rule, scope: Scope, projects: Mapping[int, str]) -> list[Rule]:
    if rule.kind is RuleKind.PROJECT_BY_NAME:
        ids = _ids_named(rule.matchstring, projects)
        if not ids:
            raise _unknown_name(rule, scope, projects)
        return [_by_id(rule, ids[0], rule.title)]
    if rule.kind is RuleKind.PROJECTS_BY_WILDCARD:
        found = _ids_found(rule.matchstring, projects)
        return [_by_id(rule, project, projects[project]) for project in found]
    return [rule]


def _by_id(rule: Rule, project: int, title: str) -> Rule:
    return replace(rule, kind=RuleKind.PROJECT_BY_ID, title=title, ids=(project,), matchstring="")


def _ids_named(name: str, projects: Mapping[int, str]) -> list[int]:
    return sorted(project for project, other in projects.items() if other == name)


def _ids_found(part: str, projects: Mapping[int, str]) -> list[int]:
    return sorted(project for project, name in projects.items() if part in name)


def _unknown_name(rule: Rule, scope: Scope, projects: Mapping[int, str]) -> ScopeFileError:
    close = get_close_matches(rule.matchstring, sorted(set(projects.values())))
    remedy = "Write a project's name exactly as Phabricator shows it, or use ProjectByID."
    if close:
        remedy = f"The closest names are {', '.join(map(repr, close))}. {remedy}"
    fault = f"no project is named {shown(rule.matchstring)}"
    return ScopeFileError(scope.rules_path, rule.line, fault, remedy)


def _doubts(rule: Rule, projects: Mapping[int, str]) -> Iterator[str]:
    for project in rule.ids:
        if project not in projects:
            yield f"{project} is no project of this load"
    named = _ids_named(rule.matchstring, projects)
    if rule.kind is RuleKind.PROJECT_BY_NAME and len(named) > 1:
        yield (
            f"projects {', '.join(map(str, named))} are all named {shown(rule.matchstring)};"
            f" the rule takes {named[0]}"
        )
    if rule.kind is RuleKind.PROJECTS_BY_WILDCARD and not _ids_found(rule.matchstring, projects):
        yield f"no project's name contains {shown(rule.matchstring)}"
