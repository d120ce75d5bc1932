"""Where a benchmark is run: its folder, dump, scopes and database."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final, Self

from resources.settings import Settings

TRIED: Final = "b000"
"""The scope of the lines about one scope: 6,000 tasks wherever the dump is large enough."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The place of measurements on one database; `url` is empty for SQLite.

    `dump` closes `last_day`, and the scopes of `prefixes` begin on `first_day`. `next_dump` is the
    same history a day later, "" where there is none.
    """

    folder: str
    dump: str
    scopes: str
    url: str
    first_day: str
    last_day: str
    prefixes: tuple[str, ...]
    next_dump: str = ""

    @property
    def first(self) -> date:
        """The first day of the scopes."""
        return date.fromisoformat(self.first_day)

    @property
    def last(self) -> date:
        """The last day of the dump."""
        return date.fromisoformat(self.last_day)

    @property
    def next_day(self) -> date:
        """The last day of the next dump."""
        return self.last + timedelta(days=1)

    @property
    def all_but_last(self) -> list[date]:
        """All days of the scopes but the last."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days)]

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a command on this ground, without the user's own settings.

        Where Dagster's PostgreSQL is, is kept: it is read only by a dagster.yaml that names it.
        Compiled modules are written: an installation has them.
        """
        ours = ("PHLOGISTON_", "DAGSTER_", "PYTHONDONTWRITEBYTECODE")
        kept = {
            name: value
            for name, value in os.environ.items()
            if name.startswith("DAGSTER_POSTGRES_") or not name.startswith(ours)
        }
        return {
            **kept,
            "PHLOGISTON_HOME": self.folder,
            "PHLOGISTON_DATABASE_URL": self.url,
            "PHLOGISTON_SCOPES_DIR": self.scopes,
            "PHLOGISTON_DUMP_URL": self.dump,
            "PHLOGISTON_START_DATE": self.first_day,
        }

    @property
    def settings(self) -> Settings:
        """The settings of this ground."""
        return Settings(
            home=Path(self.folder),
            database_url=self.url,
            scopes_dir=Path(self.scopes),
            dump_url=self.dump,
            start_date=self.first,
        )

    def text(self) -> str:
        """The ground as JSON (inverse of `of_text`)."""
        return json.dumps(asdict(self))

    @classmethod
    def of_text(cls, text: str) -> Self:
        """The ground that a text tells of."""
        values = json.loads(text)
        return cls(**{**values, "prefixes": tuple(values["prefixes"])})
