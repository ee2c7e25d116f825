"""Many limits from files: all errors at once with their places, the difference, and nothing twice."""

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from schemas.limits import LimitVersion
from services.registry.limit_commands import app
from services.registry.limit_written import example_text
from services.store.connection import connect_now
from services.store.limits import read_limits
from services.store.session import Session
from tests.fixtures.limits import HOUR, PLANT, POINT, judge
from tests.fixtures.registry import stored
from tests.fixtures.workbooks import saved

Import = Callable[..., Result]
COAL = "GB-13223-2011/a21026/hour/419d6673ca"
HEADER = ("point", "max", "unit", "averaging", "o2", "from", "to", "origin", "standard")
ROW = (POINT, 35, "mg/m3", "hour", 6, "2024-01-01", None, "permit", "PERMIT-1")
NOX = "P1/DA001/out/a21002"


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, PLANT)
        yield connection


@pytest.fixture
def run(database: str, connection: psycopg.Connection) -> Import:
    del connection

    def call(*words: object) -> Result:
        environment = {"QINGKONG_DATABASE_URL": database, "COLUMNS": "120"}
        return CliRunner().invoke(app, [str(word) for word in words], env=environment)

    return call


def workbook(folder: Path, *rows: Sequence[object]) -> Path:
    return saved(folder / "limits.xlsx", {"limits": [HEADER, *rows]})


def yaml_file(folder: Path, *entries: str) -> Path:
    file = folder / "limits.yaml"
    file.write_text("limits:\n" + "".join(f"  - {{{one}}}\n" for one in entries), "utf-8")
    return file


def csv_file(folder: Path, encoding: str, *rows: Sequence[object]) -> Path:
    text = StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    file = folder / "limits.csv"
    file.write_bytes(text.getvalue().encode(encoding))
    return file


def done(result: Result) -> Result:
    assert result.exit_code == 0, result.output
    return result


def acts(connection: Session) -> list[str]:
    return [one.act for one in read_limits(connection)]


def beliefs(connection: Session) -> list[tuple[object, ...]]:
    def plain(one: LimitVersion) -> tuple[object, ...]:
        return one.point, one.since, one.until, one.bound, one.law

    return sorted(map(plain, read_limits(connection)), key=repr)


FORMS: dict[str, Callable[[Path], Path]] = {
    "workbook": lambda folder: workbook(folder, ROW, (NOX, *ROW[1:])),
    "csv": lambda folder: csv_file(folder, "utf-8-sig", ROW, (NOX, *ROW[1:])),
    "csv of a Chinese Excel": lambda folder: csv_file(
        folder, "gb18030", (*ROW[:-1], "许可证"), (NOX, *ROW[1:])
    ),
    "yaml": lambda folder: yaml_file(
        folder,
        *(
            f"point: {point}, max: 35, unit: mg/m3, averaging: hour, o2: 6, from: 2024-01-01,"
            " origin: permit, standard: PERMIT-1"
            for point in (POINT, NOX)
        ),
    ),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_file_is_imported_and_imported_again_changes_nothing(
    run: Import, connection: Session, tmp_path: Path, form: Callable[[Path], Path]
) -> None:
    file = form(tmp_path)

    dry = done(run("import", file, "--dry-run"))
    assert acts(connection) == []
    first = done(run("import", file, "--actor", "局员"))
    second = done(run("import", file))

    assert "2 assigned 设定; 0 unchanged" in dry.stderr
    assert "≤ 35 mg/m3" in first.stdout
    assert "Nothing to change 无变化; 2 unchanged" in second.stderr
    assert acts(connection) == ["assign", "assign"]
    assert {one.actor for one in read_limits(connection)} == {"局员"}
    assert {one.reason for one in read_limits(connection)} == {file.name}


def test_all_errors_are_told_at_once_by_sheet_and_row_and_nothing_is_written(
    run: Import, connection: Session, tmp_path: Path
) -> None:
    rows = (
        ROW,
        ("P1/DA001/out/a2102", *ROW[1:]),
        (POINT, "many", *ROW[2:]),
        (NOX, 50, "mg/L", *ROW[3:]),
        (NOX, 50, "mg/m3", "week", *ROW[4:]),
        (NOX, 50, "mg/m3", None, 30, *ROW[5:]),
        (NOX, 50, "mg/m3", "hour", 6, "2024-01-01", "2023-01-01", *ROW[7:]),
    )

    result = run("import", workbook(tmp_path, *rows))

    assert result.exit_code == 1
    told = re.sub(r"^.*limits\.xlsx: ", "", result.stderr, flags=re.MULTILINE).splitlines()
    assert [line.partition(":")[0] for line in told] == [
        "sheet limits, row 3, column A (point)",
        "sheet limits, row 4, column B (max)",
        "sheet limits, row 5, column B (max)",
        "sheet limits, row 6, column D (averaging)",
        "sheet limits, row 7, column E (o2)",
        "sheet limits, row 8",
    ]
    assert "did you mean P1/DA001/out/a21026" in told[0]
    assert "单位不符" in told[2]
    assert "`to` must lie after `from`" in told[5]
    assert acts(connection) == []


def test_errors_of_yaml_have_lines(run: Import, tmp_path: Path) -> None:
    file = tmp_path / "limits.yaml"
    file.write_text(
        f"limits:\n  - point: {POINT}\n    catalogue: NO\n    from: 2024-01-01\n"
        "  - point: P1\n    from: soon\n    colour: red\nplants: []\n",
        "utf-8",
    )

    told = run("import", file).stderr

    places = [line.removeprefix(f"{file}:").split(":")[0] for line in told.splitlines()]
    assert places == ["3", "5", "6", "7", "8"]
    assert "has no row NO" in told


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("limits: 3\n", "entries that begin with -", id="no list"),
        pytest.param("- a\n", "write `limits:`", id="no mapping"),
        pytest.param("limits: [\n", "this is not YAML", id="no YAML"),
    ],
)
def test_a_file_of_another_form_is_a_sentence(
    run: Import, tmp_path: Path, text: str, sentence: str
) -> None:
    file = tmp_path / "limits.yaml"
    file.write_text(text, "utf-8")

    result = run("import", file)

    assert result.exit_code == 1
    assert sentence in result.stderr


