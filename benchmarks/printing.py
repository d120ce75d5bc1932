"""The results as a table for people, and as JSON."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from benchmarks.dump import DumpSize
from benchmarks.measuring import Figures
from benchmarks.suite import Result

_PACKAGES: Final = ("dagster", "numpy", "pandas", "sqlalchemy", "psycopg", "msgspec", "matplotlib")
MOST_GROWTH: Final = 1.1
WIDTH: Final = 120
"""Columns of a terminal that the table needs."""


def machine() -> dict[str, Any]:
    """What the figures depend on besides the program."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{package: version(package) for package in _PACKAGES},
    }


def as_json(
    size: DumpSize,
    results: Sequence[Result],
    plain: Mapping[str, Figures],
    growth: Mapping[str, Mapping[str, float]],
) -> str:
    """Everything that was measured, with what it was measured on."""
    content = {
        "machine": machine(),
        "dump": {
            "tasks": size.tasks,
            "days": size.days,
            "seed": size.seed,
        },
        "lines": [result.as_json() for result in results],
        "plain": {
            name: {"cpu": one.cpu, "plain_cpu": one.plain_cpu, "ratio": one.ratio}
            for name, one in plain.items()
        },
        "growth": growth,
    }
    return json.dumps(content, indent=2) + "\n"


def print_results(console: Console, fraction: float, results: Sequence[Result]) -> None:
    """The table: measured, at full size, and the aim."""
    table = Table(title=f"At {fraction:g} of Wikimedia's size")
    for heading in ("line", "database"):
        table.add_column(heading, no_wrap=True)
    for heading in ("CPU s", "wall s", "peak MB", "at full size", "aim"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for result in results:
        table.add_row(*_cells(result, fraction))
    console.print(table)
    if fraction != 1:
        console.print(
            f"Lines marked ↑ grow with the dump: their figure at full size is the measured one "
            f"times {1 / fraction:g}; of the daily run only its load. Others are taken as they are."
        )


def _cells(result: Result, fraction: float) -> list[str]:
    line, figures = result.line, result.figures
    aim = "" if line.aim is None else f"≤ {line.aim:g} {line.unit}"
    verdict = {True: "met", False: "missed", None: ""}[result.met]
    mark = " ↑" if line.grows and fraction != 1 else ""
    return [
        line.name,
        result.database,
        f"{figures.cpu:.2f}",
        f"{figures.wall:.2f}",
        f"{figures.peak / 1e6:.0f}" if figures.peak else "",
        f"{result.full:,.2f} {line.unit}{mark}",
        aim,
        verdict,
    ]


def print_plain(console: Console, plain: Mapping[str, Figures]) -> None:
    """How many times as long the plain ways take."""
    for name, one in plain.items():
        console.print(
            f"{name}: {one.cpu:.2f} CPU s, the plain way {one.plain_cpu or 0:.1f} "
            f"({one.ratio or 0:.0f} times as long)"
        )


def print_growth(console: Console, growth: Mapping[str, Mapping[str, float]]) -> None:
    """The exponents, and which of them are too great."""
    for what, exponents in growth.items():
        told = ", ".join(f"{name} {exponent:.2f}" for name, exponent in exponents.items())
        too_great = [name for name, exponent in exponents.items() if exponent > MOST_GROWTH]
        doubt = f"; above {MOST_GROWTH}: {', '.join(too_great)}" if too_great else ""
        console.print(f"twice the {what}: exponents {told}{doubt}")
