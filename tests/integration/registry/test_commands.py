"""The registry's commands as people run them."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from rich.cells import cell_len
from typer import Typer
from typer.testing import CliRunner, Result

from services.registry.commands import app, devices_app
from tests.fixtures.registry import TERSE

Run = Callable[..., Result]
# A batch of two frames, received just now, that has one letter.
LOST_A_LETTER = """
INSERT INTO batch (id, slot, number, received_from, received_to, frames, stored, repeated, rejected,
  readings, revised, devices, received_ms, outcomes, block_bytes, previous, digest)
SELECT 1, 0, 1, now() - INTERVAL '1 second', now(), 2, 2, 0, 0, 1, 0, ARRAY[id, id], '{0,0}', 's', 1,
  decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex') FROM device
"""
main = Typer()
main.add_typer(app, name="registry")
main.add_typer(devices_app, name="devices")


@pytest.fixture
def run(database: str) -> Run:
    def call(*words: str) -> Result:
        environment = {"QINGKONG_DATABASE_URL": database, "COLUMNS": "200"}
        return CliRunner().invoke(main, words, env=environment)

    return call


def hold(database: str, mn: str, messages: int) -> None:
    """A worker says that it holds so many messages, received this hour."""
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO slot_pending (slot, hours, publishers, messages)"
            " VALUES (0, ARRAY[date_trunc('hour', now())], ARRAY[%s], ARRAY[%s])",
            [f"{mn}\n", str(messages)],
        )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "plants.yaml"
    file.write_text(TERSE, encoding="utf-8")
    return file


def test_an_import_names_its_changes_and_the_version(run: Run, file: Path, database: str) -> None:
    result = run("registry", "import", str(file), "--actor", "bureau")

    assert result.exit_code == 0
    assert "P1 / MN-A" in result.output
    assert "version 1" in result.stderr
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT actor, source, summary FROM registry_change").fetchone()
    assert row is not None
    assert row[:2] == ("bureau", "plants.yaml")
    assert row[2]["counts"]["channel"] == {"added": 2}


def test_a_dry_run_changes_nothing(run: Run, file: Path) -> None:
    result = run("registry", "import", str(file), "--dry-run")

    assert "Dry run" in result.stderr
    assert "P1" not in run("registry", "export").stdout


def test_importing_twice_says_so(run: Run, file: Path) -> None:
    run("registry", "import", str(file))

    result = run("registry", "import", str(file))

    assert (result.exit_code, result.stderr) == (0, "Nothing to change.\n")


def test_all_errors_are_printed_with_file_line_and_column(run: Run, file: Path) -> None:
    file.write_text(TERSE.replace("1505", "x").replace("medium: air", "medium: gas"), "utf-8")

    result = run("registry", "import", str(file))

    assert result.exit_code == 1
    first, second = result.stderr.splitlines()
    assert first.startswith(f"{file}:5:5: plants[0].region: ")
    assert second.startswith(f"{file}:7:23: plants[0].outlets[0].medium: ")


def test_conflicts_with_the_registry_have_their_place_too(run: Run, file: Path) -> None:
    run("registry", "import", str(file))
    file.write_text(TERSE.replace("code: P1", "code: P2"), "utf-8")

    result = run("registry", "import", str(file))

    assert result.exit_code == 1
    assert result.stderr.startswith(f"{file}:9:9: plants[0].devices[0].mn: MN MN-A is held by")


def test_an_exported_file_imports_as_no_change(run: Run, file: Path, tmp_path: Path) -> None:
    run("registry", "import", str(file))
    exported = tmp_path / "out.yaml"

    run("registry", "export", str(exported))

    assert run("registry", "import", str(exported)).stderr == "Nothing to change.\n"


def test_the_example_can_be_imported_as_it_is(run: Run, file: Path) -> None:
    file.write_text(run("registry", "example").stdout, "utf-8")

    assert run("registry", "import", str(file)).exit_code == 0


def test_devices_lists_each_device_for_people_and_programs(run: Run, file: Path) -> None:
    run("registry", "import", str(file))

    table, [row] = run("devices").stdout, json.loads(run("devices", "--json").stdout)

    assert "最近联络" in table
    assert "MN-A" in table
    assert (row["mn"], row["received"], row["last_contact"]) == ("MN-A", 0, None)
    assert json.loads(run("devices", "--mn", "MN-A", "--json").stdout)["hours"] == []


def test_devices_says_what_is_pending_and_recovered(run: Run, file: Path, database: str) -> None:
    run("registry", "import", str(file))
    hold(database, "MN-A", 3)

    table, [row] = run("devices").stdout, json.loads(run("devices", "--json").stdout)
    told = json.loads(run("devices", "--mn", "MN-A", "--json").stdout)

    assert "在途" in table
    assert "补收" in table
    assert (row["received"], row["pending"], row["recovered"]) == (3, 3, 0)
    assert [(hour["received"], hour["pending"]) for hour in told["hours"]] == [(3, 3)]


def test_the_devices_table_fits_a_terminal_of_80_columns(run: Run, file: Path) -> None:
    mn = "A" * 24
    file.write_text(TERSE.replace("MN-A", mn), "utf-8")
    run("registry", "import", str(file))

    lines = run("devices").stdout.splitlines()

    assert any(mn in line for line in lines)
    assert max(cell_len(line.rstrip()) for line in lines) <= 80


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["people", "programs"])
def test_an_mn_that_nobody_ever_held_is_an_error(
    run: Run, file: Path, form: tuple[str, ...]
) -> None:
    run("registry", "import", str(file))

    result = run("devices", "--mn", "NOPE", *form)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "no device holds or held MN NOPE" in result.stderr


def test_an_account_that_comes_out_even_passes_the_check(
    run: Run, file: Path, database: str
) -> None:
    run("registry", "import", str(file))
    hold(database, "MN-A", 3)

    result = run("devices", "--check")

    assert (result.exit_code, result.stdout) == (0, "")
    assert run("devices", "--check", "--json").stdout == "[]\n"


def test_hours_that_do_not_come_out_even_fail_the_check(
    run: Run, file: Path, database: str
) -> None:
    run("registry", "import", str(file))
    with psycopg.connect(database) as connection:
        connection.execute(LOST_A_LETTER)

    result, told = run("devices", "--check"), run("devices", "--check", "--json")

    assert (result.exit_code, told.exit_code) == (1, 1)
    assert "MN-A" in result.stdout
    assert "1 hour does not come out even" in result.stderr
    assert [(one["mn"], one["received"], one["stored"]) for one in json.loads(told.stdout)] == [
        ("MN-A", 2, 1)
    ]


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_one_sentence(
    run: Run, file: Path, content: bytes | None
) -> None:
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)

    result = run("registry", "import", str(file))

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_a_database_that_is_away_is_one_sentence(run: Run, file: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/x"

    result = run("registry", "import", str(file), "--database-url", url)

    assert result.exit_code == 1
    assert "QINGKONG_DATABASE_URL" in result.stderr
