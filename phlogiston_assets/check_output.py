"""How `phlogiston check` shows what it found: for people within 80 columns, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from phlogiston_assets.checking import Checked
from phlogiston_assets.domain.categories.idle_rules import IdleRule
from phlogiston_assets.domain.categories.preview import CategoryCount, Movement, Tally
from phlogiston_assets.domain.charts.wording import counted
from phlogiston_assets.domain.scopes import Scope
from resources.previewing import Need, Preview

_INDENT = (0, 0, 0, 2)


def show(checked: Checked, console: Console) -> None:
    """Print a scope whose files are right: what they say, and what they will do."""
    if checked.scope is None:
        return
    scope = checked.scope
    rules = counted(len(scope.rules), "rule")
    title = f"{checked.prefix}: {scope.settings.title}, {rules}"
    console.print(_plain(title), soft_wrap=True)
    preview = checked.preview
    for warning in (*scope.warnings, *(preview.warnings if preview else ())):
        _say(console, f"warning: {warning}")
    if preview is None:
        if not checked.failed:
            _say(console, checked.obstacle)
        return
    for sentence in _sentences(scope, preview):
        _say(console, sentence)
    changed = [one for one in preview.categories if one.changes]
    if changed:
        console.print(Padding(_category_table(preview.categories, changed), _INDENT))
    if preview.movements:
        console.print(Padding(_movement_table(preview.movements), _INDENT))
    for idle in preview.idle:
        _say(console, _idle_sentence(idle, scope, preview))


def as_json(checked: Iterable[Checked]) -> str:
    """All that was found, as one JSON object; its keys are the fields' names."""
    return json.dumps({"scopes": [_as_dict(one) for one in checked]}, indent=2, default=str)


def _as_dict(checked: Checked) -> dict[str, Any]:
    scope, preview = checked.scope, checked.preview
    return {
        "scope": checked.prefix,
        "faults": list(checked.faults),
        "title": scope.settings.title if scope else None,
        "rules": len(scope.rules) if scope else None,
        "warnings": [*(scope.warnings if scope else ()), *(preview.warnings if preview else ())],
        "obstacle": checked.obstacle or None,
        "preview": asdict(preview) if preview else None,
    }


def _say(console: Console, sentence: str) -> None:
    """Print a sentence below its scope's title: wrapped for a terminal, one line for a pipe."""
    if console.is_terminal:
        console.print(Padding(Text(_plain(sentence)), _INDENT))
    else:
        console.print(_plain(f"  {sentence}"), soft_wrap=True)


def _plain(text: str) -> str:
    """The text without characters that a terminal would obey; names come from strangers."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def _sentences(scope: Scope, preview: Preview) -> Iterator[str]:
    yield _need(scope, preview)
    if preview.need is Need.NOTHING:
        return
    if preview.reported is None:
        yield (
            "There is no report yet to compare with. "
            f"Counted on {preview.day}, as the files have it:"
        )
        return
    if preview.load_is_newer:
        yield "The load is newer than the report; what changed with it is counted as well."
    before = sum(one.tally.tasks for one in preview.movements)
    if before:
        tasks = _counted(before, "task changes its category", "tasks change their category")
        yield f"On {preview.day}, compared with the report of {preview.reported}, {tasks}:"
    elif any(one.changes for one in preview.categories):
        yield f"On {preview.day} no task changes its category, but figures change:"
    else:
        yield f"On {preview.day} no task changes its category, status or points."


def _need(scope: Scope, preview: Preview) -> str:
    days = preview.days
    span = f"{_counted(len(days), 'day', 'days')} from {days[0]} to {days[-1]}" if days else ""
    if preview.need is Need.NOTHING:
        return "Needs nothing: the newest report was made of these files and this load."
    if preview.need is Need.REPORT:
        return "Needs a new report only, no new reconstruction."
    if preview.need is Need.NEW_DAYS:
        return f"Needs the days that are missing ({span}) and a new report; older days stay."
    if not days:
        begin = scope.settings.start_date
        return f"Needs nothing yet: start_date is {begin}, after the last day of the load."
    if not preview.reasons:
        return f"Not reconstructed yet: needs {span}, and a first report."
    return f"Needs a new reconstruction of {span}: {'; '.join(preview.reasons)}."


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _table(names: Sequence[str], numbers: Sequence[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    for number in numbers:
        table.add_column(number, justify="right", no_wrap=True)
    return table


def _category_table(every: Sequence[CategoryCount], changed: Sequence[CategoryCount]) -> Table:
    table = _table(["Category"], ["Tasks", "Resolved", "Points"])
    for one in changed:
        table.add_row(Text(_plain(one.category)), *_cells(one))
    table.add_section()
    table.add_row(Text("All categories"), *_cells(_total(every)))
    return table


def _cells(one: CategoryCount) -> tuple[str, str, str]:
    before, after = one.before, one.after
    if before is None:
        return f"{after.tasks:,}", f"{one.resolved_after:,}", _points(after.points)
    return (
        _change(f"{before.tasks:,}", f"{after.tasks:,}"),
        _change(f"{one.resolved_before:,}", f"{one.resolved_after:,}"),
        _change(_points(before.points), _points(after.points)),
    )


def _total(every: Sequence[CategoryCount]) -> CategoryCount:
    befores = [one.before for one in every if one.before is not None]
    return CategoryCount(
        "",
        _sum(befores) if befores else None,
        sum(one.resolved_before for one in every),
        _sum([one.after for one in every]),
        sum(one.resolved_after for one in every),
    )


def _sum(tallies: Sequence[Tally]) -> Tally:
    points = [one.points for one in tallies if one.points is not None]
    return Tally(sum(one.tasks for one in tallies), sum(points) if points else None)


def _change(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def _points(points: float | None) -> str:
    return "-" if points is None else f"{points:,.2f}".rstrip("0").rstrip(".")


def _movement_table(movements: Sequence[Movement]) -> Table:
    table = _table(["From", "To"], ["Tasks", "Points"])
    for one in movements:
        names = (Text(_plain(name)) for name in (one.source, one.target))
        table.add_row(*names, f"{one.tally.tasks:,}", _points(one.tally.points))
    return table


def _idle_sentence(idle: IdleRule, scope: Scope, preview: Preview) -> str:
    where = f"{scope.rules_path}, line {idle.line}: {idle.rule}"
    lines = " and ".join(map(str, idle.taken_by))
    lines = f"line {lines}" if len(idle.taken_by) == 1 else f"lines {lines}"
    if idle.repeats:
        return f"{where} names what {lines} names already, so it is skipped."
    when = f"on {preview.day}"
    if preview.first_day != preview.day:
        when = f"on any day from {preview.first_day} to {preview.day}"
    if not idle.taken_by:
        return f"{where} matches no task {when}."
    tasks = _counted(idle.tally.tasks, "task", "tasks")
    return (
        f"{where} takes no task {when}: {lines} above took all that it matches "
        f"({tasks} and {_points(idle.tally.points)} points on {preview.day})."
    )
