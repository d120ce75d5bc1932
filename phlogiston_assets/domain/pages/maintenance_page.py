"""The maintenance proportions of all scopes: maintenance ÷ (maintenance + new functionality)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from phlogiston_assets.domain.charts.wording import counted, number, percent
from phlogiston_assets.domain.pages.summary import KindsOfWork, ScopeSummary
from phlogiston_assets.domain.pages.tables import Cell, Column, Table

PAGE = "maintenance.html"
CSV = "maintenance.csv"
_UNKNOWN = KindsOfWork(math.nan, math.nan, math.nan, math.nan)


def maintenance_table(summaries: Sequence[ScopeSummary]) -> Table:
    """One row a scope (reports.md, "Publishing": one page shows all maintenance proportions)."""
    return Table(
        slug="maintenance",
        caption="Resolved in the three months to each report\N{RIGHT SINGLE QUOTATION MARK}s day",
        columns=(
            Column("Scope", wide=True),
            Column("Group"),
            Column("Share by count", numeric=True),
            Column("Tasks", numeric=True),
            Column("Share by points", numeric=True),
            Column("Points", numeric=True),
            Column("Data of", tight=True),
        ),
        rows=[_row(summary) for summary in summaries],
        csv=CSV,
        empty="No scope has a report yet.",
    )


def maintenance_finding(summaries: Sequence[ScopeSummary]) -> str:
    """How much all scopes together did, in words; a task in two scopes counts in both.

    Scopes that have no share, since more was reopened than resolved, are left out.
    """
    known = [one.kinds for one in summaries if one.kinds and _has_share(one.kinds)]
    part = sum(kinds.maintenance_count for kinds in known)
    whole = part + sum(kinds.new_count for kinds in known)
    if not whole > 0:
        return "Nothing that is marked as maintenance or new functionality was resolved."
    tasks = counted(int(whole), "task")
    return (
        f"Of {tasks} marked as maintenance or new functionality, {percent(part, whole)}"
        f" {'was' if whole == 1 else 'were'} maintenance."
    )


def maintenance_frame(summaries: Sequence[ScopeSummary]) -> pd.DataFrame:
    """Columns scope, title, group, date, the shares, and the amounts of both kinds of work."""
    rows = []
    for summary in summaries:
        kinds = summary.kinds or _UNKNOWN
        rows.append(
            {
                "scope": summary.prefix,
                "title": summary.title,
                "group": summary.group,
                "date": summary.day.isoformat(),
                "share_count": _share(kinds.maintenance_count, kinds.new_count),
                "share_points": _share(kinds.maintenance_points, kinds.new_points),
                "maintenance_count": kinds.maintenance_count,
                "new_count": kinds.new_count,
                "maintenance_points": kinds.maintenance_points,
                "new_points": kinds.new_points,
            }
        )
    columns = ["scope", "title", "group", "date", "share_count", "share_points"]
    return pd.DataFrame(rows, columns=[*columns, *KindsOfWork.__dataclass_fields__])


def _has_share(kinds: KindsOfWork) -> bool:
    return not math.isnan(_share(kinds.maintenance_count, kinds.new_count))


def _row(summary: ScopeSummary) -> tuple[Cell, ...]:
    kinds = summary.kinds or _UNKNOWN
    return (
        Cell(summary.title, href=f"{summary.prefix}/latest/index.html", aside=summary.prefix),
        Cell(summary.group),
        *_cells(kinds.maintenance_count, kinds.new_count),
        *_cells(kinds.maintenance_points, kinds.new_points),
        Cell(summary.day.isoformat()),
    )


def _cells(part: float, rest: float) -> tuple[Cell, Cell]:
    """The share, and the amounts that it is made of."""
    share = _share(part, rest)
    if math.isnan(share):
        return Cell(number(share), quiet=True), Cell("", quiet=True)
    whole = part + rest
    amounts = f"{number(part)} of {number(whole)}"
    return Cell(percent(part, whole), sort=repr(share)), Cell(amounts, sort=repr(whole))


def _share(part: float, rest: float) -> float:
    """NaN where it has no meaning: nothing was done, or more was reopened than resolved."""
    whole = part + rest
    return part / whole if whole > 0 and part >= 0 and rest >= 0 else math.nan
