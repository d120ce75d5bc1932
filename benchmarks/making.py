"""Making the ground of measurements: a dump, its scopes and an empty place for a database."""

from __future__ import annotations

from pathlib import Path

from benchmarks.dump import DumpSize, write_dump, write_scopes
from benchmarks.dump.scope_files import COUNT
from benchmarks.ground import Ground
from phlogiston_assets.domain.scopes import read_scope


def make_ground(folder: Path, size: DumpSize, *, scopes: int = COUNT) -> Ground:
    """Write a dump and its scopes below a folder; the ground is for SQLite."""
    files = folder / "scopes"
    prefixes = write_scopes(files, size.first_day, scopes)
    dump = folder / "bench.dump"
    with dump.open("wb") as out:
        write_dump(out, size, [read_scope(files, prefix) for prefix in prefixes])
    return Ground(
        folder=str(folder),
        dump=str(dump),
        scopes=str(files),
        url="",
        first_day=str(size.first_day),
        last_day=str(size.closes),
        prefixes=prefixes,
    )
