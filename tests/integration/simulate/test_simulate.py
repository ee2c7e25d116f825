"""`qingkong simulate` against a real broker: what it says it sent, and the truth beside it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from services.embedded.mosquitto import Mosquitto
from services.simulate.commands import app

PROGRAM = (sys.executable, "-c", "from services.simulate.commands import app; app()", "simulate")


def test_an_hour_at_full_speed_is_acknowledged_and_noted(
    mosquitto: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QINGKONG_MQTT_URL", mosquitto.url)
    words = ["--scenario", "small", "--speed", "max", "--hours", "1", "--truth", str(tmp_path)]

    outcome = CliRunner().invoke(app, ["simulate", *words])

    assert outcome.exit_code == 0, outcome.output
    rows = [orjson.loads(line) for line in (tmp_path / "accounts.ndjson").read_bytes().splitlines()]
    sent = sum(row["messages"] for row in rows)
    assert sent > 500
    assert f"{sent} messages" in outcome.output
    assert f"{tmp_path}/registry.yaml" in outcome.output.replace("\n", " ")
    assert {path.name for path in tmp_path.iterdir()} == {
        "accounts.ndjson",
        "events.ndjson",
        "incidents.ndjson",
        "keys.ndjson",
        "parameters.ndjson",
        "registry.yaml",
        "scenario.yaml",
        "states.ndjson",
    }


def test_ctrl_c_stops_a_live_run_cleanly(mosquitto: Mosquitto, tmp_path: Path) -> None:
    environment = os.environ | {"QINGKONG_MQTT_URL": mosquitto.url}
    words = [*PROGRAM, "--scenario", "small", "--truth", str(tmp_path)]

    with subprocess.Popen(  # noqa: S603 - the words are ours
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        begun = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=20)

    assert "Ctrl-C stops" in begun
    assert process.returncode == 0, errors
    assert "Stopped." in errors
    assert "Traceback" not in errors
    assert "messages" in output
