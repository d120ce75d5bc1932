"""Runs that are started at once, and how each of them may end."""

from __future__ import annotations

import re

from support.command_line import Outcome
from support.endurance import DAY, SCOPE

REBUILD = ("run", "--mode", "rerecon", "--no-load", "--scope", SCOPE)
REPORT = ("run", "--mode", "reports", "--no-load", "--scope", SCOPE, "--to", DAY)
PATIENT = 7200
"""Seconds to wait for a lock where no run is to be refused, however slow the machine is."""
_SENTENCE = (
    r"(The (load|scope edit|report edit|site index) is in use by .*"
    r"|Another run is fetching a dump into \S+"
    r"); gave up after 0 s\. Wait for it to end and start again, or raise PHLOGISTON_LOCK_WAIT\."
)
REFUSED = re.compile(rf"([\w.]+\.Failure: )?{_SENTENCE}")
_TOLD = re.compile(rf"error: (load|edit|site index): {_SENTENCE}")


def must_be_done_or_refused(done: Outcome, *, may_be_refused: bool) -> None:
    """No error but the lock's own sentence."""
    if done.code == 0:
        assert done.err == "", done.err
        return
    assert may_be_refused, done.err
    lines = done.err.splitlines()
    assert lines
    assert [line for line in lines if not _TOLD.fullmatch(line)] == []
