"""`qingkong devices key`: what people type, and what the database then holds."""

import base64
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from services.registry.commands import app as registry
from services.registry.commands import devices_app
from services.runtime.seal import device_key, fingerprint, unseal
from services.store.connection import Role, session_address
from tests.fixtures.registry import TERSE

KEY = "00112233445566778899aabbccddeeff"
OTHER = "ffeeddccbbaa99887766554433221100"
SEAL = bytes(range(32))
Run = Callable[..., Result]
KEYS = "SELECT device, lower(valid), upper(valid), sealed FROM device_key ORDER BY valid"


@pytest.fixture
def run(database: str, tmp_path: Path) -> Run:
    def call(
        *words: str, stdin: str = "", seal: bytes | None = SEAL, columns: str = "200"
    ) -> Result:
        environment: dict[str, str | None] = {
            "QINGKONG_DATABASE_URL": database,
            "COLUMNS": columns,
            "QINGKONG_SEAL_KEY": None if seal is None else base64.b64encode(seal).decode(),
        }
        return CliRunner().invoke(devices_app, ["key", *words], input=stdin, env=environment)

    file = tmp_path / "plants.yaml"
    file.write_text(TERSE, encoding="utf-8")
    environment = {"QINGKONG_DATABASE_URL": database}
    assert CliRunner().invoke(registry, ["import", str(file)], env=environment).exit_code == 0
    return call


def kept(database: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database) as connection:
        return connection.execute(KEYS).fetchall()


def test_a_key_is_kept_sealed_and_shown_by_its_fingerprint_alone(run: Run, database: str) -> None:
    said = run("set", "MN-A", "--actor", "bureau", stdin=KEY + "\n")

    assert said.exit_code == 0, said.output
    ((device, since, until, sealed),) = kept(database)
    assert isinstance(device, int)
    assert isinstance(sealed, bytes)
    assert unseal(SEAL, sealed, device_key(device)) == bytes.fromhex(KEY)
    assert (since is not None, until) == (True, None)
    listed = run("list").output
    assert fingerprint(sealed) in listed
    assert "MN-A" in listed
    for output in (said.output, listed, sealed.hex()):
        assert KEY not in output.lower()


def test_setting_a_key_is_a_recorded_change_without_the_key(run: Run, database: str) -> None:
    run("set", "MN-A", "--actor", "bureau", stdin=KEY)

    with psycopg.connect(database) as connection:
        changes = connection.execute(
            "SELECT version, actor, source, summary::text FROM registry_change ORDER BY version"
        ).fetchall()

    assert [change[:3] for change in changes[1:]] == [(2, "bureau", "devices key set")]
    assert "MN-A" in changes[1][3]
    assert KEY not in changes[1][3]


def test_a_new_key_ends_the_one_before_it_which_stays(run: Run, database: str) -> None:
    run("set", "MN-A", "--from", "2026-01-01T00:00:00+08:00", stdin=KEY)

    run("set", "MN-A", "--from", "2026-04-01T00:00:00+08:00", stdin=OTHER)

    (first, second) = kept(database)
    assert (first[2], second[2]) == (second[1], None)
    assert [
        unseal(SEAL, bytes(key), device_key(1))
        for key in (first[3], second[3])
        if isinstance(key, bytes)
    ] == [
        bytes.fromhex(KEY),
        bytes.fromhex(OTHER),
    ]


@pytest.mark.parametrize("since", ["2026-01-01T00:00:00+08:00", "2025-12-01T00:00:00+08:00"])
def test_a_key_cannot_begin_before_one_that_is_there(run: Run, database: str, since: str) -> None:
    run("set", "MN-A", "--from", "2026-01-01T00:00:00+08:00", stdin=KEY)

    said = run("set", "MN-A", "--from", since, stdin=OTHER)

    assert said.exit_code == 1
    assert "must begin later" in said.stderr
    assert len(kept(database)) == 1


@pytest.mark.parametrize("typed", ["", "0011", KEY + "00", "zz" * 16, KEY[:-1] + " "])
def test_what_is_no_key_is_refused_and_not_repeated(run: Run, database: str, typed: str) -> None:
    said = run("set", "MN-A", stdin=typed)

    assert (said.exit_code, kept(database)) == (1, [])
    assert "32 hex digits" in said.stderr
    assert not typed or typed not in said.output


def test_without_a_key_to_seal_with_nothing_is_asked_or_kept(run: Run, database: str) -> None:
    said = run("set", "MN-A", stdin=KEY, seal=None)

    assert (said.exit_code, kept(database)) == (1, [])
    assert "QINGKONG_SEAL_KEY" in said.stderr


def test_an_mn_that_nobody_holds_is_said(run: Run, database: str) -> None:
    said = run("set", "MN-Z", stdin=KEY)

    assert (said.exit_code, kept(database)) == (1, [])
    assert "no device holds MN MN-Z" in said.stderr


def test_a_fresh_seal_key_is_32_bytes_in_base64(run: Run) -> None:
    assert len(base64.b64decode(run("new-seal").stdout.strip(), validate=True)) == 32


def test_an_export_holds_no_key(run: Run, database: str) -> None:
    run("set", "MN-A", stdin=KEY)

    exported = (
        CliRunner().invoke(registry, ["export"], env={"QINGKONG_DATABASE_URL": database}).stdout
    )

    ((_, _, _, sealed),) = kept(database)
    assert isinstance(sealed, bytes)
    assert "MN-A" in exported
    assert KEY not in exported
    assert sealed.hex() not in exported
    assert base64.b64encode(sealed).decode() not in exported


@pytest.mark.parametrize("role", ["api", "alerts"])
def test_no_other_service_reads_a_sealed_key(run: Run, database: str, role: Role) -> None:
    run("set", "MN-A", stdin=KEY)

    with (
        psycopg.connect(session_address(database, role, "try"), autocommit=True) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute("SELECT sealed FROM device_key")


def test_ingest_reads_keys_and_changes_none(run: Run, database: str) -> None:
    run("set", "MN-A", stdin=KEY)

    with psycopg.connect(session_address(database, "ingest", "try"), autocommit=True) as connection:
        assert len(connection.execute("SELECT sealed FROM device_key").fetchall()) == 1
        with pytest.raises(InsufficientPrivilege):
            connection.execute("DELETE FROM device_key")


def test_the_list_shows_mn_and_fingerprint_whole_at_80_columns(run: Run, database: str) -> None:
    mn = "A" * 24
    run("set", "MN-A", stdin=KEY)
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE device_mn SET mn = %s", [mn])
        connection.execute("UPDATE plant SET name = repeat('长', 60), code = repeat('P', 60)")
    ((_, _, _, sealed),) = kept(database)
    assert isinstance(sealed, bytes)

    listed = run("list", columns="80").output

    assert {mn, fingerprint(sealed)} <= set(listed.split())
    assert max(cell_len(line.rstrip()) for line in listed.splitlines()) <= 80
