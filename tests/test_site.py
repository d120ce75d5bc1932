"""Publishing: a report is there as a whole or not at all, whatever happens half way."""

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from resources.site import Site, SiteError

ROOT = Path(__file__).parents[1]
DAY, LATER = date(2024, 3, 30), date(2024, 3, 31)
NAMES = ("index.html", "style.css", "tables/velocity.csv")


def report(content: str) -> dict[str, bytes | str]:
    """A report all of whose files have the same content."""
    return dict.fromkeys(NAMES, content)


def versions(site: Site) -> list[Path]:
    """The folders of reports of scope ve, linked or not."""
    return [
        path for path in (site.folder / "ve").iterdir() if path.is_dir() and path.name[0] == "."
    ]


def seen(folder: Path) -> set[str]:
    """The contents that a reader of a report's folder finds; fails if a file is missing."""
    return {(folder / name).read_text() for name in NAMES}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site")


def test_a_report_lies_in_the_folder_of_its_day_and_in_latest(site: Site) -> None:
    site.publish("ve", DAY, report("one"))
    assert seen(site.folder / "ve" / "2024-03-30") == {"one"}
    assert seen(site.folder / "ve" / "latest") == {"one"}


def test_publishing_again_replaces_the_whole_folder(site: Site) -> None:
    site.publish("ve", DAY, {**report("one"), "gone.html": "one"})
    site.publish("ve", DAY, report("two"))
    assert seen(site.folder / "ve" / "2024-03-30") == {"two"}
    assert not (site.folder / "ve" / "2024-03-30" / "gone.html").exists()


def test_latest_is_the_newest_day_in_whatever_order_days_are_published(site: Site) -> None:
    site.publish("ve", LATER, report("later"))
    site.publish("ve", DAY, report("earlier"))
    assert seen(site.folder / "ve" / "latest") == {"later"}
    assert site.days("ve") == (DAY, LATER)


def test_a_reader_with_the_folder_open_keeps_the_replaced_report(site: Site) -> None:
    site.publish("ve", DAY, report("one"))
    handle = os.open(site.folder / "ve" / "latest", os.O_RDONLY)
    site.publish("ve", DAY, report("two"))
    with os.fdopen(os.open("index.html", os.O_RDONLY, dir_fd=handle)) as file:
        assert file.read() == "one"
    os.close(handle)


def test_replaced_reports_do_not_pile_up(site: Site) -> None:
    for number in range(5):
        site.publish("ve", DAY, report(str(number)))
    assert len(versions(site)) == 2


def test_files_that_somebody_else_put_there_stay(site: Site) -> None:
    site.publish("ve", DAY, report("one"))
    theirs = [site.folder / "ve" / ".htaccess", site.folder / "robots.txt"]
    for path in theirs:
        path.write_text("theirs")
    site.publish("ve", DAY, report("two"))
    site.publish_index({"index.html": "two"})
    site.prune("ve", keep_days=0)
    assert [path.read_text() for path in theirs] == ["theirs", "theirs"]


