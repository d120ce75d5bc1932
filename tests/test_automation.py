"""The schedule and the sensors ask for what is due, and for nothing twice (operations.md)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from phlogiston_assets.defs.automation import daily_load, new_dump, scopes_up_to_date
from phlogiston_assets.defs.partitions import days_by_scope
from phlogiston_assets.defs.scope_assets import RECONSTRUCT_ANEW
from phlogiston_assets.domain.sample import SampleSize, write_sample
from resources.loading import load_dump
from resources.scope_desk import ScopeDesk
from resources.settings import Settings
from resources.warehouse.database import Database

LAST_DAY = date(2026, 3, 20)
SCOPES = Path(__file__).resolve().parents[1] / "scopes"
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dump") / "sample.dump"
    with path.open("wb") as out:
        write_sample(out, SampleSize.ending(LAST_DAY, tasks=120, days=120))
    made = (datetime.combine(LAST_DAY, datetime.min.time(), UTC) + timedelta(days=1.2)).timestamp()
    os.utime(path, (made, made))
    return path


@pytest.fixture
def desk(sample: Path, tmp_path: Path) -> Iterator[ScopeDesk]:
    """A desk with the three sample scopes and nothing loaded."""
    shutil.copytree(SCOPES, tmp_path / "scopes")
    settings = Settings(
        home=tmp_path / "home", scopes_dir=tmp_path / "scopes", dump_url=str(sample), lock_wait=0
    )
    database = Database(settings.database)
    database.prepare()
    yield ScopeDesk(database, settings)
    database.close()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as instance:
        yield instance


def load(desk: ScopeDesk, sample: Path) -> None:
    load_dump(desk.database, sample, LAST_DAY)


def tick(desk: ScopeDesk, instance: dg.DagsterInstance) -> dg.SensorResult:
    """One evaluation of the scopes' sensor, its partition requests carried out."""
    context = dg.build_sensor_context(instance=instance)
    result = scopes_up_to_date(context, desk=desk)
    assert isinstance(result, dg.SensorResult)
    for request in result.dynamic_partitions_requests or []:
        if isinstance(request, dg.AddDynamicPartitionsRequest):
            instance.add_dynamic_partitions("scope", list(request.partition_keys))
        else:
            for key in request.partition_keys:
                instance.delete_dynamic_partition("scope", key)
    return result


def carry_out(desk: ScopeDesk, request: dg.RunRequest) -> None:
    """Do what the run would."""
    keys = [request.partition_key] if request.partition_key else []
    if not keys:
        first, last = request.tags[RANGE_START], request.tags[RANGE_END]
        day, scope = first.split("|")
        while f"{day}|{scope}" <= last:
            keys.append(f"{day}|{scope}")
            day = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    ((scope, days),) = days_by_scope(filter(None, keys)).items()
    assets = {key.to_user_string() for key in request.asset_selection or []}
    if "task_on_date" in assets:
        desk.reconstruct(scope, days, anew=RECONSTRUCT_ANEW in request.tags)
    if "report" in assets:
        desk.store_figures(scope, days[-1])


