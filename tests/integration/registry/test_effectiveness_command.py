"""`qingkong effectiveness` as people and programs run it, on records and beliefs of a database."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from schemas.judgement import MeanRow, Period
from schemas.mark_entry import NewMark
from schemas.marks import Review
from services.registry.effectiveness_commands import show_effectiveness
from services.rules.marks.amending import reviewed
from services.store.connection import connect_now
from services.store.judgements import Judged, write_judgements
from services.store.marks import enter_marks, read_mark, write_version
from tests.fixtures.registry import TERSE, stored
from tests.fixtures.transmitted import HOUR, at, row

Run = Callable[..., Result]
main = Typer()
main.command()(show_effectiveness)
DAY = ("--day", "2025-03-02")
MARCH_2 = datetime(2025, 3, 1, 16, tzinfo=UTC)


def hour_records(
    connection: psycopg.Connection, first: int, last: int, late: timedelta, code: str = "a21026"
) -> None:
    """Hour records of the 2nd of March from hour `first` to before `last`, so late after their end."""
    connection.execute(
        "INSERT INTO reading_hour (time, channel, value, span_s, received_at, batch, seq)"
        " SELECT %(day)s + hour * INTERVAL '1 hour', id, 1, 3600,"
        " %(day)s + (hour + 1) * INTERVAL '1 hour' + %(late)s, 1, 0"
        " FROM channel, generate_series(%(first)s::integer, %(last)s - 1) AS hour"
        " WHERE code = %(code)s",
        {"day": MARCH_2, "first": first, "last": last, "late": late, "code": code},
    )


def believe(database: str, *means: MeanRow) -> None:
    with connect_now(database, "alerts", "test") as connection, connection.transaction():
        write_judgements(connection, Judged(means))


def point_of(connection: psycopg.Connection) -> tuple[int, int]:
    """The point of SO2 and its outlet."""
    found = connection.execute("SELECT id, subject FROM point WHERE code = 'a21026'").fetchone()
    assert found is not None
    return found[0], found[1]


@pytest.fixture
def run(database: str) -> Run:
    """Of 24 hours 16 in time, 4 within ten days, 2 after them; hours 0 and 1 not valid; no day."""
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, TERSE)
    with psycopg.connect(database) as connection:
        point, _ = point_of(connection)
        hour_records(connection, 0, 16, timedelta(minutes=5))
        hour_records(connection, 16, 20, timedelta(days=2))
        hour_records(connection, 20, 22, timedelta(days=11))
    hours = [row(at(hour, 2), valid=hour > 1, point=point) for hour in range(24)]
    believe(database, *hours, row(at(0, 2), valid=False, period=Period.DAY, point=point))

    def call(*words: str) -> Result:
        environment = {"QINGKONG_DATABASE_URL": database, "COLUMNS": "120"}
        return CliRunner().invoke(main, ["--plant", "P1", *words], env=environment)

    return call


def told(run: Run, *words: str) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def versions(told: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    [rate] = told["rates"]
    return {
        name: (one["due"], one["received"], one["valid"]) for name, one in rate["versions"].items()
    }


def test_a_day_is_told_in_three_versions(run: Run) -> None:
    """Due 24 + 1. In time 16, valid 14. Within the window 20, valid 18. The day never came."""
    found = told(run, *DAY)

    assert versions(found) == {
        "first": (25, 16, 14),
        "backfilled": (25, 20, 18),
        "audited": (25, 20, 18),
    }
    [rate] = found["rates"]
    assert rate["name"] == "P1/DA001"
    assert rate["versions"]["audited"]["effectiveness_percent"] == "72"
    assert rate["noted"] == {"too_late": 2}
    assert rate["stage"] == "closed"
    assert rate["not_measured"] == ["a34013", "a21002"]


def test_a_stop_accepted_in_time_leaves_the_audited_version(run: Run, database: str) -> None:
    """Hours 20 to 23 under 停运: 20 hours of 20 are due, 18 valid; the day is due with 20 hours."""
    with connect_now(database, "registrar", "test") as connection:
        _, outlet = point_of(connection)
        stop = NewMark(
            *("thermal_power/out_of_service", outlet, None, at(20, 2), at(24, 2), "plant"),
            *(False, at(9, 3), "operator", "log sheet 3"),
        )
        [key] = enter_marks(connection, [stop], at(9, 3))
        known = read_mark(connection, key)
        assert known is not None
        write_version(connection, reviewed(known, Review.ACCEPTED, "bureau", "seen"), at(10, 3))

    assert versions(told(run, *DAY))["audited"] == (21, 20, 18)


def test_a_month_below_its_targets_is_found(run: Run) -> None:
    """March: 744 hours and 31 days are due, 18 of them valid."""
    found = told(run, "--month", "2025-03")

    assert versions(found)["audited"] == (775, 20, 18)
    [finding] = found["findings"]
    assert finding["rule"] == "low_effectiveness"
    assert "2025年3月示例厂DA001应传数据775个" in finding["zh"]
    assert not finding["sure"]


@pytest.mark.parametrize(
    ("each", "name"),
    [("plant", "P1"), ("outlet", "P1/DA001"), ("point", "P1/DA001/out/a21026")],
)
def test_a_rate_may_be_that_of_the_plant_an_outlet_or_a_point(
    run: Run, each: str, name: str
) -> None:
    [rate] = told(run, *DAY, "--each", each)["rates"]

    assert rate["name"] == name


def test_factors_are_those_that_are_set(run: Run, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO rule_setting (name, scope, scope_key, value, valid, reason, actor) VALUES"
            " ('transmission_parameters.air_factors', 'plant', 'P1', '[\"a19001\"]', '(,)', 'r', 'a')"
        )

    assert versions(told(run, *DAY))["first"] == (25, 0, 0)


def test_people_get_a_table_with_both_languages(run: Run) -> None:
    result = run(*DAY)

    assert result.exit_code == 0, result.output
    for said in ("传输率", "有效率", "72", "审核", "P1/DA001"):
        assert said in result.stdout
    assert "measures no a34013, a21002" in result.stderr


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (("--quarter", "2025-Q1"), "2025-01-01"),
        (("--year", "2024"), "2024-01-01"),
        ((), None),
    ],
    ids=["quarter", "year", "this month"],
)
def test_other_periods(run: Run, words: tuple[str, ...], first: str | None) -> None:
    rates = told(run, *words)["rates"]

    assert all(one["since"].startswith(first or "") for one in rates)


ABSURD = {
    "two periods": ((*DAY, "--year", "2025"), 2, "give one of"),
    "no day": (("--day", "tomorrow"), 2, "write for instance 2025-03-02"),
    "no quarter": (("--quarter", "2025-Q5"), 2, "2025-Q1"),
    "ahead": (("--year", "2190"), 2, "lies ahead"),
    "the end of time": (("--year", "9999"), 2, "between 1970 and 2200"),
    "long ago": (("--year", "1800"), 2, "between 1970 and 2200"),
    "no outlet": ((*DAY, "--outlet", "DA009"), 1, "there is no outlet"),
}


@pytest.mark.parametrize(("words", "code", "said"), ABSURD.values(), ids=ABSURD.keys())
def test_an_absurd_question_is_answered_by_what_to_ask(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    result = run(*words)

    assert result.exit_code == code
    assert said in result.stderr.replace("│", "").replace("\n", " ")


def test_before_anything_was_due_there_is_no_rate(run: Run) -> None:
    result = run("--day", "2010-01-01")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "Nothing was due" in result.stderr


def test_a_spare_channel_makes_up_for_a_silent_main_one(database: str, run: Run) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE channel_binding SET rank = 'spare', point = (SELECT id FROM point"
            " WHERE code = 'a21026') WHERE channel = (SELECT id FROM channel WHERE code = 'a19001')"
        )
        hour_records(connection, 22, 24, timedelta(minutes=5), "a19001")

    assert versions(told(run, *DAY))["first"] == (25, 18, 16)


def test_hours_and_the_fixture_agree_on_where_the_day_begins() -> None:
    assert at(0, 2) == MARCH_2
    assert at(1, 2) - at(0, 2) == HOUR
