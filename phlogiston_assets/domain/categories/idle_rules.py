"""Rules that give no task its category: they match nothing, or earlier rules take all they match.

A rule is judged by whether it matches, whatever a task's status is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from phlogiston_assets.domain.categories.categorisation import Flags, first_matches, matches
from phlogiston_assets.domain.categories.preview import Placed, Tally
from phlogiston_assets.domain.history.periods import Periods
from phlogiston_assets.domain.scopes import Display, Rule, Scope, resolve_rules


@dataclass(frozen=True, slots=True)
class IdleRule:
    """A rule of the file that gives no task its category.

    `line` and `rule` say where and which; `taken_by` are the lines of the earlier rules that take
    what it matches, () if it matches nothing; `tally` are the tasks that it matches on the day, and
    `repeats` is true if it names the very projects of an earlier rule, so that it is skipped.
    """

    line: int
    rule: str
    taken_by: tuple[int, ...]
    tally: Tally
    repeats: bool = False


def idle_rules(
    scope: Scope, projects: Mapping[int, str], periods: Periods, day: int
) -> tuple[IdleRule, ...]:
    """The rules of the scope that take no task on any day of the periods, in order.

    Rules that cannot match anything, and repetitions that the file itself shows, are not among
    them: reading the file has warned of them. A wildcard that finds no project is not either, nor
    the first rule of a title without which its tasks would be displayed otherwise.
    """
    rules = resolve_rules(scope, projects)
    lines = first_matches(rules, periods).to(lambda rule: rule.line if rule else 0).objects()
    present = periods.table.present(periods.state)
    taken = _Taken(rules, lines, present, periods, day)
    busy = set(lines[present].tolist())
    idle = (
        found
        for written in scope.rules
        if written.line not in busy and not written.never_matches
        for found in _judged(written, scope, projects, taken)
    )
    return tuple(_needless(idle, scope, projects))


def _needless(
    idle: Iterable[IdleRule], scope: Scope, projects: Mapping[int, str]
) -> Iterator[IdleRule]:
    """Those that can go together, each category that stays being displayed as before."""
    displays = _displays(scope, projects)
    for one in idle:
        rest = replace(scope, rules=tuple(rule for rule in scope.rules if rule.line != one.line))
        if _displays(rest, projects).items() <= displays.items():
            scope = rest
            yield one


def _displays(scope: Scope, projects: Mapping[int, str]) -> dict[str, Display]:
    return {rule.title: rule.display for rule in resolve_rules(scope, projects)}


@dataclass(frozen=True, slots=True)
class _Taken:
    """Resolved rules, the line of the first that matches each state, and which states occur."""

    rules: tuple[Rule, ...]
    lines: npt.NDArray[np.object_]
    present: Flags
    periods: Periods
    day: int


def _judged(
    written: Rule, scope: Scope, projects: Mapping[int, str], taken: _Taken
) -> Iterator[IdleRule]:
    """What is wrong with a rule that takes nothing, if reading the file has not said so."""
    mine = [rule for rule in taken.rules if rule.line == written.line]
    shown = _shown(written)
    if mine:
        lines, tally = _takers(mine, taken)
        yield IdleRule(written.line, shown, lines, tally)
        return
    if any(one.key == written.key and one.line < written.line for one in scope.rules):
        return
    same = {rule.key for rule in resolve_rules(replace(scope, rules=(written,)), projects)}
    lines = tuple(sorted({rule.line for rule in taken.rules if rule.key in same}))
    if lines:
        yield IdleRule(written.line, shown, lines, Tally(), repeats=True)


def _takers(mine: Sequence[Rule], taken: _Taken) -> tuple[tuple[int, ...], Tally]:
    """The lines that take what a rule matches, and the tasks that it matches on the day."""
    states, pairs = taken.periods.states, taken.periods.table.boards_and_titles()
    matched = taken.present & pairs.flags(
        lambda pair: any(matches(rule, dict(pair[0]), pair[1]) for rule in mine)
    )
    then = taken.periods.on(taken.day)
    points = (states[state].points for state in then.state[matched[then.row]].tolist())
    lines = Counter(taken.lines[matched].tolist()).most_common()
    return tuple(line for line, _ in lines), Tally.of(Placed("", "", one) for one in points)


def _shown(rule: Rule) -> str:
    """The rule as its author knows it: its title, or its kind and text where it has none."""
    if rule.title:
        return f"{rule.kind} {rule.title!r}"
    subject = rule.matchstring if rule.kind.names_by_text else " ".join(map(str, rule.ids))
    return f"{rule.kind} {subject!r}"
