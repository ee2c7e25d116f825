"""`qingkong judge`: by hand comes what an evaluator would have written, and a dry run writes nothing."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import psycopg
import pytest
from psycopg import sql
from typer.testing import CliRunner, Result

from schemas.limits import LimitVersion
from services.alerts.by_hand import JudgedAgain, Telling, Wanted, judge_by_hand
from services.alerts.evaluator import Evaluator
from services.alerts.library import Library
from services.alerts.plant_reading import Asked
from services.cli import app
from services.rules.judging.case import Delays
from services.store.connection import connect_now
from services.store.judging import holding
from services.store.session import Session
from tests.fixtures.evaluated import (
    CONVERTED,
    DAY,
    HOUR,
    MINUTE,
    Said,
    assigned,
    believe,
    judged,
    point_of,
    put,
    touch,
)
from tests.fixtures.registry import stored

START = datetime(2025, 3, 1, 16, tzinfo=UTC)  # midnight in Beijing
NOW = START + 3 * DAY
DAYS = 2
SO2 = "a21026"
TABLES = ("mean", "verdict", "performance", "finding", "mark")
MEASURED = CONVERTED._replace(reference_oxygen=None, high=Decimal(35))
PLANT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air, reference_oxygen: 6}
      - {code: DA002, medium: air, reference_oxygen: 6}
    units:
      - {code: B1, process: coal_boiler, fuel: coal}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001]}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, point: DA001/out/a21026, range: [0, 200]}
          - {code: a19001, point: DA001/out/a19001}
          - {code: a00000, point: DA001/out/a00000, unit: m3/h}
          - {code: a21002, point: DA002/out/a21002}
          - {code: i33400, point: B1/state/load, unit: "%"}
"""
ASKED = ("judge", "--outlet", "P1", "--from", "2025-03-02", "--to", "2025-03-04")


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        yield connection


@pytest.fixture
def session(database: str, owner: psycopg.Connection) -> Iterator[Session]:
    assert owner.info.dbname
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def lively(level: float, seed: int) -> list[float]:
    """A minute's number each of two days, never twice the same for long."""
    wander = np.random.default_rng(seed).normal(0, 0.004, DAYS * 24 * 60).cumsum()
    return [round(level * float(np.exp(step)), 2) for step in wander]


def frozen() -> list[float]:
    """One number from 10:00 to 16:00 of the first day, under the limit of 35."""
    values = lively(30.0, 1)
    return [*values[: 10 * 60], *[31.25] * (6 * 60), *values[16 * 60 :]]


@pytest.fixture
def limits(owner: psycopg.Connection) -> list[LimitVersion]:
    """A plant of two days of minutes, with limits of the hour, the day and the month."""
    stored(owner, PLANT)
    levels = {"a19001": 8.0, "a00000": 50_000.0, "a21002": 20.0, "i33400": 80.0}
    for seed, (code, level) in enumerate(levels.items(), 2):
        put(owner, shown(code, lively(level, seed)))
    put(owner, shown(SO2, frozen()))
    rest = range(DAYS * 24, 30 * 24)
    put(owner, [Said(START + one * HOUR, SO2, 30.0, span_s=3600) for one in rest], "hour")
    point = point_of(owner, SO2)
    return [
        believe(owner, assigned(point, MEASURED._replace(averaging=averaging), START - DAY))
        for averaging in ("hour", "day", "month")
    ]


def shown(code: str, values: list[float]) -> list[Said]:
    return [Said(START + number * MINUTE, code, value) for number, value in enumerate(values)]


def correct(owner: psycopg.Connection) -> None:
    """The first day's SO2 was twice as much, and lively: over the limit, and not frozen."""
    put_again = (
        "UPDATE reading_minute SET value = %s, sent_at = sent_at + INTERVAL '3 days', batch = 2"
        " FROM channel WHERE channel.id = reading_minute.channel AND code = %s AND time = %s"
    )
    values = lively(60.0, 9)[: 24 * 60]
    owner.cursor().executemany(
        put_again, [(value, SO2, START + number * MINUTE) for number, value in enumerate(values)]
    )
    touch(owner, "DA001", [START + number * HOUR for number in range(24)], batch=2)


def highest(owner: psycopg.Connection) -> dict[str, int]:
    query = sql.SQL("SELECT coalesce(max(id), 0) FROM {}")
    found = {
        table: owner.execute(query.format(sql.Identifier(table))).fetchall() for table in TABLES
    }
    return {table: int(rows[0][0]) for table, rows in found.items()}


def rows_since(session: Session, before: dict[str, int]) -> dict[str, list[str]]:
    """All rows written since, as they are read by whoever asks in this transaction."""
    query = sql.SQL(
        "SELECT (to_jsonb(one) - 'id' - 'position' - 'recorded_at' - 'entered_at')::text"
        " FROM {} AS one WHERE id > %s"
    )
    return {
        table: sorted(
            str(row[0])
            for row in session.execute(query.format(sql.Identifier(table)), (number,)).fetchall()
        )
        for table, number in before.items()
    }


def by_hand(session: Session, outlet: str | None = None) -> JudgedAgain:
    library = Library.read(session)
    asked = Asked(library, NOW, Delays())
    (plant,) = library.plants.ids()
    wanted = Wanted(plant, START, START + DAYS * DAY)
    if outlet is not None:
        views = library.plants.at(plant, START).outlets.values()
        view = next(one for one in views if one.row.code == outlet)
        points = frozenset(point.point for point in view.points())
        wanted = Wanted(plant, START, START + DAYS * DAY, view.row.id, points)
    with holding(session, plant):
        days: list[int] = []
        return judge_by_hand(session, wanted, asked, Telling(explain=False, advance=days.append))


