"""`phlogiston dump`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from phlogiston_assets.commands.usage import program_settings


@click.command()
def dump() -> None:
    """Tell whether there is a new dump, and how old the loaded one is."""
    from resources.agenda import refuse_wrong_day
    from resources.dump_source import DumpSource
    from resources.warehouse.database import Database
    from resources.warehouse.load_store import current_load

    settings = program_settings()
    database = Database(settings.database)
    database.prepare()
    with database.read() as connection:
        load = current_load(connection)
    if load is None:
        click.echo("Loaded: nothing yet.")
    else:
        age = (datetime.now(UTC).date() - load.day).days - 1
        behind = "1 day" if age == 1 else f"{age} days"
        click.echo(f"Loaded: the dump that closes {load.day}, {behind} behind; {load.source}")
    newest = DumpSource.of(settings).look()
    fresh = load is None or newest.day > load.day
    size = f", {newest.size / 1e6:,.0f} MB" if newest.size else ""
    click.echo(
        f"Newest: closes {newest.day}, made {newest.made_at:%Y-%m-%d %H:%M} UTC{size}; "
        f"{'new' if fresh else 'not newer than the load'}."
    )
    if fresh:
        refuse_wrong_day(newest.day, settings)
