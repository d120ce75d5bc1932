"""The values for Dagster's Helm chart make runs that find their image, secrets and volumes.

The chart itself needs Helm and is not rendered here. What it makes of the values (`_as_launcher`,
`_as_context`) is written down from its templates of version 1.13.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from dagster._config import process_config, resolve_to_config_type
from dagster_k8s.container_context import K8sContainerContext
from dagster_k8s.job import DagsterK8sJobConfig, construct_dagster_k8s_job
from support.deployment import DEPLOY, is_known, read_yaml

FOLDER = DEPLOY / "kubernetes"
VALUES = read_yaml("kubernetes", "values.yaml")
(CODE,) = VALUES["dagster-user-deployments"]["deployments"]
IMAGE = f"{CODE['image']['repository']}:{CODE['image']['tag']}"


def snake(name: str) -> str:
    """A name of the chart's values as it stands in dagster.yaml."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: "_" + found[1].lower(), name)


def snakes(value: Any) -> Any:
    """The same for all names in a value."""
    if isinstance(value, dict):
        return {snake(name): snakes(inner) for name, inner in value.items()}
    return [snakes(inner) for inner in value] if isinstance(value, list) else value


def _as_launcher() -> dict[str, Any]:
    """The run launcher's section of dagster.yaml."""
    told = dict(VALUES["runLauncher"]["config"]["k8sRunLauncher"])
    raw = {snake(name): value for name, value in told.pop("runK8sConfig").items()}
    return {
        "service_account_name": "phlogiston-dagster",
        "instance_config_map": "phlogiston-dagster-instance",
        "postgres_password_secret": VALUES["global"]["postgresqlSecretName"],
        "dagster_home": VALUES["global"]["dagsterHome"],
        "run_k8s_config": raw,
        **{snake(name): value for name, value in told.items()},
    }


def _as_context() -> dict[str, Any]:
    """What the code location tells of itself for the runs that are launched from it."""
    return {
        "image_pull_policy": CODE["image"]["pullPolicy"],
        "env_secrets": [secret["name"] for secret in CODE["envSecrets"]],
        "env": CODE["env"],
        "volumes": CODE["volumes"],
        "volume_mounts": CODE["volumeMounts"],
    }


@pytest.fixture(scope="module")
def launcher() -> dict[str, Any]:
    """The run launcher's section, as Dagster reads it."""
    kind = resolve_to_config_type(DagsterK8sJobConfig.config_type_run_launcher())
    processed = process_config(kind, _as_launcher())
    assert processed.success, processed.errors
    return dict(processed.value or {})


@pytest.fixture(scope="module")
def pod(launcher: dict[str, Any]) -> dict[str, Any]:
    """The specification of a run's pod, with the fields that are set."""
    of_runs = K8sContainerContext.create_from_config(
        {"k8s": {"run_k8s_config": launcher["run_k8s_config"]}}
    )
    context = of_runs.merge(K8sContainerContext.create_from_config({"k8s": _as_context()}))
    config = _job_config(launcher)
    job = construct_dagster_k8s_job(
        config,
        ["dagster", "api", "execute_run"],
        "dagster-run-x",
        user_defined_k8s_config=context.run_k8s_config,
    ).to_dict()
    return dict(job["spec"])


def _job_config(launcher: dict[str, Any]) -> DagsterK8sJobConfig:
    return DagsterK8sJobConfig(
        job_image=IMAGE,
        dagster_home=launcher["dagster_home"],
        image_pull_policy=launcher["image_pull_policy"],
        service_account_name=launcher["service_account_name"],
        instance_config_map=launcher["instance_config_map"],
        postgres_password_secret=launcher["postgres_password_secret"],
    )


def test_dagsters_run_launcher_takes_its_section(launcher: dict[str, Any]) -> None:
    assert launcher["load_incluster_config"] is True


def test_a_wrong_word_in_the_section_would_be_found() -> None:
    kind = resolve_to_config_type(DagsterK8sJobConfig.config_type_run_launcher())
    assert not process_config(kind, {**_as_launcher(), "image_pul_policy": "Always"}).success


def test_a_run_is_a_pod_with_the_code_locations_secrets_and_volumes(pod: dict[str, Any]) -> None:
    spec = pod["template"]["spec"]
    (container,) = spec["containers"]
    assert container["image"] == IMAGE
    mounted = {mount["mount_path"] for mount in container["volume_mounts"]}
    assert mounted >= {mount["mountPath"] for mount in CODE["volumeMounts"]}
    claims = {
        volume["persistent_volume_claim"]["claim_name"]
        for volume in spec["volumes"]
        if volume["persistent_volume_claim"]
    }
    assert claims == {"phlogiston-home", "phlogiston-site"}
    variables = {one["name"]: one["value"] for one in container["env"]}
    assert variables.items() >= {one["name"]: one["value"] for one in CODE["env"]}.items()
    assert [source["secret_ref"]["name"] for source in container["env_from"]] == ["phlogiston"]


