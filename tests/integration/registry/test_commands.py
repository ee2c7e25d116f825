"""The registry's commands as people run them."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from services.registry.commands import app, devices
from tests.fixtures.registry import TERSE

Run = Callable[..., Result]
main = Typer()
main.add_typer(app, name="registry")
main.command()(devices)


@pytest.fixture
def run(database: str) -> Run:
    def call(*words: str) -> Result:
        environment = {"QINGKONG_DATABASE_URL": database, "COLUMNS": "200"}
        return CliRunner().invoke(main, words, env=environment)

    return call


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
