"""The ingest command ends in a sentence when a setting cannot be used."""

import pytest
from typer.testing import CliRunner

from services.ingest.commands import app
from services.runtime.settings import SettingsError


def test_a_seal_key_that_is_none_ends_it_before_anything_is_connected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QINGKONG_SEAL_KEY", "hunter2")

    result = CliRunner().invoke(app, [])

    assert isinstance(result.exception, SettingsError)
    assert "QINGKONG_SEAL_KEY" in str(result.exception)
    assert "hunter2" not in str(result.exception)
