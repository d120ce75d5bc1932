"""The asset graph as a reviewed artefact: a change of it is a change of tests/graph.txt."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from support.graph_text import FILE, graph_text

from phlogiston_assets.definitions import build_definitions
from resources.settings import Settings

ROOT = Path(__file__).parents[1]
ALARMS = {"failed_runs", "failed_checks", "nothing_new"}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions(Settings())


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> AssetGraph:
    return definitions.resolve_asset_graph()


@pytest.fixture(scope="module")
def by_scope(graph: AssetGraph) -> set[dg.AssetKey]:
    """The assets that have a partition for each day of each scope."""
    found = {
        key
        for key in graph.get_all_asset_keys()
        if isinstance(graph.get(key).partitions_def, dg.MultiPartitionsDefinition)
    }
    assert dg.AssetKey("task_on_date") in found
    return found


def loaded(graph: AssetGraph) -> set[dg.AssetKey]:
    """The tables of a load."""
    return graph.get(dg.AssetKey("phabricator_dump")).child_keys


def test_the_graph_is_as_reviewed(definitions: dg.Definitions) -> None:
    """To see what has changed: `make graph`, then look at the difference before it is committed."""
    assert graph_text(definitions) == FILE.read_text("utf-8")


def test_every_asset_says_what_it_is_and_whose(graph: AssetGraph) -> None:
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert re.fullmatch(r"[A-Z].*[.]", node.description or ""), key
        assert node.owners, key


def test_how_often_the_sensors_look_is_set() -> None:
    settings = Settings(dump_looked_for_every=5, scopes_looked_at_every=7)
    repository = build_definitions(settings).get_repository_def()
    found = {one.name: one.minimum_interval_seconds for one in repository.sensor_defs}
    assert (found["new_dump"], found["scopes_up_to_date"]) == (5, 7)


def test_nothing_runs_before_it_is_switched_on(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    stopped = {
        one.default_status.value
        for one in (*repository.schedule_defs, *repository.sensor_defs)
        if one.name not in ALARMS
    }
    assert stopped == {"STOPPED"}


def test_alarms_are_on_from_the_start_and_start_nothing(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    for name in ALARMS:
        sensor = repository.get_sensor_def(name)
        assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
        assert not sensor.targets


def test_a_scope_takes_whatever_days_it_is_given_in_one_run(
    graph: AssetGraph, by_scope: set[dg.AssetKey]
) -> None:
    policies = {graph.get(key).backfill_policy for key in by_scope}
    assert policies == {dg.BackfillPolicy.single_run()}


def test_a_dump_is_loaded_one_day_a_run(graph: AssetGraph) -> None:
    for key in {dg.AssetKey("phabricator_dump"), *loaded(graph)}:
        assert graph.get(key).backfill_policy == dg.BackfillPolicy.multi_run(1)


def test_two_loads_are_never_launched_at_once(graph: AssetGraph) -> None:
    assert len(loaded(graph)) == 6
    for key in loaded(graph):
        assert graph.get(key).pools == {"load"}


def test_no_job_is_defined_over_the_assets_of_scopes(
    definitions: dg.Definitions, by_scope: set[dg.AssetKey]
) -> None:
    """Backfills of such jobs report success having done one day (dagster#28861, #30786)."""
    repository = definitions.get_repository_def()
    for job in repository.get_all_jobs():
        if not job.name.startswith(("__ASSET_JOB", "__anonymous_asset_job")):
            assert not by_scope & set(job.asset_layer.selected_asset_keys), job.name


def test_days_begin_with_the_start_date_in_utc() -> None:
    settings = Settings(start_date="2020-02-29")  # type: ignore[arg-type]
    graph = build_definitions(settings).resolve_asset_graph()
    daily = graph.get(dg.AssetKey("phabricator_dump")).partitions_def
    assert isinstance(daily, dg.DailyPartitionsDefinition)
    assert daily.get_first_partition_key() == "2020-02-29"
    assert daily.timezone == "UTC"


def test_dagster_can_load_the_definitions(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


LOADING = """
import os, sys

TOUCHED = {"open": 0, "os.mkdir": 0, "os.listdir": 0, "os.scandir": 0, "sqlite3.connect": 0,
           "os.rename": 0, "os.remove": 0, "shutil.copyfile": 0}
own, found = sys.argv[1], []

def note(event, arguments):
    if event.startswith("socket.") and event != "socket.gethostname":
        found.append(f"{event} {arguments}")
    if event not in TOUCHED or isinstance(arguments[0], int):
        return
    path = os.path.abspath(os.fsdecode(arguments[0] or "."))
    writes = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    ours = path.startswith((os.getcwd(), own + "/scopes", own + "/site_templates"))
    if (writes or ours) and path != os.devnull:
        found.append(f"{event} {path}")

sys.dont_write_bytecode = True
sys.addaudithook(note)
from phlogiston_assets.definitions import defs
defs().get_repository_def()
print("\\n".join(found))
"""


def test_loading_the_definitions_touches_no_file_and_no_network(tmp_path: Path) -> None:
    """The web server, the daemon and every run load them, on machines that hold no data."""
    place = tmp_path / "empty"
    place.mkdir()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PHLOGISTON", "DAGSTER"))}
    done = subprocess.run(
        [sys.executable, "-P", "-c", LOADING, str(ROOT)],
        check=False,
        cwd=place,
        env={
            **inherited,
            "HOME": str(place),
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
    assert list(place.iterdir()) == []
