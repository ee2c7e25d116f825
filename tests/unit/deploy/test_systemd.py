import subprocess
import sys
from pathlib import Path

import pytest

from services.runtime.settings import unknown_variables

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

    helped = subprocess.run(  # noqa: S603 - the words of our own unit files
        [sys.executable, "-c", "from services.cli import main; main()", *words, "--help"],
        capture_output=True,
        check=False,
    )

    assert program.endswith("/bin/qingkong")
    assert helped.returncode == 0


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


def test_the_checkpoint_does_not_run_as_the_user_who_writes_the_evidence() -> None:
    writer = values("qingkong-ingest@.service", "User")

    assert values("qingkong-checkpoint.service", "User") != writer


def test_the_timer_starts_the_checkpoint_every_hour_and_makes_up_for_missed_ones() -> None:
    assert values("qingkong-checkpoint.timer", "OnCalendar") == ["hourly"]
    assert values("qingkong-checkpoint.timer", "Persistent") == ["true"]
