"""Workbooks through the registry's commands, against a real database."""

import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from typer import Typer
from typer.testing import CliRunner, Result
from xlsxwriter import Workbook  # pyright: ignore[reportMissingTypeStubs] - it ships none

from services.registry.commands import app
from tests.fixtures.registry import TERSE
from tests.fixtures.workbooks import WHOLE, Rows, saved, whole

Run = Callable[..., Result]
main = Typer()
main.add_typer(app, name="registry")


@pytest.fixture
def run(database: str) -> Run:
    def call(*words: str) -> Result:
        environment = {"QINGKONG_DATABASE_URL": database, "COLUMNS": "200"}
        return CliRunner().invoke(main, ("registry", *words), env=environment)

    return call


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return saved(tmp_path / "plants.xlsx", WHOLE)


def test_a_workbook_is_imported_like_the_yaml_that_says_the_same(
    run: Run, file: Path, tmp_path: Path
) -> None:
    terse = tmp_path / "plants.yaml"
    terse.write_text(TERSE, encoding="utf-8")

    result = run("import", str(file), "--actor", "bureau")

    assert result.exit_code == 0, result.output
    assert "version 1" in result.stderr
    assert run("import", str(terse)).stderr == "Nothing to change.\n"


def test_a_dry_run_shows_the_difference_and_writes_nothing(run: Run, file: Path) -> None:
    result = run("import", str(file), "--dry-run")

    assert "P1 / MN-A" in result.stdout
    assert "Dry run" in result.stderr
    assert "P1" not in run("export").stdout


def test_an_exported_workbook_imports_as_no_change(run: Run, tmp_path: Path) -> None:
    example, exported = tmp_path / "example.yaml", tmp_path / "out.xlsx"
    example.write_text(run("example").stdout, encoding="utf-8")
    run("import", str(example))

    said = run("export", str(exported)).stderr

    assert "2 plants, 7 devices" in said
    assert run("import", str(exported)).stderr == "Nothing to change.\n"


def test_the_example_builds_one_registry_from_yaml_and_from_a_workbook(
    run: Run, tmp_path: Path
) -> None:
    text, book = tmp_path / "example.yaml", tmp_path / "example.xlsx"
    text.write_text(run("example").stdout, encoding="utf-8")

    assert "--dry-run" in run("example", "--xlsx", str(book)).stderr

    assert run("import", str(book)).exit_code == 0
    assert run("import", str(text)).stderr == "Nothing to change.\n"


def test_all_errors_come_at_once_with_sheet_row_and_column(run: Run, tmp_path: Path) -> None:
    other = saved(tmp_path / "other.xlsx", WHOLE)
    run("import", str(other))
    rows: Rows = [("code", "name", "region"), ("P2", "二", "1505"), ("P3", "三", "nowhere")]
    devices: Rows = [("plant", "mn", "commissioned_at"), ("P2", "MN-A", "2024-01-01")]
    outlets: Rows = [("plant", "code", "medium"), ("P2", "DA001", "air"), ("P2", "DA002", "gas")]
    channels: Rows = [("plant", "device", "code", "point"), ("P2", "MN-A", "a21026", "DA009")]
    file = saved(
        tmp_path / "bad.xlsx",
        {"plants": rows, "outlets": outlets, "devices": devices, "channels": channels},
    )

    result = run("import", str(file))

    assert result.exit_code == 1
    told = [line.removeprefix(f"{file}: ") for line in result.stderr.splitlines()]
    assert [line.partition(": ")[0] for line in told] == [
        "sheet plants, row 3, column C (region)",
        "sheet outlets, row 3, column C (medium)",
        "sheet channels, row 2, column D (point)",
    ]


def test_an_mn_that_another_plant_holds_is_refused_at_its_row(run: Run, tmp_path: Path) -> None:
    run("import", str(saved(tmp_path / "one.xlsx", WHOLE)))
    sheets = {
        name: [rows[0], *(("P2", *row[1:]) for row in rows[1:])] for name, rows in WHOLE.items()
    }

    result = run("import", str(saved(tmp_path / "two.xlsx", sheets)))

    assert result.exit_code == 1
    assert "sheet devices, row 2, column B (mn): MN MN-A is held by P1 / MN-A" in result.stderr


