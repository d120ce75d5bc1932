"""Whether an edit needs a new reconstruction, and why (domain.md, sections 4 and 5).

Another set of projects, start date or default points do; titles, displays, matchstrings and the
order of rules do not. What the days were made by is kept beside them as a `Basis`.

What does not belong here: what the edit does to the figures (see `preview`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date

from phlogiston_assets.domain.history.reconstruction import Keywords, Recipe


@dataclass(frozen=True, slots=True)
class Basis:
    """What a scope's days were made by: `recipe`, and the start date that its settings named."""

    recipe: Recipe
    start_date: date | None = None

    @property
    def text(self) -> str:
        """The basis as JSON, to be kept."""
        start = self.start_date and self.start_date.isoformat()
        return json.dumps([asdict(self.recipe), start])

    @classmethod
    def of_text(cls, text: str) -> Basis:
        """The basis that was kept as `text`."""
        told, start = json.loads(text)
        recipe = Recipe(
            projects=tuple(told["projects"]),
            default_points=told["default_points"],
            keywords=Keywords(**told["keywords"]),
            watched=tuple(told["watched"]),
        )
        return cls(recipe, start and date.fromisoformat(start))

    def extended_by(self, wanted: Basis) -> Basis:
        """What further days are made by where `reasons` gives none.

        The rules' order of projects is the wanted one; the projects that the status report watches
        stay, so that all days tell the same of a task.
        """
        return replace(self, recipe=replace(wanted.recipe, watched=self.recipe.watched))


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first day that is reconstructed, and the first that the settings ask for."""

    made: date
    wanted: date


def reasons(
    made: Basis, wanted: Basis, beginning: Beginning, names: Mapping[int, str]
) -> tuple[str, ...]:
    """Why days made by one basis have to be made anew for another, as clauses; () if they serve.

    `names` are those of the load's projects, by id.
    """
    return (
        *_projects(made.recipe, wanted.recipe, names),
        *_values(made.recipe, wanted.recipe),
        *_start(made, wanted, beginning),
    )


def _projects(made: Recipe, wanted: Recipe, names: Mapping[int, str]) -> Iterator[str]:
    added = [project for project in wanted.projects if project not in made.projects]
    removed = [project for project in made.projects if project not in wanted.projects]
    if added:
        yield f"the rules name more projects: {_named(added, names)}"
    if removed:
        yield f"the rules no longer name projects: {_named(removed, names)}"
    known = {*made.watched, *made.projects, *wanted.projects}
    unknown = [project for project in wanted.watched if project not in known]
    if unknown:
        yield f"the status report asks for another project: {_named(unknown, names)}"


def _named(projects: Iterable[int], names: Mapping[int, str]) -> str:
    return ", ".join(f"{project} ({names.get(project, 'not in the load')})" for project in projects)


def _values(made: Recipe, wanted: Recipe) -> Iterator[str]:
    if made.default_points != wanted.default_points:
        before, after = (_points(one.default_points) for one in (made, wanted))
        yield f"default_points is {after} instead of {before}"
    # Which project marks epics has no part in a reconstruction.
    if replace(made.keywords, epic=0) != replace(wanted.keywords, epic=0):
        yield "the settings name other keyword projects"


def _points(value: float | None) -> str:
    return "none" if value is None else f"{value:g}"


def _start(made: Basis, wanted: Basis, beginning: Beginning) -> Iterator[str]:
    if made.start_date != wanted.start_date and beginning.made != beginning.wanted:
        yield f"start_date makes the days begin on {beginning.wanted}, not {beginning.made}"
