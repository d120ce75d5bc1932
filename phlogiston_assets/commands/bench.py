"""`phlogiston bench`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from phlogiston_assets.commands.usage import DONE, FAILED, SEED, fail, yesterday


@click.command()
@click.option(
    "--fraction",
    type=click.FloatRange(min=0, min_open=True),
    default=0.1,
    show_default=True,
    help="The size of the generated dump, as a fraction of Wikimedia's.",
)
@click.option(
    "--days",
    type=click.IntRange(min=30),
    default=3653,
    show_default=True,
    help="How many days the generated history spans.",
)
@click.option(
    "--scopes",
    type=click.IntRange(1, 999),
    default=40,
    show_default=True,
    help="How many scopes there are.",
)
@SEED
@click.option("--database-url", default="", help="An empty PostgreSQL database to measure as well.")
@click.option(
    "--repeats",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="Repetitions of each measurement of growth; 0 leaves growth out.",
)
@click.option(
    "--json",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the results to this file too.",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Work in this folder and keep it; in a temporary one without it.",
)
def bench(file: Path | None, folder: Path | None, **options: Any) -> None:
    """Measure how fast and how small the program is, on dumps that it generates."""
    from tempfile import TemporaryDirectory

    from rich.console import Console

    from benchmarks.measuring import MeasurementError
    from benchmarks.printing import WIDTH
    from benchmarks.running import Wanted
    from benchmarks.running import run as measure

    try:
        with TemporaryDirectory(prefix="phlogiston-bench-") as passing:
            place = (folder or Path(passing)).absolute()
            console = Console(highlight=False)
            console.width = max(console.width, WIDTH)
            wanted = Wanted(folder=place, last_day=yesterday(), **options)
            results, whole = measure(wanted, console)
    except MeasurementError as error:
        fail(str(error))
    if file is not None:
        file.write_text(results, "utf-8")
    sys.exit(DONE if whole else FAILED)
