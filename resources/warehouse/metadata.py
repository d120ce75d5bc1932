"""The two sets of tables in the warehouse: those of a load, and those that stay."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

loaded: Final = sa.MetaData()
"""Tables that each load makes anew and swaps in, all of them or none."""

kept: Final = sa.MetaData()
"""Tables that stay."""
