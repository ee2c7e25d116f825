"""What every command says and how it ends where nobody named a database."""

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.runtime.options import NO_DATABASE, NOT_SET_UP

COMMANDS = {
    "migrate": ("migrate",),
    "registry export": ("registry", "export"),
    "devices": ("devices",),
    "devices key list": ("devices", "key", "list"),
    "transmission": ("transmission",),
    "limits list": ("limits", "list"),
    "rules list": ("rules", "list"),
    "marks list": ("marks", "list"),
    "manual list": ("manual", "list"),
    "gaps": ("gaps", "--plant", "P1"),
    "effectiveness": ("effectiveness", "--plant", "P1"),
    "judge": ("judge", "--outlet", "P1", "--from", "2025-03-01", "--to", "2025-03-02"),
    "checkpoint": ("checkpoint",),
    "verify": ("verify",),
    "rebuild": ("rebuild",),
    "rejects list": ("rejects", "list"),
    "rejects show": ("rejects", "show", "1"),
    "api": ("api",),
    "accounts list": ("accounts", "list"),
    "tokens list": ("tokens", "list"),
}


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS.keys())
def test_every_command_says_the_same_and_ends_alike(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, words, env={"QINGKONG_DATABASE_URL": None})

    assert result.exit_code == NOT_SET_UP
    assert result.stderr.strip() == NO_DATABASE


TAUGHT = {
    "verify": (("verify",), "Example: qingkong verify --against"),
    "checkpoint": (("checkpoint",), "Example: qingkong checkpoint"),
    "alerts": (("alerts",), "qingkong alerts run"),
    "alerts run": (("alerts", "run"), "Example: "),
    "judge": (("judge",), "Example: qingkong judge"),
}


@pytest.mark.parametrize(("words", "taught"), TAUGHT.values(), ids=TAUGHT.keys())
def test_help_teaches_by_an_example(words: tuple[str, ...], taught: str) -> None:
    result = CliRunner().invoke(app, [*words, "--help"])

    assert taught in result.stdout


def test_help_of_verify_says_what_checkpoints_cover() -> None:
    told = " ".join(CliRunner().invoke(app, ["verify", "--help"]).stdout.split())

    assert "judgements, limits, settings, marks" in told
