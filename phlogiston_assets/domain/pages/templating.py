"""Jinja as this project uses it: everything escaped, undefined names refused."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from phlogiston_assets.domain.charts.palette import CATEGORICAL, dark_partners
from phlogiston_assets.domain.charts.svg import printable
from phlogiston_assets.domain.pages.table_rows import table_rows


def render(templates: Path, name: str, **known: object) -> bytes:
    """The template *name* of that folder, filled in; UTF-8."""
    text = _environment(templates).get_template(name).render(**known)
    return printable(text).encode("utf-8")


def furniture(templates: Path) -> dict[str, bytes]:
    """What all pages of a folder share: stylesheet and script.

    The stylesheet ends with the dark partners of the charts' colours.
    """
    return {
        "style.css": render(
            templates, "style.css", colours=tuple(CATEGORICAL), partners=dark_partners()
        ),
        "report.js": (templates / "report.js").read_bytes(),
    }


@cache
def _environment(templates: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["zip"] = zip
    environment.filters["machine_time"] = machine_time
    environment.filters["table_rows"] = table_rows
    return environment


def machine_time(instant: datetime) -> str:
    """An instant for `<time datetime>`, from which the script tells local time: UTC with a Z."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
