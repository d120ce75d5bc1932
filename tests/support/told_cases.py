"""The scopes of a case, reconstructed and categorised, as stories are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from support.cases import Case

from phlogiston_assets.domain.categories.categorisation import (
    CategoryPeriods,
    StatusSets,
    categorise,
)
from phlogiston_assets.domain.days import day_number
from phlogiston_assets.domain.history.periods import Periods
from phlogiston_assets.domain.scopes import read_scope, resolve_rules
from resources.loading import load_dump
from resources.reconstructing import reconstruct_days
from resources.settings import Settings
from resources.warehouse import extract_store, period_store
from resources.warehouse.database import Database


@dataclass(frozen=True)
class CaseScope:
    """One scope on all days of its case; `created` gives the day on which each task was made."""

    categorised: CategoryPeriods
    periods: Periods
    days: tuple[int, int]
    created: Mapping[int, int]
    statuses: StatusSets


def scopes_of_case(case: Case, database: Database) -> Iterator[CaseScope]:
    """Load a case into an empty database and reconstruct its scopes, one after the other."""
    settings = Settings(scopes_dir=case.scopes_dir)
    load_dump(database, case.dump, case.day)
    days = [case.first + timedelta(days=n) for n in range((case.day - case.first).days + 1)]
    span = day_number(case.first), day_number(case.day)
    for prefix in case.scopes:
        scope = read_scope(case.scopes_dir, prefix)
        reconstruct_days(database, settings, scope, days)
        with database.read() as connection:
            rules = resolve_rules(scope, extract_store.read_projects(connection))
            periods = period_store.read_periods(connection, prefix)
            made = extract_store.read_created(connection, np.unique(periods.task).tolist())
        periods = periods.clip(span[0], span[1] + 1)
        categorised = categorise(periods, rules, scope.settings, span[1], settings.statuses)
        yield CaseScope(categorised, periods, span, made, settings.statuses)
