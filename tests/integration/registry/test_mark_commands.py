"""`qingkong marks` as people and programs run it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from schemas.registry_words import BEIJING
from services.registry.mark_commands import app
from services.store.connection import connect_now
from tests.fixtures.marking import PLANT, WI
from tests.fixtures.readings import touched
from tests.fixtures.registry import stored

Run = Callable[..., Result]
HEADER = "plant,subject,kind,from,to,origin,evidence,entered_at"
DAY = "2025-03-10"


@pytest.fixture
def run(database: str) -> Run:
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, PLANT)

    def call(*words: str) -> Result:
        environment = {"QINGKONG_DATABASE_URL": database, "COLUMNS": "80"}
        return CliRunner().invoke(app, words, env=environment)

    return call


def add(run: Run, since: str = f"{DAY}T08:00", until: str = f"{DAY}T12:00", *more: str) -> Result:
    return run(
        *("add", "--plant", "P1", "--subject", "B1", "--kind", "启炉", "--sector", WI),
        *("--from", since, "--to", until, "--evidence", "log sheet 17", *more),
    )


def listed(run: Run, *words: str) -> list[dict[str, object]]:
    result = run("list", "--json", *words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_mark_is_entered_claimed_and_its_hours_are_judged_anew(run: Run, database: str) -> None:
    result = add(run)

    assert result.exit_code == 0, result.output
    assert "mark 1 启炉 entered, claimed 待审核." in result.stdout
    with connect_now(database, "registrar", "test") as connection:
        assert {code for code, _ in touched(connection)} == {"B1", "DA001"}
        assert len(touched(connection)) == 8


def test_programs_get_every_field(run: Run) -> None:
    add(run, f"{DAY}T08:00", f"{DAY}T12:00", "--actor", "operator")

    [found] = listed(run)

    assert found["kind"] == f"{WI}/start_up"
    assert (found["plant"], found["subject"], found["point"]) == ("P1", "B1", None)
    assert (found["since"], found["until"]) == (
        "2025-03-10T08:00:00+08:00",
        "2025-03-10T12:00:00+08:00",
    )
    assert (found["origin"], found["review"], found["late"]) == ("plant", "claimed", True)
    assert (found["actor"], found["evidence"], found["planned"]) == (
        "operator", "log sheet 17", False,
    )  # fmt: skip


def test_the_list_says_late_and_planned_and_fits_80_columns(run: Run) -> None:
    tomorrow = datetime.now(UTC).astimezone(BEIJING) + timedelta(days=1)  # noqa: TID251 - a plan lies ahead of the command's own clock
    ahead = f"{tomorrow:%Y-%m-%d}"
    add(run)
    planned = add(run, f"{ahead}T08:00", f"{ahead}T12:00")

    result = run("list")

    assert "planned 计划" in planned.stdout
    assert "late 逾期" in result.stdout
    assert "planned 计划" in result.stdout
    assert "claimed 待审核" in result.stdout
    assert max(cell_len(line.rstrip()) for line in result.stdout.splitlines()) <= 80
    assert "…" not in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--plant", "P9"], "there is no plant P9 企业: there is P1"),
        (["--kind", "起炉"], "kind 起炉 is not known"),
        (["--from", f"{DAY}T13:00"], "exchange from and to"),
        (["--evidence", ""], "give evidence"),
    ],
    ids=["plant", "kind", "turned round", "evidence"],
)
def test_what_cannot_be_entered_ends_with_a_sentence(run: Run, words: list[str], said: str) -> None:
    result = add(run, f"{DAY}T08:00", f"{DAY}T12:00", *words)

    assert result.exit_code == 1
    assert said in result.stderr
    assert listed(run) == []


@pytest.mark.parametrize(
    ("verdict", "review"),
    [("accept", "accepted"), ("reject", "rejected"), ("lapse", "lapsed")],
)
def test_a_review_is_kept_with_who_and_why(run: Run, verdict: str, review: str) -> None:
    add(run)

    result = run("review", "1", verdict, "--reviewer", "officer", "--reason", "seen the curve")

    assert result.exit_code == 0, result.output
    [found] = listed(run)
    assert (found["review"], found["reviewer"], found["reason"]) == (
        review, "officer", "seen the curve",
    )  # fmt: skip
    assert listed(run, "--review", "claimed") == []


def test_nobody_accepts_what_he_entered_for_a_plant(run: Run) -> None:
    add(run, f"{DAY}T08:00", f"{DAY}T12:00", "--actor", "operator")

    result = run("review", "1", "accept", "--reviewer", "operator")

    assert (result.exit_code, "--reviewer" in result.stderr) == (1, True)
    assert listed(run)[0]["review"] == "claimed"


def test_a_rejection_and_a_withdrawal_need_a_reason(run: Run) -> None:
    add(run)

    for words in (("review", "1", "reject"), ("withdraw", "1")):
        result = run(*words)

        assert result.exit_code == 2
        assert "--reason" in result.stderr


def test_a_change_asks_for_review_again_and_says_when_it_counts_as_entered_now(run: Run) -> None:
    add(run)
    run("review", "1", "accept", "--reviewer", "officer")

    shorter = run("change", "1", "--to", f"{DAY}T11:00")
    longer = run("change", "1", "--to", f"{DAY}T13:00", "--kind", "停炉")

    assert shorter.stdout.strip() == "mark 1: changed, claimed 待审核."
    assert "It counts as entered now." in longer.stdout
    [found] = listed(run)
    assert (found["kind"], found["review"], found["reviewer"]) == (
        f"{WI}/shut_down", "claimed", None,
    )  # fmt: skip


def test_a_change_of_nothing_or_of_the_impossible_is_told(run: Run) -> None:
    add(run)

    assert "say what to change" in run("change", "1").stderr
    impossible = run("change", "1", "--to", f"{DAY}T07:00")

    assert impossible.exit_code == 1
    assert "exchange from and to" in impossible.stderr


def test_a_withdrawn_mark_is_gone_and_was_there(run: Run) -> None:
    add(run)
    [before] = listed(run)

    result = run("withdraw", "1", "--reason", "wrong furnace")

    assert result.stdout.strip() == "mark 1: withdrawn 已撤回."
    assert listed(run) == []
    assert len(listed(run, "--as-of", str(int(str(before["position"])) + 1))) == 1
    again = run("review", "1", "accept")
    assert (again.exit_code, "withdrawn or never entered" in again.stderr) == (1, True)


def test_a_file_is_imported_whole(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "marks.csv"
    rows = [
        f"P1,B1,启炉,{DAY}T08:00,{DAY}T12:00,plant,sheet 1,{DAY}T08:20",
        f"P1,B2,停运,{DAY},,bureau,,",
    ]
    file.write_text("\ufeff" + "\n".join([HEADER, *rows]), "utf-8")

    checked = run("import", str(file), "--sector", WI, "--dry-run")
    assert (checked.stdout.strip(), listed(run)) == ("2 marks would be entered.", [])
    result = run("import", str(file), "--sector", WI)

    assert result.stdout.strip() == "2 marks were entered."
    assert [(one["subject"], one["origin"], one["late"]) for one in listed(run)] == [
        ("B2", "bureau", False),
        ("B1", "plant", False),
    ]


def test_a_file_with_errors_tells_all_of_them_and_enters_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "marks.csv"
    rows = [
        f"P1,B1,启炉,{DAY},,plant,sheet,",
        f"P9,B1,启炉,{DAY},,plant,x,",
        f"P1,B1,?,{DAY},,plant,x,",
    ]
    file.write_text("\n".join([HEADER, *rows]), "utf-8")

    result = run("import", str(file), "--sector", WI)

    assert result.exit_code == 1
    assert f"{file}: row 3: there is no plant P9 企业" in result.stderr
    assert f"{file}: row 4: kind ? is not known" in result.stderr
    assert "Nothing was entered." in result.stderr
    assert listed(run) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read"), (b"\xff\xfe\x00", "is not UTF-8")],
    ids=["missing", "not UTF-8"],
)
def test_a_file_that_cannot_be_read_is_told(
    run: Run, tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "marks.csv"
    if content is not None:
        file.write_bytes(content)

    result = run("import", str(file))

    assert (result.exit_code, said in result.stderr) == (1, True)


def test_the_quota_of_a_unit_counts_its_outlets_marks_once(run: Run, tmp_path: Path) -> None:
    """B1 08:00-12:00 and its outlet DA001 10:00-13:00: 5 h of 60 h, 55 h left."""
    file = tmp_path / "marks.csv"
    rows = [
        f"P1,B1,启炉,{DAY}T08:00,{DAY}T12:00,plant,x,",
        f"P1,DA001,故障,{DAY}T10:00,{DAY}T13:00,plant,x,",
    ]
    file.write_text("\n".join([HEADER, *rows]), "utf-8")
    assert run("import", str(file), "--sector", WI).exit_code == 0

    result = run("quota", "--plant", "P1", "--unit", "B1", "--year", "2025", "--json")
    table = run("quota", "--plant", "P1", "--unit", "B1", "--year", "2025").stdout

    [use] = json.loads(result.stdout)
    assert (use["pool"], use["used_s"], use["remaining_s"]) == ("furnace_60h", 18_000, 198_000)
    assert (use["since"], use["until"]) == (
        "2025-01-01T00:00:00+08:00",
        "2026-01-01T00:00:00+08:00",
    )
    assert "启炉停炉故障事故" in table
    assert "55.0" in table
    assert max(cell_len(line.rstrip()) for line in table.splitlines()) <= 80
    assert "…" not in table


def test_a_quota_is_asked_of_units_alone(run: Run) -> None:
    result = run("quota", "--plant", "P1", "--unit", "DA001")

    assert (result.exit_code, "is no unit but outlet" in result.stderr) == (1, True)
    assert "No mark of this unit" in run("quota", "--plant", "P1", "--unit", "B2").stderr


def test_kinds_are_told_with_what_is_known_of_them(run: Run) -> None:
    table = run("kinds", "--sector", "thermal_power").stdout
    found = json.loads(run("kinds", "--json").stdout)

    assert "low 未核实" in table
    assert "? 未知" in table
    assert max(cell_len(line.rstrip()) for line in table.splitlines()) <= 80
    assert {"key": f"{WI}/start_up", "cap_h": 4.0, "confidence": "high"}.items() <= next(
        kind for kind in found if kind["key"] == f"{WI}/start_up"
    ).items()
    assert "waste_incineration" in run("kinds", "--sector", "glass").stderr


def test_lists_are_narrowed_by_plant_subject_and_time(run: Run) -> None:
    add(run)

    assert len(listed(run, "--plant", "P1", "--subject", "B1", "--from", DAY)) == 1
    assert listed(run, "--plant", "P1", "--subject", "B2") == []
    assert listed(run, "--to", DAY) == []
    assert "give --plant too" in run("list", "--subject", "B1").stderr
    assert "there is no plant P9" in run("list", "--plant", "P9").stderr
    assert "must lie after" in run("list", "--from", DAY, "--to", DAY).stderr


def test_every_command_shows_an_example(run: Run) -> None:
    for name in ("add", "import", "list", "kinds", "quota", "review", "change", "withdraw"):
        assert "Example: qingkong marks " in run(name, "--help").stdout.replace("\n", " ")
