"""`qingkong manual` as people and programs run it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from services.registry.manual_commands import app
from services.store.connection import connect_now
from tests.fixtures.manual import SEWAGE
from tests.fixtures.registry import stored

Run = Callable[..., Result]
WHERE = ("--plant", "P2", "--subject", "DW001", "--point", "w01018")
HEADER = "plant,subject,point,kind,from,to,value,laboratory"
ROW = "P2,DW001,w01018,self,2025-03-0{}T08:00,2025-03-0{}T10:00,3{}.5,示例检测"


@pytest.fixture
def run(database: str) -> Run:
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, SEWAGE)

    def call(*words: str, columns: str = "80") -> Result:
        environment = {"QINGKONG_DATABASE_URL": database, "COLUMNS": columns}
        return CliRunner().invoke(app, words, env=environment)

    return call


def add(run: Run, *more: str, value: str = "31.5") -> Result:
    return run(
        *("add", *WHERE, "--kind", "gap", "--from", "2025-03-01T08:00", "--value", value),
        *("--method", "HJ 828-2017", "--laboratory", "示例检测", "--actor", "chemist", *more),
    )


def listed(run: Run, *words: str) -> list[dict[str, object]]:
    result = run("list", "--json", *words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def file_of(folder: Path, *rows: str) -> str:
    file = folder / "results.csv"
    file.write_text("\n".join([HEADER, *rows]), encoding="utf-8-sig")
    return str(file)


def test_a_result_is_entered_and_listed_for_programs(run: Run) -> None:
    said = add(run)

    assert said.exit_code == 0, said.output
    assert said.stdout == "result 1 entered 录入.\n"
    [found] = listed(run)
    assert (found["plant"], found["subject"], found["point"]) == ("P2", "DW001", "out/w01018")
    assert (found["kind"], found["value"], found["unit"]) == ("gap", "31.5", "mg/L")
    assert found["from"] == "2025-03-01T00:00:00+00:00"
    assert (found["actor"], found["withdrawn"]) == ("chemist", False)


def test_a_table_of_results_fits_eighty_columns(run: Run) -> None:
    add(run)

    said = run("list").stdout

    assert "故障期间" in said
    assert "out/w01018" in said
    assert "2025-03-01 08:00" in said
    assert all(cell_len(line) <= 80 for line in said.splitlines())


def test_what_cannot_be_entered_is_said_and_nothing_is(run: Run) -> None:
    said = add(run, "--unit", "g/L", "--to", "2025-03-01T07:00")

    assert said.exit_code == 1
    assert "to: must lie after from" in said.stderr
    assert listed(run) == []


def test_the_same_sample_is_not_entered_twice(run: Run) -> None:
    add(run)

    said = add(run, value="99")

    assert said.exit_code == 1
    assert "entered already as result 1" in said.stderr


def test_a_correction_names_what_it_corrects_and_why(run: Run) -> None:
    add(run)

    refused = add(run, "--replaces", "1", value="35")
    said = add(run, "--replaces", "1", "--reason", "typo", value="35")

    assert refused.exit_code == 2
    assert said.stdout == "result 1 corrected 更正.\n"
    assert [one["value"] for one in listed(run)] == ["35"]
    assert [one["value"] for one in listed(run, "--history", "1")] == ["31.5", "35"]


def test_what_was_known_below_a_position_can_be_asked(run: Run) -> None:
    add(run)
    [first] = listed(run)
    add(run, "--replaces", "1", "--reason", "typo", value="35")
    [second] = listed(run)

    assert listed(run, "--as-of", str(second["position"])) == [first]
    assert listed(run, "--as-of", str(first["position"])) == []


def test_a_withdrawal_is_kept_with_its_reason(run: Run) -> None:
    add(run)

    said = run("withdraw", "1", "--reason", "bottle mixed up")

    assert said.stdout == "result 1 withdrawn 撤回.\n"
    assert listed(run) == []
    [gone] = listed(run, "--withdrawn")
    assert (gone["withdrawn"], gone["reason"]) == (True, "bottle mixed up")
    assert "撤回" in run("list", "--withdrawn").stdout


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (("withdraw", "9", "--reason", "x"), "result 9 was withdrawn or never entered", 1),
        (("withdraw", "1", "--reason", " "), "give --reason", 2),
        (("list", "--subject", "DW001"), "give --plant too", 2),
        (("list", "--plant", "P9"), "there is no plant P9 企业", 1),
        (("list", "--kind", "weekly"), "kind weekly", 2),
        (("list", "--from", "soon"), "this is no time", 1),
        (("list", "--from", "2025-03-02", "--to", "2025-03-01"), "--to must lie after", 2),
        (("import", "nowhere.csv"), "nowhere.csv cannot be read", 1),
    ],
    ids=[
        *("never entered", "no reason", "no plant", "unknown plant", "unknown kind", "no time"),
        *("ends before it begins", "no file"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    run: Run, words: tuple[str, ...], said: str, code: int
) -> None:
    result = run(*words)

    assert result.exit_code == code
    assert said in " ".join(result.stderr.replace("│", " ").split())


def test_results_are_listed_by_plant_subject_kind_and_time(run: Run) -> None:
    add(run)

    assert (
        len(listed(run, "--plant", "P2", "--subject", "DW001", "--kind", "故障期间手工监测")) == 1
    )
    assert listed(run, "--plant", "P2", "--subject", "DW002") == []
    assert listed(run, "--kind", "self") == []
    assert listed(run, "--from", "2025-03-02") == []
    assert "No results" in run("list", "--kind", "self").stderr


def test_a_file_is_imported_whole(run: Run, tmp_path: Path) -> None:
    file = file_of(tmp_path, *(ROW.format(n, n, n) for n in range(1, 4)))

    said = run("import", file, "--actor", "chemist")

    assert said.exit_code == 0, said.output
    assert said.stdout == "3 results were entered.\n"
    assert [one["value"] for one in listed(run)] == ["31.5", "32.5", "33.5"]


def test_a_dry_run_stores_nothing(run: Run, tmp_path: Path) -> None:
    said = run("import", file_of(tmp_path, ROW.format(1, 1, 1)), "--dry-run", "--json")

    assert json.loads(said.stdout) == {"results": [], "checked": 1}
    assert listed(run) == []


def test_a_file_with_faults_tells_all_of_them_and_stores_nothing(run: Run, tmp_path: Path) -> None:
    wrong = ROW.format(2, 2, 2).replace("32.5", "many").replace("self", "weekly")
    file = file_of(tmp_path, ROW.format(1, 1, 1), wrong, ROW.format(1, 1, 9))

    said = run("import", file)

    assert said.exit_code == 1
    lines = said.stderr.splitlines()
    assert lines[0].startswith(f"{file}: row 3, column 4 (kind): weekly is no kind")
    assert lines[1].startswith(f"{file}: row 3, column 7 (value): many is no number")
    assert lines[2] == f"{file}: row 4: the same sample as in row 2: leave one out"
    assert lines[3] == "Nothing was entered."
    assert listed(run) == []


def test_a_file_imported_again_is_refused(run: Run, tmp_path: Path) -> None:
    file = file_of(tmp_path, ROW.format(1, 1, 1))
    run("import", file)

    said = run("import", file)

    assert said.exit_code == 1
    assert "row 2: is entered already as result 1" in said.stderr


def test_a_file_in_another_encoding_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "gbk.csv"
    file.write_bytes((HEADER + "\n" + ROW.format(1, 1, 1)).encode("gbk"))

    said = run("import", str(file))

    assert said.exit_code == 1
    assert "is not UTF-8" in said.stderr


@pytest.mark.parametrize("command", ["add", "list", "withdraw", "import"])
def test_help_teaches_with_an_example(run: Run, command: str) -> None:
    said = run(command, "--help", columns="200")

    assert said.exit_code == 0
    assert f"Example: qingkong manual {command}" in " ".join(said.stdout.split())
