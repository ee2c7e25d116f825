"""The main command itself."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import PLACES, app, borrow_addresses

LOADED = """
import contextlib, io, sys
from services.cli import main
sys.argv = ["qingkong", *sys.argv[1:]]
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
    main()
print(*sys.modules)
"""


def test_the_version_is_the_one_of_the_package() -> None:
    result = CliRunner().invoke(app, ["--version"])

    assert (result.exit_code, result.stdout) == (0, f"qingkong {version('qingkong')}\n")


@pytest.mark.parametrize("words", [["--help"], []], ids=["help", "nothing"])
def test_the_help_still_says_what_it_is(words: list[str]) -> None:
    result = CliRunner().invoke(app, words)

    assert "from the device to the proof" in result.output
    assert "--version" in result.output


@pytest.mark.parametrize("name", PLACES)
def test_each_sub_command_is_where_it_is_said_to_be(name: str) -> None:
    result = CliRunner().invoke(app, [name, "--help"])

    assert result.exit_code == 0, result.output
    assert f" {name} " in result.stdout.splitlines()[0]


def test_the_help_names_each_sub_command_with_what_it_does() -> None:
    result = CliRunner().invoke(app, ["--help"])
    told = [line.split(maxsplit=1) for line in result.stdout.split("Commands:")[1].splitlines()]

    assert [words[0] for words in told if len(words) == 2] == list(PLACES)


def test_a_word_that_is_none_is_refused_with_the_nearest() -> None:
    result = CliRunner().invoke(app, ["ingst"])

    assert result.exit_code == 2
    assert "'ingest'" in result.stderr


@pytest.mark.parametrize(
    ("name", "foreign"),
    [("ingest", ("fastapi", "services.alerts", "services.simulate")), ("alerts", ("fastapi",))],
    ids=["ingest", "alerts"],
)
def test_a_service_starts_without_the_modules_of_others(
    name: str, foreign: tuple[str, ...]
) -> None:
    words = [sys.executable, "-c", LOADED, name, "run", "--help"]

    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout  # noqa: S603

    assert f"services.{name}.commands" in said.split()
    assert not set(foreign) & set(said.split())


def test_a_home_that_cannot_be_looked_into_lends_no_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever names his database needs nothing of embedded servers that are somebody else's."""
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("QINGKONG_HOME", str(file / "home"))
    given = {"QINGKONG_DATABASE_URL": "postgresql://127.0.0.1/qingkong"}

    borrow_addresses(given)

    assert given == {"QINGKONG_DATABASE_URL": "postgresql://127.0.0.1/qingkong"}