def bring_up_to_date(desk: ScopeDesk, instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    """Evaluate and carry out until nothing is due."""
    done: list[dg.RunRequest] = []
    for _ in range(4):
        requests = list(tick(desk, instance).run_requests or [])
        if not requests:
            return done
        for request in requests:
            carry_out(desk, request)
        done += requests
    raise AssertionError("something stays due for ever")


def test_after_a_load_each_scope_is_reconstructed_and_then_reported(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    first = tick(desk, instance)
    assert set(instance.get_dynamic_partitions("scope")) == {"apps", "edit", "infra"}
    requests = first.run_requests or []
    assert [request.tags["scope"] for request in requests] == ["apps", "edit", "infra"]
    assert all(
        request.tags[RANGE_END] == f"{LAST_DAY}|{request.tags['scope']}" for request in requests
    )
    done = bring_up_to_date(desk, instance)
    assert len(done) == 6
    assert len({request.run_key for request in done}) == 6


def test_nothing_is_due_before_a_load(desk: ScopeDesk, instance: dg.DagsterInstance) -> None:
    assert not tick(desk, instance).run_requests


def test_an_edited_title_asks_for_a_report_only(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    bring_up_to_date(desk, instance)
    edit(desk, "edit_scope.py", "scope_title = ", "scope_title = New ")
    (request,) = tick(desk, instance).run_requests or []
    assert request.partition_key == f"{LAST_DAY}|edit"
    assert "task_on_date" not in {key.to_user_string() for key in request.asset_selection or []}
    assert bring_up_to_date(desk, instance)
    assert not tick(desk, instance).run_requests


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(
            "infra_recategorization.csv", "", "ProjectByID,More,show,201,\n", id="project"
        ),
        pytest.param("infra_scope.py", "", "default_points = 7\n", id="default points"),
        pytest.param("infra_scope.py", "", "start_date = 2026-03-01\n", id="start date"),
    ],
)
def test_an_edit_that_needs_it_asks_for_all_days_anew(
    desk: ScopeDesk,
    sample: Path,
    instance: dg.DagsterInstance,
    file: str,
    old: str,
    new: str,
) -> None:
    load(desk, sample)
    bring_up_to_date(desk, instance)
    if "default_points" in new:
        path = desk.settings.scopes_dir / file
        kept = [line for line in path.read_text().splitlines() if "default_points" not in line]
        path.write_text("\n".join(kept) + "\n")
    edit(desk, file, old, new)
    (request,) = tick(desk, instance).run_requests or []
    assert request.tags["scope"] == "infra"
    assert RECONSTRUCT_ANEW in request.tags
    assert bring_up_to_date(desk, instance)
    assert not tick(desk, instance).run_requests


def edit(desk: ScopeDesk, file: str, old: str, new: str) -> None:
    """Replace a piece of a scope's file, or add to its end."""
    path = desk.settings.scopes_dir / file
    text = path.read_text()
    path.write_text(text.replace(old, new, 1) if old else text.rstrip("\n") + "\n" + new)


def test_a_removed_scope_is_no_partition_any_more(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    bring_up_to_date(desk, instance)
    for path in desk.settings.scopes_dir.glob("apps_*"):
        path.unlink()
    tick(desk, instance)
    assert set(instance.get_dynamic_partitions("scope")) == {"edit", "infra"}


def test_a_broken_scope_file_is_told_and_stops_no_other(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    edit(desk, "apps_recategorization.csv", "", "NoSuchRule,x,show,1,\n")
    done = bring_up_to_date(desk, instance)
    assert {request.tags["scope"] for request in done} == {"edit", "infra"}
    skipped = tick(desk, instance).skip_reason
    assert skipped is not None
    assert "apps_recategorization.csv, line" in str(skipped)


def test_a_scope_whose_run_is_under_way_is_left_alone(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    instance.add_run(
        dg.DagsterRun(job_name="any", tags={"scope": "edit"}, status=dg.DagsterRunStatus.STARTED)
    )
    requests = tick(desk, instance).run_requests or []
    assert {request.tags["scope"] for request in requests} == {"apps", "infra"}


def test_a_new_dump_is_asked_for_once_by_its_day(
    desk: ScopeDesk, instance: dg.DagsterInstance
) -> None:
    context = dg.build_sensor_context(instance=instance)
    request = new_dump(context, desk=desk)
    assert isinstance(request, dg.RunRequest)
    assert request.partition_key == LAST_DAY.isoformat()
    instance.add_run(
        dg.DagsterRun(job_name="any", tags=dict(request.tags), status=dg.DagsterRunStatus.STARTED)
    )
    assert isinstance(new_dump(context, desk=desk), dg.SkipReason)


def test_the_schedule_and_the_sensor_skip_a_dump_that_is_loaded(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    assert isinstance(
        new_dump(dg.build_sensor_context(instance=instance), desk=desk), dg.SkipReason
    )
    context = dg.build_schedule_context(instance=instance)
    assert isinstance(daily_load(context, desk=desk), dg.SkipReason)


def test_the_schedule_tries_a_dump_again_that_the_sensor_would_not(
    desk: ScopeDesk, instance: dg.DagsterInstance
) -> None:
    scheduled = daily_load(dg.build_schedule_context(instance=instance), desk=desk)
    sensed = new_dump(dg.build_sensor_context(instance=instance), desk=desk)
    assert isinstance(scheduled, dg.RunRequest)
    assert scheduled.run_key is None
    assert isinstance(sensed, dg.RunRequest)
    assert sensed.run_key is not None


def test_a_source_that_cannot_be_reached_is_told(
    desk: ScopeDesk, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    gone = desk.settings.model_copy(update={"dump_url": str(tmp_path / "nothing.dump")})
    skipped = new_dump(
        dg.build_sensor_context(instance=instance), desk=ScopeDesk(desk.database, gone)
    )
    assert isinstance(skipped, dg.SkipReason)
    assert "There is no file" in str(skipped.skip_message)
