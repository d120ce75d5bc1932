"""Category titles: which category tasks a task descends from, day by day (domain.md, section 4).

What does not belong here: what is a category task on a day (see `reconstruction`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from phlogiston_assets.domain.history.extract import Extract
from phlogiston_assets.domain.history.packed import BEGINNING, Ints, Lookup

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TitleSteps:
    """The title of each task from a day on, as positions in `texts`; `texts[0]` is ""."""

    lookup: Lookup
    task: Ints
    day: Ints
    texts: list[str]

    def find(self, task: Ints, day: Ints) -> npt.NDArray[np.int32]:
        """The title of each task on each day."""
        return self.lookup.find(task, day, 0)

    def moments(self, first: int, end: int) -> tuple[Ints, Ints]:
        """(task, day) of the changes within [first, end)."""
        chosen = (self.day >= first) & (self.day < end)
        return self.task[chosen], self.day[chosen]


def title_steps(
    extract: Extract, moments: tuple[Ints, Ints, Ints], marked: npt.NDArray[np.bool_]
) -> TitleSteps:
    """Steps of the title of every task that is, or descends from, a category task.

    `moments` are task, first day and end; `marked` tells on which of them a task is one.
    """
    ids = extract.histories.task_ids
    active: dict[int, list[Interval]] = defaultdict(list)
    for task, first, end in zip(*(one[marked].tolist() for one in moments), strict=True):
        active[int(ids[task])].append((first, end))
    roots_of = _ancestors(active, extract.children)
    position = {int(task): index for index, task in enumerate(ids)}
    texts = {"": 0}
    rows: list[tuple[int, int, int]] = []
    swept: dict[frozenset[int], list[tuple[int, str]]] = {}
    for task in sorted(set(roots_of) | set(active)):
        if task in position:
            roots = frozenset(roots_of.get(task, ()))
            steps = None if task in active else swept.get(roots)
            if steps is None:
                inherited = {root: active[root] for root in roots}
                steps = list(_sweep(extract.titles, task, active.get(task, []), inherited))
            if task not in active:  # most tasks have no title of their own, and few sets of roots
                swept[roots] = steps
            place = position[task]
            rows += [(place, day, texts.setdefault(title, len(texts))) for day, title in steps]
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    lookup = Lookup.of(table[:, 0], table[:, 1], table[:, 2].astype(np.int32))
    return TitleSteps(lookup, table[:, 0], table[:, 1], list(texts))


def _ancestors(
    roots: Mapping[int, object], children: Mapping[int, Sequence[int]]
) -> dict[int, set[int]]:
    """The category tasks that each task descends from, at any depth; cycles do no harm."""
    found: dict[int, set[int]] = defaultdict(set)
    for root in roots:
        waiting, seen = list(children.get(root, ())), set()
        while waiting:
            task = waiting.pop()
            if task not in seen:
                seen.add(task)
                found[task].add(root)
                waiting.extend(children.get(task, ()))
    return found


def _sweep(
    titles: Mapping[int, str],
    task: int,
    own: list[Interval],
    inherited: Mapping[int, list[Interval]],
) -> Iterator[tuple[int, str]]:
    """(day, title) steps: its own title where it is a category task, else its ancestors'."""
    days = {day for intervals in (own, *inherited.values()) for one in intervals for day in one}
    yield BEGINNING, ""
    previous = ""
    for day in sorted(days):
        if _within(own, day):
            title = titles.get(task, "")
        else:
            held = {
                titles.get(root, "") for root, spans in inherited.items() if _within(spans, day)
            }
            title = " ".join(sorted(held))
        if title != previous:
            yield day, title
            previous = title


def _within(intervals: list[Interval], day: int) -> bool:
    return any(first <= day < end for first, end in intervals)
