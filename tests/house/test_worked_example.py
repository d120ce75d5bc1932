"""The guide to a first scope leads from an empty folder to a report, as it is typed there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from support.documents import guide

BIN = Path(sys.executable).parent
LAST = "phlogiston run --mode reports\n"
"""Left out, since a second report of the same kind tells nothing and takes seconds; what it would
report is checked in its place."""


def test_what_the_guide_says_makes_a_report_and_shows_what_better_rules_will_do(
    tmp_path: Path,
) -> None:
    scopes = guide("scopes")
    typed = "".join(scopes.blocks(scopes.section("From nothing to a report")))
    assert typed.endswith(LAST)
    done = subprocess.run(
        ["bash", "-e"],
        input=typed.removesuffix(LAST) + "phlogiston check",
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": f"{BIN}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = (tmp_path / "data" / "site" / "mob" / "latest" / "index.html").read_text("utf-8")
    assert "Mobile apps" in report
    assert "Everything" in report
    told = done.stdout.replace(str(tmp_path), "…").splitlines()
    _, mistyped, mended = "\n".join(line.rstrip() for line in told).split("mob: Mobile apps, ")[-3:]
    section = scopes.section("Seeing beforehand what an edit does")
    (shown,) = scopes.blocks(section, language="text")
    assert f"mob: Mobile apps, {mistyped}" == shown
    for category in ("Crashes", "Reading offline", "Everything else"):
        assert f"  {category} " in mended
    assert "matches no task" not in mended
