"""The asset graph as a reviewed artefact: a change of it is a change of this file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Set as AbstractSet
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from phlogiston_assets.definitions import build_definitions
from resources.settings import Settings

ROOT = Path(__file__).parents[1]
OWNER = "team:phlogiston"
DAILY, BY_SCOPE, WHOLE = "date", "date × scope", "not partitioned"

LOADED = [
    "maniphest_blocked",
    "maniphest_edge_transaction",
    "maniphest_task",
    "maniphest_transaction",
    "phabricator_column",
    "phabricator_project",
]
FIGURES = [
    "flow",
    "forecast",
    "forecast_record",
    "recently_closed",
    "recently_closed_task",
    "status_report",
    "task_on_date_agg",
    "task_on_date_recategorized",
    "velocity",
]

# What each asset is: group, kind, partitions; and what it is made from.
GRAPH: dict[str, tuple[str, str, str, list[str]]] = {
    "phabricator_dump": ("load", "json", DAILY, []),
    "maniphest_blocked": ("load", "table", DAILY, ["phabricator_dump"]),
    "maniphest_edge_transaction": ("load", "table", DAILY, ["phabricator_dump"]),
    "maniphest_task": ("load", "table", DAILY, ["phabricator_dump"]),
    "maniphest_transaction": ("load", "table", DAILY, ["phabricator_dump"]),
    "phabricator_column": ("load", "table", DAILY, ["phabricator_dump"]),
    "phabricator_project": ("load", "table", DAILY, ["phabricator_dump"]),
    "task_on_date": ("scopes", "table", BY_SCOPE, LOADED),
    "forecast": ("scopes", "table", BY_SCOPE, ["task_on_date"]),
    "flow": ("scopes", "table", BY_SCOPE, ["task_on_date"]),
    "forecast_record": ("scopes", "table", BY_SCOPE, ["forecast"]),
    "recently_closed": ("scopes", "table", BY_SCOPE, ["task_on_date"]),
    "recently_closed_task": ("scopes", "table", BY_SCOPE, ["task_on_date"]),
    "status_report": ("scopes", "table", BY_SCOPE, ["task_on_date"]),
    "task_on_date_agg": ("scopes", "table", BY_SCOPE, ["task_on_date"]),
    "task_on_date_recategorized": ("scopes", "table", BY_SCOPE, ["task_on_date"]),
    "velocity": ("scopes", "table", BY_SCOPE, ["task_on_date"]),
    "report": ("scopes", "html", BY_SCOPE, FIGURES),
    "site_index": ("scopes", "html", WHOLE, ["report"]),
}

DESCRIPTIONS = {
    "phabricator_dump": "The dump file that closes a day: the first one made after its end.",
    "maniphest_blocked": "Which task is blocked by which, as of the load.",
    "maniphest_edge_transaction": "The projects of a task after each change of them.",
    "maniphest_task": "Tasks as they are at the load.",
    "maniphest_transaction": "Every recorded change of a task.",
    "phabricator_column": "Columns of the projects' boards.",
    "phabricator_project": "Projects: id, name, phid.",
    "task_on_date": "Each task in a scope on each day, as recorded in the newest load.",
    "forecast": "When all is done, with stated probabilities, from thousands of simulated futures.",
    "flow": "Cumulative flow, arrivals and departures, cycle times and ages of open tasks.",
    "forecast_record": "How the forecasts of every past Sunday did, beside plainer ones.",
    "recently_closed": "What was closed on each day.",
    "recently_closed_task": "The tasks closed in the last 14 days.",
    "status_report": "What became of the work of this quarter and the last.",
    "task_on_date_agg": "Count and points by day, category, status and kind of work.",
    "task_on_date_recategorized": "Each categorised task on each day.",
    "velocity": "Velocity and the classic forecast, week by week.",
    "report": "The report of a scope on a day, published whole or not at all.",
    "site_index": "The page that lists all scopes with their newest report.",
}


# What runs by itself, once switched on: when it looks, and what it may start.
SCHEDULES = {"daily_load": ("15 4 * * *", "UTC", ["phabricator_dump", *LOADED])}
ALARMS = {"failed_runs", "failed_checks", "nothing_new"}
SENSORS = {
    "new_dump": (600, ["phabricator_dump", *LOADED]),
    "scopes_up_to_date": (60, ["task_on_date", *FIGURES, "report", "site_index"]),
}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions(Settings())


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> AssetGraph:
    return definitions.resolve_asset_graph()


def partitions_in_words(definition: dg.PartitionsDefinition | None) -> str:
    """What an asset is partitioned by."""
    if definition is None:
        return WHOLE
    if isinstance(definition, dg.MultiPartitionsDefinition):
        return " × ".join(dimension.name for dimension in definition.partitions_defs)
    assert isinstance(definition, dg.DailyPartitionsDefinition)
    return DAILY


def test_the_graph_is_as_reviewed(graph: AssetGraph) -> None:
    found = {}
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        (kind,) = node.kinds
        made_from = sorted(parent.to_user_string() for parent in node.parent_keys)
        partitions = partitions_in_words(node.partitions_def)
        found[key.to_user_string()] = (node.group_name, kind, partitions, made_from)
    assert found == GRAPH


def test_every_asset_says_what_it_is(graph: AssetGraph) -> None:
    keys = graph.get_all_asset_keys()
    assert {key.to_user_string(): graph.get(key).description for key in keys} == DESCRIPTIONS


def test_every_asset_has_an_owner(graph: AssetGraph) -> None:
    assert {owner for key in graph.get_all_asset_keys() for owner in graph.get(key).owners} == {
        OWNER
    }


def names(targets: AbstractSet[dg.AssetKey]) -> set[str]:
    """The names of assets."""
    return {key.to_user_string() for key in targets}


def test_what_runs_by_itself_is_as_reviewed(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()

    def targets(of: dg.ScheduleDefinition | dg.SensorDefinition) -> set[str]:
        return names(repository.get_job(of.job_name).asset_layer.selected_asset_keys)

    schedules = {
        one.name: (one.cron_schedule, one.execution_timezone, targets(one))
        for one in repository.schedule_defs
    }
    sensors = {
        one.name: (one.minimum_interval_seconds, targets(one))
        for one in repository.sensor_defs
        if one.name not in ALARMS
    }
    assert {one.name for one in repository.sensor_defs} == {*SENSORS, *ALARMS}
    assert schedules == {name: (*when, set(what)) for name, (*when, what) in SCHEDULES.items()}
    assert sensors == {name: (pause, set(what)) for name, (pause, what) in SENSORS.items()}


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


def test_a_scope_takes_whatever_days_it_is_given_in_one_run(graph: AssetGraph) -> None:
    policies = {
        name: graph.get(dg.AssetKey(name)).backfill_policy
        for name, (_, _, partitions, _) in GRAPH.items()
        if partitions == BY_SCOPE
    }
    assert len(policies) == 11
    assert set(policies.values()) == {dg.BackfillPolicy.single_run()}


def test_a_dump_is_loaded_one_day_a_run(graph: AssetGraph) -> None:
    for name in ("phabricator_dump", *LOADED):
        policy = graph.get(dg.AssetKey(name)).backfill_policy
        assert policy == dg.BackfillPolicy.multi_run(1)


def test_two_loads_are_never_launched_at_once(graph: AssetGraph) -> None:
    assert {pool for name in LOADED for pool in graph.get(dg.AssetKey(name)).pools or ()} == {
        "load"
    }


def test_no_job_is_defined_over_the_assets_of_scopes(definitions: dg.Definitions) -> None:
    """Backfills of such jobs report success having done one day (dagster#28861, #30786)."""
    repository = definitions.get_repository_def()
    by_scope = {dg.AssetKey(name) for name, asset in GRAPH.items() if asset[2] == BY_SCOPE}
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
