from pathlib import Path
from typing import cast

import pytest
import yaml
from typer.testing import CliRunner

from services.cli import app
from services.runtime.settings import Settings, read_settings, unknown_variables

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
        "alerts",
        "api",
    }


@pytest.mark.parametrize("name", ["ingest", "alerts", "api"])
def test_nothing_runs_before_the_schema_is_there(
    name: str, compose: dict[str, dict[str, Service]]
) -> None:
    waits = cast("dict[str, dict[str, str]]", compose["services"][name]["depends_on"])

    assert waits["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize(
    ("name", "port"),
    [("ingest", "9212"), ("alerts", "9213"), ("api", "8000")],
    ids=["ingest", "alerts", "api"],
)
def test_a_service_is_asked_for_its_health_where_it_listens(
    name: str, port: str, compose: dict[str, dict[str, Service]]
) -> None:
    service = compose["services"][name]
    environment = cast("dict[str, str]", service["environment"])
    default = str(cast("int", Settings.model_fields["metrics_port"].default))
    check = cast("dict[str, list[str]]", service["healthcheck"])["test"]

    listens = {environment.get("QINGKONG_METRICS_PORT", default)}
    listens |= {environment[key] for key in environment if key == "QINGKONG_API_PORT"}

    assert port in listens
    assert f"http://127.0.0.1:{port}/" in check[-1]


@pytest.mark.parametrize("name", ["migrate", "ingest", "alerts", "api", "checkpoint"])
def test_a_container_runs_a_command_that_exists(
    name: str, compose: dict[str, dict[str, Service]]
) -> None:
    words = cast("list[str]", compose["services"][name]["command"])

    helped = CliRunner().invoke(app, [*words, "--help"])

    assert helped.exit_code == 0


def test_a_second_alert_process_stands_by(compose: dict[str, dict[str, Service]]) -> None:
    assert compose["services"]["alerts"]["deploy"] == {"replicas": 2}
    assert "deploy" not in compose["services"]["api"]


def test_the_api_is_published_on_loopback_and_nothing_else_but_the_broker_is(
    compose: dict[str, dict[str, Service]],
) -> None:
    published = {
        name: service["ports"]
        for name, service in compose["services"].items()
        if "ports" in service
    }

    assert published == {"mosquitto": ["8883:8883", "8884:8884"], "api": ["127.0.0.1:8000:8000"]}


def test_the_api_is_given_neither_the_broker_nor_the_key_that_seals(
    compose: dict[str, dict[str, Service]],
) -> None:
    service = compose["services"]["api"]
    names = set(cast("dict[str, str]", service["environment"]))

    assert service["secrets"] == []
    assert {name for name in names if "MQTT" in name or "SEAL" in name or "SMTP" in name} == set()


def test_alerts_can_open_what_was_sealed_and_know_where_notices_may_go(
    compose: dict[str, dict[str, Service]],
) -> None:
    names = set(cast("dict[str, str]", compose["services"]["alerts"]["environment"]))

    assert names >= {
        "QINGKONG_SEAL_KEY",
        "QINGKONG_SMTP_URL",
        "QINGKONG_SMTP_FROM",
        "QINGKONG_NOTIFY_ALLOW_NETWORKS",
        "QINGKONG_PUBLIC_URL",
    }


def test_what_is_left_empty_in_the_example_is_as_if_it_were_not_set(
    compose: dict[str, dict[str, Service]], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = cast("dict[str, str]", compose["services"]["alerts"]["environment"])
    environment |= cast("dict[str, str]", compose["services"]["api"]["environment"])
    for name, value in environment.items():
        monkeypatch.setenv(name, "" if value.endswith(":-}") else value)

    settings = read_settings()

    assert settings.smtp_url is None
    assert settings.seal_key is None
    assert not settings.api_trusted_proxies
    assert settings.smtp_from == Settings.model_fields["smtp_from"].default


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
