"""How a step of a run goes through its scopes, holding the lock of each while it works on it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from time import perf_counter
from typing import Any

import dagster as dg

from phlogiston_assets.defs.checks import record_refusal
from phlogiston_assets.defs.failures import EXPECTED
from phlogiston_assets.defs.partitions import key_of
from phlogiston_assets.domain.verdicts import RefusedError
from resources.locks import Locks


def holder_of(context: dg.AssetExecutionContext) -> str:
    """The name under which a run holds its locks."""
    return f"run {context.run.run_id[:8]}"


def each_scope(
    context: dg.AssetExecutionContext,
    locks: Locks,
    what: str,
    scopes: Mapping[str, Sequence[date]],
    work: Callable[[str], Mapping[str, Any]],
) -> dict[str, Mapping[str, Any]]:
    """Do the work of every scope, though some fail; the metadata of each, with its wall seconds.

    `scopes` are the days of each; `what` of a scope is locked while it is worked on. Where some
    fail, the days of the others are recorded as materialised before the step fails, so that the
    catalogue tells what was done.

    Raises:
        dg.Failure: after all others are done, naming each scope that failed and why.
    """
    done: dict[str, Mapping[str, Any]] = {}
    failed: dict[str, str] = {}
    for scope in scopes:
        begun = perf_counter()
        try:
            with locks.hold(f"{what} {scope}", holder_of(context)):
                told = work(scope)
            done[scope] = {**told, "seconds": round(perf_counter() - begun, 2)}
        except EXPECTED as error:
            context.log.warning("%s: %s", scope, error)
            if isinstance(error, RefusedError):
                record_refusal(context, error)
            failed[scope] = str(error)
    if failed:
        for scope, metadata in done.items():
            _record(context, scope, scopes[scope], metadata)
        alone = len(scopes) == 1
        lines = [reason if alone else f"{scope}: {reason}" for scope, reason in failed.items()]
        raise dg.Failure("\n".join(lines), metadata=failed, allow_retries=False)
    return done


def _record(
    context: dg.AssetExecutionContext,
    scope: str,
    days: Sequence[date],
    metadata: Mapping[str, Any],
) -> None:
    """Record the days of a scope as materialised in a step that will fail."""
    for asset in sorted(context.selected_asset_keys):
        for day in days:
            event = dg.AssetMaterialization(asset, partition=key_of(day, scope), metadata=metadata)
            context.log_event(event)