@pytest.mark.parametrize("call", ["symlink", "replace", "fsync"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_full_disk_at_any_step_leaves_the_last_report(
    site: Site, monkeypatch: pytest.MonkeyPatch, call: str, nth: int
) -> None:
    site.publish("ve", DAY, report("old"))
    real, calls = getattr(os, call), [0]

    def failing(*arguments: object) -> object:
        calls[0] += 1
        if calls[0] == nth:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(os, call, failing)
        try:
            site.publish("ve", LATER, report("new"))
        except SiteError:
            assert seen(site.folder / "ve" / "2024-03-30") == {"old"}
            assert seen(site.folder / "ve" / "latest") in ({"old"}, {"new"})
    site.publish("ve", LATER, report("newer"))
    assert seen(site.folder / "ve" / "latest") == {"newer"}


def test_a_full_disk_is_told_with_the_remedy(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SiteError, match=r"cannot be written: No space left on device\. Make room"):
        site.publish("ve", DAY, report("new"))


def test_an_unwritable_content_leaves_nothing_behind(site: Site) -> None:
    site.publish("ve", DAY, report("old"))
    with pytest.raises(TypeError):
        site.publish("ve", DAY, {"index.html": "new", "bad.html": 5})  # type: ignore[dict-item]
    assert seen(site.folder / "ve" / "latest") == {"old"}
    assert len(versions(site)) == 1


PUBLISHER = """
import itertools, sys
from datetime import date
from pathlib import Path
from resources.site import Site
site = Site(Path(sys.argv[1]))
for number in itertools.count(int(sys.argv[2])):
    files = dict.fromkeys(sys.argv[3:], f"{number} " * 2000)
    site.publish("ve", date(2024, 3, 30), files)
    site.publish_index({"index.html": str(number), "style.css": str(number)})
"""


def test_a_publisher_killed_at_any_instant_leaves_a_whole_report(site: Site) -> None:
    """Rounds of publishing without end, each killed outright; then everything is put right."""
    site.publish("ve", DAY, report("start"))
    site.publish_index({"index.html": "start", "style.css": "start"})
    chance = random.Random(7)
    for round_ in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", PUBLISHER, str(site.folder), str(round_ * 100_000), *NAMES],
            cwd=ROOT,
        )
        until = time.monotonic() + 0.4 + 0.6 * chance.random()
        while time.monotonic() < until:
            assert (site.folder / "ve" / "latest" / "index.html").read_text()
            assert (site.folder / "index.html").read_text()
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert len(seen(site.folder / "ve" / "latest")) == 1
        assert len(seen(site.folder / "ve" / "2024-03-30")) == 1
        index = {(site.folder / name).read_text() for name in ("index.html", "style.css")}
        assert len(index) == 1
    site.publish("ve", DAY, report("end"))
    site.publish_index({"index.html": "end"})
    site.publish("ve", DAY, report("end"))
    assert seen(site.folder / "ve" / "latest") == {"end"}
    assert len(versions(site)) == 2
    assert not [path for path in site.folder.rglob("*") if path.name.startswith(".new-")]
    assert not (site.folder / "style.css").exists()


def test_the_index_is_replaced_as_a_whole(site: Site) -> None:
    site.publish_index({"index.html": "one", "old.html": "one", "dashboards/a.html": "one"})
    assert (site.folder / "dashboards" / "a.html").read_text() == "one"
    site.publish_index({"index.html": "two", "new.html": "two"})
    visible = {path.name for path in site.folder.iterdir() if not path.name.startswith(".")}
    assert visible == {"index.html", "new.html"}
    assert (site.folder / "index.html").read_text() == "two"


def test_the_index_cannot_take_the_place_of_a_scope(site: Site) -> None:
    with pytest.raises(ValueError, match="scope's folder"):
        site.publish_index({"ve/index.html": "no"})


def test_a_copy_with_folders_in_place_of_links_can_be_published_to(
    site: Site, tmp_path: Path
) -> None:
    site.publish("ve", DAY, report("one"))
    site.publish_index({"index.html": "one"})
    copy = Site(tmp_path / "copy")
    shutil.copytree(site.folder, copy.folder, symlinks=False)
    copy.publish("ve", DAY, report("two"))
    copy.publish_index({"index.html": "two"})
    assert seen(copy.folder / "ve" / "latest") == {"two"}
    assert (copy.folder / "index.html").read_text() == "two"


def test_a_site_can_be_moved(site: Site, tmp_path: Path) -> None:
    site.publish("ve", DAY, report("one"))
    moved = Site(site.folder.rename(tmp_path / "elsewhere"))
    assert seen(moved.folder / "ve" / "latest") == {"one"}


def test_pruning_keeps_recent_days_and_the_last_day_of_each_quarter(site: Site) -> None:
    days = [date(2024, 3, 26) + timedelta(days=number) for number in range(12)]
    for day in days:
        site.publish("ve", day, report(day.isoformat()))
    gone = site.prune("ve", keep_days=2)
    kept = (date(2024, 3, 31), date(2024, 4, 4), date(2024, 4, 5), date(2024, 4, 6))
    assert site.days("ve") == kept
    assert set(gone) | set(kept) == set(days)
    assert len(versions(site)) == len(kept)
    assert seen(site.folder / "ve" / "latest") == {"2024-04-06"}


def test_the_last_day_of_a_quarter_is_the_last_one_published(site: Site) -> None:
    for day in (date(2024, 3, 28), date(2024, 3, 29), date(2024, 5, 1)):
        site.publish("ve", day, report("x"))
    assert site.prune("ve", keep_days=0) == (date(2024, 3, 28),)
    assert site.prune("nobody", keep_days=0) == ()


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "", ".hidden", "a/../b", "a//b", "./a", "a\\b", "a\0b", "a/.b", "a/"]
)
def test_names_cannot_leave_the_folder(site: Site, name: str) -> None:
    with pytest.raises(ValueError, match="no name for a file"):
        site.publish("ve", DAY, {name: "x"})


@pytest.mark.parametrize("prefix", ["..", "", "a/b", "toolong7"])
def test_only_a_scope_has_a_folder(site: Site, prefix: str) -> None:
    with pytest.raises(ValueError, match="cannot name a scope"):
        site.publish(prefix, DAY, report("x"))


def test_the_newest_files_of_all_scopes_can_be_read(site: Site) -> None:
    assert site.latest_files("index.html") == {}
    site.publish("ve", DAY, report("old"))
    site.publish("ve", LATER, report("new"))
    site.publish("col", DAY, report("only"))
    site.publish_index({"index.html": "index"})
    assert site.latest_files("index.html") == {"col": b"only", "ve": b"new"}
    assert site.latest_files("missing.json") == {}
