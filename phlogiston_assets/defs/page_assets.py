"""What is published: the report of a scope on a day, and the pages of all scopes."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import dagster as dg

from phlogiston_assets.defs.checks import check_results, check_specs, of_all_scopes
from phlogiston_assets.defs.failures import said_plainly
from phlogiston_assets.defs.load_assets import OWNERS
from phlogiston_assets.defs.partitions import Partitions, scopes_of_run
from phlogiston_assets.defs.run_metadata import merged, of_report
from phlogiston_assets.defs.scope_assets import FIGURES, shared_by_scopes
from phlogiston_assets.defs.steps import each_scope, holder_of
from phlogiston_assets.domain.history.scope_checks import REPORT_CHECKS
from phlogiston_assets.domain.verdicts import Verdict
from resources.locks import Locks
from resources.scope_desk import ScopeDesk


def page_assets(partitions: Partitions) -> list[dg.AssetsDefinition]:
    """The assets `report` and `site_index`."""

    @dg.asset(
        **shared_by_scopes(partitions),
        deps=list(FIGURES),
        backfill_policy=dg.BackfillPolicy.single_run(),
        kinds={"html"},
        description="The report of a scope on a day, published whole or not at all.",
        check_specs=check_specs(REPORT_CHECKS),
    )
    def report(
        context: dg.AssetExecutionContext,
        desk: dg.ResourceParam[ScopeDesk],
        locks: dg.ResourceParam[Locks],
    ) -> dg.MaterializeResult:
        scopes = scopes_of_run(context)
        told: dict[str, Sequence[Verdict]] = {}

        def work(scope: str) -> Mapping[str, Any]:
            tell = partial(told.__setitem__, scope)  # what is told of the last day stays
            published = [desk.publish(scope, day, tell=tell) for day in scopes[scope]]
            return of_report(published[-1], alone=len(context.partition_keys) == 1)

        metadata = merged(each_scope(context, locks, "The report", scopes, work))
        results = [*check_results(of_all_scopes(told))]
        return dg.MaterializeResult(metadata=metadata, check_results=results)

    @dg.asset(
        deps=["report"],
        group_name="scopes",
        kinds={"html"},
        owners=OWNERS,
        description="The page that lists all scopes with their newest report.",
    )
    def site_index(
        context: dg.AssetExecutionContext,
        desk: dg.ResourceParam[ScopeDesk],
        locks: dg.ResourceParam[Locks],
    ) -> dg.MaterializeResult:
        with said_plainly(), locks.hold("The site index", holder_of(context)):
            return dg.MaterializeResult(metadata=desk.publish_index())

    return [report, site_index]
