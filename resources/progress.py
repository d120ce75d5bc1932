"""Showing how far long work has come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

Step = Callable[[int, str], None]
"""Called with how much is done and what to say of it."""

_SECONDS_BETWEEN_LINES: Final = 5.0


class Progress(Protocol):
    """Somebody who is told how far work has come."""

    def track(self, what: str, total: int | None, log: Callable[[str], None], /) -> Step:
        """Begin to track a piece of work of `total` units (None: unknown)."""


class LoggedProgress:
    """Writes a line to the run's log every few seconds."""

    def track(self, what: str, total: int | None, log: Callable[[str], None]) -> Step:
        """Begin to track a piece of work."""
        last = time.monotonic()

        def step(done: int, said: str) -> None:
            nonlocal last
            if time.monotonic() - last >= _SECONDS_BETWEEN_LINES:
                last = time.monotonic()
                share = f" ({done / total:.0%})" if total else ""
                log(f"{what}: {said}{share}")

        return step
