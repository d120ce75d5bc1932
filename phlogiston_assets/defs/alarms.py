"""Alarms: on any failed run, on failed checks, and where nothing new comes (operations.md).

They are on from the start, unlike what starts runs: a failure is logged on a first look, too.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import dagster as dg

from phlogiston_assets.defs.failed_runs import (
    FailureCursor,
    failed_checks_of,
    failed_run,
    new_failures,
)
from phlogiston_assets.defs.failures import EXPECTED
from phlogiston_assets.domain.alarms import (
    failed_checks_alarm,
    failed_run_alarm,
    failed_runs_alarm,
)
from resources.alarms import Alarms
from resources.scope_desk import ScopeDesk

QUIET: Final = timedelta(minutes=15)
"""After an alarm on failed runs, further ones are gathered for so long: a backfill of which every
run fails is told some times an hour, not some hundred times."""


@dg.sensor(default_status=dg.DefaultSensorStatus.RUNNING)
def failed_runs(
    context: dg.SensorEvaluationContext, alarms: dg.ResourceParam[Alarms]
) -> dg.SensorResult | dg.SkipReason:
    """Raise the alarm on failed runs: on the first at once, on those that follow it together."""
    found = new_failures(context.instance, FailureCursor.read(context.cursor))
    runs = [run for run in found.runs if _is_ours(context.repository_def, run)]
    now = datetime.now(UTC).timestamp()
    if runs and now < found.cursor.told_at + QUIET.total_seconds():
        return dg.SkipReason(f"{len(runs)} more runs failed; the next alarm tells of them.")
    if runs:
        _tell_failures(runs, context, alarms)
        return dg.SensorResult(cursor=found.end(told_at=now).text)
    return dg.SensorResult(skip_reason="No run failed.", cursor=found.end().text)


def _tell_failures(
    runs: Sequence[dg.DagsterRun], context: dg.SensorEvaluationContext, alarms: Alarms
) -> None:
    failed = [failed_run(context.instance, run) for run in runs]
    if len(failed) == 1:
        page = _page(alarms, failed[0].id)
        alarms.raise_alarm(failed_run_alarm(failed[0], page), context.log)
    else:
        alarms.raise_alarm(failed_runs_alarm(failed, _page(alarms)), context.log)
    _tell_checks(runs, context, alarms)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitor_all_code_locations=True,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def failed_checks(context: dg.RunStatusSensorContext, alarms: dg.ResourceParam[Alarms]) -> None:
    """Raise the alarm on checks that failed as errors in runs that ended well."""
    if _is_ours(context.repository_def, context.dagster_run):
        _tell_checks([context.dagster_run], context, alarms)


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


def _is_ours(repository: dg.RepositoryDefinition | None, run: dg.DagsterRun) -> bool:
    """Whether a run is of this program's assets; others may share the instance."""
    if run.asset_selection is None or repository is None:
        return True
    return bool(run.asset_selection & set(repository.asset_graph.get_all_asset_keys()))


def _tell_checks(
    runs: Sequence[dg.DagsterRun],
    context: dg.SensorEvaluationContext | dg.RunStatusSensorContext,
    alarms: Alarms,
) -> None:
    """Raise one alarm on all failed checks of runs; blocking ones fail a run by themselves."""
    found: dict[str, str] = {}
    for run in runs:
        found |= failed_checks_of(context.instance, run.run_id)
    if not found:
        return
    only = runs[0] if len(runs) == 1 else None
    tags, run_id = (only.tags, only.run_id) if only else ({}, "")
    alarms.raise_alarm(failed_checks_alarm(found, tags, run_id, _page(alarms, run_id)), context.log)


def _page(alarms: Alarms, run: str = "") -> str:
    """The page of a run, or of all runs."""
    return f"{alarms.settings.dagster_url.rstrip('/')}/runs/{run}"
