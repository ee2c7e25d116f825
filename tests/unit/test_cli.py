"""The main command itself."""

from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from services.cli import app


def test_the_version_is_the_one_of_the_package() -> None:
    result = CliRunner().invoke(app, ["--version"])

    assert (result.exit_code, result.stdout) == (0, f"qingkong {version('qingkong')}\n")


@pytest.mark.parametrize("words", [["--help"], []], ids=["help", "nothing"])
def test_the_help_still_says_what_it_is(words: list[str]) -> None:
    result = CliRunner().invoke(app, words)

    assert "from the device to the proof" in result.output
    assert "--version" in result.output
