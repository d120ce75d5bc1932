"""Names are shortened to the room there is, and still told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phlogiston_assets.domain.charts.lettering import shortened, text_width, told_apart


@given(st.text(max_size=90), st.floats(20, 400))
def test_shortened_text_fits(text: str, room: float) -> None:
    assert text_width(shortened(text, 12, room), 12) <= room


@given(st.text(max_size=90))
def test_text_that_fits_stays_as_it_is(text: str) -> None:
    assert shortened(text, 12, text_width(text, 12)) == text


def test_no_text_is_no_text_in_however_little_room() -> None:
    assert shortened("", 12, -5) == ""


def test_wide_letters_take_more_room() -> None:
    assert text_width("日本語", 10) > text_width("abc", 10) > text_width("ill", 10)
    assert text_width("abc", 10, bold=True) > text_width("abc", 10)


def test_signs_have_room_in_fonts_in_which_they_are_wider_than_figures() -> None:
    assert text_width("\N{MINUS SIGN}1", 10) > text_width("11", 10)


def test_long_names_that_begin_alike_lose_their_beginning() -> None:
    names = ["extension-number-one-maps", "extension-number-one-search", "Short", "Other"]
    short = told_apart(names, 12, 120)
    assert short == {
        "extension-number-one-maps": "…maps",
        "extension-number-one-search": "…search",
        "Short": "Short",
        "Other": "Other",
    }


def test_a_long_name_alone_keeps_its_beginning() -> None:
    assert told_apart(["A very long name of a category"], 12, 120) == {
        "A very long name of a category": "A very long name…"
    }


@pytest.mark.parametrize("names", [[], [""], ["", ""], ["x" * 200, "x" * 199], ["a-" * 80, "a-"]])
def test_odd_names_do_no_harm(names: list[str]) -> None:
    short = told_apart(names, 12, 100)
    assert set(short) == set(names)
    assert all(text_width(one, 12) <= 100 for one in short.values())
