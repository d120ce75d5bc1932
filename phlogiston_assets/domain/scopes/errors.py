"""The one error of this package, how several are gathered, and how a place in a file is written.

Faults of the load or of a run do not belong here, only faults of the files that a team writes.
"""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import ParamSpec, TypeVar

_Given = ParamSpec("_Given")
_Read = TypeVar("_Read")

_SHOWN = 80


def place(path: Path, line: int | None) -> str:
    """Name a place in a file, as in ``scopes/ve_scope.py, line 3``."""
    return f"{path}" if line is None else f"{path}, line {line}"


def shown(text: str) -> str:
    """Return *text* between quotes for a message, cut where it is longer than a line."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``Did you mean 'x'? `` for the known word that is closest to *word*, else ``""``."""
    by_lower = {str(name).lower(): str(name) for name in known}
    close = get_close_matches(word.lower(), by_lower, n=1)
    return f"Did you mean {by_lower[close[0]]!r}? " if close else ""


class ScopeFileError(ValueError):
    """A scope's file is wrong: where, what is wrong, and what would be right.

    Serves domain.md, section 4 ("A wrong file ... is refused with file, line, what is wrong and
    what would be right").

    *path* is the file (or folder), *line* its physical line counted from 1, or None where the
    fault has no line; *fault* is a clause without a full stop, *remedy* is one or more sentences.
    *others* are what else is wrong in the same scope's files.
    """

    def __init__(
        self,
        path: Path,
        line: int | None,
        fault: str,
        remedy: str,
        others: "tuple[ScopeFileError, ...]" = (),
    ) -> None:
        """Keep the parts; they are also the exception's args, so that it can be pickled."""
        super().__init__(path, line, fault, remedy, others)
        self.path = path
        self.line = line
        self.fault = fault
        self.remedy = remedy
        self.others = others

    @property
    def faults(self) -> "tuple[ScopeFileError, ...]":
        """All that is wrong, one fault each, this one first."""
        return ScopeFileError(self.path, self.line, self.fault, self.remedy), *self.others

    def __str__(self) -> str:
        """Return one paragraph: ``place: fault. remedy``, and how many other faults there are."""
        told = f"{place(self.path, self.line)}: {self.fault}. {self.remedy}"
        if not self.others:
            return told
        more = "1 more fault" if len(self.others) == 1 else f"{len(self.others)} more faults"
        return f"{told} `phlogiston check` tells of {more}."


def without_folder(sentence: str, folder: Path) -> str:
    """The sentence with a file named without its folder on the server, for readers of pages."""
    return sentence.replace(f"{folder}/", "")


class Faults:
    """Gathers what is wrong, so that a file's author learns of all of it at once."""

    def __init__(self) -> None:
        """Begin without any fault."""
        self._found: list[ScopeFileError] = []

    def __bool__(self) -> bool:
        """Whether anything is wrong."""
        return bool(self._found)

    def add(self, error: ScopeFileError) -> None:
        """Note a fault, and go on."""
        self._found.extend(error.faults)

    def attempt(
        self, read: Callable[_Given, _Read], *given: _Given.args, **more: _Given.kwargs
    ) -> _Read | None:
        """Return what *read* makes of the rest; None, with its faults noted, if it raises them."""
        try:
            return read(*given, **more)
        except ScopeFileError as error:
            self.add(error)
            return None

    def error(self) -> ScopeFileError:
        """All that was gathered as one error, file by file in the order of lines."""
        paths = [*dict.fromkeys(fault.path for fault in self._found)]
        first, *others = sorted(
            self._found, key=lambda fault: (paths.index(fault.path), fault.line or 0)
        )
        return ScopeFileError(first.path, first.line, first.fault, first.remedy, tuple(others))
