"""Which whole numbers were seen, in little memory."""

from __future__ import annotations

from typing import Final

_NEAR: Final = 1 << 26
"""Numbers below it have a bit each, 8 MB for all of them; a set takes 70 bytes a number."""


class NumbersSeen:
    """Whole numbers, most of them small, of which each is to count once."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._far: set[int] = set()

    def first_time(self, number: int) -> bool:
        """Whether a number is seen for the first time, now."""
        if not 0 <= number < _NEAR:
            new = number not in self._far
            self._far.add(number)
            return new
        place, bit = number >> 3, 1 << (number & 7)
        if place >= len(self._bits):
            self._bits += bytes(place + 1 - len(self._bits) + (len(self._bits) >> 3))
        new = not self._bits[place] & bit
        self._bits[place] |= bit
        return new
