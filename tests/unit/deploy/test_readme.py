import re
from pathlib import Path

import pytest

from services.runtime.settings import unknown_variables

DEPLOY = Path(__file__).parents[3] / "deploy"


@pytest.fixture
def readme() -> str:
    return (DEPLOY / "README.md").read_text(encoding="utf-8")


def section(readme: str, title: str) -> str:
    return readme.split(f"\n## {title}\n")[1].split("\n## ", maxsplit=1)[0]


def test_every_setting_the_readme_names_is_one_that_is_read(readme: str) -> None:
    named = set(re.findall(r"QINGKONG_[A-Z_]+[A-Z]", readme))

    assert named
    assert unknown_variables(dict.fromkeys(named, "")) == []


@pytest.mark.parametrize(
    "name",
    [
        "QINGKONG_SEAL_KEY",
        "QINGKONG_SMTP_URL",
        "QINGKONG_NOTIFY_ALLOW_NETWORKS",
        "QINGKONG_PUBLIC_URL",
    ],
)
def test_what_alerts_needs_to_tell_people_is_explained(name: str, readme: str) -> None:
    assert name in section(readme, "Alerts")
    assert f"\n{name}=" in (DEPLOY / "env.example").read_text(encoding="utf-8")


def test_an_upgrade_stops_all_that_writes(readme: str) -> None:
    upgrades = section(readme, "Upgrades")

    assert "docker compose stop ingest alerts api" in upgrades
    assert "'qingkong-ingest@*' 'qingkong-alerts@*' qingkong-api" in upgrades


def test_clocks_are_kept_by_ntp_and_the_tolerance_is_named(readme: str) -> None:
    clocks = section(readme, "Clocks")

    assert "NTP" in clocks
    assert "QINGKONG_CLOCK_TOLERANCE_S" in clocks


def test_every_unit_the_readme_starts_is_there(readme: str) -> None:
    started = [
        re.sub(r"@\d", "@", word)
        for line in readme.splitlines()
        if line.startswith("systemctl enable")
        for word in line.split()[3:]
    ]

    assert started
    for unit in started:
        name = unit if "." in unit else f"{unit}.service"
        assert (DEPLOY / "systemd" / name).exists()
