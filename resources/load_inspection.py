"""Looking at a load before it takes the place of the one before."""

from __future__ import annotations

from dataclasses import dataclass, field

from phlogiston_assets.domain.dumps.load_checks import LoadFacts, LoadLimits, check_load
from phlogiston_assets.domain.verdicts import Verdict, refuse_if_blocked


@dataclass
class LoadInspection:
    """Checks one load; `verdicts` and `rows` by table are there once it was called."""

    limits: LoadLimits
    accept_loss: bool = False
    verdicts: list[Verdict] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)

    def __call__(self, facts: LoadFacts) -> None:
        """Check the load.

        Raises:
            RefusedError: it must not take the place of the one before.
        """
        self.rows = dict(facts.rows)
        self.verdicts = check_load(facts, self.limits, accept_loss=self.accept_loss)
        refuse_if_blocked(self.verdicts)
