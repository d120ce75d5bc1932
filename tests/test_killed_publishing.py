"""A publisher that is killed outright at any moment leaves one whole report."""

from __future__ import annotations

import os
import pickle
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from support.figures import ROOT, lively_figures

from phlogiston_assets.domain.pages import ReportContext, render_report
from resources.site import Site

DAY = date(2024, 5, 15)
KILLS = 50
PUBLISHER = """
import itertools, pickle, sys
from datetime import date
from pathlib import Path
from resources.site import Site
site, versions = Site(Path(sys.argv[1])), pickle.loads(Path(sys.argv[2]).read_bytes())
print("ready", flush=True)
for files in itertools.cycle(versions):
    site.publish("ve", date(2024, 5, 15), files)
    site.publish_index({"index.html": files["index.html"], "report.js": files["index.html"]})
"""


def _version(title: str) -> dict[str, bytes]:
    """A report in which every page has the title."""
    made = datetime(2024, 5, 16, tzinfo=UTC)
    context = ReportContext(made, DAY, DAY, None, "https://x.example", {})
    return render_report(lively_figures([title], title=title), context, ROOT / "site_templates")


def _names(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return [str(path.relative_to(folder)) for path in files]


def _seen(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in _names(folder)}


def _kill_somewhere(site: Site, versions: Path, wait: float) -> None:
    """Let a publisher of all versions in turn run for a while, and kill it."""
    command = [sys.executable, "-c", PUBLISHER, str(site.folder), str(versions)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(wait)
        os.kill(child.pid, signal.SIGKILL)


def _whole(found: Mapping[str, bytes], versions: tuple[dict[str, bytes], ...]) -> bool:
    return any(found == version for version in versions)


def test_fifty_kills_leave_a_whole_report_each_time(tmp_path: Path) -> None:
    """reports.md, "Publishing": a report is published whole or not at all."""
    versions = (_version("Version A"), _version("Version B"))
    kept = tmp_path / "versions.pickle"
    kept.write_bytes(pickle.dumps(versions))
    site = Site(tmp_path / "site")
    site.publish("ve", DAY, versions[0])
    site.publish_index(dict.fromkeys(("index.html", "report.js"), versions[0]["index.html"]))
    chance = random.Random(20240515)
    unfinished = 0
    for _ in range(KILLS):
        _kill_somewhere(site, kept, chance.random() * 0.1)
        home = site.folder / "ve"
        written = (path for path in home.iterdir() if path.is_dir() and path.name[0] == ".")
        unfinished += any(len(_names(folder)) < len(versions[0]) for folder in written)
        assert (home / "latest").readlink() == Path(DAY.isoformat())
        assert _whole(_seen(home / "latest"), versions)
        assert (site.folder / "index.html").read_bytes() == (site.folder / "report.js").read_bytes()
    assert unfinished, "no kill came while a report was written: this test proves nothing"
    site.publish("ve", DAY, versions[1])
    assert _seen(site.folder / "ve" / "latest") == versions[1]
