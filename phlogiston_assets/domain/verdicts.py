"""Checks that travel with the assets: what each holds, and what it found (operations.md, end).

What does not belong here: how a check finds out (see `load_checks` and `scope_checks`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Figure = int | float | str


@dataclass(frozen=True, slots=True)
class Check:
    """A check of an asset: `holds` is what it holds, `remedy` what to do where it fails.

    One that is not `severe` is a warning; where a `blocking` one fails, nothing is written and
    nothing that comes after is made.
    """

    asset: str
    name: str
    holds: str
    remedy: str
    severe: bool = True
    blocking: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: a sentence, and the figures that it rests on."""

    check: Check
    passed: bool
    sentence: str
    figures: Mapping[str, Figure] = field(default_factory=dict)


Tell = Callable[[Sequence[Verdict]], None]
"""Is told what checks found."""


class RefusedError(RuntimeError):
    """A blocking check failed, and nothing was written; `verdicts` are those of all checks."""

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        failed = [one for one in verdicts if one.check.blocking and not one.passed]
        told = [*(one.sentence for one in failed), *(one.check.remedy for one in failed)]
        super().__init__(" ".join(dict.fromkeys(told)))
        self.verdicts = tuple(verdicts)


def refuse_if_blocked(verdicts: Sequence[Verdict]) -> None:
    """Stop where a blocking check failed.

    Raises:
        RefusedError: one did; the message is what it found and what to do.
    """
    if any(one.check.blocking and not one.passed for one in verdicts):
        raise RefusedError(verdicts)
