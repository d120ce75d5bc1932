"""What is slow to import is imported by what needs it, and by nothing else."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from support.command_line import ROOT

_SLOW = ("pandas", "matplotlib", "httpx", "jinja2", "dagster", "numpy", "sqlalchemy")
_SCRIPT = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps([name for name in sys.argv[2:] if name in sys.modules]))
"""


def imported_with(module: str) -> set[str]:
    """Those of the slow packages that a fresh process imports with a module."""
    command = [sys.executable, "-c", _SCRIPT, module, *_SLOW]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("phlogiston_assets.cli", set(_SLOW)),
        ("phlogiston_assets.definitions", {"matplotlib", "httpx", "pandas", "jinja2"}),
    ],
)
def test_starting_waits_for_no_package_that_it_does_not_need(module: str, never: set[str]) -> None:
    """Help is there at once, and definitions load without what only a report needs."""
    assert not imported_with(module) & never
