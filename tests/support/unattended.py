"""A deployment that nobody looks after, and what is seen of it from outside.

What is waited for are the sensors' own ticks and the runs that they ask for, never a length of
time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from support.alarm_servers import Webhook
from support.dagster_deployment import Deployment
from support.dagster_dev import OVER, PastRun, Tick
from support.dump_server import DumpServer, whole

from resources.warehouse.database import Database
from resources.warehouse.load_store import current_load

SENSORS = ("new_dump", "scopes_up_to_date")


@dataclass(frozen=True)
class Seen:
    """What there is when nothing more happens: runs by id, ticks, the site's files, alarms."""

    runs: Mapping[str, PastRun]
    ticks: Mapping[str, Sequence[Tick]]
    load: date
    site: Mapping[str, str]
    alarms: Sequence[Mapping[str, Any]]

    @property
    def reports(self) -> set[str]:
        """The reports that the site holds, as `scope/day`; `scope/latest` is one of them."""
        folders = (Path(name).parent for name in self.site if name.endswith("/index.html"))
        return {str(one) for one in folders if len(one.parts) == 2 and one.name != "latest"}

    def since(self, before: Seen) -> list[PastRun]:
        """The runs that came since."""
        return [run for number, run in self.runs.items() if number not in before.runs]


@dataclass
class Unattended:
    """A deployment whose sensors are on, and the two servers that it knows."""

    deployment: Deployment
    dumps: DumpServer
    webhook: Webhook

    def published(self, body: bytes, day: date, hour: int = 4) -> Seen:
        """Let the server have a dump, made on the morning after a day; what comes of it."""
        made_at = datetime.combine(day, time(hour), UTC) + timedelta(days=1)
        self.dumps.will(whole(body, made_at))
        return self.quiet(datetime.now(UTC).timestamp())

    def quiet(self, since: float) -> Seen:
        """What there is once both sensors have looked twice, after all runs, and want none."""
        pages = self.deployment.pages

        def look() -> bool | None:
            runs = pages.runs().values()
            if any(run.status not in OVER for run in runs):
                return None
            last = max([since, *(run.ended for run in runs)])
            ticks = [tick for name in SENSORS for tick in pages.ticks(name)[:2]]
            rest = len(ticks) == 4 and all(
                tick.began > last and tick.status == "SKIPPED" for tick in ticks
            )
            return rest or None

        pages.until("what the sensors ask for", look)
        return self._seen()

    def _seen(self) -> Seen:
        pages, database = self.deployment.pages, Database(self.deployment.data_url)
        with database.read() as connection:
            load = current_load(connection)
        database.close()
        assert load is not None
        return Seen(
            runs=pages.runs(),
            ticks={name: pages.ticks(name) for name in SENSORS},
            load=load.day,
            site=files(self.deployment.place.home / "site"),
            alarms=tuple(self.webhook.posted),
        )


def files(site: Path) -> dict[str, str]:
    """A digest of every file that a visitor of the site can reach."""
    found = {}
    for folder, _, names in os.walk(site, followlinks=True):
        for path in (Path(folder, name) for name in names):
            parts = path.relative_to(site).parts
            if not any(part.startswith(".") for part in parts):
                found["/".join(parts)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found
