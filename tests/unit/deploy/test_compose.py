from pathlib import Path
from typing import cast

import pytest
import yaml

from services.runtime.settings import unknown_variables

DEPLOY = Path(__file__).parents[3] / "deploy"
# Made by whoever installs, as deploy/README.md says.
SECRETS = DEPLOY / "secrets"

Service = dict[str, object]


@pytest.fixture
def compose() -> dict[str, dict[str, Service]]:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    return cast("dict[str, dict[str, Service]]", yaml.safe_load(text))


def test_every_image_from_elsewhere_has_a_pinned_version(
    compose: dict[str, dict[str, Service]],
) -> None:
    images = [str(service["image"]) for service in compose["services"].values()]

    outside = [image for image in images if image != "qingkong:local"]

    assert [image.partition(":")[2][:2] for image in outside] == ["2.", "2."]


def test_every_mounted_file_exists_or_is_a_secret(compose: dict[str, dict[str, Service]]) -> None:
    mounts = [
        str(volume).split(":")[0]
        for service in compose["services"].values()
        for volume in cast("list[str]", service.get("volumes", []))
    ]

    files = [DEPLOY / mount for mount in mounts if mount.startswith(".")]

    assert files
    assert [file for file in files if not file.exists() and file != SECRETS] == []


def test_every_secret_is_one_that_the_readme_explains(
    compose: dict[str, dict[str, Service]],
) -> None:
    readme = (DEPLOY / "README.md").read_text(encoding="utf-8")

    names = [Path(str(secret["file"])).name for secret in compose["secrets"].values()]

    assert [name for name in names if f"`{name}`" not in readme] == []


def test_every_service_waits_for_what_it_needs_to_be_well(
    compose: dict[str, dict[str, Service]],
) -> None:
    services = compose["services"]

    waits = cast("dict[str, dict[str, str]]", services["ingest"]["depends_on"])

    assert waits["migrate"] == {"condition": "service_completed_successfully"}
    assert waits["mosquitto"] == {"condition": "service_healthy"}
    assert {name for name in services if "healthcheck" in services[name]} == {
        "timescaledb",
        "mosquitto",
        "ingest",
    }


def test_every_setting_that_is_given_is_one_that_is_read(
    compose: dict[str, dict[str, Service]],
) -> None:
    given: dict[str, str] = {}
    for service in compose["services"].values():
        given |= cast("dict[str, str]", service.get("environment", {}))

    assert unknown_variables(given) == []


def test_every_variable_of_the_compose_file_is_in_the_example() -> None:
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    example = (DEPLOY / "env.example").read_text(encoding="utf-8")

    wanted = {part.split(":")[0] for part in compose.split("${")[1:]}

    assert wanted == {
        line.split("=")[0] for line in example.splitlines() if line and line[0] != "#"
    }


def test_the_image_is_built_from_locked_hashes_and_does_not_run_as_root() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()

    last_stage = lines[[n for n, line in enumerate(lines) if line.startswith("FROM ")][-1] :]

    assert any("--require-hashes -r requirements.lock" in line for line in lines)
    assert "USER 10001:10001" in last_stage


def test_every_file_the_image_copies_exists_and_is_let_through() -> None:
    let_through = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()

    copied = [
        word
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    ]

    assert [name for name in copied if not (DEPLOY.parent / name).exists()] == []
    assert [name for name in copied if f"!{name}" not in let_through] == []
