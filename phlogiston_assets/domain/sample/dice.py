"""Chance and invented identifiers, the same everywhere for the same seed."""

import random
from binascii import b2a_base64
from collections.abc import Sequence
from hashlib import blake2b, shake_128
from typing import TypeVar

T = TypeVar("T")

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_PHID_LETTERS = bytes.maketrans(_BASE64, b"abcdefghijklmnopqrstuvwxyz234567" * 2)


class Dice(random.Random):
    """Draws made of `random()` and exact arithmetic alone.

    Python promises the sequence of `random()` for a seed, not that of the other methods; and
    logarithms may differ in the last bit between machines.
    """

    def chance(self, probability: float) -> bool:
        """Whether something of this probability happens."""
        return self.random() < probability

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, each as likely as the others."""
        return choices[int(self.random() * len(choices))]

    def skewed(self, mean: float) -> float:
        """A wait of this mean: mostly less than half of it, at times four times as long."""
        draw = self.random()
        return 4 * mean * draw * draw * draw


class Letters:
    """An endless run of the letters that identifiers are made of."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._refills = 0
        self._stock = ""
        self._used = 0

    def take(self, count: int) -> str:
        """The next letters."""
        end = self._used + count
        if end > len(self._stock):
            self._stock = self._stock[self._used :] + self._refill()
            end = count
        self._used = end
        return self._stock[end - count : end]

    def _refill(self) -> str:
        self._refills += 1
        return letters(shake_128(f"{self._seed} {self._refills}".encode()).digest(48_000))


def letters(data: bytes) -> str:
    """Bytes, a multiple of three, as letters of the alphabet that Phabricator uses."""
    return b2a_base64(data, newline=False).translate(_PHID_LETTERS).decode("ascii")


def phid(kind: str, number: int, seed: int) -> str:
    """The identifier of the thing of this kind and number, known without having met it."""
    digest = blake2b(f"{seed} {kind} {number}".encode(), digest_size=15).digest()
    return f"PHID-{kind}-{letters(digest)}"
