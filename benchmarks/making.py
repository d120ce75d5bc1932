"""Making the ground of measurements: dumps, their scopes and an empty place for a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from benchmarks.dump import DumpSize, write_dump, write_scopes
from benchmarks.dump.scope_files import COUNT
from benchmarks.ground import Ground
from phlogiston_assets.domain.scopes import Scope, read_scope


def make_ground(folder: Path, size: DumpSize, *, scopes: int = COUNT) -> Ground:
    """Write a dump and its scopes below a folder; the ground is for SQLite."""
    files = folder / "scopes"
    prefixes = write_scopes(files, size.first_day, scopes)
    dump = folder / "bench.dump"
    _write(dump, size, [read_scope(files, prefix) for prefix in prefixes])
    return Ground(
        folder=str(folder),
        dump=str(dump),
        scopes=str(files),
        url="",
        first_day=str(size.first_day),
        last_day=str(size.closes),
        prefixes=prefixes,
    )


def make_ground_of_two_days(folder: Path, size: DumpSize, *, scopes: int = COUNT) -> Ground:
    """Write the dump of the last day but one, and that of the last as the next dump."""
    before = replace(size, until=size.closes - timedelta(days=1))
    ground = make_ground(folder, before, scopes=scopes)
    dump = folder / "next.dump"
    _write(dump, size, [read_scope(Path(ground.scopes), prefix) for prefix in ground.prefixes])
    return replace(ground, next_dump=str(dump))


def _write(dump: Path, size: DumpSize, scopes: Sequence[Scope]) -> None:
    with dump.open("wb") as out:
        write_dump(out, size, scopes)