def test_rows_for_registered_devices_need_nothing_else(
    run: Run, file: Path, tmp_path: Path, database: str
) -> None:
    run("import", str(file))
    more: Rows = [("plant", "device", "code"), ("P1", "MN-A", "a34013")]

    result = run("import", str(saved(tmp_path / "more.xlsx", {"channels": more})))

    assert result.exit_code == 0, result.output
    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT code FROM channel ORDER BY code").fetchall()
    assert rows == [("a19001",), ("a21026",), ("a34013",)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.xlsx", None, id="missing"),
        pytest.param("a.xlsx", b"PK\x03\x04 cut off", id="cut off"),
        pytest.param("a.xls", bytes.fromhex("d0cf11e0a1b11ae1"), id="old form"),
        pytest.param("a.xlsx", b"plants: []", id="text"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_one_sentence(
    run: Run, tmp_path: Path, name: str, content: bytes | None
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)

    result = run("import", str(file))

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith(f"{file}: ")


def test_a_workbook_that_cannot_be_written_is_one_sentence(run: Run, tmp_path: Path) -> None:
    for words in (("export",), ("example", "--xlsx")):
        result = run(*words, str(tmp_path / "nowhere" / "out.xlsx"))

        assert result.exit_code == 1
        assert "cannot be written: No such file" in result.stderr


def test_a_clearing_cell_clears_and_an_empty_one_leaves(run: Run, tmp_path: Path) -> None:
    header = ("code", "name", "region", "name_en", "permit")
    first = whole(plants=[header, ("P1", "示例厂", "1505", "Example", "X-1")])
    second: Rows = [("code", "name_en", "permit"), ("P1", None, "-")]
    run("import", str(saved(tmp_path / "one.xlsx", first)))

    result = run("import", str(saved(tmp_path / "two.xlsx", {"plants": second})))

    assert "permit: X-1 → –" in result.stdout
    assert "name_en: Example" in run("export").stdout


def fleet(file: Path, devices: int) -> None:
    """A workbook of devices with 10 channels each, one a plant."""
    codes = [
        "a21026",
        "a21002",
        "a34013",
        "a19001",
        "a01011",
        "a01012",
        "a01013",
        "a01014",
        "a00000",
        "a21005",
    ]
    book = Workbook(file)
    sheets: dict[str, list[tuple[object, ...]]] = {
        "plants": [("code", "name", "region")],
        "outlets": [("plant", "code", "medium")],
        "devices": [("plant", "mn", "commissioned_at")],
        "channels": [("plant", "device", "code", "range")],
    }
    for number in range(devices):
        plant, mn = f"P{number}", f"MN{number:022d}"
        sheets["plants"].append((plant, f"示例 {number}", "1505"))
        sheets["outlets"].append((plant, "DA001", "air"))
        sheets["devices"].append((plant, mn, "2024-01-01"))
        sheets["channels"] += [(plant, mn, code, "0, 200") for code in codes]
    for name, rows in sheets.items():
        paper = book.add_worksheet(name)  # pyright: ignore[reportUnknownMemberType] - no stubs
        for place, row in enumerate(rows):
            paper.write_row(place, 0, row)  # pyright: ignore[reportUnknownMemberType] - no stubs
    book.close()


@pytest.mark.parametrize(
    "devices",
    [
        pytest.param(300, id="300"),
        pytest.param(10_000, id="10000", marks=[pytest.mark.soak, pytest.mark.timeout(240)]),
    ],
)
def test_a_fleet_is_registered_from_a_workbook_within_a_minute(
    run: Run, tmp_path: Path, database: str, devices: int
) -> None:
    file = tmp_path / "fleet.xlsx"
    fleet(file, devices)
    started = time.perf_counter()

    result = run("import", str(file))

    took = time.perf_counter() - started
    print(f"{devices} devices of 10 channels: imported in {took:.1f} s")  # noqa: T201 - the figure is the point
    assert result.exit_code == 0, result.stderr
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT count(*) FROM channel").fetchone()
    assert row == (10 * devices,)
    assert took < 60
