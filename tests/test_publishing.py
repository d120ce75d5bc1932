"""Of which load a report says it is, where the newest one is not that of its days."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from support.figures import ROOT
from support.histories import DumpBuilder
from support.scopes import scope_of, write_dump

from resources.figuring import store_figures
from resources.loading import load_dump
from resources.publishing import publish_report
from resources.reconstructing import reconstruct_days
from resources.settings import Settings
from resources.warehouse.database import Database

DAY = date(2024, 1, 5)
SCOPE = scope_of("ProjectByID,All,show,483,")


def load(database: Database, folder: Path, day: date) -> None:
    """Load a dump of one task, which was resolved on its last day."""
    dump = DumpBuilder()
    task = dump.task(1, created="2024-01-01").in_project(dump.project(483, "Editor"))
    task.resolved(on=day.isoformat())
    load_dump(database, write_dump(dump, folder / "sample.dump"), day)


def dateline(database: Database, folder: Path) -> str:
    """What the report of DAY says of its data."""
    settings = Settings(home=folder, database_url=str(database.url))
    publish_report(database, settings, SCOPE, DAY, ROOT / "site_templates")
    page = (folder / "site" / "s" / "latest" / "index.html").read_text("utf-8")
    (told,) = re.findall(r"Newest data: (.*?)\.\s", re.sub(r"<[^>]*>", "", page))
    return str(told)


def test_a_report_made_again_after_a_load_tells_the_data_that_its_days_are_made_of(
    tmp_path: Path,
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'phlogiston.sqlite'}")
    database.prepare()
    load(database, tmp_path, DAY)
    reconstruct_days(database, Settings(), SCOPE, [DAY])
    store_figures(database, Settings(), SCOPE, DAY)
    before = dateline(database, tmp_path)
    assert before.startswith("5 January 2024, ")
    load(database, tmp_path, DAY + timedelta(days=1))
    assert dateline(database, tmp_path) == "load of 2024-01-05"
    reconstruct_days(database, Settings(), SCOPE, [DAY])
    assert dateline(database, tmp_path).startswith("6 January 2024, ")
    database.close()
