"""Cycles of objects are not sought while rows and figures are made, and are again afterwards."""

from __future__ import annotations

import gc

import pytest

from resources.garbage import without_garbage_collection


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
