"""Doing pieces of work side by side, in processes that stay until all of it is done.

Each imports and opens what it needs once, and is given piece after piece. They end with the process
that started them, however that ends, and only by its word: Ctrl-C, which a terminal tells to all of
them, is left to it. No work of any scope belongs here.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from threading import Thread
from typing import Any, Final, Generic, Literal, TypeVar

_Result = TypeVar("_Result")
Make = Callable[[], Callable[[str], _Result]]
"""Makes, within a process, what does the work there; it and the results can be pickled."""

MOST_PROCESSORS: Final = 8
"""More processes would mostly wait for the database, and each takes some 300 MB."""

_GRACE: Final = 20.0
"""Seconds that a process has to end in good order."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What became of a piece of work whose process ended before it was done."""

    exit_code: int
    failed: Literal[True] = True

    @property
    def said(self) -> str:
        """What happened, and what to do."""
        how = f"ended with code {self.exit_code}"
        if self.exit_code < 0:
            how = f"was killed by signal {-self.exit_code}"
        return (
            f"its process {how}, as where memory runs out. Nothing is half done; give the same "
            "command again, with a lower PHLOGISTON_SCOPES_AT_ONCE if it ran out of memory."
        )


def processors() -> int:
    """How many processes are of use: the processors that this one may use, but not many."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, MOST_PROCESSORS)


def each_done(
    make: Make[_Result], pieces: Sequence[str], at_once: int, begun: Callable[[str], None]
) -> Iterator[tuple[str, _Result | Lost]]:
    """Do all pieces of work, so many at once; each with its result as soon as it is done.

    They are begun in the order given, and `begun` is told of each. Close the iterator to stop what
    is under way. Until it is closed or at its end, SIGTERM is a KeyboardInterrupt.
    """
    waiting = deque(pieces)
    workers: list[_Worker[_Result]] = []
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while waiting or workers:
            while waiting and len(workers) < at_once:
                workers.append(_Worker(make))
                _give(workers[-1], waiting.popleft(), begun)
            ready = wait([worker.pipe for worker in workers])
            for worker in [worker for worker in workers if worker.pipe in ready]:
                piece, result = worker.piece, worker.result()
                if isinstance(result, Lost):
                    workers.remove(worker)
                elif waiting:
                    _give(worker, waiting.popleft(), begun)
                else:
                    worker.dismiss()
                    workers.remove(worker)
                yield piece, result
    finally:
        _end(workers)
        signal.signal(signal.SIGTERM, before)


class _Worker(Generic[_Result]):
    """A process, and the piece of work that it was given last."""

    def __init__(self, make: Make[_Result]) -> None:
        self.piece = ""
        spawn = multiprocessing.get_context("spawn")
        self.pipe, far = spawn.Pipe()
        self.process: SpawnProcess = spawn.Process(target=_serve, args=(far, make), daemon=True)
        with _out_of_reach_of_ctrl_c():
            self.process.start()
        far.close()

    def result(self) -> _Result | Lost:
        """What came of the piece; waits for it."""
        try:
            received: _Result = self.pipe.recv()
        except (EOFError, ConnectionError):
            self.process.join()
            return Lost(self.process.exitcode or 0)
        return received

    def dismiss(self) -> None:
        """Let the process end, which has nothing left to do."""
        self.pipe.close()
        self.process.join()


def _give(worker: _Worker[Any], piece: str, begun: Callable[[str], None]) -> None:
    worker.piece = piece
    begun(piece)
    with suppress(ConnectionError):  # that it is gone is told when its result is asked for
        worker.pipe.send(piece)


def _end(workers: Sequence[_Worker[Any]]) -> None:
    """Have what is under way stopped, in good order if that does not take too long."""
    deadline = time.monotonic() + _GRACE
    try:
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            worker.process.join(max(0.0, deadline - time.monotonic()))
    finally:
        for worker in workers:
            worker.process.kill()
            worker.process.join()


@contextmanager
def _out_of_reach_of_ctrl_c() -> Iterator[None]:
    """Start a process that a terminal's Ctrl-C does not reach."""
    resource_tracker.ensure_running()  # it starts with the first process, and would end the mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection[Any, str], make: Make[Any]) -> None:
    """Work on pieces until there are no more: the life of a process."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(KeyboardInterrupt):
        work = make()
        for piece in _received(pipe):
            pipe.send(work(piece))


def _received(pipe: Connection[Any, str]) -> Iterator[str]:
    with suppress(EOFError):
        while True:
            yield pipe.recv()


def _end_with_parent() -> None:
    """End this process when the one that started it is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(1)
