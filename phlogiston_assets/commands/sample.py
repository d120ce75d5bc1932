"""`phlogiston sample` and `phlogiston demo`, which reports a sample."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phlogiston_assets.commands.usage import (
    DAY,
    DONE,
    FAILED,
    SEED,
    fail,
    program_settings,
    yesterday,
)

if TYPE_CHECKING:
    from phlogiston_assets.domain.sample import SampleSize


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--tasks", type=click.IntRange(min=1), default=1500, show_default=True, help="Count of tasks."
)
@click.option(
    "--days",
    type=click.IntRange(min=2),
    default=550,
    show_default=True,
    help="Days of history, the last day included.",
)
@SEED
@click.option("--last-day", type=DAY, help="The last day of the history; yesterday without it.")
def sample(file: Path, tasks: int, days: int, seed: int, last_day: date | None) -> None:
    """Write a sample dump to FILE."""
    from phlogiston_assets.domain.sample import SampleSize

    _write_sample(
        file, SampleSize.ending(last_day or yesterday(), tasks=tasks, days=days, seed=seed)
    )


@click.command()
def demo() -> None:
    """Write a sample dump and report the sample scopes, all by Dagster runs."""
    from phlogiston_assets.domain.sample import SampleSize
    from phlogiston_assets.operator_run import OperatorRun
    from phlogiston_assets.runs import dagster_home
    from phlogiston_assets.scope_runs import Request
    from phlogiston_assets.terminal import Terminal

    settings = program_settings()
    size = SampleSize.ending(yesterday())
    file = settings.home / "sample.dump"
    _write_sample(file, size)
    request = Request(
        mode="rerecon", first=size.first_day, dump=str(file), day=size.last_day, replace_newer=True
    )
    with Terminal() as terminal:
        succeeded = OperatorRun(settings, request, terminal).go()
    here = Path(".env")
    if Path("workspace.yaml").exists() and not here.exists():
        here.write_text(f"DAGSTER_HOME={dagster_home(settings)}\n", encoding="utf-8")
    sys.exit(DONE if succeeded else FAILED)


def _write_sample(file: Path, size: SampleSize) -> None:
    """Write a sample dump, whole or not at all."""
    from phlogiston_assets.domain.sample import write_sample

    part = file.with_name(file.name + ".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as out:
            written = write_sample(out, size)
        part.replace(file)
    except OSError as error:
        fail(f"{file} could not be written: {error.strerror}.")
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    click.echo(
        f"{file}: {written.tasks:,} tasks, {written.transactions:,} transactions, "
        f"{written.bytes / 1e6:,.1f} MB, from {size.first_day} to {size.last_day}"
    )
