"""What all commands share: days as options, the settings, and how a command ends."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
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

SEED = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="The same seed gives the same dump.",
)
"""What dumps are generated from, as an option."""


def yesterday() -> date:
    """The last whole day."""
    return datetime.now(UTC).date() - timedelta(days=1)


def program_settings() -> Settings:
    """The settings of the environment; a wrong one ends the program with a sentence."""
    from pydantic import ValidationError

    from resources.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        found = [
            ("_".join(map(str, one["loc"])).upper(), one["msg"].removeprefix("Value error, "))
            for one in error.errors()
        ]
        lines = [f"PHLOGISTON_{name}: {said}" for name, said in found]
        click.echo("error: wrong setting. " + "; ".join(lines), err=True)
        sys.exit(WRONG_USAGE)


def fail(sentence: str) -> NoReturn:
    """End the program with a sentence on standard error."""
    click.echo(f"error: {sentence}", err=True)
    sys.exit(FAILED)
