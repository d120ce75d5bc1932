"""The one error of this package, and how a place in a scope's files is written.

Faults of the load or of a run do not belong here, only faults of the files that a team writes.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

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
    """

    def __init__(self, path: Path, line: int | None, fault: str, remedy: str) -> None:
        """Keep the four parts; they are also the exception's args, so that it can be pickled."""
        super().__init__(path, line, fault, remedy)
        self.path = path
        self.line = line
        self.fault = fault
        self.remedy = remedy

    def __str__(self) -> str:
        """Return one paragraph: ``place: fault. remedy``."""
        return f"{place(self.path, self.line)}: {self.fault}. {self.remedy}"
