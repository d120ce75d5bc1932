"""Periods, states and reconstructed days of the scopes.

Between two reconstructed days the periods hold the state of the earlier one, and after the last
one they are open; so whatever days are materialised, in whatever order, the same periods result,
and a new day writes only what changed.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from phlogiston_assets.domain.days import FOREVER, day_number, day_of
from phlogiston_assets.domain.history.periods import Ints, Periods, State, States, ranges, splice
from phlogiston_assets.domain.history.rework import Basis
from resources.warehouse import schema
from resources.warehouse.database import insert_rows, plain_rows, refresh_statistics

_TABLES = (
    schema.scope_period,
    schema.scope_state,
    schema.reconstructed_day,
    schema.scope_project,
    schema.scope_recipe,
)
_MANY = 500
"""Rows written at once that may change how queries are best planned."""

_PERIOD = schema.scope_period.c
_STATE = schema.scope_state.c
_DAY = schema.reconstructed_day.c


def read_days(connection: Connection, scope: str) -> list[int]:
    """The day numbers that were reconstructed, ascending."""
    return _days_from(connection, scope, -FOREVER)


def _days_from(connection: Connection, scope: str, day: int) -> list[int]:
    query = sa.select(_DAY.day).where(_DAY.scope == scope, _DAY.day >= day)
    return [row[0] for row in plain_rows(connection.execute(query.order_by(_DAY.day)))]


def first_day(connection: Connection, scope: str, day: int) -> int | None:
    """The first reconstructed day of a scope; None if `day` is not reconstructed."""
    query = sa.select(sa.func.min(_DAY.day), sa.func.max(sa.case((_DAY.day == day, 1))))
    first, known = connection.execute(query.where(_DAY.scope == scope)).one()
    return int(first) if known else None


def load_of(connection: Connection, scope: str, day: date) -> date | None:
    """The day of the load that a scope's day was worked out from; None if it is not there."""
    query = sa.select(_DAY.load_day).where(_DAY.scope == scope, _DAY.day == day_number(day))
    return connection.scalar(query)


def extent(connection: Connection, scope: str, last: date, load_day: date) -> tuple[int, ...]:
    """How many days of a scope there are up to and with the last, the number of the first, and how
    many were worked out from the load of a day: other numbers where days were made anew.
    """
    by_load = sa.func.count(sa.case((_DAY.load_day == load_day, 1)))
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.min(_DAY.day), 0), by_load)
    found = connection.execute(query.where(_DAY.scope == scope, _DAY.day <= day_number(last)))
    return tuple(found.one())


def count_periods(connection: Connection) -> dict[str, int]:
    """How many periods each scope has that has any."""
    query = sa.select(_PERIOD.scope, sa.func.count()).group_by(_PERIOD.scope)
    return {str(scope): int(count) for scope, count in connection.execute(query)}


def read_periods(connection: Connection, scope: str) -> Periods:
    """All periods of a scope with their states, whose keys count from 0."""
    digests, states = _states(connection, scope)
    periods = read_periods_since(connection, scope, -FOREVER)
    keys = np.searchsorted(digests, periods.state)
    return replace(periods, state=keys, states=States(enumerate(states)))


def read_periods_since(connection: Connection, scope: str, day: int) -> Periods:
    """The periods of a scope that end on or after a day, without their states."""
    query = sa.select(_PERIOD.task, _PERIOD.first_day, _PERIOD.end_day, _PERIOD.state)
    query = query.where(_PERIOD.scope == scope, _PERIOD.end_day >= day)
    return Periods.of_rows(plain_rows(connection.execute(query)))


def _states(connection: Connection, scope: str) -> tuple[Ints, list[State]]:
    """The digests of a scope's states, ascending, and the states."""
    fields = (_STATE.state, _STATE.status, _STATE.priority, _STATE.points, _STATE.maint_type)
    query = sa.select(*fields, _STATE.category_title, _STATE.boards, _STATE.watched)
    rows = plain_rows(connection.execute(query.where(_STATE.scope == scope).order_by(_STATE.state)))
    states = [
        State(
            *(status, priority, points, maint_type, title),
            _boards(boards),
            _watched(watched),
        )
        for _, status, priority, points, maint_type, title, boards, watched in rows
    ]
    return np.array([row[0] for row in rows], dtype=np.int64), states


_boards = lru_cache(maxsize=2**14)(msgspec.json.Decoder(tuple[tuple[int, str], ...]).decode)
_watched = lru_cache(maxsize=2**10)(msgspec.json.Decoder(tuple[int, ...]).decode)
"""A scope's states are many, what their texts say of boards is mostly the same."""


def replace_days(  # noqa: PLR0913 - what is written, and what it says of itself
    connection: Connection,
    scope: str,
    days: Sequence[int],
    new: Periods,
    *,
    projects: dict[int, str],
    load_day: date,
) -> None:
    """Make the given days of a scope read as `new` says; all other days stay as they were.

    `projects` are the names of the scope's projects, in their order; `load_day` is the day of the
    load they were worked out from.
    """
    visible = sorted({*_days_from(connection, scope, min(days)), *days})
    before = read_periods_since(connection, scope, min(days))
    after = before
    for first, stop in ranges(days):
        end = _next_day(visible, stop)
        after = splice(after, _held(new, first, stop, end), first, end)
    _write_states(connection, scope, after.states, tuple(projects))
    written = _write_periods(connection, scope, before.rows(), after.rows())
    _write_days(connection, scope, days, load_day)
    _write_projects(connection, scope, projects)
    if written > _MANY:
        refresh_statistics(connection, _TABLES)


