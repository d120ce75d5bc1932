"""The way figures in sentences are accounted for can fail, and does where it should."""

import pytest
from support.accounting import account, account_all
from support.page_text import blocks_of

SAID = "On 1 May 2024, 12 tasks were open and \N{MINUS SIGN}2.5 resolved (1 %)."


def test_a_sentence_of_which_every_figure_is_known_passes() -> None:
    account(SAID, "1 May 2024", "12 tasks", "\N{MINUS SIGN}2.5 resolved", "(1 %)")


@pytest.mark.parametrize(
    "fragments",
    [
        ["1 May 2024", "12 tasks", "\N{MINUS SIGN}2.5 resolved"],
        ["1 May 2024", "2 tasks", "\N{MINUS SIGN}2.5 resolved", "(1 %)"],
        ["1 May 2024", "12 tasks", "2.5 resolved", "(1 %)"],
        ["1 May 2024", "12 tasks", "\N{MINUS SIGN}2", "5 resolved", "(1 %)"],
        ["12 tasks", "1 May 2024", "\N{MINUS SIGN}2.5 resolved", "(1 %)"],
    ],
    ids=["one is not known", "part of a number", "sign", "decimals", "order"],
)
def test_a_figure_that_nobody_accounts_for_is_found(fragments: list[str]) -> None:
    with pytest.raises(AssertionError, match=r"nobody accounts|not said"):
        account(SAID, *fragments)


def test_among_many_words_none_may_lack_or_be_too_many() -> None:
    account_all(["1", "2", "9"], ["1", "2"], ["9", "8"])
    for said in (["1"], ["1", "2", "2"]):
        with pytest.raises(AssertionError, match=r"not said|nobody accounts"):
            account_all(said, ["1", "2"])


def test_a_block_is_walked_back_by_whoever_finds_it_equal_to_his_own_text() -> None:
    first, second, third, fourth, fifth = blocks_of("".join(f"<p>{n}</p>" for n in "12345"))
    assert [first.text, second.text] == ["1", "2"]
    assert third.text != "4"
    account(fourth.text, "4")
    account_all([fifth.text], ["5"])
    walked = [one.walked for one in (first, second, third, fourth, fifth)]
    assert walked == [True, True, False, True, True]


def test_a_block_that_is_not_accounted_for_is_not_walked_back() -> None:
    (block,) = blocks_of("<p>1 of 2</p>")
    with pytest.raises(AssertionError, match="nobody accounts"):
        account(block.text, "1 of")
    assert "1" in block.text
    assert not block.walked


def test_blocks_that_say_the_same_are_walked_back_together() -> None:
    """Whichever is found first; that two are equal says of neither where it comes from."""
    caption, picture, late = blocks_of("<p>7</p><p>7</p><p>7</p>")
    assert caption.text == picture.text
    assert not any(one.walked for one in (caption, picture))
    assert picture.text == "7"
    assert caption.walked
    assert late.text == caption.text
    assert late.walked
