"""`qingkong orders` and `qingkong contests` as people run them."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import typer
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from services.alerts.contest_commands import app as contests_app
from services.alerts.order_commands import app as orders_app
from services.store.connection import connect_now
from tests.fixtures.supervised import judged, opened, registered

Run = Callable[..., Result]
NUMBER = "150502-2026-0001"


@pytest.fixture
def run(database: str) -> Run:
    with connect_now(database, "registrar", "test") as connection:
        registered(connection)
        opened(connection)
    both = typer.Typer()
    both.add_typer(orders_app, name="orders")
    both.add_typer(contests_app, name="contests")

    def call(*words: str, ok: bool = True) -> Result:
        environment = {"QINGKONG_DATABASE_URL": database, "COLUMNS": "80"}
        result = CliRunner().invoke(both, words, env=environment)
        assert (result.exit_code == 0) == ok, result.output
        return result

    return call


def issue(run: Run, *words: str) -> str:
    result = run(
        *("orders", "issue", "--alert", "1", "--demand", "查明原因并整改", "--reason", "连续超标"),
        *("--actor", "officer", "--json", *words),
    )
    return str(json.loads(result.stdout)["number"])


def test_an_order_is_driven_to_its_end_and_printed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "检修记录.pdf"
    file.write_bytes(b"abc")
    number = issue(run)
    answer = ("--cause", "喷淋泵停运", "--measures", "已更换水泵")

    assert "it is accepted 已签收." in run("orders", "accept", number).stdout
    run("orders", "answer", number, *answer)
    run("orders", "return", number, "--reason", "未附检修记录")
    run("orders", "answer", number, *answer, "--attach", str(file))
    run("orders", "remind", number, "--reason", "请尽快核实")
    run("orders", "verify", number, "--reason", "现场核查属实")
    run(
        *("orders", "close", number, "--disposition", "confirmed", "--consequence", "rectified"),
        *("--text", "整改完成"),
    )
    run("orders", "file", number)
    shown = run("orders", "show", number).stdout

    for words in (
        f"supervision order 督办单 {number}    ordinary 一般督办",
        "filed 已归档",
        "查明原因并整改",
        "issued 督办下发  officer (bureau 主管部门 150502)",
        "returned 退回",
        "未附检修记录",
        "cause 原因: 喷淋泵停运",
        "检修记录.pdf, application/pdf, 3 bytes, SHA-256 ",
        "confirmed, rectified 属实，已整改: 整改完成",
        "history 办理过程 (9)",
        "time limits are settings",
    ):
        assert words in shown
    again = json.loads(run("orders", "show", number, "--json").stdout)
    assert [one["what"] for one in again["events"]] == [
        "issued", "accepted", "answered", "returned", "answered", "reminded", "verified", "closed",
        "filed",
    ]  # fmt: skip


def test_the_list_says_who_is_to_act_and_fits_80_columns(run: Run) -> None:
    number = issue(run)

    result = run("orders", "list")

    assert number in result.stdout
    assert "issued 已下发" in result.stdout
    assert "企业" in result.stdout
    assert max(cell_len(line.rstrip()) for line in result.stdout.splitlines()) <= 80
    assert "…" not in result.stdout
    assert json.loads(run("orders", "list", "--alert", "1", "--json").stdout)[0]["number"] == number
    for none in (["--overdue"], ["--state", "closed"], ["--region", "1502"], ["--plant", "P2"]):
        assert "No orders" in run("orders", "list", *none).stderr


def test_what_is_refused_is_said_in_both_languages_and_changes_nothing(run: Run) -> None:
    number = issue(run)

    early = run("orders", "verify", number, "--reason", "x", ok=False)
    other = run("orders", "accept", number, "--as", "plant:P2", ok=False)
    wrong = run("orders", "accept", number, "--as", "P2", ok=False)
    none = run("orders", "show", "1505-2026-0099", ok=False)

    assert "this is done while it is answered" in early.stderr
    assert "仅在“已反馈”时可办理" in early.stderr
    assert "only plant P1 itself" in other.stderr
    assert "--as" in wrong.stderr
    assert "督办单 1505-2026-0099 不存在" in none.stderr
    assert json.loads(run("orders", "show", number, "--json").stdout)["version"] == 1


def test_deadlines_of_one_order_are_given_and_moved(run: Run) -> None:
    number = issue(run, "--close-by", "2199-01-01", "--answer-by", "2198-01-01")

    run("orders", "extend", number, "answer", "--to", "2198-06-01", "--reason", "备件在途")
    late = run(
        "orders", "extend", number, "answer", "--to", "2199-06-01", "--reason", "x", ok=False
    )

    told = json.loads(run("orders", "show", number, "--json").stdout)
    assert told["answer_due"] == "2198-06-01T00:00:00+08:00"
    assert "after that of the whole" in late.stderr
    assert "former deadline 原时限: 2198-01-01 00:00:00" in run("orders", "show", number).stdout


def test_an_export_is_a_table_for_spreadsheets_without_formulas(run: Run, tmp_path: Path) -> None:
    number = issue(run)
    run("orders", "withdraw", number, "--reason", "=1+1")
    file = tmp_path / "orders.csv"

    written = run("orders", "export", "--csv", str(file))
    steps = run("orders", "export", "--events").stdout

    assert "1 rows written" in written.stdout
    [row] = csv.DictReader(io.StringIO(file.read_text("utf-8-sig")))
    assert (row["number"], row["state"], row["demand"]) == (number, "withdrawn", "查明原因并整改")
    rows = list(csv.DictReader(io.StringIO(steps)))
    assert [(one["what"], one["reason"]) for one in rows] == [
        ("issued", "连续超标"),
        ("withdrawn", "'=1+1"),
    ]


def test_an_attachment_is_written_as_it_came_and_over_nothing(run: Run, tmp_path: Path) -> None:
    number = issue(run)
    file, out = tmp_path / "a.pdf", tmp_path / "b.pdf"
    file.write_bytes(b"\x00\xff")
    run("orders", "accept", number)
    run("orders", "answer", number, "--cause", "x", "--measures", "y", "--attach", str(file))

    run("orders", "attachment", "1", "--out", str(out))
    again = run("orders", "attachment", "1", "--out", str(out), ok=False)

    assert out.read_bytes() == b"\x00\xff"
    assert "cannot be written" in again.stderr
    assert (
        "there is no attachment 9"
        in run("orders", "attachment", "9", "--out", str(out), ok=False).stderr
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [("a.exe", "of a type that is not taken"), ("none.pdf", "cannot be read")],
    ids=["a type", "not there"],
)
def test_files_that_are_not_taken(run: Run, tmp_path: Path, name: str, said: str) -> None:
    number = issue(run)
    run("orders", "accept", number)
    file = tmp_path / name
    if name == "a.exe":
        file.write_bytes(b"x")

    result = run(
        *("orders", "answer", number, "--cause", "x", "--measures", "y", "--attach", str(file)),
        ok=False,
    )

    assert said in result.stderr


def test_a_contest_from_filing_to_answer(run: Run, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        verdict = str(judged(owner))

    filed = run("contests", "file", "verdict", verdict, "--grounds", "限值有误")
    listed = run("contests", "list").stdout
    answered = run("contests", "answer", "1", "upheld", "--reason", "许可限值为 100")
    shown = run("contests", "show", "1").stdout

    assert "contest 1 filed 申诉已提出: P1/DA001/out/a21026 hour 2026-08-03 09:00" in filed.stdout
    assert "待答复" in listed
    assert max(cell_len(line.rstrip()) for line in listed.splitlines()) <= 80
    assert "qingkong limits correct" in answered.stdout
    for words in (
        "upheld 成立",
        "限值有误",
        "许可限值为 100",
        "Still to do",
        "history 办理过程 (2)",
    ):
        assert words in shown
    again = run("contests", "answer", "1", "rejected", "--reason", "x", ok=False)
    assert "is upheld" in again.stderr
    assert "No contests" in run("contests", "list", "--state", "filed").stderr


def test_a_contest_is_withdrawn_by_its_plant(run: Run) -> None:
    number = issue(run)
    order = json.loads(run("orders", "show", number, "--json").stdout)["order"]
    run("contests", "file", "order", str(order), "--grounds", "已整改")

    foreign = run("contests", "withdraw", "1", "--reason", "x", "--as", "plant:P2", ok=False)
    run("contests", "withdraw", "1", "--reason", "已自行整改")

    assert "only plant P1" in foreign.stderr
    told = json.loads(run("contests", "show", "1", "--json").stdout)
    assert (told["state"], told["title"]) == ("withdrawn", f"P1 {number}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("file", "verdict", "99", "--grounds", "x"), "there is no verdict 99"),
        (("show", "99"), "there is no contest 99"),
        (("answer", "99", "maybe", "--reason", "x"), "write upheld, partly or rejected"),
    ],
    ids=["no verdict", "no contest", "no outcome"],
)
def test_what_is_not_there(run: Run, words: tuple[str, ...], said: str) -> None:
    assert said in run("contests", *words, ok=False).stderr


def test_every_command_shows_an_example() -> None:
    for app, name in ((orders_app, "orders"), (contests_app, "contests")):
        for command in app.registered_commands:
            word = command.name or getattr(command.callback, "__name__", "")
            shown = CliRunner().invoke(app, [word, "--help"]).stdout
            assert f"Example: qingkong {name} {word}" in shown.replace("\n", " ")
