"""How cost grows: tasks, days and scopes are doubled twice in turn, all else the same."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.dump import DumpSize
from benchmarks.ground import Ground
from benchmarks.making import make_ground
from benchmarks.measuring import measure

_SCOPES: Final = 4
_PARTS: Final = (4, 2)
"""Besides all of it, a quarter and a half are measured."""
REPEATS: Final = 3
LOAD, RECONSTRUCTION = "load", "reconstruction"
_MEASUREMENTS: Final = {LOAD: "load.anew", RECONSTRUCTION: "scopes.all_scopes"}

Work = tuple[str, Ground]
"""What is done, where."""


def exponents(folder: Path, size: DumpSize, repeats: int = REPEATS) -> dict[str, dict[str, float]]:
    """The exponents of load and reconstruction by what was doubled; `size` is the largest one.

    More days hold the same changes; more scopes are copies under other names, of which a load knows
    nothing. An exponent of 1 is growth in proportion, 0 none: the slope of the logarithms of three
    sizes by least squares. Of each the least CPU counts of some repetitions, which take turns, so
    that a machine that is busy for a while is so for all of them.
    """
    whole = _ground(folder / "whole", size)
    series = {
        "tasks": [*(_ground(folder / f"tasks_{n}", _fewer(size, n)) for n in _PARTS), whole],
        "days": [*(_ground(folder / f"days_{n}", _shorter(size, n)) for n in _PARTS), whole],
        "scopes": _more_scopes(whole),
    }
    wanted: list[Work] = []
    for what, grounds in series.items():
        for name in _works(what):
            wanted += [(name, ground) for ground in grounds if (name, ground) not in wanted]
    costs = _least(wanted, repeats)
    return {
        what: {name: slope([costs[name, ground] for ground in grounds]) for name in _works(what)}
        for what, grounds in series.items()
    }


def _works(what: str) -> Sequence[str]:
    """What is measured: a load does not depend on scopes."""
    return [RECONSTRUCTION] if what == "scopes" else [LOAD, RECONSTRUCTION]


def _fewer(size: DumpSize, part: int) -> DumpSize:
    return replace(size, tasks=size.tasks // part, projects=max(1, size.projects // part))


def _shorter(size: DumpSize, part: int) -> DumpSize:
    return replace(size, first_day=size.last_day - (size.last_day - size.first_day) / part)


def _ground(folder: Path, size: DumpSize) -> Ground:
    folder.mkdir(parents=True, exist_ok=True)
    return make_ground(folder, size, scopes=_SCOPES)


def _more_scopes(ground: Ground) -> list[Ground]:
    """The ground with its scopes, with twice and with four times as many."""
    grounds = [ground]
    for letters in ("bc", "bcde"):
        more = tuple(f"{letter}{prefix[1:]}" for letter in letters for prefix in ground.prefixes)
        grounds.append(replace(ground, prefixes=more))
    folder = Path(ground.scopes)
    for copy in grounds[-1].prefixes[len(ground.prefixes) :]:
        for rest in ("scope.py", "recategorization.csv"):
            shutil.copyfile(folder / f"b{copy[1:]}_{rest}", folder / f"{copy}_{rest}")
    return grounds


def _least(wanted: Sequence[Work], repeats: int) -> Mapping[Work, float]:
    """The least CPU seconds of each."""
    found = [
        [measure(_MEASUREMENTS[name], ground).cpu for name, ground in wanted]
        for _ in range(repeats)
    ]
    return dict(zip(wanted, map(min, zip(*found, strict=True)), strict=True))


def slope(costs: Sequence[float]) -> float:
    """The exponent of costs of sizes that double from one to the next."""
    doublings = np.arange(len(costs), dtype=np.float64)
    return float(np.polyfit(doublings, np.log2(costs), 1)[0])
