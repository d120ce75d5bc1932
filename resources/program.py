"""Which program this is, told from its own text: another may read the same dump otherwise."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

PACKAGES: Final = ("phlogiston_assets", "resources")


@cache
def program_digest() -> str:
    """A digest of all modules of the program, and of the version of what decodes dumps."""
    folders = [Path(place) for name in PACKAGES for place in _places(name)]
    return digest_of(folders, msgspec.__version__)


def digest_of(folders: list[Path], *others: str) -> str:
    """A digest of the names and texts of all modules below the folders, and of other texts."""
    digest = sha256("\n".join(others).encode())
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            digest.update(f"\n{path.relative_to(folder)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _places(package: str) -> list[str]:
    spec = find_spec(package)
    return list((spec and spec.submodule_search_locations) or ())
