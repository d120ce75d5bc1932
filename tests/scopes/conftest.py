"""Where the shared scopes lie, and small files to read."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

SHARED = Path(
    os.environ.get("PHLOGISTON_SHARED", Path(__file__).resolve().parents[2].parent / "shared")
)

HEADER = "rule,title,display,id,matchstring"

WriteScope = Callable[..., Path]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Find the folder of the real scopes and the cases, which are not part of this project."""
    if not SHARED.is_dir():
        assert not os.environ.get("CI"), f"CI must have the shared scopes at {SHARED}"
        pytest.skip(f"there are no shared scopes at {SHARED}; set PHLOGISTON_SHARED")
    return SHARED


@pytest.fixture
def write_scope(tmp_path: Path) -> WriteScope:
    """Write a pair of files into a folder, and return the folder."""

    def write(
        prefix: str = "ve",
        settings: str | bytes | None = "[vars]\nscope_title = VisualEditor\n",
        rules: str | bytes | None = f"{HEADER}\nProjectByID,All,show,483,\n",
    ) -> Path:
        for name, content in (
            (f"{prefix}_scope.py", settings),
            (f"{prefix}_recategorization.csv", rules),
        ):
            if content is not None:
                raw = content if isinstance(content, bytes) else content.encode()
                (tmp_path / name).write_bytes(raw)
        return tmp_path

    return write
