"""The rules in words: what is in scope, and what each rule takes, in order of priority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from phlogiston_assets.domain.charts.palette import colours
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.pages.context import ReportContext
from phlogiston_assets.domain.scopes import (
    Display,
    in_words,
    included_in_words,
    scope_projects,
)

CSV = "rules.csv"
_DISPLAYS = {Display.SHOW: "shown", Display.HIDE: "hidden", Display.OMIT: "omitted"}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule for a page: its place, category, effect and display in words, and boards."""

    place: int
    category: str
    words: str
    display: str
    colour: str
    boards: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class RulesPage:
    """What is included, the boards of that, and each rule."""

    included: str
    boards: Sequence[tuple[str, str]]
    rows: Sequence[RuleRow]
    csv: str = CSV


def rules_page(figures: Figures, context: ReportContext) -> RulesPage:
    """The rules that apply to this load (domain.md, section 7: the rules in words)."""
    palette = colours(figures.categories)

    def boards(ids: Sequence[int]) -> list[tuple[str, str]]:
        return [(figures.projects.get(one, str(one)), context.board_url(one)) for one in ids]

    return RulesPage(
        included=included_in_words(figures.rules, figures.projects) + ".",
        boards=boards(scope_projects(figures.rules)),
        rows=[
            RuleRow(
                place=place,
                category=rule.title,
                words=in_words(rule, figures.projects) + ".",
                display=_DISPLAYS[rule.display],
                colour=palette.get(rule.title, ""),
                boards=boards(rule.ids),
            )
            for place, rule in enumerate(figures.rules, start=1)
        ],
    )


def rules_frame(page: RulesPage) -> pd.DataFrame:
    """Columns place, category, display, words."""
    return pd.DataFrame(
        [(row.place, row.category, row.display, row.words) for row in page.rows],
        columns=["place", "category", "display", "words"],
    )
