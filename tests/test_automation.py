"""The schedule and the sensors ask for what is due, and for nothing twice (operations.md)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.storage.runs import SqlRunStorage
from support.dump_server import failing, running_dump_server
from support.postgres import Server
from support.samples import sample_dump

from phlogiston_assets.definitions import build_definitions
from phlogiston_assets.defs import automation
from phlogiston_assets.defs.automation import REPORT, daily_load, new_dump, scopes_up_to_date
from phlogiston_assets.defs.load_assets import LOAD
from phlogiston_assets.defs.partitions import days_by_scope
from phlogiston_assets.defs.run_tags import RANGE_END, RANGE_START
from phlogiston_assets.defs.scope_assets import RECONSTRUCT_ANEW
from phlogiston_assets.domain.days import day_of
from resources.asked import ASK_AGAIN
from resources.dump_source import DumpInfo
from resources.listing import listing
from resources.loading import load_dump
from resources.scope_desk import ScopeDesk
from resources.settings import Settings
from resources.warehouse import day_store, figure_store, publication_store
from resources.warehouse.database import Database
from resources.warehouse.load_store import current_load

LAST_DAY = date(2026, 3, 20)
SCOPES = Path(__file__).resolve().parents[1] / "scopes"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = sample_dump(tmp_path_factory.mktemp("dump"), LAST_DAY, tasks=120, days=120)
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
def stored_instance() -> Iterator[dg.DagsterInstance]:
    """An instance on disk, without which no schedule is evaluated."""
    with dg.instance_for_test() as instance:
        yield instance


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def load(desk: ScopeDesk, sample: Path) -> None:
    load_dump(desk.database, sample, LAST_DAY)


class Kept:
    """What Dagster keeps of the sensor between two ticks: its cursor and the keys of its runs."""

    cursor: str | None = None
    run_keys: frozenset[str | None] = frozenset()


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    """A sensor that never ticked before."""
    monkeypatch.setattr(Kept, "cursor", None)
    monkeypatch.setattr(Kept, "run_keys", frozenset())
    return Kept()


def tick(desk: ScopeDesk, instance: dg.DagsterInstance) -> dg.SensorResult:
    """One evaluation of the scopes' sensor, its partition requests carried out."""
    context = dg.build_sensor_context(instance=instance, cursor=Kept.cursor)
    result = scopes_up_to_date(context, desk=desk)
    assert isinstance(result, dg.SensorResult)
    keys = [request.run_key for request in result.run_requests or []]
    assert not Kept.run_keys & set(keys), "Dagster would pass over a run whose key it had"
    Kept.cursor, Kept.run_keys = result.cursor or Kept.cursor, Kept.run_keys | set(keys)
    for request in result.dynamic_partitions_requests or []:
        if isinstance(request, dg.AddDynamicPartitionsRequest):
            instance.add_dynamic_partitions("scope", list(request.partition_keys))
        else:
            for key in request.partition_keys:
                instance.delete_dynamic_partition("scope", key)
    return result


def carry_out(desk: ScopeDesk, request: dg.RunRequest) -> None:
    """Do what the run would, but for drawing."""
    if request.asset_selection == [dg.AssetKey("site_index")]:
        list_scopes(desk)
        return
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
        with desk.database.write() as connection:
            made = desk.scope(scope), days[-1]
            basis = figure_store.made_from(connection, desk.settings, *made)
            publication_store.note_report(connection, scope, basis, datetime.now(UTC))
        list_scopes(desk)


def run(desk: ScopeDesk, instance: dg.DagsterInstance, assets: list[str], **options: Any) -> bool:
    """Materialise assets in a run of Dagster's; whether it succeeded."""
    keys = [dg.AssetKey(asset) for asset in assets]
    repository = build_definitions(desk.settings).get_repository_def()
    job = repository.get_implicit_job_def_for_assets(keys)
    assert job is not None
    return job.execute_in_process(instance=instance, asset_selection=keys, **options).success


def list_scopes(desk: ScopeDesk) -> None:
    """Note that the index was published."""
    with desk.database.write() as connection:
        publication_store.note_index(connection, listing(connection, desk.settings))


