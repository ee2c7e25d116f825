"""`--as-of` of marks, laboratory results and limits: a time and a position say the same."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner, Result

from services.cli import app
from services.store.connection import connect_now
from tests.fixtures.registry import stored

Run = Callable[..., Result]
PLANT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air, reference_oxygen: 6}
    units:
      - {code: B1, process: coal_boiler}
    devices:
      - mn: MN-A
        commissioned_at: 2024-01-01
        channels: [a21026]
"""
MARK = ("marks", "add", "--plant", "P1", "--subject", "B1", "--kind", "equipment/fault")
MANUAL = ("manual", "add", "--plant", "P1", "--subject", "DA001", "--point", "a21026")
ADDED = {
    "marks": (*MARK, "--evidence", "x", "--to", "2025-03-09T00:00"),
    "manual": (*MANUAL, "--kind", "self", "--value", "3"),
}
LISTS = ("marks", "manual")


@pytest.fixture
def run(database: str) -> Run:
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, PLANT)

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, words, env={"QINGKONG_DATABASE_URL": database})

    return call


def counted(run: Run, what: str, *words: str) -> int:
    result = run(what, "list", "--json", *words)
    assert result.exit_code == 0, result.output
    return len(json.loads(result.stdout))


def now_of(database: str) -> str:
    with connect_now(database, "api", "test") as connection:
        row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    assert isinstance(row[0], datetime)
    return row[0].astimezone(UTC).isoformat()


@pytest.mark.parametrize("what", LISTS)
def test_a_list_is_given_as_known_at_a_time(run: Run, database: str, what: str) -> None:
    before = now_of(database)
    first = run(*ADDED[what], "--from", "2025-03-01T08:00")
    between = now_of(database)
    second = run(*ADDED[what], "--from", "2025-03-02T08:00")
    after = now_of(database)

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    known = [counted(run, what, "--as-of", moment) for moment in (before, between, after)]
    assert known == [0, 1, 2]


@pytest.mark.parametrize("what", [*LISTS, "limits"])
@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        pytest.param("soon", "this is no time", id="no time"),
        pytest.param("2199-01-01", "lies ahead", id="ahead"),
        pytest.param("999999999999", "last closed", id="a position that is not there yet"),
    ],
)
def test_what_cannot_be_known_is_said_alike(run: Run, what: str, as_of: str, said: str) -> None:
    result = run(what, "list", "--as-of", as_of)

    assert result.exit_code == 2
    assert said in " ".join(result.stderr.replace("│", " ").split())


@pytest.mark.parametrize("what", LISTS)
def test_that_nothing_was_known_by_then_is_said(run: Run, what: str) -> None:
    result = run(what, "list", "--as-of", "2024-01-01")

    assert result.exit_code == 0
    assert "known by then 当时已知" in result.stderr


def test_before_any_limit_was_known_that_is_said_and_not_that_none_binds(run: Run) -> None:
    bare = run("limits", "list")
    early = run("limits", "list", "--as-of", "2024-01-01")

    assert "No limit is in force" in bare.stderr
    assert "By 2024-01-01 no limit of these points was known 当时尚无任何限值记录" in early.stderr


def test_marks_over_each_other_are_entered_with_a_hint(run: Run) -> None:
    first = run(*ADDED["marks"], "--from", "2025-03-01T08:00")

    second = run(*ADDED["marks"], "--from", "2025-03-02T08:00", "--json")

    assert first.stderr == ""
    assert json.loads(second.stdout)["mark"] == 2
    assert "Hint 提示: P1/B1" in second.stderr
    assert "overlaps mark 1" in second.stderr


def test_a_mark_of_another_sector_is_entered_with_a_hint(run: Run) -> None:
    result = run(
        *(*MARK[:-1], "waste_incineration/start_up", "--evidence", "x"),
        *("--from", "2025-03-01T08:00", "--to", "2025-03-01T09:00"),
    )

    assert result.exit_code == 0
    assert "another sector than P1 seems to be of" in result.stderr


UNKNOWN = {
    "marks": ("marks", "list", "--plant", "P9"),
    "manual": ("manual", "list", "--plant", "P9"),
    "limits": ("limits", "list", "--plant", "P9"),
    "gaps": ("gaps", "--plant", "P9"),
    "rules": ("rules", "list", "--scope", "plant:P9"),
    "judge": ("judge", "--outlet", "P9", "--from", "2025-03-01", "--to", "2025-03-02"),
    "transmission": ("transmission", "--plant", "P9"),
}


@pytest.mark.parametrize("words", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_an_unknown_plant_is_said_alike_everywhere(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)

    assert (result.exit_code, result.stderr) == (1, "there is no plant P9 企业: there is P1\n")


NO_OUTLET = {
    "marks": ("marks", "list", "--plant", "P1", "--subject", "DA009"),
    "limits": ("limits", "list", "--outlet", "P1/DA009"),
    "gaps": ("gaps", "--outlet", "P1/DA009"),
    "judge": ("judge", "--outlet", "P1/DA009", "--from", "2025-03-01", "--to", "2025-03-02"),
}


@pytest.mark.parametrize("words", NO_OUTLET.values(), ids=NO_OUTLET.keys())
def test_an_unknown_outlet_is_said_alike_everywhere(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)

    assert result.exit_code == 1
    assert result.stderr.startswith("there is no outlet, unit or facility P1/DA009 排放口")
    assert "did you mean P1/DA001?" in result.stderr
