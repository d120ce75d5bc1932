"""What Dagster's catalogue tells of every asset: how fresh it is to be, and its tables' columns.

What does not belong here: how an asset is made, which is declared beside its body.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import dagster as dg

from phlogiston_assets.domain.alarms import DUE_AFTER
from resources.warehouse.column_notes import public_columns, public_tables

_TABLES: Final = {
    "changes": ("change_of_open", "changed_task"),
    "flow": ("flow_week", "cumulative_flow", "cycle_time", "cycle_time_by_category", "task_age"),
    "forecast": (
        *("forecast", "forecast_by_date", "forecast_by_week"),
        *("forecast_move", "forecast_said"),
    ),
    "forecast_record": ("forecast_score", "forecast_held", "forecast_past"),
}
"""The tables of the assets that are not called after the one that they have."""


def catalogued(
    assets: Iterable[dg.AssetsDefinition], alarm_after_days: int
) -> list[dg.AssetsDefinition]:
    """The assets with a freshness policy and the columns of their tables."""
    policy = freshness(alarm_after_days)

    def told(spec: dg.AssetSpec) -> dg.AssetSpec:
        metadata = column_metadata(tables_of(spec.key.to_user_string()))
        found: dg.AssetSpec = spec.merge_attributes(metadata=metadata)
        return found.replace_attributes(freshness_policy=policy)

    return list(dg.map_asset_specs(told, assets))


def freshness(alarm_after_days: int) -> dg.FreshnessPolicy:
    """A warning where nothing came for a day, a failure after so many days (operations.md)."""
    fail = timedelta(days=alarm_after_days) + DUE_AFTER
    warn = timedelta(days=1) + DUE_AFTER
    return dg.FreshnessPolicy.time_window(fail, warn if warn < fail else None)


def tables_of(asset: str) -> tuple[str, ...]:
    """The tables that an asset writes; none for files."""
    return _TABLES.get(asset) or ((asset,) if asset in set(public_tables()) else ())


def column_metadata(tables: Iterable[str]) -> dict[str, dg.MetadataValue | str]:
    """The first table's name and columns under Dagster's own keys, further ones under theirs."""
    found: dict[str, dg.MetadataValue | str] = {}
    for number, table in enumerate(tables):
        columns = [
            dg.TableColumn(name, type=kind, description=note)
            for name, kind, note in public_columns(table)
        ]
        value = dg.MetadataValue.table_schema(dg.TableSchema(columns))
        found["dagster/column_schema" if number == 0 else f"columns of {table}"] = value
        if number == 0:
            found["dagster/table_name"] = table
    return found
