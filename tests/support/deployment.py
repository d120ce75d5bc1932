"""The files in `deploy/`, and what they are held against."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from resources.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = {f"PHLOGISTON_{name.upper()}" for name in Settings.model_fields}
STORAGE = {f"DAGSTER_POSTGRES_{name}" for name in ("HOST", "PORT", "USER", "PASSWORD", "DB")}
"""The environment variables that the instance's dagster.yaml reads."""
OTHERS = {"DAGSTER_HOME", "DAGSTER_EVENT_BATCH_SIZE", "MPLCONFIGDIR"}
"""Other variables that mean something to a program of the deployment."""


def read_yaml(*parts: str) -> Any:
    """The content of a file in `deploy/` that holds one document."""
    return yaml.safe_load(DEPLOY.joinpath(*parts).read_text("utf-8"))


def read_environment_file(path: Path) -> dict[str, str]:
    """The variables of a file with a line NAME=value each."""
    lines = path.read_text("utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    assert all(separator for _, separator, _ in pairs), f"{path} has a line without a value"
    return {name: value for name, _, value in pairs}


def is_known(variable: str) -> bool:
    """Whether a variable of the program's or of Dagster's own is one that is read."""
    return variable in SETTINGS | STORAGE | OTHERS


def named_in(text: str) -> set[str]:
    """All variables that a text names."""
    return set(re.findall(r"\b(?:PHLOGISTON|DAGSTER)_[A-Z_]*[A-Z]", text))


def need(program: str) -> str:
    """The path of a program that checks a file; the test is skipped where there is none."""
    found = shutil.which(program, path="/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin")
    if found is None:
        assert not os.environ.get("CI"), f"CI must have {program} installed"
        pytest.skip(
            f"NO {program.upper()} HERE: install it to check the deployment's files with it"
        )
    return found
