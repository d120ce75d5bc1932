"""The site's own pages: all scopes by group, a dashboard a group, and the maintenance proportions.

Scopes whose report is stale or whose last run failed are marked on all but the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

import pandas as pd

from phlogiston_assets.domain.charts.wording import day_text, instant_text
from phlogiston_assets.domain.pages import maintenance_page
from phlogiston_assets.domain.pages.context import IndexContext
from phlogiston_assets.domain.pages.csv_files import csv_bytes
from phlogiston_assets.domain.pages.group_page import UNGROUPED, group_file, group_key
from phlogiston_assets.domain.pages.main_burnup import MAIN_BURNUP, MAIN_BURNUP_NARROW
from phlogiston_assets.domain.pages.summary import PICTURE, ScopeSummary
from phlogiston_assets.domain.pages.templating import furniture, render

CSV = "scopes.csv"
_COLUMNS = [
    "scope", "title", "group", "date", "generated_at", "newest_change",
    "open", "resolved", "open_points", "resolved_points", "warnings", "mark", "reason",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A scope: its summary, where its report is, and what is wrong with it, if anything."""

    prefix: str
    title: str
    group: str
    summary: ScopeSummary | None
    mark: str = ""
    reason: str = ""

    @property
    def href(self) -> str:
        """The newest report, from the index."""
        return f"{self.prefix}/latest/index.html"

    @property
    def picture(self) -> str:
        """The small burnup of the newest report."""
        return f"{self.prefix}/latest/{PICTURE}"

    @property
    def burnups(self) -> tuple[str, str]:
        """The main burnups of the newest report, for wide and narrow screens."""
        home = f"{self.prefix}/latest"
        return f"{home}/{MAIN_BURNUP}", f"{home}/{MAIN_BURNUP_NARROW}"


@dataclass(frozen=True, slots=True)
class IndexGroup:
    """A group of scopes and the file of its dashboard."""

    title: str
    file: str
    rows: Sequence[IndexRow]


def render_index(
    summaries: Sequence[ScopeSummary], context: IndexContext, templates: Path
) -> dict[str, bytes]:
    """The files of the site's root (reports.md, "Publishing").

    Scopes are listed by group, groups and scopes in the order of their titles; scopes that failed
    before their first report are listed too.
    """
    rows = _rows(summaries, context)
    groups = _groups(rows)
    known = {
        "groups": groups,
        "maintenance": maintenance_page.PAGE,
        "generated_at": context.generated_at,
        "due_day": context.due_day,
        "instant_text": instant_text,
        "day_text": day_text,
    }
    index = {"alone": len(groups) == 1, "total": len(rows), "csv": CSV}
    marked = sum(1 for row in rows if row.mark)
    listed = [row.summary for row in rows if row.summary is not None]
    share = {
        "finding": maintenance_page.maintenance_finding(listed),
        "table": maintenance_page.maintenance_table(listed),
    }
    return {
        **furniture(templates),
        "index.html": render(templates, "site_index.html", marked=marked, **index, **known),
        CSV: csv_bytes(_frame(rows)),
        maintenance_page.PAGE: render(templates, "maintenance.html", **share, **known),
        maintenance_page.CSV: csv_bytes(maintenance_page.maintenance_frame(listed)),
        **{one.file: render(templates, "group.html", group=one, **known) for one in groups},
    }


def _rows(summaries: Sequence[ScopeSummary], context: IndexContext) -> list[IndexRow]:
    rows = [_row(summary, context) for summary in summaries]
    known = {summary.prefix for summary in summaries}
    rows += [
        IndexRow(prefix, prefix, "", None, "failed", reason)
        for prefix, reason in context.failures.items()
        if prefix not in known
    ]
    rows.sort(key=lambda row: (not group_key(row.group), group_key(row.group), _place(row)))
    return rows


def _place(row: IndexRow) -> tuple[str, str]:
    return row.title.casefold(), row.prefix


def _groups(rows: Sequence[IndexRow]) -> list[IndexGroup]:
    """The rows by group; a group that is spelt in two ways is called as its first scope has it."""
    found = []
    for key, members in groupby(rows, key=lambda row: group_key(row.group)):
        mine = list(members)
        found.append(IndexGroup(mine[0].group.strip() if key else UNGROUPED, group_file(key), mine))
    return found


def _frame(rows: Sequence[IndexRow]) -> pd.DataFrame:
    """One row a scope: _COLUMNS."""
    told = [
        {
            "scope": row.prefix,
            "title": row.title,
            "group": row.group,
            **({"date": row.summary.day, **asdict(row.summary)} if row.summary else {}),
            "mark": row.mark,
            "reason": row.reason,
        }
        for row in rows
    ]
    return pd.DataFrame(told, columns=_COLUMNS)


def _row(summary: ScopeSummary, context: IndexContext) -> IndexRow:
    mark, reason = "", ""
    if summary.prefix in context.failures:
        mark, reason = "failed", context.failures[summary.prefix]
    elif summary.day < context.due_day:
        mark = "stale"
        reason = f"The report of {day_text(context.due_day)} is missing."
    return IndexRow(summary.prefix, summary.title, summary.group, summary, mark, reason)
