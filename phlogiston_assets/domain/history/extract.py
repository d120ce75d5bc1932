"""What one scope needs of a load to be reconstructed.

What does not belong here: fetching it (a resource does that), using it (see `reconstruction`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from phlogiston_assets.domain.history.packed import Histories


class Column(NamedTuple):
    """A column of a board; `created` is a day number."""

    id: int
    name: str
    project_id: int
    is_default: bool
    created: int


@dataclass(frozen=True, slots=True)
class Extract:
    """What one scope needs of a load.

    `histories` of every task that ever had a project of the scope; `texts` by code; `columns` of
    the scope's boards and all that the histories name; `titles` of tasks that ever were category
    tasks; `children` by parent, of those tasks and all below them.
    """

    histories: Histories
    texts: Sequence[str]
    columns: Sequence[Column]
    titles: Mapping[int, str]
    children: Mapping[int, Sequence[int]]
