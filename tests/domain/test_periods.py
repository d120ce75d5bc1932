"""Periods: which of them holds on a day, and the steps they are made of (domain.md, section 3)."""

from __future__ import annotations

import numpy as np
import pytest

from phlogiston_assets.domain.history.packed import BEGINNING, STATUS, Packer
from phlogiston_assets.domain.history.periods import NOWHERE, Periods, row_at

PERIODS = Periods.of_rows([(1, 10, 12, 7), (1, 12, 15, 8), (1, 20, 22, 7), (3, 11, 13, 8)])


def rows(task: int, days: list[int], periods: Periods = PERIODS) -> list[int]:
    tasks = np.full(len(days), task, dtype=np.int64)
    return list(row_at(periods, tasks, np.array(days, dtype=np.int64)).tolist())


def test_a_period_holds_from_its_first_day_to_the_day_before_its_end() -> None:
    assert rows(1, [10, 11, 12, 14, 20, 21]) == [0, 0, 1, 1, 2, 2]


def test_before_between_and_after_its_periods_a_task_is_nowhere() -> None:
    assert rows(1, [9, 15, 19, 22]) == [NOWHERE] * 4
    assert rows(3, [10, 11, 13]) == [NOWHERE, 3, NOWHERE]


def test_a_task_without_periods_is_nowhere() -> None:
    assert rows(2, [11]) == rows(0, [11]) == rows(4, [11]) == [NOWHERE]
    assert rows(1, [11], Periods.of_rows([])) == [NOWHERE]


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ([(5, 2)], [(5, 2)]),
        ([(5, 2), (5, 3)], [(5, 3)]),
        ([(5, 2), (5, 1)], []),
        ([(5, 2), (5, 3), (6, 4), (6, 3), (8, 1), (9, 1)], [(5, 3), (8, 1)]),
    ],
)
def test_of_the_changes_of_a_day_the_last_is_kept_if_it_changes_anything(
    changes: list[tuple[int, int]], kept: list[tuple[int, int]]
) -> None:
    packer = Packer()
    end = packer.add(STATUS, 0, 1, changes)
    steps = [(BEGINNING, 1), *kept]
    numbers = [number for day, value in steps for number in (STATUS, 0, day, value)]
    assert memoryview(packer.packed()).cast("i").tolist() == numbers
    assert end == steps[-1][1]