def _next_day(visible: Sequence[int], end: int) -> int:
    """The first reconstructed day from `end` on, FOREVER if there is none."""
    position = bisect_left(visible, end)
    return visible[position] if position < len(visible) else FOREVER


def _held(new: Periods, first: int, stop: int, end: int) -> Periods:
    """`new` on [first, stop), with what it says of the last day holding on until `end`."""
    piece = new.clip(first, stop)
    ends = np.where(piece.end == stop, end, piece.end)
    return Periods(piece.task, piece.first, ends, piece.state, new.states)


def _write_states(
    connection: Connection, scope: str, states: dict[int, State], order: Sequence[int]
) -> None:
    query = sa.select(_STATE.state).where(_STATE.scope == scope)
    missing = states.keys() - set(connection.scalars(query))
    rows = [_state_row(scope, digest, states[digest], order) for digest in sorted(missing)]
    insert_rows(connection, schema.scope_state, rows)


def _state_row(scope: str, digest: int, state: State, order: Sequence[int]) -> tuple[Any, ...]:
    project, column = state.first_board(order)
    boards = json.dumps(state.boards, ensure_ascii=False)
    texts = (state.status, state.priority, state.points, state.maint_type, state.category_title)
    return (scope, digest, *texts, project, column, boards, json.dumps(state.watched))


def _write_periods(
    connection: Connection,
    scope: str,
    before: set[tuple[int, int, int, int]],
    after: set[tuple[int, int, int, int]],
) -> int:
    """Write the difference; the count of new rows."""
    gone = [{"t": row[0], "d": row[1]} for row in sorted(before - after)]
    if gone:
        condition = (_PERIOD.task == sa.bindparam("t")) & (_PERIOD.first_day == sa.bindparam("d"))
        connection.execute(
            sa.delete(schema.scope_period).where(_PERIOD.scope == scope, condition), gone
        )
    rows = [(scope, *row) for row in sorted(after - before)]
    insert_rows(connection, schema.scope_period, rows)
    return len(rows)


def _write_days(connection: Connection, scope: str, days: Sequence[int], load_day: date) -> None:
    first, last = min(days), max(days)
    wanted = set(days)
    known = [day for day in _days_from(connection, scope, first) if day <= last and day in wanted]
    update = sa.update(schema.reconstructed_day).values(load_day=load_day)
    for start, end in ranges(known):
        connection.execute(update.where(_DAY.scope == scope, _DAY.day >= start, _DAY.day < end))
    new = sorted(wanted - set(known))
    rows = [(scope, day, day_of(day), load_day) for day in new]
    insert_rows(connection, schema.reconstructed_day, rows)


def _write_projects(connection: Connection, scope: str, projects: dict[int, str]) -> None:
    table = schema.scope_project
    connection.execute(
        sa.delete(table).where(table.c.scope == scope, table.c.project_id.in_(list(projects)))
    )
    insert_rows(connection, table, [(scope, number, name) for number, name in projects.items()])


def order_projects(connection: Connection, scope: str, order: Sequence[int]) -> None:
    """Let all days of a scope tell each task's first project by another order of its projects."""
    digests, states = _states(connection, scope)
    boards = (one.first_board(order) for one in states)
    first = dict(zip(digests.tolist(), boards, strict=True))
    shown = sa.select(_STATE.state, _STATE.project_id).where(_STATE.scope == scope)
    changed = [
        {"digest": digest, "project": first[digest][0], "column": first[digest][1]}
        for digest, project in connection.execute(shown)
        if first[digest][0] != project
    ]
    if changed:
        update = sa.update(schema.scope_state).values(
            project_id=sa.bindparam("project"), projectcolumn=sa.bindparam("column")
        )
        state = (_STATE.scope == scope) & (_STATE.state == sa.bindparam("digest"))
        connection.execute(update.where(state), changed)


def write_basis(connection: Connection, scope: str, basis: Basis) -> None:
    """Note by what a scope's days were made."""
    table = schema.scope_recipe
    connection.execute(sa.delete(table).where(table.c.scope == scope))
    insert_rows(connection, table, [(scope, basis.text)])


def read_basis(connection: Connection, scope: str) -> Basis | None:
    """By what a scope's days were made; None if it has none."""
    table = schema.scope_recipe
    text = connection.scalar(sa.select(table.c.recipe).where(table.c.scope == scope))
    return None if text is None else Basis.of_text(text)


def forget_scope(connection: Connection, scope: str) -> None:
    """Remove all periods, states and days of a scope, before it is reconstructed anew."""
    for table in _TABLES:
        connection.execute(sa.delete(table).where(table.c.scope == scope))


def newest_day(connection: Connection, scope: str) -> date | None:
    """The last reconstructed day of a scope; None if there is none."""
    number = connection.scalar(sa.select(sa.func.max(_DAY.day)).where(_DAY.scope == scope))
    return None if number is None else day_of(number)
