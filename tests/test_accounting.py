"""The way figures in sentences are accounted for can fail, and does where it should."""

import pytest
from support.accounting import account, account_all

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
