"""Pieces of work for processes side by side; each is told as `name` or `what name`."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from phlogiston_assets.side_by_side import each_done


def maker(folder: Path) -> Callable[[str], str]:
    """What works on a piece in a process: tells in a file that it is there, and does as it says."""
    return partial(_work, folder)


def _work(folder: Path, piece: str) -> str:
    what, _, name = piece.rpartition(" ")
    (folder / name).write_text(str(os.getpid()))
    if what == "last":
        while len(list(folder.iterdir())) < 4:  # until the others are there
            time.sleep(0.01)
    elif what == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "fails":
        sys.exit(3)
    elif what == "stays":
        time.sleep(600)
    return f"{name} by {os.getpid()}"


def stay(folder: Path) -> None:
    """Work on two pieces that would take ten minutes."""
    done = each_done(partial(maker, folder), ["stays a", "stays b"], 2, lambda _: None)
    with closing(done):
        list(done)
