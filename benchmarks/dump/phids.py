"""Identifiers of Phabricator's form: the same for the same number, all different."""

from __future__ import annotations

from typing import Final

import numpy as np

_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_THREE: Final = [a + b + c for a in _ALPHABET for b in _ALPHABET for c in _ALPHABET]
_STOCK: Final = 2**20
_SPREAD: Final = 2_654_435_761
"""Knuth's multiplier: neighbouring numbers get letters from all over the stock."""


class Phids:
    """Letters drawn once; an identifier is a slice of them and its number in base 32."""

    def __init__(self, seed: int) -> None:
        drawn = np.random.default_rng([seed, 7]).integers(0, 32, _STOCK)
        letters = np.frombuffer(_ALPHABET.encode(), dtype="S1")[drawn]
        self.letters = letters.tobytes().decode()

    def of(self, kind: str, number: int) -> str:
        """The identifier of the thing of this kind and number, with twenty letters."""
        start = number * _SPREAD % (_STOCK - 40)
        tail = _THREE[number >> 15 & 32767] + _THREE[number & 32767]
        return f"PHID-{kind}-{self.letters[start : start + 14]}{tail}"

    def of_row(self, number: int) -> str:
        """The identifier of a transaction, with fifteen letters."""
        start = number * _SPREAD % (_STOCK - 40)
        tail = _THREE[number >> 15 & 32767] + _THREE[number & 32767]
        return f"PHID-XACT-TASK-{self.letters[start : start + 9]}{tail}"

    def group(self, number: int) -> str:
        """The name of an edit, with thirty-two letters."""
        start = number * _SPREAD % (_STOCK - 40)
        return self.letters[start : start + 32]
