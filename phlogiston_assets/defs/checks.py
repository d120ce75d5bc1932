"""Checks as Dagster knows them: what is declared of each, and what it is told of each result."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import dagster as dg

from phlogiston_assets.domain.verdicts import Check, RefusedError, Verdict


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
        yield dg.AssetCheckResult(
            asset_key=verdict.check.asset,
            check_name=verdict.check.name,
            passed=verdict.passed,
            severity=_severity(verdict),
            description=verdict.sentence,
            metadata=dict(verdict.figures),
        )


def of_all_scopes(told: Mapping[str, Sequence[Verdict]]) -> list[Verdict]:
    """One verdict a check: that of the one scope, or which of several failed and why."""
    if len(told) == 1:
        return list(next(iter(told.values())))
    merged = []
    for verdicts in zip(*told.values(), strict=True):
        failed = {scope: one for scope, one in zip(told, verdicts, strict=True) if not one.passed}
        said = " ".join(f"{scope}: {one.sentence}" for scope, one in failed.items())
        figures = {"scopes": len(verdicts)}
        said = said or f"{len(verdicts)} scopes pass."
        merged.append(Verdict(verdicts[0].check, not failed, said, figures))
    return merged


def record_refusal(context: dg.AssetExecutionContext, refusal: RefusedError) -> None:
    """Record the checks that refused a scope, in a step that will fail."""
    for verdict in refusal.verdicts:
        if not verdict.passed:
            context.log_event(
                dg.AssetCheckEvaluation(
                    asset_key=dg.AssetKey(verdict.check.asset),
                    check_name=verdict.check.name,
                    passed=False,
                    metadata=dict(verdict.figures),
                    severity=_severity(verdict),
                    description=verdict.sentence,
                    blocking=verdict.check.blocking,
                )
            )


def _severity(verdict: Verdict) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if verdict.check.severe else dg.AssetCheckSeverity.WARN
