"""The benchmark of Dagster's pages records as many days as it says."""

from __future__ import annotations

import re
from pathlib import Path

import dagster as dg
import pytest

from benchmarks.ground import Ground
from benchmarks.user_interface import ASSET, record_days

GROUND = Ground("", "", "", "", "2024-01-01", "2024-01-03", ("apps", "edit"))


def test_every_day_of_every_scope_is_recorded_as_materialised() -> None:
    with dg.instance_for_test() as instance:
        record_days(instance, GROUND)
        found = instance.get_materialized_partitions(dg.AssetKey(ASSET))
        assert found == {
            f"2024-01-0{day}|{scope}" for day in (1, 2, 3) for scope in GROUND.prefixes
        }
        assert [run.tags["scope"] for run in instance.get_runs()] == ["edit", "apps"]
        assert set(instance.get_dynamic_partitions("scope")) == {"apps", "edit"}


def test_the_server_is_told_where_dagsters_postgresql_is_and_none_of_the_users_own_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instance = Path(__file__).parents[2] / "deploy" / "dagster.yaml"
    read = re.findall(r"env: (\w+)", instance.read_text("utf-8"))
    assert read
    for name in (*read, "DAGSTER_HOME", "PHLOGISTON_SITE_DIR"):
        monkeypatch.setenv(name, "here")
    told = GROUND.environment
    assert {told[name] for name in read} == {"here"}
    assert "DAGSTER_HOME" not in told
    assert "PHLOGISTON_SITE_DIR" not in told
