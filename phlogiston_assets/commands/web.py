"""`phlogiston dev` and `phlogiston serve`: Dagster's pages and the published ones, here only."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from phlogiston_assets.commands.usage import fail, program_settings


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def dev(options: tuple[str, ...]) -> None:
    """Open Dagster's web interface on this instance; OPTIONS go to `dagster dev`.

    It has no log-in, and is reached from this machine only unless OPTIONS name another host.
    """
    import os

    from phlogiston_assets.runs import dagster_home

    dagster_home(program_settings())
    # Dagster takes the folder's workspace; elsewhere it would not know of this program.
    ours = [] if Path("workspace.yaml").exists() or _names_code(options) else _DEFINITIONS
    command = [sys.executable, "-m", "dagster", "dev", "--host", "127.0.0.1", *ours, *options]
    os.execv(sys.executable, command)  # noqa: S606 - the program itself, with the user's options


_DEFINITIONS: Final = ["--module-name", "phlogiston_assets.definitions"]
_CODE: Final = ("-w", "--workspace", "-f", "--python-file", "-m", "--module-name")


def _names_code(options: tuple[str, ...]) -> bool:
    return any(option.split("=")[0] in _CODE for option in options)


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8080,
    show_default=True,
    help="The port on 127.0.0.1.",
)
def serve(port: int) -> None:
    """Serve the published site on this machine only."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    site = program_settings().site
    if not (site / "index.html").exists():
        fail(f"Nothing is published in {site} yet. Run `phlogiston run` first.")
    handler = partial(SimpleHTTPRequestHandler, directory=str(site))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        fail(f"Port {port} cannot be used: {error.strerror}. Give another with --port.")
    with server:
        click.echo(f"http://127.0.0.1:{port}/ shows {site}; stop it with Ctrl-C.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Stopped.")
