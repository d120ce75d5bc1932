"""What the tags of a run tell of the scopes and days that it is for, whoever started it."""

from collections.abc import Mapping
from typing import Final

SCOPE: Final = "scope"
"""The tag by which this program says of its own runs for which scope they are."""
PARTITION: Final = "dagster/partition"
"""Dagster's tag for the one partition of a run: a day, or a day of a scope."""
DAY_OF_PARTITION: Final = f"{PARTITION}/date"
SCOPE_OF_PARTITION: Final = f"{PARTITION}/scope"
RANGE_START: Final = "dagster/asset_partition_range_start"
RANGE_END: Final = "dagster/asset_partition_range_end"
"""The tags by which Dagster knows that a run is for a range of partitions."""

Tags = Mapping[str, str]


def is_for(tags: Tags, scope: str) -> bool:
    """Whether a run is for a scope, or for several with it among them."""
    first, last = _scopes(tags)
    return first <= scope <= last


def scope_of_run(tags: Tags) -> str:
    """The scope that a run is for; "" for a load and for several scopes."""
    first, last = _scopes(tags)
    return first if first == last else ""


def _scopes(tags: Tags) -> tuple[str, str]:
    """The first and the last of the scopes that a run is for; both "" for a load."""
    one = tags.get(SCOPE) or tags.get(SCOPE_OF_PARTITION)
    if one:
        return one, one
    first, last = sorted(end.partition("|")[2] for end in _range(tags))
    return first, last


def days_of_run(tags: Tags) -> str:
    """The day or days that a run is for, in words."""
    first, last = (end.partition("|")[0] for end in _range(tags))
    if first:
        return first if first == last else f"{first} to {last}"
    return tags.get(DAY_OF_PARTITION) or tags.get(PARTITION, "").partition("|")[0]


def _range(tags: Tags) -> tuple[str, str]:
    """The ends of the range of partitions that a run is for; both "" if it is for none."""
    if RANGE_START in tags and RANGE_END in tags:
        return tags[RANGE_START], tags[RANGE_END]
    return "", ""
