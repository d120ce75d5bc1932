"""What runs by itself: a daily schedule and a sensor for new dumps, and a sensor for the scopes.

All of them ask what is due and never what has happened, so that a missed or failed run is made
good by a later tick, and nothing is run twice. They are switched on in Dagster's web interface.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg

from phlogiston_assets.defs.ended_runs import broke_off
from phlogiston_assets.defs.failures import EXPECTED
from phlogiston_assets.defs.load_assets import DUE_LOAD, LOAD
from phlogiston_assets.defs.partitions import SCOPES, key_of
from phlogiston_assets.defs.run_tags import RANGE_END, RANGE_START, SCOPE
from phlogiston_assets.defs.scope_assets import FIGURES, RECONSTRUCT_ANEW
from phlogiston_assets.defs.under_way import busy_scopes, is_loading, is_under_way
from phlogiston_assets.domain.dumps.dump import DumpError
from resources.agenda import ScopeWork
from resources.asked import Asked
from resources.scope_desk import ScopeDesk
from resources.settings import Settings

REPORT = [*FIGURES, "report", "site_index"]
_INDEX_TAG = "phlogiston/index"
_LOADED = "The newest dump is loaded."
_BROKEN_OFF_AT_MOST = 3
"""How many runs of a load that broke off are followed by another: what kills every load (too little
memory, say) must not do so all day."""


def automation_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """The sensors `new_dump` and `scopes_up_to_date`, which look as often as the settings say."""
    for_dumps = dg.sensor(target=LOAD, minimum_interval_seconds=settings.dump_looked_for_every)
    for_scopes = dg.sensor(
        target=["task_on_date", *REPORT], minimum_interval_seconds=settings.scopes_looked_at_every
    )
    return [for_dumps(new_dump), for_scopes(scopes_up_to_date)]


def _load_request(context: Any, closes: date, version: str | None) -> dg.RunRequest | str:
    """A run for a new dump, or why there is none; without `version` it may be tried again."""
    day = closes.isoformat()
    if is_loading(context.instance, day):
        return f"The dump that closes {day} is being loaded."
    key = None if version is None else f"{day} {version}{_times_broken_off(context.instance, day)}"
    return dg.RunRequest(run_key=key, partition_key=day, tags={DUE_LOAD: day})


def _times_broken_off(instance: dg.DagsterInstance, day: str) -> str:
    """What tells a load's run from those before it that broke off, which the dump is not to blame
    for; "" for the first.
    """
    failed = dg.RunsFilter(tags={DUE_LOAD: day}, statuses=[dg.DagsterRunStatus.FAILURE])
    count = sum(broke_off(instance, run) for run in instance.get_runs(failed))
    return f" {min(count, _BROKEN_OFF_AT_MOST)}" if count else ""


@dg.schedule(cron_schedule="15 4 * * *", target=LOAD, execution_timezone="UTC")
def daily_load(
    context: dg.ScheduleEvaluationContext, desk: dg.ResourceParam[ScopeDesk]
) -> dg.RunRequest | dg.SkipReason:
    """Load the dump that closes yesterday, once a day, even if loading it failed before.

    A source that cannot be reached now is left to the run, which tries for longer and whose failure
    is told.
    """
    try:
        newest = desk.new_dump()
        day = newest.day if newest else None
    except DumpError:
        day = datetime.now(UTC).date() - timedelta(days=1)
    except EXPECTED as error:
        return dg.SkipReason(str(error))
    found = _load_request(context, day, None) if day else _LOADED
    return dg.SkipReason(found) if isinstance(found, str) else found


def new_dump(
    context: dg.SensorEvaluationContext, desk: dg.ResourceParam[ScopeDesk]
) -> dg.SensorResult:
    """Load a dump as soon as there is one; one that could not be loaded when it has changed, one
    whose load was killed at the next look.

    The cursor is the version of the dump that was asked for last. A server that tells no time of
    change has a new dump only when it has another version.
    """
    try:
        newest = desk.new_dump()
    except EXPECTED as error:
        return dg.SensorResult(skip_reason=str(error))
    if newest is None:
        return dg.SensorResult(skip_reason=_LOADED)
    if not newest.dated and newest.version and newest.version == context.cursor:
        return dg.SensorResult(skip_reason="The dump is still the one that was asked for.")
    found = _load_request(context, newest.day, newest.version)
    if isinstance(found, str):
        return dg.SensorResult(skip_reason=found)
    return dg.SensorResult(run_requests=[found], cursor=newest.version)


def scopes_up_to_date(
    context: dg.SensorEvaluationContext, desk: dg.ResourceParam[ScopeDesk]
) -> dg.SensorResult:
    """Bring every scope up to date after a load, a new scope or an edit of its files.

    A run a scope: first the missing days, then, as a run of its own, the report. When nothing else
    is due or under way, the index of all scopes, if it no longer tells the truth.
    """
    try:
        prefixes = desk.prefixes()
    except EXPECTED as error:
        return dg.SensorResult(skip_reason=str(error))
    asked = Asked.of_cursor(context.cursor, datetime.now(UTC))
    busy = busy_scopes(context.instance, prefixes)
    requests: list[dg.RunRequest] = []
    doubts: list[str] = []
    for prefix in prefixes:
        if prefix in busy:
            continue
        try:
            requests += _requests(prefix, desk.work(prefix), asked)
        except EXPECTED as error:
            asked.done(prefix)
            doubts.append(str(error))
    if not requests and not busy:
        requests += _index_request(context, desk, asked)
    return dg.SensorResult(
        run_requests=requests,
        dynamic_partitions_requests=_partition_requests(context, prefixes),
        skip_reason=" ".join(doubts) or "Nothing is due that was not asked for."
        if not requests
        else None,
        cursor=asked.cursor,
    )


def _partition_requests(context: dg.SensorEvaluationContext, prefixes: Sequence[str]) -> list[Any]:
    """What makes the scopes that have files partitions, and no others."""
    known = context.instance.get_dynamic_partitions(str(SCOPES.name))
    added = [one for one in prefixes if one not in known]
    removed = [one for one in known if one not in prefixes]
    return [
        *([SCOPES.build_add_request(added)] if added else []),
        *([SCOPES.build_delete_request(removed)] if removed else []),
    ]


def _index_request(
    context: dg.SensorEvaluationContext, desk: ScopeDesk, asked: Asked
) -> Iterator[dg.RunRequest]:
    work = desk.index_work()
    if work is None:
        asked.done("the index")
    elif not is_under_way(context.instance, _INDEX_TAG):
        key = asked.run_key("the index", work)
        if key:
            index = [dg.AssetKey("site_index")]
            yield dg.RunRequest(run_key=key, asset_selection=index, tags={_INDEX_TAG: "due"})


def _requests(prefix: str, work: ScopeWork | None, asked: Asked) -> Iterator[dg.RunRequest]:
    """The next run that a scope needs, if it was not asked for."""
    if work is None:
        asked.done(prefix)
        return
    run_key = asked.run_key(prefix, work.key)
    if run_key is None:
        return
    tags = {SCOPE: prefix, **({RECONSTRUCT_ANEW: "true"} if work.anew else {})}
    last = key_of(work.report_day, prefix)
    if not work.days:
        yield _request(REPORT, run_key, tags, last)
    elif len(work.days) == 1:
        yield _request(["task_on_date", *REPORT], run_key, tags, last)
    else:
        first = key_of(work.days[0], prefix)
        spans = {RANGE_START: first, RANGE_END: key_of(work.days[-1], prefix)}
        yield _request(["task_on_date"], run_key, {**tags, **spans}, None)


def _request(
    assets: list[str], run_key: str, tags: dict[str, str], partition: str | None
) -> dg.RunRequest:
    selection = [dg.AssetKey(asset) for asset in assets]
    return dg.RunRequest(
        run_key=run_key, asset_selection=selection, tags=tags, partition_key=partition
    )
