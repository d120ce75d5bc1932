"""The operator's commands, thin over Dagster runs.

Each command imports what it needs when it is called, so that small ones start at once.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from phlogiston_assets.domain.sample import SampleSize
    from resources.settings import Settings

DONE, FAILED, WRONG_USAGE = 0, 1, 2


class _Day(click.ParamType):
    name = "day"

    def convert(self, value: object, *_: object) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day; write it as 2026-11-19.")


DAY = _Day()


class _Commands(click.Group):
    """Says in a sentence what the user can mend, whichever command it stopped."""

    def invoke(self, ctx: click.Context) -> object:
        from phlogiston_assets.domain.dump import DumpError
        from phlogiston_assets.domain.scopes import ScopeFileError

        try:
            return super().invoke(ctx)
        except (DumpError, ScopeFileError) as error:
            _fail(str(error))
        except RuntimeError as error:
            from phlogiston_assets.runs import RunFailedError
            from resources.warehouse.database import WarehouseError

            if not isinstance(error, (RunFailedError, WarehouseError)):
                raise
            _fail(str(error))
        except BrokenPipeError:
            raise  # the reader has seen enough, as `head` has; click ends quietly
        except OSError as error:
            _fail(f"{error.filename}: {error.strerror}.")


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="phlogiston-assets", message="%(version)s")
def main() -> None:
    """Burnups, forecasts and the exact history of work planned in Phabricator or Phorge."""


@main.command()
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
    from phlogiston_assets.operator_run import OperatorRun, Request
    from phlogiston_assets.terminal import Terminal

    request = Request(**options)  # type: ignore[arg-type] # click has checked them
    if request.first and request.last and request.first > request.last:
        raise click.UsageError(f"--from {request.first} is later than --to {request.last}.")
    _refuse_secrets(request.dump or "")
    with Terminal() as terminal:
        succeeded = OperatorRun(_settings(), request, terminal).go()
    sys.exit(DONE if succeeded else FAILED)


@main.command()
@click.option("--scope", "scopes", multiple=True, help="A scope's prefix; all scopes without it.")
@click.option("--json", "as_data", is_flag=True, help="Write all that was found as JSON.")
def check(scopes: tuple[str, ...], *, as_data: bool) -> None:
    """Check the scopes' files, and show what they will do, without running or writing anything."""
    from rich.console import Console

    from phlogiston_assets.check_output import as_json, show
    from phlogiston_assets.checking import check_scopes

    console = Console(highlight=False, markup=False, emoji=False)
    checked = []
    for one in check_scopes(_settings(), scopes):
        checked.append(one)
        if not as_data:
            show(one, console)
    if as_data:
        click.echo(as_json(checked))
    for one in checked:
        if one.fault:
            click.echo(f"error: {one.fault}", err=True)
    sys.exit(FAILED if any(one.fault for one in checked) else DONE)


@main.command()
def dump() -> None:
    """Tell whether there is a new dump, and how old the loaded one is."""
    from phlogiston_assets.domain.dump import DumpError
    from resources.dump_source import DumpSource
    from resources.warehouse.database import Database
    from resources.warehouse.load_store import current_load

    settings = _settings()
    database = Database(settings.database)
    database.prepare()
    with database.read() as connection:
        load = current_load(connection)
    if load is None:
        click.echo("Loaded: nothing yet.")
    else:
        age = (datetime.now(UTC).date() - load.day).days - 1
        click.echo(f"Loaded: the dump that closes {load.day}, {age} days behind; {load.source}")
    try:
        newest = DumpSource(settings.dump_url).look()
    except DumpError as error:
        _fail(str(error))
    fresh = load is None or newest.day > load.day
    size = f", {newest.size / 1e6:,.0f} MB" if newest.size else ""
    click.echo(
        f"Newest: closes {newest.day}, made {newest.made_at:%Y-%m-%d %H:%M} UTC{size}; "
        f"{'new' if fresh else 'not newer than the load'}."
    )


@main.command()
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
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="The same seed gives the same dump.",
)
@click.option("--last-day", type=DAY, help="The last day of the history; yesterday without it.")
def sample(file: Path, tasks: int, days: int, seed: int, last_day: date | None) -> None:
    """Write a sample dump to FILE."""
    from phlogiston_assets.domain.sample import SampleSize

    _write_sample(
        file, SampleSize.ending(last_day or _yesterday(), tasks=tasks, days=days, seed=seed)
    )


@main.command()
def demo() -> None:
    """Write a sample dump and report the sample scopes, all by Dagster runs."""
    from phlogiston_assets.domain.sample import SampleSize
    from phlogiston_assets.operator_run import OperatorRun, Request
    from phlogiston_assets.runs import dagster_home
    from phlogiston_assets.terminal import Terminal

    settings = _settings()
    size = SampleSize.ending(_yesterday())
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


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def dev(options: tuple[str, ...]) -> None:
    """Open Dagster's web interface on this instance; OPTIONS go to `dagster dev`.

    It has no log-in, and is reached from this machine only unless OPTIONS name another host.
    """
    import os

    from phlogiston_assets.runs import dagster_home

    dagster_home(_settings())
    command = [sys.executable, "-m", "dagster", "dev", "--host", "127.0.0.1", *options]
    os.execv(sys.executable, command)  # noqa: S606 - the program itself, with the user's options


def _yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


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
        _fail(f"{file} could not be written: {error.strerror}.")
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    click.echo(
        f"{file}: {written.tasks:,} tasks, {written.transactions:,} transactions, "
        f"{written.bytes / 1e6:,.1f} MB, from {size.first_day} to {size.last_day}"
    )


@main.command()
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

    site = _settings().site
    if not (site / "index.html").exists():
        _fail(f"Nothing is published in {site} yet. Run `phlogiston run` first.")
    handler = partial(SimpleHTTPRequestHandler, directory=str(site))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        _fail(f"Port {port} cannot be used: {error.strerror}. Give another with --port.")
    with server:
        click.echo(f"http://127.0.0.1:{port}/ shows {site}; stop it with Ctrl-C.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Stopped.")


@main.command()
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
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="The same seed gives the same dump.",
)
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
            wanted = Wanted(folder=place, last_day=_yesterday(), **options)
            results, whole = measure(wanted, console)
    except MeasurementError as error:
        _fail(str(error))
    if file is not None:
        file.write_text(results, "utf-8")
    sys.exit(DONE if whole else FAILED)


def _settings() -> Settings:
    from pydantic import ValidationError

    from resources.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"PHLOGISTON_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}"
            for one in error.errors()
        ]
        click.echo("error: wrong setting. " + "; ".join(lines), err=True)
        sys.exit(WRONG_USAGE)


def _refuse_secrets(source: str) -> None:
    from phlogiston_assets.domain.dump import DumpError
    from resources.dump_source import refuse_credentials

    try:
        refuse_credentials(source)
    except DumpError as error:
        raise click.UsageError(str(error)) from error


def _fail(sentence: str) -> NoReturn:
    click.echo(f"error: {sentence}", err=True)
    sys.exit(FAILED)