def scopes_of(requests: list[dg.RunRequest] | None) -> list[str]:
    """For which scopes runs are asked for; "index" stands for that of the site."""
    return [request.tags.get("scope", "index") for request in requests or []]


def bring_up_to_date(desk: ScopeDesk, instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    """Evaluate and carry out until nothing is due."""
    done: list[dg.RunRequest] = []
    for _ in range(5):
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
    for request in requests:
        carry_out(desk, request)
    done = bring_up_to_date(desk, instance)
    assert scopes_of(done) == ["apps", "edit", "infra"]
    assert [len(request.asset_selection or []) for request in done] == [len(REPORT)] * 3


def test_on_postgresql_each_scope_is_brought_up_to_date_and_then_nothing_is_due(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance, postgres_server: Server
) -> None:
    for path in desk.settings.scopes_dir.glob("[!e]*_*"):
        path.unlink()
    database = Database(postgres_server.url())
    on_postgres = ScopeDesk(database, desk.settings)
    assert not tick(on_postgres, instance).run_requests
    load(on_postgres, sample)
    assert scopes_of(bring_up_to_date(on_postgres, instance)) == ["edit", "edit"]
    with database.read() as connection:
        assert day_of(day_store.read_days(connection, "edit")[-1]) == LAST_DAY
    assert not tick(on_postgres, instance).run_requests
    database.close()


def test_one_day_more_is_reconstructed_and_reported_in_one_run(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    desk.reconstruct("edit", [LAST_DAY - timedelta(days=back) for back in (2, 1)], anew=True)
    by_scope = {one.tags["scope"]: one for one in tick(desk, instance).run_requests or []}
    request = by_scope["edit"]
    assert request.partition_key == f"{LAST_DAY}|edit"
    assets = [key.to_user_string() for key in request.asset_selection or []]
    assert assets == ["task_on_date", *REPORT]
    assert RECONSTRUCT_ANEW not in request.tags


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
    carry_out(desk, request)
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
    carry_out(desk, request)
    assert scopes_of(bring_up_to_date(desk, instance)) == ["infra"]
    assert not tick(desk, instance).run_requests


def edit(desk: ScopeDesk, file: str, old: str, new: str) -> None:
    """Replace a piece of a scope's file, or add to its end."""
    path = desk.settings.scopes_dir / file
    text = path.read_text()
    path.write_text(text.replace(old, new, 1) if old else text.rstrip("\n") + "\n" + new)


def test_rules_in_another_order_ask_for_a_report_only(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    bring_up_to_date(desk, instance)
    path = desk.settings.scopes_dir / "edit_recategorization.csv"
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([header, *reversed(rows)]) + "\n")
    (request,) = tick(desk, instance).run_requests or []
    assert request.partition_key == f"{LAST_DAY}|edit"
    assert RECONSTRUCT_ANEW not in request.tags
    assert "task_on_date" not in {key.to_user_string() for key in request.asset_selection or []}


def test_days_made_anew_by_hand_and_other_statuses_ask_for_a_report_only(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    bring_up_to_date(desk, instance)
    by_hand = [LAST_DAY - timedelta(days=back) for back in range(10)]
    desk.reconstruct("edit", by_hand, anew=True)
    (request,) = bring_up_to_date(desk, instance)
    assert request.partition_key == f"{LAST_DAY}|edit"
    assert {key.to_user_string() for key in request.asset_selection or []} == set(REPORT)
    other = desk.settings.model_copy(update={"statuses_out": frozenset({"declined"})})
    done = bring_up_to_date(ScopeDesk(desk.database, other), instance)
    assert scopes_of(done) == ["apps", "edit", "infra"]
    assert [len(request.asset_selection or []) for request in done] == [len(REPORT)] * 3


def test_an_edit_that_is_undone_before_it_is_seen_asks_for_nothing(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    bring_up_to_date(desk, instance)
    edit(desk, "edit_recategorization.csv", "Everything else", "All the rest")
    edit(desk, "edit_recategorization.csv", "All the rest", "Everything else")
    assert not tick(desk, instance).run_requests


def test_an_edit_that_goes_back_and_forth_is_followed_each_time(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    bring_up_to_date(desk, instance)
    for _ in range(2):
        for old, new in (("Everything else", "All the rest"), ("All the rest", "Everything else")):
            edit(desk, "edit_recategorization.csv", old, new)
            (request,) = tick(desk, instance).run_requests or []
            carry_out(desk, request)


def test_a_report_whose_publication_failed_is_asked_for_again_after_a_while(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(desk, sample)
    bring_up_to_date(desk, instance)
    edit(desk, "edit_scope.py", "scope_title = ", "scope_title = New ")
    assert scopes_of(tick(desk, instance).run_requests) == ["edit"]
    desk.store_figures("edit", LAST_DAY)  # and then the disk was full
    assert not tick(desk, instance).run_requests
    later = datetime.now(UTC) + ASK_AGAIN
    monkeypatch.setattr(automation, "datetime", SimpleNamespace(now=lambda _: later))
    (request,) = tick(desk, instance).run_requests or []
    carry_out(desk, request)
    assert not tick(desk, instance).run_requests


def test_a_removed_scope_is_no_partition_any_more_and_leaves_the_index_but_not_the_tables(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    bring_up_to_date(desk, instance)
    for path in desk.settings.scopes_dir.glob("apps_*"):
        path.unlink()
    assert scopes_of(bring_up_to_date(desk, instance)) == ["index"]
    assert set(instance.get_dynamic_partitions("scope")) == {"edit", "infra"}
    with desk.database.read() as connection:
        assert '"apps"' not in (publication_store.listed(connection) or "")
        assert day_store.read_days(connection, "apps")


def test_the_index_waits_for_every_run_that_will_write_it(
    desk: ScopeDesk, sample: Path, stored_instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    bring_up_to_date(desk, stored_instance)
    for path in desk.settings.scopes_dir.glob("apps_*"):
        path.unlink()
    for tags in ({"scope": "edit"}, {"phlogiston/index": "due"}):
        run = dg.DagsterRun(job_name="any", tags=tags, status=dg.DagsterRunStatus.STARTED)
        stored_instance.add_run(run)
        assert scopes_of(tick(desk, stored_instance).run_requests) == []
        stored_instance.report_run_failed(run)
    assert scopes_of(tick(desk, stored_instance).run_requests) == ["index"]


def test_a_renamed_scope_is_a_new_one_and_an_old_one_less(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    bring_up_to_date(desk, instance)
    for path in list(desk.settings.scopes_dir.glob("apps_*")):
        path.rename(path.with_name(path.name.replace("apps", "mobile")))
    done = bring_up_to_date(desk, instance)
    assert scopes_of(done) == ["mobile", "mobile"]
    assert RECONSTRUCT_ANEW in done[0].tags
    assert set(instance.get_dynamic_partitions("scope")) == {"edit", "infra", "mobile"}


def test_without_its_folder_no_scope_is_lost(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    bring_up_to_date(desk, instance)
    desk.settings.scopes_dir.rename(desk.settings.scopes_dir.with_name("elsewhere"))
    assert "Name a folder that holds the scopes' files" in str(tick(desk, instance).skip_reason)
    assert set(instance.get_dynamic_partitions("scope")) == {"apps", "edit", "infra"}


def test_a_file_that_becomes_wrong_marks_the_index_and_its_last_report_stands(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    bring_up_to_date(desk, instance)
    with desk.database.read() as connection:
        before = publication_store.published(connection, "edit")
    edit(desk, "edit_recategorization.csv", "Visual-Editor", "No such project")
    assert scopes_of(bring_up_to_date(desk, instance)) == ["index"]
    with desk.database.read() as connection:
        told = publication_store.listed(connection) or ""
        assert "No such project" in told
        assert "edit_recategorization.csv, line" in told
        assert str(desk.settings.scopes_dir) not in told
        assert publication_store.published(connection, "edit") == before
    edit(desk, "edit_recategorization.csv", "No such project", "Visual-Editor")
    assert scopes_of(bring_up_to_date(desk, instance)) == ["index"]


def test_a_broken_scope_file_is_told_and_stops_no_other(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    edit(desk, "apps_recategorization.csv", "", "NoSuchRule,x,show,1,\n")
    done = bring_up_to_date(desk, instance)
    assert set(scopes_of(done)) == {"edit", "infra"}
    skipped = tick(desk, instance).skip_reason
    assert skipped is not None
    assert "apps_recategorization.csv, line" in str(skipped)


def test_what_was_asked_for_is_asked_for_again_as_soon_as_a_broken_file_is_mended(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    assert "edit" in scopes_of(tick(desk, instance).run_requests)
    broken = ("edit_recategorization.csv", "Visual-Editor", "No such project")
    edit(desk, *broken)
    assert scopes_of(tick(desk, instance).run_requests) == ["index"]
    edit(desk, broken[0], *reversed(broken[1:]))
    assert scopes_of(tick(desk, instance).run_requests) == ["edit"]


@pytest.mark.parametrize(
    "tags",
    [
        {"scope": "edit"},
        {"dagster/partition/scope": "edit", "dagster/partition/date": "2026-03-20"},
        {RANGE_START: "2026-03-01|edit", RANGE_END: "2026-03-20|edit"},
    ],
    ids=["by itself", "one day by hand", "days by hand"],
)
@pytest.mark.parametrize("status", [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTED])
def test_a_scope_whose_run_is_under_way_is_left_alone(
    desk: ScopeDesk,
    sample: Path,
    instance: dg.DagsterInstance,
    tags: dict[str, str],
    status: dg.DagsterRunStatus,
) -> None:
    load(desk, sample)
    place = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("here"), "all")
    origin = RemoteJobOrigin(place, "any")
    instance.add_run(
        dg.DagsterRun(job_name="any", tags=tags, status=status, remote_job_origin=origin)
    )
    assert scopes_of(tick(desk, instance).run_requests) == ["apps", "infra"]


@pytest.mark.parametrize("ends", [("apps", "edit"), ("edit", "apps")])
def test_a_run_over_several_scopes_keeps_all_of_them(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance, ends: tuple[str, str]
) -> None:
    load(desk, sample)
    tags = {RANGE_START: f"2026-03-01|{ends[0]}", RANGE_END: f"2026-03-20|{ends[1]}"}
    instance.add_run(dg.DagsterRun(job_name="any", tags=tags, status=dg.DagsterRunStatus.STARTED))
    assert scopes_of(tick(desk, instance).run_requests) == ["infra"]


def test_a_run_keeps_its_scope_however_long_it_takes(
    desk: ScopeDesk, sample: Path, stored_instance: dg.DagsterInstance
) -> None:
    """Whether its process still lives is asked by the run monitoring, and not guessed here."""
    load(desk, sample)
    run = dg.DagsterRun(job_name="any", tags={"scope": "edit"}, status=dg.DagsterRunStatus.STARTED)
    stored_instance.add_run(run)
    storage = stored_instance.run_storage
    assert isinstance(storage, SqlRunStorage)
    with storage.connect() as connection:
        connection.exec_driver_sql("UPDATE runs SET update_timestamp = '2020-01-01 00:00:00'")
    assert scopes_of(tick(desk, stored_instance).run_requests) == ["apps", "infra"]
    stored_instance.report_run_failed(run)
    assert scopes_of(tick(desk, stored_instance).run_requests) == ["edit"]


def test_scopes_that_succeed_are_recorded_though_another_of_the_run_fails(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    edit(desk, "edit_recategorization.csv", "Visual-Editor", "No such project")
    tick(desk, instance)
    tags = {RANGE_START: f"{LAST_DAY}|apps", RANGE_END: f"{LAST_DAY}|infra"}
    assert not run(desk, instance, ["task_on_date"], tags=tags, raise_on_error=False)
    recorded = instance.get_materialized_partitions(dg.AssetKey("task_on_date"))
    assert recorded == {f"{LAST_DAY}|apps", f"{LAST_DAY}|infra"}


def test_a_load_of_several_days_is_refused(desk: ScopeDesk, instance: dg.DagsterInstance) -> None:
    days = {RANGE_START: "2026-03-19", RANGE_END: "2026-03-20"}
    with pytest.raises(dg.Failure, match="for 2 days, but a load is of one"):
        run(desk, instance, LOAD, tags=days)


def test_a_run_of_a_range_and_of_one_day_is_refused(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    days = {RANGE_START: "2026-03-19|edit", RANGE_END: "2026-03-20|edit"}
    instance.add_dynamic_partitions("scope", ["edit"])
    with pytest.raises(dg.Failure, match="carries both a range and a single partition"):
        run(desk, instance, ["task_on_date"], tags={**days, "dagster/partition/date": "2026-03-19"})


def test_a_new_dump_is_asked_for_once_by_its_day(
    desk: ScopeDesk, stored_instance: dg.DagsterInstance
) -> None:
    context = dg.build_sensor_context(instance=stored_instance)
    (request,) = new_dump(context, desk=desk).run_requests or []
    assert request.partition_key == LAST_DAY.isoformat()
    by_hand = {"dagster/partition": LAST_DAY.isoformat()}
    stored_instance.add_run(
        dg.DagsterRun(job_name="any", tags=by_hand, status=dg.DagsterRunStatus.STARTED)
    )
    assert not new_dump(context, desk=desk).run_requests
    scheduled = daily_load(dg.build_schedule_context(instance=stored_instance), desk=desk)
    assert isinstance(scheduled, dg.SkipReason)


def test_a_load_that_was_killed_is_asked_for_again_but_not_for_ever(
    desk: ScopeDesk, stored_instance: dg.DagsterInstance
) -> None:
    def ask() -> str | None:
        (request,) = (
            new_dump(dg.build_sensor_context(stored_instance), desk=desk).run_requests or []
        )
        run = dg.DagsterRun(job_name="any", tags=request.tags, status=dg.DagsterRunStatus.STARTED)
        stored_instance.add_run(run)
        stored_instance.report_run_failed(run)
        return request.run_key

    keys = [ask() for _ in range(6)]
    assert len(set(keys)) == 4, "Dagster passes over a run whose key it had"
    assert keys[3] == keys[4] == keys[5]


def test_a_load_that_failed_by_itself_is_not_asked_for_again(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    sample_of_others = desk.settings.home / "other.dump"
    sample_of_others.parent.mkdir(parents=True, exist_ok=True)
    sample_of_others.write_text("<html>Please sign in</html>")
    os.utime(sample_of_others, (sample.stat().st_mtime, sample.stat().st_mtime))
    broken = desk.settings.model_copy(update={"dump_url": str(sample_of_others)})
    wrong = ScopeDesk(desk.database, broken)
    keys = []
    for _ in range(2):
        asked = new_dump(dg.build_sensor_context(instance), desk=wrong).run_requests or []
        (request,) = asked
        keys.append(request.run_key)
        options = {"partition_key": request.partition_key, "tags": request.tags}
        assert not run(wrong, instance, LOAD, raise_on_error=False, **options)
    assert keys[0] == keys[1]


def test_a_load_that_was_due_and_is_done_meanwhile_is_not_done_again(
    desk: ScopeDesk, sample: Path, instance: dg.DagsterInstance
) -> None:
    asked = new_dump(dg.build_sensor_context(instance=instance), desk=desk)
    (request,) = asked.run_requests or []
    load(desk, sample)
    with desk.database.read() as connection:
        before = current_load(connection)
    day = request.partition_key
    assert run(desk, instance, LOAD, partition_key=day, tags=request.tags)
    with desk.database.read() as connection:
        assert current_load(connection) == before
    assert run(desk, instance, LOAD, partition_key=day)
    with desk.database.read() as connection:
        assert current_load(connection) != before


def test_the_schedule_and_the_sensor_skip_a_dump_that_is_loaded(
    desk: ScopeDesk, sample: Path, stored_instance: dg.DagsterInstance
) -> None:
    load(desk, sample)
    sensed = new_dump(dg.build_sensor_context(instance=stored_instance), desk=desk)
    assert not sensed.run_requests
    context = dg.build_schedule_context(instance=stored_instance)
    assert isinstance(daily_load(context, desk=desk), dg.SkipReason)


def test_the_schedule_tries_a_dump_again_that_the_sensor_would_not(
    desk: ScopeDesk, stored_instance: dg.DagsterInstance
) -> None:
    scheduled = daily_load(dg.build_schedule_context(instance=stored_instance), desk=desk)
    sensed = new_dump(dg.build_sensor_context(instance=stored_instance), desk=desk)
    assert isinstance(scheduled, dg.RunRequest)
    assert scheduled.run_key is None
    assert [bool(request.run_key) for request in sensed.run_requests or []] == [True]


def test_a_dump_without_a_date_is_asked_for_once_a_version(
    desk: ScopeDesk, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    undated = DumpInfo("there", LAST_DAY, 9, datetime(2026, 3, 21, tzinfo=UTC), '"one" 9', False)

    def ask(newest: DumpInfo, cursor: str | None) -> tuple[int, str | None]:
        monkeypatch.setattr(desk, "new_dump", lambda: newest)
        context = dg.build_sensor_context(instance=instance, cursor=cursor)
        found = new_dump(context, desk=desk)
        return len(found.run_requests or []), found.cursor

    assert ask(undated, None) == (1, '"one" 9')
    tomorrow = replace(undated, day=LAST_DAY + timedelta(days=1))
    assert ask(tomorrow, '"one" 9') == (0, None)
    assert ask(replace(tomorrow, version='"two" 9'), '"one" 9') == (1, '"two" 9')
    assert ask(replace(tomorrow, dated=True), '"one" 9') == (1, '"one" 9')


@pytest.mark.parametrize(
    ("stamp", "said"),
    [
        (datetime.now(UTC) + timedelta(days=2), "a day that is not over yet"),
        (datetime(2014, 6, 1, tzinfo=UTC), "days begin on 2015-01-01"),
    ],
)
def test_a_dump_with_a_wrong_time_stamp_is_told_and_asked_for_no_day_that_is_none(
    desk: ScopeDesk, stored_instance: dg.DagsterInstance, tmp_path: Path, stamp: datetime, said: str
) -> None:
    path = tmp_path / "wrong.dump"
    path.write_text("{}")
    os.utime(path, (stamp.timestamp(), stamp.timestamp()))
    settings = desk.settings.model_copy(update={"dump_url": str(path)})
    wrong = ScopeDesk(desk.database, settings)
    sensed = new_dump(dg.build_sensor_context(instance=stored_instance), desk=wrong)
    assert not sensed.run_requests
    assert said in str(sensed.skip_reason)
    scheduled = daily_load(dg.build_schedule_context(instance=stored_instance), desk=wrong)
    assert isinstance(scheduled, dg.RunRequest)
    assert scheduled.partition_key == (datetime.now(UTC).date() - timedelta(days=1)).isoformat()


def test_a_source_that_cannot_be_reached_is_told(
    desk: ScopeDesk, stored_instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    gone = desk.settings.model_copy(update={"dump_url": str(tmp_path / "nothing.dump")})
    lost = ScopeDesk(desk.database, gone)
    skipped = new_dump(dg.build_sensor_context(instance=stored_instance), desk=lost)
    assert "There is no file" in str(skipped.skip_reason)


def test_the_schedule_leaves_a_source_that_cannot_be_reached_to_the_run(
    desk: ScopeDesk, stored_instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    gone = desk.settings.model_copy(update={"dump_url": str(tmp_path / "nothing.dump")})
    context = dg.build_schedule_context(instance=stored_instance)
    found = daily_load(context, desk=ScopeDesk(desk.database, gone))
    assert isinstance(found, dg.RunRequest)
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    assert found.partition_key == yesterday.isoformat()


def test_a_tick_asks_once_for_the_newest_dump_and_does_not_wait(
    desk: ScopeDesk, stored_instance: dg.DagsterInstance
) -> None:
    with running_dump_server() as server:
        server.will(failing(503, retry_after="300"))
        slow = desk.settings.model_copy(update={"dump_url": server.url, "dump_tries": 4})
        context = dg.build_sensor_context(instance=stored_instance)
        skipped = new_dump(context, desk=ScopeDesk(desk.database, slow))
        assert "in 1 try" in str(skipped.skip_reason)
        assert len(server.requests) == 1
