"""Who looks for a failure's words in the operators' guide finds what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.documents import guide

ROOT = Path(__file__).parents[2]
SAID = {
    "resources/agenda.py": ("a day that is not over yet", "days begin on"),
    "resources/dagster_launcher.py": ("Its process is gone",),
    "resources/dump_store.py": ("cannot be kept in",),
    "resources/download.py": ("bytes more, but only",),
    "resources/locks.py": ("is in use by", "cannot be taken"),
    "resources/site.py": ("cannot be written",),
    "resources/warehouse/trouble.py": ("The database ",),
    "resources/warehouse/versions.py": ("has tables of version",),
    "phlogiston_assets/runs.py": ("Dagster's own storage",),
    "phlogiston_assets/defs/failures.py": ("It was told to stop",),
    "phlogiston_assets/defs/load_assets.py": ("A newer dump is loaded",),
}
"""Words of sentences that an operator meets, by the module that says them."""


@pytest.mark.parametrize("module", SAID)
def test_the_words_of_a_failure_stand_in_the_guide_as_the_program_says_them(module: str) -> None:
    source = (ROOT / module).read_text("utf-8")
    failures = " ".join(guide("operations").section("Failures").split())
    for words in SAID[module]:
        assert words in source
        assert words in failures
