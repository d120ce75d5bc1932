"""States as columns say the same as states one by one, whatever their keys are."""

from __future__ import annotations

import numpy as np
import pytest

from phlogiston_assets.domain.history.periods import Periods, State, States

STATES = [
    State("open", "High", 2.0, "", "", ((483, "Doing"),)),
    State("resolved", "Low", None, "Maintenance", "Goal", ((22, ""), (483, "Done")), (7,)),
    State("open", "Low", 0.5, "", "Goal", ((483, "Doing"),)),
]


@pytest.mark.parametrize("keys", [[0, 1, 2], [-5, 3, 90], [2, 0, 1]])
def test_a_table_says_of_each_period_what_its_state_says(keys: list[int]) -> None:
    rows = [(task, 0, 9, keys[place]) for task, place in enumerate([2, 0, 1, 2])]
    periods = Periods.of_rows(rows, dict(zip(keys, STATES, strict=True)))
    table, row = periods.table, periods.row
    told = [periods.states[key] for key in periods.state.tolist()]
    for name in ("status", "priority", "maint_type", "category_title", "boards", "watched"):
        found = getattr(table, name).objects()[row].tolist()
        assert found == [getattr(state, name) for state in told]
    points = [np.nan if state.points is None else state.points for state in told]
    assert np.array_equal(table.points[row], points, equal_nan=True)
    in_doing = table.boards.flags(lambda boards: (483, "Doing") in boards)
    assert in_doing[row].tolist() == [(483, "Doing") in state.boards for state in told]


def test_boards_and_titles_are_told_together() -> None:
    boards = [((483, column),) for column in ("Doing", "Done", "Inbox")]
    both = [(board, title) for board in boards for title in ("", "Goal", "Toolbar")]
    told = [*both, *both[::-1]]
    states = [State("open", "50", None, "", title, board) for board, title in told]
    field = States(enumerate(states)).table.boards_and_titles()
    assert field.objects().tolist() == told
    assert len(field.distinct) == len(both)


def test_a_table_tells_which_states_occur() -> None:
    periods = Periods.of_rows([(1, 0, 9, 4), (2, 0, 9, 4)], {4: STATES[0], 8: STATES[1]})
    assert periods.table.present(periods.state).tolist() == [True, False]
    assert periods.table.present(periods.state[:0]).tolist() == [False, False]


def test_no_states_are_a_table_without_rows() -> None:
    assert len(States().table.keys) == 0
    assert States().table.status.flags(bool).tolist() == []
    assert States().table.boards_and_titles().distinct == ()


def test_boards_and_titles_that_occur_together_are_told_once() -> None:
    periods = Periods.of_rows([(1, 0, 9, 0)], dict(enumerate([*STATES, STATES[0]])))
    pairs = periods.table.boards_and_titles()
    told = [pairs.distinct[place] for place in pairs.place.tolist()]
    assert told == [(one.boards, one.category_title) for one in periods.states.values()]
    assert len(pairs.distinct) == len(set(told)) == 3


def test_a_field_made_of_another_says_of_each_state_what_is_made_of_its_value() -> None:
    asked: list[str] = []

    def first_letter(status: str) -> str:
        asked.append(status)
        return status[:1]

    made = Periods.of_rows([], dict(enumerate(STATES))).table.status.to(first_letter)
    assert [made.distinct[place] for place in made.place.tolist()] == ["o", "r", "o"]
    assert asked == ["open", "resolved"]
