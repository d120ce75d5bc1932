"""Labels at the edge never lie over one another."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phlogiston_assets.domain.charts.edge_labels import spread

heights = st.lists(st.floats(-50, 450), max_size=20).map(sorted)


@given(heights)
def test_labels_keep_their_order_and_distance(wanted: list[float]) -> None:
    found = spread(wanted, 15, 0, 400)
    assert all(below - above >= 15 - 1e-6 for above, below in pairwise(found))


@given(heights)
def test_labels_stay_within_the_edges(wanted: list[float]) -> None:
    found = spread(wanted, 15, 0, 400)
    assert all(-1e-6 <= height <= 400 + 1e-6 for height in found)


@given(st.lists(st.integers(0, 25), max_size=20, unique=True).map(sorted))
def test_labels_that_have_room_stay_where_they_are_wanted(places: list[int]) -> None:
    wanted = [15.0 * place for place in places]
    assert spread(wanted, 15, 0, 400) == pytest.approx(wanted)


def test_labels_that_would_overlap_move_as_little_as_possible() -> None:
    assert spread([100, 100, 100], 10, 0, 400) == pytest.approx([90, 100, 110])


def test_too_many_labels_run_over_the_lower_edge_instead_of_over_one_another() -> None:
    assert spread([5.0] * 4, 10, 0, 15) == pytest.approx([0, 10, 20, 30])
