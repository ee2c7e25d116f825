"""What minutes say of a running hour: the mean by time of what was flagged as normal, as read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from services.store.connection import connect_now
from services.store.instruments import read_wiring
from services.store.session import Session
from services.store.status_running import RunningMean, running_means
from tests.fixtures.evaluated import Said, point_of, put
from tests.fixtures.registry import stored

HOUR = datetime(2026, 8, 10, 1, tzinfo=UTC)
NOW = HOUR + timedelta(minutes=30)
PLANT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets: [{code: DA001, medium: air}]
    devices:
      - mn: MN-A
        outlet: DA001
        commissioned_at: 2026-01-01
        channels:
          - {code: a21026, scale: 2, sentinels: [-999]}
          - a21002
"""


def said(minute: int, value: float, **more: Any) -> Said:
    return Said(HOUR + timedelta(minutes=minute), "a21026", value)._replace(**more)


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        stored(connection, PLANT)
        yield connection


@pytest.fixture
def session(database: str, owner: psycopg.Connection) -> Iterator[Session]:
    assert owner
    with connect_now(database, "api", "test") as connection:
        yield connection


def test_longer_records_weigh_more_and_what_is_no_number_counts_for_nothing(
    owner: psycopg.Connection, session: Session
) -> None:
    records = [
        said(-1, 1000.0),
        said(0, 10.0, converted=30.0),
        said(1, 20.0, span_s=180),
        said(4, -999.0),
        said(5, 500.0, flag="M"),
        said(6, 25.0, flag=None, converted=50.0),
        said(30, 1000.0),
    ]
    put(owner, records)
    points = [point_of(owner, "a21026"), point_of(owner, "a21002")]

    found = running_means(session, read_wiring(session, points).over(HOUR, NOW), HOUR, NOW)

    # (10 x 60 + 20 x 180 + 25 x 60) / 300 = 19, twice; converted (30 x 60 + 50 x 60) / 120 = 40, twice.
    assert found == {points[0]: RunningMean(points[0], 38.0, 80.0, 300)}


def test_of_no_points_nothing_is_asked(session: Session) -> None:
    assert running_means(session, [], HOUR, NOW) == {}
