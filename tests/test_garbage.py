"""Cycles of objects are not sought while rows and figures are made, and are again afterwards."""

from __future__ import annotations

import gc
import weakref

import pytest

from resources.garbage import only_new_garbage, without_garbage_collection


@pytest.mark.parametrize("enabled", [True, False])
def test_the_search_for_cycles_is_as_it_was_afterwards(*, enabled: bool) -> None:
    (gc.enable if enabled else gc.disable)()
    try:
        with without_garbage_collection():
            assert not gc.isenabled()
            with without_garbage_collection():
                assert not gc.isenabled()
            assert not gc.isenabled()
        assert gc.isenabled() == enabled
        with pytest.raises(ValueError, match="broken"), without_garbage_collection():
            raise ValueError("broken")
        assert gc.isenabled() == enabled
    finally:
        gc.enable()


def test_what_is_there_is_set_aside_until_the_last_piece_of_work_is_done() -> None:
    before, often = gc.get_freeze_count(), gc.get_threshold()
    with only_new_garbage():
        assert gc.get_freeze_count() > before
        with only_new_garbage():
            assert gc.get_threshold() > often
        assert gc.get_freeze_count() > before, "the first is still at work"
        assert gc.get_threshold() > often
    assert (gc.get_freeze_count(), gc.get_threshold()) == (0, often)
    with pytest.raises(ValueError, match="broken"), only_new_garbage():
        raise ValueError("broken")
    assert (gc.get_freeze_count(), gc.get_threshold()) == (0, often)


def test_cycles_made_meanwhile_are_found() -> None:
    class Node:
        """Something that knows itself."""

        def __init__(self) -> None:
            self.itself = self

    with only_new_garbage():
        gone = weakref.ref(Node())
        gc.collect()
        assert gone() is None
