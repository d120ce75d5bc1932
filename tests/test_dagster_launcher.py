"""A run whose process is gone is found out, and one that is at work is left alone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.launcher.base import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG

from phlogiston_assets.runs import Runs, dagster_home
from resources.dagster_launcher import PROCESS_TAG, WatchingRunLauncher, lives, process_tags
from resources.settings import Settings

HERE = socket.gethostname()


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    """The embedded instance as the program makes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(tmp_path_factory.mktemp("instance")))
        dagster_home(Settings())
        with dg.DagsterInstance.get() as instance:
            yield instance


def health(instance: dg.DagsterInstance, **tags: str) -> WorkerStatus:
    """What the launcher says of a started run with such tags."""
    run = dg.DagsterRun(job_name="any", tags=tags, status=dg.DagsterRunStatus.STARTED)
    instance.add_run(run)
    return instance.run_launcher.check_run_worker_health(run).status


def gone() -> int:
    """The id that a process had which has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_the_embedded_instance_watches_its_runs(instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.run_launcher, WatchingRunLauncher)
    assert instance.run_launcher.supports_check_run_worker_health
    assert instance.run_monitoring_enabled


def test_a_run_of_a_living_process_is_left_alone(instance: dg.DagsterInstance) -> None:
    assert health(instance, **process_tags()) is WorkerStatus.RUNNING


def test_a_run_of_a_process_that_is_gone_is_found_out(instance: dg.DagsterInstance) -> None:
    assert health(instance, **{PROCESS_TAG: f"{HERE} {gone()}"}) is WorkerStatus.FAILED


def test_a_run_on_another_machine_is_left_alone(instance: dg.DagsterInstance) -> None:
    assert health(instance, **{PROCESS_TAG: f"elsewhere {gone()}"}) is WorkerStatus.RUNNING


def test_a_run_of_which_nothing_is_told_is_left_alone(instance: dg.DagsterInstance) -> None:
    assert health(instance) is WorkerStatus.RUNNING


def test_a_run_of_a_code_server_of_this_machine_that_is_gone_is_found_out(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    served = f'{{"host": "localhost", "socket": "{tmp_path / "socket"}"}}'
    assert health(instance, **{GRPC_INFO_TAG: served}) is WorkerStatus.FAILED


def test_a_code_server_of_another_machine_may_be_silent_for_a_while(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = '{"host": "127.1.2.3", "port": 9}'
    run = dg.DagsterRun(
        job_name="any", tags={GRPC_INFO_TAG: served}, status=dg.DagsterRunStatus.STARTED
    )
    instance.add_run(run)
    launcher = instance.run_launcher
    assert launcher.check_run_worker_health(run).status is WorkerStatus.RUNNING
    later = time.monotonic() + 181
    monkeypatch.setattr(time, "monotonic", lambda: later)
    result = launcher.check_run_worker_health(run)
    assert result.status is WorkerStatus.FAILED
    assert "Nothing is half done" in str(result)


def test_a_process_lives_from_its_start_to_its_end() -> None:
    now = time.time()
    assert lives(os.getpid(), now)
    assert not lives(gone(), now)


def test_a_process_that_has_the_id_of_an_earlier_one_is_not_taken_for_it() -> None:
    hours_ago = time.time() - 100 * 3600
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert not lives(process.pid, hours_ago)
        assert lives(process.pid, time.time())


def test_a_zombie_does_not_live() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not lives(process.pid, time.time())
    process.wait()


def test_runs_of_the_command_line_tell_their_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    runs = Runs(Settings(home=tmp_path))
    runs.of_site()
    (run,) = runs.instance.get_runs()
    assert run.tags[PROCESS_TAG] == f"{HERE} {os.getpid()}"
    runs.instance.dispose()