def test_a_file_that_is_not_there_is_a_sentence(run: Import, tmp_path: Path) -> None:
    result = run("import", tmp_path / "none.yaml")

    assert result.exit_code == 1
    assert "cannot be read" in result.stderr


def test_a_new_figure_from_a_later_date_is_a_change(
    run: Import, connection: Session, tmp_path: Path
) -> None:
    done(run("import", workbook(tmp_path, ROW)))

    later = (POINT, 20, *ROW[2:5], "2025-01-01", *ROW[6:])
    result = done(run("import", workbook(tmp_path, ROW, later)))

    assert "1 changed 变更; 1 unchanged" in result.stderr
    first, second = read_limits(connection)
    assert second.act == "change"
    assert first.limit == second.limit
    told = json.loads(run("list", "--at", "2025-01-01", "--json").stdout)
    assert [one["high"] for one in told] == ["20"]
    assert "Nothing to change" in run("import", workbook(tmp_path, ROW, later)).stderr


def test_a_row_that_ends_withdraws_the_limit_then(
    run: Import, connection: Session, tmp_path: Path
) -> None:
    done(run("import", workbook(tmp_path, ROW)))

    ended = (*ROW[:6], "2025-06-01", *ROW[7:])
    done(run("import", workbook(tmp_path, ended)))

    assert acts(connection) == ["assign", "withdraw"]
    assert json.loads(run("list", "--at", "2025-06-01", "--json").stdout) == []
    assert "Nothing to change" in run("import", workbook(tmp_path, ended)).stderr


def test_what_was_stated_is_replaced_by_a_correction_alone(
    run: Import, connection: Session, tmp_path: Path
) -> None:
    done(run("import", workbook(tmp_path, ROW)))
    head = (*HEADER, "reason", "approver")
    wrong = (POINT, 20, *ROW[2:])

    refused = run("import", workbook(tmp_path, wrong))
    own = run(
        "import",
        saved(tmp_path / "own.xlsx", {"limits": [head, (*wrong, "录入错误", "甲")]}),
        *("--actor", "甲"),
    )
    corrected = done(
        run("import", saved(tmp_path / "two.xlsx", {"limits": [head, (*wrong, "录入错误", "乙")]}))
    )

    assert refused.exit_code == own.exit_code == 1
    assert "column F (from)" in refused.stderr
    assert "`reason` and `approver`" in refused.stderr
    assert "cannot approve their own" in own.stderr
    assert "1 corrected 更正" in corrected.stderr
    first, second = read_limits(connection)
    assert (second.act, second.approver, second.limit) == ("correct", "乙", first.limit)


