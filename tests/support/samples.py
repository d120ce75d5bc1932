"""Small dumps of the sample's generator."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from phlogiston_assets.domain.sample import SampleSize, write_sample


def sample_dump(folder: Path, last_day: date, *, tasks: int, days: int) -> Path:
    """Write a dump that closes a day into a folder; its path."""
    path = folder / "sample.dump"
    with path.open("wb") as out:
        write_sample(out, SampleSize.ending(last_day, tasks=tasks, days=days))
    return path
