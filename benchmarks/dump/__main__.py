"""Writing a dump for measuring, and its scopes, into a folder: `python -m benchmarks.dump`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from benchmarks.dump import DumpSize, write_dump, write_scopes
from benchmarks.dump.size import DAYS
from phlogiston_assets.domain.scopes import find_prefixes, read_scope

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--fraction", type=click.FloatRange(min=0, min_open=True), default=0.1)
@click.option("--days", type=click.IntRange(min=2), default=DAYS, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--last-day", type=_DAY, help="The last day of the history; yesterday without it.")
@click.option("--until", type=_DAY, help="The day that the dump closes; the last without it.")
@click.option(
    "--scopes",
    "given",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of scope files whose projects the dump is to have; forty are made without it.",
)
def main(  # noqa: PLR0913 - the options of the command
    folder: Path,
    fraction: float,
    days: int,
    seed: int,
    last_day: datetime | None,
    until: datetime | None,
    given: Path | None,
) -> None:
    """Write FOLDER/bench.dump, and FOLDER/scopes unless scopes are given."""
    last = last_day.date() if last_day else _yesterday()
    whole = DumpSize.of_wikimedia(fraction, last, days=days, seed=seed)
    size = replace(whole, until=until.date() if until else None)
    scopes = given or folder / "scopes"
    prefixes = find_prefixes(given) if given else write_scopes(scopes, size.first_day)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "bench.dump").open("wb") as out:
        written = write_dump(out, size, [read_scope(scopes, prefix) for prefix in prefixes])
    click.echo(
        f"{folder / 'bench.dump'}: {written.tasks:,} tasks, {written.transactions:,} transactions, "
        f"{written.bytes / 1e6:,.1f} MB, closes {size.closes}, for {len(prefixes)} scopes"
    )


def _yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


if __name__ == "__main__":
    main()