def asked_on_the_line(database: str, *more: str) -> Result:
    return CliRunner().invoke(app, [*ASKED, *more, "--database-url", database])


@pytest.mark.usefixtures("limits")
def test_a_corrected_past_judged_by_hand_is_what_the_evaluator_would_have_written(
    owner: psycopg.Connection, session: Session
) -> None:
    """The evaluator's rows are written, looked at, and rolled back; then the same by hand."""
    evaluator = Evaluator(session, lambda: NOW, most=24 * 31)
    judged(evaluator)
    correct(owner)
    before = highest(owner)
    library = Library.read(session)
    expected: dict[str, list[str]] = {}
    with session.transaction(force_rollback=True):
        while evaluator.judge_plants(library.plants.ids(), library).hours:
            expected = rows_since(session, before)

    done = by_hand(session)

    assert rows_since(session, before) == expected
    assert [len(rows) for rows in expected.values()] == [*done.news, 0]
    assert all(expected[table] for table in ("mean", "verdict", "finding"))
    falls = [one for one in expected["finding"] if "constant_value" in one]
    assert ['"standing": false' in one for one in falls] == [True]


@pytest.mark.usefixtures("limits")
def test_an_outlet_alone_has_its_rows_and_no_others(
    owner: psycopg.Connection, session: Session
) -> None:
    judged(Evaluator(session, lambda: NOW, most=24 * 31))
    correct(owner)
    before = highest(owner)

    by_hand(session, "DA002")
    of_the_other = rows_since(session, before)
    done = by_hand(session, "DA001")

    written = rows_since(session, before)
    points = {row[0] for row in owner.execute("SELECT id FROM point WHERE subject = 1").fetchall()}
    assert not any(of_the_other.values())
    assert {json.loads(one)["point"] for one in written["verdict"]} <= points
    assert done.difference.verdicts()


@pytest.mark.usefixtures("limits")
def test_a_dry_run_shows_months_and_what_falls_and_writes_nothing(
    owner: psycopg.Connection, database: str
) -> None:
    first = asked_on_the_line(database, "--to", "2025-04-01")
    correct(owner)
    before = highest(owner)

    tried = asked_on_the_line(database, "--dry-run", "--json")

    told = json.loads(tried.stdout)
    periods = {one["after"]["period"] for one in told["turned"]}
    changes = {(one["change"], one["rule"]) for one in told["findings"]}
    assert first.exit_code == tried.exit_code == 0, tried.output
    assert highest(owner) == before
    assert periods == {"hour", "day", "month"}
    assert ("fallen", "constant_value") in changes
    assert told["written"] is False


@pytest.mark.usefixtures("limits")
def test_what_a_dry_run_shows_is_written_without_it_and_then_nothing_turns(
    owner: psycopg.Connection, database: str
) -> None:
    asked_on_the_line(database)
    correct(owner)
    tried = json.loads(asked_on_the_line(database, "--dry-run", "--json").stdout)

    done = json.loads(asked_on_the_line(database, "--json").stdout)
    again = asked_on_the_line(database)

    assert (done["turned"], done["findings"]) == (tried["turned"], tried["findings"])
    assert done["rows"] == tried["rows"]
    assert "0 differ" in again.stdout
    assert "findings: none turns; 0 rows in all" in again.stdout


@pytest.mark.usefixtures("limits")
def test_a_past_judged_for_the_first_time_has_its_month_and_its_findings(database: str) -> None:
    done = asked_on_the_line(database)

    assert done.exit_code == 0
    assert "新增 new" in done.stdout
    assert "二氧化硫" in done.stdout
    assert "2025-03" in done.stdout


@pytest.mark.usefixtures("limits")
def test_explained_verdicts_say_what_their_stage_and_their_doubts_mean(
    owner: psycopg.Connection, database: str
) -> None:
    point = point_of(owner, SO2)
    (known,) = owner.execute(
        "SELECT limit_key FROM limit_version WHERE averaging = 'hour'"
    ).fetchall()
    unread = assigned(point, MEASURED, START - DAY)
    believe(owner, unread._replace(limit=known[0], law=unread.law._replace(verified=False)))

    done = asked_on_the_line(database, "--explain", "--dry-run")

    assert "[closed] 已关闭: the time for amendments is over" in done.stdout
    assert "limit_unverified: 限值未核实: nobody read figure" in done.stdout
    assert "month_from: " in done.stdout
    assert "nobody set long_mean_parameters.month_from" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        pytest.param(("--outlet", "P9"), 1, "there is no plant P9 企业: there is P1", id="plant"),
        pytest.param(
            ("--outlet", "P1/DA009"), 1, "did you mean P1/DA002 or P1/DA001?", id="outlet"
        ),
        pytest.param(("--from", "2025-03-05"), 2, "the end must lie after", id="exchanged"),
        pytest.param(("--from", "soon"), 2, "this is no time", id="no time"),
        pytest.param(("--to", "2027-03-05"), 2, "at most 366 days", id="too long"),
    ],
)
@pytest.mark.usefixtures("limits")
def test_what_cannot_be_asked_is_said_in_a_sentence(
    database: str, more: tuple[str, ...], code: int, said: str
) -> None:
    done = asked_on_the_line(database, *more)

    assert done.exit_code == code
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_hours_end_with_the_one_that_has_ended() -> None:
    wanted = Wanted(1, START + timedelta(minutes=30), START + DAY)

    found = wanted.hours(START + 3 * HOUR + 20 * MINUTE)

    assert found == [START, START + HOUR, START + 2 * HOUR]
