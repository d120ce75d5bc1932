"""Failures as sentences: what the user can mend is said without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError  # no public name for it

from phlogiston_assets.domain.dumps.dump import DumpError
from phlogiston_assets.domain.scopes import ScopeFileError
from phlogiston_assets.domain.verdicts import RefusedError
from resources.dagster_launcher import NOT_BY_HALF
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

INTERRUPTIONS: Final = (KeyboardInterrupt.__name__, DagsterExecutionInterruptedError.__name__)
"""By these a run ends that was told to stop."""


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn an expected error into a failure of the step that reads as the error's sentence."""
    try:
        yield
    except EXPECTED as error:
        raise dg.Failure(str(error), allow_retries=False) from error


def was_stopped(failure: dg.DagsterEvent) -> bool:
    """Whether a step failed since its run was told to stop."""
    error = failure.step_failure_data.error
    return error is not None and error.cls_name in INTERRUPTIONS


def sentence_of(failure: dg.DagsterEvent) -> str:
    """What a failed step said."""
    data = failure.step_failure_data
    if was_stopped(failure):
        return f"It was told to stop, as when its code server is stopped. {NOT_BY_HALF}"
    if data.user_failure_data and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    error = data.error.cause if data.error and data.error.cause else data.error
    return error.message.strip() if error else "no reason was recorded"
