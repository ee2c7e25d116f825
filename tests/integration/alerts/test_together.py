"""Plants judged together come to what each comes to alone, and one that cannot be judged hinders none."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from schemas.rule_settings import SettingVersion
from services.alerts.evaluator import Evaluator
from services.alerts.library import Library
from services.store.as_known import belief_lock
from services.store.beliefs import Stretch, read_means, read_verdicts
from services.store.connection import connect_now
from services.store.rule_settings import write_setting
from services.store.session import Session
from tests.fixtures.evaluated import CONVERTED, Said, assigned, believe, put
from tests.fixtures.registry import stored

START = datetime(2025, 3, 1, 16, tzinfo=UTC)  # midnight in Beijing
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ONE = """
  - code: P{n}
    name: 示例厂
    region: 1505
    outlets:
      - {{code: DA001, medium: air, reference_oxygen: 6}}
    devices:
      - mn: MN-{n}
        commissioned_at: 2025-01-01
        channels:
          - {{code: a21026, range: [0, 200]}}
          - a19001
"""
SEVERAL = "plants:" + "".join(ONE.format(n=n) for n in (1, 2, 3))
FACILITY = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air, reference_oxygen: 6}
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
          - a21026
          - {code: SB1, point: FGD1/state}
      - mn: MN-B
        commissioned_at: 2025-01-01
        channels:
          - {code: i33400, point: B1/state/load, unit: "%"}
"""


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        yield connection


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def three(owner: psycopg.Connection) -> list[int]:
    """Three plants of which the second begins later; each has a limit. Their limited points."""
    stored(owner, SEVERAL)
    rows = owner.execute("SELECT id, code FROM channel ORDER BY device, code DESC").fetchall()
    records = [
        (START + n * MINUTE, channel, (13.5 if code == "a19001" else 50.0 + channel) + n % 7)
        for channel, code in rows
        for n in range(120 if channel > 2 else 0, 300)
    ]
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO reading_minute (time, channel, value, flag, span_s, sent_at, received_at,"
            " batch, seq) VALUES (%s, %s, %s, 'N', 60, %s, %s, 1, 0)",
            [(at, channel, value, at, at) for at, channel, value in records],
        )
    points = [
        int(row[0])
        for row in owner.execute(
            "SELECT id FROM point WHERE code = 'a21026' ORDER BY id"
        ).fetchall()
    ]
    for point in points:
        believe(owner, assigned(point, CONVERTED, START - HOUR))
    return points


def begin(session: Session) -> None:
    """Start the clocks of all plants."""
    Evaluator(session, lambda: START).round()


def forget(owner: psycopg.Connection) -> None:
    with owner.transaction():
        owner.execute("SET LOCAL session_replication_role = replica")
        owner.execute("TRUNCATE mean, verdict, judging, touched")


def said(session: Session, points: list[int]) -> list[object]:
    stretch = Stretch(points, START - HOUR, START + 24 * HOUR)
    means = [one.row for one in read_means(session, stretch)]
    return [*means, *(one.row for one in read_verdicts(session, stretch))]


def test_plants_with_different_hours_come_to_the_same_together(
    owner: psycopg.Connection, session: Session
) -> None:
    points = three(owner)
    evaluator = Evaluator(session, lambda: START + 5 * HOUR + 2 * MINUTE)
    begin(session)
    evaluator.round()  # each alone: there are few of them
    alone = said(session, points)
    forget(owner)
    begin(session)

    done = evaluator.judge_plants([1, 2, 3], Library.read(session))

    assert done.plants == 3
    assert said(session, points) == alone
    assert len(alone) == 2 * done.hours


def test_a_plant_whose_settings_do_not_fit_is_left_and_the_others_are_judged(
    owner: psycopg.Connection, session: Session
) -> None:
    points = three(owner)
    wrong = SettingVersion(
        0,
        "hour_parameters.valid_minutes",
        "plant",
        "P2",
        600,
        None,
        None,
        "a slip",
        "bureau",
        START,
        0,
    )
    with belief_lock(owner):
        write_setting(owner, wrong, [])
    evaluator = Evaluator(session, lambda: START + 5 * HOUR + 2 * MINUTE)
    begin(session)

    done = evaluator._group([1, 2, 3], Library.read(session))  # pyright: ignore[reportPrivateUsage] - how a round judges many

    assert (done.plants, done.left) == (2, 1)
    means = read_means(session, Stretch(points, START, START + 24 * HOUR))
    assert {one.row.point for one in means} == {points[0], points[2]}


def test_a_state_told_once_holds_while_its_device_speaks_whichever_hours_are_asked(
    owner: psycopg.Connection, session: Session
) -> None:
    """On at midnight, told once; the device goes on sending minutes, so at 11 it is still on."""
    stored(owner, FACILITY)
    hours = 12
    put(owner, [Said(START + n * MINUTE, "a21026", 10.0) for n in range(60 * hours)])
    put(owner, [Said(START + n * MINUTE, "i33400", 80.0) for n in range(60 * hours)])
    owner.execute(
        "INSERT INTO state (time, channel, value, span_s, received_at, batch, seq)"
        " SELECT %s, id, 1, 0, %s, 1, 0 FROM channel WHERE code = 'SB1'",
        (START, START),
    )
    at = [START + hours * HOUR - 59 * MINUTE]
    evaluator = Evaluator(session, lambda: at[0])
    evaluator.round()
    at[0] += HOUR

    evaluator.round()

    row = owner.execute(
        "SELECT numerator, denominator FROM performance WHERE measure = 'synchronous'"
        " AND period = 'hour' AND start = %s ORDER BY id DESC LIMIT 1",
        (START + (hours - 1) * HOUR,),
    ).fetchone()
    assert row is not None
    assert row[0] == row[1] > Decimal(0)
