"""The two sets of tables in the warehouse: those of a load, and those that stay."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

loaded: Final = sa.MetaData()
"""Tables that each load makes anew and swaps in, all of them or none."""

kept: Final = sa.MetaData()
"""Tables that stay."""


def table_of_scopes(name: str, *columns: sa.Column[Any], compared: bool = False) -> sa.Table:
    """A table that stays, of rows of scopes: its first column names the scope, and is indexed.

    Where rows are `compared` with those that are stored, the last is a digest of what they say.
    """
    scope = sa.Column("scope", sa.Text, nullable=False, index=not compared)
    if not compared:
        return sa.Table(name, kept, scope, *columns)
    digest = sa.Column("digest", sa.BigInteger, nullable=False)
    index = sa.Index(f"ix_{name}_scope", "scope", "digest")
    return sa.Table(name, kept, scope, *columns, digest, index)
