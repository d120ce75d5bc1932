"""The results as a table for people, and as JSON."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Figures
from benchmarks.suite import LOAD, Result

_PACKAGES: Final = ("dagster", "numpy", "pandas", "sqlalchemy", "psycopg", "msgspec", "matplotlib")
MOST_GROWTH: Final = 1.1
WIDTH: Final = 120
"""Columns of a terminal that the table needs."""

Growth = Mapping[str, Mapping[str, float]]
"""Exponents by what was doubled and by what was done."""


def machine() -> dict[str, Any]:
    """What the figures depend on besides the program."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "processor": _first_in("/proc/cpuinfo", "model name"),
        "memory": _first_in("/proc/meminfo", "MemTotal"),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{package: version(package) for package in _PACKAGES},
    }


def _first_in(file: str, name: str) -> str | None:
    """The first value of a name in one of Linux's files of `name: value`; None elsewhere."""
    try:
        lines = Path(file).read_text("utf-8").splitlines()
    except OSError:
        return None
    values = (line.partition(":")[2].strip() for line in lines if line.startswith(name))
    return next(values, None)


def as_json(
    dump: Mapping[str, Any],
    results: Sequence[Result],
    plain: Mapping[str, Figures],
    growth: Growth,
) -> str:
    """Everything that was measured, with what it was measured on.

    `dump` says which dump was asked for; what it holds is told by its load.
    """
    loads = [result.figures.counts for result in results if result.line.measurement == LOAD]
    content = {
        "machine": machine(),
        "dump": {**dump, **(loads[0] if loads else {})},
        "lines": [result.as_json() for result in results],
        "missed": missed(results, growth),
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


def print_growth(console: Console, growth: Growth) -> None:
    """The exponents: 1 is growth in proportion, 0 none."""
    for what, exponents in growth.items():
        told = ", ".join(f"{name} {exponent:.2f}" for name, exponent in exponents.items())
        console.print(f"more {what}: exponents {told}")


def missed(results: Sequence[Result], growth: Growth) -> list[str]:
    """Every aim that is missed, with the figure at full size."""
    lines = [
        f"{one.database}: {one.line.name} {one.full:,.2f} {one.line.unit}, aim {one.line.aim:g}"
        f"{'' if one.full == one.value else ' (extrapolated)'}"
        for one in results
        if one.met is False and one.line.aim is not None
    ]
    return lines + [
        f"growth of {name} with {what} {exponent:.2f}, aim {MOST_GROWTH}"
        for what, exponents in growth.items()
        for name, exponent in exponents.items()
        if exponent > MOST_GROWTH
    ]


def print_missed(console: Console, results: Sequence[Result], growth: Growth) -> None:
    """What is missed, or that nothing is."""
    found = missed(results, growth)
    console.print(f"missed: {'; '.join(found)}" if found else "missed: nothing")
