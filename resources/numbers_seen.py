"""Which whole numbers were seen, in little memory."""

from __future__ import annotations

from typing import Final

_NEAR: Final = 1 << 26
"""Numbers below it have a bit each, 8 MB for all of them; a set takes 70 bytes a number."""


class NumbersSeen:
    """A set of whole numbers, most of them small."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._far: set[int] = set()

    def __contains__(self, number: int) -> bool:
        if not 0 <= number < _NEAR:
            return number in self._far
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] & 1 << (number & 7))

    def add(self, number: int) -> None:
        """Note that a number was seen."""
        if not 0 <= number < _NEAR:
            self._far.add(number)
            return
        place = number >> 3
        if place >= len(self._bits):
            self._bits += bytes(place + 1 - len(self._bits) + (len(self._bits) >> 3))
        self._bits[place] |= 1 << (number & 7)
