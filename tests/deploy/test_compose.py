"""The compose file agrees with itself, the image, the settings and the program."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from support.deployment import (
    DEPLOY,
    ROOT,
    STORAGE,
    is_known,
    named_in,
    read_environment_file,
    read_yaml,
)
from support.postgres import Server

from resources.settings import Settings

FOLDER = DEPLOY / "compose"
COMPOSE = read_yaml("compose", "compose.yaml")
SERVICES: dict[str, Any] = COMPOSE["services"]
DAGSTER = ("code", "daemon", "webserver")
DOCKERFILE = (FOLDER / "Dockerfile").read_text("utf-8")
PROGRAMS = {"dagster", "dagster-daemon", "dagster-webserver", "python", "phlogiston"}
OF_IMAGES = {"pg_isready", "curl"}
"""Programs of the images that are not ours."""


def image_environment() -> dict[str, str]:
    """The variables that the image sets."""
    lines = re.sub(r"\\\n\s*", " ", DOCKERFILE).splitlines()
    words = [word for line in lines if line.startswith("ENV ") for word in line.split()[1:]]
    return dict(word.split("=", 1) for word in words)


def mounts(service: str) -> dict[str, tuple[str, bool]]:
    """What is mounted in a service, by place: the source, and whether it can be written."""
    found = {}
    for volume in SERVICES[service]["volumes"]:
        source, place, *options = re.split(r":(?![?-])", volume)
        found[place] = (source, options != ["ro"])
    return found


def test_every_service_has_a_health_check_and_comes_back() -> None:
    assert set(SERVICES) == {*DAGSTER, "postgres", "site"}
    for service in SERVICES.values():
        assert service["healthcheck"]["test"][0] == "CMD"
        assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_reached_from_outside_a_container_is_reached_from_this_host_only(
    service: str,
) -> None:
    for port in SERVICES[service].get("ports", []):
        assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port)
    assert SERVICES[service].get("network_mode") is None


def test_only_pages_are_reached_from_outside_the_containers() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {
        "webserver",
        "site",
    }


@pytest.mark.parametrize("service", DAGSTER)
def test_the_variables_are_ones_that_are_read(service: str) -> None:
    environment = SERVICES[service]["environment"]
    assert [name for name in environment if not is_known(name)] == []
    assert set(environment) >= STORAGE


def test_only_the_code_location_is_told_what_is_phlogistons() -> None:
    for service in ("daemon", "webserver"):
        assert set(SERVICES[service]["environment"]) == STORAGE


def test_the_images_variables_are_ones_that_are_read() -> None:
    ours = named_in(" ".join(image_environment()))
    assert "DAGSTER_HOME" in ours
    assert [name for name in ours if not is_known(name)] == []


def test_the_code_locations_folders_are_those_of_the_image_whatever_stands_in_env() -> None:
    told, image = SERVICES["code"]["environment"], image_environment()
    for name in ("PHLOGISTON_HOME", "PHLOGISTON_SITE_DIR", "PHLOGISTON_SCOPES_DIR"):
        assert told[name] == image[name]


def test_every_folder_that_a_setting_names_is_a_volume_or_a_mount() -> None:
    variables = image_environment()
    places = mounts("code")
    writable = ("DAGSTER_HOME", "PHLOGISTON_HOME", "PHLOGISTON_SITE_DIR")
    assert all(places[variables[name]][1] for name in writable)
    assert not places[variables["PHLOGISTON_SCOPES_DIR"]][1]
    for service in DAGSTER:
        home = variables["DAGSTER_HOME"]
        assert mounts(service)[home] == ("dagster", True)
        assert mounts(service)[f"{home}/dagster.yaml"] == ("../dagster.yaml", False)


def test_the_site_is_written_by_the_code_location_and_only_read_by_its_server() -> None:
    site = image_environment()["PHLOGISTON_SITE_DIR"]
    assert mounts("code")[site] == ("site", True)
    assert mounts("site")[site] == ("site", False)
    assert SERVICES["site"]["read_only"] is True
    assert f"root {site};" in (DEPLOY / "nginx" / "site.conf").read_text("utf-8")


def test_what_is_mounted_is_there() -> None:
    volumes = set(COMPOSE["volumes"])
    for service in SERVICES:
        for source, _ in mounts(service).values():
            if source.startswith("."):
                assert (FOLDER / source).exists(), source
            else:
                assert source in volumes or source.startswith("${SCOPES:?"), source


def test_the_programs_rights_are_few() -> None:
    for service in DAGSTER:
        told = SERVICES[service]
        assert told["read_only"] is True
        assert told["cap_drop"] == ["ALL"]
        assert told["security_opt"] == ["no-new-privileges:true"]
    users = re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)
    assert users == ["phlogiston"]
    assert DOCKERFILE.index("USER phlogiston") < DOCKERFILE.index("CMD")


def test_what_is_not_given_by_compose_is_in_the_example_of_an_environment() -> None:
    text = (FOLDER / "compose.yaml").read_text("utf-8")
    asked = set(re.findall(r"\$\{([A-Z_]+)", text))
    example = set(read_environment_file(FOLDER / "example.env"))
    assert asked <= example
    assert SERVICES["code"]["env_file"] == ".env"
    assert [name for name in example - asked if not is_known(name)] == []
    secret = re.findall(r"PASSWORD: (.*)", text)
    assert all(value.startswith("${POSTGRES_PASSWORD:?") for value in secret)


def test_the_address_of_the_database_is_one_that_the_settings_take() -> None:
    url = SERVICES["code"]["environment"]["PHLOGISTON_DATABASE_URL"]
    address = sa.make_url(
        Settings(database_url=url.replace("${POSTGRES_PASSWORD}", "a-b_c")).database
    )
    storage = SERVICES["code"]["environment"]
    told = {**SERVICES["postgres"]["environment"]}
    assert address.password == "a-b_c"
    assert address.host == storage["DAGSTER_POSTGRES_HOST"] == "postgres"
    assert address.username == storage["DAGSTER_POSTGRES_USER"] == told["POSTGRES_USER"]
    assert storage["DAGSTER_POSTGRES_DB"] == told["POSTGRES_DB"]
    script = (FOLDER / "databases.sql").read_text("utf-8")
    assert f"CREATE DATABASE {address.database};" in script
    assert address.database in SERVICES["postgres"]["healthcheck"]["test"]


def test_the_script_makes_the_second_database(postgres_server: Server) -> None:
    engine = sa.create_engine(postgres_server.url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql((FOLDER / "databases.sql").read_text("utf-8"))
        names = connection.scalars(sa.text("SELECT datname FROM pg_database")).all()
        connection.exec_driver_sql("DROP DATABASE phlogiston")
    engine.dispose()
    assert "phlogiston" in names


def test_the_services_find_the_code_location() -> None:
    (location,) = read_yaml("compose", "workspace.yaml")["load_from"]
    server = location["grpc_server"]
    assert server["host"] in SERVICES
    command = SERVICES["code"]["command"]
    assert command[command.index("-p") + 1] == str(server["port"])
    development = read_yaml("..", "workspace.yaml")["load_from"][0]["python_module"]
    assert command[command.index("-m") + 1] == development["module_name"]
    assert server["location_name"] == development["module_name"]
    for service in ("daemon", "webserver"):
        command = SERVICES[service]["command"]
        assert mounts(service)[command[command.index("-w") + 1]] == ("./workspace.yaml", False)


def test_commands_are_programs_of_the_image() -> None:
    for service, told in SERVICES.items():
        assert told["healthcheck"]["test"][1] in PROGRAMS | OF_IMAGES
        if service in DAGSTER:
            assert told["command"][0] in PROGRAMS
    installed = Path(sys.executable).parent
    assert all((installed / program).exists() for program in PROGRAMS)


def test_what_the_dockerfile_copies_is_there_and_is_all_that_the_package_needs() -> None:
    copied = [line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ")]
    sources = {source.rstrip("/") for line in copied for source in line}
    assert all((ROOT / source).exists() for source in sources)
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    packages = re.search(r"^packages = \[(.*)\]", project, re.MULTILINE)
    assert packages is not None
    assert set(re.findall(r'"(.+?)"', packages[1])) <= sources
    assert {"pyproject.toml", "constraints.txt", "README.md"} <= sources


def test_the_image_has_a_python_that_the_package_takes() -> None:
    version = re.search(r"^FROM python:3\.(\d+)-", DOCKERFILE, re.MULTILINE)
    assert version is not None
    assert 11 <= int(version[1]) <= 13
