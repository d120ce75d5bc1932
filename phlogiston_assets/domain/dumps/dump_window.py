"""A sliding view of a JSON file of any size: one block after the other, names and values from it.

It refuses what is no JSON, or cut off, with the place and what to do (domain.md, section 1).

What does not belong here: what a dump holds (see `dump`).
"""

from __future__ import annotations

import json
import re
from typing import Any, BinaryIO, NoReturn

from phlogiston_assets.domain.dumps.json_values import clean, decode

BLOCK = 2**20
"""Bytes read at a time: few enough to stay near the processor until their tasks are decoded."""
LONGEST_KEY = 4096
_NUMBER_LENGTH = 64
_LONGEST_WORD = len(r"\u00e")
"""What JSON's decoder may find wrong at the end of a cut text: half an escape, half of `false`."""
_KEY = re.compile(rb"\s*(\"(?:[^\"\\]|\\.)*\")\s*:\s*", re.DOTALL)
_BEGINNING_OF_KEY = re.compile(rb"\"(?:[^\"\\]|\\.)*(?:\\|\"\s*:?\s*)?\Z", re.DOTALL)
_SPACE = re.compile(rb"\s*")


class DumpError(ValueError):
    """The file is no Phabricator dump; the message says what was found and what to do."""


class Window:
    """A sliding view of the file: `data[pos:]` is what has been read and not yet consumed."""

    def __init__(self, file: BinaryIO, start: int = 0) -> None:
        file.seek(start)
        self.file = file
        self.data = b""
        self.pos = 0
        self.base = start
        self.ended = False
        self.begun = start > 0
        """Whether the file has begun as a dump does."""

    @property
    def offset(self) -> int:
        """The place in the file of what comes next, in bytes."""
        return self.base + self.pos

    def grow(self) -> bool:
        """Read another block, dropping what was consumed; False at the end of the file."""
        if self.ended:
            return False
        block = self.file.read(max(BLOCK, len(self.data) - self.pos))
        self.ended = not block
        self.base += self.pos
        self.data = self.data[self.pos :] + block
        self.pos = 0
        return bool(block)

    def skip_space(self) -> bytes:
        """Skip white space and return the next byte without consuming it; b"" at the end."""
        while True:
            match = _SPACE.match(self.data, self.pos)
            self.pos = match.end() if match else self.pos
            if self.pos < len(self.data):
                return self.data[self.pos : self.pos + 1]
            if not self.grow():
                return b""

    def expect(self, wanted: bytes, where: str) -> bytes:
        """Consume one of the bytes in `wanted`."""
        found = self.skip_space()
        if not found or found not in wanted:
            self.refuse(where)
        self.begun = True
        self.pos += 1
        return found

    def key(self) -> str:
        """Consume a quoted key and its colon."""
        self.skip_space()
        while not (match := _KEY.match(self.data, self.pos)) or match.end() == len(self.data):
            if len(self.data) - self.pos > LONGEST_KEY or not self.grow():
                if self.ended and _BEGINNING_OF_KEY.match(self.data, self.pos):
                    self.pos = len(self.data)
                self.refuse("a quoted name and a colon were expected")
        try:
            name = str(decode(match[1]))
        except ValueError:
            self.refuse("a name is no JSON text")
        self.pos = match.end()
        return name

    def refuse(self, reason: str) -> NoReturn:
        """Raise the error that fits what lies at the window's position."""
        if self.pos >= len(self.data) and self.ended:
            raise DumpError(
                f"The dump is cut off after {self.offset:,} bytes ({reason}). "
                "Fetch it again; the previous load stays in place."
            )
        shown = self.data[self.pos : self.pos + 40].decode("utf-8", "replace")
        found = f"at byte {self.offset:,} {reason}, found {shown!r}"
        if self.begun:
            raise DumpError(
                f"The dump is damaged, or none of Phabricator's: {found}. Fetch it again; "
                "the previous load stays in place."
            )
        raise DumpError(
            f"This is no Phabricator dump: {found}. Give a phabricator_public.dump file."
        )

    def value(self, where: str) -> Any:
        """Consume one JSON value of any size, reading until it is whole."""
        while True:
            text = self.data[self.pos :].decode("utf-8", "surrogateescape")
            try:
                value, end = json.JSONDecoder().raw_decode(text)
            except (ValueError, RecursionError) as error:
                if not self.grow():
                    self.pos = len(self.data) if _misses_more(text, error) else self.pos
                    self.refuse(f"{where} does not end")
                continue
            if len(text) - end < _NUMBER_LENGTH and self.grow():
                continue  # the rest of a number may be still to come
            self.pos += len(text[:end].encode("utf-8", "surrogateescape"))
            return clean(value)


def _misses_more(text: str, error: Exception) -> bool:
    """Whether a text is good JSON as far as it goes."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated string") or len(text) - error.pos <= _LONGEST_WORD
