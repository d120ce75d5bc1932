"""Which runs have ended since one last looked, and what became of them.

What does not belong here: what is told of them, and when (see `phlogiston_assets.defs.alarms`).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Self

import dagster as dg
from dagster import RunStatusChangeRecordsFilter

from phlogiston_assets.defs.failures import sentence_of, was_stopped
from phlogiston_assets.defs.run_tags import days_of_run, scope_of_run
from phlogiston_assets.domain.alarms import FailedCheck, FailedRun
from resources.dagster_launcher import GONE, NOT_BY_HALF

End = Literal[dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_SUCCESS]
_AT_ONCE: Final = 1000
"""How many runs are looked at together."""


@dataclass(frozen=True)
class AlarmCursor:
    """`last` is the number of the last end of a run that was dealt with, None if it is not known
    yet; `told_at` when there was an alarm, in epoch seconds."""

    last: int | None = None
    told_at: float = 0.0

    @classmethod
    def read(cls, text: str | None) -> Self:
        """Read a sensor's cursor; one that is missing or not ours begins with what ends next."""
        try:
            told = json.loads(text or "")
            return cls(int(told["last"]), float(told["told_at"]))
        except (ValueError, TypeError, KeyError):
            return cls()

    @property
    def text(self) -> str:
        """The cursor to keep."""
        return json.dumps({"last": self.last, "told_at": self.told_at})


@dataclass(frozen=True)
class EndedRuns:
    """Runs that ended since a cursor, and the number of the last of them."""

    runs: Sequence[dg.DagsterRun]
    cursor: AlarmCursor
    last: int

    def end(self, told_at: float | None = None) -> AlarmCursor:
        """The cursor after these; `told_at` if there was an alarm on them."""
        return AlarmCursor(self.last, self.cursor.told_at if told_at is None else told_at)


def newly_ended(instance: dg.DagsterInstance, end: End, cursor: AlarmCursor) -> EndedRuns:
    """The runs that ended so since a cursor, the oldest first; none if it is the first look."""
    if cursor.last is None:
        newest = instance.fetch_run_status_changes(end, limit=1).records
        return EndedRuns((), cursor, newest[0].storage_id if newest else 0)
    since = RunStatusChangeRecordsFilter(end, after_storage_id=cursor.last)
    records = instance.fetch_run_status_changes(since, limit=_AT_ONCE, ascending=True).records
    found = (instance.get_run_by_id(record.run_id) for record in records)
    last = records[-1].storage_id if records else cursor.last
    return EndedRuns([run for run in found if run is not None], cursor, last)


def failed_run(instance: dg.DagsterInstance, run: dg.DagsterRun) -> FailedRun:
    """Which steps of a run failed, and what each said; or what became of one that broke off."""
    failures = events_of(instance, run.run_id, dg.DagsterEventType.STEP_FAILURE)
    if failures:
        steps = [str(event.step_key) for event in failures]
        sentences = [sentence_of(event) for event in failures]
    else:
        steps, sentences = _under_way_at_the_end(instance, run.run_id), [_end(instance, run.run_id)]
    return FailedRun(
        steps=tuple(steps),
        sentences=tuple(sentences),
        scope=scope_of_run(run.tags),
        days=days_of_run(run.tags),
        id=run.run_id,
    )


def broke_off(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether no step of a failed run is to blame: its process was killed or told to stop."""
    return all(map(was_stopped, events_of(instance, run.run_id, dg.DagsterEventType.STEP_FAILURE)))


def _under_way_at_the_end(instance: dg.DagsterInstance, run: str) -> list[str]:
    """The steps that a run had begun and not ended when it broke off."""
    begun = events_of(instance, run, dg.DagsterEventType.STEP_START)
    done = {event.step_key for event in events_of(instance, run, dg.DagsterEventType.STEP_SUCCESS)}
    return [str(event.step_key) for event in begun if event.step_key not in done]


_EXIT: Final = re.compile(
    r"Run execution process for \S+ "
    r"(was terminated by signal .+?\)|unexpectedly exited with code -?\d+)"
)
"""How Dagster's code server tells that a run's process has ended before the run did."""


def _end(instance: dg.DagsterInstance, run: str) -> str:
    """Why a run failed of which no step did.

    Where the process was killed, the failure itself says no more than that it came from outside.
    """
    for event in events_of(instance, run, dg.DagsterEventType.ENGINE_EVENT):
        if exit_told := _EXIT.search(event.message or ""):
            how = f"{exit_told[1]}, by the system perhaps for want of memory"
            return f"Its process {how}. {NOT_BY_HALF}"
    ends = events_of(instance, run, dg.DagsterEventType.RUN_FAILURE)
    said = (ends[0].message or "") if ends else ""
    return GONE if GONE in said else said


def failed_checks_of(instance: dg.DagsterInstance, run: dg.DagsterRun) -> list[FailedCheck]:
    """The checks of a run that failed as errors; blocking ones fail the run by themselves."""
    found = []
    scope, days = scope_of_run(run.tags), days_of_run(run.tags)
    for event in events_of(instance, run.run_id, dg.DagsterEventType.ASSET_CHECK_EVALUATION):
        told = event.asset_check_evaluation_data
        severe = told.severity == dg.AssetCheckSeverity.ERROR
        if severe and not told.passed and not told.blocking:
            name = f"{told.asset_key.to_user_string()}: {told.check_name}"
            found.append(FailedCheck(name, told.description or "", scope, days, run.run_id))
    return found


def events_of(
    instance: dg.DagsterInstance, run: str, kind: dg.DagsterEventType
) -> list[dg.DagsterEvent]:
    """A run's events of a kind."""
    records = instance.get_records_for_run(run, of_type=kind).records
    events = (record.event_log_entry.dagster_event for record in records)
    return [event for event in events if event is not None]
