"""Runs that are started at once, and how each of them may end."""

from __future__ import annotations

import re

from support.command_line import Outcome
from support.endurance import DAY, SCOPE

REBUILD = ("run", "--mode", "rerecon", "--no-load", "--scope", SCOPE)
REPORT = ("run", "--mode", "reports", "--no-load", "--scope", SCOPE, "--to", DAY)
PATIENT = 7200
"""Seconds to wait for a lock where no run is to be refused, however slow the machine is."""
_IN_USE = r"The (load|scope edit|report edit|site index) is in use by .*"
_SENTENCE = (
    rf"({_IN_USE}"
    r"|Another run is fetching a dump into \S+"
    r"); gave up after 0 s\. Wait for it to end and start again, or raise PHLOGISTON_LOCK_WAIT\."
)
REFUSED = re.compile(rf"([\w.]+\.Failure: )?{_SENTENCE}")
_WAITS = re.compile(rf"{_IN_USE}; waiting for up to {PATIENT} s\.")
_TOLD = re.compile(rf"error: (load|edit|site index): {_SENTENCE}")


def must_be_done_or_refused(done: Outcome, *, may_be_refused: bool) -> None:
    """No error but the lock's own sentence."""
    lines = done.err.splitlines()
    if done.code == 0:
        assert [line for line in lines if not _WAITS.fullmatch(line)] == []
        return
    assert may_be_refused, done.err
    assert lines
    assert [line for line in lines if not _TOLD.fullmatch(line)] == []
