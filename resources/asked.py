"""What a sensor has asked for and not yet seen done, so that it asks neither twice nor never again.

Kept in the sensor's cursor. The same work may come back (an edit, and the edit undone), so a run's
key tells not only the work but also how often anything was asked for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

ASK_AGAIN: Final = timedelta(hours=1)
"""After this long, work that is still due although it was asked for is asked for again: its run
failed, for a reason that may have passed."""


@dataclass
class Asked:
    """The work asked for, by what it is for (a scope, say); `now` is the instant of this tick."""

    now: datetime
    count: int = 0
    work: dict[str, tuple[str, float]] = field(default_factory=dict)

    @classmethod
    def of_cursor(cls, cursor: str | None, now: datetime) -> Asked:
        """Read a cursor; one that is missing or not ours begins anew, with keys never used."""
        try:
            told = json.loads(cursor or "")
            work = {str(key): (str(one), float(at)) for key, (one, at) in told["work"].items()}
            return cls(now, int(told["count"]), work)
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls(now, int(now.timestamp() * 1000))

    @property
    def cursor(self) -> str:
        """The cursor to keep."""
        return json.dumps({"count": self.count, "work": self.work}, sort_keys=True)

    def run_key(self, subject: str, work: str) -> str | None:
        """The key of a run that does the work; None if it was asked for and not long ago."""
        before, at = self.work.get(subject, ("", 0.0))
        if before == work and self.now.timestamp() - at < ASK_AGAIN.total_seconds():
            return None
        self.count += 1
        self.work[subject] = (work, self.now.timestamp())
        return f"{subject}|{work}|{self.count}"

    def done(self, subject: str) -> None:
        """Nothing is due of a subject: whatever comes next is asked for at once."""
        self.work.pop(subject, None)
