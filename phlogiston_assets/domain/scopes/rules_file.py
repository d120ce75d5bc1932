"""Reads a scope's rules from the text of ``<prefix>_recategorization.csv``.

The projects of the load are not known here; what needs them belongs in resolution.py.
"""

import re
from pathlib import Path

from phlogiston_assets.domain.scopes.errors import (
    Faults,
    ScopeFileError,
    did_you_mean,
    place,
    shown,
)
from phlogiston_assets.domain.scopes.rules import Display, ForceStatus, Rule, RuleKind
from phlogiston_assets.domain.scopes.table import Row, read_rows
from phlogiston_assets.domain.scopes.values import UnreadableError, as_project_id

_LINE_BREAKS = re.compile(r"\s*[\r\n]\s*")


def parse_rules(text: str, path: Path) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """Return the rules that *text* holds, in order, and warnings that begin with file and line.

    Outer blanks of rule, title, display, id and force_status do not count. The matchstring is
    taken verbatim: task titles and column names may begin or end in blanks, and one of the rules
    in use (``ve``, "... in the review-your-changes tab  ") matches by two at its end. A line
    break within a title becomes one blank.

    Raises ScopeFileError for whatever cannot be read, with all faults, and for a file without any
    rule. Serves domain.md, section 4.
    """
    faults = Faults()
    rows = read_rows(text, path, faults)
    if not rows and not faults:
        remedy = "Write at least one rule below the header; a scope without rules has no tasks."
        raise ScopeFileError(path, None, "there are no rules", remedy)
    read = [one for row in rows if (one := faults.attempt(_rule, row, path))]
    if faults:
        raise faults.error()
    warnings: list[str] = []
    first_lines: dict[object, int] = {}
    for rule, doubts in read:
        first = first_lines.setdefault(rule.key, rule.line)
        if first != rule.line:
            doubts.append(f"the rule of line {first} again, which is skipped. Remove one of them.")
        warnings.extend(f"{place(path, rule.line)}: {doubt}" for doubt in doubts)
    if any(row.cells["include_in_status"].strip() for row in rows):
        warnings.append(f"{place(path, None)}: the column include_in_status has no effect.")
    return tuple(rule for rule, _ in read), tuple(warnings)


def _rule(row: Row, path: Path) -> tuple[Rule, list[str]]:
    """The rule of a row and doubts about it, or an error with all that is wrong in the row."""
    faults = Faults()
    kind = faults.attempt(_kind, row, path)
    display = faults.attempt(_display, row, path)
    force_status = faults.attempt(_force_status, row, path)
    if kind is not None:
        faults.attempt(_check_matchstring, row, kind, path)
    ids = faults.attempt(_ids, row, kind, path) if kind else None
    title = faults.attempt(_title, row, kind, display, path) if kind and display else None
    if faults or kind is None or display is None or ids is None or title is None:
        raise faults.error()
    rule = Rule(
        kind=kind,
        title=title,
        display=display,
        ids=() if kind.names_by_text else ids,
        matchstring=row.cells["matchstring"],
        force_status=force_status,
        line=row.line,
    )
    doubts = _doubts(rule)
    if ids != rule.ids:
        doubts.append(f"the id {ids[0]} has no effect on a {kind} rule. Leave the id empty.")
    return rule, doubts


def _kind(row: Row, path: Path) -> RuleKind:
    word = row.cells["rule"].strip()
    try:
        return RuleKind(word)
    except ValueError:
        remedy = f"{did_you_mean(word, RuleKind)}Write one of {', '.join(RuleKind)}."
        raise ScopeFileError(path, row.line, f"unknown rule {shown(word)}", remedy) from None


def _check_matchstring(row: Row, kind: RuleKind, path: Path) -> None:
    if kind.names_by_text and not row.cells["matchstring"].strip():
        fault = f"a {kind} rule without matchstring"
        raise ScopeFileError(path, row.line, fault, "Write a project's name as matchstring.")


def _display(row: Row, path: Path) -> Display:
    word = row.cells["display"].strip()
    try:
        return Display(word.lower() or Display.SHOW)
    except ValueError:
        remedy = f"Write one of {', '.join(Display)}, or nothing for show."
        raise ScopeFileError(path, row.line, f"unknown display {shown(word)}", remedy) from None


def _force_status(row: Row, path: Path) -> ForceStatus | None:
    word = row.cells["force_status"].strip()
    if not word:
        return None
    if word.lower() != "resolved":
        fault = f"unknown force_status {shown(word)}"
        raise ScopeFileError(path, row.line, fault, "Write resolved, or nothing.")
    return "resolved"


def _title(row: Row, kind: RuleKind, display: Display, path: Path) -> str:
    title = _LINE_BREAKS.sub(" ", row.cells["title"].strip())
    if not title and display is not Display.OMIT and kind is not RuleKind.PROJECTS_BY_WILDCARD:
        remedy = "Write the name of the rule's category as title."
        raise ScopeFileError(path, row.line, "the rule has no title", remedy)
    return title


def _ids(row: Row, kind: RuleKind, path: Path) -> tuple[int, ...]:
    words = row.cells["id"].split()
    most = max(kind.ids_wanted, 1)
    if len(words) > most:
        fault = f"{len(words)} project ids where {_COUNTS[most]}"
        remedy = "Write one id, or two separated by a blank for an Intersection."
        raise ScopeFileError(path, row.line, fault, remedy)
    try:
        return tuple(as_project_id(word) for word in words)
    except UnreadableError as error:
        cell = row.cells["id"].strip()
        raise ScopeFileError(
            path, row.line, f"id {shown(cell)} {error.fault}", error.remedy
        ) from None


_COUNTS = {1: "one belongs", 2: "at most two belong"}


def _doubts(rule: Rule) -> list[str]:
    """List what the rule's author can hardly mean, as sentences without their place."""
    doubts: list[str] = []
    if not rule.ids and rule.never_matches:
        digits = rule.matchstring.strip()
        hint = f"Move {digits} from matchstring to id" if digits.isdecimal() else "Write an id"
        doubts.append(f"the rule names no project, so no task matches it. {hint}.")
    elif rule.never_matches:
        doubts.append(
            f"an Intersection with one project, {rule.ids[0]}, which no task matches."
            " Write two ids separated by a blank, or ProjectByID."
        )
    elif rule.matchstring and not rule.kind.uses_matchstring:
        doubts.append(f"the matchstring has no effect on a {rule.kind} rule. Leave it empty.")
    if rule.kind.uses_matchstring and not rule.matchstring:
        doubts.append(f"a {rule.kind} rule without matchstring, which matches whatever is there.")
    elif rule.kind.uses_matchstring and rule.matchstring != rule.matchstring.strip():
        doubts.append("the matchstring begins or ends in blanks, which count in matching.")
    return doubts
