"""forecast.md, "What goes in": three numbers for each of the last completed weeks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.stories import Story, Told, scope_of_stories, story

from phlogiston_assets.domain.categories.categorisation import OPEN
from phlogiston_assets.domain.counting.aggregation import daily_runs
from phlogiston_assets.domain.counting.flows import MOST_WEEKS, Flows, flows_of


def flows_told(told: Told) -> Flows:
    return flows_of(told.columns, told.categorised, (0, told.last))


def week_of(flows: Flows, day: int) -> list[list[list[float]]]:
    """[came in, went out, completed] of category A, oldest week first, as (count, points)."""
    weeks = flows.weeks(day)
    columns = (weeks.came_in, weeks.went_out, weeks.completed)
    return [[(column[n, 0] / (1, weeks.scale)).tolist() for column in columns]
            for n in range(len(weeks))]  # fmt: skip


def busy() -> Told:
    return scope_of_stories(
        story(1).on(0, "A", points=3).on(7, "A", "resolved", points=3),
        story(2, made=8).on(8, "A", points=0.5).on(14, "A", points=2),
        story(3).on(0, "A", "resolved", points=1).on(14, "A", points=1),
        story(4).on(0, "A", points=5).on(9, "B", points=5),
        last=20,
    )


def test_a_week_tells_what_came_in_went_out_and_was_completed_less_what_was_reopened() -> None:
    flows = flows_told(busy())
    first = [[0, 0], [0, 0], [1, 3]]
    second = [[1, 2], [1, 5], [-1, -1]]
    assert week_of(flows, 14) == [first, second]


def test_a_week_ends_on_the_day_itself_and_begins_after_the_day_a_week_before() -> None:
    flows = flows_told(busy())
    assert week_of(flows, 7)[0][2] == [1, 3]
    assert week_of(flows, 13)[0][2] == [1, 3]
    assert week_of(flows, 15)[0][0] == [1, 0.5]
    assert week_of(flows, 15)[1][0] == [0, 1.5]
    assert week_of(flows, 15)[0][2] == [1, 3]


def test_weeks_are_whole_and_never_reach_before_the_first_day() -> None:
    flows = flows_told(busy())
    counts = [flows.count_weeks(day) for day in (0, 6, 7, 13, 14, 20)]
    assert counts == [0, 0, 1, 1, 2, 2]
    assert [len(flows.weeks(day)) for day in (0, 6, 7, 13, 14, 20)] == counts


def test_at_most_half_a_year_is_looked_at() -> None:
    flows = flows_told(scope_of_stories(story(1).on(0, "A"), last=400))
    assert len(flows.weeks(400)) == MOST_WEEKS == 26


@pytest.mark.parametrize("day", [0, 6, 7, 14, 20])
def test_what_is_open_is_what_the_daily_figures_say(day: int) -> None:
    told = busy()
    runs = daily_runs(told.categorised)
    then = (runs.status == OPEN) & (runs.first <= day) & (runs.end > day)
    wanted = np.zeros((3, 2))
    np.add.at(wanted[:, 0], runs.category[then], runs.count[then])
    np.add.at(wanted[:, 1], runs.category[then], runs.units[then])
    flows = flows_told(told)
    assert (flows.weeks(day).open == wanted).all()
    assert flows.scale == runs.scale


def test_a_history_that_begins_later_tells_the_same_from_there_on() -> None:
    told, first = busy(), 7
    changes = told.columns
    later = {
        name: getattr(changes, name)[changes.day > first]
        for name in ("task", "day", "category", "cause", "count", "units")
    }
    flows = flows_of(replace(changes, **later), told.categorised, (first, told.last))
    whole = flows_told(told)
    assert (flows.open == whole.open[first:]).all()
    assert flows.last_day == whole.last_day
    assert flows.count_weeks(20) == 1
    assert week_of(flows, 20) == week_of(whole, 20)[-1:]


def test_what_is_open_moves_by_what_the_weeks_say() -> None:
    flows = flows_told(busy())
    weeks = flows.weeks(14)
    assert (flows.open[0] + weeks.net.sum(axis=0) == weeks.open).all()
    assert flows.last_day == 20


def test_points_too_great_for_64_bits_are_summed_without_loss() -> None:
    one: Story = story(1).on(0, "A", points=1e300).on(5, "A", points=1e300 / 3)
    flows = flows_told(scope_of_stories(one, story(2).on(0, "A", points=0.1), last=10))
    told = flows.weeks(10)
    exact = flows.open[0, 0, 1] - flows.open[10, 0, 1]
    assert told.went_out[0, 0, 1] == exact > 0
