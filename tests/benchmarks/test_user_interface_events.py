"""The benchmark of Dagster's pages records as many days as it says."""

from __future__ import annotations

import dagster as dg

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
