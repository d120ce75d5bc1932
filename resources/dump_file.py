"""A dump as a file on the disk: whether it is there, opening it, and a first look at it.

What does not belong here: where it comes from (see `dump_source`), and what it holds (see
`loading`).
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from phlogiston_assets.domain.dumps.dump import DumpError, find_projects
from phlogiston_assets.domain.dumps.dump_window import BLOCK

_TAIL: Final = 4096
_GZIP_MAGIC: Final = b"\x1f\x8b"


def existing_dump(path: Path) -> Path:
    """The same path, if there is a file.

    Raises:
        DumpError: there is none, or it is a folder.
    """
    if path.is_dir():
        raise DumpError(f"{path} is a folder, not a dump file. Give the file inside it.")
    if not path.exists():
        raise DumpError(f"There is no file {path}. Check the path given for the dump.")
    return path


@contextmanager
def open_dump(path: Path) -> Iterator[BinaryIO]:
    """Open a dump file, plain or gzipped.

    Raises:
        DumpError: there is no such file, it is a folder, or it is gzipped and damaged.
    """
    with existing_dump(path).open("rb") as plain:
        if plain.read(2) != _GZIP_MAGIC:
            yield plain
            return
    try:
        with gzip.open(path, "rb") as unpacked:
            yield cast("BinaryIO", unpacked)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DumpError(f"{path} is a damaged gzip file ({error}). Fetch it again.") from error


def check_dump(path: Path) -> None:
    """See at a glance whether a file is a dump from its beginning to its end.

    Raises:
        DumpError: it is none, or cut off; a load may still find fault with what is between.
    """
    with open_dump(path) as file:
        find_projects(file)
        file.seek(0)
        last = b""
        while block := file.read(BLOCK):
            last = (last + block)[-_TAIL:]
        size = file.tell()
    if not last.rstrip().endswith(b"}"):
        raise DumpError(
            f"The dump {path.name} is cut off after {size:,} bytes: it does not end in a closing "
            "brace. Fetch it again; the previous load stays in place."
        )
