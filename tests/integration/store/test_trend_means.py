"""The hours of many short stretches at once: of each what is believed and valid, converted as it is asked."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest

from schemas.judgement import MeanRow
from services.store.connection import connect_now
from services.store.judgements import Judged, write_judgements
from services.store.session import Session
from services.store.trend_means import Hours, reference_oxygens, trend_means
from tests.fixtures.judged import HOUR, START, mean
from tests.fixtures.registry import TERSE, stored

UNTIL = START + timedelta(hours=3)


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as owner:
        stored(owner, TERSE)
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def write(session: Session, *means: MeanRow) -> None:
    with session.transaction():
        write_judgements(session, Judged(means))


def test_each_stretch_has_its_own_hours_as_they_are_believed(session: Session) -> None:
    write(session, mean("12"), mean("9", 1), mean("13.75", 2))
    write(session, mean("10", 1))
    stretches = [
        Hours(1, START, UNTIL),
        Hours(1, START + HOUR, START + 2 * HOUR),
        Hours(2, START, UNTIL),
    ]

    found = trend_means(session, stretches)

    assert found == [
        {START: 12.0, START + HOUR: 10.0, START + 2 * HOUR: 13.75},
        {START + HOUR: 10.0},
        {},
    ]


def test_hours_are_converted_to_the_oxygen_of_their_limit(session: Session) -> None:
    write(
        session,
        mean("12")._replace(converted={"6": Decimal("14.5")}),
        mean("9", 1)._replace(converted={}),
    )

    found = trend_means(session, [Hours(1, START, UNTIL, "6"), Hours(1, START, UNTIL, "11")])

    assert found == [{START: 14.5}, {}]


def test_an_hour_that_is_not_valid_is_none(session: Session) -> None:
    write(session, mean("12")._replace(valid=False), mean(None, 1))

    assert trend_means(session, [Hours(1, START, UNTIL)]) == [{}]


def test_nothing_asked_is_nothing_found(session: Session) -> None:
    assert trend_means(session, []) == []
    assert reference_oxygens(session, []) == {}
