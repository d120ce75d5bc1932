"""How cost grows: tasks, days and scopes are doubled in turn, all else the same."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.dump import DumpSize
from benchmarks.ground import Ground
from benchmarks.making import make_ground
from benchmarks.measuring import measure

_SCOPES: Final = 6
REPEATS: Final = 3

Costs = Mapping[str, float]
"""CPU seconds by what was done."""


def exponents(folder: Path, size: DumpSize, repeats: int = REPEATS) -> dict[str, dict[str, float]]:
    """The exponents of load and reconstruction by what was doubled; `size` is the larger one.

    Twice the days hold the same changes, twice the scopes are copies under other names. An exponent
    of 1 is growth in proportion, 0 none. The least CPU of some repetitions counts.
    """
    middle = size.first_day + (size.last_day - size.first_day) / 2
    halves = {
        "tasks": replace(size, tasks=size.tasks // 2, projects=max(1, size.projects // 2)),
        "days": replace(size, first_day=middle),
    }
    whole = _ground(folder / "whole", size)
    costs = _costs(whole, repeats)
    found = {
        what: _compared(costs, _costs(_ground(folder / f"half_{what}", half), repeats))
        for what, half in halves.items()
    }
    doubled = replace(whole, prefixes=(*whole.prefixes, *_copies(whole)))
    twice = {"reconstruction": _cpu("scopes.all_scopes", doubled, repeats)}
    return {**found, "scopes": _compared(twice, costs)}


def _ground(folder: Path, size: DumpSize) -> Ground:
    folder.mkdir(parents=True, exist_ok=True)
    return make_ground(folder, size, scopes=_SCOPES)


def _copies(ground: Ground) -> list[str]:
    """The scopes once more, under other names."""
    folder = Path(ground.scopes)
    names = {prefix: f"c{prefix[1:]}" for prefix in ground.prefixes}
    for prefix, copy in names.items():
        for rest in ("scope.py", "recategorization.csv"):
            shutil.copyfile(folder / f"{prefix}_{rest}", folder / f"{copy}_{rest}")
    return list(names.values())


def _costs(ground: Ground, repeats: int) -> Costs:
    return {
        "load": _cpu("load.whole_dump", ground, repeats),
        "reconstruction": _cpu("scopes.all_scopes", ground, repeats),
    }


def _cpu(name: str, ground: Ground, repeats: int) -> float:
    return min(measure(name, ground).cpu for _ in range(repeats))


def _compared(whole: Costs, half: Costs) -> dict[str, float]:
    return {name: math.log2(whole[name] / half[name]) for name in whole}
