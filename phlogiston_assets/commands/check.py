"""`phlogiston check`."""

from __future__ import annotations

import sys

import click

from phlogiston_assets.commands.usage import DONE, FAILED, program_settings


@click.command()
@click.option("--scope", "scopes", multiple=True, help="A scope's prefix; all scopes without it.")
@click.option("--json", "as_data", is_flag=True, help="Write all that was found as JSON.")
def check(scopes: tuple[str, ...], *, as_data: bool) -> None:
    """Check the scopes' files, and show what they will do, without running or writing anything."""
    from rich.console import Console

    from phlogiston_assets.check_output import as_json, show
    from phlogiston_assets.checking import check_scopes

    console = Console(highlight=False, markup=False, emoji=False)
    checked = []
    for one in check_scopes(program_settings(), scopes):
        checked.append(one)
        if not as_data:
            show(one, console)
    if as_data:
        click.echo(as_json(checked))
    faults = [fault for one in checked for fault in one.faults]
    faults += dict.fromkeys(one.obstacle for one in checked if one.failed)
    for fault in faults:
        click.echo(f"error: {fault}", err=True)
    sys.exit(FAILED if faults else DONE)
