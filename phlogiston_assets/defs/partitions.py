"""Days and scopes as partitions (operations.md, Partitions)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import dagster as dg

from phlogiston_assets.defs.run_tags import DAY_OF_PARTITION, RANGE_START

SCOPES = dg.DynamicPartitionsDefinition(name="scope")
"""The scopes whose files are in the scopes folder."""


@dataclass(frozen=True)
class Partitions:
    """The partitions of all assets: days in UTC, complete once over, and days by scope."""

    daily: dg.DailyPartitionsDefinition
    by_scope: dg.MultiPartitionsDefinition

    @classmethod
    def since(cls, first: date) -> "Partitions":
        """Partitions that begin with a day."""
        daily = dg.DailyPartitionsDefinition(start_date=first.isoformat(), timezone="UTC")
        return cls(daily, dg.MultiPartitionsDefinition({"date": daily, "scope": SCOPES}))


def key_of(day: date, scope: str) -> dg.MultiPartitionKey:
    """The partition key of a day of a scope; reads `2024-01-01|ana`."""
    return dg.MultiPartitionKey({"date": day.isoformat(), "scope": scope})


def days_by_scope(keys: Iterable[str]) -> dict[str, list[date]]:
    """The days of each scope among partition keys, scopes and days ascending."""
    found: dict[str, list[date]] = defaultdict(list)
    for key in sorted(keys):
        day, scope = key.split("|", 1)
        found[scope].append(date.fromisoformat(day))
    return dict(sorted(found.items()))


def day_of_run(context: dg.AssetExecutionContext) -> date:
    """The one day that a run of a daily asset is for.

    Raises:
        dg.Failure: the run is for several days.
    """
    days = context.partition_keys
    if len(days) > 1:
        raise dg.Failure(
            f"This run is for {len(days)} days, but a load is of one: each dump holds all history. "
            "Materialise the newest day only.",
            allow_retries=False,
        )
    return date.fromisoformat(days[0])


def scopes_of_run(context: dg.AssetExecutionContext) -> dict[str, list[date]]:
    """The days of each scope that a run is for.

    Raises:
        dg.Failure: the run carries both a single day and a range, of which Dagster would do one.
    """
    tags = context.run.tags
    if RANGE_START in tags and DAY_OF_PARTITION in tags:
        raise dg.Failure(
            "This run carries both a range and a single partition, as job backfills do; only one "
            "day of it would be done. Start a backfill of the assets instead.",
            allow_retries=False,
        )
    return days_by_scope(context.partition_keys)
