"""The whole benchmark, as `phlogiston bench` runs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from rich.console import Console

from benchmarks import growth, printing, suite
from benchmarks.dump import DumpSize
from benchmarks.dump.scope_files import COUNT
from benchmarks.making import make_ground_of_two_days
from benchmarks.suite import LINES, Line, Result

MOST_TASKS_OF_GROWTH: Final = 40_000
"""Growth is measured on so many tasks at most: it shows well before full size."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured: at which fraction of Wikimedia's size, and on what databases.

    `database_url` is of an empty PostgreSQL database, empty for SQLite alone. `repeats` are the
    repetitions of the measurement of growth, 0 for none.
    """

    folder: Path
    fraction: float
    last_day: date
    days: int
    seed: int = 1
    database_url: str = ""
    scopes: int = COUNT
    repeats: int = growth.REPEATS
    lines: Sequence[Line] = LINES


def run(wanted: Wanted, console: Console) -> tuple[str, bool]:
    """Measure everything and print it; the results as JSON, and whether all could be measured."""
    size = DumpSize.of_wikimedia(
        wanted.fraction, wanted.last_day, days=wanted.days, seed=wanted.seed
    )
    wanted.folder.mkdir(parents=True, exist_ok=True)
    console.print(f"Writing two days' dumps of {size.tasks:,} tasks over {size.days:,} days")
    results = _measured(wanted, size, console)
    printing.print_results(console, wanted.fraction, results)
    console.print("Measuring the plain ways")
    plain = suite.beside_plain(wanted.folder / "plain", size)
    printing.print_plain(console, plain)
    exponents: printing.Growth = {}
    if wanted.repeats:
        console.print("Measuring growth")
        small = replace(size, tasks=min(size.tasks, MOST_TASKS_OF_GROWTH))
        exponents = growth.exponents(wanted.folder / "growth", small, wanted.repeats)
        printing.print_growth(console, exponents)
    printing.print_missed(console, results, exponents)
    databases = 2 if wanted.database_url else 1
    whole = len(results) == databases * len(wanted.lines)
    dump = {"fraction": wanted.fraction, "days": size.days, "seed": size.seed}
    return printing.as_json(
        {**dump, "scopes": wanted.scopes, "last day": str(size.closes)}, results, plain, exponents
    ), whole


def _measured(wanted: Wanted, size: DumpSize, console: Console) -> Sequence[Result]:
    ground = make_ground_of_two_days(wanted.folder / "sqlite", size, scopes=wanted.scopes)
    grounds = {"SQLite": ground}
    if wanted.database_url:
        other = wanted.folder / "postgresql"
        other.mkdir(exist_ok=True)
        grounds["PostgreSQL"] = replace(ground, folder=str(other), url=wanted.database_url)
    results: list[Result] = []
    for name, one in grounds.items():
        results += suite.measure_all(one, wanted.fraction, name, console.print, wanted.lines)
    return results
