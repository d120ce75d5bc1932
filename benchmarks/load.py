"""Loading the dump, and the plain way to do it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from benchmarks.ground import Ground
from benchmarks.measuring import Figures, metered, seconds
from resources.loading import load_dump
from resources.warehouse import schema
from resources.warehouse.database import Database, has_table

_COLUMNS: Final = {0: "id", 1: "phid", 3: "object_phid", 6: "transaction_type"}
_VALUES: Final = {7: "old_value", 8: "new_value", 9: "metadata", 11: "date_modified"}


def whole_dump(ground: Ground) -> Figures:
    """Load the dump, from its file to indexed tables."""
    return _load(ground, ground.dump, ground.last)


def over_another(ground: Ground) -> Figures:
    """Load the next dump over the dump, which is in the tables, and put that back, unmeasured."""
    figures = _load(ground, ground.next_dump, ground.next_day)
    _load(ground, ground.dump, ground.last)
    return figures


def anew(ground: Ground) -> Figures:
    """Load the dump, however often it was loaded before, as if none were loaded."""
    database = Database(ground.settings.database)
    database.prepare()
    with database.write() as connection:
        if has_table(connection, schema.dump_load.name):
            connection.execute(sa.delete(schema.dump_load))
    database.close()
    return whole_dump(ground)


def _load(ground: Ground, dump: str, day: date) -> Figures:
    figures = Figures()
    database = Database(ground.settings.database)
    database.prepare()
    with metered(figures):
        load = load_dump(database, Path(dump), day)
    figures.counts = {"tasks": load.tasks, "transactions": load.transactions, "bytes": load.bytes}
    figures.parts["unreadable"] = sum(load.unreadable.values())
    database.close()
    return figures


def beside_plain(ground: Ground) -> Figures:
    """Load the dump, and then load it plainly in the same process."""
    figures = whole_dump(ground)
    figures.plain_cpu = seconds(lambda: _plain_load(ground))
    return figures


def _plain_load(ground: Ground) -> None:
    """The whole document in memory, frames of all rows, and their `to_sql`."""
    import pandas as pd  # noqa: PLC0415 - no part of the program's own memory

    dump: Any = json.loads(Path(ground.dump).read_bytes())
    names = {**_COLUMNS, **_VALUES}
    tasks, rows = [], []
    for key, task in dump["task"].items():
        tasks.append((int(key), *task["info"]))
        for of_type in task["transactions"].values():
            rows += [tuple(row[place] for place in names) for row in of_type or ()]
    engine = sa.create_engine(Database(ground.settings.database).url)
    with engine.begin() as connection:
        frame = pd.DataFrame(tasks).add_prefix("field_")
        frame.to_sql("plain_task", connection, if_exists="replace", index=False)
        frame = pd.DataFrame(rows, columns=list(names.values()))
        frame.to_sql("plain_transaction", connection, if_exists="replace", index=False)
        for table in ("plain_task", "plain_transaction"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    engine.dispose()
