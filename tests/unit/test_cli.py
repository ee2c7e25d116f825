"""The main command itself."""

from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app, borrow_addresses


def test_the_version_is_the_one_of_the_package() -> None:
    result = CliRunner().invoke(app, ["--version"])

    assert (result.exit_code, result.stdout) == (0, f"qingkong {version('qingkong')}\n")


@pytest.mark.parametrize("words", [["--help"], []], ids=["help", "nothing"])
def test_the_help_still_says_what_it_is(words: list[str]) -> None:
    result = CliRunner().invoke(app, words)

    assert "from the device to the proof" in result.output
    assert "--version" in result.output


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
