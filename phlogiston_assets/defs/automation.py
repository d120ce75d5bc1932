"""What runs by itself: a daily schedule and a sensor for new dumps, and a sensor for the scopes.

All of them ask what is due and never what has happened, so that a missed or failed run is made
good by a later tick, and nothing is run twice. They are switched on in Dagster's web interface.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from phlogiston_assets.defs.failures import EXPECTED
from phlogiston_assets.defs.load_assets import TABLES
from phlogiston_assets.defs.partitions import SCOPES, key_of
from phlogiston_assets.defs.scope_assets import FIGURES, RECONSTRUCT_ANEW
from resources.agenda import ScopeWork
from resources.scope_desk import ScopeDesk

LOAD = ["phabricator_dump", *TABLES]
REPORT = [*FIGURES, "report", "site_index"]
_LOAD_TAG = "phlogiston/load"
_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


def _under_way(context: Any, tag: str, value: str) -> bool:
    filters = dg.RunsFilter(tags={tag: value}, statuses=_UNFINISHED)
    return bool(context.instance.get_runs_count(filters))


def _load_request(context: Any, desk: ScopeDesk, *, again: bool) -> dg.RunRequest | dg.SkipReason:
    """A run for the new dump; `again` lets a dump be tried that was tried before."""
    try:
        newest = desk.new_dump()
    except EXPECTED as error:
        return dg.SkipReason(str(error))
    if newest is None:
        return dg.SkipReason("The newest dump is loaded.")
    day = newest.day.isoformat()
    if _under_way(context, _LOAD_TAG, day):
        return dg.SkipReason(f"The dump that closes {day} is being loaded.")
    key = None if again else f"{day} {newest.made_at.isoformat()} {newest.size}"
    return dg.RunRequest(run_key=key, partition_key=day, tags={_LOAD_TAG: day})


@dg.schedule(cron_schedule="15 4 * * *", target=LOAD, execution_timezone="UTC")
def daily_load(
    context: dg.ScheduleEvaluationContext, desk: dg.ResourceParam[ScopeDesk]
) -> dg.RunRequest | dg.SkipReason:
    """Load the dump that closes yesterday, once a day, even if loading it failed before."""
    return _load_request(context, desk, again=True)


@dg.sensor(target=LOAD, minimum_interval_seconds=600)
def new_dump(
    context: dg.SensorEvaluationContext, desk: dg.ResourceParam[ScopeDesk]
) -> dg.RunRequest | dg.SkipReason:
    """Load a dump as soon as there is one; one that could not be loaded when it has changed."""
    return _load_request(context, desk, again=False)


@dg.sensor(target=["task_on_date", *REPORT], minimum_interval_seconds=60)
def scopes_up_to_date(
    context: dg.SensorEvaluationContext, desk: dg.ResourceParam[ScopeDesk]
) -> dg.SensorResult:
    """Bring every scope up to date after a load, a new scope or an edit of its files.

    A run a scope: first the missing days, then, as a run of its own, the report.
    """
    prefixes = desk.prefixes()
    known = context.instance.get_dynamic_partitions(str(SCOPES.name))
    added = [one for one in prefixes if one not in known]
    removed = [one for one in known if one not in prefixes]
    requests: list[dg.RunRequest] = []
    doubts: list[str] = []
    for prefix in prefixes:
        if _under_way(context, "scope", prefix):
            continue
        try:
            work = desk.work(prefix)
        except EXPECTED as error:
            doubts.append(str(error))
            continue
        requests += _requests(prefix, work) if work else []
    return dg.SensorResult(
        run_requests=requests,
        dynamic_partitions_requests=[
            *([SCOPES.build_add_request(added)] if added else []),
            *([SCOPES.build_delete_request(removed)] if removed else []),
        ],
        skip_reason=" ".join(doubts) or "All scopes are up to date." if not requests else None,
    )


def _requests(prefix: str, work: ScopeWork) -> Iterator[dg.RunRequest]:
    """The next run that a scope needs."""
    tags = {"scope": prefix, **({RECONSTRUCT_ANEW: "true"} if work.anew else {})}
    last = key_of(work.report_day, prefix)
    if not work.days:
        yield _request(REPORT, work, tags, last)
    elif len(work.days) == 1:
        yield _request(["task_on_date", *REPORT], work, tags, last)
    else:
        spans = {
            "dagster/asset_partition_range_start": key_of(work.days[0], prefix),
            "dagster/asset_partition_range_end": last,
        }
        yield _request(["task_on_date"], work, {**tags, **spans}, None)


def _request(
    assets: list[str], work: ScopeWork, tags: dict[str, str], partition: str | None
) -> dg.RunRequest:
    selection = [dg.AssetKey(asset) for asset in assets]
    return dg.RunRequest(
        run_key=work.key, asset_selection=selection, tags=tags, partition_key=partition
    )
