from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.runtime.settings import Settings, unknown_variables

UNITS = Path(__file__).parents[3] / "deploy" / "systemd"
HARDENED = {"NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp", "SystemCallFilter"}


def entries(name: str) -> list[tuple[str, str, str]]:
    """Section, key and value of every line; systemd allows keys to repeat."""
    section = ""
    found: list[tuple[str, str, str]] = []
    for line in (UNITS / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, equals, value = line.partition("=")
            assert equals, line
            found.append((section, key, value))
    return found


def values(name: str, key: str) -> list[str]:
    return [value for _, found, value in entries(name) if found == key]


SERVICES = sorted(unit.name for unit in UNITS.glob("*.service"))


@pytest.mark.parametrize("name", sorted(unit.name for unit in UNITS.iterdir()))
def test_a_unit_has_only_sections_of_its_kind(name: str) -> None:
    own = "Timer" if name.endswith(".timer") else "Service"

    sections = {section for section, _, _ in entries(name)}

    assert {"Unit", own} <= sections <= {"Unit", own, "Install"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_a_command_that_exists(name: str) -> None:
    [start] = values(name, "ExecStart")
    program, *words = start.split()

    helped = CliRunner().invoke(app, [*words, "--help"])

    assert program.endswith("/bin/qingkong")
    assert helped.exit_code == 0


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_not_root_and_is_hardened(name: str) -> None:
    keys = {key for _, key, _ in entries(name)}

    assert values(name, "User")[0].startswith("qingkong")
    assert keys >= HARDENED


@pytest.mark.parametrize("name", SERVICES)
def test_every_setting_of_a_service_is_one_that_is_read(name: str) -> None:
    given = dict(value.split("=", 1) for value in values(name, "Environment"))

    assert given
    assert unknown_variables(given) == []


def test_workers_of_one_host_have_metrics_ports_of_their_own() -> None:
    assert "QINGKONG_METRICS_PORT=921%i" in values("qingkong-ingest@.service", "Environment")


def test_services_of_one_host_never_meet_on_a_port() -> None:
    patterns = [
        value.removeprefix("QINGKONG_METRICS_PORT=")
        for name in SERVICES
        for value in values(name, "Environment")
        if value.startswith("QINGKONG_METRICS_PORT=")
    ]

    ports = [
        pattern.replace("%i", str(digit))
        for pattern in patterns
        for digit in range(10 if "%i" in pattern else 1)
    ]

    assert set(patterns) == {"921%i", "922%i", "9230"}
    assert len(set(ports)) == len(ports)
    assert "8000" not in ports


def test_an_instance_of_alerts_begins_after_its_clock_is_set() -> None:
    [after] = values("qingkong-alerts@.service", "After")

    assert "time-sync.target" in after.split()


def test_what_runs_for_ever_is_started_again_and_may_finish_what_it_has_at_hand() -> None:
    running = [name for name in SERVICES if values(name, "Type") == ["exec"]]
    shutdown_s = Settings.model_fields["shutdown_s"].default

    assert running == [
        "qingkong-alerts@.service",
        "qingkong-api.service",
        "qingkong-ingest@.service",
    ]
    for name in running:
        assert values(name, "Restart") == ["always"]
        assert int(values(name, "TimeoutStopSec")[0]) > shutdown_s


def test_all_services_are_hardened_alike() -> None:
    def hardening(name: str) -> list[tuple[str, str]]:
        pairs = [(key, value) for section, key, value in entries(name) if section == "Service"]
        begin = pairs.index(("CapabilityBoundingSet", ""))
        return [pair for pair in pairs[begin:] if pair[0] != "UMask"]

    assert all(hardening(name) == hardening(SERVICES[0]) for name in SERVICES)


def test_the_api_has_neither_the_user_nor_the_secrets_of_the_others() -> None:
    others = [name for name in SERVICES if name != "qingkong-api.service"]

    for key in ("User", "EnvironmentFile"):
        [own] = values("qingkong-api.service", key)
        assert all(own not in values(name, key) for name in others)


def test_the_checkpoint_does_not_run_as_the_user_who_writes_the_evidence() -> None:
    writer = values("qingkong-ingest@.service", "User")

    assert values("qingkong-checkpoint.service", "User") != writer


def test_the_timer_starts_the_checkpoint_every_hour_and_makes_up_for_missed_ones() -> None:
    assert values("qingkong-checkpoint.timer", "OnCalendar") == ["hourly"]
    assert values("qingkong-checkpoint.timer", "Persistent") == ["true"]
