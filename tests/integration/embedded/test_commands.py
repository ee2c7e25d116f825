"""qingkong embedded, as typed at a terminal."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.embedded import servers
from services.embedded.commands import app
from tests.fixtures.servers import Yard


@pytest.fixture
def home(yard: Yard) -> Iterator[Path]:
    place = yard.place()
    yield place
    servers.reset(place)


def test_env_prints_what_a_shell_can_evaluate(home: Path) -> None:
    running = servers.up(home)

    result = CliRunner().invoke(app, ["env", "--home", str(home)])

    assert result.exit_code == 0
    assert [shlex.split(line) for line in result.stdout.splitlines()] == [
        ["export", f"QINGKONG_DATABASE_URL={running.database_url}"],
        ["export", f"QINGKONG_MQTT_URL={running.mqtt_url}"],
        ["export", f"QINGKONG_HOME={home}"],
    ]


def test_env_of_the_default_home_leaves_the_home_as_it_is(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QINGKONG_HOME", str(home))
    servers.up()

    result = CliRunner().invoke(app, ["env"])

    assert result.exit_code == 0
    assert "export QINGKONG_HOME" not in result.stdout


def test_env_of_servers_that_do_not_run_says_how_to_start_them(home: Path) -> None:
    result = CliRunner().invoke(app, ["env", "--home", str(home)])

    assert (result.exit_code, result.stdout) == (1, "")
    assert f"qingkong embedded up --home {home}" in result.stderr


def test_up_and_down_leave_nothing_in_the_foreground(home: Path) -> None:
    up = CliRunner().invoke(app, ["up", "--home", str(home)])
    running = servers.status(home).running
    down = CliRunner().invoke(app, ["down", "--home", str(home)])

    assert (up.exit_code, running, down.exit_code) == (0, True, 0)
    assert "QINGKONG_DATABASE_URL=postgresql://" in up.stdout
    assert f'eval "$(qingkong embedded env --home {home})"' in up.stderr
    assert not servers.status(home).running


def test_a_reset_that_is_not_confirmed_deletes_nothing(home: Path) -> None:
    servers.up(home)

    result = CliRunner().invoke(app, ["reset", "--home", str(home)], input="n\n")

    assert result.exit_code == 1
    assert servers.status(home).running


def test_a_reset_that_is_agreed_to_deletes(home: Path) -> None:
    servers.up(home)

    result = CliRunner().invoke(app, ["reset", "--home", str(home), "--yes"])

    assert result.exit_code == 0
    assert servers.status(home).database_url is None


def test_a_folder_that_cannot_be_used_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    result = CliRunner().invoke(app, ["up", "--home", str(file / "below")])

    assert result.exit_code == 1
    assert str(tmp_path) in result.stderr
    assert "Traceback" not in result.stderr
