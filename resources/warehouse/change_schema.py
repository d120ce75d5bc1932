"""Tables of what changed since an earlier day (forecast.md, "Flow")."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Date, Float, Text

from resources.warehouse.metadata import table_of_scopes

changed_task = table_of_scopes(
    "changed_task",
    Column("since", Text, nullable=False),
    Column("compared_with", Date, nullable=False),
    Column("id", BigInteger, nullable=False),
    Column("change", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("points", Float),
    Column("category_before", Text, nullable=False),
    Column("points_before", Float),
)
change_of_open = table_of_scopes(
    "change_of_open",
    Column("since", Text, nullable=False),
    Column("compared_with", Date, nullable=False),
    Column("category", Text, nullable=False),
    Column("measure", Text, nullable=False),
    *(
        Column(name, Float, nullable=False)
        for name in (
            *("open_before", "new", "moved_in", "reopened", "recategorised_in", "re_estimated"),
            *("resolved", "declined", "moved_out", "recategorised_out", "open_after"),
        )
    ),
)

CHANGE_TABLES: Final = {"changed_task": changed_task, "change_of_open": change_of_open}
"""The tables of a scope's newest report, by the name that their frame has in `Figures`."""
