"""What is made of a scope on a day in the tables: its tasks and its figures.

What does not belong here: its report (see `page_assets`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from phlogiston_assets.defs.checks import check_results, check_specs, of_all_scopes
from phlogiston_assets.defs.load_assets import OWNERS, TABLES
from phlogiston_assets.defs.partitions import Partitions, scopes_of_run
from phlogiston_assets.defs.run_metadata import merged, of_figures
from phlogiston_assets.defs.steps import each_scope
from phlogiston_assets.domain.history.scope_checks import DAY_CHECKS, FIGURE_CHECKS
from phlogiston_assets.domain.verdicts import Verdict
from resources.locks import Locks
from resources.scope_desk import ScopeDesk

RECONSTRUCT_ANEW = "phlogiston/anew"
"""A run with this tag forgets all other days of its scopes."""

FIGURES = {
    "task_on_date_recategorized": "Each categorised task on each day.",
    "task_on_date_agg": "Count and points by day, category, status and kind of work.",
    "velocity": "Velocity and the classic forecast, week by week.",
    "recently_closed": "What was closed on each day.",
    "recently_closed_task": "The tasks closed in the last 14 days.",
    "status_report": "What became of the work of this quarter and the last.",
    "changes": "What changed since yesterday, last week and the start of the quarter.",
    "forecast": "When all is done, with stated probabilities, from thousands of simulated futures.",
    "flow": "Cumulative flow, arrivals and departures, cycle times and ages of open tasks.",
    "forecast_record": "How the forecasts of every past Sunday did, beside plainer ones.",
}

THE_SCOPE = "The scope"
"""The lock of a scope's tables."""

RECORD = "forecast_record"
"""Made in a step of its own after the other figures, which need not wait for it."""


def shared_by_scopes(partitions: Partitions) -> dict[str, Any]:
    """What is declared alike of all that is made of a scope on a day."""
    return {"partitions_def": partitions.by_scope, "group_name": "scopes", "owners": OWNERS}


def scope_assets(partitions: Partitions) -> list[dg.AssetsDefinition]:
    """The assets `task_on_date` and the tables of figures."""
    shared = shared_by_scopes(partitions)
    policy = dg.BackfillPolicy.single_run()

    @dg.asset(
        **shared,
        deps=list(TABLES),
        backfill_policy=policy,
        kinds={"table"},
        description="Each task in a scope on each day, as recorded in the newest load.",
        check_specs=check_specs(DAY_CHECKS),
    )
    def task_on_date(
        context: dg.AssetExecutionContext,
        desk: dg.ResourceParam[ScopeDesk],
        locks: dg.ResourceParam[Locks],
    ) -> dg.MaterializeResult:
        scopes = scopes_of_run(context)
        anew = RECONSTRUCT_ANEW in context.run.tags
        told: dict[str, list[Verdict]] = defaultdict(list)

        def work(scope: str) -> Mapping[str, Any]:
            tell = told[scope].extend
            return desk.reconstruct(scope, scopes[scope], anew=anew, tell=tell)

        metadata = merged(each_scope(context, locks, THE_SCOPE, scopes, work))
        results = [*check_results(of_all_scopes(told))]
        return dg.MaterializeResult(metadata=metadata, check_results=results)

    @dg.multi_asset(
        name="figures",
        specs=[
            dg.AssetSpec(
                name, deps=["task_on_date"], kinds={"table"}, description=description, **shared
            )
            for name, description in FIGURES.items()
            if name != RECORD
        ],
        check_specs=check_specs(FIGURE_CHECKS),
        backfill_policy=policy,
    )
    def figures(
        context: dg.AssetExecutionContext,
        desk: dg.ResourceParam[ScopeDesk],
        locks: dg.ResourceParam[Locks],
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        scopes = scopes_of_run(context)
        told: dict[str, list[Verdict]] = defaultdict(list)

        def work(scope: str) -> Mapping[str, Any]:
            return desk.store_figures(scope, max(scopes[scope]), tell=told[scope].extend)

        done = each_scope(context, locks, THE_SCOPE, scopes, work)
        for name in (name for name in FIGURES if name != RECORD):
            yield dg.MaterializeResult(asset_key=name, metadata=of_figures(name, done))
        yield from check_results(of_all_scopes(told))

    return [task_on_date, figures, _record_asset(shared, policy)]


def _record_asset(shared: Mapping[str, Any], policy: dg.BackfillPolicy) -> dg.AssetsDefinition:
    """The asset `forecast_record`."""

    @dg.asset(
        **shared,
        name=RECORD,
        deps=["forecast"],
        backfill_policy=policy,
        kinds={"table"},
        description=FIGURES[RECORD],
    )
    def forecast_record(
        context: dg.AssetExecutionContext,
        desk: dg.ResourceParam[ScopeDesk],
        locks: dg.ResourceParam[Locks],
    ) -> dg.MaterializeResult:
        scopes = scopes_of_run(context)

        def work(scope: str) -> Mapping[str, Any]:
            return desk.store_record(scope, max(scopes[scope]))

        done = each_scope(context, locks, THE_SCOPE, scopes, work)
        return dg.MaterializeResult(metadata=merged(done))

    made: dg.AssetsDefinition = forecast_record
    return made
