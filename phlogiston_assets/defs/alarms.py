"""Alarms: on any failed run, on failed checks, and where nothing new comes (operations.md).

They are on from the start, unlike what starts runs: a failure is logged on a first look, too.
"""

from datetime import UTC, datetime

import dagster as dg

from phlogiston_assets.defs.failures import EXPECTED, sentence_of
from phlogiston_assets.domain.alarms import failed_checks_alarm, failed_run_alarm
from resources.alarms import Alarms
from resources.scope_desk import ScopeDesk


@dg.run_failure_sensor(
    monitor_all_code_locations=True,  # runs of the command line belong to none
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def failed_runs(context: dg.RunFailureSensorContext, alarms: dg.ResourceParam[Alarms]) -> None:
    """Raise the alarm on every failed run, with the sentence of its error."""
    if not _is_ours(context):
        return
    run, events = context.dagster_run, context.get_step_failure_events()
    sentences = [sentence_of(event) for event in events] or [context.failure_event.message or ""]
    steps = [str(event.step_key) for event in events]
    alarm = failed_run_alarm(steps, sentences, run.tags, run.run_id, _page(alarms, run.run_id))
    alarms.raise_alarm(alarm, context.log)
    _tell_checks(context, alarms)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitor_all_code_locations=True,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def failed_checks(context: dg.RunStatusSensorContext, alarms: dg.ResourceParam[Alarms]) -> None:
    """Raise the alarm on checks that failed as errors in runs that ended well."""
    if _is_ours(context):
        _tell_checks(context, alarms)


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


def _is_ours(context: dg.RunStatusSensorContext) -> bool:
    """Whether the run is of this program's assets; others may share the instance."""
    chosen = context.dagster_run.asset_selection
    if chosen is None or context.repository_def is None:
        return True
    return bool(chosen & set(context.repository_def.asset_graph.get_all_asset_keys()))


def _tell_checks(context: dg.RunStatusSensorContext, alarms: Alarms) -> None:
    """Raise one alarm on all failed checks of a run; blocking ones fail the run by themselves."""
    run = context.dagster_run
    kind = dg.DagsterEventType.ASSET_CHECK_EVALUATION
    found = {}
    for record in context.instance.get_records_for_run(run.run_id, of_type=kind).records:
        event = record.event_log_entry.dagster_event
        if event is None:
            continue
        told = event.asset_check_evaluation_data
        severe = told.severity == dg.AssetCheckSeverity.ERROR
        if severe and not told.passed and not told.blocking:
            found[f"{told.asset_key.to_user_string()}: {told.check_name}"] = told.description or ""
    if found:
        page = _page(alarms, run.run_id)
        alarms.raise_alarm(failed_checks_alarm(found, run.tags, run.run_id, page), context.log)


def _page(alarms: Alarms, run: str) -> str:
    return f"{alarms.settings.dagster_url.rstrip('/')}/runs/{run}"
