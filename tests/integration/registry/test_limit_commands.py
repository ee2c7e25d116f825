"""`qingkong limits`: what people type, what they are told, and what is believed afterwards."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from services.registry.limit_commands import app
from services.store.connection import connect_now
from services.store.limits import read_limits
from services.store.session import Session
from tests.fixtures.limits import HOUR, PLANT, POINT, judge
from tests.fixtures.readings import touched
from tests.fixtures.registry import stored

Run = Callable[..., Result]
COAL = "GB-13223-2011/a21026/hour/419d6673ca"
GUANGXI = "GB-13223-2011/a21026/hour/dc8cd43ed4"
FROM = ("--from", "2024-08-01")
PERMIT = (
    *("--point", POINT, "--max", "35", "--unit", "mg/m3", "--averaging", "hour", "--o2", "6"),
    *("--origin", "permit", "--standard", "PERMIT-1", "--clause", "表5", "--source", "副本"),
)
READ = ("--verified", "--source", "变更决定")
MARCH = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, PLANT)
        yield connection


@pytest.fixture
def run(database: str, connection: psycopg.Connection) -> Run:
    del connection

    def call(*words: str, columns: str = "80") -> Result:
        environment = {"QINGKONG_DATABASE_URL": database, "COLUMNS": columns}
        return CliRunner().invoke(app, words, env=environment)

    return call


@pytest.fixture
def judges(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def done(result: Result) -> Result:
    assert result.exit_code == 0, result.output
    return result


def assigned(run: Run, *words: str) -> int:
    told = json.loads(done(run("assign", *(words or PERMIT), *FROM, "--json")).stdout)
    return int(told["limit"])


def listed(run: Run, *words: str) -> list[dict[str, Any]]:
    return json.loads(done(run("list", *words, "--json")).stdout)


def said(result: Result) -> str:
    return re.sub(r"\s+", " ", result.stderr)


def test_a_row_of_the_catalogue_is_put_on_a_point(run: Run, connection: Session) -> None:
    result = done(run("assign", "--point", POINT, "--catalogue", COAL, *FROM, "--actor", "局员"))

    assert "a new limit" not in result.stdout
    assert "≤ 200 mg/m3 hour 小时均值 @6% O2" in result.stdout
    assert "not verified 未核实" in said(result)
    [found] = read_limits(connection)
    assert (found.act, found.actor, found.law.catalogue) == ("assign", "局员", COAL)
    assert found.law.verified is False
    assert found.since == datetime(2024, 7, 31, 16, tzinfo=UTC)


def test_a_dry_run_writes_nothing(run: Run, connection: Session) -> None:
    result = done(run("assign", *PERMIT, *FROM, "--dry-run"))

    assert "a new limit" in result.stdout
    assert "Dry run" in said(result)
    assert read_limits(connection) == []


REFUSED = {
    "region": (("--point", POINT, "--catalogue", GUANGXI), "regions 45, 50, 51, 52 only"),
    "pollutant": (
        ("--point", "P1/DA001/out/a21002", "--catalogue", COAL),
        "limits a21026 二氧化硫, and the point measures a21002",
    ),
    "medium": (("--point", "P1/DW001/out/w21003", "--catalogue", COAL), "介质不符"),
    "fuel unknown": (
        ("--point", "P2/DA001/out/a21026", "--catalogue", COAL),
        "state it with --fact fuel=coal",
    ),
    "no row": (("--point", POINT, "--catalogue", COAL[:-1]), f"did you mean {COAL}"),
    "no point": (
        ("--point", "P1/DA001/out/a2102", "--catalogue", COAL),
        "did you mean P1/DA001/out/a21026",
    ),
    "no fact": (
        ("--point", POINT, "--catalogue", COAL, "--fact", "height=3"),
        "is no fact",
    ),
    "both": (("--point", POINT, "--catalogue", COAL, "--max", "3"), "give the row, or the figures"),
    "water at an oxygen": (
        (
            *("--point", "P1/DW001/out/w21003", "--max", "5", "--unit", "mg/L", "--o2", "6"),
            *("--averaging", "day", "--origin", "permit", "--standard", "PERMIT-1"),
        ),
        "there is no reference oxygen",
    ),
}


@pytest.mark.parametrize(("words", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_what_does_not_fit_is_refused_with_a_sentence(
    run: Run, connection: Session, words: tuple[str, ...], sentence: str
) -> None:
    result = run("assign", *words, *FROM)

    assert result.exit_code == 1
    assert sentence in said(result)
    assert read_limits(connection) == []


def test_a_row_begins_no_earlier_than_its_standard(run: Run) -> None:
    result = run("assign", "--point", POINT, "--catalogue", COAL, "--from", "2012-01-01")

    assert result.exit_code == 1
    assert "in force from 2014-07-01" in said(result)


def test_a_fixed_condition_must_be_stated_and_is_kept_with_the_reason(
    run: Run, connection: Session
) -> None:
    found = json.loads(
        done(run("catalogue", "stack_height=30m", "--pollutant", "a21026", "--json")).stdout
    )
    row = found[0]["key"]
    words = ("assign", "--point", POINT, "--catalogue", row, "--from", "2000-01-01")
    stated = ("--fact", "stack_height=30", "--fact", "zone=class II")

    unstated = run(*words)
    wrong = run(*words, "--fact", "stack_height=40", "--fact", "zone=class II")
    done(run(*words, *stated))

    assert "--fact stack_height=… --fact zone=…" in said(unstated)
    assert "you state stack_height=40" in said(wrong)
    [limit] = read_limits(connection)
    assert limit.bound is not None
    assert (limit.bound.condition, limit.bound.unit) == ("", "kg/h")
    assert "stack_height=30, zone=class II" in limit.reason


def test_a_condition_that_varies_stays_with_the_limit(run: Run, connection: Session) -> None:
    found = json.loads(
        done(run("catalogue", "water_temperature>12", "--pollutant", "w21003", "--json")).stdout
    )

    words = ("--point", "P1/DW001/out/w21003", "--catalogue", found[0]["key"])
    done(run("assign", *words, "--from", "2024-01-01"))

    [limit] = read_limits(connection)
    assert limit.bound is not None
    assert limit.bound.condition == "water_temperature>12"


def test_all_that_is_missing_in_figures_is_told_at_once(run: Run) -> None:
    result = run("assign", "--point", POINT, *FROM, "--unit", "mg/l2")

    assert result.exit_code == 1
    for sentence in (
        "no figure 限值",
        "mg/l2 is no unit",
        "no averaging",
        "no origin",
        "--standard",
    ):
        assert sentence in said(result)


def test_a_limit_is_in_the_unit_of_its_point(run: Run) -> None:
    result = run("assign", *PERMIT, *FROM, "--unit", "mg/L")

    assert result.exit_code == 1
    assert "单位不符" in said(result)


def test_the_same_limit_is_not_put_there_twice_and_another_one_is_warned_of(run: Run) -> None:
    key = assigned(run)

    same = run("assign", *PERMIT, *FROM)
    other = done(run("assign", *PERMIT, *FROM, "--max", "50"))

    assert same.exit_code == 1
    assert f"limit {key} says that already" in said(same)
    assert f"limit {key} binds the point at the same time" in said(other)


def test_the_list_is_of_a_time_and_says_what_is_unverified(run: Run) -> None:
    key = assigned(run)
    done(run("change", str(key), "--max", "20", "--from", "2025-01-01"))

    before = run("list", "--at", "2024-12-31T23:59")
    after = run("list", "--at", "2025-01-01", "--plant", "P1", "--outlet", "DA001")
    too_early = run("list", "--at", "2024-07-31")

    assert "≤ 35 mg/m3" in before.stdout
    assert "≤ 20 mg/m3" in after.stdout
    assert "未核实" in after.stdout
    assert POINT in after.stdout
    assert "无适用限值" in too_early.stderr
    assert listed(run, "--plant", "P2") == []
    for line in (before.stdout + after.stdout).splitlines():
        assert cell_len(line.rstrip()) <= 80
        assert "…" not in line


def test_programs_get_every_field(run: Run) -> None:
    key = assigned(run)

    [told] = listed(run, "--point", POINT)

    assert told["limit"] == key
    assert (told["high"], told["reference_oxygen"], told["comparator"]) == ("35", "6", "<=")
    assert (told["standard"], told["clause"], told["verified"]) == ("PERMIT-1", "表5", False)
    assert (told["from"], told["to"]) == ("2024-08-01T00:00:00+08:00", None)


def test_a_change_holds_from_its_date_on(run: Run, connection: Session) -> None:
    key = assigned(run)

    done(run("change", str(key), "--max", "20", "--from", "2025-01-01", *READ))

    assert [one.act for one in read_limits(connection)] == ["assign", "change"]
    [told] = listed(run, "--at", "2025-06-01")
    assert (told["high"], told["verified"], told["from"]) == (
        "20",
        True,
        "2025-01-01T00:00:00+08:00",
    )
    again = run("change", str(key), "--max", "20", "--from", "2025-02-01", *READ)
    assert "says that already" in said(again)


def test_a_change_does_not_replace_what_was_stated(run: Run, connection: Session) -> None:
    key = assigned(run)

    result = run("change", str(key), "--max", "20", *FROM)
    early = run("change", str(key), "--max", "20", "--from", "2024-07-01")

    assert "use `qingkong limits correct`" in said(result)
    assert "binds nothing at 2024-07-01" in said(early)
    assert len(read_limits(connection)) == 1


def test_a_change_ends_where_a_later_one_is_stated_already(run: Run) -> None:
    key = str(assigned(run))
    done(run("change", key, "--max", "10", "--from", "2027-01-01"))

    done(run("change", key, "--max", "20", "--from", "2026-01-01"))

    figures = [
        [one["high"] for one in listed(run, "--at", at)]
        for at in ("2025-12-31", "2026-12-31", "2027-01-01")
    ]
    assert figures == [["35"], ["20"], ["10"]]


def test_a_limit_that_is_not_there_is_said(run: Run) -> None:
    for words in (("history", "77"), ("change", "77", *FROM), ("withdraw", "77", *FROM)):
        result = run(*words)

        assert result.exit_code == 1
        assert "there is no limit 77" in said(result)


def test_a_limit_withdrawn_binds_no_more_and_its_history_stays(run: Run) -> None:
    key = assigned(run)

    done(run("withdraw", str(key), "--from", "2025-07-01", "--reason", "排放口停用"))

    assert len(listed(run, "--at", "2025-06-30")) == 1
    assert listed(run, "--at", "2025-07-01") == []
    history = done(run("history", str(key))).stdout
    assert "withdrawn 撤销" in history
    assert "排放口停用" in history


def test_a_correction_shows_the_verdicts_it_would_turn_and_keeps_both(
    run: Run, connection: Session, judges: Session
) -> None:
    key = assigned(run)
    [limit] = read_limits(connection)
    hours = [(MARCH + place * HOUR, "compliant", "30") for place in range(12)]
    hours += [(MARCH + 12 * HOUR, "exceeding", "36"), (MARCH + 13 * HOUR, "no_data", None)]
    judge(judges, limit, [*hours, (MARCH + 24 * HOUR, "compliant", "30")])
    words = (
        *("correct", str(key), "--max", "25", "--from", "2025-03-01T08:00"),
        *("--to", "2025-03-02T08:00", "--reason", "录入错误", "--actor", "甲", "--approver", "乙"),
    )

    dry = done(run(*words, "--dry-run"))
    assert touched(connection) == []
    result = done(run(*words))

    assert "12 of 14 stored verdicts would turn" in dry.stdout
    assert "hour 2025-03-01 08:00:00: 30, compliant 达标 → exceeding 超标" in dry.stdout
    assert "and 2 more" in dry.stdout
    assert "14 hours will be judged anew" in said(result)
    assert touched(connection) == [("DA001", MARCH + place * HOUR) for place in range(14)]
    assert judges.execute("SELECT count(*) FROM verdict").fetchone() == (15,)
    first, second = read_limits(connection)
    assert (first.bound and first.bound.high, second.bound and second.bound.high) == (35, 25)
    assert (second.act, second.approver, second.reason) == ("correct", "乙", "录入错误")
    assert [one["high"] for one in listed(run, "--at", "2025-03-01T12:00")] == ["25"]
    assert [one["high"] for one in listed(run, "--at", "2025-03-03")] == ["35"]


def test_a_correction_is_approved_by_somebody_else_and_says_why(run: Run) -> None:
    key = str(assigned(run))
    words = ("correct", key, "--max", "25", "--from", "2025-03-01", "--actor", "甲")

    alone = run(*words, "--reason", "错", "--approver", "甲")
    silent = run(*words, "--approver", "乙")

    assert "cannot approve their own correction" in said(alone)
    unapproved = run(*words, "--reason", "错")
    bare = run(*words)

    assert "needs --reason 原因: it turns" in said(silent)
    assert "needs --approver 批准人: it turns" in said(unapproved)
    assert "needs --reason 原因 and --approver 批准人" in said(bare)


def test_a_correction_keeps_within_one_figure(run: Run) -> None:
    key = str(assigned(run))
    done(run("change", key, "--max", "20", "--from", "2025-01-01"))

    result = run(
        *("correct", key, "--max", "25", "--from", "2024-12-01", "--to", "2025-02-01"),
        *("--reason", "错", "--approver", "乙", "--actor", "甲"),
    )

    assert result.exit_code == 1
    assert "another one from 2025-01-01 on" in said(result)


def test_whoever_turns_verdicts_by_a_change_says_why(
    run: Run, connection: Session, judges: Session
) -> None:
    key = str(assigned(run))
    [limit] = read_limits(connection)
    judge(judges, limit, [(MARCH, "compliant", "30")])
    words = ("change", key, "--max", "25", "--from", "2025-01-01")

    silent = run(*words)
    said_why = run(*words, "--reason", "换证")

    assert "give --reason" in said(silent)
    assert said_why.exit_code == 0
    assert len(read_limits(connection)) == 2


def test_as_known_before_a_correction_the_old_figure_is_told(run: Run, connection: Session) -> None:
    key = str(assigned(run))
    row = connection.execute("SELECT clock_timestamp()::text, closed_position()::text").fetchone()
    assert row is not None
    before, position = str(row[0]).replace(" ", "T"), str(row[1])
    done(
        run(
            *("correct", key, "--max", "25", "--from", "2025-03-01", "--to", "2025-04-01"),
            *("--reason", "错", "--approver", "乙", "--actor", "甲"),
        )
    )

    at = ("--at", "2025-03-10")
    assert [one["high"] for one in listed(run, *at)] == ["25"]
    assert [one["high"] for one in listed(run, *at, "--as-of", f"{before}:00")] == ["35"]
    assert [one["high"] for one in listed(run, *at, "--as-of", position)] == ["35"]
    told = json.loads(done(run("history", key, "--as-of", position, "--json")).stdout)
    assert [one["act"] for one in told] == ["assign"]


@pytest.mark.parametrize(
    ("as_of", "sentence"),
    [
        pytest.param("99999999999", "last closed position", id="a position to come"),
        pytest.param("2150-01-01", "lies ahead", id="a time to come"),
        pytest.param("soon", "this is no time", id="no time"),
    ],
)
def test_what_cannot_be_known_yet_is_not_asked(run: Run, as_of: str, sentence: str) -> None:
    result = run("list", "--as-of", as_of, columns="200")

    assert result.exit_code == 2
    assert sentence in re.sub(r"[│\s]+", " ", result.stderr)


def test_the_history_shows_both_times_and_who_approved(run: Run) -> None:
    key = str(assigned(run))
    done(
        run(
            *("correct", key, "--max", "25", "--from", "2025-03-01", "--to", "2025-04-01"),
            *("--reason", "录入[错误]", "--approver", "乙", "--actor", "甲"),
        )
    )

    told = done(run("history", key)).stdout

    for text in ("2025-03-01", "2025-04-01", "corrected 更正", "录入[错误]", "批准: 乙", "甲"):
        assert text in told
    for line in told.splitlines():
        assert cell_len(line.rstrip()) <= 80


def test_the_catalogue_is_searched_by_words_and_says_what_was_read(run: Run) -> None:
    found = done(run("catalogue", "--standard", "13223", "--pollutant", "a21026", "boiler]"))
    facts = json.loads(done(run("catalogue", "--medium", "water", "--json")).stdout)
    nothing = run("catalogue", "no such words")

    assert "[boiler]" in found.stdout
    assert "setting\n" in re.sub(" +\n", "\n", found.stdout)
    assert "未核实\n" in re.sub(" +\n", "\n", found.stdout)
    assert re.search(r"GB-13223-2011/a21026/hour/[0-9a-f]{10}", found.stdout)
    assert {one["medium"] for one in facts} == {"water"}
    assert {one["verified"] for one in facts} == {True, False}
    assert nothing.exit_code == 1


def test_help_teaches_by_an_example(run: Run) -> None:
    for command in ("list", "history", "catalogue", "assign", "change", "correct", "withdraw"):
        assert "Example: qingkong limits" in run(command, "--help").stdout


def test_a_database_that_is_away_is_one_sentence() -> None:
    result = CliRunner().invoke(app, ["list", "--database-url", "postgresql://x@127.0.0.1:1/x"])

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
