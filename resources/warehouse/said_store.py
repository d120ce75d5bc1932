"""What forecasts said on each of the last days, so that a later one can be held against them.

Rules that have been edited are not kept, but what they made the forecast say is.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from resources.warehouse.forecast_schema import forecast_said
from resources.warehouse.rows import insert_rows

if TYPE_CHECKING:  # pandas is slow to import, and only comes with what is given
    from phlogiston_assets.domain.figures import Figures
    from phlogiston_assets.domain.forecasts.forecast_moves import Told

DAYS_KEPT: Final = 35
_FORECAST: Final = "forecast"


def read_said(connection: Connection, scope: str, day: date) -> Told | None:
    """What the forecasts of a scope's day said; None if they are not kept."""
    table = forecast_said.c
    query = sa.select(table.category, table.measure, table.state, table.p85)
    rows = connection.execute(query.where((table.scope == scope) & (table.made_on == day))).all()
    if not rows:
        return None
    return {(row.category, row.measure): row.p85 for row in rows if row.state == _FORECAST}


def write_said(connection: Connection, figures: Figures) -> None:
    """Keep what the forecasts of a scope's day say, and forget those of more than DAYS_KEPT ago."""
    scope, day, table = figures.scope.settings.prefix, figures.day, forecast_said.c
    outdated = (table.made_on == day) | (table.made_on < day - timedelta(days=DAYS_KEPT))
    connection.execute(sa.delete(forecast_said).where((table.scope == scope) & outdated))
    dates = figures.forecast["p85"]
    said = (None if missing else at.date() for at, missing in zip(dates, dates.isna(), strict=True))
    told = (figures.forecast[name] for name in ("category", "measure", "state"))
    insert_rows(
        connection,
        forecast_said,
        [(scope, day, *row) for row in zip(*told, said, strict=True)],
    )