def test_a_run_is_no_root_has_bounds_and_is_cleared_away(pod: dict[str, Any]) -> None:
    security = pod["template"]["spec"]["security_context"]
    assert security["run_as_non_root"] is True
    assert security["run_as_user"] == security["fs_group"] == 10001
    (container,) = pod["template"]["spec"]["containers"]
    assert container["resources"]["limits"]["memory"] == "2Gi"
    assert pod["ttl_seconds_after_finished"] == 86400
    dockerfile = (DEPLOY / "compose" / "Dockerfile").read_text("utf-8")
    assert "--uid 10001" in dockerfile
    folders = re.search(r"install -d -o phlogiston (.*)", dockerfile)
    assert folders is not None
    assert VALUES["global"]["dagsterHome"] in folders[1].split()


def test_the_variables_are_ones_that_are_read_and_name_mounted_folders() -> None:
    variables = {one["name"]: one["value"] for one in CODE["env"]}
    assert [name for name in variables if not is_known(name)] == []
    mounted = {mount["mountPath"] for mount in CODE["volumeMounts"]}
    folders = {value for name, value in variables.items() if name.startswith("PHLOGISTON_")}
    assert folders == mounted


def test_the_instance_is_that_of_the_other_deployments() -> None:
    instance = read_yaml("dagster.yaml")
    concurrency = snakes(VALUES["concurrency"])
    del concurrency["enabled"]
    for limit in concurrency["runs"]["tag_concurrency_limits"]:
        each = limit["value"]["apply_limit_per_unique_value"]
        limit["value"] = {"applyLimitPerUniqueValue": each}
    assert concurrency == instance["concurrency"]
    retention = snakes(VALUES["retention"])
    del retention["enabled"]
    assert retention == instance["retention"]
    watched = snakes(VALUES["dagsterDaemon"]["runMonitoring"])
    watched["start_timeout_seconds"] = instance["run_monitoring"]["start_timeout_seconds"]
    assert watched == instance["run_monitoring"]
    for kind in ("sensors", "schedules"):
        assert snakes(VALUES["dagsterDaemon"][kind]) == instance[kind]
    assert (
        VALUES["postgresql"]["postgresqlScheme"]
        == (instance["storage"]["postgres"]["postgres_db"]["scheme"])
    )
    assert VALUES["telemetry"]["enabled"] is False


def test_no_secret_stands_in_the_values() -> None:
    text = (FOLDER / "values.yaml").read_text("utf-8")
    assert VALUES["generatePostgresqlPasswordSecret"] is False
    assert "postgresqlPassword" not in text
    assert "postgresql+psycopg://" not in text


def test_chart_and_image_are_of_the_pinned_version_of_dagster() -> None:
    text = (FOLDER / "values.yaml").read_text("utf-8")
    constraints = Path(DEPLOY.parent / "constraints.txt").read_text("utf-8")
    version = re.search(r"--version (\S+)", text)
    assert version is not None
    assert f"\ndagster=={version[1]}\n" in constraints
    assert VALUES["dagsterWebserver"]["image"] == VALUES["dagsterDaemon"]["image"] == CODE["image"]


def test_the_web_server_is_not_published() -> None:
    assert VALUES["dagsterWebserver"]["service"]["type"] == "ClusterIP"
    assert "ingress" not in VALUES


def test_the_sites_server_reads_the_volume_that_runs_write() -> None:
    deployment, service = yaml.safe_load_all((FOLDER / "site.yaml").read_text("utf-8"))
    claims = yaml.safe_load_all((FOLDER / "storage.yaml").read_text("utf-8"))
    names = {claim["metadata"]["name"]: claim["spec"]["accessModes"] for claim in claims}
    assert set(names) == {"phlogiston-home", "phlogiston-site"}
    assert all(modes == ["ReadWriteMany"] for modes in names.values())
    spec = deployment["spec"]["template"]["spec"]
    claim = {one["name"]: one for one in spec["volumes"]}["site"]["persistentVolumeClaim"]
    assert claim == {"claimName": "phlogiston-site", "readOnly": True}
    (container,) = spec["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
    assert mounts["site"] == {"name": "site", "mountPath": "/srv/site", "readOnly": True}
    site = (DEPLOY / "nginx" / "site.conf").read_text("utf-8")
    assert f"listen {container['ports'][0]['containerPort']};" in site
    assert f"root {mounts['site']['mountPath']};" in site
    assert service["spec"]["selector"] == spec_labels(deployment)
    assert service["spec"]["ports"][0]["targetPort"] == container["ports"][0]["name"]


def spec_labels(deployment: Any) -> dict[str, str]:
    """The labels of a deployment's pods."""
    return dict(deployment["spec"]["template"]["metadata"]["labels"])
