"""Folders and links of which no reader and no crash can see anything half done.

What does not belong here: what stands in them (see `site`).
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOCK: Final = ".lock"
"""The file in a folder by which processes take turns."""
NEW_LINK: Final = ".new-"
"""What the name of a link begins with that is about to take its place."""
ASIDE: Final = ".aside-"
"""What the name of something begins with that a link took the place of."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process at a time in a folder; the system lets go of the lock with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write_folder(folder: Path, files: Mapping[str, bytes | str]) -> None:
    """Write and sync a new folder; on failure nothing of it is left."""
    folder.mkdir(parents=True)
    try:
        folders = {folder}
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            folders |= {parent for parent in path.parents if folder in (parent, *parent.parents)}
            with path.open("xb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
        for written in (*folders, folder.parent):
            sync_folder(written)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def point(link: Path, target: str) -> None:
    """Make `link` point to `target`, in one step where it is a link already or nothing at all.

    Something else in its place, as in a copy of a site, moves aside first, to go with the next
    sweep.
    """
    if link.is_symlink() and link.readlink() == Path(target):
        return
    new = link.with_name(f"{NEW_LINK}{secrets.token_hex(8)}")
    new.symlink_to(target)
    try:
        if link.exists() and not link.is_symlink():
            link.rename(link.with_name(f"{ASIDE}{secrets.token_hex(8)}"))
        new.replace(link)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    sync_folder(link.parent)


def remove_others(folder: Path, kept: set[str]) -> None:
    """Remove all but what is kept of a folder, if it is there."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in kept:
            discard(path)


def discard(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, so that no crash undoes a rename."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
