"""Dagster's run launcher, which here also sees whether the process of a run still lives.

With Dagster's own, a run whose process was killed, or whose machine was restarted, counts as
started for ever: it keeps its scope's place in the queue, and the sensors wait for it. The
instance's dagster.yaml names `WatchingRunLauncher`, and the daemon's run monitoring asks it.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import Any, Final

from dagster import DagsterEventType, DagsterRun, DefaultRunLauncher
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value

PROCESS_TAG: Final = "phlogiston/process"
"""Tells of a run of the command line where it is at work: the machine's name and the process id."""

_GRACE: Final = 180.0
"""Seconds for which a code server on another machine may be silent before its runs are given up."""

_CLOCKS: Final = 60.0
"""Seconds by which a clock that was set meanwhile may put the start of a process too late."""

NOT_BY_HALF: Final = (
    "Nothing is half done; the sensors start again what is due within an hour, or the same command "
    "does."
)
GONE: Final = (
    "Its process is gone: it was killed, by the system perhaps for want of memory, or its machine "
    f"or container was started anew. {NOT_BY_HALF}"
)


def process_tags() -> dict[str, str]:
    """The tags of a run that this process carries out itself."""
    return {PROCESS_TAG: f"{socket.gethostname()} {os.getpid()}"}


class WatchingRunLauncher(DefaultRunLauncher):
    """Launches runs on code servers, as Dagster does by default, and watches over all runs."""

    def __init__(self, inst_data: Any = None) -> None:
        super().__init__(inst_data)
        self._silent_since: dict[str, float] = {}

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Tell run monitoring that it may ask."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether a started run's process lives; what cannot be told is taken for alive."""
        if GRPC_INFO_TAG in run.tags:
            alive = self._is_served(run)
        elif PROCESS_TAG in run.tags:
            alive = self._is_at_work_here(run)
        else:
            alive = True
        if alive:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, GONE)

    def _is_served(self, run: DagsterRun) -> bool:
        """Ask the run's code server; one that was loaded anew knows its older runs no longer."""
        client: Any = self._get_grpc_client_for_termination(run.run_id)  # type: ignore[no-untyped-call]  # is Dagster's
        if client is None:
            return True
        try:
            answer = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run.run_id))
        except DagsterUserCodeUnreachableError:
            silent = True
        else:
            silent = False
            if deserialize_value(answer, CanCancelExecutionResult).can_cancel:
                self._silent_since.pop(run.run_id, None)
                return True
        if client.socket or client.host in ("localhost", "127.0.0.1"):
            return self._has_process_here(run)
        return silent and self._may_be_silent(run.run_id)

    def _may_be_silent(self, run_id: str) -> bool:
        now = time.monotonic()
        return now - self._silent_since.setdefault(run_id, now) < _GRACE

    def _has_process_here(self, run: DagsterRun) -> bool:
        """Whether any process that the run's events name is still the one that they meant."""
        for entry in self._instance.all_logs(run.run_id, of_type=DagsterEventType.ENGINE_EVENT):
            event = entry.dagster_event
            named = event.engine_event_data.metadata.get("pid") if event else None
            if named is not None and lives(int(str(named.value)), entry.timestamp):
                return True
        return False

    def _is_at_work_here(self, run: DagsterRun) -> bool:
        machine, _, process = run.tags[PROCESS_TAG].partition(" ")
        record = self._instance.get_run_record_by_id(run.run_id)
        if machine != socket.gethostname() or record is None:
            return True
        return lives(int(process), record.create_timestamp.timestamp())


def lives(process: int, since: float) -> bool:
    """Whether a process of this machine lives that did so at an instant, in epoch seconds."""
    if not Path("/proc/stat").exists():
        return True
    try:
        told = Path(f"/proc/{process}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return False
    state, *numbers = told.rpartition(")")[2].split()
    started = _booted() + int(numbers[18]) / os.sysconf("SC_CLK_TCK")
    return state not in ("Z", "X") and started <= since + _CLOCKS


def _booted() -> float:
    """When this machine was started, in epoch seconds."""
    lines = Path("/proc/stat").read_text("utf-8").splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("btime ")))
