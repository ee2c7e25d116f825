"""`qingkong replay` and `simulate` at the terminal: what they teach, and what goes wrong."""

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from services.simulate.commands import app
from services.simulate.guide import next_steps
from services.simulate.replay_map import parse_map
from services.simulate.scenario.load import load_scenario


def replay(*words: str) -> Result:
    return CliRunner().invoke(app, ["replay", *words])


def simulate(*words: str) -> Result:
    return CliRunner().invoke(app, ["simulate", *words])


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


def test_the_built_in_scenarios_are_named() -> None:
    assert {"province", "quirks-500", "small"} <= set(simulate("--list").output.split())


def test_each_built_in_scenario_is_told_in_a_line() -> None:
    lines = {line.split()[0]: line for line in simulate("--list").output.splitlines()}

    assert "3 plants" in lines["small"]
    assert "4 devices" in lines["small"]
    assert lines["small"].endswith("Three plants for quick tries.")
    assert "500 devices" in lines["quirks-500"]


def test_the_example_can_be_used_as_it_is_printed() -> None:
    printed = simulate("--example").output

    assert load_scenario(printed).plants[0].code == "SMALL-POWER"
    assert printed.count("#") > 5


def test_help_says_that_plants_are_registered_first_and_keys_set() -> None:
    said = " ".join(simulate("--help").output.replace("│", " ").split())

    for part in ("qingkong registry import FILE", "keys.ndjson", "ends at the last full hour"):
        assert part in said


def test_a_registry_that_cannot_be_written_is_told_in_a_sentence() -> None:
    outcome = simulate("--scenario", "small", "--register-only", "--registry", "/nonexist/x")

    assert outcome.exit_code == 1
    assert outcome.output == (
        "--registry /nonexist/x cannot be written (No such file or directory): "
        "name a file in a folder that exists\n"
    )


def test_after_a_run_it_is_said_what_to_look_at() -> None:
    (alone,) = next_steps(None)
    _, truth = next_steps(Path("truth"))

    assert "`qingkong devices`" in alone
    assert "`qingkong rejects list`" in alone
    assert "truth/registry.yaml" in truth
    assert "truth/keys.ndjson" in truth


def test_the_schema_of_a_scenario_is_printed() -> None:
    assert "plants" in json.loads(simulate("--schema").output)["properties"]


def test_the_registry_that_fits_is_printed_or_written(tmp_path: Path) -> None:
    file = tmp_path / "registry.yaml"
    words = ("--scenario", "small", "--start", "2026-05-01", "--register-only")

    printed = simulate(*words).output
    simulate(*words, "--registry", str(file))

    assert yaml.safe_load(printed)["plants"][0]["code"] == "SMALL-POWER"
    assert file.read_text(encoding="utf-8") == printed


def test_a_scenario_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        "name: own\nplants:\n  - {code: P, name: 示例厂, kind: sewage}\n", encoding="utf-8"
    )

    printed = simulate("--scenario", str(file), "--register-only").output

    assert yaml.safe_load(printed)["plants"][0]["code"] == "P"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("name: x", "`plants` is missing", id="no plants"),
        pytest.param("name: [", "no YAML", id="no YAML"),
    ],
)
def test_what_is_wrong_with_a_scenario_is_said(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(text, encoding="utf-8")

    outcome = simulate("--scenario", str(file))

    assert outcome.exit_code == 1
    assert says in outcome.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(("--scenario", "nowhere"), "one of", id="no such name"),
        pytest.param(("--start", "tomorrow"), "--start tomorrow", id="no time"),
        pytest.param(("--speed", "fast"), "give max", id="speed"),
    ],
)
def test_a_wrong_simulation_is_told_in_a_sentence(words: tuple[str, ...], says: str) -> None:
    outcome = simulate(*words)

    assert outcome.exit_code == 1
    assert says in outcome.output


def test_a_simulation_needs_a_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QINGKONG_MQTT_URL", raising=False)

    outcome = simulate("--scenario", "small")

    assert outcome.exit_code == 1
    assert "QINGKONG_MQTT_URL is not set" in outcome.output
