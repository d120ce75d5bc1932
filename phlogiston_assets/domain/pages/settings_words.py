"""The settings in force and the warnings, as sentences for the report's head (reports.md)."""

from __future__ import annotations

from pathlib import Path

from phlogiston_assets.domain.charts.wording import counted, day_text, number
from phlogiston_assets.domain.figures import Figures
from phlogiston_assets.domain.scopes import Display, ScopeSettings, without_folder


def settings_in_words(figures: Figures) -> tuple[str, ...]:
    """One sentence each on what a reader has to know to read the figures."""
    settings = figures.scope.settings
    cutoff = settings.cutoff_date(figures.day)
    return (
        f"The history begins on {day_text(figures.first_day)}.",
        *_retroactive(settings),
        _default_points(settings.default_points),
        f"Burnups leave out what was resolved before {day_text(cutoff)}."
        if cutoff
        else "Burnups show all that was ever resolved.",
        work_in_words(settings),
        *_halves(settings),
        *_hidden(figures),
    )


def _retroactive(settings: ScopeSettings) -> tuple[str, ...]:
    """What is taken from the last day instead of each day's own state."""
    match settings.retroactive_categories, settings.retroactive_points:
        case True, True:
            return ("Each task counts on all days with its category and points of today.",)
        case True, False:
            return ("Each task counts on all days in its category of today.",)
        case False, True:
            return ("Each task counts on all days with its points of today.",)
        case _:
            return ("Each task counts with the category and points that it had on the day.",)


def _default_points(points: float | None) -> str:
    if points is None:
        return "Tasks without points have none."
    return f"Tasks without points count {number(points)} each."


def work_in_words(settings: ScopeSettings) -> str:
    """When work on a task begins."""
    columns = " or ".join(f"“{part}”" for part in settings.working_columns)
    statuses = " or ".join(f"“{name}”" for name in settings.working_statuses)
    places = [f"a column with {columns} in its name"] if columns else []
    places += [f"the status {statuses}"] if statuses else []
    return f"Work on a task begins when it first comes to {' or '.join(places) or 'this scope'}."


def _halves(settings: ScopeSettings) -> tuple[str, ...]:
    match settings.show_points, settings.show_count:
        case True, False:
            return ("Shown by points only.",)
        case False, True:
            return ("Shown by count of tasks only.",)
        case False, False:
            return ("Neither points nor counts are shown: both are switched off.",)
        case _:
            return ()


def _hidden(figures: Figures) -> tuple[str, ...]:
    hidden = sum(1 for one in figures.categories if one.display is Display.HIDE)
    if not hidden:
        return ()
    verb = "is" if hidden == 1 else "are"
    noun = counted(hidden, "category", "categories")
    return (f"{noun} {verb} hidden from the main charts.",)


def warnings_in_words(figures: Figures) -> tuple[str, ...]:
    """The warnings, with files named without the folder that they lie in on the server."""
    scope = figures.scope
    folders = {path.parent for path in (scope.settings_path, scope.rules_path)} - {Path()}
    told = figures.warnings
    for folder in folders:
        told = tuple(without_folder(sentence, folder) for sentence in told)
    return told
