"""Failures as sentences: what the user can mend is said without a traceback."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from time import perf_counter
from typing import Any

import dagster as dg

from phlogiston_assets.defs.checks import record_refusal
from phlogiston_assets.defs.partitions import key_of
from phlogiston_assets.domain.dumps.dump import DumpError
from phlogiston_assets.domain.scopes import ScopeFileError
from phlogiston_assets.domain.verdicts import RefusedError
from resources.locks import LockHeldError
from resources.site import SiteError
from resources.warehouse.database import WarehouseError

EXPECTED = (
    DumpError,
    LockHeldError,
    RefusedError,
    ScopeFileError,
    SiteError,
    WarehouseError,
)


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn an expected error into a failure of the step that reads as the error's sentence."""
    try:
        yield
    except EXPECTED as error:
        raise dg.Failure(str(error), allow_retries=False) from error


def sentence_of(failure: dg.DagsterEvent) -> str:
    """What a failed step said."""
    data = failure.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    error = data.error.cause if data.error and data.error.cause else data.error
    return error.message.strip() if error else "no reason was recorded"


def each_scope(
    context: dg.AssetExecutionContext,
    scopes: Mapping[str, Sequence[date]],
    work: Callable[[str], Mapping[str, Any]],
) -> dict[str, Mapping[str, Any]]:
    """Do the work of every scope, though some fail; the metadata of each, with its wall seconds.

    `scopes` are the days of each. Where some fail, the days of the others are recorded as
    materialised before the step fails, so that the catalogue tells what was done.

    Raises:
        dg.Failure: after all others are done, naming each scope that failed and why.
    """
    done: dict[str, Mapping[str, Any]] = {}
    failed: dict[str, str] = {}
    for scope in scopes:
        begun = perf_counter()
        try:
            done[scope] = {**work(scope), "seconds": round(perf_counter() - begun, 2)}
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
