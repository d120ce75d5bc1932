"""Each number counts once, near or far (operations.md, "Safe failing": wrong or huge values)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resources.numbers_seen import NumbersSeen

NEAR = st.integers(0, 300)
ANY = st.integers(-(2**40), 2**62) | st.integers(2**26 - 3, 2**26 + 3)


@given(st.lists(NEAR | ANY, max_size=200))
def test_a_number_is_seen_from_the_first_time_on(numbers: list[int]) -> None:
    seen = NumbersSeen()
    before: set[int] = set()
    for number in numbers:
        assert (number in seen) == (number in before)
        seen.add(number)
        before.add(number)
