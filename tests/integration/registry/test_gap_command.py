"""`qingkong gaps` as people and programs run it."""

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from rich.cells import cell_len
from typer import Typer
from typer.testing import CliRunner, Result

from schemas.judgement import Evidence
from services.registry.gap_commands import show_gaps
from services.store.connection import connect_now
from services.store.judgements import Judged, write_judgements
from tests.fixtures.registry import TERSE, stored
from tests.fixtures.transmitted import at, row

Run = Callable[..., Result]
main = Typer()
main.command()(show_gaps)
SO2 = "P1/DA001/out/a21026"
DAY = ("--from", "2025-03-02", "--to", "2025-03-03")
SILENT: Evidence = {"not_valid_s": {"missing": 3600}}
BROKEN: Evidence = {"not_valid_s": {"fault": 3000, "missing": 600}}


@pytest.fixture
def run(database: str) -> Run:
    """Of 24 hours of SO2 those of 3 and 4 are silent and that of 9 is broken."""
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, TERSE)
    with psycopg.connect(database) as connection:
        found = connection.execute("SELECT id FROM point WHERE code = 'a21026'").fetchone()
        assert found is not None
        point: int = found[0]
    lacking = {3: SILENT, 4: SILENT, 9: BROKEN}
    means = [
        row(at(hour, 2), valid=hour not in lacking, evidence=lacking.get(hour), point=point)
        for hour in range(24)
    ]
    with connect_now(database, "alerts", "test") as connection, connection.transaction():
        write_judgements(connection, Judged(means))

    def call(*words: str) -> Result:
        environment = {"QINGKONG_DATABASE_URL": database, "COLUMNS": "120"}
        return CliRunner().invoke(main, words, env=environment)

    return call


def told(run: Run, *words: str) -> list[dict[str, Any]]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_gaps_of_a_point_are_told_with_reasons_and_deadlines(run: Run) -> None:
    silent, broken = told(run, "--point", SO2, *DAY)

    assert (silent["since"], silent["until"]) == (
        "2025-03-02T03:00:00+08:00",
        "2025-03-02T05:00:00+08:00",
    )
    assert (silent["kind"], silent["hours"], silent["seconds"]) == ("missing", 2, {"missing": 7200})
    assert silent["mends"][0] == {
        "kind": "backfill",
        "zh": "由数采仪补传",
        "en": "the device sends it again",
        "first_due": "2025-03-12T04:00:00+08:00",
        "last_due": "2025-03-12T05:00:00+08:00",
        "open": False,
        "doubts": [],
    }
    assert (broken["reason"], broken["seconds"]) == ("fault", {"fault": 3000, "missing": 600})


@pytest.mark.parametrize(
    ("words", "points"),
    [
        (("--plant", "P1"), 2),
        (("--outlet", "P1/DA001"), 2),
        (("--plant", "P1", "--outlet", "DA001"), 2),
        (("--point", "P1/DA001/a21026"), 1),
    ],
    ids=["plant", "outlet", "outlet by its code", "point"],
)
def test_whose_gaps_may_be_said_in_several_ways(
    run: Run, words: tuple[str, ...], points: int
) -> None:
    """Oxygen has no means at all: one gap of 24 hours that nobody judged."""
    assert len({one["point"] for one in told(run, *words, *DAY)}) == points


def test_a_point_that_nobody_judged_says_so(run: Run) -> None:
    [gap] = told(run, "--point", "P1/DA001/out/a19001", *DAY)

    assert (gap["kind"], gap["hours"]) == ("not_judged", 24)


def test_before_the_device_was_commissioned_there_are_no_gaps(run: Run) -> None:
    result = run("--plant", "P1", "--from", "2023-12-31", "--to", "2024-01-01")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "No gaps 无缺口" in result.stderr


def test_people_get_a_table_that_fits(run: Run) -> None:
    result = run("--point", SO2, *DAY)

    assert result.exit_code == 0, result.output
    for said in ("缺失", "补传", "2025-03-12 04:00", "over 已过期"):
        assert said in result.stdout
    assert max(cell_len(line.rstrip()) for line in result.stdout.splitlines()) <= 120


def test_without_dates_it_is_today_so_far(run: Run) -> None:
    assert all(one["kind"] == "not_judged" for one in told(run, "--plant", "P1"))


ABSURD = {
    "nobody": ((), 2, "give --plant, --outlet or --point"),
    "no plant": (("--plant", "P9"), 1, "there is no plant P9"),
    "no point": (("--point", "P1/DA001/out/a1"), 1, "there is no point"),
    "backwards": (("--plant", "P1", "--from", "2025-03-03", "--to", "2025-03-02"), 2, "must lie"),
    "too long": (("--plant", "P1", "--from", "2023-01-01", "--to", "2025-01-01"), 2, "366 days"),
    "no time": (("--plant", "P1", "--from", "soon"), 2, "--from soon"),
}


@pytest.mark.parametrize(("words", "code", "said"), ABSURD.values(), ids=ABSURD.keys())
def test_an_absurd_question_is_answered_by_what_to_ask(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    result = run(*words)

    assert result.exit_code == code
    assert said in result.stderr.replace("│", "").replace("\n", " ")
