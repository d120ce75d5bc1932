"""Alarms: on any failed run, on failed checks, and where nothing new comes (operations.md).

They are on from the start, unlike what starts runs: a failure is logged on a first look, too.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import dagster as dg

from phlogiston_assets.defs.ended_runs import (
    AlarmCursor,
    EndedRuns,
    failed_checks_of,
    failed_run,
    newly_ended,
)
from phlogiston_assets.defs.failures import EXPECTED
from phlogiston_assets.domain.alarms import (
    FailedCheck,
    failed_checks_alarm,
    failed_checks_of_runs_alarm,
    failed_run_alarm,
    failed_runs_alarm,
)
from resources.alarms import Alarms
from resources.scope_desk import ScopeDesk

QUIET: Final = timedelta(minutes=15)
"""After an alarm on failed runs or checks, further ones are gathered for so long: a backfill of
which every run fails is told some times an hour, not some hundred times."""

_FAILED: Final = dg.DagsterEventType.RUN_FAILURE
_SUCCEEDED: Final = dg.DagsterEventType.RUN_SUCCESS


@dg.sensor(default_status=dg.DefaultSensorStatus.RUNNING)
def failed_runs(
    context: dg.SensorEvaluationContext, alarms: dg.ResourceParam[Alarms]
) -> dg.SensorResult | dg.SkipReason:
    """Raise the alarm on failed runs: on the first at once, on those that follow it together."""
    failed = newly_ended(context.instance, _FAILED, AlarmCursor.read(context.cursor))
    runs = _ours(failed.runs, context)

    def tell() -> None:
        _tell_runs(runs, context, alarms)
        _tell_checks(_checks_of(runs, context), context, alarms)

    return _gathered(failed, len(runs), "run", tell)


@dg.sensor(default_status=dg.DefaultSensorStatus.RUNNING)
def failed_checks(
    context: dg.SensorEvaluationContext, alarms: dg.ResourceParam[Alarms]
) -> dg.SensorResult | dg.SkipReason:
    """Raise the alarm on checks that failed as errors in runs that ended well.

    Checks of failed runs are told with these.
    """
    ended = newly_ended(context.instance, _SUCCEEDED, AlarmCursor.read(context.cursor))
    checks = _checks_of(_ours(ended.runs, context), context)
    return _gathered(ended, len(checks), "check", lambda: _tell_checks(checks, context, alarms))


def _gathered(
    ended: EndedRuns, count: int, noun: str, tell: Callable[[], None]
) -> dg.SensorResult | dg.SkipReason:
    """Tell of runs that ended, unless there was an alarm shortly before: then later, of all."""
    now = datetime.now(UTC).timestamp()
    if not count:
        return dg.SensorResult(skip_reason=f"No {noun} failed.", cursor=ended.end().text)
    if now < ended.cursor.told_at + QUIET.total_seconds():
        return dg.SkipReason(f"{count} more {noun}s failed; the next alarm tells of them.")
    tell()
    return dg.SensorResult(cursor=ended.end(told_at=now).text)


@dg.sensor(minimum_interval_seconds=3600, default_status=dg.DefaultSensorStatus.RUNNING)
def nothing_new(
    context: dg.SensorEvaluationContext,
    desk: dg.ResourceParam[ScopeDesk],
    alarms: dg.ResourceParam[Alarms],
) -> dg.SensorResult | dg.SkipReason:
    """Raise the alarm, once a day, where no dump was loaded or reported for some days."""
    now = datetime.now(UTC)
    try:
        alarm = desk.stale_alarm(now, alarms.settings.dagster_url)
    except EXPECTED as error:
        return dg.SkipReason(str(error))
    if alarm is None:
        return dg.SkipReason("Load and reports are as new as they can be.")
    today = now.date().isoformat()
    if context.cursor != today:
        alarms.raise_alarm(alarm, context.log)
    return dg.SensorResult(skip_reason=" ".join(alarm.sentences), cursor=today)


def _ours(
    runs: Sequence[dg.DagsterRun], context: dg.SensorEvaluationContext
) -> list[dg.DagsterRun]:
    """The runs of this program's assets; others may share the instance."""
    if context.repository_def is None:
        return [*runs]
    keys = set(context.repository_def.asset_graph.get_all_asset_keys())
    return [run for run in runs if run.asset_selection is None or run.asset_selection & keys]


def _tell_runs(
    runs: Sequence[dg.DagsterRun], context: dg.SensorEvaluationContext, alarms: Alarms
) -> None:
    failed = [failed_run(context.instance, run) for run in runs]
    if len(failed) == 1:
        page = _page(alarms, failed[0].id)
        alarms.raise_alarm(failed_run_alarm(failed[0], page), context.log)
    else:
        alarms.raise_alarm(failed_runs_alarm(failed, _page(alarms)), context.log)


def _checks_of(
    runs: Sequence[dg.DagsterRun], context: dg.SensorEvaluationContext
) -> list[FailedCheck]:
    return [check for run in runs for check in failed_checks_of(context.instance, run)]


def _tell_checks(
    checks: Sequence[FailedCheck], context: dg.SensorEvaluationContext, alarms: Alarms
) -> None:
    """Raise one alarm on failed checks, if there are any."""
    of_runs = {check.run for check in checks}
    if len(of_runs) == 1:
        alarm = failed_checks_alarm(checks, _page(alarms, of_runs.pop()))
        alarms.raise_alarm(alarm, context.log)
    elif of_runs:
        alarms.raise_alarm(failed_checks_of_runs_alarm(checks, _page(alarms)), context.log)


def _page(alarms: Alarms, run: str = "") -> str:
    """The page of a run, or of all runs."""
    return f"{alarms.settings.dagster_url.rstrip('/')}/runs/{run}"
