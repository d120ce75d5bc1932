"""What changed since yesterday, last week and the start of the quarter (forecast.md, "Flow")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from phlogiston_assets.domain.charts.measure import Measure, shown_measures
from phlogiston_assets.domain.charts.palette import colours
from phlogiston_assets.domain.charts.wording import counted, day_text, number
from phlogiston_assets.domain.counting.change_lists import (
    ALL,
    DONE_WITHIN,
    LISTS,
    RE_ESTIMATED,
    RECATEGORISED,
    Since,
)
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.pages.change_words import (
    NOUNS,
    SINCE,
    change_sentence,
    lists_of,
    net_of,
)
from phlogiston_assets.domain.pages.context import ReportContext
from phlogiston_assets.domain.pages.tables import (
    CATEGORY,
    POINTS,
    TASK,
    TITLE,
    Cell,
    Column,
    Table,
    amount_cell,
    category_cell,
    change_cell,
    task_cell,
)

_LISTED: Final = (TASK, TITLE, Column("Change", tight=True), CATEGORY)
COLUMNS: Final = ("id", "title", "change", "category", "points", "category_before", "points_before")


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What changed since a day: in sentences, in sums a measure, and task by task.

    Without *tables* the history does not reach back so far, and the one sentence says so.
    """

    slug: str
    title: str
    sentences: Sequence[str]
    tables: Sequence[Table] = ()


def change_views(figures: Figures, context: ReportContext) -> list[ChangeView]:
    """A view for each of the days that the report is compared with."""
    return [_view(figures, context, since) for since in Since]


def change_files(figures: Figures, context: ReportContext) -> dict[str, pd.DataFrame]:
    """The data of the tables of tasks by file name: columns COLUMNS."""
    return {_csv(since): changed_frame(figures, context, since) for since in Since}


def changed_frame(figures: Figures, context: ReportContext, since: Since) -> pd.DataFrame:
    """The tasks that stand otherwise than then, list by list: columns COLUMNS.

    Re-estimates are left out where the report shows no points.
    """
    rows = figures.changed_task[figures.changed_task["since"] == str(since)]
    if not figures.scope.settings.show_points:
        rows = rows[rows["change"] != RE_ESTIMATED]
    titles = context.titles_of(rows["id"])
    return rows.assign(title=titles)[list(COLUMNS)].reset_index(drop=True)


def _csv(since: Since) -> str:
    return f"changes-{since}.csv"


def _view(figures: Figures, context: ReportContext, since: Since) -> ChangeView:
    then, title = since.then(figures.day), f"Since {SINCE[since]}"
    if then < figures.first_day:
        short = f"The history begins on {day_text(figures.first_day)}, after {day_text(then)}."
        return ChangeView(str(since), title, [short])
    frame = changed_frame(figures, context, since)
    measures = shown_measures(figures.scope.settings)
    sentences = [change_sentence(figures, since, measure) for measure in measures]
    return ChangeView(
        str(since),
        title,
        [*sentences, *_within(frame)],
        [
            *(sum_table(figures, since, measure) for measure in measures),
            task_table(figures, context, since, frame),
        ],
    )


def _within(frame: pd.DataFrame) -> list[str]:
    count = int((frame["change"] == DONE_WITHIN).sum())
    if not count:
        return []
    tasks, verb = counted(count, "task"), "changes" if count == 1 else "change"
    besides = f"Besides, {tasks} came in and got resolved meanwhile"
    return [f"{besides}, which {verb} nothing of what is open."]


def sum_table(figures: Figures, since: Since, measure: Measure) -> Table:
    """How what was open became what is: all together first, then each category that changed.

    Lists that are empty have no column.
    """
    frame = figures.change_of_open
    told = frame[(frame["since"] == str(since)) & (frame["measure"] == str(measure))]
    found = [(row, lists_of(row)) for row in told.to_dict("records")]
    rows = [row for row, lists in found if row["category"] == ALL or lists]
    names = [name for name in NOUNS if any(name in lists for _, lists in found)]
    palette = colours(figures.categories)
    return Table(
        slug=f"sums-{since}-{measure}",
        caption=f"Open {measure.unit} at the end of {day_text(since.then(figures.day))} and of "
        f"{day_text(figures.day)}",
        columns=(
            Column("Category", wide=True),
            Column("Then", numeric=True),
            *(Column(NOUNS[name].capitalize(), numeric=True) for name in names),
            Column("Now", numeric=True),
        ),
        rows=[
            (
                category_cell(row["category"], palette) if row["category"] != ALL else Cell("All"),
                amount_cell(row["open_before"]),
                *(_term_cell(row, name) for name in names),
                amount_cell(row["open_after"]),
            )
            for row in rows
        ],
        csv="tables/change_of_open.csv",
        empty="There is nothing to compare.",
    )


def _term_cell(row: Any, name: str) -> Cell:
    """What a list adds or takes away; of categories both ways, where both are."""
    aside = ""
    if name == RECATEGORISED and row["category"] != ALL:
        came, went = row[f"{name}_in"], row[f"{name}_out"]
        aside = f"{number(came)} in, {number(went)} out" if came and went else ""
    return change_cell(net_of(row, name), aside)


def task_table(
    figures: Figures, context: ReportContext, since: Since, frame: pd.DataFrame
) -> Table:
    """One row a task of `changed_frame`."""
    palette, points = colours(figures.categories), figures.scope.settings.show_points
    then = day_text(since.then(figures.day))
    return Table(
        slug=f"changes-{since}",
        caption=f"Tasks that stand otherwise than at the end of {then}",
        columns=(*_LISTED, POINTS) if points else _LISTED,
        rows=[
            (
                task_cell(row["id"], context.task_url(row["id"])),
                Cell(row["title"]),
                _list_cell(row["change"]),
                category_cell(
                    row["category"],
                    palette,
                    f"from {row['category_before']}" if row["change"] == RECATEGORISED else "",
                ),
                *([_points_cell(row)] if points else []),
            )
            for row in frame.to_dict("records")
        ],
        csv=_csv(since),
        empty="No task stands otherwise than then.",
    )


def _list_cell(change: str) -> Cell:
    """A list by its name; lists sort in their own order."""
    return Cell(NOUNS.get(change, "came in, resolved"), sort=str(LISTS.index(change)))


def _points_cell(row: Any) -> Cell:
    plain = amount_cell(row["points"])
    before = row["points_before"]
    same = before == row["points"] or (pd.isna(before) and pd.isna(row["points"]))
    if row["change"] not in {RECATEGORISED, RE_ESTIMATED} or same:
        return plain
    told = "none" if pd.isna(before) else number(before)
    return Cell(plain.text, sort=plain.sort, aside=f"from {told}", quiet=plain.quiet)
