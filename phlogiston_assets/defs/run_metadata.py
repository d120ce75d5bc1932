"""What Dagster is told with each materialisation: counts, seconds, rows, and where a report is."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from phlogiston_assets.defs.catalogue import tables_of

_OF_DAYS = ("task_on_date_recategorized", "task_on_date_agg")
"""Tables whose rows are counted on the day of the partition."""


def merged(by_scope: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """The metadata of one scope as it is, of several as one small table a scope."""
    if len(by_scope) == 1:
        return next(iter(by_scope.values()))
    return {scope: dg.MetadataValue.json(dict(values)) for scope, values in by_scope.items()}


def of_figures(asset: str, by_scope: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """The metadata of one of the tables of figures, with its rows where it is of one scope."""
    plain = {
        scope: {name: value for name, value in told.items() if name != "rows"}
        for scope, told in by_scope.items()
    }
    if len(by_scope) > 1:
        return merged(plain)
    ((scope, told),) = by_scope.items()
    name = "dagster/partition_row_count" if asset in _OF_DAYS else "dagster/row_count"
    rows = told["rows"]
    return {**plain[scope], name: sum(rows[table] for table in tables_of(asset) if table in rows)}


def of_report(published: Mapping[str, Any], *, alone: bool) -> Mapping[str, Any]:
    """The metadata of a report, with its picture only where it is not copied into many events."""
    plain = {name: value for name, value in published.items() if name not in ("burnup", "address")}
    if published["address"]:
        plain["report"] = (
            dg.MetadataValue.url(published["address"]) if alone else published["address"]
        )
    if not alone:
        return plain
    picture = dg.MetadataValue.md(f"![Burnup](data:image/png;base64,{published['burnup']})")
    return {**plain, "page": dg.MetadataValue.path(plain["page"]), "burnup": picture}