def test_rows_of_one_limit_may_not_contradict_each_other(run: Import, tmp_path: Path) -> None:
    first = (*ROW[:6], "2025-06-01", *ROW[7:])
    second = (POINT, 20, *ROW[2:5], "2025-01-01", *ROW[6:])

    result = run("import", workbook(tmp_path, first, second))

    assert result.exit_code == 1
    assert "row 2, column G (to)" in result.stderr
    assert "another one from 2025-01-01 on" in result.stderr


def test_a_limit_may_be_named_by_its_key(run: Import, connection: Session, tmp_path: Path) -> None:
    done(run("import", workbook(tmp_path, ROW)))
    [known] = read_limits(connection)
    head = (*HEADER, "limit")
    other = (POINT, 20, *ROW[2:5], "2025-01-01", None, "permit", "PERMIT-2")

    wrong = run(
        "import", saved(tmp_path / "a.xlsx", {"limits": [head, (NOX, *other[1:], known.limit)]})
    )
    done(run("import", saved(tmp_path / "b.xlsx", {"limits": [head, (*other, known.limit)]})))

    assert f"limit {known.limit} is of another point" in wrong.stderr
    assert [one.limit for one in read_limits(connection)] == [known.limit] * 2


@pytest.mark.parametrize("ending", ["xlsx", "csv", "yaml"])
def test_an_export_imported_again_changes_nothing(
    run: Import, connection: Session, tmp_path: Path, ending: str
) -> None:
    water = "P1/DW001/out/w21003"
    done(
        run(
            "import",
            yaml_file(
                tmp_path,
                f"point: {POINT}, catalogue: {COAL}, from: 2024-01-01",
                f"point: {NOX}, max: 0.35, unit: kg/h, averaging: hour, from: 2024-01-01,"
                " to: 2025-01-01, origin: local, standard: DB-1, clause: '1', source: 'a, \"b\"',"
                " verified: true",
                f"point: {NOX}, max: 0.25, unit: kg/h, averaging: hour, from: 2025-01-01,"
                " origin: local, standard: DB-1",
                f"point: {water}, min: 1, max: 9, unit: mg/L, averaging: day, from: 2024-01-01,"
                " condition: 'water_temperature>12', origin: order, standard: 令, confidence: low",
            ),
        )
    )
    before = beliefs(connection)
    file = tmp_path / f"all.{ending}"

    done(run("export", file))
    again = done(run("import", file))

    assert "Nothing to change 无变化; 4 unchanged" in again.stderr
    assert beliefs(connection) == before
    text = done(run("export")).stdout
    assert text.startswith("limits:\n")


def test_an_export_of_nothing_is_an_empty_list(run: Import) -> None:
    assert done(run("export")).stdout == "limits: []\n"


def test_the_example_can_be_read_filled_in_and_imported(
    run: Import, connection: Session, tmp_path: Path
) -> None:
    file = tmp_path / "example.yaml"
    file.write_text(done(run("import", "x", "--example")).stdout, "utf-8")
    book = tmp_path / "example.xlsx"
    done(run("example", "--xlsx", book))

    done(run("import", file))
    again = done(run("import", book))

    assert done(run("example")).stdout == example_text()
    assert acts(connection) == ["assign"] * 4
    assert "Nothing to change" in again.stderr


def test_hours_that_were_judged_are_told_and_marked(
    run: Import, connection: Session, database: str, tmp_path: Path
) -> None:
    done(run("import", workbook(tmp_path, ROW)))
    [limit] = read_limits(connection)
    begins = limit.since
    assert begins is not None
    with connect_now(database, "alerts", "test") as judges:
        judge(judges, limit, [(begins + place * HOUR, "compliant", "9") for place in range(3)])

    result = done(run("import", workbook(tmp_path, ROW, (POINT, 5, *ROW[2:-1], "PERMIT-2"))))

    assert "3 hours will be judged anew" in result.stderr
    assert connection.execute("SELECT count(*) FROM touched").fetchone() == (3,)


@pytest.mark.parametrize("name", ["limits.csv", "limits.yaml"])
def test_an_empty_file_is_called_so(run: Import, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("\n", "utf-8")

    result = run("import", file)

    assert result.exit_code == 1
    assert f"{file} is empty 空文件" in result.stderr.replace("\n", "")


def test_a_header_alone_has_no_limit_in_it(run: Import, tmp_path: Path) -> None:
    file = tmp_path / "limits.csv"

    exported = run("export", file)
    imported = run("import", file)

    assert "No limit is known there and then 无限值" in exported.stderr
    assert "has no limit in it 文件中无限值" in imported.stderr
    assert (exported.exit_code, imported.exit_code) == (0, 0), imported.output
