"""`qingkong transmission` as people and programs run it."""

import json
from collections.abc import Callable

import psycopg
import pytest
from rich.cells import cell_len
from typer import Typer
from typer.testing import CliRunner, Result

from services.registry.transmission_commands import transmission
from services.store.connection import connect_now
from tests.fixtures.registry import TERSE, stored

Run = Callable[..., Result]
main = Typer()
main.command()(transmission)
DAY = "2025-03-02"
MN = "A" * 24


@pytest.fixture
def run(database: str) -> Run:
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, TERSE.replace("MN-A", MN))
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO reading_hour (time, channel, value, span_s, received_at, batch, seq)"
            " SELECT TIMESTAMPTZ '2025-03-02T00:00:00+08' + hour * INTERVAL '1 hour', min(id), 1, 3600,"
            " TIMESTAMPTZ '2025-03-02T01:01:00+08' + hour * INTERVAL '1 hour', 1, 0"
            " FROM channel, generate_series(0, 17) AS hour GROUP BY hour"
        )

    def call(*words: str) -> Result:
        environment = {"QINGKONG_DATABASE_URL": database, "COLUMNS": "80"}
        return CliRunner().invoke(main, words, env=environment)

    return call


def test_a_day_is_told_by_series_with_its_rate(run: Run) -> None:
    result = run("--day", DAY)

    assert result.exit_code == 0
    assert "传输率" in result.stdout
    assert "75.0%" in result.stdout
    assert MN in result.stdout


def test_the_table_fits_a_terminal_of_80_columns(run: Run) -> None:
    for words in (("--day", DAY), ("--day", DAY, "--by", "hour", "--each", "code")):
        lines = run(*words).stdout.splitlines()

        assert max(cell_len(line.rstrip()) for line in lines) <= 80
        assert not any("…" in line for line in lines)


def test_programs_get_every_number(run: Run) -> None:
    told = json.loads(run("--day", DAY, "--mn", MN, "--json").stdout)

    [hour] = [one for one in told["series"] if one["series"] == "hour"]
    assert hour == {
        "plant": "P1",
        "device": MN,
        "mn": MN,
        "part": None,
        "series": "hour",
        "since": "2025-03-02T00:00:00+08:00",
        "due": 24,
        "in_time": 18,
        "late": 0,
        "missing": 6,
        "extra": 0,
        "revised": 0,
        "arrived": 18,
        "rate": 0.75,
    }
    assert told["frames"] == []


def test_hours_of_a_period_are_told_one_by_one(run: Run) -> None:
    told = json.loads(
        run(
            *("--since", f"{DAY}T16:20", "--until", f"{DAY}T20:00"),
            *("--by", "hour", "--plant", "P1", "--each", "outlet", "--json"),
        ).stdout
    )

    hours = [one for one in told["series"] if one["series"] == "hour"]
    assert [(one["part"], one["since"][11:16], one["arrived"]) for one in hours] == [
        ("DA001", "16:00", 1),
        ("DA001", "17:00", 1),
        ("DA001", "18:00", 0),
        ("DA001", "19:00", 0),
    ]


def test_without_dates_it_is_today_so_far(run: Run) -> None:
    result = run("--json")

    assert result.exit_code == 0
    assert len({one["since"] for one in json.loads(result.stdout)["series"]}) <= 1


def test_nothing_found_is_said(run: Run) -> None:
    result = run("--day", "2001-03-01", "--plant", "P1")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "Nothing was due" in result.stderr


def test_a_plant_that_is_not_registered_is_an_error(run: Run) -> None:
    result = run("--day", DAY, "--plant", "nowhere")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "there is no plant nowhere 企业" in result.stderr


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["people", "programs"])
def test_an_mn_that_nobody_ever_held_is_an_error(run: Run, form: tuple[str, ...]) -> None:
    result = run("--day", DAY, "--mn", "nobody", *form)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "no device holds or held MN nobody" in result.stderr


def test_an_mn_that_was_not_registered_that_day_is_none(run: Run) -> None:
    assert run("--day", "2010-01-01", "--mn", MN).exit_code == 0


ABSURD = {
    "both": (("--mn", "A", "--plant", "B"), "not both"),
    "day and since": (("--day", DAY, "--since", DAY), "not both"),
    "no date": (("--day", "yesterday"), "--day yesterday"),
    "no time": (("--since", "2025-13-01"), "--since 2025-13-01"),
    "backwards": (("--since", DAY, "--until", "2025-03-01"), "exchange"),
    "an end alone": (("--until", DAY), "--since"),
    "ahead": (("--since", "2150-01-01", "--until", "2150-01-02"), "lies ahead"),
    "before anything": (("--since", "1980-01-01", "--until", "1980-01-02"), "before 2000"),
    "too long by day": (("--since", "2022-01-01", "--until", "2025-01-01"), "366 days"),
    "too long by hour": (("--since", "2025-01-01", "--until", DAY, "--by", "hour"), "--by day"),
}


@pytest.mark.parametrize(("words", "said"), ABSURD.values(), ids=ABSURD.keys())
def test_an_absurd_question_is_answered_by_what_to_ask(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    result = run(*words)

    assert result.exit_code == 2
    assert said in result.stderr.replace("│", "").replace("\n", " ")


def test_a_database_that_is_away_is_one_sentence() -> None:
    result = CliRunner().invoke(main, ["--database-url", "postgresql://nobody@127.0.0.1:1/x"])

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
