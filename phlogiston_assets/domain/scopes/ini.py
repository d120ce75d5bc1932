"""Reads one section of an INI file and remembers on which line each setting stands.

The grammar is that of ConfigParser without interpolation, which read these files for years but
forgets the lines of what it has read. What the settings mean does not belong here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from phlogiston_assets.domain.scopes.errors import Faults, ScopeFileError, shown

_HEADER = re.compile(r"\[([^]]+)\]")
_DELIMITER = re.compile(r"\s*[=:]\s*")
_COMMENTS = ("#", ";")


@dataclass(frozen=True, slots=True)
class Entry:
    """A setting as written: its value, its line, and its first continuation line, if any."""

    value: str
    line: int
    continued: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A section: the line of its header and its settings by lower-case name."""

    line: int
    entries: dict[str, Entry]


@dataclass(slots=True)
class _Reader:
    path: Path
    name: str
    faults: Faults
    section: Section | None = None
    headed: bool = False
    key: str = ""
    indent: int = 0

    def take(self, number: int, line: str) -> None:
        content = line.strip()
        if not content or content.startswith(_COMMENTS):
            return
        indent = len(line) - len(line.lstrip())
        if self.section and self.key and indent > self.indent:
            self._continue(self.section.entries, number, content)
            return
        self.indent = indent
        if header := _HEADER.match(content):
            self._open(number, header[1])
            return
        if self.section is None:
            self.section = Section(number, {})
            self.faults.add(self._no_section(number, f"{shown(content)} stands before any section"))
        self._set(self.section.entries, number, content)

    def _open(self, number: int, name: str) -> None:
        """Begin the section, or read on in it where the header is wrong."""
        so_far, self.key = self.section, ""
        self.section = so_far or Section(number, {})
        if name != self.name:
            raise self._no_section(number, f"unknown section [{name}]")
        if so_far and self.headed:
            fault = f"a second [{name}] section, after the one of line {so_far.line}"
            raise ScopeFileError(self.path, number, fault, "Put all settings into one section.")
        self.section = Section(number, self.section.entries)
        self.headed = True

    def _set(self, entries: dict[str, Entry], number: int, content: str) -> None:
        key, *value = _DELIMITER.split(content, maxsplit=1)
        self.key = ""
        if not key or not value:
            fault = f"{shown(content)} is no setting"
            raise ScopeFileError(self.path, number, fault, "Write it as name = value.")
        name = key.lower()
        if name in entries:
            fault = f"{name} is set a second time, after line {entries[name].line}"
            raise ScopeFileError(self.path, number, fault, "Keep one of the two lines.")
        self.key = name
        entries[name] = Entry(value[0], number)

    def _continue(self, entries: dict[str, Entry], number: int, content: str) -> None:
        so_far = entries[self.key]
        entries[self.key] = Entry(
            f"{so_far.value}\n{content}", so_far.line, so_far.continued or number
        )

    def _no_section(self, line: int | None, fault: str) -> ScopeFileError:
        remedy = f"Write [{self.name}] on a line of its own above the settings."
        return ScopeFileError(self.path, line, fault, remedy)

    def finished(self) -> Section:
        if self.section is None:
            raise self._no_section(None, f"there is no section [{self.name}]")
        return self.section


def physical_lines(text: str) -> Iterator[str]:
    r"""Yield the lines of *text* as an editor counts them (``\n``, ``\r\n`` or ``\r``)."""
    yield from text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_section(text: str, path: Path, name: str, faults: Faults) -> Section:
    r"""Return the section *name*, the only one that the file may have.

    A value that runs on in indented lines is joined by ``\n``. *faults* is told, naming *path*, of
    a missing, second or other section, a line that is no setting, and a setting that is set twice.
    Raises ScopeFileError for a file with no section and no setting at all.
    """
    reader = _Reader(path, name, faults)
    for number, line in enumerate(physical_lines(text), start=1):
        faults.attempt(reader.take, number, line)
    return reader.finished()
