"""What an operator waits for: starting up, one day by the command line, and the daily run."""

from __future__ import annotations

import sys
from typing import Final

from benchmarks.ground import TRIED, Ground
from benchmarks.measuring import Figures, command
from phlogiston_assets.domain.scopes import read_scope
from phlogiston_assets.side_by_side import processors
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
    _forget_last_day(ground)
    return _phlogiston(ground, "run", "--no-load", "--scope", TRIED)


def first_run(ground: Ground) -> Figures:
    """Bring all scopes up to the loaded dump by one command: figures, whole records and reports."""
    return _of_all_scopes(ground, "--no-load")


def daily_run(ground: Ground) -> Figures:
    """Load the dump of a day later, then reconstruct that day and report, of all scopes.

    One command, after another has brought all scopes up to the day before.
    """
    return _of_all_scopes(ground, "--dump", ground.next_dump, "--day", str(ground.next_day))


def _of_all_scopes(ground: Ground, *options: str) -> Figures:
    figures = _phlogiston(ground, "run", *options)
    at_once = ground.settings.scopes_at_once or processors()
    figures.counts = {"scopes": len(ground.prefixes), "at once": at_once}
    return figures


def _forget_last_day(ground: Ground) -> None:
    """Reconstruct all days of the scope but the last anew, so that the last is due."""
    database = Database(ground.settings.database)
    scope = read_scope(ground.settings.scopes_dir, TRIED)
    reconstruct_days(database, ground.settings, scope, ground.all_but_last, anew=True)
    database.close()
