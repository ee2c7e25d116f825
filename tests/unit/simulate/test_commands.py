"""`qingkong replay` at the terminal: what it teaches, and what it says when it cannot go on."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.simulate.commands import app
from services.simulate.replay_map import parse_map


def replay(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_the_example_map_can_be_used_as_it_is_printed() -> None:
    assert parse_map(replay("--example-map").output).csv.kind == "hour"


def test_a_missing_broker_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QINGKONG_MQTT_URL", raising=False)
    capture = tmp_path / "capture"
    capture.write_bytes(b"")

    outcome = replay(str(capture))

    assert outcome.exit_code == 1
    assert "QINGKONG_MQTT_URL is not set" in outcome.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param((), "which file?", id="no file"),
        pytest.param(("/nowhere/data.csv",), "No such file", id="missing file"),
        pytest.param(("x", "--speed", "fast"), "give max, or a number above 0", id="speed"),
        pytest.param(("x", "--speed", "-1"), "give max, or a number above 0", id="negative"),
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(words: tuple[str, ...], says: str) -> None:
    outcome = replay(*words)

    assert outcome.exit_code == 1
    assert says in outcome.output
