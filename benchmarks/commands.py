"""What an operator waits for: starting up, one day by the command line, and the daily run."""

from __future__ import annotations

import sys
from typing import Final

from benchmarks.ground import TRIED, Ground
from benchmarks.measuring import Figures, command
from phlogiston_assets.domain.scopes import read_scope
from resources.figuring import store_figures, store_record
from resources.reconstructing import reconstruct_days
from resources.warehouse.database import Database

_PROGRAM: Final = "from phlogiston_assets.cli import main; main()"


def _phlogiston(ground: Ground, *arguments: str) -> Figures:
    return command(ground, [sys.executable, "-c", _PROGRAM, *arguments])


def bare_python(ground: Ground) -> Figures:
    """The interpreter alone: what no program in Python is faster than."""
    return command(ground, [sys.executable, "-c", ""])


def only_help(ground: Ground) -> Figures:
    """`phlogiston --help`."""
    return _phlogiston(ground, "--help")


def check(ground: Ground) -> Figures:
    """`phlogiston check` of all scopes."""
    return _phlogiston(ground, "check")


def definitions(ground: Ground) -> Figures:
    """Importing the definitions, as the daemon and the web interface do."""
    return command(ground, [sys.executable, "-c", "import phlogiston_assets.definitions"])


def dagster_alone(ground: Ground) -> Figures:
    """Importing Dagster: the part of the line before that is not ours."""
    return command(ground, [sys.executable, "-c", "import dagster"])


def one_day(ground: Ground) -> Figures:
    """One day of one scope by the command line: tasks, figures, report and index."""
    _forget_last_day(ground, [TRIED])
    return _phlogiston(ground, "run", "--no-load", "--scope", TRIED)


def daily_run(ground: Ground) -> Figures:
    """Load the dump, then reconstruct its last day and report, of all scopes, by one command.

    Whatever the day before has left is there, with the record of forecasts of every scope.
    """
    _forget_last_day(ground, ground.prefixes)
    _figures_of_day_before(ground)
    figures = _phlogiston(
        ground, "run", "--dump", ground.dump, "--day", ground.last_day, "--replace-newer"
    )
    figures.counts = {"scopes": len(ground.prefixes)}
    return figures


def _figures_of_day_before(ground: Ground) -> None:
    """Work out the figures and the record of all scopes as of the last day but one."""
    database, settings = Database(ground.settings.database), ground.settings
    day = ground.all_but_last[-1]
    for prefix in ground.prefixes:
        scope = read_scope(settings.scopes_dir, prefix)
        store_figures(database, settings, scope, day)
        store_record(database, settings, scope, day)
    database.close()


def _forget_last_day(ground: Ground, prefixes: tuple[str, ...] | list[str]) -> None:
    """Reconstruct all days but the last anew, so that the last is due."""
    database = Database(ground.settings.database)
    for prefix in prefixes:
        scope = read_scope(ground.settings.scopes_dir, prefix)
        reconstruct_days(database, ground.settings, scope, ground.all_but_last, anew=True)
    database.close()
