"""Which program this is, told from its own text: another may read the same dump otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

import phlogiston_assets
import resources

FOLDERS: Final = [Path(place) for one in (phlogiston_assets, resources) for place in one.__path__]


def digest_of(folders: Iterable[Path], *others: str) -> str:
    """A digest of the names and texts of all modules below the folders, and of other texts."""
    digest = sha256("\n".join(others).encode())
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            digest.update(f"\n{path.relative_to(folder)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


PROGRAM: Final = digest_of(FOLDERS, msgspec.__version__)
"""Of all modules, and of the version of what decodes dumps; as they were when this was imported, so
that a program which goes on while its files are replaced is not taken for the new one.
"""
