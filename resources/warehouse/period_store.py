"""Periods and states of the scopes.

Between two reconstructed days the periods hold the state of the earlier one, and after the last
one they are open; so whatever days are materialised, in whatever order, the same periods result,
and a new day writes only what changed.

What does not belong here: which days those are (see `day_store`).
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

from phlogiston_assets.domain.days import FOREVER
from phlogiston_assets.domain.history.periods import Ints, Periods, State, States, ranges, splice
from resources.warehouse import schema
from resources.warehouse.day_store import read_days_from, write_days
from resources.warehouse.rows import insert_rows, plain_rows, refresh_after

_TABLES = (
    schema.scope_period,
    schema.scope_state,
    schema.reconstructed_day,
    schema.scope_project,
    schema.scope_recipe,
)

_PERIOD = schema.scope_period.c
_STATE = schema.scope_state.c


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
    visible = sorted({*read_days_from(connection, scope, min(days)), *days})
    before = read_periods_since(connection, scope, min(days))
    after = before
    for first, stop in ranges(days):
        end = _next_day(visible, stop)
        after = splice(after, _held(new, first, stop, end), first, end)
    _write_states(connection, scope, after.states, tuple(projects))
    written = _write_periods(connection, scope, before.rows(), after.rows())
    write_days(connection, scope, days, load_day)
    _write_projects(connection, scope, projects)
    refresh_after(connection, written, _TABLES)


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


def forget_scope(connection: Connection, scope: str) -> None:
    """Remove all periods, states and days of a scope, before it is reconstructed anew."""
    for table in _TABLES:
        connection.execute(sa.delete(table).where(table.c.scope == scope))
