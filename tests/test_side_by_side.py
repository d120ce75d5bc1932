"""Pieces of work are done side by side, and nothing of them outlives who asked for them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from support.command_line import ROOT
from support.pieces import maker

from phlogiston_assets.side_by_side import Lost, each_done, processors

_PATIENCE = 60


def in_time(state: Callable[[], bool]) -> bool:
    """Whether a state comes about."""
    end = time.monotonic() + _PATIENCE
    while not (there := state()) and time.monotonic() < end:
        time.sleep(0.01)
    return there


def is_gone(process: int) -> bool:
    try:
        told = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return True
    return told.rpartition(")")[2].split()[0] == "Z"


def processes_of(folder: Path, *names: str) -> list[int]:
    """The processes that have begun so many pieces."""
    assert in_time(lambda: all((folder / name).exists() for name in names))
    assert in_time(lambda: all((folder / name).read_text() for name in names))
    return [int((folder / name).read_text()) for name in names]


def test_pieces_are_begun_in_order_and_told_as_soon_as_they_are_done(tmp_path: Path) -> None:
    begun: list[str] = []
    pieces = ["last a", "b", "c", "d"]
    with closing(each_done(partial(maker, tmp_path), pieces, 2, begun.append)) as done:
        told = list(done)
    assert begun == pieces
    assert [piece for piece, _ in told] == ["b", "c", "d", "last a"]
    processes = [str(result).partition(" by ")[2] for _, result in told]
    assert len(set(processes[:3])) == 1
    assert len({*processes, str(os.getpid())}) == 3
    assert in_time(lambda: all(is_gone(int(process)) for process in processes))


def test_a_process_that_dies_takes_only_its_own_piece_with_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pieces = ["dies a", "b", "fails c", "d"]
    with closing(each_done(partial(maker, tmp_path), pieces, 2, lambda _: None)) as done:
        told = dict(done)
    assert set(told) == set(pieces)
    assert told["dies a"] == Lost(-signal.SIGKILL)
    assert told["fails c"] == Lost(3)
    assert "was killed by signal 9" in told["dies a"].said
    assert "ended with code 3" in told["fails c"].said
    assert str(told["b"]).startswith("b by ")
    assert str(told["d"]).startswith("d by ")
    assert capfd.readouterr().err == ""


def test_who_needs_no_more_stops_what_is_under_way(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    pieces = ["stays a", "b"]
    with closing(each_done(partial(maker, tmp_path), pieces, 2, lambda _: None)) as done:
        piece, _ = next(done)
        assert piece == "b"
        processes = processes_of(tmp_path, "a", "b")
    assert all(is_gone(process) for process in processes)
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize(
    ("whom", "how"),
    [("all", signal.SIGINT), ("parent", signal.SIGTERM), ("parent", signal.SIGKILL)],
)
def test_processes_end_with_the_one_that_started_them(
    tmp_path: Path, whom: str, how: signal.Signals
) -> None:
    """A terminal tells Ctrl-C to all of them: only one of them speaks of it."""
    script = f"from support.pieces import *; stay(Path({str(tmp_path)!r}))"
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    processes = processes_of(tmp_path, "a", "b")
    (os.killpg if whom == "all" else os.kill)(parent.pid, how)
    _, errors = parent.communicate(timeout=_PATIENCE)
    assert in_time(lambda: all(is_gone(process) for process in processes))
    told = 0 if how == signal.SIGKILL else 1
    assert errors.count("KeyboardInterrupt") == told
    assert errors.count("Traceback") == told


@pytest.mark.parametrize(("usable", "processes"), [(1, 1), (3, 3), (64, 8)])
def test_there_are_no_more_processes_than_are_of_use(
    usable: int, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(usable)))
    assert processors() == processes
