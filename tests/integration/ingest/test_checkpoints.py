"""Checkpoints make themselves, and the commands tell what is so."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from typer.testing import CliRunner

from services.evidence.checkpoint import NO_PREVIOUS, parse_body, parse_file, text_digest
from services.ingest.metrics import ingest_metrics
from services.ingest.proof.checkpoint_files import (
    KeyFileError,
    key_file,
    public_key_file,
    signing_key,
)
from services.ingest.proof.checkpoint_maker import keep_checkpoints, make_if_due
from services.ingest.proof.commands import checkpoint, rebuild, rejects, verify
from services.runtime.settings import Settings
from tests.fixtures.kept import NOW, START, Kept, frame


@pytest.fixture
def kept(database: str, tmp_path: Path) -> Kept:
    return Kept(database, Settings(database_url=SecretStr(database), home=tmp_path))


async def test_of_two_workers_one_makes_the_checkpoint_that_is_due(kept: Kept) -> None:
    kept.register("MN-A")
    await kept.store([("MN-A", frame("MN-A", START))], START)
    later = NOW + timedelta(seconds=kept.settings.checkpoint_interval_s)

    for now in (NOW, NOW + timedelta(seconds=5), later):
        async with asyncio.TaskGroup() as group:
            group.create_task(make_if_due(kept.settings, kept.url, now))
            group.create_task(make_if_due(kept.settings, kept.url, now))

    bodies = [
        parse_body(str(body)) for (body,) in kept.rows("SELECT body FROM checkpoint ORDER BY id")
    ]
    assert [body.number for body in bodies] == [1, 2]
    assert bodies[0].previous == NO_PREVIOUS
    assert len(list(kept.settings.checkpoint_folder.glob("*.json"))) == 2


async def test_each_checkpoint_names_the_text_of_the_one_before(kept: Kept) -> None:
    first = await kept.checkpoint()
    second = await kept.checkpoint()

    assert second.body.previous == text_digest(parse_file(first.file.read_bytes()).text)


async def test_a_file_that_was_never_written_is_made_good(kept: Kept) -> None:
    made = await kept.checkpoint()
    text = made.file.read_bytes()
    made.file.unlink()

    await kept.checkpoint()

    assert made.file.read_bytes() == text


async def test_the_keeper_ends_when_it_is_told_to(kept: Kept) -> None:
    stop = asyncio.Event()
    stop.set()

    await keep_checkpoints(kept.settings, kept.url, ingest_metrics(CollectorRegistry()), stop)

    assert kept.rows("SELECT count(*) FROM checkpoint") == [(0,)]


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)

    first, second = signing_key(settings), signing_key(settings)

    assert first.private_bytes_raw() == second.private_bytes_raw()
    assert key_file(settings).stat().st_mode & 0o777 == 0o600
    assert public_key_file(settings).exists()


def test_a_named_key_is_used_and_never_made(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    settings = Settings(home=tmp_path, checkpoint_key_file=tmp_path / "own.pem")

    with pytest.raises(KeyFileError, match="openssl genpkey"):
        signing_key(settings)
    (tmp_path / "own.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )

    assert signing_key(settings).private_bytes_raw() == key.private_bytes_raw()


@pytest.fixture
def command(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.setenv("QINGKONG_DATABASE_URL", kept.url)
    monkeypatch.setenv("QINGKONG_HOME", str(kept.settings.home))
    app = typer.Typer()
    for one in (checkpoint, verify, rebuild):
        app.command()(one)
    app.add_typer(rejects, name="rejects")
    return app


def test_the_commands_prove_and_accuse_with_their_exit_codes(
    kept: Kept, command: typer.Typer
) -> None:
    kept.register("MN-A")
    asyncio.run(kept.store([("MN-A", frame("MN-A", START))], START))
    runner, folder = CliRunner(), str(kept.settings.checkpoint_folder)

    made = runner.invoke(command, ["checkpoint"])
    clean = runner.invoke(command, ["verify", "--against", folder, "--deep"])
    kept.owner("UPDATE reading_realtime SET value = 9 WHERE channel = 1")
    wrong = runner.invoke(command, ["verify", "--deep", "--json"])

    assert (made.exit_code, clean.exit_code, wrong.exit_code) == (0, 0, 1), clean.output
    assert "slot 0 to batch 1" in made.output
    assert "校验通过" in clean.output
    (found,) = json.loads(wrong.stdout)["findings"]
    assert (found["kind"], found["mn"], found["code"]) == ("reading_changed", "MN-A", "a21026")


def test_rejects_are_listed_shown_and_retried(kept: Kept, command: typer.Typer) -> None:
    kept.register("MN-A")
    asyncio.run(kept.store([("MN-B", frame("MN-B", START))], START))
    runner = CliRunner()

    listed = runner.invoke(command, ["rejects", "list", "--json"])
    shown = runner.invoke(command, ["rejects", "show", "1"])
    absent = runner.invoke(command, ["rejects", "show", "77"])
    kept.register("MN-B")
    retried = runner.invoke(command, ["rejects", "retry", "1"])
    rebuilt = runner.invoke(command, ["rebuild", "--from", "2026-08-01T00:00:00Z"])

    assert [one["reason"] for one in json.loads(listed.stdout)] == ["unknown_device"]
    assert "unknown_device" in shown.output
    assert "23 23" in shown.output
    assert absent.exit_code == 1
    assert "stored" in retried.output
    assert "0 readings made again from 2 batches" in rebuilt.output


def test_a_checkpoint_that_is_not_there_is_no_tampering(
    command: typer.Typer, tmp_path: Path
) -> None:
    said = CliRunner().invoke(command, ["verify", "--against", str(tmp_path / "nope.json")])

    assert said.exit_code == 2
    assert len(said.output.splitlines()) == 1
    assert "nope.json is not there" in said.output


def test_a_time_without_a_zone_is_not_guessed_at(command: typer.Typer) -> None:
    said = CliRunner().invoke(command, ["verify", "--deep", "--from", "2026-08-01T00:00:00"])

    assert said.exit_code == 2
    assert "has no zone" in said.output
