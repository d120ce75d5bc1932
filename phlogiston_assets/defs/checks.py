"""Checks as Dagster knows them: what is declared of each, and what it is told of each result."""

from collections.abc import Iterable, Iterator

import dagster as dg

from phlogiston_assets.domain.verdicts import Check, Verdict


def check_specs(checks: Iterable[Check]) -> list[dg.AssetCheckSpec]:
    """What is declared of checks that the asset itself reports."""
    return [
        dg.AssetCheckSpec(
            check.name,
            asset=check.asset,
            description=f"{check.holds} Where it fails: {check.remedy}",
            blocking=check.blocking,
        )
        for check in checks
    ]


def check_results(verdicts: Iterable[Verdict]) -> Iterator[dg.AssetCheckResult]:
    """What Dagster is told of what checks found."""
    for verdict in verdicts:
        severe = verdict.check.severe
        yield dg.AssetCheckResult(
            asset_key=verdict.check.asset,
            check_name=verdict.check.name,
            passed=verdict.passed,
            severity=dg.AssetCheckSeverity.ERROR if severe else dg.AssetCheckSeverity.WARN,
            description=verdict.sentence,
            metadata=dict(verdict.figures),
        )
