"""Python's search for cycles of objects, and when it is not worth its time."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import ClassVar, Final

_SELDOM: Final = 20_000
"""New objects after which cycles are sought; Python's own choice is 700."""


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Look for no cycles: for work that makes many objects and no cycles.

    To look for them would take a third of a load's time, and a fifth of that of a scope's day.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _OnlyNew:
    """How many pieces of work are under way that `only_new_garbage` is about."""

    lock: ClassVar[Lock] = Lock()
    count: ClassVar[int] = 0
    often: ClassVar[tuple[int, int, int]] = gc.get_threshold()


@contextmanager
def only_new_garbage() -> Iterator[None]:
    """Look for cycles seldom, and only among what is made meanwhile.

    Drawing makes cycles that have to go, but those that are there since the program's start are a
    million objects; to look through them again and again takes an eighth of a report's time.
    """
    with _OnlyNew.lock:
        _OnlyNew.count += 1
        if _OnlyNew.count == 1:
            _OnlyNew.often = gc.get_threshold()
            gc.freeze()
            gc.set_threshold(_SELDOM, *_OnlyNew.often[1:])
    try:
        yield
    finally:
        with _OnlyNew.lock:
            _OnlyNew.count -= 1
            if _OnlyNew.count == 0:
                gc.unfreeze()
                gc.set_threshold(*_OnlyNew.often)
