"""Do dates that are forecast with 85 % confidence hold 85 times in a hundred?

    python -m benchmarks.forecast_calibration --histories 1000

Histories are made of which the truth is known: half a year in which a team works at a known pace,
and two years that follow by the same rules. Forecast at the end of the half year, by the code that
makes the reports' forecasts, and compared with what follows. Whoever forecasts a steady pace should
be right as often as he says. A pace that drifts betrays itself in no history, so dates hold less
often; weeks that make up for each other, such as bursts, are drawn as if each stood alone, so dates
are later than they need be.

Where growth nearly eats up completions and weeks are small, dates are named only for the histories
that look best, and these look better than they are; with more work a week the same growth is told
apart from chance. So three things are told: how many of the dates named held; how many of all
statements held, where "not within two years" rules nothing out; and the chance of being done within
13 weeks, stated for all histories, beside how often it came true.

The classic nominal forecast is held to the same outcomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import click
import numpy as np
import numpy.typing as npt

from benchmarks.known_histories import KINDS, Counts, Kind, Random
from phlogiston_assets.domain.categories.categorisation import OPEN, RESOLVED, Category
from phlogiston_assets.domain.counting.aggregation import Runs
from phlogiston_assets.domain.counting.flows import COUNT, MEASURES, MOST_WEEKS, Weeks
from phlogiston_assets.domain.counting.forecasting import WEEK, velocity_frame
from phlogiston_assets.domain.forecasts.forecast_tables import PERCENTS
from phlogiston_assets.domain.forecasts.simulated_forecast import DONE, simulate, standing
from phlogiston_assets.domain.forecasts.simulation import TRIALS, done_by_week, rank_of
from phlogiston_assets.domain.scopes import Display

QUARTER: Final = 13
TOGETHER: Final = 100
"""Histories that share one draw of futures, as the categories of a scope do."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """Per history: the weeks named (NaN for none) by percent and by the classic, and the truth.

    `stated` is the chance of being done within 13 weeks, NaN without a forecast; `done` counts
    the histories with nothing open.
    """

    named: dict[int, Floats]
    stated: Floats
    classic: Floats
    truth: Floats
    done: int


def outcome_of(kind: Kind, random: Random, count: int, label: str) -> Outcome:
    """Forecast so many histories of a kind together, and look at what came."""
    completed, came_in = kind.truth(random, count)
    past = slice(None, MOST_WEEKS)
    weeks = _weeks(completed[past], came_in[past], kind.stock)
    simulated = simulate(label, weeks)
    named = {percent: np.full(count, np.nan) for percent in PERCENTS}
    stated = np.full(count, np.nan)
    cdf = done_by_week(simulated.growing)
    for place, (history, measure) in enumerate(simulated.series):
        if measure == COUNT:
            stated[history] = cdf[place, QUARTER - 1] / TRIALS
        for percent, told in named.items():
            reached = np.flatnonzero(cdf[place] >= rank_of(percent))
            if measure == COUNT and len(reached):
                told[history] = reached[0] + 1
    left = kind.stock + np.cumsum((came_in - completed)[MOST_WEEKS:], axis=0)
    ended = left <= 0
    truth = np.where(ended.any(axis=0), ended.argmax(axis=0) + 1.0, np.inf)
    done = sum(standing(weeks, n, COUNT).state == DONE for n in range(count))
    return Outcome(named, stated, _classic(weeks), truth, done)


def _weeks(completed: Counts, came_in: Counts, stock: int) -> Weeks:
    """The weeks before the forecast; there are no points."""
    categories = tuple(Category(str(n), Display.SHOW) for n in range(completed.shape[1]))
    shape = (*completed.shape, len(MEASURES))
    columns = [np.zeros(shape, dtype=np.int64) for _ in range(3)]
    columns[0][..., COUNT], columns[2][..., COUNT] = came_in, completed
    now = np.zeros(shape[1:], dtype=np.int64)
    now[:, COUNT] = stock
    day = WEEK * MOST_WEEKS
    return Weeks(categories, day, now, columns[0], columns[1], columns[2], scale=1)


def _classic(weeks: Weeks) -> Floats:
    """The weeks that the classic nominal forecast names."""
    net, completed = weeks.net[..., COUNT], weeks.completed[..., COUNT]
    still = weeks.open[:, COUNT] - np.cumsum(net[::-1], axis=0)[::-1]
    opened = np.concatenate([still, weeks.open[None, :, COUNT]])
    resolved = np.concatenate([completed[:1] * 0, np.cumsum(completed, axis=0)])
    runs = _runs(opened, resolved)
    titles = [one.title for one in weeks.categories]
    frame = velocity_frame(runs, titles, last_day=weeks.day)
    last = frame[frame["date"] == frame["date"].max()].set_index("category")
    found: Floats = last["nom_count_fore"].reindex(titles).to_numpy(np.float64)
    return found


def _runs(opened: Counts, resolved: Counts) -> Runs:
    """Weekly counts, (weeks, histories), as the daily figures have them."""
    parts = []
    for status, counts in ((OPEN, opened), (RESOLVED, resolved)):
        week, history = np.nonzero(counts > 0)
        parts.append((history, np.full(len(week), status), week * WEEK, counts[week, history]))
    category, kind, first, count = (np.concatenate(one) for one in zip(*parts, strict=True))
    zero = np.zeros(len(first), dtype=np.int64)
    return Runs(category, kind, zero, first, first + WEEK, count, zero, zero, 1)


def row_of(kind: Kind, seed: int, histories: int) -> list[str]:
    """The table's row of a kind."""
    random = np.random.default_rng([seed, KINDS.index(kind)])
    starts = range(0, histories, TOGETHER)
    found = [
        outcome_of(kind, random, min(TOGETHER, histories - start), f"{kind.name} {start}")
        for start in starts
    ]
    truth = np.concatenate([one.truth for one in found])
    named = {n: np.concatenate([one.named[n] for one in found]) for n in PERCENTS}
    classic = np.concatenate([one.classic for one in found])
    stated = np.concatenate([one.stated for one in found])
    given = ~np.isnan(stated)
    return [
        kind.name,
        str(sum(one.done for one in found)),
        *(_share(truth, named[percent]) for percent in PERCENTS),
        _named(named[85]),
        _percent((truth <= np.where(np.isnan(named[85]), np.inf, named[85]))[given]),
        _percent(stated[given]),
        _percent((truth <= QUARTER)[given]),
        _named(classic),
        _share(truth, classic),
    ]


def _named(weeks: Floats) -> str:
    return str(int((~np.isnan(weeks)).sum()))


def _share(truth: Floats, named: Floats) -> str:
    """How many of the dates named held."""
    given = ~np.isnan(named)
    return _percent(truth[given] <= named[given])


def _percent(shares: npt.NDArray[Any]) -> str:
    return f"{100 * shares.mean():.1f} %" if len(shares) else "–"


HEAD: Final = (
    *("history", "nothing open", "P50 held", "P85 held", "P95 held", "P85 dates", "P85 unbroken"),
    *("13 weeks: stated", "came", "classic dates", "classic held"),
)


@click.command()
@click.option("--histories", default=1000, show_default=True, help="Histories of each kind.")
@click.option("--seed", default=1, show_default=True, help="Another seed makes other histories.")
def main(histories: int, seed: int) -> None:
    """Print how often dates held, by kind of history."""
    rows = [HEAD, *(row_of(kind, seed, histories) for kind in KINDS)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEAD))]
    for row in rows:
        cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        click.echo("  ".join([row[0].ljust(widths[0]), *cells]))


if __name__ == "__main__":
    main()
