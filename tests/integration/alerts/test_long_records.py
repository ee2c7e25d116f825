"""Devices that send records of half an hour: one that reaches into the next hour counts there."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from services.alerts.evaluator import Evaluator
from services.store.beliefs import Stretch, read_means
from services.store.connection import connect_now
from services.store.session import Session
from tests.fixtures.evaluated import HOUR, MINUTE, Said, judged, point_of, put, touch
from tests.fixtures.registry import stored

START = datetime(2025, 3, 1, 16, tzinfo=UTC)  # midnight in Beijing
PLANT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, unit: mg/m3}
"""


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        stored(connection, PLANT)
        yield connection


@pytest.fixture
def session(database: str, owner: psycopg.Connection) -> Iterator[Session]:
    assert owner.info.dbname
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def half_hours(count: int) -> list[Said]:
    """From :50 of the hour before on: 10 minutes of it, then 20 + 30 + 10 of each hour."""
    return [
        Said(START + (30 * place - 10) * MINUTE, "a21026", 60.0, span_s=1800, late=30 * MINUTE)
        for place in range(count)
    ]


def valid_s(session: Session, owner: psycopg.Connection, hours: int) -> list[int]:
    stretch = Stretch([point_of(owner, "a21026")], START, START + hours * HOUR)
    return [one.row.valid_s for one in read_means(session, stretch)]


def test_an_hour_is_whole_by_the_record_that_began_before_it(
    owner: psycopg.Connection, session: Session
) -> None:
    put(owner, half_hours(5))

    judged(Evaluator(session, lambda: START + 3 * HOUR))

    assert valid_s(session, owner, 2) == [3600, 3600]


def test_an_hour_judged_again_by_itself_is_as_whole(
    owner: psycopg.Connection, session: Session
) -> None:
    """Only the second hour is read then, and what reaches into it from the first."""
    put(owner, half_hours(5))
    judged(Evaluator(session, lambda: START + 3 * HOUR))
    touch(owner, "DA001", [START + HOUR], batch=2)

    judged(Evaluator(session, lambda: START + 4 * HOUR))

    assert valid_s(session, owner, 2) == [3600, 3600]
