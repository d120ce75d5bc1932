"""`phlogiston run`."""

from __future__ import annotations

import sys

import click

from phlogiston_assets.commands.usage import DAY, DONE, FAILED, program_settings


@click.command()
@click.option(
    "--mode",
    type=click.Choice(["incremental", "rerecon", "reports"]),
    default="incremental",
    show_default=True,
    help="Add the missing days; rebuild all days; or only report again.",
)
@click.option(
    "--load/--no-load",
    default=None,
    help="Load the dump, or use what is loaded. Without either: load what is new, if --mode "
    "needs it or --dump names one.",
)
@click.option("--scope", "scopes", multiple=True, help="A scope's prefix; all scopes without it.")
@click.option("--from", "first", type=DAY, help="First day to reconstruct.")
@click.option("--to", "last", type=DAY, help="Last day to reconstruct and report.")
@click.option("--dump", help="A dump file or an http(s) address, instead of PHLOGISTON_DUMP_URL.")
@click.option("--day", type=DAY, help="The day that the dump closes, if not by its time stamp.")
@click.option("--replace-newer", is_flag=True, help="Load the dump though a newer one is loaded.")
@click.option("--accept-loss", is_flag=True, help="Load the dump though many rows are missing.")
def run(**options: object) -> None:
    """Load, reconstruct and report."""
    from phlogiston_assets.operator_run import OperatorRun
    from phlogiston_assets.scope_runs import Request
    from phlogiston_assets.terminal import Terminal

    request = Request(**options)  # type: ignore[arg-type] # click has checked them
    if request.first and request.last and request.first > request.last:
        raise click.UsageError(f"--from {request.first} is later than --to {request.last}.")
    _refuse_secrets(request.dump or "")
    with Terminal() as terminal:
        succeeded = OperatorRun(program_settings(), request, terminal).go()
    sys.exit(DONE if succeeded else FAILED)


def _refuse_secrets(source: str) -> None:
    from phlogiston_assets.domain.dumps.dump import DumpError
    from resources.dump_source import refuse_credentials

    try:
        refuse_credentials(source)
    except DumpError as error:
        raise click.UsageError(str(error)) from error
